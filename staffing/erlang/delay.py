"""Measures of a delay system: callers wait in line when everybody is busy, and may give up.

Erlang C, Erlang A and the chat pool differ only in the states below "everybody busy". With w(m) the stationary weight
of m contacts in the system and s the number at which nobody is free, all of them are described by

``log_below``  log of (w(0) + ... + w(s-1)) / w(s); for Erlang models log(1/B - 1)
``rate``       contacts finished per second when everybody is busy (agents / AHT)
``arrivals``   contacts per second
``patience_s`` mean patience, exponential; infinite for callers who never leave

and the rest is Garnett, Mandelbaum and Reiman (2002) in terms of Kummer's function (see special.py):
x = rate * patience, y = arrivals * patience, den = below + A(x, y).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from staffing.erlang.special import Array, kummer, kummer_slope

Measure = Callable[["DelaySystem"], Array]
Index = NDArray[np.intp]

KINDS = ("offered", "net", "any", "answered")


@dataclass(frozen=True, slots=True)
class DelaySystem:
    """Delay systems, one per element; all arrays one-dimensional of one length, arrivals > 0."""

    log_below: Array
    rate: Array
    arrivals: Array
    patience_s: Array

    def parts(self) -> tuple[Index, Index]:
        """Indices of systems whose callers leave, and of those whose callers never leave."""
        leaves = np.isfinite(self.patience_s)
        return np.flatnonzero(leaves), np.flatnonzero(~leaves)

    def take(self, index: Index) -> DelaySystem:
        return DelaySystem(self.log_below[index], self.rate[index], self.arrivals[index], self.patience_s[index])

    def waiting_probability(self) -> Array:
        """Share of callers who do not find a free agent."""
        return self._join(lambda s: s._impatient()[0], _patient_wait)

    def abandon_rate(self) -> Array:
        """Share of callers who give up; relative accuracy is kept down to very small shares."""

        def leaving(s: DelaySystem) -> Array:
            wait, ratio, _, _ = s._impatient(series_below=0.9)
            return wait * ratio

        return self._join(leaving, lambda s: np.zeros_like(s.rate))

    def mean_wait_s(self) -> Array:
        """Mean wait of all callers, those who give up included; infinite when the line grows for ever."""
        return self._join(lambda s: s.abandon_rate() * s.patience_s, _patient_mean)

    def answered_wait_s(self) -> Array:
        """Mean wait of the callers who are answered (ASA); infinite when nobody is."""

        def answered(s: DelaySystem) -> Array:
            x, y = s.rate * s.patience_s, s.arrivals * s.patience_s
            wait, _, served, _ = s._impatient()
            with np.errstate(divide="ignore", invalid="ignore"):
                mean = s.patience_s * (x / y) * wait * kummer_slope(x, y) / served
            return np.where(x > 0.0, mean, np.inf)

        return self._join(answered, _patient_mean)

    def service_level(self, within_s: Array, kind: str) -> Array:
        """Service level in one of four definitions, `within_s` seconds per element.

        offered: answered in time / offered; net: answered in time / (offered - abandoned in time); any: no longer
        waiting at the threshold / offered; answered: answered in time / answered.
        """
        if kind not in KINDS:
            raise ValueError(f"kind is {kind!r}, expected one of {', '.join(KINDS)}")
        leaves, stays = self.parts()
        level = np.zeros_like(self.rate)
        if len(leaves):
            level[leaves] = self.take(leaves)._impatient_level(within_s[leaves], kind)
        if len(stays):
            s = self.take(stays)
            free = np.maximum(s.rate - s.arrivals, 0.0)
            level[stays] = np.where(free > 0.0, 1.0 - _patient_wait(s) * np.exp(-free * within_s[stays]), 0.0)
        return np.clip(level, 0.0, 1.0)

    def _join(self, leaving: Measure, staying: Measure) -> Array:
        leaves, stays = self.parts()
        result = np.zeros_like(self.rate)
        if len(leaves):
            result[leaves] = leaving(self.take(leaves))
        if len(stays):
            result[stays] = staying(self.take(stays))
        return result

    def _impatient(self, series_below: float = 0.5) -> tuple[Array, Array, Array, Array]:
        """Waiting probability A / den, leaving ratio of those who wait, share answered, log den."""
        x, y = self.rate * self.patience_s, self.arrivals * self.patience_s
        log_a, ratio = kummer(x, y, series_below)
        log_den = np.logaddexp(self.log_below, log_a)
        wait = np.exp(log_a - log_den)
        late = np.where(ratio < 0.5, 1.0 - ratio, -x / y * np.expm1(-log_a))  # small when most leave
        return wait, ratio, np.exp(self.log_below - log_den) + wait * late, log_den

    def _impatient_level(self, within_s: Array, kind: str) -> Array:
        x, y = self.rate * self.patience_s, self.arrivals * self.patience_s
        _, _, answered, log_den = self._impatient()
        fade = np.exp(-within_s / self.patience_s)
        log_h = -y * np.expm1(-within_s / self.patience_s) - self.rate * within_s
        log_next, _ = kummer(x + 1.0, y * fade)
        with np.errstate(divide="ignore"):
            log_more = log_next + np.log(y * fade) - np.log(x + 1.0)  # log(A(x, y fade) - 1)
            answered_late = np.exp(log_h + log_more - log_den + np.log(x) - np.log(y))
        in_time = np.maximum(answered - answered_late, 0.0)
        if kind == "offered":
            return in_time
        if kind == "answered":
            return in_time / np.where(answered > 0.0, answered, 1.0)
        still = np.exp(log_h + np.logaddexp(0.0, log_more) - log_den) * fade
        if kind == "any":
            return 1.0 - still
        total = in_time + still
        return in_time / np.where(total > 0.0, total, 1.0)


def _patient_wait(s: DelaySystem) -> Array:
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        free = np.maximum(1.0 - s.arrivals / s.rate, 0.0)
        return np.where(free > 0.0, 1.0 / (1.0 + np.exp(s.log_below) * free), 1.0)


def _patient_mean(s: DelaySystem) -> Array:
    free = s.rate - s.arrivals
    with np.errstate(divide="ignore", over="ignore"):
        return np.where(free > 0.0, _patient_wait(s) / np.where(free > 0.0, free, 1.0), np.inf)
