"""A shift in the night is not longer than the labour rules allow night work to be."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.fits import paid_minutes
from staffing.audit.shifts import shift_table
from staffing.audit.terms import hard
from staffing.domain.duties import night_minutes
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "tour", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per shift with enough elapsed minutes in the preset's night and too many paid ones."""
    laws = [law for law in problem.rules.labour if law.night_hours is not None]
    if not laws:
        return
    table = shift_table(roster)
    paid = paid_minutes(problem, roster, table)
    for law in laws:
        assert law.night_hours is not None
        limit = law.night_shift_minutes_max or 0
        night = night_minutes(problem.grid, law.night_hours, table.start, table.end)
        for shift in np.flatnonzero((night >= law.night_minutes_min) & (paid > limit)):
            yield hard(
                "night_length",
                table.agent[shift],
                table.day[shift],
                law=law.id,
                paid_min=int(paid[shift]),
                limit_min=limit,
            )
