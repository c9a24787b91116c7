"""The days a queue's model sees: history and horizon in one row of days, with their features and counts."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

import numpy as np

from staffing.calendars import DayFeatures, HolidayBlock, day_features, holiday_blocks
from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Event, Scenario
from staffing.domain.queue import Queue
from staffing.domain.timegrid import TimeGrid
from staffing.forecast.effects import Effects, build_effects
from staffing.forecast.series import QueueSeries, open_mask, queue_series, to_cells
from staffing.forecast.shape import profile_class

WINDOW_DAYS = 800
"""Days of history a model is fitted to; two years hold each yearly holiday twice."""
MIN_SCALE_DAYS = 10


@dataclass(frozen=True, eq=False)
class QueueFrame:
    """All days from the first of the history used to the last of the horizon, for one queue.

    Attributes
    ----------
    first_day : datetime.date
        Day 0.
    origin : int
        Number of days before the horizon; nothing from there on is known.
    series : QueueSeries
        Counts of all days, NaN from `origin` on.
    features : DayFeatures
    time : (days,)
        Proleptic day numbers.
    classes : (days,)
        Profile class of each day.
    events : tuple of Event
        Those of this queue.
    blocks : tuple of HolidayBlock
        Blocks of days off that the calendar knows.
    scale : float
        First guess of the residual standard deviation of the day's logarithm.
    week_spread : float
        Standard deviation between weekdays of the day's logarithm.
    """

    first_day: date
    origin: int
    series: QueueSeries
    features: DayFeatures
    time: FloatArray
    classes: IntArray
    events: tuple[Event, ...]
    blocks: tuple[HolidayBlock, ...]
    scale: float
    week_spread: float

    @property
    def days(self) -> int:
        return len(self.time)

    @cached_property
    def rows(self) -> IntArray:
        """Known days, shape (n,)."""
        result: IntArray = np.flatnonzero(self.series.known)
        return result

    def effects(self) -> Effects:
        """Columns of the day regression over all days."""
        ordinals = self.time.astype(np.int64)
        return build_effects(
            self.features, self.blocks, ordinals, self.origin, self.events, self.scale, self.week_spread
        )


def queue_frame(scenario: Scenario, table: DayTable, queue: Queue, grid: TimeGrid) -> QueueFrame:
    """History before `grid`, whatever lies between, and the days of `grid`, for one queue.

    Raises
    ------
    ValueError
        When the table does not reach from the history used to the last day of `grid`.
    """
    history = scenario.history
    start = max(history.grid.first_day, grid.first_day - timedelta(days=WINDOW_DAYS))
    if start >= grid.first_day:
        start = grid.first_day - timedelta(days=1)
    last = grid.first_day + timedelta(days=grid.days - 1)
    if table.days[0].date > start or table.days[-1].date < last:
        raise ValueError(
            f"the day table covers {table.days[0].date} to {table.days[-1].date}, expected {start} to {last}"
        )
    past = TimeGrid(grid.timezone, start, (grid.first_day - start).days, grid.step_min)
    series = queue_series(queue, table, past, recorded(scenario, queue, past))
    ahead = to_cells(_horizon_mask(queue, table, grid, series), grid) > 0
    whole = QueueSeries(
        np.vstack([series.counts, np.full((grid.days, series.cells), np.nan)]),
        np.vstack([series.is_open, ahead]),
        np.concatenate([series.total, np.full(grid.days, np.nan)]),
        np.concatenate([series.seen, np.full(grid.days, np.nan)]),
        series.outside_share,
    )
    place = (start - table.days[0].date).days
    features, blocks = _calendar(table, closed_weekdays(series.is_open, past))
    features = features.part(place, place + past.days + grid.days)
    time = start.toordinal() + np.arange(past.days + grid.days, dtype=np.float64)
    events = tuple(event for event in scenario.events if not event.queues or queue.id in event.queues)
    return QueueFrame(
        start,
        past.days,
        whole,
        features,
        time,
        profile_class(features.weekday, features.off),
        events,
        blocks,
        *_spreads(series, features.weekday[: past.days]),
    )


@lru_cache(maxsize=8)
def _calendar(table: DayTable, weekend: frozenset[int]) -> tuple[DayFeatures, tuple[HolidayBlock, ...]]:
    """Features and blocks of a table, which many queues share."""
    return day_features(table, weekend), holiday_blocks(table, weekend)


def closed_weekdays(is_open: BoolArray, grid: TimeGrid) -> frozenset[int]:
    """Weekdays on which the queue hardly ever opens (under a fifth of their days)."""
    opened: BoolArray = np.asarray(is_open.any(axis=1))
    return frozenset(day for day in range(7) if not _mean(opened[grid.weekday == day]) >= 0.2)


def recorded(scenario: Scenario, queue: Queue, past: TimeGrid) -> FloatArray:
    """Offered contacts on the steps of `past`; NaN where the history does not reach."""
    history = scenario.history
    steps = np.full(past.n, np.nan)
    if queue.id not in history.queues:
        return steps
    offset = (past.start_epoch_s - history.grid.start_epoch_s) // (past.step_min * 60)
    if past.step_min == 1440:
        offset = (past.first_day - history.grid.first_day).days
    row = history.row(queue.id)
    first, last = max(0, -offset), min(past.n, history.grid.n - offset)
    if last > first:
        steps[first:last] = row[first + offset : last + offset]
    return steps


def _horizon_mask(queue: Queue, table: DayTable, grid: TimeGrid, series: QueueSeries) -> FloatArray:
    """1.0 for open steps of the horizon; without hours, the cells open on that weekday in the history."""
    if queue.hours is not None:
        return open_mask(queue, table, grid).astype(np.float64)
    rows = [table.on(when) for when in grid.dates]
    cell = grid.minute // grid.step_min
    past_days = len(series.counts)
    past = [table.on(grid.first_day + timedelta(days=offset)) for offset in range(-past_days, 0)]
    pattern = np.zeros((8, series.cells))
    for opened, row in zip(series.is_open, past, strict=True):
        group = 7 if row.off else row.works_as
        pattern[group] = np.maximum(pattern[group], opened)
    kind = np.array([7 if row.off else row.works_as for row in rows])
    result: FloatArray = pattern[kind[grid.day], cell]
    return result


def _spreads(series: QueueSeries, weekday: IntArray) -> tuple[float, float]:
    """Robust spread of log day totals about their weekday's median without sampling error, and between weekdays."""
    known = series.known
    if known.sum() < MIN_SCALE_DAYS:
        return 0.15, 0.2
    z, group = np.log(series.total[known] + 0.5), weekday[known]
    median = np.array([np.median(z[group == day]) if (group == day).any() else np.nan for day in range(7)])
    within = (1.4826 * float(np.median(np.abs(z - median[group])))) ** 2
    within -= float(np.median(1.0 / (series.seen[known] + 0.5)))
    return float(np.clip(np.sqrt(max(within, 0.0)), 0.03, 1.0)), float(np.nanstd(median))


def _mean(flags: BoolArray) -> float:
    return float(flags.mean()) if len(flags) else 0.0
