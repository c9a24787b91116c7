"""How sure a figure is: 95 % intervals for shares, means, ratios and the net promoter score."""

from functools import cache
from math import sqrt

import numpy as np

from staffing.domain.arrays import FloatArray

Z95 = 1.959963984540054
"""Standard normal 97.5 % point."""
Interval = tuple[float, float] | None


def wilson(successes: float, trials: float) -> Interval:
    """Score interval of a share (Wilson 1927); None without trials.

    Trials count as independent. Waits of neighbouring contacts are not, so that the interval of a service level is
    a little too narrow.

    Examples
    --------
    >>> low, high = wilson(8, 10)
    >>> round(low, 4), round(high, 4)
    (0.4902, 0.9433)
    """
    if trials <= 0:
        return None
    share, square = successes / trials, Z95 * Z95
    centre = (share + square / (2 * trials)) / (1 + square / trials)
    half = Z95 * sqrt(max(0.0, share * (1 - share) / trials + square / (4 * trials**2))) / (1 + square / trials)
    return max(0.0, centre - half), min(1.0, centre + half)


def mean_interval(values: FloatArray) -> Interval:
    """Interval of a mean by Student's t (Student 1908); None with fewer than two values, or all of them equal.

    Equal values do not tell how far others would lie apart.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = mean_interval(np.array([3.0, 4.0, 5.0]))
    >>> round(low, 3), round(high, 3)
    (1.516, 6.484)
    """
    if len(values) < 2 or values.min() == values.max():
        return None
    mean, half = float(values.mean()), t95(len(values) - 1) * float(values.std(ddof=1)) / sqrt(len(values))
    return mean - half, mean + half


def ratio_interval(top: FloatArray, bottom: FloatArray) -> Interval:
    """Interval of the ratio of two sums over units, linearised (Cochran 1977, section 6.3); None with fewer than two.

    None too where all units have the same ratio, which does not tell how far others would lie apart. Each unit, such
    as a day or one person's day, adds to top and bottom; what happens inside a unit may be as dependent as it likes.
    """
    count, total = len(top), float(bottom.sum())
    if count < 2 or total <= 0:
        return None
    ratio = float(top.sum()) / total
    residual = top - ratio * bottom
    spread = float((residual**2).sum())
    if np.abs(residual).max() <= 1e-12 * max(1.0, float(np.abs(top).max())):
        return None
    half = t95(count - 1) * sqrt(count / (count - 1) * spread) / total
    return ratio - half, ratio + half


def nps_interval(promoters: float, detractors: float, answers: float) -> Interval:
    """Interval of promoters' less detractors' share; None without answers.

    The variance of one answer is p + d - (p - d)^2. One answer of each kind is added first, an adjusted Wald interval
    (Agresti and Coull 1998; for the net promoter score Rocks 2016), so that unanimous answers keep some doubt.
    """
    if answers <= 0:
        return None
    n = answers + 3
    p, d = (promoters + 1) / n, (detractors + 1) / n
    half = Z95 * sqrt((p + d - (p - d) ** 2) / n)
    return max(-1.0, p - d - half), min(1.0, p - d + half)


@cache
def t95(freedom: int) -> float:
    """97.5 % point of Student's t."""
    from scipy.special import stdtrit

    return float(np.asarray(stdtrit(freedom, 0.975)))
