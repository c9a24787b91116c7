"""The members of the combined forecast, each able to forecast from any origin of the past."""

from dataclasses import dataclass, field

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.forecast.effects import Effects
from staffing.forecast.frame import QueueFrame
from staffing.forecast.kernel import LevelFit, fit_level
from staffing.forecast.shape import Profiles, forecast_shape, learn_profiles

SPARSE_PER_DAY = 40.0
"""Below this median of contacts a day the count likelihood is used instead of the logarithm's."""
SPARSE_ROUNDS = 3
MAX_NOISE_VARIANCE = 0.1


@dataclass(frozen=True, eq=False)
class DayModel:
    """Both twins of the day regression for one queue."""

    frame: QueueFrame
    effects: Effects
    fits: tuple[LevelFit, ...]
    names: tuple[str, ...] = ("day_regression", "random_walk")
    learned: dict[int, Profiles] = field(default_factory=dict)
    """Profiles by origin, as several members need them."""
    counts: dict[int, FloatArray] = field(default_factory=dict)
    """Coefficients of the Poisson regression by origin; the next search starts at the last."""

    def profiles(self, origin: int) -> Profiles:
        """Profiles from the days known before `origin`."""
        if origin not in self.learned:
            rows = self.frame.rows
            rows = rows[rows < origin]
            self.learned[origin] = learn_profiles(self.frame.series, rows, self.frame.classes, self.frame.time)
        return self.learned[origin]

    def forecast(self, origin: int, days: slice) -> tuple[FloatArray, FloatArray]:
        """Contacts of each member (members, days, cells) and variance of the log day total (members, days)."""
        profiles = self.profiles(origin)
        volumes, variances = [], []
        for fit in self.fits:
            mean, variance = fit.predict(origin, days)
            level = np.exp(mean + mean_correction(fit))
            share = forecast_shape(profiles, fit, origin, days, self.frame.classes, self.frame.series.is_open)
            volumes.append(level[:, None] * share)
            variances.append(variance)
        return np.array(volumes), np.array(variances)


def mean_correction(fit: LevelFit) -> float:
    """What to add to a log forecast for its mean: half the day's own variance, for what spreads it symmetrically."""
    return min(fit.kind.noise_variance, MAX_NOISE_VARIANCE) / 2


def fit_day_model(frame: QueueFrame) -> DayModel:
    """Fit the AR(1) regression and its random-walk twin to the known days of `frame` (at least one)."""
    effects, rows = frame.effects(), frame.rows
    regression = _fit(frame, effects, rows)
    return DayModel(frame, effects, (regression, _fit(frame, effects, rows, regression)))


def _fit(frame: QueueFrame, effects: Effects, rows: IntArray, twin: LevelFit | None = None) -> LevelFit:
    """The AR(1) regression, or with that as `twin` its random walk."""
    walk = twin is not None
    total, seen = frame.series.total[rows], frame.series.seen[rows]
    z, variance = np.log(total + 0.5), 1.0 / (seen + 0.5)
    sparse = np.median(seen) < SPARSE_PER_DAY
    twin = None if sparse else twin
    fit = fit_level(frame.time, effects, rows, z, variance, walk=walk, scale=frame.scale, twin=twin)
    if not sparse:
        return fit
    # Poisson counts with a log-normal rate: Newton steps on the working response (Rasmussen & Williams 2006, ch. 3.4).
    for turn in range(SPARSE_ROUNDS):
        latent = np.clip(fit.latent(variance), -4.0, 12.0)
        rate = np.exp(latent)
        z, variance = latent + np.clip(total / rate - 1.0, -1.0, 4.0), 1.0 / rate
        keep = fit.kind if turn < SPARSE_ROUNDS - 1 else None
        fit = fit_level(frame.time, effects, rows, z, variance, walk=walk, scale=frame.scale, keep=keep)
    return fit
