"""What was learned of events and holidays, with its uncertainty."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Scenario
from staffing.domain.timegrid import TimeGrid
from staffing.forecast.explain import fitted
from staffing.forecast.members import DayModel

EFFECT_DAYS = 28
"""Days ahead whose events and holidays are told of, where the table reaches so far."""
Z80 = 1.2815515655446004
"""Standard deviations from the middle to the end of a central 80 % band."""


@dataclass(frozen=True, slots=True)
class EventEffect:
    """What an event or a holiday does to a queue's day.

    Attributes
    ----------
    name : str
    factor, low80, high80 : float
        Factor on the day's contacts and its central 80 % band.
    given : bool
        The factor was given with the event, not learned; days of the history may still have moved it.
    seen_days : int
        Known days of the history it touched; 0: nothing was learned.
    kind : str
        ``event``, or for a holiday ``holiday`` (its days off), ``eve`` and ``after`` (the working days next to them).
    """

    name: str
    factor: float
    low80: float
    high80: float
    given: bool
    seen_days: int
    kind: str = "event"


def event_effects(scenario: Scenario, table: DayTable, queue_id: str, first_day: date) -> tuple[EventEffect, ...]:
    """What was learned of each event and holiday, from the days before `first_day`.

    Told of are events and holidays between the start of the history used and four weeks from `first_day`. A holiday's
    factor is the mean over its days; the waves of weeks around long holidays are not in it.

    Raises
    ------
    SettingsError
        When the queue is derived, scheduled, or has no known day before `first_day`.
    """
    queue = scenario.centre.queue(queue_id)
    days = max(1, min(EFFECT_DAYS, (table.days[-1].date - first_day).days + 1))
    grid = TimeGrid(scenario.centre.timezone, first_day, days, scenario.centre.interval_min)
    model, choice = fitted(scenario, table, queue, grid, lean=True)
    rows = [*_event_contrasts(model), *_holiday_contrasts(model)]
    if not rows:
        return ()
    weights = np.array([weight for *_, weight in rows])
    both = [fit.contrast(model.effects, weights) for fit, use in zip(model.fits, choice.use, strict=True) if use]
    mean, variance = np.mean([part[0] for part in both], axis=0), np.mean([part[1] for part in both], axis=0)
    width = Z80 * np.sqrt(variance)
    factor, low, high = (np.exp(mean + side * width).tolist() for side in (0, -1, 1))
    given = {event.name for event in model.frame.events if event.factor is not None}
    return tuple(
        EventEffect(name, factor[n], low[n], high[n], kind == "event" and name in given, seen, kind)
        for n, (kind, name, seen, _) in enumerate(rows)
    )


def _event_contrasts(model: DayModel) -> list[tuple[str, str, int, FloatArray]]:
    """Kind, name, known days touched and weight of each column, by event."""
    effects, rows = model.effects, model.frame.rows
    found = []
    for column, (group, name) in enumerate(zip(effects.groups, effects.names, strict=True)):
        if group == "event":
            seen = int((effects.matrix[rows, column] != 0).sum())
            found.append(("event", name.removeprefix("event:"), seen, np.eye(len(effects.names))[column]))
    return found


def _holiday_contrasts(model: DayModel) -> list[tuple[str, str, int, FloatArray]]:
    """The same by holiday and place: the mean of its open days' columns."""
    frame, effects = model.frame, model.effects
    is_holiday = np.array([group == "holiday" for group in effects.groups])
    opened = np.asarray(frame.series.is_open.any(axis=1))
    names = np.array(frame.features.name)
    places = {"holiday": frame.features.off, "eve": frame.features.before == 1, "after": frame.features.after == 1}
    found = []
    for name in sorted({*frame.features.name} - {""}):
        for kind, at in places.items():
            own = np.flatnonzero(at & opened & (names == name))
            seen = int(np.isin(own, frame.rows).sum())
            if seen or (own >= frame.origin).any():
                found.append((kind, name, seen, effects.matrix[own].mean(axis=0) * is_holiday))
    return found
