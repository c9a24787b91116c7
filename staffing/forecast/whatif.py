"""A finished forecast with other contacts or handle times, without forecasting again."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Centre
from staffing.domain.demand import Forecast
from staffing.domain.queue import Queue
from staffing.domain.scenario import LoadChange
from staffing.domain.timegrid import TimeGrid
from staffing.forecast.bands import quantile
from staffing.forecast.demand import is_open_for, source_order
from staffing.forecast.layers import LEAST_AHT_S
from staffing.forecast.schedule import derived_volume
from staffing.forecast.volumes import QueueVolume


def changed_forecast(forecast: Forecast, changes: Sequence[LoadChange], centre: Centre, table: DayTable) -> Forecast:
    """`forecast` after the changes, its uncertainty in proportion.

    A change without queues touches every queue that is not derived; work derived from another queue follows that
    queue's contacts of the horizon with its delay, and is changed once more where it is named itself. What came before
    the horizon stays as it was. Handle times are changed of all queues concerned.

    Parameters
    ----------
    forecast : Forecast
    changes : sequence of LoadChange
        Applied one after the other.
    centre : Centre
        With the forecast's queues.
    table : DayTable
        Over the forecast's days.

    Raises
    ------
    ValueError
        When a change names a queue that is not forecast.
    """
    unknown = sorted({queue for change in changes for queue in change.queues} - set(forecast.queues))
    if unknown:
        raise ValueError(f"queues is {unknown[0]!r}, expected some of {', '.join(forecast.queues)}")
    if not changes:
        return forecast
    grid = forecast.grid
    volume, aht_s = np.array(forecast.volume), np.array(forecast.aht_s)
    for queue in source_order(centre):
        if queue.id not in forecast.queues:
            continue
        row = forecast.queues.index(queue.id)
        if queue.source is not None and queue.source.queue in forecast.queues:
            source = forecast.queues.index(queue.source.queue)
            more = volume[source] - forecast.volume[source]
            volume[row] = np.maximum(0.0, volume[row] + derived_more(queue, more, grid, table))
        for change in changes:
            days = np.array([change.on(when) for when in grid.dates])[grid.day]
            if queue.id in change.queues or (not change.queues and queue.source is None):
                volume[row] = np.where(days, volume[row] * change.contacts, volume[row])
            if change.concerns(queue.id):
                aht_s[row] = np.where(days, np.maximum(LEAST_AHT_S, aht_s[row] * change.aht), aht_s[row])
    dispersion = (1 + forecast.day_cv[:, grid.day] ** 2) * (1 + forecast.interval_cv**2) - 1
    changed = volume != forecast.volume
    names = {"low80": 0.1, "high80": 0.9, "low95": 0.025, "high95": 0.975}
    bands: dict[str, Any] = {
        name: np.where(changed, quantile(share, volume, dispersion), getattr(forecast, name))
        for name, share in names.items()
    }
    return replace(forecast, volume=volume, aht_s=aht_s, **bands)


def derived_more(queue: Queue, more: FloatArray, grid: TimeGrid, table: DayTable) -> FloatArray:
    """Contacts more, or fewer, of a derived queue when its source has `more` (steps,); linear in them."""
    still = QueueVolume(more, np.zeros(grid.n), np.zeros(grid.days), "")
    return np.asarray(
        derived_volume(queue, still, grid, is_open_for(queue, table, grid)).volume * (1.0 - queue.deflection)
    )
