"""Weeks far ahead: hours that each queue needs, from the long-range forecast through the requirement layer.

The full layer takes about a second a week, so only some weeks go through it, spread from the quietest to the busiest.
Between them hours follow the load of the week, queue by queue. Weeks kept aside tell how good that is; where it is not
good enough, every week is worked out in full.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Scenario
from staffing.domain.demand import Forecast
from staffing.domain.requirement import Requirement
from staffing.domain.timegrid import TimeGrid
from staffing.planning.steps import make_forecast, plan_table

if TYPE_CHECKING:
    from staffing.capacity import WeeklyNeed

ANCHORS = 6
CHECKED = 2
FACTORS = (0.7, 1.0, 1.4)
TOLERANCE = 0.03
"""Error of a week's hours, relative to all of them, from which on every week is worked out in full."""
DAYS_OF_LUCK = 5
"""Working days of a week that have luck of their own."""


def weekly_need(
    scenario: Scenario,
    *,
    first_day: date | None = None,
    weeks: int = 78,
    decided_weeks: int = 26,
    seed: int = 1,
    full: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> WeeklyNeed:
    """Hours needed in each week, by queue.

    Parameters
    ----------
    scenario : Scenario
    first_day : datetime.date, optional
        First day of the first week; the week after the history by default.
    weeks : int
    decided_weeks : int
        Weeks between the last decision that can still help a week and the week itself. Beyond them the forecast's
        uncertainty does not grow: what is far away is decided later, with a newer forecast.
    seed : int
    full : bool
        Work every week out in full.
    progress : callable, optional
        Told (weeks worked out, weeks to work out).

    Returns
    -------
    WeeklyNeed
    """
    from staffing.capacity import WeeklyNeed

    first = scenario.next_week_start if first_day is None else first_day
    table, _ = plan_table(scenario, first, 7 * weeks)
    forecast = make_forecast(scenario, table, first, 7 * weeks, seed=seed)
    parts = [_week(forecast, week) for week in range(weeks)]
    load = np.array([_load_h(part) for part in parts]).T
    anchors, aside = _anchors(load, full)
    middle = anchors[len(anchors) // 2]
    todo = [(week, 1.0) for week in (*anchors, *aside)]
    todo += [(middle, factor) for factor in FACTORS if factor != 1.0]
    done: dict[tuple[int, float], FloatArray] = {}

    def work(week: int, factor: float) -> None:
        done[week, factor] = _hours(scenario, table, parts[week], factor)
        if progress is not None:
            progress(len(done), len(todo))

    for week, factor in todo:
        work(week, factor)
    need = _between(load, {week: done[week, 1.0] for week in anchors})
    truth = np.array([done[week, 1.0] for week in aside]).reshape(len(aside), len(forecast.queues)).T
    error = float(np.max(np.abs(need[:, aside] - truth).sum(axis=0) / truth.sum(axis=0), initial=0.0))
    if error > TOLERANCE:
        todo += [(week, 1.0) for week in range(weeks) if (week, 1.0) not in done]
        for week, factor in todo:
            if (week, factor) not in done:
                work(week, factor)
        need, error = np.array([done[week, 1.0] for week in range(weeks)]).T, 0.0
    for week in aside:
        need[:, week] = done[week, 1.0]
    basis = np.where(done[middle, 1.0] > 0, done[middle, 1.0], 1.0)
    growth = [np.where(done[middle, 1.0] > 0, done[middle, factor] / basis, factor) for factor in FACTORS]
    level, noise = _spread(forecast, weeks, decided_weeks)
    contacts = np.array([part.volume.sum(axis=1) for part in parts]).T
    return WeeklyNeed(
        first, forecast.queues, contacts, need, np.array(FACTORS), np.array(growth).T, level, noise, error
    )


def _week(forecast: Forecast, week: int) -> Forecast:
    """One week of a forecast."""
    grid = forecast.grid
    steps = slice(int(grid.day_start[7 * week]), int(grid.day_start[7 * week + 7]))
    days = slice(7 * week, 7 * week + 7)
    part = TimeGrid(grid.timezone, grid.first_day + timedelta(days=7 * week), 7, grid.step_min)
    bands = {name: getattr(forecast, name)[:, steps] for name in ("volume", "low80", "high80", "low95", "high95")}
    return replace(
        forecast,
        grid=part,
        **bands,
        aht_s=forecast.aht_s[:, steps],
        interval_cv=forecast.interval_cv[:, steps],
        day_cv=forecast.day_cv[:, days],
        base_volume=None,
        base_aht_s=None,
        notes=(),
    )


def _load_h(forecast: Forecast) -> FloatArray:
    """Hours of handling in the week, by queue."""
    return np.asarray((forecast.volume * forecast.aht_s).sum(axis=1) / 3600.0)


def _anchors(load: FloatArray, full: bool) -> tuple[list[int], list[int]]:
    """Weeks worked out in full, by rising load, and weeks kept aside to check what lies between them."""
    order = [int(week) for week in np.argsort(load.sum(axis=0), kind="stable")]
    if full or len(order) <= ANCHORS + CHECKED:
        return order, []
    anchors = [order[int(place)] for place in np.linspace(0, len(order) - 1, ANCHORS).round()]
    rest = [week for week in order if week not in anchors]
    return anchors, [rest[int(place)] for place in np.linspace(0, len(rest) - 1, CHECKED + 2).round()[1:-1]]


def _between(load: FloatArray, known: dict[int, FloatArray]) -> FloatArray:
    """Hours of all weeks: straight between the known weeks of a queue, ordered by its load."""
    need = np.zeros_like(load)
    weeks = list(known)
    for row in range(len(load)):
        x = load[row, weeks]
        y = np.array([known[week][row] for week in weeks])
        order = np.argsort(x, kind="stable")
        x, y = np.concatenate([[0.0], x[order]]), np.concatenate([[0.0], y[order]])
        need[row] = np.interp(load[row], x, np.maximum.accumulate(y))
        need[row, weeks] = [known[week][row] for week in weeks]
    return need


def _hours(scenario: Scenario, table: DayTable, part: Forecast, factor: float) -> FloatArray:
    """Rostered hours that keep the targets in one week at `factor` times its volume, by queue.

    What queues need together is dealt out to them by their load.
    """
    from staffing.domain.assemble import proficiency_matrix, skilled_shares
    from staffing.erlang import require_agents

    queues = tuple(scenario.centre.queue(queue) for queue in part.queues)
    found = require_agents(
        scenario.centre,
        replace(part, volume=part.volume * factor),
        table,
        carried_h={queue.id: 0.0 for queue in queues if queue.has_deadline},
        curves=False,
        skilled=skilled_shares(scenario.agents, scenario.centre.queues),
        can_serve=proficiency_matrix(scenario.agents, queues) if scenario.agents else None,
    )
    return np.asarray(needed_hours(found).sum(axis=1))


def needed_hours(found: Requirement) -> FloatArray:
    """Rostered hours that each queue needs (queues, steps); those of deadline queues where their work arrives.

    What queues need together is dealt out to them by their load. All work that arrives has to be done, also what falls
    due after the horizon.
    """
    hours = _with_common(found) * found.grid.step_h
    for work in found.workload:
        row = found.queues.index(work.queue)
        hours[row] = found.load_erl[row] * found.grid.step_h * work.gross_factor
    return hours


def _with_common(found: Requirement) -> FloatArray:
    """Rostered agents by queue with the pools dealt out, widest first."""
    gross = np.array(found.agents_gross)
    dealt: set[str] = set()
    for pool in sorted(found.pools, key=lambda pool: -len(pool.queues)):
        if dealt & set(pool.queues):
            continue
        dealt |= set(pool.queues)
        rows = [found.queues.index(queue) for queue in pool.queues]
        lacking = np.maximum(0.0, pool.agents_gross - gross[rows].sum(axis=0))
        load = found.load_erl[rows]
        whole = load.sum(axis=0)
        gross[rows] += lacking * np.where(whole > 0, load / np.where(whole > 0, whole, 1.0), 1.0 / len(rows))
    return gross


def _spread(forecast: Forecast, weeks: int, decided_weeks: int) -> tuple[FloatArray, FloatArray]:
    """Standard deviation of the logarithm of the level and of the week's luck, (queues, weeks).

    The forecast states the spread of single days. What its first days have is taken as the day's own luck, of which a
    week holds several; what is added further ahead is the level.
    """
    busy = np.add.reduceat(forecast.volume, forecast.grid.day_start[:-1], axis=1) > 0
    variance = np.log1p(forecast.day_cv**2)
    by_week = np.array(
        [
            [
                float(np.median(variance[row, 7 * w : 7 * w + 7][busy[row, 7 * w : 7 * w + 7]]))
                if busy[row, 7 * w : 7 * w + 7].any()
                else 0.0
                for w in range(weeks)
            ]
            for row in range(len(forecast.queues))
        ]
    )
    luck = by_week[:, :1]
    level = np.maximum.accumulate(np.maximum(0.0, by_week - luck), axis=1)
    level = np.minimum(level, level[:, [min(decided_weeks, weeks) - 1]])
    return np.sqrt(level), np.sqrt(np.repeat(luck / DAYS_OF_LUCK, weeks, axis=1))
