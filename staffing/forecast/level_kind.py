"""How a level wanders: an AR(1) process or a random walk, its parameters chosen by marginal likelihood."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import numpy as np
from scipy.linalg.lapack import dpotrf, dtrtrs

from staffing.domain.arrays import FloatArray

Axes = tuple[tuple[float, ...], ...]
Place = tuple[int, ...]

SLOW_SD = 0.03
SLOW_MEMORY = 0.995
"""A drift over months that the AR(1) level has beside its short memory."""
SIZES = (0.4, 0.6, 0.9, 1.3, 1.9)
AR_SHARES, AR_MEMORIES = (0.3, 0.6, 0.9), (0.7, 0.93, 0.985)
WALK_SHARES = (0.001, 0.004, 0.015, 0.06)
FINER, FINER_WALK = (0.75, 1.0, 1.33), (0.5, 1.0, 2.0)
FINER_SHARES, FINER_MEMORY = (-0.15, 0.0, 0.08), (0.5, 1.0, 1.8)
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
        return self.wander_variance * self.form(a, b) + self.drift(a, b)

    def form(self, a: FloatArray, b: FloatArray) -> FloatArray:
        """How the wandering depends on the days, whatever its size."""
        if self.walk:
            walked: FloatArray = np.maximum(np.minimum.outer(a, b) - self.start, 0.0)
            return walked
        return _decay(self.memory, a, b)

    def drift(self, a: FloatArray, b: FloatArray) -> FloatArray | float:
        """Covariance of the slow drift, which has no parameters to choose."""
        return 0.0 if self.walk else SLOW_SD**2 * _decay(SLOW_MEMORY, a, b)

    def variance(self, a: FloatArray) -> FloatArray:
        """Variance of level and own noise on days `a`."""
        if self.walk:
            walked: FloatArray = self.noise_variance + self.wander_variance * (a - self.start).clip(0)
            return walked
        return np.full(len(a), self.noise_variance + self.wander_variance + SLOW_SD**2)

    @property
    def wander_variance(self) -> float:
        """Variance of the wandering: of all of it, or of a day's step."""
        return self.sd**2 * self.share

    @property
    def noise_variance(self) -> float:
        return self.sd**2 if self.walk else self.sd**2 * (1 - self.share)


def _decay(memory: float, a: FloatArray, b: FloatArray) -> FloatArray:
    """`memory` to the power of the days between; by the exponential, which is several times as fast."""
    return np.asarray(np.exp(np.log(memory) * np.abs(np.subtract.outer(a, b))))


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
    local = replace(kind, start=max(kind.start, float(time[0])) if kind.walk else kind.start)
    fixed = np.asfortranarray(linear + local.drift(time, time))
    covariance = np.empty_like(fixed)
    forms: dict[float, FloatArray] = {}

    def likelihood(size: float, tried: LevelKind) -> float:
        if tried.memory not in forms:
            forms[tried.memory] = np.asfortranarray(tried.form(time, time))
        np.multiply(forms[tried.memory], tried.wander_variance, out=covariance)
        np.add(covariance, fixed, out=covariance)
        covariance[diagonal] += tried.noise_variance + noise
        factor, failed = dpotrf(covariance, lower=1, clean=0, overwrite_a=1)
        if failed:
            return -np.inf
        white = dtrtrs(factor, y, lower=1)[0]
        found = -0.5 * float(white @ white) - float(np.log(np.diag(factor)).sum())
        return found if finer else found - 0.5 * float(np.log(size) / SIZE_SPREAD) ** 2

    diagonal = np.diag_indices(len(y))
    axes = _axes(kind.walk, finer)
    found = _highest(lambda place: likelihood(axes[0][place[0]], _option(local, axes, place, finer)), axes)
    return replace(_option(local, axes, found, finer), start=kind.start)


def _highest(value: Callable[[Place], float], axes: Axes) -> Place:
    """Place of the highest value on the grid, which is taken to have one summit along the first axis, the size.

    All of the other axes is looked through: a level that has shifted has a summit of its own, slow and large.
    """
    height = cache(value)
    best = place = tuple(len(axis) // 2 for axis in axes)
    for rest in product(*(range(len(axis)) for axis in axes[1:])):
        place = (place[0], *rest)
        for step in (-1, 1):
            near = (place[0] + step, *rest)
            while 0 <= near[0] < len(axes[0]) and height(near) > height(place):
                place, near = near, (near[0] + step, *rest)
        best = max(best, place, key=height)
    return best


def _axes(walk: bool, finer: bool) -> Axes:
    if finer:
        return (FINER, FINER_WALK) if walk else (FINER, FINER_SHARES, FINER_MEMORY)
    return (SIZES, WALK_SHARES) if walk else (SIZES, AR_SHARES, AR_MEMORIES)


def _option(kind: LevelKind, axes: Axes, place: Place, finer: bool) -> LevelKind:
    size, share, *memory = (axis[step] for axis, step in zip(axes, place, strict=True))
    if kind.walk:
        return replace(kind, sd=kind.sd * size, share=kind.share * share if finer else share)
    if not finer:
        return replace(kind, sd=kind.sd * size, share=share, memory=memory[0])
    share = min(max(kind.share + share, 0.02), 0.98)
    return replace(kind, sd=kind.sd * size, share=share, memory=1.0 - min((1.0 - kind.memory) * memory[0], 0.6))
