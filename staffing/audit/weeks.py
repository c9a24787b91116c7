"""Paid minutes and shifts of each agent's weeks, and the limits they must keep."""

import numpy as np

from staffing.audit.fits import paid_minutes
from staffing.audit.shifts import ShiftTable, shift_table
from staffing.domain.arrays import IntArray
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import Roster


def week_paid(problem: RosterProblem, roster: Roster) -> IntArray:
    """Paid minutes of each week, shape (agents, weeks); a shift counts in the week of its day."""
    table = shift_table(roster)
    return _per_week(problem, table, paid_minutes(problem, roster, table))


def day_paid(problem: RosterProblem, roster: Roster) -> IntArray:
    """Paid minutes of each day of the horizon, shape (agents, days); a shift counts on the day it starts."""
    table = shift_table(roster)
    inside = table.within(problem.grid.days)
    paid = np.zeros((len(problem.agents), problem.grid.days), dtype=np.int64)
    np.add.at(paid, (table.agent[inside], table.day[inside]), paid_minutes(problem, roster, table)[inside])
    return paid


def week_shifts(problem: RosterProblem, roster: Roster) -> IntArray:
    """Shifts of each week, shape (agents, weeks)."""
    table = shift_table(roster)
    return _per_week(problem, table, np.ones(len(table), dtype=np.int64))


def week_limits(problem: RosterProblem) -> IntArray:
    """Paid minutes min and max, days min and max after leave, shape (agents, weeks, 4)."""
    contract = {contract.id: number for number, contract in enumerate(problem.contracts)}
    known: dict[tuple[int, int], tuple[int, int, int, int]] = {}
    limits = np.zeros((len(problem.agents), problem.weeks, 4), dtype=np.int64)
    for agent, person in enumerate(problem.agents):
        for week in range(problem.weeks):
            key = (contract[person.contract], int(problem.leave_days[agent, week]))
            if key not in known:
                known[key] = problem.week_limits(agent, week)
            limits[agent, week] = known[key]
    return limits


def overtime_allowed(problem: RosterProblem) -> IntArray:
    """Minutes beyond the weekly maximum that the contract allows, shape (agents,)."""
    by_contract = {contract.id: contract.overtime_minutes_max for contract in problem.contracts}
    return np.array([by_contract[agent.contract] for agent in problem.agents], dtype=np.int64)


def whole_weeks(problem: RosterProblem) -> int:
    """Number of weeks of seven days; a last part of a week cannot be judged on what its week must reach."""
    return problem.grid.days // 7


def _per_week(problem: RosterProblem, table: ShiftTable, amount: IntArray) -> IntArray:
    sums = np.zeros((len(problem.agents), problem.weeks), dtype=np.int64)
    inside = table.within(problem.grid.days)
    np.add.at(sums, (table.agent[inside], table.day[inside] // 7), amount[inside])
    return sums
