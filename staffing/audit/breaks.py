"""Breaks and meals of a shift are exactly those of a shift type that fits."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.fits import (
    KIND_CODE,
    allowed_types,
    break_fits,
    break_rows,
    length_minutes,
    pause_slots,
    window_fits,
)
from staffing.audit.shifts import ShiftTable, shift_table
from staffing.audit.terms import hard
from staffing.domain.arrays import IntArray
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster
from staffing.domain.shift import BreakType

CLASS, SEVERITY = "tour", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per shift, told against the first type of the contract whose window fits.

    Fault ``count``, ``kind``, ``minutes``, ``window`` or ``spacing``, with the break's place in order.
    A shift whose start or length fits no type breaks `shift_window` and is not judged here.
    """
    table = shift_table(roster)
    rows, first, count = break_rows(roster, table)
    allowed = allowed_types(problem)[table.agent]
    windows = window_fits(problem, table) & allowed
    wrong = windows.any(axis=1) & ~(break_fits(problem, roster, table) & allowed).any(axis=1)
    length = length_minutes(problem, table)
    for shift in np.flatnonzero(wrong):
        kind = problem.shifts[int(np.argmax(windows[shift]))]
        wanted = kind.breaks_for(int(length[shift]), problem.break_types())
        mine = rows[first[shift] : first[shift] + count[shift]]
        fault, place = _first_fault(roster, table, int(shift), mine, wanted, problem.grid.step_min)
        yield hard("breaks", table.agent[shift], table.day[shift], fault=fault, place=place, shift=kind.id)


def _first_fault(
    roster: Roster, table: ShiftTable, shift: int, rows: IntArray, wanted: tuple[BreakType, ...], step: int
) -> tuple[str, int]:
    if len(rows) != len(wanted):
        return "count", len(rows)
    free_from = int(table.start[shift])
    for place, (row, pause) in enumerate(zip(rows, wanted, strict=True)):
        start, end = int(roster.start[row]), int(roster.end[row])
        if roster.activity[row] != KIND_CODE[pause.kind]:
            return "kind", place
        if end - start != pause_slots(pause, step):
            return "minutes", place
        if not pause.earliest_min <= (start - table.start[shift]) * step <= pause.latest_min:
            return "window", place
        if min(start - free_from, table.end[shift] - end) * step < pause.spacing_min:
            return "spacing", place
        free_from = end
    return "spacing", len(wanted)
