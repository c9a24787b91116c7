"""Rest between the end of a shift and the start of the next."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.shifts import running_end, shift_table
from staffing.audit.terms import EPSILON, hard
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "tour", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per shift that starts too early, in elapsed hours; the last shift before the horizon counts."""
    table = shift_table(roster)
    free_from = np.maximum(running_end(table.agent, table.end), problem.last_end[table.agent])
    rest_h = (table.start - free_from) * problem.grid.step_h
    for shift in np.flatnonzero(rest_h < problem.rules.rest_h - EPSILON):
        yield hard(
            "rest", table.agent[shift], table.day[shift], rest_h=float(rest_h[shift]), limit_h=problem.rules.rest_h
        )
