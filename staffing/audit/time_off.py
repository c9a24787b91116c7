"""No shift over an absence; fixed training and meetings stand inside a shift."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.shifts import ShiftTable, shift_table
from staffing.audit.terms import hard
from staffing.domain.arrays import IntArray
from staffing.domain.problem import FixedTime, RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import OFF_PHONE, Roster, activity_code

CLASS, SEVERITY = "filter", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """Fault ``absent`` per shift, with the kind of the absence, or ``missing`` per fixed time that does not stand.

    A fixed time that meets an absence of the same agent, or began before the horizon, is not asked for.
    """
    table = shift_table(roster)
    blocked = np.zeros((len(problem.agents), problem.grid.n + 1), dtype=np.int64)
    np.cumsum(problem.blocked, axis=1, out=blocked[:, 1:])
    lost = _between(blocked, table.agent, table.start, table.end) + _lost_later(problem, table)
    for shift in np.flatnonzero(lost):
        agent, minutes = int(table.agent[shift]), int(lost[shift]) * problem.grid.step_min
        kind = _absence(problem, agent, int(table.start[shift]), int(table.end[shift]))
        yield hard("time_off", agent, table.day[shift], fault="absent", kind=kind, minutes=minutes)
    rows = np.flatnonzero(np.isin(roster.activity, OFF_PHONE))
    columns = (roster.agent[rows], roster.start[rows], roster.end[rows], roster.activity[rows])
    placed = set(zip(*(column.tolist() for column in columns), strict=True))
    for fixed in problem.fixed:
        if not fixed.on_shift or not 0 <= fixed.start < problem.grid.n:
            continue
        absent = _between(blocked, np.array([fixed.agent]), np.array([fixed.start]), np.array([fixed.end]))[0]
        if not absent and (fixed.agent, fixed.start, fixed.end, activity_code(fixed.kind)) not in placed:
            minutes = (fixed.end - fixed.start) * problem.grid.step_min
            day = int(problem.grid.day_of(fixed.start))
            yield hard("time_off", fixed.agent, day, fault="missing", kind=fixed.kind, minutes=minutes)


def _between(sums: IntArray, agent: IntArray, start: IntArray, end: IntArray) -> IntArray:
    last = sums.shape[1] - 1
    inside: IntArray = sums[agent, np.clip(end, 0, last)] - sums[agent, np.clip(start, 0, last)]
    return inside


def _lost_later(problem: RosterProblem, table: ShiftTable) -> IntArray:
    """Steps beyond the horizon in which a shift meets an absence that reaches there, shape (shifts,)."""
    lost = np.zeros(len(table), dtype=np.int64)
    for fixed in problem.fixed:
        if not fixed.on_shift and fixed.end > problem.grid.n:
            common = np.minimum(table.end, fixed.end) - np.maximum(table.start, problem.grid.n)
            lost += np.where(table.agent == fixed.agent, np.maximum(common, 0), 0)
    return lost


def _absence(problem: RosterProblem, agent: int, start: int, end: int) -> str:
    def meets(fixed: FixedTime) -> bool:
        return fixed.agent == agent and not fixed.on_shift and fixed.start < end and start < fixed.end

    return next((fixed.kind for fixed in problem.fixed if meets(fixed)), "not_employed")
