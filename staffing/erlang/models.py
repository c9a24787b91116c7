"""Answer models of many intervals at once: what a crew achieves in each, averaged over sub-steps of the interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from staffing.erlang.chat import ChatPool
from staffing.erlang.delay import KINDS, DelaySystem, Index
from staffing.erlang.formulas import delay_system
from staffing.erlang.special import Array

Bools = NDArray[np.bool_]
Measure = Callable[[DelaySystem], Array]


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
    `aht_s` and `patience_s` (infinite: nobody leaves) shape (rows,).
    """

    load_erl: Array
    weight: Array
    aht_s: Array
    patience_s: Array

    def take(self, rows: Index) -> LoadRows:
        return LoadRows(self.load_erl[rows], self.weight[rows], self.aht_s[rows], self.patience_s[rows])

    def mean(self, values: Array) -> Array:
        """Average of (rows, sub-steps) over the contacts; over time where none arrive."""
        if values.shape[1] == 1:
            return np.asarray(values[:, 0])
        total = self.weight.sum(axis=1)
        weighted = (values * self.weight).sum(axis=1) / np.where(total > 0.0, total, 1.0)
        return np.asarray(np.where(total > 0.0, weighted, values.mean(axis=1)))


@dataclass(frozen=True, slots=True)
class AnswerModel:
    """A target over rows of load; `level` and `meets` take real-valued crews and the rows they belong to."""

    rows: LoadRows
    target: AnswerPromise
    max_occupancy: float | None = None
    max_abandon_rate: float | None = None

    def __post_init__(self) -> None:
        if not 0.0 < self.target.service_level < 1.0 or not self.target.answer_within_s >= 0.0:
            raise ValueError("a target needs 0 < service_level < 1 and answer_within_s >= 0")
        if self.target.kind not in KINDS:
            raise ValueError(f"kind is {self.target.kind!r}, expected one of {', '.join(KINDS)}")
        for name, cap in (("max_occupancy", self.max_occupancy), ("max_abandon_rate", self.max_abandon_rate)):
            if cap is not None and not 0.0 < cap <= 1.0:
                raise ValueError(f"{name} is {cap}, expected more than 0 and at most 1")

    def level(self, agents: Array, rows: Index) -> Array:
        """Service level of each row with its crew, averaged over contacts; 1 where there is no load."""
        raise NotImplementedError

    def left(self, agents: Array, rows: Index) -> Array:
        """Share of contacts that abandon in each sub-step, shape (len(rows), sub-steps)."""
        raise NotImplementedError

    def capacity_erl(self, agents: Array) -> Array:
        """Load a crew carries when it never pauses, in the unit of the load."""
        return agents

    def meets(self, agents: Array, rows: Index) -> Bools:
        """Whether target and caps are kept; occupancy is averaged over time, abandonment over contacts."""
        good: Bools = self.level(agents, rows) >= self.target.service_level
        if self.max_occupancy is None and self.max_abandon_rate is None:
            return good
        left, part = self.left(agents, rows), self.rows.take(rows)
        if self.max_abandon_rate is not None:
            good &= part.mean(left) <= self.max_abandon_rate
        if self.max_occupancy is not None:
            carried = (part.load_erl * (1.0 - left)).mean(axis=1)
            good &= (carried <= self.max_occupancy * self.capacity_erl(agents)) & (agents > 0.0)
        return good

    def guess(self) -> Array:
        """Square-root staffing (Halfin and Whitt 1981), not below the occupancy cap; where a search may start."""
        load = self.rows.load_erl.mean(axis=1) / float(self.capacity_erl(np.ones(1))[0])
        start = load + 0.5 * np.sqrt(load)
        return np.asarray(start if self.max_occupancy is None else np.maximum(start, load / self.max_occupancy))

    def _level(self, system: DelaySystem) -> Array:
        return system.service_level(np.full(len(system.rate), float(self.target.answer_within_s)), self.target.kind)


@dataclass(frozen=True, slots=True)
class ErlangModel(AnswerModel):
    """Erlang C where nobody leaves, Erlang A elsewhere."""

    def level(self, agents: Array, rows: Index) -> Array:
        return self.rows.take(rows).mean(self._measure(self._level, 1.0, agents, rows))

    def left(self, agents: Array, rows: Index) -> Array:
        return self._measure(DelaySystem.abandon_rate, 0.0, agents, rows)

    def _measure(self, measure: Measure, idle: float, agents: Array, rows: Index) -> Array:
        part = self.rows.take(rows)
        values = np.full(part.load_erl.shape, idle)
        row, sub = np.nonzero(part.load_erl > 0.0)
        if len(row):
            system = delay_system(agents[row], part.load_erl[row, sub], part.aht_s[row], part.patience_s[row])
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
