"""What people bring from before the horizon: rest, runs of days, the last shift type, hours and burdens so far."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from staffing.domain.arrays import IntArray, set_frozen
from staffing.domain.centre import Centre
from staffing.domain.duties import DUTIES, SATURDAY, find_periods, past_marks
from staffing.domain.on_call import ON_CALL
from staffing.domain.people import ON_SHIFT_KINDS, Agent, CarryIn
from staffing.domain.shift import ShiftType
from staffing.domain.timegrid import TimeGrid

LEAVE_DAY_MIN = 240
"""An absence of at least this many minutes of a day makes the day a leave day."""


@dataclass(frozen=True, eq=False)
class Carried:
    """What the rules over several weeks need to know of the time before the horizon.

    Attributes
    ----------
    shift : (agents,)
        Shift type of the day before the horizon, -1 for none.
    nights_run : (agents,)
        Night shifts on the days directly before the horizon.
    duties : (agents, 3)
        Weekend days, nights and late shifts of all the past that is known, in the order of `DUTIES`.
    minutes, nights, weekends, leave : (agents,)
        Paid minutes, night shifts, weekends worked and days of leave of the first period before the horizon.
    weekend : (agents,)
        1 where the first period holds a worked Saturday directly before a horizon that begins on a Sunday.
    """

    shift: IntArray
    nights_run: IntArray
    duties: IntArray
    minutes: IntArray
    nights: IntArray
    weekends: IntArray
    leave: IntArray
    weekend: IntArray

    def __post_init__(self) -> None:
        people = len(self.shift)
        for name in ("shift", "nights_run", "minutes", "nights", "weekends", "leave", "weekend"):
            set_frozen(self, name, np.int64, (people,))
        set_frozen(self, "duties", np.int64, (people, len(DUTIES)))

    @classmethod
    def nothing(cls, people: int) -> "Carried":
        """No past at all."""
        zero = np.zeros(people, dtype=np.int64)
        duties = np.zeros((people, len(DUTIES)), dtype=np.int64)
        return cls(np.full(people, -1, dtype=np.int64), zero, duties, zero, zero, zero, zero, zero)


def carried(centre: Centre, agents: tuple[Agent, ...], rows: Iterable[CarryIn], grid: TimeGrid) -> Carried:
    """Read the past of `agents` from the rows of ``carry_in.csv`` before the first day of `grid`."""
    number = {agent.id: index for index, agent in enumerate(agents)}
    spans: dict[tuple[int, date], list[tuple[datetime, datetime]]] = {}
    absent: dict[tuple[int, date], float] = {}
    for row in rows:
        if row.agent not in number or row.date >= grid.first_day:
            continue
        key = (number[row.agent], row.date)
        if row.kind in ("work", *ON_SHIFT_KINDS):
            spans.setdefault(key, []).append((grid.aware(row.start), grid.aware(row.end)))
        elif row.kind not in ("unavailable", ON_CALL):
            absent[key] = absent.get(key, 0.0) + (row.end.timestamp() - row.start.timestamp()) / 60
    past = Carried.nothing(len(agents))
    sums = {name: getattr(past, name).copy() for name in Carried.__dataclass_fields__}
    begin = find_periods(centre.rules, grid).first[0]
    nights: dict[int, set[date]] = {}
    weekends: set[tuple[int, date]] = set()
    for (agent, when), shifts in spans.items():
        start, end = min(s for s, _ in shifts), max(e for _, e in shifts)
        kind, paid = _read(centre, agents[agent], when, start, end)
        marks = past_marks(centre.rules, when, start, end)
        sums["duties"][agent] += marks
        if marks[1]:
            nights.setdefault(agent, set()).add(when)
        if when == grid.first_day - timedelta(days=1):
            sums["shift"][agent] = -1 if kind is None else centre.shifts.index(kind)
        if when >= begin:
            sums["minutes"][agent] += paid
            sums["nights"][agent] += marks[1]
            if marks[0]:
                weekends.add((agent, when - timedelta(days=when.weekday() - SATURDAY)))
    for agent, saturday in weekends:
        sums["weekends"][agent] += 1
        sums["weekend"][agent] |= saturday == grid.first_day - timedelta(days=1)
    for agent, dates in nights.items():
        while grid.first_day - timedelta(days=int(sums["nights_run"][agent]) + 1) in dates:
            sums["nights_run"][agent] += 1
    for (agent, when), minutes in absent.items():
        workable = {weekday for kind in _types(centre, agents[agent]) for weekday in kind.weekdays}
        if when >= begin and minutes >= LEAVE_DAY_MIN and when.weekday() in workable:
            sums["leave"][agent] += 1
    return Carried(**sums)


def paid_before(
    centre: Centre, agents: tuple[Agent, ...], rows: Iterable[CarryIn], grid: TimeGrid, days: int
) -> IntArray:
    """Paid minutes of at most `days` days before the first day of `grid`, the latest last, shape (agents, days).

    The table begins with the first day that any row of ``carry_in.csv`` knows of. A shift of which only the start and
    the end are known is paid as the first type of the contract that it fits, else for all of its elapsed time.
    """
    number = {agent.id: index for index, agent in enumerate(agents)}
    spans: dict[tuple[int, date], list[tuple[datetime, datetime]]] = {}
    for row in rows:
        ago = (grid.first_day - row.date).days
        if row.agent in number and 1 <= ago <= days and row.kind in ("work", *ON_SHIFT_KINDS):
            key = (number[row.agent], row.date)
            spans.setdefault(key, []).append((grid.aware(row.start), grid.aware(row.end)))
    known = max(((grid.first_day - when).days for _, when in spans), default=0)
    paid = np.zeros((len(agents), known), dtype=np.int64)
    for (agent, when), shifts in spans.items():
        start, end = min(s for s, _ in shifts), max(e for _, e in shifts)
        _, minutes = _read(centre, agents[agent], when, start, end)
        paid[agent, known - (grid.first_day - when).days] += minutes
    return paid


def _types(centre: Centre, agent: Agent) -> list[ShiftType]:
    """Shift types of the agent's contract, in its order."""
    by_id = {shift.id: shift for shift in centre.shifts}
    return [by_id[name] for contract in centre.contracts if contract.id == agent.contract for name in contract.shifts]


def _read(centre: Centre, agent: Agent, when: date, start: datetime, end: datetime) -> tuple[ShiftType | None, int]:
    """The first type of the contract that a shift of the past fits, and its paid minutes (all when it fits none)."""
    minute = start.hour * 60 + start.minute if start.date() == when else -1
    length = round((end.timestamp() - start.timestamp()) / 60)
    for kind in _types(centre, agent):
        if kind.fits(minute, when.weekday(), length):
            return kind, kind.paid_min(length, {pause.id: pause for pause in centre.breaks})
    return None, length
