"""How a day's contacts spread over its intervals: weekday profiles and their low-rank deviations.

Square roots of counts have the same sampling variance (1/4) whatever the rate (Brown et al. 2005), so profiles are
averaged and decomposed on that scale; deviations follow Shen & Huang (2008) with the day level's own covariance.
"""

from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.forecast.kernel import LevelFit
from staffing.forecast.series import QueueSeries

HALF_LIFE_DAYS = 120.0
PRIOR_DAYS = 2.0
"""Weight of the profile pooled over weekdays, in days."""
OFF_CLASS = 7
"""Profile class of days off."""
MANY_PER_CELL = 60.0
FEW_PER_CELL = 5.0
FEW_DAYS = 20
NOISE_COUNT = 400.0
"""Contacts per cell at which sampling noise is as large as the usual differences between weekdays' profiles."""


@dataclass(frozen=True, eq=False)
class Profiles:
    """Square-root profiles.

    Attributes
    ----------
    base : (8, cells)
        Profile of each weekday and of days off.
    deviation : (k, cells)
        Directions in which a day's profile departs from its base.
    score : (n, k)
        Scores of the days they were learned from.
    """

    base: FloatArray
    deviation: FloatArray
    score: FloatArray


def profile_class(weekday: IntArray, off: BoolArray) -> IntArray:
    """Profile class of each day: its weekday, or `OFF_CLASS`."""
    return np.where(off, OFF_CLASS, weekday).astype(np.int64)


def learn_profiles(series: QueueSeries, rows: IntArray, classes: IntArray, time: FloatArray) -> Profiles:
    """Profiles from the known days `rows`; `classes` and `time` belong to all days."""
    cells = np.flatnonzero(series.seen_cells[rows].any(axis=0))
    place = np.ix_(rows, cells)
    total = np.maximum(series.total[rows], 1e-9)
    counts = series.filled[place]
    seen = series.seen_cells[place] * (series.total[rows] > 0)[:, None]
    per_cell = float(counts.sum()) / max(1.0, float(seen.sum()))
    prior_days = PRIOR_DAYS + NOISE_COUNT / max(per_cell, 0.1)
    weight = 0.5 ** ((time[rows].max() - time[rows]) / HALF_LIFE_DAYS)
    size = weight * total
    share = seen * counts / total[:, None]
    pooled = _ratio(size @ share, size @ seen)
    group = np.arange(OFF_CLASS + 1)[:, None] == classes[rows]
    mass = (group * weight) @ seen
    mean = _ratio((group * size) @ share, (group * size) @ seen)
    root = np.sqrt((mean * mass + prior_days * pooled) / (mass + prior_days))
    base = np.zeros((OFF_CLASS + 1, series.cells))
    base[:, cells] = root
    wanted = _components(len(cells), len(rows), per_cell)
    deviation = np.zeros((wanted, series.cells))
    if not wanted:
        return Profiles(base, deviation, np.zeros((len(rows), 0)))
    residual = seen * (np.sqrt(share) - root[classes[rows]])
    # The right singular vectors, from the small matrix of cells by cells.
    _, directions = np.linalg.eigh(residual.T @ (residual * weight[:, None]))
    deviation[:, cells] = directions[:, : -wanted - 1 : -1].T
    score = residual @ deviation[:, cells].T
    # The part of a score's variance that is more than the 1/4 of a square-root count.
    noise = np.average(0.25 / total, weights=weight)
    trust = np.clip(1.0 - noise / np.maximum(np.average(score**2, axis=0, weights=weight), 1e-12), 0.0, 1.0)
    return Profiles(base, deviation, score * trust)


def _components(cells: int, days: int, per_cell: float) -> int:
    """Number of deviations: 5 on busy queues, 2 on others, none on sparse ones and short histories."""
    if days < FEW_DAYS or per_cell < FEW_PER_CELL:
        return 0
    return max(0, min(cells - 1, days // 4, 5 if per_cell > MANY_PER_CELL else 2))


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    result: FloatArray = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
    return result


def forecast_shape(
    profiles: Profiles, fit: LevelFit | None, origin: int, days: slice, classes: IntArray, is_open: BoolArray
) -> FloatArray:
    """Share of each day's contacts in each cell, shape (days, cells); rows sum to 1 where anything is open."""
    root = profiles.base[classes[days]]
    if fit is not None and len(profiles.deviation):
        root = root + fit.smooth(origin, days, profiles.score) @ profiles.deviation
    return normalised(np.maximum(root, 0.0) ** 2, is_open[days])


def normalised(share: FloatArray, is_open: BoolArray) -> FloatArray:
    """Rows scaled to sum 1 over open cells; an open day without any share is spread evenly."""
    share = np.where(is_open, share, 0.0)
    total = share.sum(axis=1, keepdims=True)
    even = is_open / np.maximum(is_open.sum(axis=1, keepdims=True), 1)
    result: FloatArray = np.where(total > 0, share / np.where(total > 0, total, 1.0), even)
    return result
