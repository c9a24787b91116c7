"""Calibrated uncertainty: negative binomial counts whose dispersion makes past coverage come out right.

A count with a rate of mean mu and coefficient of variation cv has variance mu + (cv mu)^2; the dispersion
``c = cv^2`` is set so that the past 80 % band held 80 % of the counts (probability integral transform of counts,
Czado, Gneiting & Held 2009).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, gammaln, nbdtrik, ndtri, xlogy

from staffing.domain.arrays import FloatArray

COVERAGE = 0.8
MAX_POINTS = 1000
DAY_FACTOR_PRIOR = 1.2
DAY_FACTOR_PRIOR_DAYS = 15.0
DEFAULT_INTERVAL_CV = 0.08
MIN_CV, MAX_CV = 0.01, 1.0
TINY = 1e-6
MATCH_GAP, MATCH_STEPS = 5e-4, 25
"""Coverage is matched as closely as this; evaluations at most."""
MATCH_SLOPE, MATCH_STEP = 0.2, 0.2
"""Coverage gained where the logarithm of a dispersion grows by 1, at least as a rule; a first step is no shorter."""
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
    keep = np.arange(use.sum()) % max(1, -(-int(use.sum()) // MAX_POINTS)) == 0
    points, rates = actual[use][keep], forecast[use][keep]
    own = np.repeat(variance, use.sum(axis=1))[keep]
    interval, factor = 0.0, 1.0
    measured = float(len(total) / (len(total) + DAY_FACTOR_PRIOR_DAYS))

    def days_held(value: float) -> float:
        return coverage(total, mean, np.expm1(np.minimum(value * spread, LOG_LIMIT)) + interval**2 * squares)

    def points_held(value: float) -> float:
        day = np.expm1(np.minimum(factor * own, LOG_LIMIT))
        return coverage(points, rates, (1 + day) * (1 + value**2) - 1)

    for _ in range(2):
        found = _match(days_held, 0.05, 20.0, factor)
        factor = float(found**measured * DAY_FACTOR_PRIOR ** (1 - measured))
        interval = _match(points_held, MIN_CV, MAX_CV, max(interval, DEFAULT_INTERVAL_CV))
    return Dispersion(factor, interval)


def coverage(counts: FloatArray, mean: FloatArray, dispersion: FloatArray, share: float = COVERAGE) -> float:
    """Share of counts within the central band of that nominal share, by the randomised transform of counts."""
    low, high = (1 - share) / 2, (1 + share) / 2
    upper, own = cdf(counts, mean, dispersion), probability(counts, mean, dispersion)
    inside = np.minimum(upper, high) - np.maximum(upper - own, low)
    return float(np.mean(np.clip(inside, 0.0, None) / np.maximum(own, 1e-12)))


def cdf(counts: FloatArray, mean: FloatArray, dispersion: FloatArray) -> FloatArray:
    """Negative binomial distribution function; 0 below zero counts."""
    size = 1.0 / np.maximum(dispersion, TINY)
    reached = betainc(size, np.maximum(counts, 0.0) + 1.0, size / (size + mean))
    result: FloatArray = np.where(counts < 0, 0.0, reached)
    return result


def probability(counts: FloatArray, mean: FloatArray, dispersion: FloatArray) -> FloatArray:
    """Negative binomial probability of each of `counts`, 0 or more."""
    size = 1.0 / np.maximum(dispersion, TINY)
    log = gammaln(counts + size) - gammaln(size) - gammaln(counts + 1.0)
    result: FloatArray = np.exp(log - size * np.log1p(mean / size) + xlogy(counts, mean / (size + mean)))
    return result


def quantile(share: float, mean: FloatArray, dispersion: FloatArray) -> FloatArray:
    """Smallest count whose distribution function reaches `share`; 0 where the mean is 0."""
    result = np.zeros(np.broadcast_shapes(mean.shape, dispersion.shape))
    positive = np.broadcast_to(mean > 0, result.shape)
    own, wide = np.broadcast_to(mean, result.shape)[positive], np.broadcast_to(dispersion, result.shape)[positive]
    wide = np.maximum(wide, TINY)
    # The normal quantile corrected for skewness (Cornish & Fisher 1937) is seldom off by more than one.
    z, spread = float(ndtri(share)), np.sqrt(own * (1.0 + wide * own))
    guess = own + spread * z + (z * z - 1.0) * (1.0 + 2.0 * wide * own) / 6.0 - 0.5
    guess = np.maximum(np.ceil(guess), 0.0)
    reached = cdf(guess, own, wide) >= share
    guess = guess + np.where(reached, -1.0, 1.0)
    found = np.where(reached, guess + 1.0, guess)
    off = (cdf(guess, own, wide) >= share) == reached
    found[off] = _searched(share, own[off], wide[off])
    result[positive] = found
    return result


def _searched(share: float, mean: FloatArray, dispersion: FloatArray) -> FloatArray:
    """`quantile` by its inverse function, several times as slow."""
    size = 1.0 / dispersion
    guess = np.ceil(np.nan_to_num(nbdtrik(share, size, size / (size + mean)), nan=0.0))
    # nbdtrik fails where zero alone has that share.
    guess = np.where(cdf(np.zeros_like(mean), mean, dispersion) >= share, 0.0, guess)
    guess = np.where(cdf(guess - 1.0, mean, dispersion) >= share, guess - 1.0, guess)
    guess = np.where(cdf(guess, mean, dispersion) < share, guess + 1.0, guess)
    return np.asarray(np.maximum(guess, 0.0), dtype=np.float64)


def _match(held: Callable[[float], float], low: float, high: float, start: float) -> float:
    """Value at which the coverage is `COVERAGE`, in [low, high]: looked for around `start`, on the logarithm.

    Regula falsi with the end that stays halved (Dowell & Jarratt 1971, the Illinois method).
    """
    place, low, high = float(np.log(np.clip(start, low, high))), float(np.log(low)), float(np.log(high))
    ends, gaps, known, stayed = [low, high], [-1.0, 1.0], [False, False], -1
    for turn in range(MATCH_STEPS):
        gap = held(float(np.exp(place))) - COVERAGE
        if abs(gap) < MATCH_GAP:
            break
        side = int(gap > 0)
        ends[side], gaps[side], known[side] = place, gap, True
        if all(known):
            if stayed == side:
                gaps[1 - side] /= 2.0
            stayed = side
            place = (ends[0] * gaps[1] - ends[1] * gaps[0]) / (gaps[1] - gaps[0])
        elif place == ends[1 - side]:
            break
        else:  # the other end is not known yet: a step towards it, longer each time
            step = max(abs(gap) / MATCH_SLOPE, MATCH_STEP) * 2.0**turn
            place = float(np.clip(place + (step if side == 0 else -step), low, high))
    return float(np.exp(place))
