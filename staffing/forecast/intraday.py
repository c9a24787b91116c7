"""The rest of a day, forecast again from what has come so far.

The morning's ratio of actual to forecast contacts says something of the rest of the day, but not all of it: carried
over as it is, it makes the rest worse early in the day. So the relative error of each later interval is predicted from
those of the intervals known, by the best linear rule for the covariance of the errors of past days forecast a day ahead
(the penalised update of Shen and Huang 2008 in its simplest form). The covariance is shrunk towards what the forecast's
own uncertainty implies, a day factor shared by all intervals beside noise that is not: the less it stands out from
counting noise, the more.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Scenario
from staffing.domain.demand import Forecast
from staffing.domain.note import Note
from staffing.domain.queue import Queue
from staffing.domain.timegrid import TimeGrid
from staffing.errors import SettingsError
from staffing.forecast.bands import quantile
from staffing.forecast.combine import choose
from staffing.forecast.demand import source_order
from staffing.forecast.frame import queue_frame
from staffing.forecast.members import fit_day_model
from staffing.forecast.peers import same_weekday_mean
from staffing.forecast.rolling import GUARD_WEEKS, MIN_TRAIN_DAYS, rolling_errors
from staffing.forecast.series import from_cells
from staffing.forecast.threads import one_thread

PAST_DAYS = 60
"""Known days whose day-ahead errors tell the covariance."""
PRIOR_DAYS = 10.0
"""Days that the implied covariance counts for where all variation is shared; more in proportion to noise."""
EXTRA_NOISE = 1.0
"""Noise added to each known interval, relative to its variance: a covariance of few days promises too much."""
OUTLIER_SD = 3.0
FACTOR_RANGE = (0.2, 5.0)
LEAST_VARIANCE_LEFT = 0.05


@dataclass(frozen=True, eq=False)
class QueueUpdate:
    """What the day so far did to one queue: `factor` on the contacts of the rest of the day.

    `expected`, `came` are contacts of the known intervals; `days` past days told how much a morning says (0: only the
    forecast's own uncertainty did); `left` is the share of the day's variance that remains for the rest; `factors`
    (steps of the day,) is 1 before the cut.
    """

    queue: str
    expected: float
    came: float
    factor: float
    left: float
    days: int
    factors: FloatArray


@dataclass(frozen=True, eq=False)
class DayUpdate:
    """A forecast whose first day holds what came before step `cut` and the new forecast of the rest."""

    forecast: Forecast
    cut: int
    queues: tuple[QueueUpdate, ...]


def update_day(scenario: Scenario, table: DayTable, forecast: Forecast, observed: FloatArray) -> DayUpdate:
    """Forecast the rest of the first day of `forecast` again.

    Parameters
    ----------
    scenario : Scenario
        Its history before the day tells how much a morning says of the rest.
    table : DayTable
        Covers the history used and the day.
    forecast : Forecast
        Made before the day; its first day is today.
    observed : ndarray (queues, steps)
        Contacts that came in each step of today so far, queues and steps (of the first day at least) as in `forecast`;
        NaN where not known. The day is known up to the last step with a value.

    Returns
    -------
    DayUpdate
        Known steps hold what came; queues derived from another follow it where nothing of their own is known; scheduled
        queues and later days are unchanged.

    Raises
    ------
    SettingsError
        When nothing of the first day is known.
    """
    today = forecast.grid.day_slice(0)
    came = np.asarray(observed, dtype=float)[:, today]
    if came.shape != (len(forecast.queues), today.stop) or np.any(came < 0):
        raise ValueError(f"observed has shape {np.shape(observed)}, expected contacts of {len(forecast.queues)} queues")
    known = np.flatnonzero(np.isfinite(came).any(axis=0))
    if not len(known):
        raise SettingsError(f"nothing is known of {forecast.grid.first_day}; expected contacts of its first intervals")
    cut = int(known[-1]) + 1
    updates: dict[str, QueueUpdate] = {}
    with one_thread():
        for queue in source_order(scenario.centre):
            if queue.id in forecast.queues:
                updates[queue.id] = _update(scenario, table, forecast, queue, came, cut, updates)
    return DayUpdate(_updated(forecast, came, updates), cut, tuple(updates[name] for name in forecast.queues))


def _update(
    scenario: Scenario,
    table: DayTable,
    forecast: Forecast,
    queue: Queue,
    came: FloatArray,
    cut: int,
    done: dict[str, QueueUpdate],
) -> QueueUpdate:
    row = forecast.queues.index(queue.id)
    said, use = forecast.volume[row, : came.shape[1]], np.isfinite(came[row])
    expected, total = float(said[use].sum()), float(np.nansum(came[row]))
    if expected <= 0 and queue.source is not None and queue.source.queue in done:
        return replace(done[queue.source.queue], queue=queue.id, expected=expected, came=total)
    if expected <= 0 or not queue.from_history:
        return QueueUpdate(queue.id, expected, total, 1.0, 1.0, 0, np.ones(len(said)))
    first, last = np.flatnonzero(use & (said > 0)), cut + np.flatnonzero(said[cut:] > 0)
    errors = past_errors(scenario, table, queue, forecast.grid)[:, np.concatenate((first, last))]
    errors = errors[np.isfinite(errors).all(axis=1)]
    rates = said[np.concatenate((first, last))]
    shared = float(np.log1p(forecast.day_cv[row, 0] ** 2))
    own = forecast.interval_cv[row, np.concatenate((first, last))] ** 2
    today = (came[row, first] - said[first]) / (said[first] + 0.5)
    move, left = predicted_errors(today, errors, rates, shared, own)
    factors = np.ones(len(said))
    factors[last] = np.clip(1.0 + move, *FACTOR_RANGE)
    after, before = float((said * factors)[last].sum()), float(said[last].sum())
    return QueueUpdate(queue.id, expected, total, after / before if before > 0 else 1.0, left, len(errors), factors)


def predicted_errors(
    today: FloatArray, past: FloatArray, rates: FloatArray, shared: float, own: FloatArray
) -> tuple[FloatArray, float]:
    """Relative errors to expect in the later intervals of a day, and the share of their variance that remains.

    Parameters
    ----------
    today : ndarray (known,)
        Relative errors of the known intervals.
    past : ndarray (days, known + later)
        Those of past days, known intervals first.
    rates : ndarray (known + later,)
        Contacts forecast.
    shared, own : float, ndarray (known + later,)
        Variance of the day factor and of the interval factors by the forecast's own uncertainty.

    Returns
    -------
    move : ndarray (later,)
    left : float
        Of the later intervals' total, between 0 and 1.

    Examples
    --------
    Without past days and with a day factor only, three busy known intervals tell most of it:

    >>> move, left = predicted_errors(np.full(3, 0.3), np.zeros((0, 4)), np.full(4, 1e6), 0.01, np.zeros(4))
    >>> move.round(3).tolist(), round(left, 3)
    ([0.225], 0.25)
    """
    known = len(today)
    alone = own + 1.0 / (rates + 0.5)
    limit = OUTLIER_SD * np.sqrt(shared + alone)
    days = len(past)
    if days:
        limit = np.maximum(limit, OUTLIER_SD * 1.4826 * np.median(np.abs(past), axis=0))
    past, today = np.clip(past, -limit, limit), np.clip(today, -limit[:known], limit[:known])
    seen = past.T @ past
    if days and len(rates) > 1:
        # What past days show of the day factor and of the rest, beside what the forecast says of them.
        both = float(seen.sum() - np.trace(seen)) / (len(rates) * (len(rates) - 1))
        shared = (max(both, 0.0) + PRIOR_DAYS * shared) / (days + PRIOR_DAYS)
        alone = (np.maximum(np.diag(seen) - both, 0.0) + PRIOR_DAYS * alone) / (days + PRIOR_DAYS)
    prior = np.full((len(rates), len(rates)), shared) + np.diag(alone)
    signal = shared / float(np.diag(prior).mean()) if shared > 0 else 0.0
    weight = PRIOR_DAYS / max(signal, 1e-3)
    covariance = (seen + weight * prior) / (days + weight)
    noisy = covariance[:known, :known] + EXTRA_NOISE * np.diag(np.diag(covariance)[:known])
    rule = np.linalg.solve(noisy, covariance[:known, known:])
    share = rates[known:] / max(float(rates[known:].sum()), 1e-12)
    variance = float(share @ (covariance[known:, known:] - np.diag(1.0 / (rates[known:] + 0.5))) @ share)
    explained = float(share @ rule.T @ covariance[:known, known:] @ share)
    left = 1.0 - explained / variance if variance > explained else LEAST_VARIANCE_LEFT
    return today @ rule, float(np.clip(left, LEAST_VARIANCE_LEFT, 1.0))


def past_errors(scenario: Scenario, table: DayTable, queue: Queue, grid: TimeGrid) -> FloatArray:
    """Relative errors (actual - forecast) / forecast of past days forecast a day ahead, on the first day's steps.

    Shape (days, steps of the first day of `grid`); NaN where a day's interval is unknown or closed.
    """
    one = TimeGrid(grid.timezone, grid.first_day, 1, grid.step_min)
    frame = queue_frame(scenario, table, queue, one)
    rows = frame.rows
    if len(rows) <= MIN_TRAIN_DAYS:
        return np.zeros((0, one.n))
    model = fit_day_model(frame)
    choice = choose(rolling_errors(model))
    errors = []
    for day in rows[MIN_TRAIN_DAYS:][-PAST_DAYS:].tolist():
        span = slice(day, day + 1)
        members, _ = model.forecast(day, span)
        guards = np.array([same_weekday_mean(frame, day, span, weeks) for weeks in GUARD_WEEKS])
        said = choice.apply(members, guards, model.effects.special[span])[0]
        errors.append((frame.series.counts[day] - said) / (said + 0.5))
    return np.array([from_cells(row[np.newaxis], one) for row in errors])


def _updated(forecast: Forecast, came: FloatArray, updates: dict[str, QueueUpdate]) -> Forecast:
    today = forecast.grid.day_slice(0)
    volume, day_cv = forecast.volume.copy(), forecast.day_cv.copy()
    interval_cv = forecast.interval_cv.copy()
    for row, queue in enumerate(forecast.queues):
        volume[row, : today.stop] *= updates[queue].factors
        day_cv[row, 0] *= np.sqrt(updates[queue].left)
    dispersion = (1 + day_cv[:, forecast.grid.day] ** 2) * (1 + interval_cv**2) - 1
    known = np.zeros(volume.shape, dtype=bool)
    known[:, : today.stop] = np.isfinite(came)
    volume[:, : today.stop] = np.where(np.isfinite(came), np.nan_to_num(came), volume[:, : today.stop])
    bands: dict[str, Any] = {
        name: np.where(known, volume, quantile(share, volume, dispersion))
        for name, share in (("low80", 0.1), ("high80", 0.9), ("low95", 0.025), ("high95", 0.975))
    }
    moved = tuple(
        Note(
            "forecast_updated",
            (("queue", name), ("factor", row.factor), ("came", row.came), ("expected", row.expected)),
        )
        for name, row in updates.items()
        if row.expected > 0
    )
    return replace(
        forecast,
        volume=volume,
        day_cv=day_cv,
        interval_cv=np.where(known, 0.0, interval_cv),
        notes=forecast.notes + moved,
        base_volume=forecast.volume if forecast.base_volume is None else forecast.base_volume,
        base_aht_s=forecast.aht_s if forecast.base_aht_s is None else forecast.base_aht_s,
        **bands,
    )
