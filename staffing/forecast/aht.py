"""Handle time per interval: weighted by contacts, pooled over weekdays, shrunk, with a slow level."""

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.centre import Scenario
from staffing.domain.note import Note
from staffing.domain.queue import Channel, Queue
from staffing.domain.timegrid import DAY_MIN, TimeGrid

LEVEL_HALF_LIFE_DAYS = 60.0
SHAPE_HALF_LIFE_DAYS = 240.0
PRIOR_CONTACTS = 60.0
"""Contacts at which an interval's own mean counts as much as the queue's."""
LIKELY_RANGE = (0.2, 5.0)
"""Interval means outside this range of the typical one are taken to its edge."""
DEFAULT_AHT_S = {
    Channel.PHONE: 300.0,
    Channel.CHAT: 480.0,
    Channel.VIDEO: 600.0,
    Channel.SOCIAL: 300.0,
    Channel.EMAIL: 420.0,
    Channel.TICKET: 900.0,
    Channel.CALLBACK: 300.0,
    Channel.OUTBOUND: 300.0,
    Channel.BACKOFFICE: 600.0,
}


def forecast_aht(scenario: Scenario, queue: Queue, grid: TimeGrid) -> tuple[FloatArray, tuple[Note, ...]]:
    """Mean handle time in seconds of each step of `grid`, from the history before it.

    Means of intervals are never averaged as such: every mean counts with its handled contacts (offered ones where
    handled is not recorded). Without any history the queue's own `aht_s` holds, else a default of its channel
    with the note ``forecast_aht_default``.
    """
    weight, aht = _history(scenario, queue, grid)
    if not weight.any():
        if queue.aht_s is not None:
            return np.full(grid.n, queue.aht_s), ()
        default = DEFAULT_AHT_S[queue.channel]
        note = Note("forecast_aht_default", (("queue", queue.id), ("aht_s", default)))
        return np.full(grid.n, default), (note,)
    history = scenario.history.grid
    used = slice(0, len(weight))
    age = (grid.first_day - history.first_day).days - history.day[used]
    typical = _weighted_median(aht, weight)
    aht = np.clip(aht, LIKELY_RANGE[0] * typical, LIKELY_RANGE[1] * typical)
    recent = weight * 0.5 ** (age / LEVEL_HALF_LIFE_DAYS)
    level = float(recent @ aht / recent.sum())
    cells = DAY_MIN // grid.step_min
    cell = history.minute[used] // grid.step_min
    older = weight * 0.5 ** (age / SHAPE_HALF_LIFE_DAYS)
    count = np.bincount(cell, older, cells)
    work = np.bincount(cell, older * aht, cells)
    mean = float(work.sum() / count.sum())
    profile = (work + PRIOR_CONTACTS * mean) / (count + PRIOR_CONTACTS)
    profile *= level / float(count @ profile / count.sum())
    return profile[grid.minute // grid.step_min], ()


def _history(scenario: Scenario, queue: Queue, grid: TimeGrid) -> tuple[FloatArray, FloatArray]:
    """Contacts and their mean handle time on the history's steps before `grid`; weight 0 where unknown."""
    history = scenario.history
    if history.aht_s is None or queue.id not in history.queues or grid.first_day <= history.grid.first_day:
        return np.zeros(0), np.zeros(0)
    row = history.queues.index(queue.id)
    stop = min(history.grid.n, history.grid.at((grid.first_day - history.grid.first_day).days, 0))
    counts = history.offered if history.handled is None else history.handled
    weight, aht = counts[row, :stop], history.aht_s[row, :stop]
    use = np.isfinite(weight) & np.isfinite(aht) & (aht > 0) & (weight > 0)
    return np.where(use, weight, 0.0), np.where(use, aht, 0.0)


def _weighted_median(values: FloatArray, weight: FloatArray) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])
