"""History and calendar -> forecast of every queue of the centre."""

from datetime import date, timedelta

import numpy as np
from threadpoolctl import threadpool_limits

from staffing.domain.arrays import FloatArray
from staffing.domain.calendar import CalendarDay, DayKind, DayTable
from staffing.domain.centre import Centre, Scenario
from staffing.domain.demand import Forecast
from staffing.domain.note import Note
from staffing.domain.queue import Queue
from staffing.domain.timegrid import TimeGrid
from staffing.errors import SettingsError
from staffing.forecast.aht import forecast_aht
from staffing.forecast.bands import quantile
from staffing.forecast.own import own_volume
from staffing.forecast.schedule import derived_volume, scheduled_volume
from staffing.forecast.series import open_mask
from staffing.forecast.volumes import LEAD_DAYS, QueueVolume


def forecast_demand(scenario: Scenario, table: DayTable, first_day: date, days: int, *, seed: int = 0) -> Forecast:
    """Forecast contacts and handle times of all queues of the centre.

    Only history before `first_day` is used, so the same call makes a back-test.

    Parameters
    ----------
    scenario : Scenario
    table : DayTable
        Calendar from the start of the history used (at most 800 days) to the end of the horizon, better a month
        further, since month ends and the eves of holidays are read from it.
    first_day : datetime.date
    days : int
        Length of the horizon, at least 1.
    seed : int
        Kept with the result's settings; the forecast itself draws nothing.

    Returns
    -------
    Forecast
        One row per queue of the centre, in the centre's order; volume 0 in closed intervals.

    Raises
    ------
    SettingsError
        When the sources of derived queues form a circle or name no queue.
    ValueError
        When the table is too short.
    """
    # Many small dense systems: threads inside the linear algebra cost twenty times the work itself.
    with threadpool_limits(limits=1, user_api="blas"):
        return _forecast(scenario, table, first_day, days)


def _forecast(scenario: Scenario, table: DayTable, first_day: date, days: int) -> Forecast:
    centre = scenario.centre
    grid = TimeGrid(centre.timezone, first_day, days, centre.interval_min)
    wide = TimeGrid(centre.timezone, first_day - timedelta(days=LEAD_DAYS), days + LEAD_DAYS, centre.interval_min)
    covered = _cover(table, wide)
    found: dict[str, QueueVolume] = {}
    for queue in source_order(centre):
        found[queue.id] = _volume(scenario, table, covered, queue, grid, wide, found).deflected(queue.deflection)
    rows = [found[queue.id] for queue in centre.queues]
    handle = [forecast_aht(scenario, queue, grid) for queue in centre.queues]
    lead = wide.n - grid.n
    volume = np.array([row.volume[lead:] for row in rows]).reshape(len(rows), grid.n)
    day_cv = np.array([row.day_cv[LEAD_DAYS:] for row in rows]).reshape(len(rows), days)
    interval_cv = np.array([row.interval_cv[lead:] for row in rows]).reshape(len(rows), grid.n)
    dispersion = (1 + day_cv[:, grid.day] ** 2) * (1 + interval_cv**2) - 1
    return Forecast(
        grid,
        tuple(queue.id for queue in centre.queues),
        volume,
        quantile(0.1, volume, dispersion),
        quantile(0.9, volume, dispersion),
        quantile(0.025, volume, dispersion),
        quantile(0.975, volume, dispersion),
        np.array([aht for aht, _ in handle]).reshape(len(rows), grid.n),
        day_cv,
        interval_cv,
        tuple(row.method for row in rows),
        _notes(rows, handle),
    )


def source_order(centre: Centre) -> tuple[Queue, ...]:
    """Queues of the centre, every source before what is derived from it.

    Raises
    ------
    SettingsError
        When sources form a circle or name no queue of the centre.
    """
    ids = {queue.id for queue in centre.queues}
    ordered: list[Queue] = []
    waiting = list(centre.queues)
    while waiting:
        done = {queue.id for queue in ordered}
        ready = [queue for queue in waiting if queue.source is None or queue.source.queue in done]
        if not ready:
            stuck = ", ".join(f"{queue.id} from {queue.source.queue}" for queue in waiting if queue.source)
            unknown = any(queue.source and queue.source.queue not in ids for queue in waiting)
            expected = "a queue of the centre as source" if unknown else "no circle of sources"
            raise SettingsError(f"queue sources: {stuck}; expected {expected}")
        ordered += ready
        waiting = [queue for queue in waiting if queue not in ready]
    return tuple(ordered)


def _volume(
    scenario: Scenario,
    table: DayTable,
    covered: DayTable,
    queue: Queue,
    grid: TimeGrid,
    wide: TimeGrid,
    found: dict[str, QueueVolume],
) -> QueueVolume:
    if queue.from_history:
        return own_volume(scenario, table, queue, grid, wide)
    is_open = open_mask(queue, covered, wide) if queue.hours is not None else np.ones(wide.n, dtype=bool)
    if queue.source is not None:
        return derived_volume(queue, found[queue.source.queue], wide, is_open)
    return scheduled_volume(queue, covered, wide, is_open, scenario.centre.week_start)


def _cover(table: DayTable, wide: TimeGrid) -> DayTable:
    """The table, with ordinary days put in front where the lead days begin before it."""
    first = table.days[0].date
    missing = max(0, (first - wide.first_day).days)
    front = [first - timedelta(days=n) for n in range(missing, 0, -1)]
    rows = (CalendarDay(day, DayKind.ORDINARY, "", day.weekday(), day.weekday() < 5) for day in front)
    return DayTable((*rows, *table.days))


def _notes(rows: list[QueueVolume], handle: list[tuple[FloatArray, tuple[Note, ...]]]) -> tuple[Note, ...]:
    return tuple(note for row in rows for note in row.notes) + tuple(note for _, notes in handle for note in notes)
