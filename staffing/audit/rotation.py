"""Days of a fixed pattern are as the pattern says."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.fits import window_fits
from staffing.audit.shifts import shift_table
from staffing.audit.terms import hard
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster
from staffing.domain.rotation import DAY_OFF, FREE_DAY

CLASS, SEVERITY = "filter", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per day: fault ``off`` (a shift on a day off), ``missing`` or ``other`` (than the type named).

    A day with a locked shift is not judged; nobody has to work where an absence meets the hours of the type.
    """
    table, days = shift_table(roster), problem.grid.days
    inside = np.flatnonzero(table.within(days))
    agent, day = table.agent[inside], table.day[inside]
    worked = table.worked(len(problem.agents), days)
    wanted = problem.pattern[agent, day]
    fits = window_fits(problem, table)[inside, np.maximum(wanted, 0)]
    right = np.zeros_like(worked)
    right[agent, day] = (wanted == FREE_DAY) | ((wanted >= 0) & fits)
    faults = {
        "off": worked & (problem.pattern == DAY_OFF),
        "other": worked & (problem.pattern >= 0) & ~right,
        "missing": ~worked & problem.pattern_due,
    }
    for fault, wrong in faults.items():
        for person, when in np.argwhere(wrong & ~problem.locked_days):
            kind = int(problem.pattern[person, when])
            yield hard("rotation", person, when, fault=fault, shift="" if kind < 0 else problem.shifts[kind].id)
