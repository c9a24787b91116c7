"""The working-time clock: when is work due that arrives at a given moment.

Positions are steps of a grid as real numbers: 2.5 is the middle of step 2. All arithmetic is on the open steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from staffing.domain.queue import DeadlineTarget, DeadlineUnit
from staffing.erlang.special import Array

_AT = 1e-9  # of a step: just before, or just after, a border
_PARTS = 6  # pieces of a step whose due moments are computed: exact to five minutes on a half-hour grid


@dataclass(frozen=True, eq=False)
class WorkingClock:
    """Open steps of one queue over consecutive days.

    Parameters
    ----------
    is_open : ndarray
        Shape (steps,).
    day_start : ndarray
        First step of each day and the number of steps, shape (days + 1,).
    working_day : ndarray
        Days that count as working days, shape (days,).
    step_h : float
        Hours of a step.

    >>> is_open = np.array([0, 1, 1, 0] * 3, dtype=bool)
    >>> clock = WorkingClock(is_open, np.array([0, 4, 8, 12]), np.ones(3, dtype=bool), 6.0)
    >>> clock.due(np.array([1.0, 2.5, 3.0]), DeadlineTarget(6, DeadlineUnit.WORKING_HOURS)).tolist()
    [2.0, 5.5, 6.0]
    """

    is_open: NDArray[np.bool_]
    day_start: NDArray[np.int64]
    working_day: NDArray[np.bool_]
    step_h: float

    def due(self, arrival: Array, deadline: DeadlineTarget) -> Array:
        """Moment by which work must be done, for non-decreasing `arrival` positions; infinite beyond the clock."""
        if deadline.unit is DeadlineUnit.WORKING_HOURS:
            moments = self._working_hours(arrival, deadline.amount)
        elif deadline.unit is DeadlineUnit.WORKING_DAYS:
            moments = self._working_days(arrival, int(np.ceil(deadline.amount)))
        else:
            moments = self._clock_hours(arrival, deadline.amount)
        return np.maximum.accumulate(moments)

    def next_open(self, moment: Array) -> Array:
        """`moment` itself when open, else the next opening; infinite when there is none."""
        steps = np.arange(len(self.is_open) + 1.0)
        opening = np.where(np.append(self.is_open, False), steps, np.inf)
        following = np.minimum.accumulate(opening[::-1])[::-1]
        step = np.clip(np.floor(moment), 0, len(self.is_open)).astype(np.int64)
        return np.maximum(following[step], moment)

    def last_open(self, moment: Array) -> Array:
        """`moment` itself when open or just closed, else the last closing before it; -infinite when there is none."""
        steps = np.arange(len(self.is_open) + 1.0)
        closing = np.maximum.accumulate(np.where(np.insert(self.is_open, 0, False), steps, -np.inf))
        step = np.clip(np.floor(moment), 0, len(self.is_open)).astype(np.int64)
        inside = np.append(self.is_open, False)[step]
        return np.where(inside, moment, closing[step])

    def _clock_hours(self, arrival: Array, hours: float) -> Array:
        """Elapsed hours; a moment in closed time moves back to the last open one.

        Work that arrives in closed time, or that no open time would be left for, has at least the first open step.
        """
        end = arrival + hours / self.step_h
        first, last = self.next_open(arrival), self.last_open(end)
        waits = (first > arrival) | (last <= arrival)
        moment = np.where(waits, np.maximum(last, np.floor(first) + 1.0), last)
        return np.where(end > len(self.is_open), np.inf, moment)

    def _working_hours(self, arrival: Array, hours: float) -> Array:
        elapsed = np.concatenate(([0.0], np.cumsum(self.is_open)))
        wanted = np.interp(arrival, np.arange(len(elapsed)), elapsed) + hours / self.step_h
        step = np.searchsorted(elapsed, wanted - _AT)
        inside = np.minimum(step, len(elapsed) - 1)
        return np.where(step < len(elapsed), inside - (elapsed[inside] - wanted), np.inf)

    def _working_days(self, arrival: Array, days: int) -> Array:
        """Close of business `days` working days after the day of arrival; after closing the next day counts."""
        closing = self.last_open(self.day_start[1:].astype(float) - _AT)
        good = self.working_day & (closing > self.day_start[:-1])
        closes = np.append(closing[good], np.full(days + 1, np.inf))
        first = np.searchsorted(closing[good], arrival, side="right")
        moments: Array = closes[np.minimum(first + days, len(closes) - 1)]
        return moments


def cumulative_due(arrived: Array, clock: WorkingClock, deadline: DeadlineTarget) -> Array:
    """Work due by the end of each step, when work arrives evenly within each step and is taken in order of arrival.

    Parameters
    ----------
    arrived : ndarray
        Work that arrives in each step of the clock (any unit), shape (steps,).

    Returns
    -------
    ndarray
        Cumulative, shape (steps,), never more than what has arrived by then.
    """
    count = len(arrived)
    place = np.arange(count * _PARTS + 1) / _PARTS
    moments = clock.due(np.column_stack((place[:-1] + _AT, place[1:] - _AT)).ravel(), deadline)
    total = np.concatenate(([0.0], np.cumsum(arrived)))
    amounts = np.interp(np.column_stack((place[:-1], place[1:])).ravel(), np.arange(count + 1.0), total)
    known = np.isfinite(moments)
    if not known.any():
        return np.zeros(count)
    due = np.interp(np.arange(1.0, count + 1.0) + 1e-8, moments[known], amounts[known], left=0.0)
    due = np.maximum.accumulate(np.where(clock.is_open, due, 0.0))  # nothing falls due while closed
    return np.minimum(due, total[1:])
