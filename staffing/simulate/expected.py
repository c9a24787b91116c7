"""What queue formulas and fluid work promise for the roster, before any simulation."""

from dataclasses import dataclass

import numpy as np

from staffing.audit import deferred_work
from staffing.domain.arrays import FloatArray
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import Queue
from staffing.domain.requirement import Requirement
from staffing.domain.roster import Roster


@dataclass(frozen=True, slots=True)
class Expected:
    """Service level and its weight by queue and interval, both (queues, intervals); NaN where there is no figure."""

    level: FloatArray
    weight: FloatArray

    def mean(self, row: int, steps: slice) -> float | None:
        """Weighted mean of one queue; None without weight or without a figure."""
        level, weight = self.level[row, steps], self.weight[row, steps]
        counted = weight > 1e-9
        if not counted.any() or np.isnan(level[counted]).any():
            return None
        return float(np.clip(np.average(level[counted], weights=weight[counted]), 0.0, 1.0))


def expected_levels(
    problem: RosterProblem, roster: Roster, queues: tuple[Queue, ...], requirement: Requirement
) -> Expected:
    """Expected level of each interval at the agents rostered and present.

    Answer queues: the coverage of each slot, less unplanned shrinkage, is looked up on the queue's
    own curve, an interval's level is the mean of its slots, its weight the load. Deadline queues:
    the share of the work falling due in the interval that the crew has done by then, working as
    early as it can; the weight is the work falling due.
    """
    ratio = requirement.grid.step_min // problem.grid.step_min
    shape = (*requirement.agents.shape, ratio)
    coverage = roster.coverage(problem.proficiency)
    due_h = np.diff(problem.latest_h, axis=1, prepend=0.0)
    late_h = np.minimum(deferred_work(problem, coverage).overdue_h, due_h)
    weight = np.where(problem.deadline[:, np.newaxis], due_h.reshape(shape).sum(axis=2), requirement.load_erl)
    level = np.full(requirement.agents.shape, np.nan)
    for row, queue in enumerate(queues):
        if queue.has_deadline:
            late = late_h.reshape(shape)[row].sum(axis=1)
            level[row] = 1.0 - np.divide(late, weight[row], out=np.zeros_like(late), where=weight[row] > 0)
            continue
        for curve in requirement.curves:
            if curve.queues == (queue.id,):
                present = (coverage[row] * (1.0 - queue.unplanned_shrinkage)).reshape(-1, ratio)
                level[row] = np.mean([curve.at(present[:, slot]) for slot in range(ratio)], axis=0)
    return Expected(level, weight)
