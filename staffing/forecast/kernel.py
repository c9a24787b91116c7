"""Gaussian regression of log day totals: linear effects plus a level that wanders, solved for all origins at once.

The model is ``z_t = x_t b + g_t + e_t`` with ``b ~ N(b0, diag(sd^2))``, a level ``g`` that is either an AR(1)
process in calendar days or a random walk, and noise ``e`` with the day's own variance plus the sampling
variance 1/(N+0.5) of a count (Rasmussen & Williams 2006, ch. 2.2 and 5.4.1).

The Cholesky factor of the first k days is the leading block of the factor of all days, and so is its inverse. One
factorisation therefore gives the forecast from every origin in the past.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dpotrf, dtrtri

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
    inverse : (n, n)
        Inverse of the lower Cholesky factor of the covariance of the known days.
    cross : (n, days)
        ``inverse`` times the covariance of known days with all days.
    observed : (n,)
        Observations less the prior mean.
    white : (n,)
        ``inverse`` times the same.
    base : (days,)
        Prior mean of each day.
    prior_variance : (days,)
        Prior variance of each day, its own noise included.
    extra : (n,)
        Variance added to outlying days.
    """

    kind: LevelKind
    rows: IntArray
    inverse: FloatArray
    cross: FloatArray
    observed: FloatArray
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
        alpha = self.white @ self.inverse
        result: FloatArray = effects.prior_mean + effects.prior_sd**2 * (effects.matrix[self.rows].T @ alpha)
        return result

    def contrast(self, effects: Effects, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Posterior mean and variance of weighted sums of the linear effects, from all known days.

        `weights` has shape (sums, columns), both results (sums,). The variance is the prior's less what the days tell
        (Rasmussen & Williams 2006, eq. 2.42).
        """
        spread = weights * effects.prior_sd**2
        told = self.inverse @ (effects.matrix[self.rows] @ spread.T)
        variance = (weights * spread).sum(axis=1) - np.einsum("ij,ij->j", told, told)
        return weights @ self.coefficients(effects), np.maximum(variance, 0.0)

    def latent(self, observed_variance: FloatArray) -> FloatArray:
        """Posterior mean of the log rate of the known days, their sampling error taken out, shape (n,)."""
        result: FloatArray = self.base[self.rows] + self.observed - observed_variance * (self.white @ self.inverse)
        return result

    def smooth(self, origin: int, days: slice, scores: FloatArray) -> FloatArray:
        """Forecast other series (n before origin, k) with the same covariance, shape (days, k)."""
        k = self.count_before(origin)
        result: FloatArray = self.cross[:k, days].T @ (self.inverse[:k, :k] @ scores)
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
    twin: LevelFit | None = None,
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
    twin : LevelFit, optional
        Fit of the same days, whose damping is taken over: a day is an outlier of the queue, whatever its level does.
    """
    weighted = effects.matrix * effects.prior_sd**2
    linear = weighted @ effects.matrix[rows].T
    base = effects.matrix @ effects.prior_mean
    y, start = z - base[rows], float(time[rows[0]])
    within, known = linear[rows], time[rows]
    limit = np.where(effects.rare[rows], HUBER_RARE, HUBER)
    kind = keep or first_kind(walk, scale, start)
    if keep is None:
        recent = slice(max(0, len(rows) - GRID_DAYS), len(rows))
        days, part = known[recent], within[recent, recent]
        noise = (observed_variance if twin is None else observed_variance + twin.extra)[recent]
        kind = choose_kind(days, part, y[recent], noise, kind, finer=False)
        if twin is None:
            noise = noise + _damping(_factors(_covariance(part, days, kind, noise))[1], y[recent], limit[recent])
        kind = choose_kind(days, part, y[recent], noise, kind, finer=True)
    extra = np.zeros(len(rows)) if twin is None else twin.extra
    covariance = _covariance(within, known, kind, observed_variance + extra)
    factor, inverse = _factors(covariance)
    if twin is None and (extra := _damping(inverse, y, limit)).any():
        covariance[np.diag_indices(len(rows))] += extra
        factor, inverse = _factors(covariance)
    # Of days that are known too the covariance is that of the observations without their noise.
    cross, others = np.empty((len(rows), len(time))), np.setdiff1d(np.arange(len(time)), rows)
    cross[:, rows] = factor.T - inverse * (kind.noise_variance + observed_variance + extra)
    cross[:, others] = inverse @ (linear[others] + kind.covariance(time[others], known)).T
    prior = np.einsum("ij,ij->i", weighted, effects.matrix) + kind.variance(time)
    return LevelFit(kind, rows, inverse, cross, y, inverse @ y, base, prior, extra)


def _covariance(linear: FloatArray, time: FloatArray, kind: LevelKind, observed_variance: FloatArray) -> FloatArray:
    """Covariance of the observations of days `time`, (n, n)."""
    result = linear + kind.covariance(time, time)
    result[np.diag_indices(len(time))] += kind.noise_variance + observed_variance
    return result


def _factors(covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Lower Cholesky factor and its inverse, by LAPACK itself, with fewer copies than numpy makes."""
    factor, failed = dpotrf(covariance, lower=1)
    if failed:
        raise np.linalg.LinAlgError("the covariance of the days is not positive definite")
    return factor, dtrtri(factor, lower=1)[0]


def _damping(inverse: FloatArray, y: FloatArray, limit: FloatArray) -> FloatArray:
    """Extra variance of days beyond `limit` leave-one-out deviations (Huber's weights as variances)."""
    own = 1.0 / np.einsum("ij,ij->j", inverse, inverse)
    standard = np.abs((inverse @ y) @ inverse) * np.sqrt(own)
    result: FloatArray = own * np.maximum((standard / limit) ** 2 - 1.0, 0.0)
    return result
