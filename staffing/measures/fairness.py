"""Burdens and wishes person by person, with what was carried over from before."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from staffing.audit.fits import start_minutes
from staffing.audit.price_people import wish_terms
from staffing.audit.shifts import shift_table
from staffing.audit.weeks import week_limits, week_paid, whole_weeks
from staffing.domain.arrays import BoolArray, FloatArray
from staffing.domain.calendar import DayKind
from staffing.domain.duties import duty_marks
from staffing.domain.roster import WORK
from staffing.plan import Plan

EARLY_START_MIN = 7 * 60
"""A shift that starts before this minute of the day is an early one."""
BURDENS = ("shifts", "weekend_days", "nights", "late", "early", "holidays")
"""What is counted in shifts, and added to what was carried over."""


@dataclass(frozen=True, slots=True)
class PersonFairness:
    """One person's share of burdens and wishes in a plan.

    Shifts are counted by the day they start on: on a weekend, at night, ending late, starting early, on a public
    holiday; a night shift is not a late one as well. `wishes_asked` and `wishes_granted` count wishes, weights aside.
    `paid_h` stands against the hours `contract_min_h` to `contract_max_h` of the contract's weeks after leave.
    `queue_h` are hours at work by queue. `before` adds up the same burdens of earlier plans and of carry_in.csv.
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

    def with_before(self, burden: str) -> int:
        """The burden with what was carried over."""
        return int(getattr(self, burden)) + dict(self.before).get(burden, 0)


def person_fairness(plan: Plan, before: Iterable[Plan] = ()) -> tuple[PersonFairness, ...]:
    """Fairness of the plan's roster for every person, in their order; empty without a roster.

    Parameters
    ----------
    before : plans, optional
        Earlier plans whose burdens are carried over, beside the weekend days, nights and late shifts that
        carry_in.csv tells of. Name plans of days that carry_in.csv does not hold, or they count twice.
    """
    earlier: dict[str, dict[str, int]] = {}
    for past in before:
        for person in person_fairness(past):
            mine = earlier.setdefault(person.agent, {})
            for burden in BURDENS:
                mine[burden] = mine.get(burden, 0) + int(getattr(person, burden))
    found = []
    for number, person in enumerate(_of(plan)):
        carried = dict(earlier.get(person.agent, {}))
        for burden, count in zip(("weekend_days", "nights", "late"), plan.problem.carried.duties[number], strict=True):
            carried[burden] = carried.get(burden, 0) + int(count)
        told = tuple((burden, carried[burden]) for burden in BURDENS if carried.get(burden))
        found.append(replace(person, before=told))
    return tuple(found)


def _of(plan: Plan) -> list[PersonFairness]:
    roster, problem = plan.roster, plan.problem
    if roster is None:
        return []
    people, grid, table = len(problem.agents), problem.grid, shift_table(roster)
    inside = table.within(grid.days)
    agent, day = table.agent[inside], table.day[inside]
    marks = duty_marks(grid, problem.rules, day, table.start[inside], table.end[inside])
    holiday = np.array([problem.table.on(when).kind is DayKind.HOLIDAY for when in grid.dates])
    early = start_minutes(problem, table)[inside] < EARLY_START_MIN

    def count(which: BoolArray) -> list[int]:
        return [int(n) for n in np.bincount(agent, weights=which.astype(float), minlength=people)]

    columns: dict[str, list[int]] = {
        "shifts": count(np.ones(len(agent), dtype=bool)),
        "weekend_days": count(marks[:, 0]),
        "nights": count(marks[:, 1]),
        "late": count(marks[:, 2]),
        "early": count(early),
        "holidays": count(holiday[day]),
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
