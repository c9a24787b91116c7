"""What queue formulas and fluid work promise for the roster, before any simulation."""

from dataclasses import dataclass

import numpy as np

from staffing.audit import deferred_work
from staffing.domain.arrays import FloatArray
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import Queue
from staffing.domain.requirement import Requirement
from staffing.domain.roster import Roster
from staffing.simulate.green import found_in_time, uses_green_channel


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


def absence_of(queues: tuple[Queue, ...], requirement: Requirement) -> FloatArray:
    """Chance that somebody rostered is away, by queue and interval."""
    return requirement.absence(_own_absence(queues))


def _own_absence(queues: tuple[Queue, ...]) -> FloatArray:
    return np.array([queue.unplanned_shrinkage for queue in queues])


def expected_levels(
    problem: RosterProblem, roster: Roster, queues: tuple[Queue, ...], requirement: Requirement, aht_s: FloatArray
) -> Expected:
    """Expected level of each interval at the agents rostered and present.

    Answer queues: the coverage of each slot, less unplanned absence, is looked up on the queue's
    own curve; where they share agents, all coverage of the pool on the pool's curve, when that is
    better. An interval's level is the mean of its slots, its weight the load. Deadline queues:
    the share of the work falling due in the interval that the crew has done by then, working as
    early as it can; the weight is the work falling due. Extra urgent queues: the chance that a case
    arriving in the interval finds somebody with the skill in time, by the work arriving. `aht_s` are
    mean handle times, (queues, intervals).
    """
    ratio = requirement.grid.step_min // problem.grid.step_min
    shape = (*requirement.agents.shape, ratio)
    coverage = roster.coverage(problem.proficiency)
    due_h = np.diff(problem.latest_h, axis=1, prepend=0.0)
    late_h = np.minimum(deferred_work(problem, coverage).overdue_h, due_h)
    present = requirement.present(coverage, _own_absence(queues)).reshape(shape)
    weight = np.where(problem.deadline[:, np.newaxis], due_h.reshape(shape).sum(axis=2), requirement.load_erl)
    for work in requirement.workload:
        if work.idle_h is not None:  # what idle agents do is due as well, and in time
            whole_h = np.diff(work.latest_h * work.gross_factor, prepend=0.0)
            weight[requirement.queues.index(work.queue)] = whole_h
    answered = np.full(shape, np.nan)
    for curve in requirement.curves:
        if set(curve.queues) <= set(requirement.queues):
            inside = [requirement.queues.index(queue) for queue in curve.queues]
            together = present[inside].sum(axis=0)
            reached = np.stack([curve.at(together[:, slot]) for slot in range(ratio)], axis=1)
            answered[inside] = np.fmax(answered[inside], reached)
    level: FloatArray = answered.mean(axis=2)
    for row, queue in enumerate(queues):
        if uses_green_channel(queue):
            by_slot = (np.repeat(figure, ratio, axis=1) for figure in (aht_s, absence_of(queues, requirement)))
            found = found_in_time(queue, roster, problem.proficiency[:, row], *by_slot)
            level[row], weight[row] = found.reshape(-1, ratio).mean(axis=1), requirement.load_erl[row]
        elif queue.has_deadline:
            late = late_h.reshape(shape)[row].sum(axis=1)
            level[row] = 1.0 - np.divide(late, weight[row], out=np.zeros_like(late), where=weight[row] > 0)
    return Expected(level, weight)
