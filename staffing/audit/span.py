"""Enough supervisors at work for those they supervise, and somebody for each reserve queue."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.terms import SOFT
from staffing.domain.arrays import IntArray
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import WORK, Roster

CLASS, SEVERITY = "coupling", "soft"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per role or reserve queue and day, with no agent: hours missing and the most missing at once."""
    for role, missing in missing_supervisors(problem, roster):
        for day in range(problem.grid.days):
            lack = missing[problem.grid.day_slice(day)]
            if lack.any():
                detail: dict[str, str | float] = {
                    "role": role,
                    "hours": float(lack.sum() * problem.grid.step_h),
                    "most": int(lack.max()),
                    "first_min": int(problem.grid.minute[problem.grid.day_slice(day)][np.argmax(lack > 0)]),
                }
                yield Violation("span", SOFT, None, day, detail)


def missing_supervisors(problem: RosterProblem, roster: Roster) -> list[tuple[str, IntArray]]:
    """For each supervising role and reserve queue those missing in each slot, shape (slots,)."""
    return [
        (name, np.maximum(0, -(-_at_work(roster, led) // max_span) - _at_work(roster, heads)))
        for name, heads, led, max_span in problem.supervision()
    ]


def _at_work(roster: Roster, agents: IntArray) -> IntArray:
    """Number of `agents` with activity work in each slot, shape (slots,)."""
    rows = np.flatnonzero((roster.activity == WORK) & np.isin(roster.agent, agents))
    last = roster.grid.n
    change = np.bincount(np.clip(roster.start[rows], 0, last), minlength=last + 1)
    change = change - np.bincount(np.clip(roster.end[rows], 0, last), minlength=last + 1)
    return np.cumsum(change[:last])
