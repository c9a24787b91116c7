"""When deferred work is due: read off the requirement's tube, so that planning and judging share one deadline."""

from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.queue import AnswerTarget, DeadlineUnit, Queue
from staffing.domain.requirement import Workload

_TOLERANCE_H = 1e-5
_SLACK_S = 60.0
"""A clock moment this near to the tube's step still counts as inside it."""
CARRIED = -1
"""Step of contacts that were there before the horizon began."""


@dataclass(frozen=True, slots=True)
class Tube:
    """Deadlines of one queue: cumulative agent-hours by the end of each step, and its clock.

    `carried_h` is the work that was there at the start, `amount_s` the promised time, `unit` the
    clock it runs on, `is_open` (steps,) the queue's opening.
    """

    earliest_h: FloatArray
    latest_h: FloatArray
    carried_h: float
    step_s: float
    amount_s: float
    unit: DeadlineUnit
    is_open: BoolArray

    @classmethod
    def of(cls, queue: Queue, work: Workload, arrived_first_h: float, is_open: BoolArray, step_s: float) -> "Tube":
        """The queue's tube; what it holds in the first step beyond `arrived_first_h` was there before."""
        target = queue.target
        if isinstance(target, AnswerTarget):
            amount_s, unit = target.answer_within_s, DeadlineUnit.HOURS
        else:
            amount_s, unit = target.amount * 3600.0, target.unit
        earliest_h, latest_h = np.array(work.earliest_h), np.array(work.latest_h)
        carried_h = max(0.0, float(earliest_h[0]) - arrived_first_h)
        return cls(
            earliest_h, latest_h, carried_h if carried_h > _TOLERANCE_H else 0.0, step_s, amount_s, unit, is_open
        )

    def due_s(self, arrival_s: FloatArray, step: IntArray) -> FloatArray:
        """Moments at which contacts are due, infinite beyond the horizon.

        Work is due first in, first out: what had arrived by a moment is due in the step in which as
        much must have been done. Inside that step the promised time fixes the moment where it can
        (clock and working hours); otherwise, as for a deadline moved to closing time, it is the
        step's end.

        Parameters
        ----------
        arrival_s, step : (contacts,)
            Moments in seconds since the start of the horizon and their steps; `CARRIED` contacts
            share the work carried in, in order.
        """
        before_h = np.concatenate(([self.carried_h], self.earliest_h))[step]
        risen_h = self.earliest_h[step] - before_h
        part = arrival_s / self.step_s - step
        # Never so near to what was there before that the tolerance takes it for work that is due earlier.
        level_h = before_h + np.maximum(np.clip(part, 0.0, 1.0) * risen_h, np.minimum(2.0 * _TOLERANCE_H, risen_h))
        carried = step == CARRIED
        level_h[carried] = self.carried_h * (np.arange(carried.sum()) + 0.5) / max(1, carried.sum())
        due_step = np.searchsorted(self.latest_h + _TOLERANCE_H, level_h)
        # The tube does not rise where nobody was expected: such contacts go with the next work due.
        flat = ~carried & (risen_h <= _TOLERANCE_H)
        due_step[flat] = np.searchsorted(self.latest_h - _TOLERANCE_H, level_h[flat], side="right")
        start_s: FloatArray = np.asarray(due_step * self.step_s, dtype=np.float64)
        due_s = exact_s = start_s + self.step_s
        if self.unit is DeadlineUnit.HOURS:
            exact_s = arrival_s + self.amount_s
        elif self.unit is DeadlineUnit.WORKING_HOURS:
            begun = np.where(self.is_open[step], part, 0.0) + self.amount_s / self.step_s
            exact_s = start_s + (1.0 - (-begun) % 1.0) * self.step_s
        inside = (exact_s >= start_s - _SLACK_S) & (exact_s <= due_s + _SLACK_S) & ~carried & ~flat
        return np.where(due_step < len(self.latest_h), np.where(inside, exact_s, due_s), np.inf)
