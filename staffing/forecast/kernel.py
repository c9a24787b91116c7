"""Gaussian regression of log day totals: linear effects plus a level that wanders, solved for all origins at once.

The model is ``z_t = x_t b + g_t + e_t`` with ``b ~ N(b0, diag(sd^2))``, a level ``g`` that is either an AR(1)
process in calendar days or a random walk, and noise ``e`` with the day's own variance plus the sampling
variance 1/(N+0.5) of a count (Rasmussen & Williams 2006, ch. 2.2 and 5.4.1).

The Cholesky factor of the first k days is the leading block of the factor of all days. One factorisation
therefore gives the forecast from every origin in the past.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_solve, solve_triangular
from scipy.linalg.lapack import dpotri

from staffing.domain.arrays import FloatArray, IntArray
from staffing.forecast.effects import Effects
from staffing.forecast.level_kind import LevelKind, choose_kind, first_kind

HUBER = 2.5
"""Standardised leave-one-out residual beyond which a day's variance is raised."""
HUBER_RARE = 4.0
"""The same for days of rare effects, of which every one is needed."""
GRID_DAYS = 220
"""Last known days used to choose the level's parameters."""


@dataclass(frozen=True, eq=False)
class LevelFit:
    """The factorised regression on days that are known.

    Attributes
    ----------
    kind : LevelKind
    rows : (n,)
        Index of each known day among all days.
    factor : (n, n)
        Lower Cholesky factor of the covariance of the known days.
    cross : (n, days)
        ``factor^-1`` times the covariance of known days with all days.
    white : (n,)
        ``factor^-1`` times the centred observations.
    base : (days,)
        Prior mean of each day.
    prior_variance : (days,)
        Prior variance of each day, its own noise included.
    extra : (n,)
        Variance added to outlying days.
    """

    kind: LevelKind
    rows: IntArray
    factor: FloatArray
    cross: FloatArray
    white: FloatArray
    base: FloatArray
    prior_variance: FloatArray
    extra: FloatArray

    def count_before(self, day: int) -> int:
        """Known days before `day`."""
        return int(np.searchsorted(self.rows, day))

    def predict(self, origin: int, days: slice) -> tuple[FloatArray, FloatArray]:
        """Mean and variance of the log total of `days`, from the days known before `origin`."""
        k = self.count_before(origin)
        part = self.cross[:k, days]
        mean = self.base[days] + self.white[:k] @ part
        variance = self.prior_variance[days] - np.einsum("ij,ij->j", part, part)
        return mean, np.maximum(variance, 1e-6)

    def coefficients(self, effects: Effects) -> FloatArray:
        """Posterior mean of each linear effect, from all known days, shape (columns,)."""
        alpha = solve_triangular(self.factor, self.white, lower=True, trans="T", check_finite=False)
        result: FloatArray = effects.prior_mean + effects.prior_sd**2 * (effects.matrix[self.rows].T @ alpha)
        return result

    def contrast(self, effects: Effects, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Posterior mean and variance of weighted sums of the linear effects, from all known days.

        `weights` has shape (sums, columns), both results (sums,). The variance is the prior's less what the days tell
        (Rasmussen & Williams 2006, eq. 2.42).
        """
        spread = weights * effects.prior_sd**2
        told = solve_triangular(self.factor, effects.matrix[self.rows] @ spread.T, lower=True, check_finite=False)
        variance = (weights * spread).sum(axis=1) - np.einsum("ij,ij->j", told, told)
        return weights @ self.coefficients(effects), np.maximum(variance, 0.0)

    def latent(self, observed_variance: FloatArray) -> FloatArray:
        """Posterior mean of the log rate of the known days, their sampling error taken out, shape (n,)."""
        alpha = solve_triangular(self.factor, self.white, lower=True, trans="T", check_finite=False)
        centred = self.factor @ self.white
        result: FloatArray = self.base[self.rows] + centred - observed_variance * alpha
        return result

    def smooth(self, origin: int, days: slice, scores: FloatArray) -> FloatArray:
        """Forecast other series (n before origin, k) with the same covariance, shape (days, k)."""
        k = self.count_before(origin)
        white = solve_triangular(self.factor[:k, :k], scores, lower=True, check_finite=False)
        result: FloatArray = self.cross[:k, days].T @ white
        return result


def fit_level(
    time: FloatArray,
    effects: Effects,
    rows: IntArray,
    z: FloatArray,
    observed_variance: FloatArray,
    *,
    walk: bool,
    scale: float,
    keep: LevelKind | None = None,
) -> LevelFit:
    """Choose the level's parameters by marginal likelihood, damp outliers once, and factorise.

    Parameters
    ----------
    time : (days,)
        Calendar day numbers of all days, history first.
    effects : Effects
        Of all days.
    rows, z, observed_variance : (n,)
        Known days, their log totals and sampling variances.
    walk : bool
        Random-walk level instead of AR(1).
    scale : float
        First guess of the residual standard deviation.
    keep : LevelKind, optional
        Parameters to keep instead of choosing them.
    """
    weighted = effects.matrix * effects.prior_sd**2
    linear = weighted @ effects.matrix[rows].T
    base = effects.matrix @ effects.prior_mean
    y, start = z - base[rows], float(time[rows[0]])
    recent = slice(max(0, len(rows) - GRID_DAYS), len(rows))
    within, known = linear[rows], time[rows]
    extra, kind = np.zeros(len(rows)), keep or first_kind(walk, scale, start)
    for finer in (False, True) if keep is None else (True,):
        if keep is None:
            noise = (observed_variance + extra)[recent]
            kind = choose_kind(known[recent], within[recent, recent], y[recent], noise, kind, finer)
        covariance = within + kind.covariance(known, known)
        covariance[np.diag_indices(len(rows))] += kind.noise_variance + observed_variance
        extra = _damping(covariance, y, np.where(effects.rare[rows], HUBER_RARE, HUBER))
    covariance[np.diag_indices(len(rows))] += extra
    factor = np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)
    every = linear + kind.covariance(time, known)
    cross = solve_triangular(factor, every.T, lower=True, check_finite=False)
    white = solve_triangular(factor, y, lower=True, check_finite=False)
    prior = np.einsum("ij,ij->i", weighted, effects.matrix) + kind.variance(time)
    return LevelFit(kind, rows, factor, cross, white, base, prior, extra)


def _damping(covariance: FloatArray, y: FloatArray, limit: FloatArray) -> FloatArray:
    """Extra variance of days beyond `limit` leave-one-out deviations (Huber's weights as variances)."""
    factor = np.linalg.cholesky(covariance)
    own = 1.0 / np.diag(dpotri(factor, lower=1)[0])
    standard = np.abs(cho_solve((factor, True), y, check_finite=False)) * np.sqrt(own)
    result: FloatArray = own * np.maximum((standard / limit) ** 2 - 1.0, 0.0)
    return result
