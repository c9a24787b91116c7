"""A long shift holds the pauses that the labour rules ask for."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.fits import break_rows, length_minutes
from staffing.audit.shifts import shift_table
from staffing.audit.terms import hard
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "tour", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per shift with too little pause, breaks and meals together; lengths are elapsed."""
    laws = [law for law in problem.rules.labour if law.breaks]
    if not laws:
        return
    table = shift_table(roster)
    rows, first, count = break_rows(roster, table)
    total = np.concatenate([[0], np.cumsum(roster.end[rows] - roster.start[rows])]) * problem.grid.step_min
    pause = total[first + count] - total[first]
    length = length_minutes(problem, table)
    for law in laws:
        for shift in range(len(table)):
            asked = law.break_minutes(int(length[shift]))
            if asked is not None and (not count[shift] or pause[shift] < asked):
                yield hard(
                    "break_duty",
                    table.agent[shift],
                    table.day[shift],
                    law=law.id,
                    length_min=int(length[shift]),
                    minutes=int(pause[shift]),
                    limit=asked,
                )
