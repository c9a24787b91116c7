"""Days on which staffing methods are compared: arrival rates as smooth functions of the time of day.

`benchmark_day` is one hard day: open from 07:00 to 20:00, almost nobody calls at seven, nearly as many as ever do an
hour and a half later, fewer at lunch, and from half past four the evening falls within three hours. `random_days` are
twelve days drawn from a seed, with handle time, patience and size each in three kinds, every kind on four days.

A rate is a product of functions of the hour ``t``::

    rate(t) = peak * ramp(t) * (1 - dip(t)) * fall(t) * (1 + tilt (t - 13.5)) / scale
    ramp(t) = 1 / (1 + exp(-(t - ramp_h) / ramp_width_h))
    fall(t) = 1 / (1 + exp((t - fall_h) / fall_width_h))
    dip(t)  = dip * exp(-((t - dip_h) / dip_width_h)^2 / 2)

with `scale` such that the busiest half hour has `peak` contacts. A planner is told only the contacts expected in each
half hour; contacts arrive as a Poisson process with the smooth rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

OPEN_H, CLOSE_H = 7.0, 20.0
INTERVAL_S = 1800.0
INTERVALS = 26
_FINE = 180  # points of the rate per half hour, one each ten seconds


@dataclass(frozen=True)
class Shape:
    """Where the day rises, dips and falls, in hours of the day."""

    ramp_h: float = 8.2
    ramp_width_h: float = 0.25
    dip_h: float = 12.6
    dip_width_h: float = 0.6
    dip: float = 0.35
    fall_h: float = 17.6
    fall_width_h: float = 0.45
    tilt: float = -0.03

    def at(self, hour: Array) -> Array:
        """Rate at hours of the day, not scaled."""
        ramp = 1.0 / (1.0 + np.exp(-(hour - self.ramp_h) / self.ramp_width_h))
        fall = 1.0 / (1.0 + np.exp((hour - self.fall_h) / self.fall_width_h))
        dip = self.dip * np.exp(-0.5 * ((hour - self.dip_h) / self.dip_width_h) ** 2)
        return np.asarray(ramp * fall * (1.0 - dip) * (1.0 + self.tilt * (hour - 13.5)))


@dataclass(frozen=True)
class Day:
    """A day of one queue: `peak` contacts in its busiest half hour; intervals above `judged` of it are judged."""

    name: str
    shape: Shape
    peak: float
    aht_s: float
    patience_s: float
    judged: float

    def cumulative(self) -> tuple[Array, Array]:
        """Seconds since opening and contacts expected until then, a value each ten seconds."""
        seconds = np.linspace(0.0, INTERVALS * INTERVAL_S, INTERVALS * _FINE + 1)
        rate = self.shape.at(OPEN_H + seconds / 3600.0)
        total = np.concatenate(([0.0], np.cumsum(0.5 * (rate[1:] + rate[:-1]))))
        return seconds, total * self.peak / np.diff(total[::_FINE]).max()

    @property
    def volume(self) -> Array:
        """Expected contacts per half hour, shape (26,)."""
        return np.diff(self.cumulative()[1][::_FINE])

    @property
    def is_judged(self) -> NDArray[np.bool_]:
        return self.volume > self.judged * self.peak

    def arrivals(self, rng: np.random.Generator) -> Array:
        """Moments of arrival of one day in seconds since opening, in order."""
        seconds, total = self.cumulative()
        return np.interp(np.sort(rng.random(rng.poisson(total[-1]))) * total[-1], total, seconds)


def benchmark_day(peak: float = 600.0, aht_s: float = 300.0) -> Day:
    """The hard day: patience 180 s."""
    return Day(f"benchmark peak {peak:g} AHT {aht_s:g}", Shape(), peak, aht_s, 180.0, 0.10)


def random_days(seed: int = 2026) -> tuple[Day, ...]:
    """Twelve days: AHT 180, 300, 480 s, patience 90, 180, 400 s, peak 100, 300, 800, each on four days."""
    rng = np.random.default_rng(seed)
    kinds = (180.0, 300.0, 480.0), (90.0, 180.0, 400.0), (100.0, 300.0, 800.0)
    aht_s, patience_s, peak = (rng.permutation(np.repeat(values, 4)) for values in kinds)
    days = []
    for number in range(12):
        shape = Shape(
            ramp_h=rng.uniform(7.5, 9.0),
            ramp_width_h=rng.uniform(0.15, 0.5),
            dip_h=rng.uniform(12.0, 13.5),
            dip_width_h=rng.uniform(0.3, 0.8),
            dip=rng.uniform(0.1, 0.5),
            fall_h=rng.uniform(16.5, 19.5),
            fall_width_h=rng.uniform(0.3, 0.8),
            tilt=rng.uniform(-0.05, 0.05),
        )
        values = float(peak[number]), float(aht_s[number]), float(patience_s[number])
        days.append(Day(f"random {number + 1}", shape, *values, 0.15))
    return tuple(days)
