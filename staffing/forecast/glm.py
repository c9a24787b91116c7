"""Poisson regression of contacts, fitted by statsmodels: the member without a short memory, for later weeks.

A Poisson regression on weekday x interval whose calendar effects are common to the intervals of a day splits exactly
into a Poisson regression of the day totals and each weekday's weighted shares of the intervals (McCullagh & Nelder
1989, ch. 6.4), which is how it is fitted here: a day is one row instead of forty-eight.
"""

import warnings

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.forecast.members import DayModel
from staffing.forecast.shape import forecast_shape

NAME = "poisson_glm"
HALF_LIFE_DAYS = 120.0
FROM_LEAD_DAYS = 7
"""It knows nothing of the last few days, so it is no help in the first week."""
LOG_LIMITS = (-8.0, 14.0)
STEPS, TINY = 40, 3e-3
"""Newton steps at most, and the size at which they end: what is left is about the square of the last."""
LONGEST_STEP = 2.0
"""Most that one step may change the logarithm of a day."""


def glm_forecast(model: DayModel, origin: int, days: slice) -> FloatArray:
    """Contacts of `days` from the days known before `origin`, shape (days, cells).

    NaN in the first `FROM_LEAD_DAYS` days from `origin`, and everywhere where the regression cannot be fitted.
    """
    frame = model.frame
    result = np.full((days.stop - days.start, frame.series.cells), np.nan)
    late = slice(max(days.start, origin + FROM_LEAD_DAYS), days.stop)
    rows = frame.rows
    rows = rows[rows < origin]
    total = frame.series.total[rows]
    if late.start >= late.stop or not total.sum() > 0:
        return result
    effects = model.effects
    weight = 0.5 ** ((frame.time[origin - 1] - frame.time[rows]) / HALF_LIFE_DAYS)
    given = effects.matrix @ effects.prior_mean
    given += np.log(np.average(total, weights=weight)) - np.average(given[rows], weights=weight)
    # Days vary by more than Poisson: with mean mu and spread s of the rate, by 1 + s^2 mu as much.
    weight = weight / (1.0 + frame.scale**2 * np.median(total))
    columns = effects.matrix * effects.prior_sd
    start = next(reversed(model.counts.values()), None)  # of another origin, so nearly the same
    fitted = _fit(total, columns[rows], given[rows], weight, start)
    if fitted is None:
        return result
    model.counts[origin] = fitted
    level = np.exp(np.clip(given[late] + columns[late] @ fitted, *LOG_LIMITS))
    share = forecast_shape(model.profiles(origin), None, origin, late, frame.classes, frame.series.is_open)
    result[late.start - days.start :] = level[:, None] * share
    return result


def _fit(
    total: FloatArray,
    columns: FloatArray,
    given: FloatArray,
    weight: FloatArray,
    start: FloatArray | None = None,
) -> FloatArray | None:
    """Coefficients with a standard normal prior each (ridge), by Newton steps; None where they do not converge."""
    # Imported here: it takes seconds, and short horizons and long lists of queues do without.
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    found = np.zeros(columns.shape[1]) if start is None else start
    prior = np.eye(len(found))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            counts = GLM(total, columns, family=Poisson(), offset=given, var_weights=weight, hasconst=False)
            for _ in range(STEPS):
                step = np.linalg.solve(prior - counts.hessian(found), counts.score(found) - found)
                found = found + step * min(1.0, LONGEST_STEP / max(float(np.abs(columns @ step).max()), TINY))
                if np.abs(step).max() < TINY:
                    return np.asarray(found, dtype=np.float64)
        except (Warning, ArithmeticError, ValueError):
            return None
    return None
