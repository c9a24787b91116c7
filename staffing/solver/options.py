"""Shift options: what shifts an agent may have on each day, before any rule about several days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import IntArray
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import BREAK, MEAL
from staffing.domain.shift import BreakType, ShiftType


@dataclass(frozen=True, eq=False)
class Patterns:
    """Breaks of every (shift type, length) in slots; breaks of pattern p are rows first[p] to first[p + 1]."""

    number: dict[tuple[str, int], int]
    first: IntArray
    length: IntArray
    lo: IntArray
    hi: IntArray
    gap: IntArray
    code: IntArray


@dataclass(frozen=True, eq=False)
class DayOptions:
    """Options of one contract on one day, sorted by start then end; arrays (options,)."""

    start: IntArray
    end: IntArray
    paid_min: IntArray
    pattern: IntArray


def make_patterns(problem: RosterProblem) -> Patterns:
    """Compile break rules; equal rules share a pattern.

    A break of a part of a slot takes the whole slot; windows and spacings are rounded inwards.
    """
    step, types = problem.grid.step_min, problem.break_types()
    number: dict[tuple[str, int], int] = {}
    known: dict[tuple[tuple[int, ...], ...], int] = {}
    for shift in problem.shifts:
        for minutes in shift.lengths_min:
            rows = tuple(_row(pause, minutes, step) for pause in shift.breaks_for(minutes, types))
            number[shift.id, minutes] = known.setdefault(rows, len(known))
    flat = [row for rows in known for row in rows]
    table = np.array(flat, dtype=np.int64).reshape(-1, 5).T.copy()
    first = np.concatenate([[0], np.cumsum([len(rows) for rows in known])]).astype(np.int64)
    return Patterns(number, first, *table)


def _row(pause: BreakType, shift_min: int, step: int) -> tuple[int, int, int, int, int]:
    """(slots, first offset, last offset, gap, activity code) of one break in a shift of that length."""
    slots, gap = -(-pause.minutes // step), -(-pause.spacing_min // step)
    last = min(pause.latest_min // step, shift_min // step - slots - gap)
    code = MEAL if pause.kind == "meal" else BREAK
    return slots, max(-(-pause.earliest_min // step), gap), last, gap, code


def contract_options(problem: RosterProblem, shifts: tuple[ShiftType, ...], patterns: Patterns) -> list[DayOptions]:
    """Options of each day of the horizon for a contract with these shift types.

    A wall-clock minute that a day shows twice allows two starts, one that it leaves out none.
    """
    grid, types = problem.grid, problem.break_types()
    days = []
    for day in range(grid.days):
        first = int(grid.day_start[day])
        minutes = grid.minute[grid.day_slice(day)]
        rows: dict[tuple[int, int, int], int] = {}
        for shift in shifts:
            if int(grid.weekday[day]) not in shift.weekdays:
                continue
            starts = np.flatnonzero(np.isin(minutes, shift.starts_min)) + first
            for length in shift.lengths_min:
                if length % grid.step_min:
                    continue
                pattern = patterns.number[shift.id, length]
                paid = shift.paid_min(length, types)
                for start in starts:
                    rows.setdefault((int(start), int(start) + length // grid.step_min, pattern), paid)
        table = np.array([(*key, paid) for key, paid in sorted(rows.items())], dtype=np.int64).reshape(-1, 4)
        days.append(DayOptions(table[:, 0], table[:, 1], table[:, 3], table[:, 2]))
    return days


def fits_type(problem: RosterProblem, shift: ShiftType, day: int, options: DayOptions) -> np.ndarray:
    """Whether each option's start, weekday and length fit the shift type, shape (options,)."""
    grid = problem.grid
    good = np.isin(grid.minute[options.start], shift.starts_min) & (int(grid.weekday[day]) in shift.weekdays)
    return np.asarray(good & np.isin((options.end - options.start) * grid.step_min, shift.lengths_min))
