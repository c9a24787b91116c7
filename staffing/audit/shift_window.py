"""Start, weekday and length of a shift fit a shift type of the contract."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.fits import allowed_types, length_minutes, start_minutes, window_fits
from staffing.audit.shifts import shift_table
from staffing.audit.terms import hard
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "tour", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """Fault ``length``, ``weekday`` or ``start``: nearest miss among the contract's types; ``contract``: none of them.

    The wall-clock minute is compared, so that a start inside the hour that a spring day leaves out fits nothing.
    """
    table = shift_table(roster)
    minute, length = start_minutes(problem, table), length_minutes(problem, table)
    weekday = (problem.grid.first_day.weekday() + table.day) % 7
    fits, allowed = window_fits(problem, table), allowed_types(problem)[table.agent]
    wrong = ~(fits & allowed).any(axis=1) & (minute >= 0)
    for shift in np.flatnonzero(wrong):
        fault = "contract" if fits[shift].any() else "start"
        for column in np.flatnonzero(allowed[shift]):
            kind = problem.shifts[column]
            if minute[shift] in kind.starts_min and fault != "contract":
                fault = "length" if weekday[shift] in kind.weekdays else "weekday"
                if fault == "length":
                    break
        yield hard(
            "shift_window",
            table.agent[shift],
            table.day[shift],
            fault=fault,
            start_min=int(minute[shift]),
            length_min=int(length[shift]),
        )
