"""Prices of service: missing and idle agents, overdue and undone work."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.deferred import deferred_work
from staffing.domain.arrays import BoolArray, FloatArray
from staffing.domain.problem import RosterProblem
from staffing.domain.result import CostTerm
from staffing.domain.roster import WORK, Roster


def short_terms(problem: RosterProblem, roster: Roster) -> Iterator[CostTerm]:
    """Missing agents of answer queues and of pools; beyond the allowance at the severe price."""
    coverage, queues = roster.coverage(problem.proficiency), len(problem.queues)
    most, weight = problem.missing_mildly, problem.short_weights
    price = weight[:queues] * _short_price(problem, problem.required, coverage, most[:queues])
    yield from _by_day(problem, "short", price * _answered(problem))
    if len(problem.pool_member):
        together = problem.pool_member @ coverage
        price = weight[queues:] * _short_price(problem, problem.pool_required, together, most[queues:])
        yield from _by_day(problem, "short", price * problem.pool_counts, problem.pool_names)


def over_terms(problem: RosterProblem, roster: Roster) -> Iterator[CostTerm]:
    """Agents beyond the requirement: of outermost pools, and of answer queues that are in no pool in that slot."""
    coverage, counts = roster.coverage(problem.proficiency), problem.pool_counts
    alone = _answered(problem) * ~(problem.pool_member.T @ counts)
    surplus = np.maximum(0.0, coverage - problem.required)
    yield from _by_day(problem, "over", problem.costs.over_per_h * surplus * alone)
    if len(problem.pool_member):
        surplus = np.maximum(0.0, problem.pool_member @ coverage - problem.pool_required)
        price = problem.costs.over_per_h * surplus * problem.pool_outermost
        yield from _by_day(problem, "over", price, problem.pool_names)


def _short_price(problem: RosterProblem, required: FloatArray, coverage: FloatArray, most: FloatArray) -> FloatArray:
    """Price per hour of the agents missing in each row and slot, of whom `most` at the lower price."""
    costs = problem.costs
    missing = np.maximum(0.0, required - coverage)
    mild = np.minimum(missing, most)
    return costs.short_per_h * mild + costs.short_severe_per_h * (missing - mild)


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


def _by_day(
    problem: RosterProblem, component: str, price_per_h: FloatArray, pools: tuple[str, ...] = ()
) -> Iterator[CostTerm]:
    """One term per row and day from a price per hour (rows, slots); rows are queues, or the `pools` named."""
    sums = np.add.reduceat(price_per_h, problem.grid.day_start[:-1], axis=1) * problem.grid.step_h
    for row, day in np.argwhere(sums > 0):
        if pools:
            yield CostTerm(component, float(sums[row, day]), day=int(day), detail=pools[row])
        else:
            yield CostTerm(component, float(sums[row, day]), day=int(day), queue=int(row))
