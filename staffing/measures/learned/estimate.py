"""How much of a difference is believed: variances from clusters, shrinking to the value in use, false discoveries."""

from dataclasses import dataclass
from math import exp, inf, log, sqrt

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.measures.kpi.confidence import Z95

FALSE_SHARE = 0.05
"""Share of false proposals that is accepted among all proposals of one kind."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A quantity with its 95 % interval; `variance` is that of its logarithm where `is_log`, else its own.

    `sample` counts what it rests on: contacts, people who left, or people.
    """

    value: float
    low: float
    high: float
    variance: float
    sample: int
    is_log: bool = True

    def deviation(self, now: float) -> float:
        """Distance from the value in use, on the scale of the variance."""
        return log(self.value / now) if self.is_log else self.value - now

    def moved(self, now: float, part: float) -> float:
        """The value in use, moved by `part` of the way to the estimate.

        >>> round(Estimate(200.0, 150.0, 260.0, 0.02, 50).moved(100.0, 0.5), 1)
        141.4
        """
        return now * exp(part * self.deviation(now)) if self.is_log else now + part * self.deviation(now)


def cluster_variance(top: FloatArray, bottom: FloatArray, unit: IntArray) -> float:
    """Variance of the ratio of two sums over units, linearised (Cochran 1977, section 6.3); inf with fewer than two.

    What happens inside a unit, such as one person's days, may be as dependent as it likes.

    >>> import numpy as np
    >>> cluster_variance(np.array([1.0, 3.0]), np.array([2.0, 2.0]), np.array([0, 1]))
    0.25
    """
    _, place = np.unique(unit, return_inverse=True)
    tops, bottoms = np.bincount(place, top), np.bincount(place, bottom)
    count, total = len(tops), float(bottom.sum())
    if count < 2 or total <= 0:
        return inf
    residual = tops - float(top.sum()) / total * bottoms
    return count / (count - 1) * float((residual**2).sum()) / total**2


def dispersion(top: FloatArray, bottom: FloatArray, group: IntArray) -> float:
    """Variance of a unit's top for each part of its bottom, the same in all groups, each with its own ratio.

    Few units tell little of their spread, so the groups tell it together: the ratio of a group with sum B below the
    line has the variance of this figure divided by B. inf where no group has two units.

    >>> import numpy as np
    >>> dispersion(np.array([1.0, 3.0, 5.0]), np.array([2.0, 2.0, 9.0]), np.array([0, 0, 1]))
    1.0
    """
    ratio = np.bincount(group, top) / np.maximum(np.bincount(group, bottom), 1e-300)
    freedom = len(top) - len(np.unique(group))
    if freedom < 1:
        return inf
    residual = top - ratio[group] * bottom
    return float((residual**2 / bottom).sum()) / freedom


def believed(deviation: FloatArray, variance: FloatArray) -> FloatArray:
    """Part of each deviation from the value in use that is believed: t / (t + variance).

    t is how much the true values differ from those in use, by moments over all of a kind: the random-effects model of
    DerSimonian and Laird (1986) with a known centre, 0.

    >>> import numpy as np
    >>> believed(np.array([3.0]), np.array([1.0])).round(3)
    array([0.889])
    >>> believed(np.array([0.5, -0.5]), np.array([1.0, 1.0]))
    array([0., 0.])
    """
    weight = 1.0 / variance
    spread = max(0.0, (float((deviation**2 * weight).sum()) - len(deviation)) / float(weight.sum()))
    part: FloatArray = spread / (spread + variance)
    return part


def pulled(value: FloatArray, variance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Values pulled towards their common mean, and their variances (DerSimonian and Laird 1986).

    >>> import numpy as np
    >>> value, variance = pulled(np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    >>> value, variance
    (array([0.5, 0.5]), array([0.5, 0.5]))
    """
    if len(value) < 2:
        return value, variance
    weight = 1.0 / variance
    mean = float((weight * value).sum() / weight.sum())
    surplus = float((weight * (value - mean) ** 2).sum()) - (len(value) - 1)
    scale = float(weight.sum() - (weight**2).sum() / weight.sum())
    spread = max(0.0, surplus / scale)
    free = 1.0 / (spread + variance)
    mean = float((free * value).sum() / free.sum())
    part = spread / (spread + variance)
    return part * value + (1 - part) * mean, part * variance + (1 - part) ** 2 / float(free.sum())


def discovered(deviation: FloatArray, variance: FloatArray, share: float = FALSE_SHARE) -> BoolArray:
    """Which deviations are real, so that about `share` of those called real are not (Benjamini and Hochberg 1995).

    >>> import numpy as np
    >>> discovered(np.array([5.0, 2.0, 0.1, 0.2]), np.ones(4)).tolist()
    [True, False, False, False]
    """
    from scipy.special import erfc

    chance = np.asarray(erfc(np.abs(deviation) / np.sqrt(2 * variance)), dtype=float)
    order = np.argsort(chance, kind="stable")
    passed = np.flatnonzero(chance[order] <= share * np.arange(1, len(chance) + 1) / len(chance))
    real = np.zeros(len(chance), dtype=bool)
    if len(passed):
        real[order[: passed[-1] + 1]] = True
    return real


def normal_range(value: float, variance: float, *, is_log: bool) -> tuple[float, float]:
    """95 % interval by the normal law, of the logarithm where `is_log`."""
    half = Z95 * sqrt(variance)
    return (value * exp(-half), value * exp(half)) if is_log else (value - half, value + half)


def rate(events: FloatArray, exposure: FloatArray, unit: IntArray) -> Estimate | None:
    """Events for each part of the exposure; None without events or exposure.

    Events are Poisson, with the exact gamma interval (Garwood 1936); where they vary more between units (days)
    than that, they count for less, by Pearson's statistic (McCullagh and Nelder 1989).

    >>> import numpy as np
    >>> found = rate(np.array([4.0, 6.0]), np.array([50.0, 50.0]), np.array([0, 1]))
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.1, 0.048, 0.184)
    """
    from scipy.special import gammaincinv

    count, total = float(events.sum()), float(exposure.sum())
    if count <= 0 or total <= 0:
        return None
    _, place = np.unique(unit, return_inverse=True)
    seen, expected = np.bincount(place, events), np.bincount(place, exposure) * (count / total)
    told = expected > 0
    over = float(((seen - expected)[told] ** 2 / expected[told]).sum()) / max(1, int(told.sum()) - 1)
    over = max(1.0, over)
    low = float(gammaincinv(count / over, 0.025)) * over / total
    high = float(gammaincinv(count / over + 1, 0.975)) * over / total
    return Estimate(count / total, low, high, over / count, round(count))
