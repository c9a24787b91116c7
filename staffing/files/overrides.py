"""overrides.csv -> layers on the forecast."""

import re
from zoneinfo import ZoneInfo

from staffing.domain.override import MEASURES, OPERATIONS, Override
from staffing.files.cells import plain_text
from staffing.files.faults import FaultLog, choices
from staffing.files.rows import Row
from staffing.files.table import Table

FILE = "overrides.csv"
REQUIRED = ("start", "end", "operation", "value")
OPTIONAL = ("queues", "measure", "note", "on", "layer", "author", "at")
MAX_FACTOR = 50.0
MAX_VALUE = 1e9


def read_overrides(table: Table, queues: tuple[str, ...], zone: ZoneInfo, log: FaultLog) -> tuple[Override, ...]:
    """Layers without faults, in the order of the file; a bare date as `end` means the end of that day."""
    built = []
    for line, cells in table.rows():
        row = Row(table, line, cells, log)
        start, end = row.moment("start", zone), row.moment("end", zone, end=True)
        if start is not None and end is not None and end.timestamp() <= start.timestamp():
            row.fault("ends_before_start", "end", row.text("end"), f"> {row.text('start')}")
        touched = tuple(part.strip() for part in re.split(r"[;|]", row.text("queues")) if part.strip())
        for queue in touched if queues else ():
            row.check_known("unknown_queue", "queues", queue, queues)
        measure, operation = row.text("measure").lower() or "volume", row.required("operation").lower()
        for column, cell, names in (("measure", measure, MEASURES), ("operation", operation, OPERATIONS)):
            if cell and cell not in names:
                row.fault("not_one_of", column, cell, choices(list(names), cell))
        row.required("value")
        low = -MAX_VALUE if operation == "add" else 0.0
        value = row.number("value", low=low, high=MAX_FACTOR if operation == "multiply" else MAX_VALUE)
        on = row.flag("on", True)
        at = row.moment("at", ZoneInfo("UTC")) if row.text("at") else None
        if row.ok and start is not None and end is not None and value is not None:
            note, layer, author = (plain_text(row.text(name)) for name in ("note", "layer", "author"))
            built.append(Override(start, end, touched, measure, operation, value, note, on, layer, author, at))
    return tuple(built)
