"""Override layers put on a queue's volume and handle time, in their order; what they cover stays as it was."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray
from staffing.domain.note import Note
from staffing.domain.override import Override
from staffing.domain.timegrid import TimeGrid
from staffing.forecast.volumes import QueueVolume

LEAST_AHT_S = 1.0
UNKNOWN_CV = 0.1
"""Uncertainty of a day that only a layer gives contacts."""


def layers_of(overrides: Sequence[Override], measure: str, queue: str) -> tuple[Override, ...]:
    """The layers of one measure that are on and touch the queue."""
    return tuple(
        layer
        for layer in overrides
        if layer.on and layer.measure == measure and (not layer.queues or queue in layer.queues)
    )


def layered_volume(
    base: QueueVolume, layers: Sequence[Override], queue: str, grid: TimeGrid, is_open: BoolArray, first: int
) -> QueueVolume:
    """`base` with the layers on it; closed intervals keep 0.

    Parameters
    ----------
    layers : sequence of Override
        Those of the queue's volume, see `layers_of`.
    grid : TimeGrid
        The wide grid of `base`.
    is_open : (steps,)
    first : int
        First step of the horizon: a note tells what each layer changes from there on.
    """
    volume, notes = base.volume, []
    for layer in layers:
        before, volume = volume, _layered(volume, layer, grid, is_open)
        change = float((volume - before)[first:].sum())
        notes.append(Note("forecast_override", (("queue", queue), ("note", layer.note), ("contacts", change))))
    if not layers:
        return base
    known = base.day_cv[base.day_cv > 0]
    usual = float(known.mean()) if len(known) else UNKNOWN_CV
    busy = np.add.reduceat(volume, grid.day_start[:-1]) > 0
    day_cv = np.where(busy & (base.day_cv == 0), usual, base.day_cv)
    return replace(base, volume=volume, day_cv=day_cv, notes=(*base.notes, *notes))


def layered_aht_s(base: FloatArray, layers: Sequence[Override], grid: TimeGrid) -> FloatArray:
    """Handle times (steps,) with the layers on them, at least a second."""
    aht_s = base.copy()
    for layer in layers:
        span = slice(*_steps(layer, grid))
        if layer.operation == "multiply":
            aht_s[span] *= layer.value
        else:
            aht_s[span] = layer.value + (aht_s[span] if layer.operation == "add" else 0.0)
    return np.maximum(aht_s, LEAST_AHT_S) if layers else base


def _steps(layer: Override, grid: TimeGrid) -> tuple[int, int]:
    """First step inside the layer's range and the first after it."""
    first, last = (int(np.clip(grid.ceil(moment), 0, grid.n)) for moment in (layer.start, layer.end))
    return first, last


def _layered(volume: FloatArray, layer: Override, grid: TimeGrid, is_open: BoolArray) -> FloatArray:
    first, last = _steps(layer, grid)
    result = volume.copy()
    if layer.operation == "multiply":
        result[first:last] *= layer.value
        return result
    for day in range(grid.days):
        span = slice(max(first, int(grid.day_start[day])), min(last, int(grid.day_start[day + 1])))
        if span.start >= span.stop:
            continue
        part, openings = volume[span], is_open[span]
        total = float(part.sum())
        wanted = layer.value if layer.operation == "set" else max(0.0, total + layer.value)
        if total > 0:
            result[span] = part * (wanted / total)
        elif openings.any():
            result[span] = np.where(openings, wanted / openings.sum(), 0.0)
    return result
