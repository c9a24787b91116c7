"""What one agent more or fewer is worth in each slot of each queue: the guide where the planner leaves a choice."""

import numpy as np

from staffing.audit import deferred_work
from staffing.domain.arrays import FloatArray
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import Roster


def loss_of_one(problem: RosterProblem, roster: Roster) -> FloatArray:
    """Cost of one agent less on each queue in each slot, shape (queues, slots); negative where agents are too many."""
    return _change(problem, roster, -1.0)


def gain_of_one(problem: RosterProblem, roster: Roster) -> FloatArray:
    """Cost saved by one agent more on each queue in each slot, shape (queues, slots); a closed queue saves nothing."""
    return np.where(problem.is_open, -_change(problem, roster, 1.0), -problem.costs.short_severe_per_h)


def _change(problem: RosterProblem, roster: Roster, agents: float) -> FloatArray:
    """Change of the price of service per slot when `agents` more serve a queue there."""
    coverage, queues = roster.coverage(problem.proficiency), len(problem.queues)
    most, weight = problem.missing_mildly, problem.short_weights
    now = _price(problem, problem.required, coverage, most[:queues], weight[:queues])
    change = _price(problem, problem.required, coverage + agents, most[:queues], weight[:queues]) - now
    if len(problem.pool_member):
        together, required = problem.pool_member @ coverage, problem.pool_required
        now = _price(problem, required, together, most[queues:], weight[queues:])
        pooled = _price(problem, required, together + agents, most[queues:], weight[queues:]) - now
        change = change + problem.pool_member.T @ (pooled * problem.pool_counts)
    if problem.deadline.any():
        change = np.where(problem.deadline[:, None], _deferred(problem, coverage, agents), change)
    return np.asarray(change * problem.grid.step_h)


def _price(
    problem: RosterProblem, required: FloatArray, coverage: FloatArray, most: FloatArray, weight: FloatArray
) -> FloatArray:
    """Price per hour of agents missing, of whom `most` at the lower price, at its `weight`, and of too many."""
    costs = problem.costs
    missing = np.maximum(0.0, required - coverage)
    mild = np.minimum(missing, most)
    surplus = np.maximum(0.0, coverage - required)
    return np.asarray(
        weight * (costs.short_per_h * mild + costs.short_severe_per_h * (missing - mild)) + costs.over_per_h * surplus
    )


def _deferred(problem: RosterProblem, coverage: FloatArray, agents: float) -> FloatArray:
    """Price per hour on deadline queues: an agent saves what is overdue later that day, or sits idle."""
    work = deferred_work(problem, coverage)
    costs, late = problem.costs, np.zeros_like(coverage)
    for day in range(problem.grid.days):
        span = problem.grid.day_slice(day)
        late[:, span] = np.maximum.accumulate(work.overdue_h[:, span][:, ::-1], axis=1)[:, ::-1]
    busy = work.idle_h <= 0
    if agents > 0:
        return np.where(busy & (late > 0), -costs.overdue_per_h, costs.over_per_h)
    return np.where(busy, costs.overdue_per_h, -costs.over_per_h)
