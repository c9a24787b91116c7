"""Which shift types a shift fits, and the paid minutes that follow from it."""

import numpy as np

from staffing.audit.shifts import ShiftTable
from staffing.domain.arrays import BoolArray, IntArray
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import BREAK, MEAL, Roster
from staffing.domain.shift import BreakType

KIND_CODE = {"break": BREAK, "meal": MEAL, "split": BREAK}
"""The long pause of a split shift is a break in the roster."""


def type_columns(problem: RosterProblem) -> list[list[int]]:
    """For each agent the columns (positions in ``problem.shifts``) of the contract's shift types, in its order."""
    column = {shift.id: number for number, shift in enumerate(problem.shifts)}
    of_contract = {contract.id: [column[shift] for shift in contract.shifts] for contract in problem.contracts}
    return [of_contract[agent.contract] for agent in problem.agents]


def allowed_types(problem: RosterProblem) -> BoolArray:
    """Whether the agent's contract names the shift type, shape (agents, types)."""
    allowed = np.zeros((len(problem.agents), len(problem.shifts)), dtype=bool)
    for agent, columns in enumerate(type_columns(problem)):
        allowed[agent, columns] = True
    return allowed


def start_minutes(problem: RosterProblem, table: ShiftTable) -> IntArray:
    """Local minute of the day at which each shift starts, -1 outside the horizon, shape (shifts,)."""
    inside = (table.start >= 0) & (table.start < problem.grid.n)
    minutes = np.full(len(table), -1, dtype=np.int64)
    minutes[inside] = problem.grid.minute[table.start[inside]]
    return minutes


def length_minutes(problem: RosterProblem, table: ShiftTable) -> IntArray:
    """Elapsed minutes of each shift, shape (shifts,)."""
    return (table.end - table.start) * problem.grid.step_min


def window_fits(problem: RosterProblem, table: ShiftTable) -> BoolArray:
    """Whether start, weekday and length fit each type, whatever the contract and the breaks, shape (shifts, types)."""
    minute, length = start_minutes(problem, table), length_minutes(problem, table)
    weekday = (problem.grid.first_day.weekday() + table.day) % 7
    fits = np.zeros((len(table), len(problem.shifts)), dtype=bool)
    for column, shift in enumerate(problem.shifts):
        fits[:, column] = (
            np.isin(minute, shift.starts_min) & np.isin(weekday, shift.weekdays) & np.isin(length, shift.lengths_min)
        )
    return fits


def counted_types(problem: RosterProblem, table: ShiftTable) -> IntArray:
    """Shift type that each shift counts as, shape (shifts,): position in ``problem.shifts``, -1 for none.

    The first type of the agent's contract whose start, weekday and length fit, whatever the breaks.
    """
    fits = window_fits(problem, table)
    counted = np.full(len(table), -1, dtype=np.int64)
    columns = type_columns(problem)
    for contract in {tuple(row) for row in columns}:
        of_agent = np.array([tuple(row) == contract for row in columns], dtype=bool)
        for column in reversed(contract):
            counted[of_agent[table.agent] & fits[:, column]] = column
    return counted


def break_rows(roster: Roster, table: ShiftTable) -> tuple[IntArray, IntArray, IntArray]:
    """Rows of the break and meal segments, and for each shift the first of them and their number."""
    rows = np.flatnonzero((roster.activity == BREAK) | (roster.activity == MEAL))
    owner = table.row_shift[rows]
    first = np.searchsorted(owner, np.arange(len(table)), side="left")
    after = np.searchsorted(owner, np.arange(len(table)), side="right")
    return rows, first, after - first


def break_fits(problem: RosterProblem, roster: Roster, table: ShiftTable) -> BoolArray:
    """Whether window and breaks together fit each type, whatever the contract, shape (shifts, types)."""
    step, types = problem.grid.step_min, problem.break_types()
    rows, first, count = break_rows(roster, table)
    length = length_minutes(problem, table)
    fits = window_fits(problem, table)
    for column, shift in enumerate(problem.shifts):
        for minutes in shift.lengths_min:
            wanted = shift.breaks_for(minutes, types)
            chosen = np.flatnonzero(fits[:, column] & (length == minutes))
            good = count[chosen] == len(wanted)
            fits[chosen[~good], column] = False
            chosen = chosen[good]
            free_from = table.start[chosen]
            for place, pause in enumerate(wanted):
                row = rows[first[chosen] + place]
                offset = (roster.start[row] - table.start[chosen]) * step
                fits[chosen, column] &= (
                    (roster.activity[row] == KIND_CODE[pause.kind])
                    & (roster.end[row] - roster.start[row] == pause_slots(pause, step))
                    & (offset >= pause.earliest_min)
                    & (offset <= pause.latest_min)
                    & ((roster.start[row] - free_from) * step >= pause.spacing_min)
                    & ((table.end[chosen] - roster.end[row]) * step >= pause.spacing_min)
                )
                free_from = roster.end[row]
    return fits


def pause_slots(pause: BreakType, step_min: int) -> int:
    """Slots a break takes; a part of a slot takes the whole of it."""
    return -(-pause.minutes // step_min)


def paid_minutes(problem: RosterProblem, roster: Roster, table: ShiftTable) -> IntArray:
    """Paid minutes of each shift, shape (shifts,).

    The first type of the contract that fits with its breaks says which breaks are paid. In a shift that
    fits none, each break counts as the first break type of its kind and minutes, else of its kind.
    """
    types = problem.break_types()
    fits = break_fits(problem, roster, table)
    length = length_minutes(problem, table)
    paid = length - _unpaid_by_kind(problem, roster, table)
    columns = type_columns(problem)
    for contract in {tuple(row) for row in columns}:
        of_agent = np.array([tuple(row) == contract for row in columns], dtype=bool)
        for column in reversed(contract):
            for minutes in problem.shifts[column].lengths_min:
                hit = of_agent[table.agent] & fits[:, column] & (length == minutes)
                paid[hit] = problem.shifts[column].paid_min(minutes, types)
    return paid


def _unpaid_by_kind(problem: RosterProblem, roster: Roster, table: ShiftTable) -> IntArray:
    step = problem.grid.step_min
    rows, _, _ = break_rows(roster, table)
    minutes = (roster.end[rows] - roster.start[rows]) * step
    unpaid = roster.activity[rows] == MEAL
    for pause in reversed(problem.breaks):
        unpaid[roster.activity[rows] == KIND_CODE[pause.kind]] = not pause.paid
    for pause in reversed(problem.breaks):
        same = (roster.activity[rows] == KIND_CODE[pause.kind]) & (minutes == pause_slots(pause, step) * step)
        unpaid[same] = not pause.paid
    lost = np.bincount(table.row_shift[rows[unpaid]], weights=minutes[unpaid], minlength=len(table))
    return lost.astype(np.int64)
