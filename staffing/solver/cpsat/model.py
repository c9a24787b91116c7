"""The model's skeleton: which agent-days are free, their variables, and the switches of its rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ortools.sat.python import cp_model

from staffing.solver.case import Case
from staffing.solver.moves.state import State

Cell = tuple[int, int]
"""Agent and day."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Units of the integers: `cover` per agent, `cost` per unit of currency."""

    cover: int = 100
    cost: int = 10_000


@dataclass(eq=False)
class RosterModel:
    """Variables by what they mean. Every Boolean and integer has a hint from `state`.

    Attributes
    ----------
    shift : (agent, day, option) -> Boolean
    off : (agent, day) -> Boolean
    pause : (agent, day, pattern, break, slot) -> Boolean, the break starts there
    work : (agent, slot) -> linear expression, 1 when at work in a free slot of a free day
    crew : (who, slot) -> agents whose `work` may be served by `who`: an agent, or (`grouped`) a group of like skills
    serve : (who, slot, queue) -> how many of them serve the queue, -1 for none
    """

    case: Case
    state: State
    free: tuple[Cell, ...]
    scale: Scale = Scale()
    shifts_free: bool = True
    days_free: bool = False
    grouped: bool = False
    groups: dict[str, cp_model.IntVar] = field(default_factory=dict)
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    shift: dict[tuple[int, int, int], cp_model.IntVar] = field(default_factory=dict)
    off: dict[Cell, cp_model.IntVar] = field(default_factory=dict)
    pause: dict[tuple[int, int, int, int, int], cp_model.IntVar] = field(default_factory=dict)
    serve: dict[tuple[int, int, int], cp_model.IntVar] = field(default_factory=dict)
    crew: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    work: dict[tuple[int, int], Any] = field(default_factory=dict)
    cost: list[tuple[Any, int]] = field(default_factory=list)
    constant: float = 0.0

    def flag(self, name: str, hint: bool) -> cp_model.IntVar:
        """A new Boolean with its hint."""
        variable = self.cp.new_bool_var(name)
        self.cp.add_hint(variable, hint)
        return variable

    def number(self, low: int, high: int, name: str, hint: int) -> cp_model.IntVar:
        """A new integer with its hint."""
        variable = self.cp.new_int_var(low, high, name)
        self.cp.add_hint(variable, min(max(hint, low), high))
        return variable

    def post(self, rule: str, constraint: Any) -> None:
        """Add a constraint of `rule`; where the rule has a switch, it holds only while the switch is on."""
        added = self.cp.add(constraint)
        if rule in self.groups:
            added.only_enforce_if(self.groups[rule])

    def pay(self, expression: Any, price: float, *, per_cover: bool = False) -> None:
        """Add `price` per unit of `expression` (per agent when it counts coverage units) to the cost."""
        factor = self.scale.cost / self.scale.cover if per_cover else self.scale.cost
        self.cost.append((expression, round(price * factor)))

    def group(self, who: int) -> int:
        """Group of one that serves: `who` is a group or an agent."""
        return who if self.grouped else int(self.case.tables.group[who])

    def options(self, agent: int, day: int) -> list[tuple[int, cp_model.IntVar]]:
        """Options of a free cell with their variables."""
        tb = self.case.tables
        row = agent * tb.days + day
        rows = range(int(tb.first[row]), int(tb.first[row + 1]))
        return [(o, self.shift[agent, day, o]) for o in rows if (agent, day, o) in self.shift]

    def worked(self, agent: int, day: int) -> Any:
        """1 when a shift starts: an expression on a free cell, a number elsewhere."""
        if (agent, day) in self.off:
            return 1 - self.off[agent, day]
        if (agent, day) in self.free_set:
            return 1
        return int(self.state.choice[agent, day] >= 0)

    def __post_init__(self) -> None:
        self.free_set = set(self.free)

    @property
    def agents(self) -> list[int]:
        """Agents with a free day, in order."""
        return sorted({agent for agent, _ in self.free})

    def minimise(self) -> None:
        """Set the objective from everything priced."""
        self.cp.minimize(sum(expression * price for expression, price in self.cost if price))


def cells(state: State, agents: Iterable[int], days: Iterable[int], *, working: bool) -> tuple[Cell, ...]:
    """Agent-days, only those with a shift when `working`."""
    chosen = list(days)
    return tuple((a, d) for a in agents for d in chosen if not working or state.choice[a, d] >= 0)
