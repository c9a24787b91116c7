"""A finished forecast under other layers, without forecasting again."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from staffing.domain.calendar import DayTable
from staffing.domain.centre import Centre
from staffing.domain.demand import Forecast
from staffing.domain.override import Override
from staffing.forecast.bands import quantile
from staffing.forecast.demand import is_open_for, source_order
from staffing.forecast.layers import layered_aht_s, layered_volume, layers_of
from staffing.forecast.volumes import QueueVolume
from staffing.forecast.whatif import derived_more

BANDS = {"low80": 0.1, "high80": 0.9, "low95": 0.025, "high95": 0.975}


def layered_forecast(forecast: Forecast, overrides: Sequence[Override], centre: Centre, table: DayTable) -> Forecast:
    """`forecast` with `overrides` instead of the layers on it; what is under them is kept.

    It is what forecasting again would give, but for layers of the days before the horizon: what they do to work derived
    from another queue with a delay is not known any more.

    Parameters
    ----------
    forecast : Forecast
    overrides : sequence of Override
        In their order; those that are off do nothing.
    centre : Centre
        With the forecast's queues.
    table : DayTable
        Over the forecast's days.
    """
    grid = forecast.grid
    base = forecast.volume if forecast.base_volume is None else forecast.base_volume
    base_aht_s = forecast.aht_s if forecast.base_aht_s is None else forecast.base_aht_s
    volume, aht_s, day_cv = np.array(base), np.array(base_aht_s), np.array(forecast.day_cv)
    notes = [note for note in forecast.notes if note.code != "forecast_override"]
    for queue in source_order(centre):
        if queue.id not in forecast.queues:
            continue
        row, is_open = forecast.queues.index(queue.id), is_open_for(queue, table, grid)
        if queue.source is not None and queue.source.queue in forecast.queues:
            source = forecast.queues.index(queue.source.queue)
            more = volume[source] - base[source]
            if more.any():
                volume[row] = np.maximum(0.0, base[row] + derived_more(queue, more, grid, table))
        below = QueueVolume(volume[row], forecast.interval_cv[row], forecast.day_cv[row], forecast.method[row])
        found = layered_volume(below, layers_of(overrides, "volume", queue.id), queue.id, grid, is_open, 0)
        volume[row], day_cv[row] = found.volume, found.day_cv
        notes += found.notes
        aht_s[row] = layered_aht_s(base_aht_s[row], layers_of(overrides, "aht_s", queue.id), grid)
    changed = np.flatnonzero((volume != forecast.volume).any(axis=1) | (day_cv != forecast.day_cv).any(axis=1))
    dispersion = (1 + day_cv[changed][:, grid.day] ** 2) * (1 + forecast.interval_cv[changed] ** 2) - 1
    bands: dict[str, Any] = {}
    for name, share in BANDS.items():
        bands[name] = np.array(getattr(forecast, name))
        other = volume[changed] != forecast.volume[changed]
        bands[name][changed] = np.where(other, quantile(share, volume[changed], dispersion), bands[name][changed])
    layered = any(layer.on for layer in overrides)
    return replace(
        forecast,
        volume=volume,
        aht_s=aht_s,
        day_cv=day_cv,
        notes=tuple(notes),
        base_volume=base if layered else None,
        base_aht_s=base_aht_s if layered else None,
        **bands,
    )
