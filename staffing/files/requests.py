"""activities.csv and wishes.csv -> what is still to be placed and what people wish for."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from staffing.domain.people import ON_SHIFT_KINDS, Activity, Wish
from staffing.files.dates import parse_clock
from staffing.files.faults import FaultLog, choices
from staffing.files.hours import multiples
from staffing.files.rows import Row
from staffing.files.table import Table

ACTIVITIES = "activities.csv"
ACTIVITIES_REQUIRED = ("id", "kind", "agents", "minutes", "earliest", "latest")
ACTIVITIES_OPTIONAL = ("together", "capacity")
WISHES = "wishes.csv"
WISHES_REQUIRED = ("agent", "date", "wish")
WISHES_OPTIONAL = ("weight",)
START_WISH = re.compile(r"(start\s*[<>]=)\s*(\d{1,2}:\d{2})")
WISH_SHAPE = "off | work | start>=HH:MM | start<=HH:MM"


def read_activities(
    table: Table, agents: frozenset[str] | None, zone: ZoneInfo, slot_min: int | None, log: FaultLog
) -> tuple[Activity, ...]:
    """Activities without faults."""
    built, first = [], dict[str, int]()
    for line, cells in table.rows():
        row = Row(table, line, cells, log)
        name = row.id("id")
        if name in first:
            row.fault("duplicate_id", "id", name, f"row {first[name]}")
        first.setdefault(name, line)
        kind = row.required("kind").lower()
        if kind and kind not in ON_SHIFT_KINDS:
            row.fault("not_one_of", "kind", kind, choices(ON_SHIFT_KINDS))
        people = tuple(part.strip() for part in re.split(r"[;|]", row.required("agents")) if part.strip())
        for agent in people if agents is not None else ():
            row.check_known("unknown_agent", "agents", agent, agents or ())
        if len(set(people)) < len(people):
            row.fault("duplicate_agent", "agents", row.text("agents"), "1")
        row.required("minutes")
        minutes = row.whole("minutes", low=1)
        earliest, latest = row.moment("earliest", zone), row.moment("latest", zone, end=True)
        if minutes is not None and slot_min is not None and minutes % slot_min:
            row.fault("off_slot", "minutes", minutes, multiples(slot_min))
        if earliest is not None and latest is not None and minutes is not None:
            room = timedelta(seconds=latest.timestamp() - earliest.timestamp())
            if room <= timedelta(0):
                row.fault("ends_before_start", "latest", row.text("latest"), f"> {row.text('earliest')}")
            elif room < timedelta(minutes=minutes):
                row.fault("window_too_short", "latest", row.text("latest"), f">= {minutes} min")
        together, capacity = row.flag("together", False), row.whole("capacity", low=1)
        if together and capacity is not None and capacity < len(people):
            row.fault("out_of_range", "capacity", capacity, f">= {len(people)}")
        if row.ok and minutes is not None and earliest is not None and latest is not None:
            built.append(Activity(name, kind, people, minutes, earliest, latest, together, capacity))
    return tuple(built)


def read_wishes(
    table: Table, agents: frozenset[str] | None, shifts: tuple[str, ...], log: FaultLog
) -> tuple[Wish, ...]:
    """Wishes without faults; a wish that is no other word is a shift id."""
    built = []
    for line, cells in table.rows():
        row = Row(table, line, cells, log)
        agent, day = row.known("unknown_agent", "agent", agents), row.date("date")
        kind, minute, shift = _wish(row, shifts)
        weight = row.number("weight", 1.0, low=0)
        if row.ok and day is not None and weight is not None:
            built.append(Wish(agent, day, kind, weight, minute, shift))
    return tuple(built)


def _wish(row: Row, shifts: tuple[str, ...]) -> tuple[str, int | None, str]:
    cell = row.required("wish")
    word = cell.lower()
    found = START_WISH.fullmatch(word)
    if word in ("off", "work") or not cell:
        return word, None, ""
    if found is not None:
        minute = parse_clock(found[2])
        if minute is None:
            row.fault("bad_clock", "wish", cell, WISH_SHAPE)
        return found[1].replace(" ", ""), minute, ""
    if cell not in shifts:
        row.fault("bad_wish", "wish", cell, " | ".join([WISH_SHAPE, *shifts[:8]]))
    return "shift", None, cell
