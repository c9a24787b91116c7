"""The summary of a batch for machines: no names of people."""

from typing import Any

from staffing.batch.running import BatchEnd
from staffing.files.batch_toml import BatchOrder

SCHEMA = 1


def batch_summary(order: BatchOrder, end: BatchEnd) -> dict[str, Any]:
    """Status of the batch, and of each team its state, figures, publication and faults."""
    return {
        "schema": SCHEMA,
        "status": end.status,
        "publish": order.publish,
        "teams": [
            {
                "name": row.name,
                "key": row.checkpoint.key,
                "ran": row.ran,
                "seconds": row.seconds,
                "state": row.checkpoint.state,
                "publication": row.checkpoint.publication,
                "version": row.checkpoint.version,
                "unsafe": list(row.checkpoint.unsafe),
                "faults": list(row.checkpoint.faults),
                **row.checkpoint.figures,
            }
            for row in end.teams
        ],
    }
