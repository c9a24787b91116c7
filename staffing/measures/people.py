"""How evenly burdens and wishes are shared: figures, never names."""

from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.duties import LATE_END_MIN
from staffing.plan import Plan


@dataclass(frozen=True, slots=True)
class Spread:
    """Smallest, mean and largest figure over the people."""

    low: float
    mean: float
    high: float


@dataclass(frozen=True, slots=True)
class Fairness:
    """Burdens per person, and the share of wishes granted (None without wishes)."""

    weekend_days: Spread
    late_shifts: Spread
    paid_h: Spread
    wishes_granted: float | None


def fairness(plan: Plan) -> Fairness | None:
    """Fairness of the plan's roster; None without one."""
    roster, problem = plan.roster, plan.problem
    if roster is None:
        return None
    people = len(problem.agents)
    weekend, late, paid_h = np.zeros(people), np.zeros(people), np.zeros(people)
    for shift in roster.shifts():
        weekend[shift.agent] += problem.grid.weekday[shift.day] >= 5
        day_start = int(problem.grid.day_start[shift.day])
        late[shift.agent] += (shift.end - day_start) * problem.grid.step_min > LATE_END_MIN
    for term in plan.cost.terms if plan.cost else ():
        if term.component == "wage" and term.agent is not None:
            paid_h[term.agent] += term.value / problem.wage_per_h(term.agent)
    missed = (
        0 if plan.cost is None else sum(1 for term in plan.cost.terms if term.component == "wish" and term.value > 0)
    )
    granted = 1 - missed / len(problem.wishes) if problem.wishes else None
    return Fairness(_spread(weekend), _spread(late), _spread(paid_h), granted)


def _spread(values: FloatArray) -> Spread:
    if not len(values):
        return Spread(0.0, 0.0, 0.0)
    return Spread(float(values.min()), float(values.mean()), float(values.max()))
