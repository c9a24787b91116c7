"""Tables of a KPI folder -> rows of records; bad rows are reported and left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from staffing.domain.centre import Centre
from staffing.domain.roster import ACTIVITIES
from staffing.files.demand_rows import rows_on_grid
from staffing.files.faults import FaultLog, choices
from staffing.files.history import MEASURES, REQUIRED
from staffing.files.rows import Row
from staffing.files.table import Table
from staffing.measures.kpi import Rows

COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "intervals": (REQUIRED, (*MEASURES, "forecast", "abandon_wait_s")),
    "tickets": (
        ("ticket", "queue", "agent", "opened"),
        ("first_response", "resolved", "reopened", "contacts", "complaint"),
    ),
    "surveys": (("when",), ("queue", "agent", "csat", "nps")),
    "quality": (("when", "agent", "score", "max"), ("queue",)),
    "activity": (("agent", "start", "end", "activity"), ("queue", "paid")),
    "schedule": (("agent", "start", "end", "activity"), ("queue",)),
    "reasons": (("agent", "start", "end", "reason"), ()),
    "handled": (("agent", "queue", "date", "contacts", "handle_s"), ()),
    "clients": (("client", "start"), ("end", "queue", "agent")),
}
"""Required and optional columns by table."""
UNPAID = ("meal", "unavailable")
CSAT_RANGE, NPS_RANGE = (1, 5), (0, 10)
NO = float("nan")


@dataclass(frozen=True)
class Known:
    """Queues, agents and reasons that rows may name, and the centre's zone."""

    queues: tuple[str, ...]
    agents: tuple[str, ...]
    zone: ZoneInfo
    reasons: tuple[str, ...] = ()


class _Reader:
    """Collects the good rows of one table."""

    def __init__(self, table: Table, known: Known, log: FaultLog) -> None:
        self.table, self.known, self.log = table, known, log
        self.place = ({n: i for i, n in enumerate(known.queues)}, {n: i for i, n in enumerate(known.agents)})
        self.keys: list[tuple[int, int, int]] = []
        self.values: list[Sequence[float]] = []

    def __iter__(self) -> Iterator[Row]:
        for line, cells in self.table.rows():
            yield Row(self.table, line, cells, self.log)

    def name(self, row: Row, column: str, *, required: bool = False) -> int:
        """Position of the row's queue or agent, -1 where it names none."""
        place = self.place[column == "agent"]
        cell = row.required(column) if required else row.text(column)
        if not cell:
            return -1
        row.check_known(f"unknown_{column}", column, cell, place)
        return place.get(cell, -1)

    def moment(self, row: Row, column: str, *, after: datetime | None = None) -> float:
        """Seconds since 1970, NaN where blank; not before `after`."""
        if not row.text(column):
            return NO
        found = row.moment(column, self.known.zone)
        if found is None:
            return NO
        if after is not None and found < after:
            row.fault("ends_before_start", column, row.text(column), f">= {after.isoformat(timespec='minutes')}")
        return found.timestamp()

    def add(self, row: Row, day: date | None, queue: int, agent: int, *values: float | None) -> None:
        if row.ok and day is not None:
            self.keys.append((day.toordinal(), queue, agent))
            self.values.append([NO if value is None else value for value in values])

    def rows(self, *names: str) -> Rows:
        keys = np.array(self.keys, dtype=np.int64).reshape(-1, 3).T
        values = np.array(self.values, dtype=float).reshape(-1, len(names)).T
        return Rows(keys[0], keys[1], keys[2], dict(zip(names, values, strict=True)))


def _mark(row: Row, column: str) -> float:
    """1 for yes, 0 for no, NaN where blank."""
    return float(row.flag(column, False)) if row.text(column) else NO


def read_intervals(table: Table, centre: Centre, log: FaultLog) -> Rows | None:
    """Contacts by interval and queue, on the centre's grid."""
    found = rows_on_grid(table, centre, log)
    if found is None:
        return None
    names = [queue.id for queue in centre.queues]
    place = np.array([names.index(name) for name in found.queues])
    columns = {
        name: found.matrix(name)[found.queue, found.step]
        for name in ("offered", *MEASURES, "forecast", "abandon_wait_s")
        if table.has(name)
    }
    for part in ("abandoned", "within_target"):
        over = columns[part] > columns["offered"] if part in columns else np.zeros(len(found.row), dtype=bool)
        for row in np.flatnonzero(over):
            log.add(
                "out_of_range",
                table.file,
                row=int(table.line[found.row[row]]),
                column=part,
                value=f"{columns[part][row]:g}",
                expected=f"<= {columns['offered'][row]:g}",
            )
    columns["start_s"] = np.array([found.grid.epoch_s(int(step)) for step in found.step], dtype=float)
    day = found.grid.first_day.toordinal() + (found.grid.day[found.step] if found.grid.step_min < 1440 else found.step)
    return Rows(day, place[found.queue], np.full(len(day), -1), columns)


def read_tickets(table: Table, known: Known, log: FaultLog) -> Rows:
    """Cases by the day they were opened on."""
    reader, first = _Reader(table, known, log), dict[str, int]()
    for row in reader:
        name = row.required("ticket")
        if name and name in first:
            row.fault("duplicate_id", "ticket", name, f"row {first[name]}")
        first.setdefault(name, row.line)
        queue, agent = reader.name(row, "queue", required=True), reader.name(row, "agent")
        opened = row.moment("opened", known.zone)
        answer, done = (reader.moment(row, column, after=opened) for column in ("first_response", "resolved"))
        contacts = row.whole("contacts", low=1)
        marks = _mark(row, "reopened"), contacts, _mark(row, "complaint")
        if opened is not None:
            reader.add(row, opened.date(), queue, agent, opened.timestamp(), answer, done, *marks)
    return reader.rows("opened_s", "first_s", "resolved_s", "reopened", "contacts", "complaint")


