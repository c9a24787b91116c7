"""Chat and social messages: an agent holds up to k contacts at once and each gets slower for it.

A contact handled n at a time takes h(n) = h1 (1 + g (n - 1)) seconds, so an agent with n contacts finishes
r(n) = n / h(n) contacts per second. With m contacts in the pool of c agents, spread as evenly as they can be, the pool
finishes c r(m / c) per second (r linear between whole numbers); beyond c k contacts the rest wait. The stationary
weights below "everybody full" follow from the birth-death chain, the waiting line from `delay.DelaySystem`.
Whole crews only: the chain has no natural meaning between them, so real-valued crews are linear in between.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from staffing.erlang.delay import DelaySystem
from staffing.erlang.special import Array

_ENOUGH = 1e300  # nobody waits


@dataclass(frozen=True, slots=True)
class ChatPool:
    """How an agent handles parallel contacts: `factors[n - 1]` = h(n) / h(1), n = 1..k."""

    factors: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.factors or self.factors[0] != 1.0:
            raise ValueError("the first factor is h(1) / h(1) = 1")
        if np.any(np.diff(self.speed) < -1e-9):
            raise ValueError("an agent must not finish fewer contacts when handling more at once")

    @classmethod
    def linear(cls, max_parallel: int, slowdown: float) -> ChatPool:
        """h(n) = h1 (1 + slowdown (n - 1)).

        >>> ChatPool.linear(3, 0.35).speed.round(3).tolist()
        [0.0, 1.0, 1.481, 1.765]
        """
        return cls(tuple(1.0 + slowdown * n for n in range(max_parallel)))

    @classmethod
    def from_speedup(cls, speedup: tuple[float, ...]) -> ChatPool:
        """From contacts finished with n at once relative to one at a time, such as (1, 1.7, 2.5, 2.9)."""
        return cls(tuple((n + 1) / value for n, value in enumerate(speedup)))

    @property
    def max_parallel(self) -> int:
        return len(self.factors)

    @property
    def half_full(self) -> float:
        """h(n) / h(1) of an agent with half of what fits beside the first contact, linear between whole numbers.

        >>> ChatPool((1.0, 1.2, 1.8)).half_full
        1.2
        """
        return float(np.interp(0.5 * (self.max_parallel + 1), np.arange(1.0, self.max_parallel + 1), self.factors))

    @property
    def speed(self) -> Array:
        """r(n) h(1) for n = 0..k, shape (k + 1,)."""
        n = np.arange(len(self.factors) + 1.0)
        return n / np.concatenate(([1.0], self.factors))

    def below(self, agents: int, load: Array) -> Array:
        """(w(0) + ... + w(s-1)) / w(s), s = agents k, for loads = arrivals h(1), shape of `load`."""
        contacts = np.arange(1, agents * self.max_parallel + 1)
        rates = agents * np.interp(contacts / agents, np.arange(self.max_parallel + 1), self.speed)
        ratio = np.zeros_like(load)
        with np.errstate(over="ignore"):
            for rate in rates:
                ratio = (ratio + 1.0) * (rate / load)
        return np.minimum(ratio, _ENOUGH)

    def system(self, agents: int, load: Array, aht_s: Array, patience_s: Array) -> DelaySystem:
        """Delay system of a whole crew; arrays of one length, load > 0 in single-contact erlangs."""
        with np.errstate(divide="ignore"):
            log_below = np.log(self.below(agents, load))
        rate = agents * self.speed[-1] / aht_s
        return DelaySystem(log_below, rate, load / aht_s, patience_s)


def chat_service_level(
    agents: ArrayLike,
    load_erl: ArrayLike,
    *,
    aht_s: ArrayLike,
    answer_within_s: float,
    pool: ChatPool,
    patience_s: ArrayLike | None = None,
    kind: str = "offered",
) -> Array:
    """Share of chats whose first answer comes within `answer_within_s` seconds.

    `load_erl` is contacts per second times `aht_s`, the handle time of a chat handled alone. Other arguments as in
    `service_level`; real-valued agents are linear between whole crews.

    >>> load, pool = 60 / 1800 * 480, ChatPool.linear(3, 0.35)
    >>> level = chat_service_level([9, 10], load, aht_s=480, answer_within_s=30, pool=pool, patience_s=240)
    >>> level.round(3).tolist()
    [0.755, 0.892]
    """

    def level(system: DelaySystem) -> Array:
        return system.service_level(np.full(len(system.rate), float(answer_within_s)), kind)

    return _at_crews(level, 1.0, pool, agents, load_erl, aht_s, patience_s)


def chat_abandon_rate(
    agents: ArrayLike, load_erl: ArrayLike, *, aht_s: ArrayLike, pool: ChatPool, patience_s: ArrayLike | None = None
) -> Array:
    """Share of chats given up before the first answer; 0 without a patience. Arguments as in `chat_service_level`."""
    return _at_crews(DelaySystem.abandon_rate, 0.0, pool, agents, load_erl, aht_s, patience_s)


def _at_crews(
    measure: Callable[[DelaySystem], Array],
    idle: float,
    pool: ChatPool,
    agents: ArrayLike,
    load_erl: ArrayLike,
    aht_s: ArrayLike,
    patience_s: ArrayLike | None,
) -> Array:
    patience = np.inf if patience_s is None else patience_s
    c, a, aht, leave = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (agents, load_erl, aht_s, patience)))
    if np.any(~(c >= 0.0)) or np.any(~(a >= 0.0)) or np.any(~(aht > 0.0)) or np.any(~(leave > 0.0)):
        raise ValueError("agents and load_erl must not be negative, aht_s and patience_s must be positive")
    values = np.where(a > 0.0, 0.0, idle)
    low = np.floor(c)
    for whole, part in ((low, 1.0 - (c - low)), (low + 1.0, c - low)):
        for crew in np.unique(whole[part > 0.0]):
            rows = np.flatnonzero((whole == crew) & (part > 0.0) & (a > 0.0))
            system = pool.system(int(crew), a.flat[rows], aht.flat[rows], leave.flat[rows])
            values.flat[rows] += part.flat[rows] * measure(system)
    return values
