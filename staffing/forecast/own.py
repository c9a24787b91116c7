"""Forecast of one queue from its own history."""

from collections.abc import Sequence

import numpy as np

from staffing.domain.calendar import DayTable
from staffing.domain.centre import Event, Scenario
from staffing.domain.note import Note
from staffing.domain.queue import Queue
from staffing.domain.timegrid import TimeGrid
from staffing.forecast.bands import fit_dispersion
from staffing.forecast.combine import Combination, choose
from staffing.forecast.frame import QueueFrame, queue_frame
from staffing.forecast.glm import NAME, glm_forecast
from staffing.forecast.members import DayModel, fit_day_model
from staffing.forecast.peers import same_weekday_mean
from staffing.forecast.rolling import GUARD_WEEKS, rolling_errors
from staffing.forecast.series import from_cells
from staffing.forecast.volumes import LEAD_DAYS, QueueVolume, silent, total_by_day

SHORT_DAYS = 28
OUTSIDE_SHARE = 0.02
OUTLIER_VARIANCE = 3.0
"""A day is told of when its variance was raised by this multiple of the usual one"""
OUTLIER_DAYS = 56
"""within the last days of the history."""


def own_volume(
    scenario: Scenario, table: DayTable, queue: Queue, grid: TimeGrid, wide: TimeGrid, *, lean: bool = False
) -> QueueVolume:
    """Forecast `queue` on `wide`, which is `grid` with `LEAD_DAYS` more days in front; `lean` saves time."""
    who = ("queue", queue.id)
    frame = queue_frame(scenario, table, queue, grid)
    rows = frame.rows
    if not len(rows):
        return silent(wide.n, wide.days, "no_history", Note("forecast_no_history", (who,)))
    if not np.nansum(frame.series.total) > 0:
        return silent(wide.n, wide.days, "zero", Note("forecast_all_zero", (who, ("days", len(rows)))))
    model = fit_day_model(frame)
    errors = rolling_errors(model, lean=lean)
    choice = choose(errors)
    days = slice(frame.origin - LEAD_DAYS, frame.days)
    pad = max(0, -days.start)  # a history shorter than the lead has nothing before its first day
    days = slice(days.start + pad, days.stop)
    members, variances = model.forecast(frame.origin, days)
    guards = np.array([same_weekday_mean(frame, frame.origin, days, weeks) for weeks in GUARD_WEEKS])
    glm = glm_forecast(model, frame.origin, days) if choice.glm else None
    cells = choice.apply(members, guards, model.effects.special[days], glm)
    past = choice.apply(errors.members, errors.guards, errors.special, errors.glm)
    dispersion = fit_dispersion(errors.actual, past, choice.variance(errors.variance))
    day_cv = dispersion.day_cv(choice.variance(variances))
    volume = from_cells(np.vstack([np.zeros((pad, cells.shape[1])), cells]), wide)
    return QueueVolume(
        volume,
        np.where(volume > 0, dispersion.interval_cv, 0.0),
        np.concatenate([np.zeros(pad), day_cv]) * (total_by_day(volume, wide) > 0),
        method_name(model, choice, lean=lean),
        tuple(_notes(queue, frame, model, choice)),
        errors.wape(past) if errors.origins else float("nan"),
        len(rows),
    )


def method_name(model: DayModel, choice: Combination, *, lean: bool = False) -> str:
    """Members used, joined by plus, or the guard's name; ``+lean`` where the Poisson regression was not tried."""
    if choice.guard is not None:
        return f"mean{GUARD_WEEKS[choice.guard]}"
    used = [name for name, used in zip(model.names, choice.use, strict=True) if used]
    return "+".join([*used, *([NAME] if choice.glm else []), *(["lean"] if lean else [])])


def _notes(queue: Queue, frame: QueueFrame, model: DayModel, choice: Combination) -> list[Note]:
    who = ("queue", queue.id)
    known, notes = len(frame.rows), []
    if known < SHORT_DAYS:
        notes.append(Note("forecast_short_history", (who, ("days", known))))
    if choice.guard is not None:
        figures = (("error", round(choice.wape, 4)), ("mean_error", round(choice.guard_wape, 4)))
        notes.append(Note("forecast_fallback_mean", (who, ("weeks", GUARD_WEEKS[choice.guard]), *figures)))
    if frame.series.outside_share > OUTSIDE_SHARE:
        share = round(frame.series.outside_share, 4)
        notes.append(Note("forecast_contacts_outside_hours", (who, ("share", share))))
    recent = frame.rows >= frame.rows[-1] - OUTLIER_DAYS
    damped = int((recent & (model.fits[0].extra > OUTLIER_VARIANCE * model.fits[0].kind.sd ** 2)).sum())
    if damped:
        notes.append(Note("forecast_outliers_damped", (who, ("days", damped))))
    return notes + [
        Note("forecast_event_not_learned", (who, ("event", name))) for name in unlearned(frame, model, frame.events)
    ]


def unlearned(frame: QueueFrame, model: DayModel, events: Sequence[Event]) -> list[str]:
    """Names of events to be learned that touch the horizon and have never been seen."""
    found = []
    for name in sorted({event.name for event in events if event.factor is None}):
        column = f"event:{name}"
        if column in model.effects.names:
            reach = model.effects.matrix[:, model.effects.names.index(column)]
            if reach[frame.origin :].any() and not reach[frame.rows].any():
                found.append(name)
    return found
