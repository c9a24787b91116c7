"""An agent is in one place: segments do not overlap, a shift has no hole, one shift a day."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.shifts import NEVER, running_end, shift_table
from staffing.audit.terms import hard
from staffing.domain.arrays import BoolArray
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "tour", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """Faults: ``length``, ``overlap``, ``hole`` of a segment; ``outside``, ``day`` of a shift.

    Two absences of one agent may overlap. ``day``: the shift starts on another local day than the
    one it carries, so that two could start on one day.
    """
    on_shift = roster.on_shift
    before_any = running_end(roster.agent, roster.end)
    before_shift = running_end(roster.agent, np.where(on_shift, roster.end, NEVER))
    empty = roster.end <= roster.start
    overlap = roster.start < np.where(on_shift, before_any, before_shift)
    yield from _faults(problem, roster, "length", empty)
    yield from _faults(problem, roster, "overlap", overlap & ~empty)
    table = shift_table(roster)
    follows = on_shift.copy()
    follows[table.first] = False
    yield from _faults(problem, roster, "hole", follows & (roster.start > before_shift))
    outside = ~table.within(problem.grid.days) | (table.start < 0) | (table.start >= problem.grid.n)
    moved = ~outside & (problem.grid.day_of(table.start) != table.day)
    for fault, wrong in (("outside", outside), ("day", moved)):
        for shift in np.flatnonzero(wrong):
            start_day = int(problem.grid.day_of(table.start[shift]))
            yield hard("one_place", table.agent[shift], table.day[shift], fault=fault, start_day=start_day)


def _faults(problem: RosterProblem, roster: Roster, fault: str, wrong: BoolArray) -> Iterator[Violation]:
    for row in np.flatnonzero(wrong):
        minute = int(roster.start[row] - problem.grid.at(int(roster.day[row]), 0)) * problem.grid.step_min
        yield hard("one_place", roster.agent[row], roster.day[row], fault=fault, minute=minute)
