"""Answer models of many intervals at once: what a crew achieves in each, averaged over sub-steps of the interval."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from staffing.erlang.chat import ChatPool
from staffing.erlang.delay import Index, WaitingSystem, checked_kind
from staffing.erlang.formulas import waiting_system
from staffing.erlang.special import Array

Bools = NDArray[np.bool_]
Measure = Callable[[WaitingSystem], Array]
_ROUNDING = 1e-9  # relative, of a load
_FULL = 5e-13  # relative, of a cap of occupancy


class AnswerPromise(Protocol):
    """Anything with the three fields of an answer-time target (staffing.domain.queue.AnswerTarget is one)."""

    @property
    def service_level(self) -> float: ...
    @property
    def answer_within_s(self) -> float: ...
    @property
    def kind(self) -> str: ...


@dataclass(frozen=True, slots=True)
class LoadRows:
    """Load of many intervals ("rows"), each cut into equal sub-steps.

    `load_erl` and `weight` have shape (rows, sub-steps), the weight being the contacts that arrive in a sub-step;
    `aht_s` and `patience_s` (infinite: nobody leaves) shape (rows,). `lines` (infinite: no limit) and `balk_share`
    have that shape too; None where neither plays a part.
    """

    load_erl: Array
    weight: Array
    aht_s: Array
    patience_s: Array
    lines: Array | None = None
    balk_share: Array | None = None

    def limited(self, lines: ArrayLike | None, balk_share: ArrayLike) -> LoadRows:
        """The same rows with lines (None: no limit) and a share that balks, broadcast to (rows,)."""
        most, balk = np.asarray(np.inf if lines is None else lines, dtype=float), np.asarray(balk_share, dtype=float)
        if np.all(np.isinf(most)) and not np.any(balk):
            return replace(self, lines=None, balk_share=None)
        shape = self.aht_s.shape
        return replace(self, lines=np.broadcast_to(most, shape), balk_share=np.broadcast_to(balk, shape))

    def take(self, rows: Index) -> LoadRows:
        limits = () if self.lines is None or self.balk_share is None else (self.lines[rows], self.balk_share[rows])
        return LoadRows(self.load_erl[rows], self.weight[rows], self.aht_s[rows], self.patience_s[rows], *limits)

    def mean(self, values: Array) -> Array:
        """Average of (rows, sub-steps) over the contacts; over time where none arrive."""
        if values.shape[1] == 1:
            return np.asarray(values[:, 0])
        total = self.weight.sum(axis=1)
        weighted = (values * self.weight).sum(axis=1) / np.where(total > 0.0, total, 1.0)
        return np.asarray(np.where(total > 0.0, weighted, values.mean(axis=1)))


@dataclass(frozen=True, slots=True)
class AnswerModel(ABC):
    """A target and caps over rows of load; `level` and `meets` take real-valued crews and the rows they belong to."""

    rows: LoadRows
    target: AnswerPromise | None
    max_occupancy: float | None = None
    max_abandon_rate: float | None = None

    def __post_init__(self) -> None:
        if self.target is not None:
            if not 0.0 < self.target.service_level < 1.0 or not self.target.answer_within_s >= 0.0:
                raise ValueError("a target needs 0 < service_level < 1 and answer_within_s >= 0")
            checked_kind(self.target.kind)
        for name in ("max_occupancy", "max_abandon_rate"):
            cap = getattr(self, name)
            if cap is not None and not 0.0 < cap <= 1.0:
                raise ValueError(f"{name} is {cap}, expected more than 0 and at most 1")

    @abstractmethod
    def level(self, agents: Array, rows: Index) -> Array:
        """Service level of each row with its crew, averaged over contacts; 1 where there is no load."""

    @abstractmethod
    def left(self, agents: Array, rows: Index) -> Array:
        """Share of contacts that give up in each sub-step, shape (len(rows), sub-steps)."""

    def lost(self, agents: Array, rows: Index) -> Array:
        """Share of contacts that are never answered in each sub-step, shape (len(rows), sub-steps)."""
        return self.left(agents, rows)

    def enough(self) -> Array:
        """Crew of each row beyond which nothing gets better; infinite where there is no such crew."""
        return np.full(len(self.rows.aht_s), np.inf)

    def capacity_erl(self, agents: Array) -> Array:
        """Load a crew carries when it never pauses, in the unit of the load."""
        return agents

    def meets(self, agents: Array, rows: Index) -> Bools:
        """Whether target and caps are kept, or no larger crew would come closer: where a search for a crew ends."""
        return self.keeps(agents, rows)

    def keeps(self, agents: Array, rows: Index) -> Bools:
        """Whether target and caps are kept; occupancy is averaged over time, abandonment over contacts."""
        good = np.ones(len(rows), dtype=bool)
        if self.target is not None:
            good &= self.level(agents, rows) >= self.target.service_level
        part = self.rows.take(rows)
        if self.max_abandon_rate is not None:
            good &= part.mean(self.left(agents, rows)) <= self.max_abandon_rate
        if self.max_occupancy is not None:
            carried = (part.load_erl * (1.0 - self.lost(agents, rows))).mean(axis=1)
            most = (1.0 + _FULL) * self.max_occupancy * self.capacity_erl(agents)  # all busy is kept by a cap of 1
            good &= (carried <= most) & (agents > 0.0)
        return good

    def guess(self) -> Array:
        """Square-root staffing (Halfin and Whitt 1981), not below the occupancy cap; where a search may start."""
        load = self.rows.load_erl.mean(axis=1) / float(self.capacity_erl(np.ones(1))[0])
        start = load + 0.5 * np.sqrt(load)
        return np.asarray(start if self.max_occupancy is None else np.maximum(start, load / self.max_occupancy))

    def _level(self, system: WaitingSystem) -> Array:
        if self.target is None:
            raise ValueError("a service level needs a target")
        return system.service_level(np.full(len(system.rate), float(self.target.answer_within_s)), self.target.kind)


@dataclass(frozen=True, slots=True)
class ErlangModel(AnswerModel):
    """Erlang C where nobody leaves, Erlang A elsewhere, with the lines and balking of the rows, and more caps."""

    max_asa_s: float | None = None
    max_waiting_probability: float | None = None
    max_blocking: float | None = None

    def __post_init__(self) -> None:
        AnswerModel.__post_init__(self)
        for name in ("max_asa_s", "max_waiting_probability", "max_blocking"):
            cap = getattr(self, name)
            if cap is not None and not (cap >= 0.0 and (cap <= 1.0 or name == "max_asa_s")):
                raise ValueError(f"{name} is {cap}, expected {'0 or more' if name == 'max_asa_s' else '0 to 1'}")
        caps = (self.max_occupancy, self.max_abandon_rate, self.max_asa_s, self.max_waiting_probability)
        if self.target is None and self.max_blocking is None and all(cap is None for cap in caps):
            raise ValueError("give a target or a cap")
        if self.max_blocking is not None and self.rows.lines is None:
            raise ValueError("max_blocking needs lines: nobody is blocked without a limit")

    def at(self, rows: Index, load_erl: Array, aht_s: Array | None = None) -> ErlangModel:
        """The same promise for some of the rows at another load, shape (len(rows),), and handle time; one sub-step."""
        part = self.rows.take(rows)
        aht = part.aht_s if aht_s is None else aht_s
        return replace(self, rows=replace(part, load_erl=load_erl[:, None], weight=np.ones((len(rows), 1)), aht_s=aht))

    def level(self, agents: Array, rows: Index) -> Array:
        return self.rows.take(rows).mean(self._measure(self._level, 1.0, agents, rows))

    def left(self, agents: Array, rows: Index) -> Array:
        return self._measure(lambda s: s.abandon_rate(), 0.0, agents, rows)

    def lost(self, agents: Array, rows: Index) -> Array:
        return self._measure(lambda s: s.lost_rate(), 0.0, agents, rows)

    def enough(self) -> Array:
        """More agents than lines only lower the occupancy, and no more than the lines are ever busy."""
        lines = self.rows.lines
        if lines is None:
            return AnswerModel.enough(self)
        busy = np.minimum(self.rows.load_erl.mean(axis=1), lines)
        idle = 0.0 if self.max_occupancy is None else (1.0 + _ROUNDING) * busy / self.max_occupancy
        return np.maximum(np.ceil(lines), np.ceil(idle))

    def crooked(self) -> Bools:
        """Rows in which more agents may keep the promise worse, shape (rows,).

        Where those who wait leave sooner than they would be served, or balk, an agent more keeps a line for longer:
        more are blocked, which counts in blocking itself, `net` and `any`. Elsewhere an agent more only shortens the
        line.
        """
        rows = self.rows
        counted = self.max_blocking is not None or (self.target is not None and self.target.kind in ("net", "any"))
        if rows.lines is None or rows.balk_share is None or not counted:
            return np.zeros(len(rows.aht_s), dtype=bool)
        return np.asarray(np.isfinite(rows.lines) & ((rows.patience_s < rows.aht_s) | (rows.balk_share > 0.0)))

    def meets(self, agents: Array, rows: Index) -> Bools:
        good = self.keeps(agents, rows)
        if self.rows.lines is None:
            return good
        full = np.flatnonzero(~good & (agents >= np.ceil(self.rows.lines[rows])))
        if self.max_occupancy is None:
            good[full] = True
        elif len(full):
            busy = ErlangModel(self.rows, None, self.max_occupancy)
            good[full] = busy.keeps(agents[full], rows[full])
        return good

    def keeps(self, agents: Array, rows: Index) -> Bools:
        """As for every model; ASA is averaged over the contacts answered, the other caps over all."""
        good = AnswerModel.keeps(self, agents, rows)
        part = self.rows.take(rows)
        if self.max_waiting_probability is not None:
            # Of all who find nobody free: with short lines a smaller crew has fewer waiting, but more are blocked.
            busy = self._measure(lambda s: s.waiting_probability() + s.balk_rate() + s.blocking(), 0.0, agents, rows)
            good &= part.mean(busy) <= self.max_waiting_probability
        if self.max_blocking is not None:
            good &= part.mean(self._measure(lambda s: s.blocking(), 0.0, agents, rows)) <= self.max_blocking
        if self.max_asa_s is not None:
            good &= self._answer_speed(agents, rows) <= self.max_asa_s
        return good

    def _answer_speed(self, agents: Array, rows: Index) -> Array:
        asa = self._measure(lambda s: s.answered_wait_s(), 0.0, agents, rows)
        if asa.shape[1] == 1:
            return np.asarray(asa[:, 0])
        answered = self.rows.weight[rows] * (1.0 - self.lost(agents, rows))
        waited = np.where(answered > 0.0, answered * np.where(answered > 0.0, asa, 0.0), 0.0).sum(axis=1)
        total = answered.sum(axis=1)
        return np.asarray(np.where(total > 0.0, waited / np.where(total > 0.0, total, 1.0), asa.max(axis=1)))

    def _measure(self, measure: Measure, idle: float, agents: Array, rows: Index) -> Array:
        part = self.rows.take(rows)
        values = np.full(part.load_erl.shape, idle)
        row, sub = np.nonzero(part.load_erl > 0.0)
        if len(row):
            limits = () if part.lines is None or part.balk_share is None else (part.lines[row], part.balk_share[row])
            load = part.load_erl[row, sub]
            system = waiting_system(agents[row], load, part.aht_s[row], part.patience_s[row], *limits)
            values[row, sub] = measure(system)
        return values


@dataclass(frozen=True, slots=True)
class ChatModel(AnswerModel):
    """Agents with parallel contacts; real-valued crews are linear between whole ones.

    Whole crews are computed for all rows at once and kept: a search asks for the same few sizes again and again.
    """

    pool: ChatPool = ChatPool((1.0,))
    known: dict[int, tuple[Array, Array]] = field(default_factory=dict, compare=False, repr=False)

    def capacity_erl(self, agents: Array) -> Array:
        return agents * float(self.pool.speed[-1])

    def level(self, agents: Array, rows: Index) -> Array:
        return self._between(agents, rows, 0)

    def left(self, agents: Array, rows: Index) -> Array:
        return self._between(agents, rows, 1)

    def _between(self, agents: Array, rows: Index, which: int) -> Array:
        low = np.floor(agents).astype(np.int64)
        share = agents - low
        result = np.zeros((len(rows), *self._crew(0)[which].shape[1:]))
        for crew in np.unique(np.concatenate((low, low[share > 0.0] + 1))):
            part = np.where(low == crew, 1.0 - share, np.where(low + 1 == crew, share, 0.0))
            use = np.flatnonzero(part > 0.0)
            values = self._crew(int(crew))[which][rows[use]]
            result[use] += values * part[use].reshape(-1, *(1,) * (values.ndim - 1))
        return result

    def _crew(self, crew: int) -> tuple[Array, Array]:
        """Level (rows,) and abandonment (rows, sub-steps) of a whole crew."""
        if crew not in self.known:
            load = self.rows.load_erl
            row, sub = np.nonzero(load > 0.0)
            level, left = np.ones(load.shape), np.zeros(load.shape)
            if len(row):
                aht, patience = self.rows.aht_s[row], self.rows.patience_s[row]
                system = self.pool.system(crew, load[row, sub], aht, patience)
                level[row, sub] = self._level(system)
                if self.max_occupancy is not None or self.max_abandon_rate is not None:
                    left[row, sub] = system.abandon_rate()
            self.known[crew] = (self.rows.mean(level), left)
        return self.known[crew]
