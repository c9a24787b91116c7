"""events.csv and special_days.csv -> what changes volume and what overrides the calendar."""

import re

from staffing.domain.calendar import DayKind
from staffing.domain.centre import Event, SpecialDay
from staffing.files.faults import FaultLog, choices
from staffing.files.rows import Row, number
from staffing.files.table import Table

EVENTS = "events.csv"
EVENTS_REQUIRED = ("name", "start", "end")
EVENTS_OPTIONAL = ("queues", "effect", "spread", "lead_days", "lag_days")
SPECIAL_DAYS = "special_days.csv"
SPECIAL_DAYS_REQUIRED = ("date", "kind")
SPECIAL_DAYS_OPTIONAL = ("name",)
MAX_FACTOR = 50.0


def read_events(table: Table, queues: tuple[str, ...], log: FaultLog) -> tuple[Event, ...]:
    """Events without faults; no queues means all, no effect means ``learn``."""
    built = []
    for line, cells in table.rows():
        row = Row(table, line, cells, log)
        name = row.required("name")
        start, end = row.date("start"), row.date("end")
        if start is not None and end is not None and end < start:
            row.fault("ends_before_start", "end", end, f">= {start}")
        touched = tuple(part.strip() for part in re.split(r"[;|]", row.text("queues")) if part.strip())
        for queue in touched if queues else ():
            row.check_known("unknown_queue", "queues", queue, queues)
        effect, factor = row.text("effect").lower(), None
        if effect not in ("", "learn"):
            factor = number(effect, table.decimal_comma)
            if factor is None:
                row.fault("not_one_of", "effect", effect, "learn | 1.35")
            elif not 0 <= factor <= MAX_FACTOR:
                row.fault("out_of_range", "effect", effect, f">= 0, <= {MAX_FACTOR:g}")
        spread = row.number("spread", 0.1, low=0, high=10)
        lead, lag = row.whole("lead_days", 0), row.whole("lag_days", 0)
        if row.ok and start is not None and end is not None:
            built.append(Event(name, start, end, touched, factor, spread or 0.0, lead or 0, lag or 0))
    return tuple(built)


def read_special_days(table: Table, log: FaultLog) -> tuple[SpecialDay, ...]:
    """Days without faults."""
    built, first = [], dict[object, int]()
    for line, cells in table.rows():
        row = Row(table, line, cells, log)
        day, kind = row.date("date"), row.required("kind").lower()
        if kind and kind not in tuple(DayKind):
            row.fault("not_one_of", "kind", kind, choices([known.value for known in DayKind], kind))
        if day is not None and day in first:
            row.fault("duplicate_date", "date", day, f"row {first[day]}")
        first.setdefault(day, line)
        if row.ok and day is not None:
            built.append(SpecialDay(day, kind, row.text("name")))
    return tuple(built)
