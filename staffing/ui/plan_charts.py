"""The charts of the plan on show, each a function of it and of what was chosen: see `drawn.kept_chart`."""

import altair as alt
import pandas as pd

from staffing.ui import charts
from staffing.ui.facts.coverage import of_queue, on_intervals
from staffing.ui.facts.frames import busy_steps, daily_history, day_totals, forecast_frame, heat, staffing_levels
from staffing.ui.kept import kept
from staffing.ui.palette import Look
from staffing.ui.state import Shown
from staffing.ui.words import Words

HISTORY_DAYS = 56


def gaps(shown: Shown, queue: str | None, words: Words, look: Look) -> alt.Chart:
    """Short and over by day and time of day, of one queue or over all."""
    table = on_intervals(shown.coverage, shown.plan.requirement.grid.step_min)
    return charts.heat_map(heat(table, queue, words), words, look)


def handle_time(shown: Shown, queue: str, day: int | None, words: Words) -> alt.Chart:
    """The handle time of a day, or of all days, by interval."""
    return charts.handle_time(kept(shown, _forecast, queue, day), _hours(shown, queue, day, words), words)


def day_by_day(shown: Shown, queue: str, words: Words, look: Look) -> alt.LayerChart:
    """Contacts of the last weeks and of the days to come."""
    history = daily_history(shown.plan.scenario.history, queue, HISTORY_DAYS)
    return charts.daily(history, day_totals(shown.plan.forecast, queue), words, look)


def levels(shown: Shown, queue: str, day: int, step: int, words: Words, look: Look) -> alt.LayerChart:
    """Required and assigned agents of a day; one interval is marked."""
    grid = shown.plan.requirement.grid
    table = on_intervals(shown.coverage, grid.step_min)
    required, assigned = of_queue(table, queue)
    steps = busy_steps(grid, day, 1, required + assigned)
    frame = staffing_levels(table, queue, steps)
    return charts.coverage_steps(frame, charts.time_axis(grid, steps, words), words, look, step)


def _forecast(shown: Shown, queue: str, day: int | None) -> pd.DataFrame:
    return forecast_frame(shown.plan.forecast, queue, _steps(shown, queue, day))


def _steps(shown: Shown, queue: str, day: int | None) -> range:
    forecast = shown.plan.forecast
    first, days = (0, forecast.grid.days) if day is None else (day, 1)
    return busy_steps(forecast.grid, first, days, forecast.high95[forecast.queues.index(queue)])


def _hours(shown: Shown, queue: str, day: int | None, words: Words) -> alt.X:
    return charts.time_axis(shown.plan.forecast.grid, _steps(shown, queue, day), words)
