"""Prices of service: missing and idle agents, overdue and undone work."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.deferred import deferred_work
from staffing.domain.arrays import BoolArray, FloatArray
from staffing.domain.problem import RosterProblem
from staffing.domain.result import CostTerm
from staffing.domain.roster import WORK, Roster


def short_terms(problem: RosterProblem, roster: Roster) -> Iterator[CostTerm]:
    """Missing agents of answer queues in open slots; beyond the allowance at the severe price."""
    costs = problem.costs
    missing = np.maximum(0.0, problem.required - roster.coverage(problem.proficiency))
    allowance = np.maximum(1.0, costs.severe_share * problem.required)
    mild = np.minimum(missing, allowance)
    price = costs.short_per_h * mild + costs.short_severe_per_h * (missing - mild)
    yield from _by_day(problem, "short", price * _answered(problem))


def over_terms(problem: RosterProblem, roster: Roster) -> Iterator[CostTerm]:
    """Agents beyond the requirement of answer queues in open slots."""
    surplus = np.maximum(0.0, roster.coverage(problem.proficiency) - problem.required)
    yield from _by_day(problem, "over", problem.costs.over_per_h * surplus * _answered(problem))


def idle_terms(problem: RosterProblem, roster: Roster) -> Iterator[CostTerm]:
    """Agents on a deadline queue with no work left; skilled agents who work without a queue."""
    deferred = deferred_work(problem, roster.coverage(problem.proficiency))
    yield from _by_day(problem, "idle", deferred.idle_h / problem.grid.step_h * problem.costs.over_per_h)
    skilled: BoolArray = np.any(problem.proficiency > 0, axis=1)
    rows = np.flatnonzero((roster.activity == WORK) & (roster.queue < 0) & skilled[roster.agent])
    slots = np.clip(roster.end[rows], 0, problem.grid.n) - np.clip(roster.start[rows], 0, problem.grid.n)
    keys, place = np.unique(np.stack([roster.agent[rows], roster.day[rows]], axis=1), axis=0, return_inverse=True)
    for (agent, day), total in zip(keys, np.bincount(place.ravel(), weights=slots, minlength=len(keys)), strict=True):
        value = float(total) * problem.grid.step_h * problem.costs.over_per_h
        yield CostTerm("idle", value, agent=int(agent), day=int(day))


def overdue_terms(problem: RosterProblem, roster: Roster) -> Iterator[CostTerm]:
    """Overdue agent-hours, for as long as they are overdue in open slots."""
    deferred = deferred_work(problem, roster.coverage(problem.proficiency))
    yield from _by_day(problem, "overdue", problem.costs.overdue_per_h * deferred.overdue_h * problem.is_open)


def undone_terms(problem: RosterProblem, roster: Roster) -> Iterator[CostTerm]:
    """Work due within the horizon that is not done at its end."""
    deferred = deferred_work(problem, roster.coverage(problem.proficiency))
    for queue, hours in enumerate(deferred.undone_h):
        yield CostTerm("undone", float(hours) * problem.costs.short_severe_per_h, queue=queue)


def _answered(problem: RosterProblem) -> FloatArray:
    """1 in the open slots of answer queues, shape (queues, slots)."""
    return (problem.is_open & ~problem.deadline[:, None]).astype(float)


def _by_day(problem: RosterProblem, component: str, price_per_h: FloatArray) -> Iterator[CostTerm]:
    """One term per queue and day from a price per hour (queues, slots)."""
    sums = np.add.reduceat(price_per_h, problem.grid.day_start[:-1], axis=1) * problem.grid.step_h
    for queue, day in np.argwhere(sums > 0):
        yield CostTerm(component, float(sums[queue, day]), day=int(day), queue=int(queue))
