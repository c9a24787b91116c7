"""Forecasting the past: what would have been said from earlier days, beside what came."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from staffing.compute import StoppedError
from staffing.domain.arrays import BoolArray
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Scenario
from staffing.domain.demand import Forecast
from staffing.domain.queue import Queue
from staffing.domain.timegrid import TimeGrid
from staffing.errors import SettingsError
from staffing.forecast.bands import quantile
from staffing.forecast.demand import forecast_demand
from staffing.forecast.frame import queue_frame, recorded
from staffing.forecast.peers import same_weekday_mean
from staffing.forecast.rolling import GUARD_WEEKS
from staffing.forecast.score import ForecastDays, Score
from staffing.forecast.series import queue_series, to_cells
from staffing.forecast.volumes import LEAD_DAYS

ORIGIN_STEP_WEEKS = 2
MIN_HISTORY_DAYS = 28


@dataclass(frozen=True, slots=True)
class BacktestDay:
    """One forecast day beside what came: totals over the intervals that are known.

    `low80` and `high80` bound the central 80 % of the day's total; `special` days have a holiday, month or event
    effect.
    """

    queue: str
    origin: date
    date: date
    forecast: float
    low80: float
    high80: float
    actual: float
    special: bool


@dataclass(frozen=True, slots=True)
class BacktestReport:
    """Scores by queue, part of the horizon and kind of day.

    `scores` has one entry per queue, part and kind; `methods` holds, per origin, the method of each queue in
    the order of `queues`; `days` has every scored day of every queue and origin.
    """

    origins: tuple[date, ...]
    weeks: int
    queues: tuple[str, ...]
    scores: tuple[Score, ...]
    methods: tuple[tuple[str, ...], ...]
    days: tuple[BacktestDay, ...] = ()

    def score(self, queue: str, horizon: str = "all", days: str = "all") -> Score:
        """The score of one queue, such as ``report.score("phone", "week 1")``.

        Raises
        ------
        KeyError
            When no such day was scored.
        """
        for score in self.scores:
            if (score.queue, score.horizon, score.days) == (queue, horizon, days):
                return score
        raise KeyError((queue, horizon, days))


def backtest(
    scenario: Scenario,
    table: DayTable,
    *,
    origins: int | Sequence[date] = 6,
    weeks: int = 4,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> BacktestReport:
    """Forecast from past origins with nothing but the days before them, and score every queue with a history.

    Parameters
    ----------
    scenario : Scenario
    table : DayTable
        Covers the history.
    origins : int or sequence of datetime.date
        First days of the forecasts, or their number: week starts two weeks apart, the last `weeks` before the end.
    weeks : int
        Length of each forecast; days after the end of the history are not scored.
    progress : callable, optional
        Told (origins done, origins in all).
    should_stop : callable, optional
        Asked before each queue; once it is true the report holds the origins done until then, maybe none.

    Raises
    ------
    SettingsError
        When the history is too short for a single origin.
    """
    scenario = replace(scenario, overrides=())  # what planners knew is not what the model says
    chosen = backtest_origins(scenario, origins, weeks)
    history = scenario.history
    queues = [queue for queue in scenario.centre.queues if queue.id in history.queues]
    queues = [queue for queue in queues if np.isfinite(history.row(queue.id)).any()]
    parts: dict[str, list[ForecastDays]] = {queue.id: [] for queue in queues}
    methods: list[tuple[str, ...]] = []
    totals: list[BacktestDay] = []
    for number, first in enumerate(chosen):
        days = min(7 * weeks, (history.grid.dates[-1] - first).days + 1)
        try:
            forecast = forecast_demand(scenario, table, first, days, should_stop=should_stop)
        except StoppedError:
            break
        for queue in queues:
            part = _beside_actuals(scenario, table, queue, forecast)
            parts[queue.id].append(part)
            totals += _day_totals(queue.id, first, part)
        methods.append(tuple(forecast.method[forecast.queues.index(queue.id)] for queue in queues))
        if progress is not None:
            progress(number + 1, len(chosen))
    scores = [score for queue in queues if methods for score in _scores(queue.id, _joined(parts[queue.id]), weeks)]
    names = tuple(queue.id for queue in queues)
    return BacktestReport(chosen[: len(methods)], weeks, names, tuple(scores), tuple(methods), tuple(totals))


def backtest_origins(scenario: Scenario, origins: int | Sequence[date], weeks: int) -> tuple[date, ...]:
    """First days of the forecasts that `backtest` makes of the same arguments, the earliest first.

    Raises
    ------
    SettingsError
        When the history is too short for a single one, or a day named lies outside of it.
    """
    grid = scenario.history.grid
    first, last = grid.first_day + timedelta(days=MIN_HISTORY_DAYS), grid.dates[-1]
    if not isinstance(origins, int):
        wrong = [day for day in origins if not grid.first_day < day <= last]
        if wrong:
            raise SettingsError(f"origin {wrong[0]} is outside the history; expected {first} to {last}")
        return tuple(sorted(origins))
    newest = last + timedelta(days=1 - 7 * weeks)
    newest -= timedelta(days=(newest.weekday() - scenario.centre.week_start) % 7)
    found = [newest - timedelta(days=7 * ORIGIN_STEP_WEEKS * n) for n in range(origins)]
    found = [day for day in found if day >= first]
    if not found:
        raise SettingsError(
            f"history of {grid.days} days is too short to be back-tested over {weeks} weeks; "
            f"expected at least {MIN_HISTORY_DAYS + 7 * weeks + 6} days, or fewer weeks"
        )
    return tuple(reversed(found))


def _beside_actuals(scenario: Scenario, table: DayTable, queue: Queue, forecast: Forecast) -> ForecastDays:
    """Cells of one queue's forecast, what came, and what the means of past weeks would have said."""
    grid = forecast.grid
    row = forecast.queues.index(queue.id)
    frame = queue_frame(scenario, table, queue, grid)
    window = TimeGrid(grid.timezone, grid.first_day - timedelta(days=LEAD_DAYS), grid.days + LEAD_DAYS, grid.step_min)
    if table.days[0].date > window.first_day:
        window = grid
    came = queue_series(queue, table, window, recorded(scenario, queue, window)).counts[-grid.days :]
    days = slice(frame.origin, frame.days)
    bands = (forecast.low95, forecast.low80, forecast.high80, forecast.high95)
    return ForecastDays(
        came,
        np.nan_to_num(to_cells(forecast.volume[row], grid)),
        np.array([np.nan_to_num(to_cells(band[row], grid)) for band in bands]),
        np.nan_to_num(to_cells(forecast.interval_cv[row], grid)),
        forecast.day_cv[row],
        np.array([same_weekday_mean(frame, frame.origin, days, n) for n in GUARD_WEEKS]),
        np.arange(grid.days, dtype=np.float64),
        frame.effects().special[days],
    )


