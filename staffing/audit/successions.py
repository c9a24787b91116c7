"""No forbidden shift type on the day after another."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.fits import counted_types
from staffing.audit.shifts import shift_table
from staffing.audit.terms import hard
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "tour", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per day whose shift may not follow the one of the day before; that before the horizon counts."""
    names = [shift.id for shift in problem.shifts]
    table = shift_table(roster)
    inside = np.flatnonzero(table.within(problem.grid.days))
    kind = np.full((len(problem.agents), problem.grid.days + 1), -1, dtype=np.int64)
    kind[:, 0] = problem.carried.shift
    kind[table.agent[inside], table.day[inside] + 1] = counted_types(problem, table)[inside]
    for earlier, later in problem.rules.forbidden_successions:
        pair = (kind[:, :-1] == names.index(earlier)) & (kind[:, 1:] == names.index(later))
        for agent, day in np.argwhere(pair):
            yield hard("successions", agent, day, before=earlier, shift=later)
