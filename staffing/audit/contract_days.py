"""Shifts of a week lie inside the contract's day limits after leave."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.terms import hard
from staffing.audit.weeks import week_limits, week_shifts, whole_weeks
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "tour", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """Fault ``few`` or ``many`` on the first day of the week; a part of a week has no minimum."""
    shifts, limits = week_shifts(problem, roster), week_limits(problem)
    low, high = limits[:, :, 2].copy(), limits[:, :, 3]
    low[:, whole_weeks(problem) :] = 0
    for agent, week in np.argwhere((shifts < low) | (shifts > high)):
        few = shifts[agent, week] < low[agent, week]
        yield hard(
            "contract_days",
            agent,
            7 * week,
            fault="few" if few else "many",
            days=int(shifts[agent, week]),
            limit=int((low if few else high)[agent, week]),
        )
