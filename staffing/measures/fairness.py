"""Burdens and wishes person by person, with what was carried over from before."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from staffing.audit.fits import start_minutes
from staffing.audit.price_people import wish_terms
from staffing.audit.shifts import shift_table
from staffing.audit.weeks import week_limits, week_paid, whole_weeks
from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.calendar import DayKind
from staffing.domain.duties import duty_marks
from staffing.domain.roster import WORK
from staffing.plan import Plan

EARLY_START_MIN = 7 * 60
"""A shift that starts before this minute of the day is an early one."""
BURDENS = ("shifts", "weekend_days", "nights", "late", "early", "holidays")
"""What is counted in shifts, and added to what was carried over."""


@dataclass(frozen=True, eq=False)
class ShiftBurdens:
    """Shifts within the horizon: `agent` and `day` (shifts,), `marks` (shifts, burdens) in the order of `BURDENS`."""

    agent: IntArray
    day: IntArray
    marks: BoolArray


@dataclass(frozen=True, slots=True)
class PersonFairness:
    """One person's share of burdens and wishes in a plan.

    Shifts are counted by the day they start on: on a weekend, at night, ending late, starting early, on a public
    holiday; a night shift is not a late one as well. `wishes_asked` and `wishes_granted` count wishes, weights aside.
    `paid_h` stands against the hours `contract_min_h` to `contract_max_h` of the contract's weeks after leave.
    `queue_h` are hours at work by queue. `before` adds up the same burdens of earlier plans and of carry_in.csv;
    `paid_before_h`, `balance_before_h` and the wishes before are those of earlier plans.
    """

    agent: str
    shifts: int
    weekend_days: int
    nights: int
    late: int
    early: int
    holidays: int
    wishes_asked: int
    wishes_granted: int
    paid_h: float
    contract_min_h: float
    contract_max_h: float
    queue_h: tuple[tuple[str, float], ...] = ()
    before: tuple[tuple[str, int], ...] = field(default=())
    paid_before_h: float = 0.0
    balance_before_h: float = 0.0
    wishes_asked_before: int = 0
    wishes_granted_before: int = 0

    @property
    def balance_h(self) -> float:
        """Hours beyond what the contract allows, or below what it asks for (negative); 0 between the two."""
        return self.paid_h - min(max(self.paid_h, self.contract_min_h), self.contract_max_h)

    def with_before(self, burden: str) -> int:
        """The burden with what was carried over."""
        return int(getattr(self, burden)) + dict(self.before).get(burden, 0)


def person_fairness(plan: Plan, before: Iterable[Plan] = (), *, carry_in: bool = True) -> tuple[PersonFairness, ...]:
    """Fairness of the plan's roster for every person, in their order; empty without a roster.

    Parameters
    ----------
    before : plans, optional
        Earlier plans whose burdens are carried over, beside the weekend days, nights and late shifts that
        carry_in.csv tells of. Name plans of days that carry_in.csv does not hold, or they count twice.
    carry_in : bool
        Whether carry_in.csv counts.
    """
    earlier: dict[str, list[PersonFairness]] = {}
    for past in before:
        for row in _of(past):
            earlier.setdefault(row.agent, []).append(row)
    found = []
    for number, person in enumerate(_of(plan)):
        mine = earlier.get(person.agent, [])
        carried = {burden: sum(int(getattr(row, burden)) for row in mine) for burden in BURDENS}
        for burden, count in zip(("weekend_days", "nights", "late"), plan.problem.carried.duties[number], strict=True):
            carried[burden] += int(count) if carry_in else 0
        told = tuple((burden, carried[burden]) for burden in BURDENS if carried.get(burden))
        found.append(
            replace(
                person,
                before=told,
                paid_before_h=sum(row.paid_h for row in mine),
                balance_before_h=sum(row.balance_h for row in mine),
                wishes_asked_before=sum(row.wishes_asked for row in mine),
                wishes_granted_before=sum(row.wishes_granted for row in mine),
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class PeriodFairness:
    """Fairness of one period, `first` to `last` day, with what the periods before it carried over."""

    first: date
    last: date
    people: tuple[PersonFairness, ...]


def period_fairness(plan: Plan, before: Iterable[Plan] = ()) -> tuple[PeriodFairness, ...]:
    """Fairness of every person in every period, the earliest first: each plan is one, and carries those before it.

    Name each period once.
    """
    plans = sorted((*before, plan), key=lambda one: one.problem.grid.first_day)
    return tuple(
        PeriodFairness(
            one.problem.grid.first_day,
            one.problem.grid.dates[-1],
            # Only the first period starts from carry_in.csv: in later ones it holds shifts of the periods before.
            person_fairness(one, plans[:place], carry_in=place == 0),
        )
        for place, one in enumerate(plans)
    )


def shift_burdens(plan: Plan) -> ShiftBurdens | None:
    """What the shifts of the plan's roster are to those who work them; None without a roster."""
    roster, problem = plan.roster, plan.problem
    if roster is None:
        return None
    grid, table = problem.grid, shift_table(roster)
    inside = table.within(grid.days)
    day = table.day[inside]
    duties = duty_marks(grid, problem.rules, day, table.start[inside], table.end[inside])
    holiday = np.array([problem.table.on(when).kind is DayKind.HOLIDAY for when in grid.dates])
    early = start_minutes(problem, table)[inside] < EARLY_START_MIN
    marks = np.stack([np.ones(len(day), dtype=bool), *duties.T, early, holiday[day]], axis=1)
    return ShiftBurdens(table.agent[inside], day, marks)


