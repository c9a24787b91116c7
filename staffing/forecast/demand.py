"""History and calendar -> forecast of every queue of the centre."""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray
from staffing.domain.calendar import CalendarDay, DayKind, DayTable
from staffing.domain.centre import Centre, Scenario
from staffing.domain.demand import Forecast
from staffing.domain.note import Note
from staffing.domain.queue import Queue
from staffing.domain.timegrid import TimeGrid
from staffing.errors import SettingsError
from staffing.forecast.aht import forecast_aht
from staffing.forecast.bands import quantile
from staffing.forecast.layers import layered_aht_s, layered_volume, layers_of
from staffing.forecast.many import own_volumes
from staffing.forecast.schedule import derived_volume, scheduled_volume
from staffing.forecast.series import open_mask
from staffing.forecast.volumes import LEAD_DAYS, QueueVolume


def forecast_demand(
    scenario: Scenario,
    table: DayTable,
    first_day: date,
    days: int,
    *,
    seed: int = 0,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Forecast:
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
    workers : int
        Processes at most; few queues are forecast in this one. The result does not depend on it.
    progress : callable, optional
        Told (queues done, queues in all) of those with a history.
    should_stop : callable, optional
        Asked while queues with a history are forecast, by `staffing.compute.run_all`.

    Returns
    -------
    Forecast
        One row per queue of the centre, in the centre's order; volume 0 in closed intervals.

    Raises
    ------
    SettingsError
        When the sources of derived queues form a circle or name no queue.
    StoppedError
        When `should_stop` said so before all was done.
    ValueError
        When the table is too short.
    """
    centre = scenario.centre
    own = [queue for queue in centre.queues if queue.from_history]
    known = own_volumes(
        scenario, table, own, first_day, days, workers=workers, progress=progress, should_stop=should_stop
    )
    grid = TimeGrid(centre.timezone, first_day, days, centre.interval_min)
    wide = TimeGrid(centre.timezone, first_day - timedelta(days=LEAD_DAYS), days + LEAD_DAYS, centre.interval_min)
    covered = _cover(table, wide)
    lead = wide.n - grid.n
    base: dict[str, QueueVolume] = {}
    found: dict[str, QueueVolume] = {}
    for queue in source_order(centre):
        base[queue.id] = below = _volume(queue, known, base, covered, wide, centre.week_start).deflected(
            queue.deflection
        )
        if queue.source is not None and found[queue.source.queue] is not base[queue.source.queue]:
            below = _volume(queue, known, found, covered, wide, centre.week_start).deflected(queue.deflection)
        layers = layers_of(scenario.overrides, "volume", queue.id)
        found[queue.id] = layered_volume(below, layers, queue.id, wide, is_open_for(queue, covered, wide), lead)
    rows = [found[queue.id] for queue in centre.queues]
    handle = [forecast_aht(scenario, queue, grid) for queue in centre.queues]
    base_aht_s = np.array([aht for aht, _ in handle]).reshape(len(rows), grid.n)
    aht_s = [
        layered_aht_s(own, layers_of(scenario.overrides, "aht_s", queue.id), grid)
        for own, queue in zip(base_aht_s, centre.queues, strict=True)
    ]
    volume = np.array([row.volume[lead:] for row in rows]).reshape(len(rows), grid.n)
    base_volume = np.array([base[queue.id].volume[lead:] for queue in centre.queues]).reshape(len(rows), grid.n)
    has_layers = any(layer.on for layer in scenario.overrides)
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
        np.array(aht_s).reshape(len(rows), grid.n),
        day_cv,
        interval_cv,
        tuple(row.method for row in rows),
        _notes(rows, handle),
        base_volume if has_layers else None,
        base_aht_s if has_layers else None,
        np.array([row.past_error for row in rows]),
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
    queue: Queue,
    known: dict[str, QueueVolume],
    found: dict[str, QueueVolume],
    covered: DayTable,
    wide: TimeGrid,
    week_start: int,
) -> QueueVolume:
    """From the queue's own history, from its source among those `found`, or from its schedule."""
    if queue.from_history:
        return known[queue.id]
    is_open = is_open_for(queue, covered, wide)
    if queue.source is not None:
        return derived_volume(queue, found[queue.source.queue], wide, is_open)
    return scheduled_volume(queue, covered, wide, is_open, week_start)


def is_open_for(queue: Queue, table: DayTable, grid: TimeGrid) -> BoolArray:
    """Open steps of a forecast; all of them while the hours are not known."""
    return open_mask(queue, table, grid) if queue.hours is not None else np.ones(grid.n, dtype=bool)


def _cover(table: DayTable, wide: TimeGrid) -> DayTable:
    """The table, with ordinary days put in front where the lead days begin before it."""
    first = table.days[0].date
    missing = max(0, (first - wide.first_day).days)
    front = [first - timedelta(days=n) for n in range(missing, 0, -1)]
    rows = (CalendarDay(day, DayKind.ORDINARY, "", day.weekday(), day.weekday() < 5) for day in front)
    return DayTable((*rows, *table.days))


def _notes(rows: list[QueueVolume], handle: list[tuple[FloatArray, tuple[Note, ...]]]) -> tuple[Note, ...]:
    return tuple(note for row in rows for note in row.notes) + tuple(note for _, notes in handle for note in notes)
