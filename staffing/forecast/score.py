"""How good forecasts were: errors, bias, coverage and peers over chosen days."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from staffing.domain.arrays import BoolArray, FloatArray
from staffing.forecast.bands import cdf

QUANTILES = (0.025, 0.1, 0.5, 0.9, 0.975)


@dataclass(frozen=True, slots=True)
class Score:
    """Accuracy of one queue over one part of the horizon; NaN where nothing can be said.

    Attributes
    ----------
    queue : str
    horizon : str
        ``day 1``, ``week 1`` and so on, or ``all``.
    days : str
        ``all``, ``ordinary`` or ``special`` (with a holiday, month or event effect).
    forecast_days : int
        Days scored, over all origins.
    contacts : float
        Contacts that came in them.
    wape, wape_mean4, wape_mean8, wape_day : float
        Sum of absolute interval errors over contacts: of the forecast, of the mean of the last 4 and 8 same
        weekdays, and of the forecast's day totals.
    ratio_mean4, ratio_mean8 : float
        WAPE relative to those two means; below 1 is better.
    floor : float
        WAPE of a forecast that knew the true rate, from Poisson noise alone.
    bias : float
        (Forecast - actual) / actual.
    coverage80, coverage95, day_coverage80 : float
        Share of intervals (day totals) within their central band, counts randomised within their probability.
    plain80, plain95 : float
        Share of intervals from low to high, both included; above nominal where counts are small.
    pinball : float
        Quantile loss over the 2.5, 10, 50, 90 and 97.5 % points, per contact.
    """

    queue: str
    horizon: str
    days: str
    forecast_days: int
    contacts: float
    wape: float
    wape_mean4: float
    wape_mean8: float
    ratio_mean4: float
    ratio_mean8: float
    wape_day: float
    floor: float
    bias: float
    coverage80: float
    coverage95: float
    day_coverage80: float
    plain80: float
    plain95: float
    pinball: float


@dataclass(frozen=True, eq=False)
class ForecastDays:
    """Forecast days of one queue from all origins beside what came; arrays (days, cells) unless noted.

    `actual` is NaN where unknown or closed; `bands` (4, days, cells) are low95, low80, high80, high95; `peers`
    (2, days, cells) the means of the last 4 and 8 same weekdays; `day_cv`, `lead`, `special` (days,).
    """

    actual: FloatArray
    volume: FloatArray
    bands: FloatArray
    interval_cv: FloatArray
    day_cv: FloatArray
    peers: FloatArray
    lead: FloatArray
    special: BoolArray

    def score(self, queue: str, horizon: str, days: str, rows: BoolArray) -> Score:
        """Score of the chosen `rows` (days,)."""
        use = np.isfinite(self.actual) & rows[:, None]
        actual, volume = self.actual[use], self.volume[use]
        contacts = float(actual.sum())
        bands = self.bands[:, use]
        cv = np.repeat(self.day_cv[:, None], use.shape[1], axis=1)[use]
        spread = (1 + cv**2) * (1 + self.interval_cv[use] ** 2) - 1
        held: BoolArray = np.asarray(use.any(axis=1))
        total, mean, day_spread = self.totals(use, held)
        points = [bands[0], bands[1], volume, bands[2], bands[3]]
        loss = [_pinball(actual, point, share) for point, share in zip(points, QUANTILES, strict=True)]
        peer = [_share(self._peer_error(number, use), contacts) for number in range(len(self.peers))]
        own = _share(float(np.abs(actual - volume).sum()), contacts)
        return Score(
            queue,
            horizon,
            days,
            int(held.sum()),
            contacts,
            own,
            peer[0],
            peer[1],
            _share(own, peer[0]),
            _share(own, peer[1]),
            _share(float(np.abs(total - mean).sum()), contacts),
            _share(float(poisson_error(volume).sum()), float(volume.sum())),
            _share(float((volume - actual).sum()), contacts),
            inside(actual, volume, spread, 0.8),
            inside(actual, volume, spread, 0.95),
            inside(total, mean, day_spread, 0.8),
            _mean((actual >= bands[1]) & (actual <= bands[2])),
            _mean((actual >= bands[0]) & (actual <= bands[3])),
            _share(float(np.mean(loss, axis=0).sum()), contacts),
        )

    def totals(self, use: BoolArray, held: BoolArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Actual and forecast day totals over known cells, and the total's squared coefficient of variation."""
        total = np.where(use, self.actual, 0.0).sum(axis=1)[held]
        volume = np.where(use, self.volume, 0.0)
        mean = volume.sum(axis=1)[held]
        own = ((volume * self.interval_cv) ** 2).sum(axis=1)[held] / np.maximum(mean, 1e-9) ** 2
        return total, mean, self.day_cv[held] ** 2 + own

    def _peer_error(self, number: int, use: BoolArray) -> float:
        peer = self.peers[number]
        return float(np.abs(self.actual[use] - peer[use]).sum()) if np.isfinite(peer[use]).all() else float("nan")


def inside(counts: FloatArray, mean: FloatArray, dispersion: FloatArray, share: float) -> float:
    """Share of counts inside the central band, each counted by the part of its probability that lies inside."""
    mean = np.maximum(mean, 1e-9)
    upper, lower = cdf(counts, mean, dispersion), cdf(counts - 1.0, mean, dispersion)
    part = np.minimum(upper, (1 + share) / 2) - np.maximum(lower, (1 - share) / 2)
    return _mean(np.clip(part, 0.0, None) / np.maximum(upper - lower, 1e-12))


def poisson_error(rate: FloatArray) -> FloatArray:
    """Mean absolute deviation of a Poisson count, ``2 exp(-r) r^(k+1) / k!`` with k the whole part of r.

    Source: Crow (1958), Biometrika 45.

    Examples
    --------
    >>> import numpy as np
    >>> poisson_error(np.array([0.0, 1.0])).round(4)
    array([0.    , 0.7358])
    """
    k = np.floor(rate)
    safe = np.maximum(rate, 1e-300)
    result: FloatArray = 2.0 * np.exp(-rate + (k + 1) * np.log(safe) - gammaln(k + 1))
    return result


def _pinball(actual: FloatArray, point: FloatArray, share: float) -> FloatArray:
    return np.maximum(share * (actual - point), (share - 1) * (actual - point))


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")


def _mean(values: FloatArray | BoolArray) -> float:
    return float(np.mean(values)) if values.size else float("nan")
