"""A person taken out of the records of what happened: what needs a name goes, what only may have one stays without."""

from pathlib import Path

from staffing.files.atomic import atomic_write
from staffing.files.kpi_folder import FOLDER
from staffing.files.kpi_tables import COLUMNS
from staffing.files.raw_table import parse_raw

AGENT = "agent"


def forget_in_records(folder: Path, ident: str) -> int:
    """Take a person out of ``kpi/`` of a centre folder; how many rows named that id.

    Rows of tables that ask for a person go; of tickets, surveys and clients only the name goes, so that the customers'
    figures stay. A table is replaced in one step; run again after a crash, the rest is done.
    """
    found = 0
    for name, (required, _) in COLUMNS.items():
        path = Path(folder) / FOLDER / f"{name}.csv"
        table = parse_raw(path.name, path.read_bytes()) if path.is_file() else None
        if table is None or AGENT not in table.names:
            continue
        named = [row.get(AGENT) == ident for row in table.rows]
        if not any(named):
            continue
        found += sum(named)
        rows = [
            {**row, AGENT: ""} if own else row
            for row, own in zip(table.rows, named, strict=True)
            if not (own and AGENT in required and name != "tickets")
        ]
        atomic_write(path, table.with_rows(rows).to_bytes())
    return found
