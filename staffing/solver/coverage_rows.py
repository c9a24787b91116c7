"""The rows that coverage is counted and priced on: every queue, then every pool of queues."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.problem import RosterProblem


@dataclass(frozen=True, eq=False)
class CoverageRows:
    """Arrays (rows, slots), and the pools of each queue: rows ``pool[pool_first[q]:pool_first[q + 1]]``.

    Where a pool does not count it is closed, needs nothing and prices nothing, so that kernels need not ask.
    """

    is_open: BoolArray
    deadline: BoolArray  # (rows,)
    required: FloatArray
    severe_from: FloatArray
    weight: FloatArray
    over: FloatArray
    pool_first: IntArray
    pool: IntArray


def coverage_rows(problem: RosterProblem) -> CoverageRows:
    """Rows of `problem` with their prices per agent-slot, as docs/reference/cost.md defines them."""
    member, counts, costs = problem.pool_member, problem.pool_counts, problem.costs
    allowed = problem.missing_mildly
    allowed[len(problem.queues) :][~counts] = 1.0
    required = np.concatenate([problem.required, np.where(counts, problem.pool_required, 0.0)])
    queues = [np.flatnonzero(column) + len(problem.queues) for column in member.T]
    return CoverageRows(
        is_open=np.concatenate([problem.is_open, counts]),
        deadline=np.concatenate([problem.deadline, np.zeros(len(member), dtype=bool)]),
        required=required,
        severe_from=allowed,
        weight=problem.short_weights,
        over=problem.grid.step_h * costs.over_per_h * outermost_rows(problem).astype(np.float64),
        pool_first=np.concatenate([[0], np.cumsum([len(rows) for rows in queues])]).astype(np.int64),
        pool=np.concatenate([*queues, np.zeros(0, dtype=np.int64)]).astype(np.int64),
    )


def outermost_rows(problem: RosterProblem) -> BoolArray:
    """Rows and slots within no pool, (rows, slots): agents too many cost there, and there only."""
    return np.concatenate([~(problem.pool_member.T @ problem.pool_counts), problem.pool_outermost])
