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
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from staffing.erlang.special import Array, kummer, kummer_slope

Measure = Callable[["DelaySystem"], Array]
Index = NDArray[np.intp]

KINDS = ("offered", "net", "any", "answered")
_FEW, _SOME = 1e-3, 0.05  # shares below which a difference would lose digits: of the answered, of all
_STRETCH = 45.0  # e-foldings of an integrand that count
_POINTS, _SHARES = np.polynomial.legendre.leggauss(48)
_NODES, _WEIGHTS = 0.5 * (1.0 + _POINTS), 0.5 * _SHARES  # quadrature on 0 .. 1


def checked_kind(kind: str) -> None:
    """Refuse a service level definition that is not one of the four.

    Raises
    ------
    ValueError
    """
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}, expected one of {', '.join(KINDS)}")


class WaitingSystem(Protocol):
    """What can be asked of a waiting line, one value per element; `DelaySystem` and `finite.LineSystem` answer."""

    @property
    def rate(self) -> Array: ...
    def waiting_probability(self) -> Array: ...
    def abandon_rate(self) -> Array: ...
    def mean_wait_s(self) -> Array: ...
    def answered_wait_s(self) -> Array: ...
    def blocking(self) -> Array: ...
    def balk_rate(self) -> Array: ...
    def lost_rate(self) -> Array: ...
    def service_level(self, within_s: Array, kind: str) -> Array: ...


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

    def lost_rate(self) -> Array:
        """Share of callers who are never answered: those who give up."""
        return self.abandon_rate()

    def blocking(self) -> Array:
        """Share of callers who find no line: none."""
        return np.zeros_like(self.rate)

    def balk_rate(self) -> Array:
        """Share of callers who leave at once because nobody is free: none."""
        return np.zeros_like(self.rate)

    def answered_share(self) -> Array:
        """Share of callers who are answered, or will be; accurate where it is small."""
        return self._join(lambda s: s._impatient()[2], lambda s: np.ones_like(s.rate))

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
        checked_kind(kind)
        leaves, stays = self.parts()
        level = np.zeros_like(self.rate)
        if len(leaves):
            level[leaves] = self.take(leaves)._impatient_level(within_s[leaves], kind)
        if len(stays):
            s = self.take(stays)
            free = np.maximum(s.rate - s.arrivals, 0.0)
            # 1 - P(wait) e^-free t; both parts are small when nearly all wait long.
            level[stays] = _patient_free(s) - _patient_wait(s) * np.expm1(-free * within_s[stays])
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
        log_h, log_more = self._later(within_s)
        with np.errstate(divide="ignore"):
            answered_late = np.exp(log_h + log_more - log_den + np.log(x) - np.log(y))
        in_time = np.maximum(answered - answered_late, 0.0)
        few = np.flatnonzero(answered_late > (1.0 - _FEW) * answered)
        if len(few):
            in_time[few] = self.take(few)._soon_answered(within_s[few], log_den[few])
        if kind == "offered":
            return in_time
        if kind == "answered":
            return in_time / np.where(answered > 0.0, answered, 1.0)
        still = np.exp(log_h + np.logaddexp(0.0, log_more) - log_den - within_s / self.patience_s)
        if kind == "any":
            gone = 1.0 - still
            few = np.flatnonzero(gone < _SOME)
            if len(few):
                gone[few] = in_time[few] + self.take(few)._soon_abandoned(within_s[few], log_den[few])
            return gone
        total = in_time + still
        return in_time / np.where(total > 0.0, total, 1.0)

    def _later(self, within_s: Array) -> tuple[Array, Array]:
        """log h and log(A(x, y fade) - 1): what is left of the line after some seconds."""
        x, y = self.rate * self.patience_s, self.arrivals * self.patience_s
        faded = y * np.exp(-within_s / self.patience_s)
        log_next, _ = kummer(x + 1.0, faded)
        with np.errstate(divide="ignore"):
            log_more = log_next + np.log(faded) - np.log(x + 1.0)
        return -y * np.expm1(-within_s / self.patience_s) - self.rate * within_s, log_more

    def _soon_answered(self, within_s: Array, log_den: Array) -> Array:
        """Share answered in time where it is a very small part of those answered, in overload: no difference is taken.

        Below / den plus x/den times the integral of e^(y v) (1 - v)^x over v from 0 to 1 - fade. The integrand rises
        all the way there, so its last stretch is enough.
        """
        x, y = self.rate * self.patience_s, self.arrivals * self.patience_s
        end = -np.expm1(-within_s / self.patience_s)
        with np.errstate(divide="ignore"):
            rise = np.maximum(y - x / (1.0 - end), 0.0)
            width = np.minimum(end, _STRETCH / rise)
            v = end[:, None] - width[:, None] * _NODES
            log_part = np.log(x)[:, None] + y[:, None] * v + x[:, None] * np.log1p(-v) - log_den[:, None]
        return np.asarray(np.exp(self.log_below - log_den) + width * (np.exp(log_part) @ _WEIGHTS))

    def _soon_abandoned(self, within_s: Array, log_den: Array) -> Array:
        """Share that gives up in time where few are gone by then: 1/patience times the integral of those waiting."""
        waiting = np.zeros_like(self.rate)
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            log_h, log_more = self._later(node * within_s)
            waiting += weight * np.exp(
                log_h + np.logaddexp(0.0, log_more) - log_den - node * within_s / self.patience_s
            )
        return waiting * within_s / self.patience_s


def _patient_odds(s: DelaySystem) -> Array:
    """P(no wait) / P(wait) of callers who never leave; 0 when the line grows for ever, infinite when nobody waits."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        free = np.maximum(1.0 - s.arrivals / s.rate, 0.0)
        return np.where(free > 0.0, np.exp(s.log_below) * free, 0.0)


def _patient_wait(s: DelaySystem) -> Array:
    return np.asarray(1.0 / (1.0 + _patient_odds(s)))


def _patient_free(s: DelaySystem) -> Array:
    odds = _patient_odds(s)
    return np.where(np.isfinite(odds), odds / (1.0 + np.where(np.isfinite(odds), odds, 0.0)), 1.0)


def _patient_mean(s: DelaySystem) -> Array:
    free = s.rate - s.arrivals
    with np.errstate(divide="ignore", over="ignore"):
        return np.where(free > 0.0, _patient_wait(s) / np.where(free > 0.0, free, 1.0), np.inf)
