"""Edits of overrides.csv that leave every other row, column and cell as it was written."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from staffing.domain.override import Override
from staffing.files.calendar_edit import calendar_table
from staffing.files.cells import safe_text, shown
from staffing.files.overrides import FILE, OPTIONAL, REQUIRED

COLUMNS = ("start", "end", "queues", "measure", "operation", "value", "note", "on", "layer", "author", "at")
assert set(COLUMNS) == {*REQUIRED, *OPTIONAL}


def overrides_file(
    folder: Path, before: Sequence[Override], after: Sequence[Override], zone: ZoneInfo
) -> dict[str, bytes | None]:
    """Changes of a centre folder that make its layers `after`; none where they are that already.

    Parameters
    ----------
    folder : Path
    before : sequence of Override
        The layers as the reader found them in the file, one for each row.
    after : sequence of Override
        A row that is among `before` keeps its cells.
    zone : ZoneInfo
        The centre's, in which moments are written.
    """
    if tuple(before) == tuple(after):
        return {}
    if not after:
        return {FILE: None}
    table = calendar_table(folder, FILE, COLUMNS)
    written = list(zip(before, table.rows, strict=True))
    rows = []
    for one in after:
        same = [number for number, (row, _) in enumerate(written) if row == one]
        # Moments of an hour that the clocks repeat are equal to each other, but never the same.
        place = next((number for number in same if written[number][0] is one), same[0] if same else None)
        rows.append(_cells(one, zone) if place is None else written.pop(place)[1])
    return {FILE: table.with_rows(rows).to_bytes()}


def _cells(row: Override, zone: ZoneInfo) -> dict[str, str]:
    start, end = row.start.astimezone(zone), row.end.astimezone(zone)
    if _is_midnight(start) and _is_midnight(end):
        first, last = start.date().isoformat(), (end.date() - timedelta(days=1)).isoformat()
    else:
        first, last = start.isoformat(timespec="minutes"), end.isoformat(timespec="minutes")
    return {
        "start": first,
        "end": last,
        "queues": ";".join(row.queues),
        "measure": row.measure,
        "operation": row.operation,
        "value": shown(row.value),
        "note": safe_text(row.note),
        "on": "true" if row.on else "false",
        "layer": safe_text(row.layer),
        "author": safe_text(row.author),
        "at": "" if row.at is None else row.at.astimezone(UTC).isoformat(timespec="seconds"),
    }


def _is_midnight(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second) == (0, 0, 0)
