"""Not too many night shifts: in a week, in a period, on days in a row."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.shifts import shift_table
from staffing.audit.terms import hard
from staffing.domain.arrays import BoolArray
from staffing.domain.duties import DUTIES, duty_marks
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "tour", "hard"


def worked_duty(problem: RosterProblem, roster: Roster, duty: str) -> BoolArray:
    """Days on which a shift with that burden starts, shape (agents, days)."""
    table = shift_table(roster)
    inside = np.flatnonzero(table.within(problem.grid.days) & (table.start >= 0))
    agent, day = table.agent[inside], table.day[inside]
    marks = duty_marks(problem.grid, problem.rules, day, table.start[inside], table.end[inside])
    days = np.zeros((len(problem.agents), problem.grid.days), dtype=bool)
    days[agent, day] = marks[:, DUTIES.index(duty)]
    return days


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """Fault ``week`` on its first day, ``period`` on its first day in the horizon, ``row`` on each day beyond."""
    rules, periods = problem.rules, problem.periods
    night = worked_duty(problem, roster, "night")
    for week in range(problem.weeks):
        count = night[:, 7 * week : 7 * week + 7].sum(axis=1)
        for agent in np.flatnonzero(count > rules.nights_max_per_week):
            yield hard(
                "nights", agent, 7 * week, fault="week", nights=int(count[agent]), limit=rules.nights_max_per_week
            )
    if rules.nights_max_per_period is not None:
        for period in range(len(periods.first)):
            own = periods.of_day == period
            count = night[:, own].sum(axis=1) + (problem.carried.nights if period == 0 else 0)
            # What the past has used up already cannot be undone: only nights of the horizon break the rule.
            for agent in np.flatnonzero((count > rules.nights_max_per_period) & night[:, own].any(axis=1)):
                day = int(np.argmax(own))
                limit = rules.nights_max_per_period
                yield hard("nights", agent, day, fault="period", nights=int(count[agent]), limit=limit)
    if rules.nights_max_consecutive is not None:
        run = problem.carried.nights_run
        for day in range(problem.grid.days):
            run = np.where(night[:, day], run + 1, 0)
            for agent in np.flatnonzero(run > rules.nights_max_consecutive):
                limit = rules.nights_max_consecutive
                yield hard("nights", agent, day, fault="row", nights=int(run[agent]), limit=limit)
