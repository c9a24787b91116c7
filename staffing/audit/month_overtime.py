"""Overtime of a calendar month stays inside what the labour rules allow, what was worked before the plan included."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.terms import hard
from staffing.audit.weeks import day_paid
from staffing.domain.arrays import IntArray
from staffing.domain.labour import LabourRules
from staffing.domain.overtime import days_before, months_of, overtime_by_day
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

CLASS, SEVERITY = "tour", "hard"


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per agent and month, on the first day of the plan in it that has overtime.

    What the past alone has used up is not told: the plan must add to it.
    """
    laws = [law for law in problem.rules.labour if law.overtime_month_minutes is not None]
    if not laws:
        return
    paid = day_paid(problem, roster)
    known = problem.paid_before.shape[1]
    months = months_of((*days_before(problem.grid.first_day, known), *problem.grid.dates))
    for law in laws:
        limit = law.overtime_month_minutes or 0
        beyond = overtime_of_days(law, problem, paid)
        for month in dict.fromkeys(months[known:]):
            inside = np.array([name == month for name in months])
            ahead = np.flatnonzero(inside[known:]) + known
            total = beyond[:, inside].sum(axis=1)
            for agent in np.flatnonzero((total > limit) & beyond[:, ahead].any(axis=1)):
                day = int(ahead[np.argmax(beyond[agent, ahead] > 0)]) - known
                yield hard("month_overtime", agent, day, law=law.id, paid_min=int(total[agent]), limit_min=limit)


def overtime_of_days(law: LabourRules, problem: RosterProblem, paid: IntArray) -> IntArray:
    """Overtime of the known days before the horizon and of its own, shape (agents, known + days)."""
    known = problem.paid_before.shape[1]
    return overtime_by_day(law, np.concatenate([problem.paid_before, paid], axis=1), known)
