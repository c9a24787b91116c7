"""Not too many weekends worked in a period."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.shifts import shift_table
from staffing.audit.terms import hard
from staffing.domain.duties import SATURDAY
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "tour", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per agent and period, on its first day in the horizon.

    A weekend is worked when a shift starts on its Saturday or its Sunday; one that the edge of a period cuts counts
    in each period with a day worked. Weekends before the horizon in the same period count.
    """
    limit, periods, grid = problem.rules.weekends_max_per_period, problem.periods, problem.grid
    if limit is None:
        return
    worked = shift_table(roster).worked(len(problem.agents), grid.days)
    ends = np.flatnonzero(grid.weekday >= SATURDAY)
    # Saturdays by number from the horizon's first day; -1 is the Saturday directly before it.
    saturday = ends - (grid.weekday[ends] - SATURDAY)
    for period in range(len(periods.first)):
        own = periods.of_day[ends] == period
        count = np.zeros(len(problem.agents), dtype=np.int64)
        for number in np.unique(saturday[own]):
            at_work = worked[:, ends[own & (saturday == number)]].any(axis=1)
            known = problem.carried.weekend > 0 if period == 0 and number < 0 else np.zeros(len(count), dtype=bool)
            count += at_work & ~known
        total = count + (problem.carried.weekends if period == 0 else 0)
        for agent in np.flatnonzero((total > limit) & (count > 0)):
            day = int(np.argmax(periods.of_day == period))
            yield hard("period_weekends", agent, day, weekends=int(total[agent]), limit=limit)
