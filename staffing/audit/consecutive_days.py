"""Not too many days worked in a row."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.shifts import shift_table
from staffing.audit.terms import hard
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "tour", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per run of days, on the first day beyond the limit; `days` is the length of the whole run."""
    days, limit = problem.grid.days, problem.rules.max_consecutive_days
    worked = shift_table(roster).worked(len(problem.agents), days)
    run = problem.run_before
    first_beyond = np.full(len(problem.agents), -1)
    for day in range(days + 1):
        goes_on = worked[:, day] if day < days else np.zeros(len(problem.agents), dtype=bool)
        for agent in np.flatnonzero((first_beyond >= 0) & ~goes_on):
            yield hard("consecutive_days", agent, first_beyond[agent], days=int(run[agent]), limit=limit)
        run = np.where(goes_on, run + 1, 0)
        first_beyond = np.where(~goes_on, -1, np.where((run > limit) & (first_beyond < 0), day, first_beyond))