def _of(plan: Plan) -> list[PersonFairness]:
    roster, problem, found = plan.roster, plan.problem, shift_burdens(plan)
    if roster is None or found is None:
        return []
    people = len(problem.agents)

    columns = {
        burden: [int(n) for n in np.bincount(found.agent, found.marks[:, place], people)]
        for place, burden in enumerate(BURDENS)
    }
    asked, missed = [0] * people, [0] * people
    for wish in problem.wishes:
        asked[wish.agent] += 1
    for term in wish_terms(problem, roster):
        if term.agent is not None:
            missed[term.agent] += 1
    limits, weeks = week_limits(problem), whole_weeks(problem)
    paid = week_paid(problem, roster).sum(axis=1)
    hours = _queue_hours(plan)
    return [
        PersonFairness(
            agent=person.id,
            shifts=columns["shifts"][number],
            weekend_days=columns["weekend_days"][number],
            nights=columns["nights"][number],
            late=columns["late"][number],
            early=columns["early"][number],
            holidays=columns["holidays"][number],
            wishes_asked=asked[number],
            wishes_granted=max(0, asked[number] - missed[number]),
            paid_h=float(paid[number]) / 60,
            contract_min_h=float(limits[number, :weeks, 0].sum()) / 60,
            contract_max_h=float(limits[number, :, 1].sum()) / 60,
            queue_h=tuple(
                (name, float(value)) for name, value in zip(problem.queues, hours[number], strict=True) if value > 0
            ),
        )
        for number, person in enumerate(problem.agents)
    ]


def _queue_hours(plan: Plan) -> FloatArray:
    """Hours at work on each queue inside the horizon, shape (agents, queues)."""
    roster, problem = plan.roster, plan.problem
    hours = np.zeros((len(problem.agents), len(problem.queues)))
    if roster is None:
        return hours
    rows = np.flatnonzero((roster.activity == WORK) & (roster.queue >= 0))
    slots = np.clip(roster.end[rows], 0, problem.grid.n) - np.clip(roster.start[rows], 0, problem.grid.n)
    np.add.at(hours, (roster.agent[rows], roster.queue[rows]), slots * problem.grid.step_h)
    return hours
