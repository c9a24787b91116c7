"""What a forecast's curve is compared with, and which steps of it are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.demand import ContactHistory
from staffing.domain.timegrid import TimeGrid
from staffing.plan import Plan
from staffing.planning.need import needed_hours
from staffing.ui.words import Words

YEAR_DAYS = 364
"""The same weekday of the year before."""


@dataclass(frozen=True, eq=False)
class Before:
    """What happened on the same weekday before, (steps,) of the plan: the last one known, and that of last year.

    NaN where it is not known.
    """

    week: FloatArray
    year: FloatArray


def before(history: ContactHistory, grid: TimeGrid, queue: str, measure: str) -> Before:
    """Contacts (``volume``) or handle times (``aht_s``) of the same weekdays and times of day before the plan."""
    values = history.offered if measure == "volume" else history.aht_s
    nothing = np.full(grid.n, np.nan)
    if values is None or queue not in history.queues or history.grid.step_min != grid.step_min:
        return Before(nothing, nothing)
    row = values[history.queues.index(queue)]
    found = Before(nothing.copy(), nothing.copy())
    last = history.grid.dates[-1]
    for day, when in enumerate(grid.dates):
        weeks = max(1, -(-(when - last).days // 7))
        for target, back in ((found.week, 7 * weeks), (found.year, YEAR_DAYS)):
            _copy(target, row, history.grid, grid, day, (when - timedelta(days=back) - history.grid.first_day).days)
    return found


def _copy(target: FloatArray, row: FloatArray, past: TimeGrid, grid: TimeGrid, day: int, source: int) -> None:
    """A day's values by their time of day; a day of 23 or 25 hours has each where its clock says."""
    if not 0 <= source < past.days:
        return
    there, here = past.day_slice(source), grid.day_slice(day)
    known = dict(zip(past.minute[there].tolist(), row[there].tolist(), strict=True))
    target[here] = [known.get(minute, np.nan) for minute in grid.minute[here].tolist()]


def open_steps(plan: Plan, queue: str) -> BoolArray:
    """Steps (steps,) in which a queue is open or contacts are expected all the same."""
    found = np.asarray(plan.forecast.volume[plan.forecast.queues.index(queue)] > 0)
    if queue in plan.requirement.queues:
        found = found | plan.requirement.is_open[plan.requirement.queues.index(queue)]
    return found


def shown_steps(plans: Sequence[Plan], queue: str, day: int | None) -> tuple[int, ...]:
    """Steps of a day, or of all days, from the first that is open or expects contacts to the last; none of closed days.

    Parameters
    ----------
    plans : sequence of Plan
        The same plan before and after a change of its forecast.
    """
    grid = plans[0].forecast.grid
    busy = np.any([open_steps(plan, queue) for plan in plans], axis=0)
    found: list[int] = []
    for number in range(grid.days) if day is None else (day,):
        span = grid.day_slice(number)
        steps = np.flatnonzero(busy[span])
        if len(steps):
            found += range(span.start + int(steps[0]), span.start + int(steps[-1]) + 1)
    return tuple(found)


def step_table(was: Plan, now: Plan, queue: str, steps: Sequence[int], past: Before) -> pd.DataFrame:
    """One row for each step: time, contacts and handle time now, planned ones, and those of before."""
    row, places = now.forecast.queues.index(queue), list(steps)
    grid = now.forecast.grid
    return pd.DataFrame(
        {
            "time": [f"{grid.local(step):%H:%M}" for step in places],
            "contacts": now.forecast.volume[row, places].round(2),
            "planned": was.forecast.volume[row, places].round(2),
            "week": past.week[places].round(1),
            "year": past.year[places].round(1),
            "aht_s": now.forecast.aht_s[row, places].round(1),
        }
    )


def day_table(was: Plan, now: Plan, queue: str, past: Before, words: Words) -> pd.DataFrame:
    """One row for each day with its totals."""
    row, grid = now.forecast.queues.index(queue), now.forecast.grid
    starts = grid.day_start[:-1]
    totals = {name: np.add.reduceat(one.forecast.volume[row], starts) for name, one in (("now", now), ("was", was))}
    known = {name: _totals(values, starts) for name, values in (("week", past.week), ("year", past.year))}
    return pd.DataFrame(
        {
            "time": [words.day(when) for when in grid.dates],
            "contacts": totals["now"].round(1),
            "planned": totals["was"].round(1),
            "week": known["week"].round(0),
            "year": known["year"].round(0),
        }
    )


def _totals(values: FloatArray, starts: IntArray) -> FloatArray:
    """Totals of days; NaN where nothing of a day is known."""
    total = np.add.reduceat(np.nan_to_num(values), starts)
    return np.where(np.add.reduceat(np.isfinite(values).astype(float), starts) > 0, total, np.nan)


@dataclass(frozen=True, slots=True)
class Effect:
    """What other layers do: each figure before and after. `service` is that of one queue, None without a roster."""

    contacts: tuple[float, float]
    hours: tuple[float, float]
    wages: tuple[float, float]
    short_h: tuple[float, float] | None
    service: tuple[float | None, float | None]


def effect_of(was: Plan, now: Plan, queue: str, day: int | None) -> Effect:
    """Contacts and service of a queue, hours that all queues need and what they cost, over a day or the whole plan."""
    from staffing.measures import coverage
    from staffing.measures.service import served_share

    grid, wage = was.forecast.grid, was.problem.costs.wage_per_h
    span = slice(0, grid.n) if day is None else grid.day_slice(day)
    ratio = grid.step_min // was.problem.grid.step_min
    slots = slice(span.start * ratio, span.stop * ratio)
    row = was.forecast.queues.index(queue)
    both = (was, now)
    hours = [float(needed_hours(plan.requirement)[:, span].sum()) for plan in both]
    short: list[float] = []
    service: list[float | None] = [None, None]
    if was.roster is not None:
        tables = [coverage(plan) for plan in both]
        short = [float(table.missing[slots].sum() * table.grid.step_h) for table in tables]
        known = queue in was.requirement.queues
        service = [served_share(plan, table, queue, slots) for plan, table in zip(both, tables, strict=True) if known]
    contacts = [float(plan.forecast.volume[row, span].sum()) for plan in both]
    return Effect(
        contacts=(contacts[0], contacts[1]),
        hours=(hours[0], hours[1]),
        wages=(wage * hours[0], wage * hours[1]),
        short_h=(short[0], short[1]) if short else None,
        service=(service[0], service[1]) if service else (None, None),
    )
