"""Work known from the calendar, and work derived from another queue."""

import calendar
from datetime import date, timedelta

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray
from staffing.domain.calendar import DayTable
from staffing.domain.derived import delayed
from staffing.domain.note import Note
from staffing.domain.queue import Queue, ScheduledWork
from staffing.domain.timegrid import TimeGrid
from staffing.forecast.moving import to_next_open
from staffing.forecast.volumes import LEAD_DAYS, QueueVolume, total_by_day


def scheduled_volume(queue: Queue, table: DayTable, grid: TimeGrid, is_open: BoolArray, week_start: int) -> QueueVolume:
    """Spread the scheduled work of `queue` over the days of the wide `grid`; it arrives when the queue opens.

    Each period's volume is shared evenly by the working days from its first day to its due day on which the
    queue opens, also those outside the grid, so that a month cut by the horizon keeps its daily share. A
    period without such a day uses the days on which the queue opens at all.
    """
    work = queue.schedule
    assert work is not None
    volume = np.zeros(grid.n)
    unplaced: list[str] = []
    for day, when in enumerate(grid.dates):
        first, due = period(work, when, week_start)
        if not first <= when <= due:
            continue
        days = [first + timedelta(days=n) for n in range((due - first).days + 1)]
        usable = [d for d in days if _opens(queue, table, d) and _works(table, d)]
        usable = usable or [d for d in days if _opens(queue, table, d)]
        if not usable and when == due and work.every != "day" and day >= LEAD_DAYS:
            unplaced.append(due.isoformat())
        span = grid.day_slice(day)
        steps = np.flatnonzero(is_open[span])
        if when in usable and len(steps):
            volume[span.start + steps[0]] += work.attempts / len(usable)
    notes = tuple(Note("forecast_schedule_not_placed", (("queue", queue.id), ("due", due_day))) for due_day in unplaced)
    return QueueVolume(volume, np.zeros(grid.n), np.zeros(grid.days), f"schedule:{work.every}", notes)


def period(work: ScheduledWork, when: date, week_start: int) -> tuple[date, date]:
    """First day and due day of the period that holds `when`.

    Examples
    --------
    >>> period(ScheduledWork("month", 100.0, 5), date(2026, 2, 3), 0)
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 5))
    """
    if work.every == "day":
        return when, when
    if work.every == "week":
        first = when - timedelta(days=(when.weekday() - week_start) % 7)
        length = 6 if work.due_day is None else (work.due_day - 1 - week_start) % 7
        return first, first + timedelta(days=length)
    if work.every == "quarter":
        first = date(when.year, when.month - (when.month - 1) % 3, 1)
        length = sum(calendar.monthrange(first.year, month)[1] for month in range(first.month, first.month + 3))
        return first, first + timedelta(days=min(work.due_day or length, length) - 1)
    last = calendar.monthrange(when.year, when.month)[1]
    return when.replace(day=1), when.replace(day=min(work.due_day or last, last))


def derived_volume(queue: Queue, source: QueueVolume, grid: TimeGrid, is_open: BoolArray) -> QueueVolume:
    """Share of the source's contacts, later and waiting for the next open interval, with their uncertainty."""
    assert queue.source is not None
    origin = queue.source

    def moved(contacts: FloatArray) -> FloatArray:
        return to_next_open(delayed(origin, contacts, is_open, grid), is_open)

    arriving = source.volume * origin.share
    volume = moved(arriving)
    interval_cv = _ratio(moved(arriving * source.interval_cv), volume)
    total = total_by_day(volume, grid)
    day_cv = source.day_cv
    if origin.delay_h or origin.delay_days:  # work of an uncertain day keeps its uncertainty on the day it comes to
        day_cv = _ratio(total_by_day(moved(arriving * source.day_cv[grid.day]), grid), total)
    usual = float(source.day_cv[source.day_cv > 0].mean()) if (source.day_cv > 0).any() else 0.0
    day_cv = np.where(total > 0, np.where(day_cv > 0, day_cv, usual), 0.0)
    return QueueVolume(volume, interval_cv, day_cv, f"derived:{origin.queue}")


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    """`part` / `whole`, 0 where there is nothing."""
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)


def _opens(queue: Queue, table: DayTable, when: date) -> bool:
    if queue.hours is None:
        return _works(table, when)
    if not table.days[0].date <= when <= table.days[-1].date:
        return bool(queue.hours.weekday[when.weekday()])
    row = table.on(when)
    if row.kind == "closed":
        return False
    return bool(queue.hours.holiday if row.off else queue.hours.weekday[row.works_as])


def _works(table: DayTable, when: date) -> bool:
    inside = table.days[0].date <= when <= table.days[-1].date
    return table.on(when).working if inside else when.weekday() < 5
