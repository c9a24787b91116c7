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
    fitted = _fit(total, columns[rows], given[rows], weight)
    if fitted is None:
        return result
    level = np.exp(np.clip(given[late] + columns[late] @ fitted, *LOG_LIMITS))
    share = forecast_shape(model.profiles(origin), None, origin, late, frame.classes, frame.series.is_open)
    result[late.start - days.start :] = level[:, None] * share
    return result


def _fit(total: FloatArray, columns: FloatArray, given: FloatArray, weight: FloatArray) -> FloatArray | None:
    """Coefficients with a standard normal prior each (ridge); None where the search does not converge."""
    # Imported here: it takes seconds, and short horizons and long lists of queues do without.
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            counts = GLM(total, columns, family=Poisson(), offset=given, var_weights=weight)
            found = counts.fit_regularized(alpha=1.0 / len(total), L1_wt=0.0).params
        except (Warning, ArithmeticError, ValueError):
            return None
    result = np.asarray(found, dtype=np.float64)
    return result if np.isfinite(result).all() else None
