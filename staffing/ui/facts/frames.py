"""Tables behind the charts: one row for each mark, local times as text, so that no browser moves them."""

import numpy as np
import pandas as pd

from staffing.domain.arrays import FloatArray
from staffing.domain.demand import ContactHistory, Forecast
from staffing.domain.timegrid import TimeGrid
from staffing.measures import Coverage
from staffing.ui.facts.coverage import of_queue, open_gap, over, short
from staffing.ui.words import Words


def times(grid: TimeGrid, steps: range | None = None) -> pd.DataFrame:
    """`hour` elapsed since the start of the plan, and the local `time` as text, by step."""
    steps = range(grid.n) if steps is None else steps
    moments = [grid.local(step) for step in steps]
    return pd.DataFrame(
        {
            "step": list(steps),
            "hour": [(grid.epoch_s(step) - grid.start_epoch_s) / 3600 for step in steps],
            "time": [f"{moment:%Y-%m-%d %H:%M}" for moment in moments],
        }
    )


def busy_steps(grid: TimeGrid, first_day: int, days: int, values: FloatArray) -> range:
    """Steps of some days; of a single day only those from an hour before to an hour after anything happens."""
    start, stop = int(grid.day_start[first_day]), int(grid.day_start[first_day + days])
    busy = np.flatnonzero(values[start:stop] > 0)
    if days > 1 or not len(busy):
        return range(start, stop)
    hour = max(1, 60 // grid.step_min)
    return range(max(start, start + int(busy[0]) - hour), min(stop, start + int(busy[-1]) + 1 + hour))


def heat(table: Coverage, queue: str | None, words: Words) -> pd.DataFrame:
    """Day by time of day: `net` is minus the agents short where any are, else the agents over."""
    if queue is None:
        lacking, spare = short(table), over(table)
        is_open = table.is_open.any(axis=0)
    else:
        row = table.queues.index(queue)
        gap = open_gap(table)[row]
        lacking, spare, is_open = np.maximum(0.0, -gap), np.maximum(0.0, gap), table.is_open[row]
    grid = table.grid
    frame = pd.DataFrame(
        {
            "day": [words.day(grid.dates[day]) for day in grid.day],
            "order": grid.day,
            "minute": grid.minute,
            "end": grid.minute + grid.step_min,
            "clock": [f"{minute // 60:02d}:{minute % 60:02d}" for minute in grid.minute],
            "short": lacking.round(2),
            "over": spare.round(2),
            "net": np.where(lacking > 0.05, -lacking, spare).round(2),
        }
    )
    # An hour that the clocks repeat in autumn is one cell: the worse of the two.
    worst_first = frame.iloc[np.flatnonzero(is_open)].sort_values("net").drop_duplicates(["order", "minute"])
    return worst_first.sort_values(["order", "minute"])


def staffing_levels(table: Coverage, queue: str | None, steps: range) -> pd.DataFrame:
    """Required and assigned agents of some steps."""
    required, assigned = of_queue(table, queue)
    frame, span = times(table.grid, steps), slice(steps.start, steps.stop)
    return frame.assign(
        required=required[span].round(2),
        assigned=assigned[span].round(2),
        gap=(assigned - required)[span].round(2),
        end=frame["hour"] + table.grid.step_h,
    )


def forecast_frame(forecast: Forecast, queue: str, steps: range) -> pd.DataFrame:
    """Volume with its bands and AHT of some steps; `base` is what was forecast before override layers."""
    row = forecast.queues.index(queue)
    frame = times(forecast.grid, steps)
    for name in ("volume", "low80", "high80", "low95", "high95", "aht_s"):
        frame[name] = getattr(forecast, name)[row, steps.start : steps.stop].round(2)
    if forecast.base_volume is not None:
        frame["base"] = forecast.base_volume[row, steps.start : steps.stop].round(2)
    frame["end"] = frame["hour"] + forecast.grid.step_h
    return frame


def daily_history(history: ContactHistory, queue: str, days: int) -> pd.DataFrame:
    """Contacts of the last `days` days of history; a day with nothing known is missing, not zero."""
    if queue not in history.queues:
        return pd.DataFrame({"date": [], "contacts": []})
    grid, values = history.grid, history.row(queue)
    first = max(0, grid.days - days)
    known = [values[grid.day_slice(day)] for day in range(first, grid.days)]
    rows = [(grid.dates[first + n], float(np.nansum(day))) for n, day in enumerate(known) if not np.all(np.isnan(day))]
    return pd.DataFrame(rows, columns=["date", "contacts"])


def day_totals(forecast: Forecast, queue: str) -> pd.DataFrame:
    """Forecast contacts of each day with an 80 % range, and the mean handle time.

    The range adds three sources of variance: the level of the whole day, the factors of the
    intervals, and chance (Poisson).
    """
    row = forecast.queues.index(queue)
    rows = []
    for day, when in enumerate(forecast.grid.dates):
        volume = forecast.volume[row, forecast.grid.day_slice(day)]
        cv = forecast.interval_cv[row, forecast.grid.day_slice(day)]
        aht = forecast.aht_s[row, forecast.grid.day_slice(day)]
        total = float(volume.sum())
        spread = 1.2816 * day_deviation(volume, cv, float(forecast.day_cv[row, day]))
        mean_aht = float((aht * volume).sum() / total) if total > 0 else None
        rows.append((when, total, max(0.0, total - spread), total + spread, mean_aht))
    return pd.DataFrame(rows, columns=["date", "contacts", "low", "high", "aht_s"])


def day_deviation(volume: FloatArray, interval_cv: FloatArray, day_cv: float) -> float:
    """Standard deviation of a day's contacts."""
    total = float(volume.sum())
    return float(np.sqrt((day_cv * total) ** 2 + ((interval_cv * volume) ** 2).sum() + total))