def read_surveys(table: Table, known: Known, log: FaultLog) -> Rows:
    """Answers of customers: satisfaction 1 to 5, recommendation 0 to 10, or one of them."""
    reader = _Reader(table, known, log)
    for row in reader:
        when = row.moment("when", known.zone)
        queue, agent = reader.name(row, "queue"), reader.name(row, "agent")
        csat = row.number("csat", low=CSAT_RANGE[0], high=CSAT_RANGE[1])
        nps = row.number("nps", low=NPS_RANGE[0], high=NPS_RANGE[1])
        if not row.text("csat") and not row.text("nps"):
            row.fault("missing_value", "csat", "", "csat | nps")
        reader.add(row, None if when is None else when.date(), queue, agent, csat, nps)
    return reader.rows("csat", "nps")


def read_quality(table: Table, known: Known, log: FaultLog) -> Rows:
    """Reviews: points of so many."""
    reader = _Reader(table, known, log)
    for row in reader:
        when = row.moment("when", known.zone)
        queue, agent = reader.name(row, "queue"), reader.name(row, "agent", required=True)
        for column in ("score", "max"):
            row.required(column)
        most = row.number("max", above=0)
        score = row.number("score", low=0, high=most)
        reader.add(row, None if when is None else when.date(), queue, agent, score, most)
    return reader.rows("score", "max")


def read_activity(table: Table, known: Known, log: FaultLog) -> Rows:
    """What people did, or were to do, from when to when; nobody is in two places."""
    reader = _Reader(table, known, log)
    last: dict[int, list[tuple[float, float, Row]]] = {}
    for row in reader:
        agent, queue = reader.name(row, "agent", required=True), reader.name(row, "queue")
        start, end = row.moment("start", known.zone), row.moment("end", known.zone, end=True)
        kind = row.required("activity").lower()
        if kind and kind not in ACTIVITIES:
            row.fault("not_one_of", "activity", kind, choices(ACTIVITIES, kind))
        if start is not None and end is not None and end <= start:
            row.fault("ends_before_start", "end", row.text("end"), f"> {row.text('start')}")
        paid = row.flag("paid", kind not in UNPAID)
        if row.ok and start is not None and end is not None:
            span = (start.timestamp(), end.timestamp())
            last.setdefault(agent, []).append((*span, row))
            reader.add(row, start.date(), queue, agent, *span, ACTIVITIES.index(kind), paid)
    _no_overlap(last)
    return reader.rows("start_s", "end_s", "kind", "paid")


def _no_overlap(spans_of: dict[int, list[tuple[float, float, Row]]]) -> None:
    """Spans of one person follow each other."""
    for spans in spans_of.values():
        spans.sort(key=lambda item: item[:2])
        for (_, end_s, before), (start_s, _, row) in pairwise(spans):
            if start_s < end_s:
                row.fault("overlap", "start", row.text("start"), f"row {before.line}")


def read_reasons(table: Table, known: Known, log: FaultLog) -> Rows:
    """Why somebody did something else than was scheduled, from when to when; one reason at a time."""
    reader = _Reader(table, known, log)
    last: dict[int, list[tuple[float, float, Row]]] = {}
    for row in reader:
        agent = reader.name(row, "agent", required=True)
        start, end = row.moment("start", known.zone), row.moment("end", known.zone, end=True)
        reason = row.required("reason").lower()
        if reason and reason not in known.reasons:
            row.fault("not_one_of", "reason", reason, choices(known.reasons, reason))
        if start is not None and end is not None and end <= start:
            row.fault("ends_before_start", "end", row.text("end"), f"> {row.text('start')}")
        if row.ok and start is not None and end is not None:
            span = (start.timestamp(), end.timestamp())
            last.setdefault(agent, []).append((*span, row))
            reader.add(row, start.date(), -1, agent, *span, known.reasons.index(reason))
    _no_overlap(last)
    return reader.rows("start_s", "end_s", "reason")


def read_handled(table: Table, known: Known, log: FaultLog) -> Rows:
    """What an agent report holds: contacts and summed handle time by person, queue and day; each only once."""
    reader, first = _Reader(table, known, log), dict[tuple[int, int, date], int]()
    for row in reader:
        agent, queue = reader.name(row, "agent", required=True), reader.name(row, "queue", required=True)
        day = row.date("date")
        for column in ("contacts", "handle_s"):
            row.required(column)
        contacts, handle_s = row.whole("contacts"), row.number("handle_s", low=0)
        if row.ok and day is not None:
            key = (agent, queue, day)
            if key in first:
                row.fault(
                    "duplicate_id", "agent", f"{row.text('agent')}, {row.text('queue')}, {day}", f"row {first[key]}"
                )
            first.setdefault(key, row.line)
        reader.add(row, day, queue, agent, contacts, handle_s)
    return reader.rows("contacts", "handle_s")


def read_clients(table: Table, known: Known, log: FaultLog) -> Rows:
    """Clients from their first day to their last; those without a last one are still there."""
    reader, first = _Reader(table, known, log), dict[str, int]()
    for row in reader:
        name = row.required("client")
        if name and name in first:
            row.fault("duplicate_id", "client", name, f"row {first[name]}")
        first.setdefault(name, row.line)
        start, end = row.date("start"), row.date("end", required=False)
        if start is not None and end is not None and end < start:
            row.fault("ends_before_start", "end", row.text("end"), f">= {start}")
        queue, agent = reader.name(row, "queue"), reader.name(row, "agent")
        reader.add(row, start, queue, agent, None if end is None else end.toordinal())
    return reader.rows("end_day")
