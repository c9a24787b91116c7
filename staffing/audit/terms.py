"""Small words that all rules share."""

from collections.abc import Callable, Iterator

import numpy as np

from staffing.domain.arrays import IntArray
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import WORK, Roster

HARD, SOFT = "hard", "soft"
EPSILON = 1e-9
Check = Callable[[RosterProblem, Roster], Iterator[Violation]]


def hard(rule: str, agent: int | np.integer, day: int | np.integer, **detail: str | float) -> Violation:
    """A broken rule of one agent's day that makes the roster illegal."""
    return Violation(rule, HARD, int(agent), int(day), detail)


def serving_rows(roster: Roster) -> IntArray:
    """Rows of work on a queue."""
    return np.flatnonzero((roster.activity == WORK) & (roster.queue >= 0))


def same_ground(problem: RosterProblem, roster: Roster) -> None:
    """Refuse a roster whose indices do not mean what the problem's mean.

    Raises
    ------
    ValueError
        When grid, agents or queues differ.
    """
    if roster.grid != problem.grid:
        raise ValueError("roster and problem are not on the same grid")
    if roster.agents != tuple(agent.id for agent in problem.agents) or roster.queues != problem.queues:
        raise ValueError("roster and problem do not list the same agents and queues")
