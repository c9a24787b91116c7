"""Sums over days that several rules need: how many marked shifts an agent has."""

from collections.abc import Iterable
from typing import Any

from staffing.domain.arrays import IntArray
from staffing.solver.cpsat.model import RosterModel


def marked(model: RosterModel, column: IntArray, bits: int, agent: int, days: Iterable[int]) -> Any:
    """Shifts of `agent` on `days` whose option has one of `bits` in `column`: a number where nothing is free."""
    total: Any = 0
    for day in days:
        if (agent, day) in model.free_set:
            total += sum(chosen for option, chosen in model.options(agent, day) if int(column[option]) & bits)
        elif model.state.choice[agent, day] >= 0:
            total += int(int(column[model.state.choice[agent, day]]) & bits > 0)
    return total


def at_most(model: RosterModel, rule: str, total: Any, limit: int) -> None:
    """Post a limit unless nothing in it is free."""
    if not isinstance(total, int):
        model.post(rule, total <= limit)
