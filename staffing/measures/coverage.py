"""Required against assigned agents, slot by slot."""

from dataclasses import dataclass

import numpy as np

from staffing.audit import deferred_work
from staffing.domain.arrays import BoolArray, FloatArray
from staffing.domain.timegrid import TimeGrid
from staffing.plan import Plan


@dataclass(frozen=True, eq=False)
class Coverage:
    """Coverage on the slot grid; arrays (queues, slots).

    `required` are rostered agents. For a deadline queue they are the agents whose work was done in
    the slot plus those whose work became overdue in it, so a negative gap is exactly late work.
    `expected_sl` is the service level at the assigned agents less unplanned absence; for a deadline
    queue the share of the work due in the slot that is done in time (1 where none is due).
    """

    grid: TimeGrid
    queues: tuple[str, ...]
    is_open: BoolArray
    required: FloatArray
    assigned: FloatArray
    expected_sl: FloatArray

    @property
    def gap(self) -> FloatArray:
        """Assigned less required; negative where agents are short."""
        difference = self.assigned - self.required
        return np.where(np.abs(difference) < 1e-9, 0.0, difference)


def coverage(plan: Plan) -> Coverage:
    """Coverage of the plan's roster; without a roster nobody is assigned."""
    problem = plan.problem
    required = np.array(problem.required)
    assigned = np.zeros_like(required) if plan.roster is None else plan.roster.coverage(problem.proficiency)
    expected = _answer_levels(plan, assigned)
    if problem.deadline.any():
        work = deferred_work(problem, assigned)
        late_h = np.maximum(0.0, np.diff(work.overdue_h, axis=1, prepend=0.0))
        due_h = np.diff(problem.latest_h, axis=1, prepend=0.0)
        rows = problem.deadline
        required[rows] = ((work.done_h + late_h) / problem.grid.step_h)[rows]
        on_time = 1.0 - np.divide(late_h, due_h, out=np.zeros_like(late_h), where=due_h > 1e-9)
        expected[rows] = np.clip(on_time, 0.0, 1.0)[rows]
    return Coverage(problem.grid, problem.queues, problem.is_open, required, assigned, expected)


def _answer_levels(plan: Plan, assigned: FloatArray) -> FloatArray:
    """Service level by slot from the requirement's curves, 1 where there is no curve or no load."""
    requirement = plan.requirement
    ratio = requirement.grid.step_min // plan.problem.grid.step_min
    present = assigned / requirement.gross_factor[:, None]
    levels = np.ones_like(assigned)
    for curve in requirement.curves:
        if len(curve.queues) != 1 or curve.queues[0] not in requirement.queues:
            continue
        row = requirement.queues.index(curve.queues[0])
        for part in range(ratio):
            levels[row, part::ratio] = curve.at(present[row, part::ratio])
        levels[row, np.repeat(requirement.load_erl[row] <= 0, ratio)] = 1.0
    return levels
