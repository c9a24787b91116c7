"""Deferred work: e-mail, tickets, callbacks and back office become a tube of cumulative agent-hours, not Erlang.

`earliest_h` is what has arrived, `latest_h` what has fallen due; any plan between them that never falls keeps every
deadline when work is taken in order of its due moment. The whole volume is planned, whatever share the target asks.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from staffing.domain.calendar import CalendarDay, DayKind, DayTable
from staffing.domain.queue import DeadlineTarget, DeadlineUnit, Queue
from staffing.domain.requirement import Workload
from staffing.domain.timegrid import TimeGrid
from staffing.erlang.clock import WorkingClock, cumulative_due
from staffing.erlang.special import Array


def deadline_of(queue: Queue) -> DeadlineTarget:
    """The queue's deadline; an answer promise of ten minutes or more is one in clock hours.

    >>> from staffing.domain.queue import AnswerTarget, Channel
    >>> deadline_of(Queue("callback", Channel.CALLBACK, AnswerTarget(0.9, 1800)))
    DeadlineTarget(amount=0.5, unit=<DeadlineUnit.HOURS: 'h'>, share=0.9)
    """
    if isinstance(queue.target, DeadlineTarget):
        return queue.target
    return DeadlineTarget(queue.target.answer_within_s / 3600.0, DeadlineUnit.HOURS, queue.target.service_level)


def reach_days(deadline: DeadlineTarget) -> int:
    """Days before the horizon whose work may still be due in it, and after it that decide what is due inside.

    Working time is stretched by closed days: twice its length and ten days (a long holiday) are looked at.
    """
    if deadline.unit is DeadlineUnit.HOURS:
        return int(np.ceil(deadline.amount / 24.0)) + 7
    days = deadline.amount if deadline.unit is DeadlineUnit.WORKING_DAYS else deadline.amount / 8.0
    return 2 * int(np.ceil(days)) + 10


def covering(table: DayTable, first: date, last: date) -> DayTable:
    """`table` with ordinary weeks before and after it, so that deadlines can reach over its ends."""
    known = {row.date: row for row in table}
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    return DayTable(tuple(known.get(day) or _ordinary(day) for day in days))


def _ordinary(day: date) -> CalendarDay:
    return CalendarDay(day, DayKind.ORDINARY, "", day.weekday(), day.weekday() < 5)


def open_mask(queue: Queue, table: DayTable, grid: TimeGrid) -> NDArray[np.bool_]:
    """Open steps of the queue on `grid`, the tail of a span that began the day before included, shape (steps,)."""
    if queue.hours is None:
        return np.zeros(grid.n, dtype=bool)
    wide = _widened(grid, 1, 0)
    mask = queue.hours.mask(covering(table, wide.dates[0], wide.dates[-1]), wide)
    return np.array(mask[wide.n - grid.n :])


def runs_overnight(queue: Queue, table: DayTable, grid: TimeGrid) -> bool:
    """Whether the queue is open through the midnight at which the grid starts."""
    wide = _widened(grid, 1, 0)
    border = wide.n - grid.n
    mask = open_mask(queue, table, wide)
    return bool(mask[border - 1] and mask[border])


def working_clock(queue: Queue, table: DayTable, grid: TimeGrid) -> WorkingClock:
    """The queue's clock on `grid`; the table is continued by ordinary weeks where it does not reach."""
    days = covering(table, grid.dates[0], grid.dates[-1])
    working = np.array([days.on(day).working for day in grid.dates])
    return WorkingClock(open_mask(queue, table, grid), np.asarray(grid.day_start), working, grid.step_h)


def workload(
    queue: Queue,
    table: DayTable,
    grid: TimeGrid,
    arrived_h: Array,
    *,
    carried_h: float | Array = 0.0,
    gross_factor: float = 1.0,
) -> Workload:
    """Tube of one queue over the horizon.

    Parameters
    ----------
    queue : Queue
        Its target, or its long answer promise, is the deadline.
    table : DayTable
        Kinds of the days.
    grid : TimeGrid
        The horizon; work due beyond its end is not due inside it.
    arrived_h : ndarray
        Agent-hours of work that arrive in each step, shape (steps,).
    carried_h : float or ndarray
        Work there at the start. A number is due as if it arrived at the first moment; an array (steps,) tells when
        each part falls due (`carried_due_h` makes it from the days before).
    gross_factor : float
        Rostered hours per hour worked.
    """
    deadline = deadline_of(queue)
    wide = _widened(grid, 0, reach_days(deadline))
    clock = working_clock(queue, table, wide)
    due = cumulative_due(_padded(arrived_h, wide.n), clock, deadline)[: grid.n]
    if np.ndim(carried_h) == 0:
        moment = clock.due(np.zeros(1), deadline)[0]
        carried = np.where(np.arange(1.0, grid.n + 1.0) >= moment, float(carried_h), 0.0)
    else:
        carried = np.cumsum(np.asarray(carried_h, dtype=float))
        carried = np.maximum.accumulate(np.where(clock.is_open[: grid.n], carried, 0.0))
    there = float(np.sum(carried_h))
    return Workload(queue.id, there + np.cumsum(arrived_h), carried + due, gross_factor)


def carried_due_h(queue: Queue, table: DayTable, horizon: TimeGrid, before: TimeGrid, arrived_h: Array) -> Array:
    """Hours that arrived in the days before the horizon and fall due in each of its steps, shape (steps,).

    Nothing of it is taken as done early: the cautious reading. `before` has the horizon's step and ends where it
    starts; `arrived_h` has shape (before.n,).
    """
    wide = _widened(horizon, before.days, reach_days(deadline_of(queue)))
    clock = working_clock(queue, table, wide)
    due = cumulative_due(_padded(arrived_h, wide.n), clock, deadline_of(queue))
    return np.diff(due[before.n - 1 : before.n + horizon.n])


def _widened(grid: TimeGrid, before: int, after: int) -> TimeGrid:
    first = grid.first_day - timedelta(days=before)
    return TimeGrid(grid.timezone, first, grid.days + before + after, grid.step_min)


def _padded(values: Array, size: int) -> Array:
    return np.concatenate((values, np.zeros(size - len(values))))
