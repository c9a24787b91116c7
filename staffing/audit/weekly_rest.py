"""Every week holds one long block without a shift."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.shifts import ShiftTable, running_end, shift_table
from staffing.audit.terms import EPSILON, hard
from staffing.audit.weeks import whole_weeks
from staffing.domain.arrays import IntArray
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "tour", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per agent and whole week, on its first day, with the longest block in elapsed hours."""
    table = shift_table(roster)
    for week in range(whole_weeks(problem)):
        first, last = problem.grid.day_start[7 * week], problem.grid.day_start[7 * week + 7]
        longest_h = _longest_block(table, problem.last_end, int(first), int(last)) * problem.grid.step_h
        for agent in np.flatnonzero(longest_h < problem.rules.weekly_rest_h - EPSILON):
            yield hard(
                "weekly_rest", agent, 7 * week, rest_h=float(longest_h[agent]), limit_h=problem.rules.weekly_rest_h
            )


def _longest_block(table: ShiftTable, last_end: IntArray, first: int, last: int) -> IntArray:
    """Longest run of steps without a shift inside [first, last), shape (agents,)."""
    people = np.arange(len(last_end))
    inside = (table.start < last) & (table.end > first)
    # The end of the week closes the last block as a shift would; what reaches in from before opens the first.
    agent = np.concatenate([table.agent[inside], people])
    start = np.concatenate([np.maximum(table.start[inside], first), np.full(len(people), last)])
    end = np.concatenate([np.minimum(table.end[inside], last), np.full(len(people), last)])
    order = np.lexsort((start, agent))
    agent, start, end = agent[order], start[order], end[order]
    free_from = np.maximum(running_end(agent, end), np.maximum(first, last_end[agent]))
    longest = np.zeros(len(people), dtype=np.int64)
    np.maximum.at(longest, agent, start - free_from)
    return longest
