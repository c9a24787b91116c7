"""Deferred work that is already there when the horizon starts, read from the history of the days before it."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from staffing.domain.calendar import DayTable
from staffing.domain.demand import ContactHistory, Forecast
from staffing.domain.derived import delayed
from staffing.domain.queue import Queue
from staffing.domain.timegrid import TimeGrid
from staffing.erlang.deferred import carried_due_h, deadline_of, open_mask, reach_days
from staffing.erlang.special import Array


def carried_from_history(queue: Queue, forecast: Forecast, table: DayTable, history: ContactHistory) -> Array | None:
    """Agent-hours that arrived before the horizon and fall due in each of its steps, shape (steps,).

    Days the history lacks are read from the latest same weekday it has; open intervals it does not know are taken from
    the forecast's same weekday and time. None where the history says nothing: work from a schedule, another step, or an
    unknown queue.
    """
    name, share = (queue.source.queue, queue.source.share) if queue.source else (queue.id, 1.0)
    grid = forecast.grid
    if queue.schedule or name not in history.queues or history.grid.step_min != grid.step_min:
        return None
    days = reach_days(deadline_of(queue))
    before = TimeGrid(grid.timezone, grid.first_day - timedelta(days=days), days, grid.step_min)
    row = forecast.queues.index(queue.id)
    usual = _usual(forecast, forecast.volume[row])
    volume = np.zeros(before.n)
    offered = history.row(name) * share
    if queue.source is not None:
        offered = delayed(queue.source, offered, open_mask(queue, table, history.grid), history.grid)
    is_open = open_mask(queue, table, before)
    for day, when in enumerate(before.dates):
        late = max(0, (when - history.grid.dates[-1]).days)
        source = (when - history.grid.first_day).days - 7 * -(-late // 7)
        steps = before.day_slice(day)
        values = np.full(steps.stop - steps.start, np.nan)
        if 0 <= source < history.grid.days:
            known = offered[history.grid.day_slice(source)][: len(values)]
            values[: len(known)] = known
        expected = usual[when.weekday()][: len(values)]
        expected = np.append(expected, np.zeros(len(values) - len(expected)))
        volume[steps] = np.where(np.isnan(values), np.where(is_open[steps], expected, 0.0), values)
    busy = forecast.volume[row] > 0.0
    aht_s = float(np.average(forecast.aht_s[row][busy], weights=forecast.volume[row][busy])) if busy.any() else 0.0
    return carried_due_h(queue, table, grid, before, volume * aht_s / 3600.0)


def _usual(forecast: Forecast, volume: Array) -> list[Array]:
    """The forecast's own contacts by weekday, one array of a day's steps for each; nothing for weekdays it lacks."""
    grid = forecast.grid
    days: list[Array] = [np.zeros(0)] * 7
    for day in range(grid.days):
        days[int(grid.weekday[day])] = volume[grid.day_slice(day)]
    return days
