"""Why a day is forecast as it is: its usual level times factors."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Scenario
from staffing.domain.queue import Queue
from staffing.domain.timegrid import TimeGrid
from staffing.errors import SettingsError
from staffing.forecast.combine import Combination, choose
from staffing.forecast.frame import queue_frame
from staffing.forecast.kernel import LevelFit
from staffing.forecast.members import DayModel, fit_day_model, mean_correction
from staffing.forecast.own import method_name
from staffing.forecast.rolling import rolling_errors
from staffing.forecast.threads import one_thread

GROUPS = ("weekday", "holiday", "wave", "month", "season", "event")


@dataclass(frozen=True, slots=True)
class DayExplanation:
    """Factors of one day of one queue, before deflection.

    Attributes
    ----------
    queue : str
    date : datetime.date
    method : str
        As in the forecast; factors explain the day regression, not the mean that may replace it.
    volume : float
        Contacts of the day by the regression: `level` times all factors.
    level : float
        Contacts of an ordinary day of an average weekday at that time.
    weekday, holiday, wave, month, season, event : float
        Factors; 1 where nothing applies. `wave` is the time around a long holiday.
    near : str
        The holiday that the day belongs to or is next to; empty where there is none.
    place : str
        ``off``, ``adjusted`` (a weekend day worked in exchange), ``before`` or ``after`` the days off; else empty.
    waves, events : tuple of str
        Long holidays whose weeks, and events whose days, hold the day.
    """

    queue: str
    date: date
    method: str
    volume: float
    level: float
    weekday: float
    holiday: float
    wave: float
    month: float
    season: float
    event: float
    near: str = ""
    place: str = ""
    waves: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


def explain_days(
    scenario: Scenario, table: DayTable, queue_id: str, first_day: date, days: int
) -> tuple[DayExplanation, ...]:
    """Explain each day of a horizon for a queue forecast from its own history; closed days are left out.

    Raises
    ------
    SettingsError
        When the queue is derived, scheduled, or has no known day before `first_day`.
    """
    queue = scenario.centre.queue(queue_id)
    grid = TimeGrid(scenario.centre.timezone, first_day, days, scenario.centre.interval_min)
    model, choice = fitted(scenario, table, queue, grid)
    frame = model.frame
    used = [fit for fit, use in zip(model.fits, choice.use, strict=True) if use]
    span = slice(frame.origin, frame.days)
    parts = np.mean([_parts(model, fit, span) for fit in used], axis=0)
    opened = np.asarray(frame.series.is_open[span].any(axis=1)).tolist()
    method = method_name(model, choice)
    return tuple(
        DayExplanation(queue_id, when, method, float(np.exp(row.sum())), *np.exp(row).tolist(), **_named(model, day))
        for day, (when, row, is_open) in enumerate(zip(grid.dates, parts, opened, strict=True))
        if is_open
    )


def _named(model: DayModel, day_ahead: int) -> dict[str, Any]:
    """What the factors of a day of the horizon come from: holiday, place beside it, long holidays and events."""
    features, effects, day = model.frame.features, model.effects, model.frame.origin + day_ahead
    places = {"off": features.off, "adjusted": features.adjusted, "before": features.before, "after": features.after}
    place = next((name for name, days in places.items() if days[day] > 0), "")
    touched = [effects.names[column] for column in np.flatnonzero(effects.matrix[day])]
    waves = {name.removeprefix("wave:").rpartition(":")[0] for name in touched if name.startswith("wave:")}
    events = {name.removeprefix("event:") for name in touched if name.startswith("event:")}
    return {
        "near": features.name[day],
        "place": place,
        "waves": tuple(sorted(waves)),
        "events": tuple(sorted(events)),
    }


def fitted(
    scenario: Scenario, table: DayTable, queue: Queue, grid: TimeGrid, *, lean: bool = False
) -> tuple[DayModel, Combination]:
    """The day regression of a queue and which of its members count; `lean` tries no others beside them.

    Raises
    ------
    SettingsError
        When the queue has no known day of its own before `grid`.
    """
    frame = queue_frame(scenario, table, queue, grid)
    if not queue.from_history or not len(frame.rows):
        raise SettingsError(f"queue {queue.id!r} has no forecast from its own history; expected a queue with history")
    with one_thread():
        model = fit_day_model(frame)
        return model, choose(rolling_errors(model, lean=lean))


def _parts(model: DayModel, fit: LevelFit, span: slice) -> FloatArray:
    """Logarithms of level and factors of each day, shape (days, 1 + groups)."""
    effects = model.effects
    weights = fit.coefficients(effects)
    groups = np.array(effects.groups)
    share = np.array([effects.matrix[span][:, groups == group] @ weights[groups == group] for group in GROUPS]).T
    weekday = effects.matrix[fit.rows][:, groups == "weekday"] @ weights[groups == "weekday"]
    share[:, 0] -= weekday.mean()
    mean, _ = fit.predict(model.frame.origin, span)
    level = mean + mean_correction(fit) - share.sum(axis=1)
    return np.column_stack([level, share])
