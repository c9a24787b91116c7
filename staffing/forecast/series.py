"""One queue's history as a table of days by wall-clock cells: what is known, open and usable."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.calendar import DayTable
from staffing.domain.queue import Queue
from staffing.domain.timegrid import DAY_MIN, TimeGrid
from staffing.forecast.moving import to_next_open

MIN_KNOWN_SHARE = 0.4
"""A day counts when its known intervals carry at least this share of a usual day."""


@dataclass(frozen=True, eq=False)
class QueueSeries:
    """Contacts of one queue by day and cell (wall-clock interval of the day).

    Attributes
    ----------
    counts : (days, cells)
        Contacts per interval; NaN where unknown or closed. Repeated autumn intervals are averaged.
    is_open : (days, cells)
        Cells in which the queue is open.
    total : (days,)
        Contacts of the day in open cells, completed for unknown intervals; NaN when the day is unknown or closed.
    seen : (days,)
        Contacts actually counted, the base of the sampling error of `total`.
    outside_share : float
        Share of the recorded contacts that lie in closed intervals.
    """

    counts: FloatArray
    is_open: BoolArray
    total: FloatArray
    seen: FloatArray
    outside_share: float = 0.0

    @property
    def cells(self) -> int:
        return int(self.counts.shape[1])

    @property
    def known(self) -> BoolArray:
        """Days with a usable total, shape (days,)."""
        return np.isfinite(self.total)

    @cached_property
    def seen_cells(self) -> FloatArray:
        """1.0 where a count is known, shape (days, cells)."""
        return np.isfinite(self.counts).astype(np.float64)

    @cached_property
    def filled(self) -> FloatArray:
        """Counts with 0 where unknown, shape (days, cells)."""
        return np.nan_to_num(self.counts)

    def until(self, day: int) -> "QueueSeries":
        """The first `day` days only."""
        return QueueSeries(self.counts[:day], self.is_open[:day], self.total[:day], self.seen[:day])


def queue_series(queue: Queue, table: DayTable, grid: TimeGrid, offered: FloatArray) -> QueueSeries:
    """Bring the `offered` contacts of a queue, shape (steps,), into days by cells.

    Contacts of deferred queues that arrive while closed count in the next open interval, as they are
    worked there; those of live queues are left out.
    """
    open_steps = open_mask(queue, table, grid, offered)
    recorded = float(np.nansum(offered))
    outside = float(np.nansum(offered[~open_steps])) / recorded if recorded > 0 else 0.0
    if queue.has_deadline and outside > 0:
        offered = np.where(open_steps, offered, np.nan) + to_next_open(
            np.where(open_steps, 0.0, np.nan_to_num(offered)), open_steps
        )
        outside = 0.0
    is_open = to_cells(open_steps.astype(np.float64), grid) > 0
    counts = to_cells(np.where(open_steps, offered, np.nan), grid)
    return replace(with_totals(counts, is_open), outside_share=outside)


def with_totals(counts: FloatArray, is_open: BoolArray) -> QueueSeries:
    """Day totals; days with unknown intervals are completed by the usual share of those intervals."""
    counts = np.where(is_open, counts, np.nan)
    known = np.isfinite(counts)
    seen = np.nansum(counts, axis=1)
    complete = known.any(axis=1) & ~(is_open & ~known).any(axis=1)
    cells = counts[complete] if complete.any() else counts
    observed = np.isfinite(cells).sum(axis=0)
    usual = np.nansum(cells, axis=0) / np.maximum(observed, 1)
    open_mass, known_mass = is_open @ usual, (known & is_open) @ usual
    share = np.divide(known_mass, open_mass, out=np.ones_like(seen), where=open_mass > 0)
    use = known.any(axis=1) & (share >= MIN_KNOWN_SHARE)
    total = np.where(use, seen / np.maximum(share, MIN_KNOWN_SHARE), np.nan)
    return QueueSeries(counts, is_open, total, np.where(use, seen, np.nan))


def open_mask(queue: Queue, table: DayTable, grid: TimeGrid, offered: FloatArray | None = None) -> BoolArray:
    """Open steps of a queue, shape (steps,); without hours, the cells of each weekday that ever had contacts.

    Raises
    ------
    ValueError
        When the queue has no hours and no history is given to derive them from.
    """
    if queue.hours is not None:
        return queue.hours.mask(table, grid)
    if offered is None:
        raise ValueError(f"queue {queue.id!r} has no opening hours")
    cells = to_cells(offered, grid)
    weekday = np.array([table.on(when).works_as for when in grid.dates])
    off = np.array([table.on(when).off for when in grid.dates])
    return from_cells(weekly_pattern(cells, weekday, off)[np.where(off, 7, weekday)], grid) > 0


def weekly_pattern(cells: FloatArray, weekday: IntArray, off: BoolArray) -> FloatArray:
    """1.0 for each cell with contacts ever, by weekday and (row 7) for days off, shape (8, cells)."""
    busy = np.nan_to_num(cells) > 0
    groups = [busy[(weekday == day) & ~off] for day in range(7)] + [busy[off]]
    return np.array([group.any(axis=0) if len(group) else np.zeros(cells.shape[1]) for group in groups], dtype=float)


def cell_of(grid: TimeGrid) -> IntArray:
    """Wall-clock cell of each step, shape (steps,)."""
    cells: IntArray = grid.minute // grid.step_min
    return cells


def to_cells(values: FloatArray, grid: TimeGrid) -> FloatArray:
    """Mean value of each (day, cell); NaN where the clock skips the cell or nothing is known."""
    shape = (grid.days, DAY_MIN // grid.step_min)
    place = (grid.day, cell_of(grid))
    total, count = np.zeros(shape), np.zeros(shape)
    np.add.at(total, place, np.nan_to_num(values))
    np.add.at(count, place, np.isfinite(values).astype(np.float64))
    result: FloatArray = np.divide(total, count, out=np.full(shape, np.nan), where=count > 0)
    return result


def from_cells(values: FloatArray, grid: TimeGrid) -> FloatArray:
    """Value of each step from (day, cell) rates; a repeated hour has its rate twice, a skipped one not at all."""
    return values[grid.day, cell_of(grid)]
