"""Calibrated uncertainty: negative binomial counts whose dispersion makes past coverage come out right.

A count with a rate of mean mu and coefficient of variation cv has variance mu + (cv mu)^2; the dispersion
``c = cv^2`` is set so that the past 80 % band held 80 % of the counts (probability integral transform of counts,
Czado, Gneiting & Held 2009).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, nbdtrik

from staffing.domain.arrays import FloatArray

COVERAGE = 0.8
MAX_POINTS = 1500
DAY_FACTOR_PRIOR = 1.2
DAY_FACTOR_PRIOR_DAYS = 15.0
DEFAULT_INTERVAL_CV = 0.08
MAX_CV = 1.0
TINY = 1e-6
LOG_LIMIT = float(np.log1p(MAX_CV**2))


@dataclass(frozen=True, slots=True)
class Dispersion:
    """Uncertainty of a queue: `day_factor` multiplies the model's variance of log day totals."""

    day_factor: float
    interval_cv: float

    def day_cv(self, variance: FloatArray) -> FloatArray:
        """Coefficient of variation of whole days with that model variance."""
        result: FloatArray = np.sqrt(np.expm1(np.minimum(self.day_factor * variance, LOG_LIMIT)))
        return result


def fit_dispersion(actual: FloatArray, forecast: FloatArray, variance: FloatArray) -> Dispersion:
    """Day and interval uncertainty from past forecasts.

    Parameters
    ----------
    actual, forecast : (rows, cells)
        Past days and what was forecast; NaN actuals are left out.
    variance : (rows,)
        Model variance of each day's log total.
    """
    use = np.isfinite(actual) & (forecast > 0)
    days = use.any(axis=1)
    if not days.any():
        return Dispersion(DAY_FACTOR_PRIOR, DEFAULT_INTERVAL_CV)
    total = np.where(use, actual, 0.0).sum(axis=1)[days]
    mean = np.where(use, forecast, 0.0).sum(axis=1)[days]
    squares = (np.where(use, forecast, 0.0) ** 2).sum(axis=1)[days] / mean**2
    spread = variance[days]
    keep = np.arange(use.sum()) % max(1, int(use.sum()) // MAX_POINTS) == 0
    points, rates = actual[use][keep], forecast[use][keep]
    own = np.repeat(variance, use.sum(axis=1))[keep]
    interval, factor = 0.0, 1.0

    def days_held(value: float) -> float:
        return coverage(total, mean, np.expm1(np.minimum(value * spread, LOG_LIMIT)) + interval**2 * squares)

    def points_held(value: float) -> float:
        day = np.expm1(np.minimum(factor * own, LOG_LIMIT))
        return coverage(points, rates, (1 + day) * (1 + value**2) - 1)

    for _ in range(2):
        factor = _match(days_held, 0.05, 20.0)
        weight = len(total) / (len(total) + DAY_FACTOR_PRIOR_DAYS)
        factor = float(np.exp(weight * np.log(factor) + (1 - weight) * np.log(DAY_FACTOR_PRIOR)))
        interval = _match(points_held, 1e-3, MAX_CV)
    return Dispersion(factor, interval)


def coverage(counts: FloatArray, mean: FloatArray, dispersion: FloatArray, share: float = COVERAGE) -> float:
    """Share of counts within the central band of that nominal share, by the randomised transform of counts."""
    low, high = (1 - share) / 2, (1 + share) / 2
    upper, lower = cdf(counts, mean, dispersion), cdf(counts - 1.0, mean, dispersion)
    inside = np.minimum(upper, high) - np.maximum(lower, low)
    return float(np.mean(np.clip(inside, 0.0, None) / np.maximum(upper - lower, 1e-12)))


def cdf(counts: FloatArray, mean: FloatArray, dispersion: FloatArray) -> FloatArray:
    """Negative binomial distribution function; 0 below zero counts."""
    size = 1.0 / np.maximum(dispersion, TINY)
    reached = betainc(size, np.maximum(counts, 0.0) + 1.0, size / (size + mean))
    result: FloatArray = np.where(counts < 0, 0.0, reached)
    return result


def quantile(share: float, mean: FloatArray, dispersion: FloatArray) -> FloatArray:
    """Smallest count whose distribution function reaches `share`; 0 where the mean is 0."""
    positive = mean > 0
    mean, size = np.where(positive, mean, 1.0), 1.0 / np.maximum(dispersion, TINY)
    guess = np.ceil(np.nan_to_num(nbdtrik(share, size, size / (size + mean)), nan=0.0))
    # nbdtrik fails where zero alone has that share.
    guess = np.where(cdf(np.zeros_like(mean), mean, dispersion) >= share, 0.0, guess)
    guess = np.where(cdf(guess - 1.0, mean, dispersion) >= share, guess - 1.0, guess)
    guess = np.where(cdf(guess, mean, dispersion) < share, guess + 1.0, guess)
    return np.where(positive, np.maximum(guess, 0.0), 0.0)


def _match(held: Callable[[float], float], low: float, high: float) -> float:
    """Value at which the coverage is `COVERAGE`, by bisection of the logarithm within [low, high]."""
    for _ in range(14):
        middle = float(np.sqrt(low * high))
        if held(middle) < COVERAGE:
            low = middle
        else:
            high = middle
    return float(np.sqrt(low * high))
