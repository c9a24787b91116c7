"""Required against assigned agents, slot by slot."""

from dataclasses import dataclass

import numpy as np

from staffing.audit import deferred_work
from staffing.domain.arrays import BoolArray, FloatArray
from staffing.domain.timegrid import TimeGrid
from staffing.measures.least_crew import least_crew
from staffing.plan import Plan


@dataclass(frozen=True, eq=False)
class PoolCoverage:
    """Coverage of pools of queues, arrays (pools, slots).

    `assigned` are the agents on any of a pool's queues. `is_open` marks the slots in which the pool asks for more than
    its queues do one by one, `outermost` those in which no larger pool holds all its queues. `member` is
    (pools, queues).
    """

    names: tuple[str, ...]
    member: BoolArray
    is_open: BoolArray
    outermost: BoolArray
    required: FloatArray
    assigned: FloatArray
    expected_sl: FloatArray

    @property
    def gap(self) -> FloatArray:
        """Assigned less required; negative where agents are short."""
        return _gap(self.assigned, self.required)


@dataclass(frozen=True, eq=False)
class Coverage:
    """Coverage on the slot grid; arrays (queues, slots).

    `required` are rostered agents; of a queue in a pool only what it needs of its own while the others help. For a
    deadline queue they are the agents whose work was done in the slot plus those whose work became overdue in it, so a
    negative gap is exactly late work. `expected_sl` is the service level at the assigned agents less unplanned absence;
    for a deadline queue the share of the work due in the slot that is done in time (1 where none is due). It is 1 where
    there is no load or no curve.
    """

    grid: TimeGrid
    queues: tuple[str, ...]
    is_open: BoolArray
    required: FloatArray
    assigned: FloatArray
    expected_sl: FloatArray
    pools: PoolCoverage | None = None

    @property
    def parts(self) -> "tuple[tuple[tuple[str, ...], Coverage | PoolCoverage], ...]":
        """Names and rows of the queues, then, where there are any, those of the pools."""
        own: tuple[tuple[str, ...], Coverage | PoolCoverage] = (self.queues, self)
        return (own,) if self.pools is None else (own, (self.pools.names, self.pools))

    @property
    def gap(self) -> FloatArray:
        """Assigned less required; negative where agents are short."""
        return _gap(self.assigned, self.required)

    @property
    def needed(self) -> FloatArray:
        """Fewest agents that fill all open rows, of queues and of pools, shape (slots,)."""
        rows = np.where(self.is_open, self.required, 0.0)
        if self.pools is None:
            return np.asarray(rows.sum(axis=0))
        return least_crew(self.pools.member, rows, np.where(self.pools.is_open, self.pools.required, 0.0))

    @property
    def missing(self) -> FloatArray:
        """Fewest agents more that would fill all open rows, shape (slots,): one queue's surplus helps no other."""
        rows = np.where(self.is_open, np.maximum(0.0, -self.gap), 0.0)
        if self.pools is None:
            return np.asarray(rows.sum(axis=0))
        return least_crew(self.pools.member, rows, np.where(self.pools.is_open, np.maximum(0.0, -self.pools.gap), 0.0))

    @property
    def surplus(self) -> FloatArray:
        """Agents more than needed, shape (slots,): of outermost pools, and of queues in no pool in that slot."""
        spare = np.maximum(0.0, self.gap)
        if self.pools is None:
            return np.asarray(np.where(self.is_open, spare, 0.0).sum(axis=0))
        alone = self.is_open & ~(self.pools.member.T @ self.pools.is_open)
        pooled = np.where(self.pools.outermost, np.maximum(0.0, self.pools.gap), 0.0)
        return np.asarray(np.where(alone, spare, 0.0).sum(axis=0) + pooled.sum(axis=0))


def coverage(plan: Plan) -> Coverage:
    """Coverage of the plan's roster; without a roster nobody is assigned."""
    problem = plan.problem
    required = np.array(problem.required)
    assigned = np.zeros_like(required) if plan.roster is None else plan.roster.coverage(problem.proficiency)
    absent = np.array([plan.scenario.centre.queue(queue).unplanned_shrinkage for queue in problem.queues])
    present = plan.requirement.present(assigned, absent)
    expected = _answer_levels(plan, present)
    pools = _pools(plan, assigned, present)
    if pools is not None:
        # Whoever is free helps: a queue has the level of what its agents do alone, or of the pool's where it is better.
        for queues, level in zip(pools.member, pools.expected_sl, strict=True):
            expected[queues] = np.fmax(expected[queues], level)
    idle = np.repeat(plan.requirement.load_erl <= 0, _slots_per_interval(plan), axis=1)
    expected[idle | np.isnan(expected)] = 1.0
    if problem.deadline.any():
        work = deferred_work(problem, assigned)
        late_h = np.maximum(0.0, np.diff(work.overdue_h, axis=1, prepend=0.0))
        due_h = np.diff(problem.latest_h, axis=1, prepend=0.0)
        rows = problem.deadline
        required[rows] = ((work.done_h + late_h) / problem.grid.step_h)[rows]
        on_time = 1.0 - np.divide(late_h, due_h, out=np.zeros_like(late_h), where=due_h > 1e-9)
        expected[rows] = np.clip(on_time, 0.0, 1.0)[rows]
    return Coverage(problem.grid, problem.queues, problem.is_open, required, assigned, expected, pools)


def _gap(assigned: FloatArray, required: FloatArray) -> FloatArray:
    difference = assigned - required
    return np.where(np.abs(difference) < 1e-9, 0.0, difference)


def _slots_per_interval(plan: Plan) -> int:
    return plan.requirement.grid.step_min // plan.problem.grid.step_min


def _answer_levels(plan: Plan, present: FloatArray) -> FloatArray:
    """Service level by slot from the requirement's curves of single queues, NaN where there is none."""
    requirement = plan.requirement
    ratio = _slots_per_interval(plan)
    levels = np.full_like(present, np.nan)
    for curve in requirement.curves:
        if len(curve.queues) != 1 or curve.queues[0] not in requirement.queues:
            continue
        row = requirement.queues.index(curve.queues[0])
        for part in range(ratio):
            levels[row, part::ratio] = curve.at(present[row, part::ratio])
    return levels


def _pools(plan: Plan, assigned: FloatArray, present: FloatArray) -> PoolCoverage | None:
    """Coverage of the pools; a pool without a curve of its own is served as well as the larger pool around it."""
    problem, requirement = plan.problem, plan.requirement
    if not len(problem.pool_member):
        return None
    ratio = _slots_per_interval(plan)
    together, there = problem.pool_member @ assigned, problem.pool_member @ present
    levels = np.ones_like(together)
    curves = {curve.queues: curve for curve in requirement.curves if len(curve.queues) > 1}
    for row, need in sorted(enumerate(requirement.pools), key=lambda item: -len(item[1].queues)):
        curve = curves.get(need.queues)
        if curve is None:
            larger = [n for n, other in enumerate(requirement.pools) if set(need.queues) < set(other.queues)]
            levels[row] = levels[larger].min(axis=0, initial=1.0)
            continue
        for part in range(ratio):
            levels[row, part::ratio] = curve.at(there[row, part::ratio])
    return PoolCoverage(
        names=problem.pool_names,
        member=problem.pool_member,
        is_open=problem.pool_counts,
        outermost=problem.pool_outermost,
        required=problem.pool_required,
        assigned=together,
        expected_sl=levels,
    )
