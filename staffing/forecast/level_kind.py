"""How a level wanders: an AR(1) process or a random walk, its parameters chosen by marginal likelihood."""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from scipy.linalg import solve_triangular

from staffing.domain.arrays import FloatArray

SLOW_SD = 0.03
SLOW_MEMORY = 0.995
"""A drift over months that the AR(1) level has beside its short memory."""
SIZES = (0.4, 0.6, 0.9, 1.3, 1.9)
AR_OPTIONS = tuple(product(SIZES, (0.3, 0.6, 0.9), (0.7, 0.93, 0.985)))
WALK_OPTIONS = tuple(product(SIZES, (0.001, 0.004, 0.015, 0.06), (1.0,)))
FINER = (0.75, 1.0, 1.33)
SIZE_SPREAD = 0.8
"""Spread of the prior of the logarithm of the size, so that a few days do not choose an extreme."""


@dataclass(frozen=True, slots=True)
class LevelKind:
    """Parameters of the wandering level, with days counted from `start`.

    `walk` False: AR(1) with stationary variance ``share * sd^2`` and correlation `memory` per day, the day's own
    noise having ``(1 - share) * sd^2``, and a slow drift of fixed size. `walk` True: random walk with variance
    ``share * sd^2`` per day beside noise of variance ``sd^2``.
    """

    walk: bool
    sd: float
    share: float
    memory: float = 1.0
    start: float = 0.0

    def covariance(self, a: FloatArray, b: FloatArray) -> FloatArray:
        """Covariance of the level on days `a` and `b`, shape (len(a), len(b))."""
        variance = self.sd**2 * self.share
        if self.walk:
            walked: FloatArray = variance * np.minimum.outer(a, b).clip(self.start) - variance * self.start
            return walked
        gap = np.abs(np.subtract.outer(a, b))
        # Powers by the exponential: several times as fast, and this is most of a fit's time.
        slow = SLOW_SD**2 * np.exp(np.log(SLOW_MEMORY) * gap)
        decay: FloatArray = variance * np.exp(np.log(self.memory) * gap) + slow
        return decay

    def variance(self, a: FloatArray) -> FloatArray:
        """Variance of level and own noise on days `a`."""
        wander = self.sd**2 * self.share
        if self.walk:
            walked: FloatArray = self.noise_variance + wander * (a - self.start).clip(0)
            return walked
        return np.full(len(a), self.noise_variance + wander + SLOW_SD**2)

    @property
    def noise_variance(self) -> float:
        return self.sd**2 if self.walk else self.sd**2 * (1 - self.share)


def first_kind(walk: bool, scale: float, start: float) -> LevelKind:
    """Where the search begins: `scale` is a first guess of the residual standard deviation."""
    return LevelKind(walk, scale, 0.01 if walk else 0.5, 1.0 if walk else 0.93, start)


def choose_kind(
    time: FloatArray, linear: FloatArray, y: FloatArray, noise: FloatArray, kind: LevelKind, finer: bool
) -> LevelKind:
    """Parameters with the highest marginal likelihood among those around `kind`.

    Parameters
    ----------
    time, y, noise : (n,)
        Day numbers, centred log totals and their further variances.
    linear : (n, n)
        Covariance from the linear effects.
    kind : LevelKind
        First guess; its `sd` is the centre of a prior.
    finer : bool
        Look close around `kind` instead of over the whole grid.
    """
    local = max(kind.start, float(time[0])) if kind.walk else kind.start
    best, found = -np.inf, kind
    for size, option in _options(kind, finer):
        tried = replace(option, start=local)
        covariance = linear + tried.covariance(time, time)
        covariance[np.diag_indices(len(y))] += tried.noise_variance + noise
        factor = np.linalg.cholesky(covariance)
        white = solve_triangular(factor, y, lower=True, check_finite=False)
        likelihood = -0.5 * float(white @ white) - float(np.log(np.diag(factor)).sum())
        likelihood -= 0.0 if finer else 0.5 * (np.log(size) / SIZE_SPREAD) ** 2
        if likelihood > best:
            best, found = likelihood, tried
    return replace(found, start=kind.start)


def _options(kind: LevelKind, finer: bool) -> list[tuple[float, LevelKind]]:
    if not finer:
        grid = WALK_OPTIONS if kind.walk else AR_OPTIONS
        return [(size, replace(kind, sd=kind.sd * size, share=share, memory=m)) for size, share, m in grid]
    if kind.walk:
        pairs = product(FINER, (0.5, 1.0, 2.0))
        return [(size, replace(kind, sd=kind.sd * size, share=kind.share * by)) for size, by in pairs]
    options = []
    for size, more, slower in product(FINER, (-0.15, 0.0, 0.08), (0.5, 1.0, 1.8)):
        share = min(max(kind.share + more, 0.02), 0.98)
        memory = 1.0 - min((1.0 - kind.memory) * slower, 0.6)
        options.append((size, replace(kind, sd=kind.sd * size, share=share, memory=memory)))
    return options
