"""time_off.csv and carry_in.csv -> time fixed for people, before and in the horizon."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from staffing.domain.note import Note
from staffing.domain.people import ON_SHIFT_KINDS, CarryIn, TimeOff
from staffing.files.dates import parse_clock
from staffing.files.faults import FaultLog, nearest
from staffing.files.rows import Row
from staffing.files.table import Table

TIME_OFF = "time_off.csv"
TIME_OFF_REQUIRED = ("agent", "start", "end", "kind")
TIME_OFF_OPTIONAL = ("paid",)
CARRY_IN = "carry_in.csv"
CARRY_IN_REQUIRED = ("agent", "date", "start", "end", "kind")
ABSENCES = ("leave", "sick", "unavailable", "holiday", "maternity", "parental", "unpaid", "strike")
UNPAID = ("unavailable", "unpaid", "strike")
KINDS = (*ABSENCES, *ON_SHIFT_KINDS)
MAX_SHIFT_H = 24


def read_time_off(
    table: Table, agents: frozenset[str] | None, zone: ZoneInfo, log: FaultLog
) -> tuple[tuple[TimeOff, ...], tuple[Note, ...]]:
    """Rows without faults; other kinds than the known ones are absences, told in a note."""
    rows: list[tuple[int, TimeOff]] = []
    others: set[str] = set()
    for line, cells in table.rows():
        row = Row(table, line, cells, log)
        agent = row.known("unknown_agent", "agent", agents)
        start, end = row.moment("start", zone), row.moment("end", zone, end=True)
        _in_order(row, start, end)
        kind = row.required("kind").lower()
        meant = None if kind in KINDS or not kind else nearest(kind, KINDS)
        if meant is not None:
            row.fault("not_one_of", "kind", kind, meant)
        elif kind not in KINDS:
            others.add(kind)
        paid = row.flag("paid", kind not in UNPAID)
        if row.ok and start is not None and end is not None:
            rows.append((line, TimeOff(agent, start, end, kind, paid)))
    _overlaps(rows, log)
    return tuple(item for _, item in rows), tuple(Note("kind_as_leave", (("kind", kind),)) for kind in sorted(others))


def read_carry_in(table: Table, agents: frozenset[str] | None, zone: ZoneInfo, log: FaultLog) -> tuple[CarryIn, ...]:
    """Shifts worked before the horizon; `start` and `end` may be clock times of `date`."""
    rows = []
    for line, cells in table.rows():
        row = Row(table, line, cells, log)
        agent, day = row.known("unknown_agent", "agent", agents), row.date("date")
        start, end = (_clock_or_moment(row, column, day, zone) for column in ("start", "end"))
        if start is not None and end is not None and end <= start and parse_clock(row.text("end")) is not None:
            end += timedelta(days=1)
        _in_order(row, start, end)
        if start is not None and end is not None and row.ok and end - start > timedelta(hours=MAX_SHIFT_H):
            row.fault("too_long", "end", row.text("end"), f"<= {MAX_SHIFT_H} h")
        if row.ok and day is not None and start is not None and end is not None:
            rows.append(CarryIn(agent, day, start, end, row.text("kind").lower() or "work"))
    return tuple(rows)


def _clock_or_moment(row: Row, column: str, day: object, zone: ZoneInfo) -> datetime | None:
    cell = row.text(column)
    minutes = parse_clock(cell)
    if minutes is None:
        return row.moment(column, zone)
    if day is None:
        return None
    moment = datetime.fromisoformat(f"{day}T00:00:00") + timedelta(minutes=minutes)
    return moment.replace(tzinfo=zone)


def _in_order(row: Row, start: datetime | None, end: datetime | None) -> None:
    if start is not None and end is not None and end.timestamp() <= start.timestamp():
        row.fault("ends_before_start", "end", row.text("end"), f"> {row.text('start')}")


def _overlaps(rows: list[tuple[int, TimeOff]], log: FaultLog) -> None:
    """Absences must not overlap each other, nor work on shift each other; unavailability may overlap anything."""
    last: dict[tuple[str, bool], tuple[datetime, int]] = {}
    for line, item in sorted(rows, key=lambda pair: (pair[1].agent, pair[1].start, pair[0])):
        if item.kind == "unavailable":
            continue
        key = item.agent, item.kind in ON_SHIFT_KINDS
        end, other = last.get(key, (item.start, 0))
        if item.start < end:
            late, early = max(line, other), min(line, other)
            log.add(
                "overlap",
                TIME_OFF,
                row=late,
                column="start",
                value=item.start.isoformat(timespec="minutes"),
                expected=f"row {early}",
            )
        if key not in last or item.end > end:
            last[key] = item.end, line
