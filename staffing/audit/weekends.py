"""Not too many Saturdays and Sundays worked in a week."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.shifts import shift_table
from staffing.audit.terms import hard
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "tour", "hard"
SATURDAY = 5


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per agent and week, on the first day of the week; a day is worked when a shift starts on it."""
    worked = shift_table(roster).worked(len(problem.agents), problem.grid.days)
    weekend = worked & (problem.grid.weekday >= SATURDAY)
    for week in range(problem.weeks):
        days = weekend[:, 7 * week : 7 * week + 7].sum(axis=1)
        for agent in np.flatnonzero(days > problem.rules.weekend_days_max):
            yield hard("weekends", agent, 7 * week, days=int(days[agent]), limit=problem.rules.weekend_days_max)
