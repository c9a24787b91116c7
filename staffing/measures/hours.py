"""Hours required, short and over."""

from dataclasses import dataclass

import numpy as np

from staffing.measures.coverage import coverage
from staffing.plan import Plan


@dataclass(frozen=True, slots=True)
class Hours:
    """Rostered agent-hours over the horizon.

    `short_h` sums the missing agents of open slots (late work for deadline queues), `over_h` the
    agents beyond the requirement of answer queues and those without work in deadline queues, and
    `unassigned_h` the time at work of skilled agents without any queue. Where queues share agents,
    `required_h` and `short_h` count the fewest agents that fill all rows of queues and pools, so
    that an agent who fills several counts once; `over_h` counts those beyond the pool.
    """

    required_h: float
    assigned_h: float
    short_h: float
    over_h: float
    unassigned_h: float

    @property
    def short_share(self) -> float:
        """Short hours per required hour; 0 where nothing is required."""
        return self.short_h / self.required_h if self.required_h > 0 else 0.0


def short_hours(plan: Plan) -> Hours:
    """Hours of the plan's roster, all queues."""
    table = coverage(plan)
    hour = table.grid.step_h
    return Hours(
        required_h=float(table.needed.sum() * hour),
        assigned_h=float(table.assigned.sum() * hour),
        short_h=float(table.missing.sum() * hour),
        over_h=float(table.surplus.sum() * hour),
        unassigned_h=_unassigned_h(plan),
    )


def _unassigned_h(plan: Plan) -> float:
    if plan.roster is None:
        return 0.0
    skilled = np.asarray((plan.problem.proficiency > 0).any(axis=1))
    free = plan.roster.at_work() & (plan.roster.queue_at() < 0)
    return float(free[skilled].sum() * plan.problem.grid.step_h)
