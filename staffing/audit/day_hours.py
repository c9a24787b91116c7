"""A shift is not longer than the labour rules allow a day to be."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.fits import paid_minutes
from staffing.audit.shifts import shift_table
from staffing.audit.terms import hard
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "tour", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per shift whose paid minutes, overtime included, are too many."""
    laws = [law for law in problem.rules.labour if law.day_minutes_max is not None]
    if not laws:
        return
    table = shift_table(roster)
    paid = paid_minutes(problem, roster, table)
    for law in laws:
        limit = law.day_minutes_max or 0
        for shift in np.flatnonzero(paid > limit):
            yield hard(
                "day_hours",
                table.agent[shift],
                table.day[shift],
                law=law.id,
                paid_min=int(paid[shift]),
                limit_min=limit,
            )
