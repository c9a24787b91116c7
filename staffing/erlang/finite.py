"""Lines that run out and callers who balk: M/M/c/K+M, state by state.

At most K contacts are in service and waiting (`lines`); a further one is blocked. A share b of those who find nobody
free leave at once (`balk_share`); the others wait as in `delay`. Beside the weights below "everybody busy", which are
the same as without lines, the chain has the states "j waiting", j = 0 .. K - c, with the weights

    t_0 = 1,    t_j = t_(j-1) (1 - b) arrivals / (rate + j / patience),

kept as logarithms. Someone who joins with j ahead waits for j + 1 departures. With z = 1 - exp(-t / patience) and
x = rate * patience

    P(answered within t | j ahead) = x / (x + j + 1) I_z(j + 1, x + 1)
    P(still waits at t | j ahead)  = (1 - z) (1 - I_z(j + 1, x))

where I is the regularised incomplete beta function; without a patience it is an incomplete gamma function. It is
evaluated once, for the last j; for the others positive terms are added, so nothing cancels.

Agents are real-valued as in Erlang B. Places to wait, K - c, are then real as well: with m whole places and a fraction
f, a caller who finds m waiting gets a place with probability f. Whole numbers are exact, and Erlang B (c >= K), C and A
(no limit) with real agents are the ends of the same continuous function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, gammainc

from staffing.erlang.delay import DelaySystem, Index, checked_kind
from staffing.erlang.special import Array

MOST_LINES = 1_000_000
_BLOCK = 400_000  # states worked on at once, to bound memory
_TAIL = 70.0  # states that weigh less than exp(-70) of the largest are left out
_NOBODY = 1e-300  # contacts finished per second where nobody works: all places fill up

OfStates = Callable[["_States", Index], Array]
OfOpen = Callable[[DelaySystem, Array, Index], Array]


@dataclass(frozen=True, slots=True)
class LineSystem:
    """As `DelaySystem`, with `places` to wait (real, infinite: no limit) and the share of those who balk.

    Every share is one of all contacts offered, every mean wait but the ASA is over all of them: contacts are served at
    once, wait, balk or are blocked, and those who wait are answered or give up.
    """

    log_below: Array
    rate: Array
    arrivals: Array
    patience_s: Array
    places: Array
    balk_share: Array

    def waiting_probability(self) -> Array:
        """Share of the contacts that wait in line."""
        return self._each(lambda s, _: s.joins.sum(axis=1), lambda d, balk, _: (1.0 - balk) * d.waiting_probability())

    def abandon_rate(self) -> Array:
        """Share of the contacts that wait and give up."""
        return self._each(
            lambda s, _: (s.joins * (1.0 - s.served)).sum(axis=1), lambda d, balk, _: (1.0 - balk) * d.abandon_rate()
        )

    def mean_wait_s(self) -> Array:
        """Mean wait of all contacts offered; 0 for those blocked, balking or served at once."""
        return self._each(lambda s, _: s.waited_s(), lambda d, balk, _: (1.0 - balk) * d.mean_wait_s())

    def answered_wait_s(self) -> Array:
        """Mean wait of the contacts that are answered (ASA); infinite when nobody is."""

        def unlimited(d: DelaySystem, balk: Array, _: Index) -> Array:
            wait, waiting = d.answered_wait_s(), (1.0 - balk) * d.answered_share()
            known = np.isfinite(wait)
            answered = waiting + balk * (1.0 - d.waiting_probability())
            return np.where(known, np.where(known, wait, 0.0) * waiting / np.where(known, answered, 1.0), np.inf)

        def limited(s: _States, _: Index) -> Array:
            answered = s.answered()
            return np.asarray(s.answered_waited_s() / np.where(answered > 0.0, answered, 1.0))

        return np.where(self.rate > 0.0, self._each(limited, unlimited), np.inf)

    def blocking(self) -> Array:
        """Share of the contacts that find all lines taken."""
        return self._each(lambda s, _: s.blocked, lambda d, *_: np.zeros_like(d.rate))

    def balk_rate(self) -> Array:
        """Share of the contacts that find nobody free and leave at once."""
        return self._each(lambda s, _: s.balked, lambda d, balk, _: balk * d.waiting_probability())

    def lost_rate(self) -> Array:
        """Share of the contacts that are never answered: blocked, balking or giving up."""
        return self._each(
            lambda s, _: s.blocked + s.balked + (s.joins * (1.0 - s.served)).sum(axis=1),
            lambda d, balk, _: balk * d.waiting_probability() + (1.0 - balk) * d.abandon_rate(),
        )

    def service_level(self, within_s: Array, kind: str) -> Array:
        """Service level as in `DelaySystem`; a contact that balks has given up at once, a blocked one always fails.

        offered: answered in time / offered; net: answered in time / (offered - gave up in time); any: answered or gave
        up in time / offered; answered: answered in time / answered.
        """
        checked_kind(kind)

        def limited(s: _States, rows: Index) -> Array:
            in_time, still = s.in_time(within_s[rows])
            return _share(in_time, still, s.blocked, s.answered(), kind)

        def unlimited(d: DelaySystem, balk: Array, rows: Index) -> Array:
            free = 1.0 - d.waiting_probability()
            in_time = (1.0 - balk) * d.service_level(within_s[rows], "offered") + balk * free
            still = (1.0 - balk) * (1.0 - d.service_level(within_s[rows], "any"))
            answered = (1.0 - balk) * d.answered_share() + balk * free
            return _share(in_time, still, np.zeros_like(still), answered, kind)

        return np.clip(self._each(limited, unlimited), 0.0, 1.0)

    def _each(self, limited: OfStates, unlimited: OfOpen) -> Array:
        """A measure of every system, from its states where places are limited, else from the delay system."""
        result = np.zeros_like(self.rate)
        is_open = np.isinf(self.places) & (self.balk_share < 1.0)
        rows = np.flatnonzero(is_open)
        if len(rows):
            balk = self.balk_share[rows]
            joining = self.arrivals[rows] * (1.0 - balk)
            system = DelaySystem(self.log_below[rows], self.rate[rows], joining, self.patience_s[rows])
            result[rows] = unlimited(system, balk, rows)
        for rows, last, part in self._blocks(np.flatnonzero(~is_open)):
            result[rows] = limited(_States(self, rows, last, part), rows)
        return result

    def _blocks(self, rows: Index) -> Iterator[tuple[Index, Array, Array]]:
        """Rows in blocks of like size, with their whole places and the fraction of one more."""
        places = np.where(self.balk_share[rows] < 1.0, self.places[rows], np.minimum(self.places[rows], 1.0))
        last = np.minimum(np.floor(places), self._worth_counting(rows))
        part = np.where(last + 1.0 > places, places - last, 0.0)
        order = np.argsort(last, kind="stable")
        start = 0
        while start < len(order):
            # Rows grow along the order: the block is as long as its last row allows.
            sizes = (np.arange(1, len(order) - start + 1)) * (last[order[start:]] + 2.0)
            count = max(1, int(np.searchsorted(sizes, _BLOCK, side="right")))
            take = order[start : start + count]
            yield rows[take], last[take], part[take]
            start += count

    def _worth_counting(self, rows: Index) -> Array:
        """Number waiting beyond which the weights fall and are negligible (Chernoff bound); may be infinite."""
        joining, rate, patience = (
            self.arrivals[rows] * (1.0 - self.balk_share[rows]),
            self.rate[rows],
            self.patience_s[rows],
        )
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            ratio = joining / np.maximum(rate, _NOBODY)
            falling = np.where(ratio < 1.0, np.ceil(_TAIL / -np.log(ratio)), np.inf)
            x, y = rate * patience, joining * patience
            spread = _TAIL / 3.0
            turn = spread + np.sqrt(spread * spread + 2.0 * _TAIL * np.maximum(x, y))
            leaving = np.where(np.isfinite(patience), np.ceil(np.maximum(y - x, 0.0) + turn), np.inf)
        return np.maximum(np.fmin(falling, leaving), 1.0)


class _States:
    """Probabilities of a block of systems, arrays (systems, states): j waiting and nobody free."""

    def __init__(self, system: LineSystem, rows: Index, last: Array, part: Array) -> None:
        self.rate = np.maximum(system.rate[rows], _NOBODY)[:, None]
        self.leaving = 1.0 / system.patience_s[rows][:, None]
        waiting = np.arange(last.max() + 2.0)
        self.departures = self.rate + (waiting + 1.0) * self.leaving  # with j ahead, and oneself
        self.served = self.rate / self.departures  # share of those who join with j ahead
        balk = system.balk_share[rows][:, None]
        with np.errstate(divide="ignore"):
            steps = np.log(system.arrivals[rows][:, None] * (1.0 - balk)) - np.log(self.departures[:, :-1])
            fraction = np.log(part)[:, None]
        weight = np.concatenate((np.zeros((len(rows), 1)), np.cumsum(steps, axis=1)), axis=1)
        whole, more = waiting <= last[:, None], waiting == last[:, None] + 1.0
        weight = np.where(whole, weight, np.where(more, weight + fraction, -np.inf))
        highest = weight.max(axis=1)
        log_all = np.logaddexp(system.log_below[rows], highest + np.log(np.exp(weight - highest[:, None]).sum(axis=1)))
        state = np.exp(weight - log_all[:, None])
        self.free = np.exp(system.log_below[rows] - log_all)
        accepted = np.where(waiting < last[:, None], 1.0, np.where(whole, part[:, None], 0.0))
        self.blocked = (state * (1.0 - accepted)).sum(axis=1)
        found = state * accepted
        self.joins, self.balked = found * (1.0 - balk), (found * balk).sum(axis=1)

    def answered(self) -> Array:
        return np.asarray(self.free + (self.joins * self.served).sum(axis=1))

    def waited_s(self) -> Array:
        ahead = np.arange(1.0, self.joins.shape[1] + 1.0)
        return np.asarray((self.joins * ahead / self.departures).sum(axis=1))

    def answered_waited_s(self) -> Array:
        """Seconds that those who are answered waited, per contact offered."""
        return np.asarray((self.joins * self.served * np.cumsum(1.0 / self.departures, axis=1)).sum(axis=1))

    def in_time(self, within_s: Array) -> tuple[Array, Array]:
        """Share answered within the seconds, and share still waiting then."""
        rate, leaving, t = self.rate[:, 0], self.leaving[:, 0], within_s
        z, patience = -np.expm1(-t * leaving), 1.0 / np.where(leaving > 0.0, leaving, 1.0)
        states = float(self.joins.shape[1])
        last = np.where(leaving > 0.0, betainc(states, rate * patience + 1.0, z), gammainc(states, rate * t))
        with np.errstate(divide="ignore"):
            pace = np.log(np.where(leaving > 0.0, z * patience, t))[:, None]  # -infinite for no time at all
            steps = pace + np.log(self.departures) - np.log(np.arange(1.0, states + 1.0))
        # I(j + 1) = I(j + 2) + terms[j], the incomplete beta or gamma function one state further.
        terms = np.exp(np.cumsum(steps, axis=1) - (t * (rate + leaving))[:, None])
        more = np.cumsum(terms[:, -2::-1], axis=1)[:, ::-1]
        within = last[:, None] + np.concatenate((more, np.zeros((len(t), 1))), axis=1)
        stays = np.exp(-t * leaving)[:, None] * np.maximum(1.0 - within, 0.0) + terms * (1.0 - self.served)
        answered = self.free + (self.joins * self.served * within).sum(axis=1)
        return np.asarray(answered), np.asarray((self.joins * stays).sum(axis=1))


def _share(in_time: Array, still: Array, blocked: Array, answered: Array, kind: str) -> Array:
    if kind == "offered":
        return in_time
    if kind == "any":
        return 1.0 - still - blocked
    total = answered if kind == "answered" else in_time + still + blocked
    return np.asarray(in_time / np.where(total > 0.0, total, 1.0))
