"""Leaving by tenure: rates with their uncertainty from counts of many people, never a guess about one of them."""

from collections.abc import Sequence

import numpy as np

from staffing.capacity.values import WEEKS_PER_MONTH, TenureBand
from staffing.domain.arrays import FloatArray, IntArray

MOST_PER_MONTH = 0.95


def posterior(bands: Sequence[TenureBand], prior_months: float) -> FloatArray:
    """Beta distribution of the share that leaves in a month, by band, shape (bands, 2).

    Each band borrows `prior_months` person-months at the rate of all bands together, so that a band in which few people
    were seen is drawn towards the whole group (beta-binomial; Gelman et al. 2013, ch. 5).

    >>> posterior([TenureBand(0, 100, 10), TenureBand(3, 300, 6)], 50).round(1).tolist()
    [[12.0, 138.0], [8.0, 342.0]]
    """
    leavers = np.array([band.leavers for band in bands])
    months = np.array([band.person_months for band in bands])
    pooled = (leavers.sum() + 0.5) / (months.sum() + 1.0) if months.sum() <= 0 else leavers.sum() / months.sum()
    # A group in which nobody left in years still may lose somebody.
    pooled = max(float(pooled), 0.5 / (months.sum() + prior_months))
    borrowed = pooled * prior_months
    return np.stack([leavers + borrowed, months - leavers + prior_months - borrowed], axis=1)


def mean_rates(bands: Sequence[TenureBand], prior_months: float) -> FloatArray:
    """Expected share that leaves in a month, by band."""
    shape = posterior(bands, prior_months)
    return np.asarray(shape[:, 0] / shape.sum(axis=1))


def draw_rates(bands: Sequence[TenureBand], prior_months: float, runs: int, rng: np.random.Generator) -> FloatArray:
    """Possible shares that leave in a month, shape (runs, bands)."""
    shape = posterior(bands, prior_months)
    return rng.beta(shape[:, 0], shape[:, 1], (runs, len(bands)))


def weekly(monthly: FloatArray, factor: float | FloatArray = 1.0) -> FloatArray:
    """Share that leaves in a week where `factor` times `monthly` leave in a month.

    >>> float(weekly(np.array(0.0))), round(float(1 - (1 - weekly(np.array(0.1))) ** WEEKS_PER_MONTH), 6)
    (0.0, 0.1)
    """
    return np.asarray(1.0 - (1.0 - np.minimum(MOST_PER_MONTH, monthly * factor)) ** (1.0 / WEEKS_PER_MONTH))


def band_of(bands: Sequence[TenureBand], tenure_weeks: IntArray) -> IntArray:
    """Number of the band of each tenure.

    >>> band_of([TenureBand(0, 1, 0), TenureBand(3, 1, 0)], np.array([0, 12, 14])).tolist()
    [0, 0, 1]
    """
    starts = np.array([band.from_month * WEEKS_PER_MONTH for band in bands])
    return np.asarray(np.searchsorted(starts, tenure_weeks, side="right") - 1, dtype=np.int64)


def stays(
    bands: Sequence[TenureBand], prior_months: float, tenure_weeks: int, factor: FloatArray, start: int
) -> FloatArray:
    """Expected share still there in each week of people who are there from week `start` on.

    Parameters
    ----------
    bands, prior_months
        As in `posterior`.
    tenure_weeks : int
        Their tenure in week `start`.
    factor : (weeks,)
        Factor of attrition in each week, by season and what-if.
    start : int
        First week.

    Returns
    -------
    (weeks,)
        0 before `start`, 1 in it.
    """
    weeks = len(factor)
    share = np.zeros(weeks)
    if start >= weeks:
        return share
    tenure = tenure_weeks + np.arange(weeks - start)
    leave = weekly(mean_rates(bands, prior_months)[band_of(bands, tenure)], factor[start:])
    share[start] = 1.0
    share[start + 1 :] = np.cumprod(1.0 - leave)[:-1]
    return share
