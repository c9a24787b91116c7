"""Deferred work done by the agents assigned to it, as early as possible."""

from dataclasses import dataclass

import numpy as np

from staffing.audit.terms import EPSILON
from staffing.domain.arrays import FloatArray, set_frozen
from staffing.domain.problem import RosterProblem


@dataclass(frozen=True, eq=False)
class DeferredWork:
    """What becomes of deferred work, arrays (queues, slots) in agent-hours; rows of other queues are 0.

    `done_h` in each slot, `overdue_h` at the end of each slot (due but not done), `idle_h` of each slot
    (assigned with no work left).
    """

    done_h: FloatArray
    overdue_h: FloatArray
    idle_h: FloatArray

    def __post_init__(self) -> None:
        for name in ("done_h", "overdue_h", "idle_h"):
            set_frozen(self, name)

    @property
    def undone_h(self) -> FloatArray:
        """Due but not done at the end of the horizon, shape (queues,)."""
        end: FloatArray = self.overdue_h[:, -1]
        return end


def deferred_work(problem: RosterProblem, coverage: FloatArray) -> DeferredWork:
    """Sweep `coverage` (queues, slots) through the tubes of the deadline queues.

    With the work done by the end of a slot ``W[t] = min(earliest_h[t], W[t-1] + A[t] * h)``, the sum of
    assigned hours ``C`` reflected at the tube gives all slots at once:
    ``W = C + min(0, min over s <= t of (earliest_h[s] - C[s]))``.
    """
    rows = problem.deadline[:, None]
    assigned_h = np.where(rows, coverage, 0.0) * problem.grid.step_h
    earliest = np.where(rows, problem.earliest_h, 0.0)
    cumulated = np.cumsum(assigned_h, axis=1)
    held_back = np.minimum(0.0, np.minimum.accumulate(earliest - cumulated, axis=1))
    worked = np.maximum.accumulate(np.maximum(0.0, cumulated + held_back), axis=1)
    done = np.diff(worked, axis=1, prepend=0.0)
    overdue = np.where(rows, problem.latest_h, 0.0) - worked
    return DeferredWork(_positive(done), _positive(overdue), _positive(assigned_h - done))


def _positive(values: FloatArray) -> FloatArray:
    """Negative values and the dust of rounding become 0."""
    return np.where(values > EPSILON, values, 0.0)
