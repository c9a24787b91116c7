"""Which members count and whether the plain mean of past weeks is better."""

from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray
from staffing.forecast.rolling import GUARD_WEEKS, RollingErrors

MIN_ORIGINS = 4
TOLERANCE = 1.10
"""Members within this factor of the best past error count, each alike."""
GLM_TOLERANCE = 1.05
"""From the second week on the Poisson regression counts as one more, within this factor of the best there."""
GUARD_TOLERANCE = 1.10
"""A guard takes over when the members' past error on ordinary days is beyond this multiple of its own,"""
GUARD_WINS = 0.75
"""and it was the better one from at least this share of the past origins."""


@dataclass(frozen=True, eq=False)
class Combination:
    """The choice made from past errors.

    Attributes
    ----------
    use : (members,) of bool
    guard : int or None
        Row of the guards that replaces the members on ordinary days.
    wape, guard_wape : float
        Past error on ordinary days of the members together and of the better guard; NaN without past origins.
    glm : bool
        Whether the Poisson regression counts from the second week on.
    """

    use: BoolArray
    guard: int | None
    wape: float
    guard_wape: float
    glm: bool = False

    def apply(
        self, members: FloatArray, guards: FloatArray, special: BoolArray, glm: FloatArray | None = None
    ) -> FloatArray:
        """Combined contacts (rows, cells) of member and guard forecasts, and of the Poisson regression where it is."""
        mean = _mean(members[self.use], glm if self.glm else None)
        if self.guard is None:
            return mean
        plain = guards[self.guard]
        return np.where(special[:, None] | ~np.isfinite(plain), mean, plain)

    def variance(self, variances: FloatArray) -> FloatArray:
        """Variance of the log day total: mean over the members used, shape (rows,)."""
        result: FloatArray = variances[self.use].mean(axis=0)
        return result


def choose(errors: RollingErrors) -> Combination:
    """Equal mean of the members near the best; a guard where it beats them clearly on ordinary days."""
    count = len(errors.members)
    everyone = np.ones(count, dtype=bool)
    if errors.origins < MIN_ORIGINS:
        return Combination(everyone, None, float("nan"), float("nan"))
    past = np.array([errors.wape(member) for member in errors.members])
    use = past <= TOLERANCE * past.min() if np.isfinite(past).all() else everyone
    glm = _glm_counts(errors)
    mean = _mean(errors.members[use], errors.glm if glm else None)
    ordinary = ~errors.special
    guards = np.array([errors.wape(errors.guards[row], ordinary) for row in range(len(GUARD_WEEKS))])
    best = int(np.nanargmin(guards)) if np.isfinite(guards).any() else 0
    rival = errors.guards[best]
    own = np.where(np.isfinite(rival), mean, np.nan)
    wins = [
        errors.wape(rival, rows) < errors.wape(own, rows)
        for rows in (ordinary & (errors.origin == number) for number in set(errors.origin.tolist()))
    ]
    worse = errors.wape(own, ordinary) > GUARD_TOLERANCE * guards[best] and np.mean(wins) >= GUARD_WINS
    return Combination(use, best if worse else None, errors.wape(own, ordinary), float(guards[best]), glm)


def _glm_counts(errors: RollingErrors) -> bool:
    if errors.glm is None:
        return False
    late: BoolArray = np.asarray(np.isfinite(errors.glm).any(axis=1))
    best = min(errors.wape(member, late) for member in errors.members)
    return errors.wape(errors.glm, late) <= GLM_TOLERANCE * best  # False where either is NaN


def _mean(members: FloatArray, glm: FloatArray | None) -> FloatArray:
    """Equal mean of the members and, on days it forecasts, of the Poisson regression."""
    mean: FloatArray = members.mean(axis=0)
    if glm is None:
        return mean
    count = len(members)
    return np.where(np.isfinite(glm), (count * mean + np.nan_to_num(glm)) / (count + 1), mean)