def _day_totals(queue: str, origin: date, part: ForecastDays) -> list[BacktestDay]:
    use = np.isfinite(part.actual)
    held: BoolArray = np.asarray(use.any(axis=1))
    actual, mean, spread = part.totals(use, held)
    figures = (mean, quantile(0.1, mean, spread), quantile(0.9, mean, spread), actual, part.lead[held])
    return [
        BacktestDay(queue, origin, origin + timedelta(days=int(lead)), said, low, high, came, bool(special))
        for said, low, high, came, lead, special in zip(
            *(values.tolist() for values in figures), part.special[held], strict=True
        )
    ]


def _joined(parts: list[ForecastDays]) -> ForecastDays:
    return ForecastDays(
        np.concatenate([part.actual for part in parts]),
        np.concatenate([part.volume for part in parts]),
        np.concatenate([part.bands for part in parts], axis=1),
        np.concatenate([part.interval_cv for part in parts]),
        np.concatenate([part.day_cv for part in parts]),
        np.concatenate([part.peers for part in parts], axis=1),
        np.concatenate([part.lead for part in parts]),
        np.concatenate([part.special for part in parts]),
    )


def _scores(queue: str, days: ForecastDays, weeks: int) -> list[Score]:
    horizons = {"day 1": days.lead == 0}
    horizons |= {f"week {week + 1}": (days.lead // 7) == week for week in range(weeks)}
    horizons["all"] = days.lead >= 0
    kinds = {"all": days.lead >= 0, "ordinary": ~days.special, "special": days.special}
    scored = np.isfinite(days.actual).any(axis=1)
    return [
        days.score(queue, horizon, kind, rows & chosen)
        for horizon, rows in horizons.items()
        for kind, chosen in kinds.items()
        if (rows & chosen & scored).any()
    ]
