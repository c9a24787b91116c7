"""Possible days: contact counts drawn from a forecast's day, interval and Poisson uncertainty."""

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.demand import Forecast


def demand_paths(forecast: Forecast, n: int, seed: int) -> IntArray:
    """Draw `n` possible courses of demand.

    A path's count is Poisson with rate ``volume * day factor * interval factor``: the day factor is log-normal with
    mean 1 and the day's `day_cv`, shared by all intervals of the day; interval factors are gamma with mean 1 and
    `interval_cv`. Intervals of a day therefore move together, so that day totals vary as days do
    (Oreshkin, Regnard & L'Ecuyer 2016 show why one of the two factors alone is not enough).

    Parameters
    ----------
    forecast : Forecast
    n : int
        Number of paths.
    seed : int
        Same seed, same paths.

    Returns
    -------
    array of int64, shape (n, queues, steps)
        Contacts; 0 wherever the volume is 0.
    """
    rng = np.random.default_rng(seed)
    day = _log_normal(rng, forecast.day_cv, n)[:, :, forecast.grid.day]
    rate = forecast.volume * day * _gamma(rng, forecast.interval_cv, n)
    return rng.poisson(rate)


def _log_normal(rng: np.random.Generator, cv: FloatArray, n: int) -> FloatArray:
    spread = np.sqrt(np.log1p(cv**2))
    result: FloatArray = np.exp(spread * rng.standard_normal((n, *cv.shape)) - spread**2 / 2)
    return result


def _gamma(rng: np.random.Generator, cv: FloatArray, n: int) -> FloatArray:
    certain = cv < 1e-4
    shape = 1.0 / np.where(certain, 1.0, cv) ** 2
    return np.where(certain, 1.0, rng.gamma(shape, 1.0 / shape, (n, *cv.shape)))
