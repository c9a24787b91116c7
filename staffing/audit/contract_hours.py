"""Paid minutes of a week lie inside the contract's limits after leave."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.terms import hard
from staffing.audit.weeks import overtime_allowed, week_limits, week_paid, whole_weeks
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "tour", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """Fault ``few`` or ``many`` on the first day of the week; a part of a week has no minimum."""
    paid, limits = week_paid(problem, roster), week_limits(problem)
    low, high = limits[:, :, 0].copy(), limits[:, :, 1] + overtime_allowed(problem)[:, None]
    low[:, whole_weeks(problem) :] = 0
    for agent, week in np.argwhere((paid < low) | (paid > high)):
        few = paid[agent, week] < low[agent, week]
        yield hard(
            "contract_hours",
            agent,
            7 * week,
            fault="few" if few else "many",
            paid_min=int(paid[agent, week]),
            limit_min=int((low if few else high)[agent, week]),
        )
