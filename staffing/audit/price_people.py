"""Prices of people: wages and overtime, unmet wishes, missing supervisors, changes of queue, activities."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.activities import unplaced
from staffing.audit.fits import start_minutes, window_fits
from staffing.audit.shifts import shift_table
from staffing.audit.span import missing_supervisors
from staffing.audit.weeks import week_limits, week_paid
from staffing.domain.arrays import BoolArray
from staffing.domain.duties import DUTIES, duty_marks
from staffing.domain.problem import AgentWish, RosterProblem
from staffing.domain.result import CostTerm
from staffing.domain.roster import WORK, Roster


def wage_terms(problem: RosterProblem, roster: Roster) -> Iterator[CostTerm]:
    """Paid hours of the shifts of each agent."""
    for agent, minutes in enumerate(week_paid(problem, roster).sum(axis=1)):
        yield CostTerm("wage", float(minutes) / 60 * problem.wage_per_h(agent), agent=agent)


def overtime_terms(problem: RosterProblem, roster: Roster) -> Iterator[CostTerm]:
    """What hours beyond the weekly maximum after leave cost on top of the wage."""
    beyond = np.maximum(0, week_paid(problem, roster) - week_limits(problem)[:, :, 1])
    for agent, week in np.argwhere(beyond > 0):
        extra = problem.wage_per_h(int(agent)) * (problem.costs.overtime_factor - 1)
        yield CostTerm("overtime", float(beyond[agent, week]) / 60 * extra, agent=int(agent), day=7 * int(week))


def wish_terms(problem: RosterProblem, roster: Roster) -> Iterator[CostTerm]:
    """Unmet wishes; a wish about the start or the type of a shift is met on a day off."""
    table = shift_table(roster)
    minutes, fits = start_minutes(problem, table), window_fits(problem, table)
    of_day = {key: shift for shift, key in enumerate(zip(table.agent.tolist(), table.day.tolist(), strict=True))}
    column = {shift.id: number for number, shift in enumerate(problem.shifts)}
    for wish in problem.wishes:
        shift = of_day.get((wish.agent, wish.day))
        if shift is None:
            unmet = wish.kind == "work"
        else:
            unmet = _unmet(wish, int(minutes[shift]), fits[shift], column)
        if unmet:
            value = wish.weight * problem.costs.wish_per_weight
            yield CostTerm("wish", value, agent=wish.agent, day=wish.day, detail=wish.kind)


def _unmet(wish: AgentWish, minute: int, fits: BoolArray, column: dict[str, int]) -> bool:
    """Whether a shift that starts at `minute` and fits these types disappoints the wish."""
    if wish.kind == "off":
        return True
    if wish.kind == "shift":
        return wish.shift not in column or not fits[column[wish.shift]]
    if wish.minute is None:
        return False
    return minute < wish.minute if wish.kind == "start>=" else minute > wish.minute


def fairness_terms(problem: RosterProblem, roster: Roster) -> Iterator[CostTerm]:
    """Weekend days, nights and late shifts: each further one of a person is dearer by `fairness` than the one before.

    What somebody had before the horizon counts as far as it is more than the least that anybody had.
    """
    if not problem.rules.fairness:
        return
    had = problem.duties_before.copy()
    table = shift_table(roster)
    inside = np.flatnonzero(table.within(problem.grid.days) & (table.start >= 0))
    agent, day = table.agent[inside], table.day[inside]
    marks = duty_marks(problem.grid, problem.rules, day, table.start[inside], table.end[inside])
    for person, when, own in zip(agent.tolist(), day.tolist(), marks, strict=True):
        had[person] += own
        for duty in np.flatnonzero(own):
            value = problem.rules.fairness * float(had[person, duty])
            yield CostTerm("fairness", value, agent=person, day=when, detail=DUTIES[duty])


def span_terms(problem: RosterProblem, roster: Roster) -> Iterator[CostTerm]:
    """Hours of missing supervisors by role and day."""
    for role, missing in missing_supervisors(problem, roster):
        for day, slots in enumerate(np.add.reduceat(missing, problem.grid.day_start[:-1])):
            value = float(slots) * problem.grid.step_h * problem.costs.span_per_h
            yield CostTerm("span", value, day=day, detail=role)


def switch_terms(problem: RosterProblem, roster: Roster) -> Iterator[CostTerm]:
    """Changes of queue inside the horizon between work segments of a shift that touch; no queue counts as a queue."""
    table = shift_table(roster)
    work = roster.activity == WORK
    change = (
        work[1:]
        & work[:-1]
        & (table.row_shift[1:] == table.row_shift[:-1])
        & (roster.start[1:] == roster.end[:-1])
        & (roster.queue[1:] != roster.queue[:-1])
        & (roster.start[1:] < problem.grid.n)
    )
    shifts, count = np.unique(table.row_shift[1:][change], return_counts=True)
    for shift, changes in zip(shifts, count, strict=True):
        value = float(changes) * problem.costs.switch_per_change
        yield CostTerm("switch", value, agent=int(table.agent[shift]), day=int(table.day[shift]))


def activity_terms(problem: RosterProblem, roster: Roster) -> Iterator[CostTerm]:
    """Hours of activities not placed as asked, for each agent concerned."""
    for activity, agent, _ in unplaced(problem, roster):
        value = activity.slots * problem.grid.step_h * problem.costs.short_severe_per_h
        yield CostTerm("activity", value, agent=agent, detail=activity.id)
