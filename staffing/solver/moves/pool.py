"""Good weeks of every agent, found while the bound climbs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from staffing.domain.arrays import IntArray
from staffing.kernels import compiled
from staffing.solver.tables import Tables


class Pool(NamedTuple):
    """Good horizons of every agent; rows from `filled` on are empty."""

    choice: IntArray  # (agents, kept, days) option or -1
    breaks: IntArray  # (agents, kept, days, most breaks of a shift)
    filled: IntArray  # (agents,)
    last: IntArray  # (agents,) row written last


def new_pool(tb: Tables, kept: int) -> Pool:
    """An empty pool of at most `kept` horizons an agent."""
    people = len(tb.group)
    most = int(np.diff(tb.pat_first).max(initial=0))
    return Pool(
        np.full((people, kept, tb.days), -1, dtype=np.int64),
        np.zeros((people, kept, tb.days, most), dtype=np.int64),
        np.zeros(people, dtype=np.int64),
        np.full(people, -1, dtype=np.int64),
    )


@compiled
def remember(tb: Tables, pool: Pool, choice: IntArray, breaks: IntArray) -> None:
    """Add everybody's horizon to the pool unless it is there; the oldest gives way."""
    kept, most = pool.choice.shape[1], pool.breaks.shape[3]
    for a in range(choice.shape[0]):
        found = False
        for k in range(pool.filled[a]):
            found = True
            for d in range(tb.days):
                if pool.choice[a, k, d] != choice[a, d]:
                    found = False
                elif choice[a, d] >= 0:
                    p = tb.pattern[choice[a, d]]
                    for j in range(tb.pat_first[p + 1] - tb.pat_first[p]):
                        if pool.breaks[a, k, d, j] != breaks[a, d, j]:
                            found = False
                if not found:
                    break
            if found:
                break
        if found:
            continue
        k = (pool.last[a] + 1) % kept
        pool.last[a] = k
        pool.filled[a] = min(kept, pool.filled[a] + 1)
        for d in range(tb.days):
            pool.choice[a, k, d] = choice[a, d]
            for j in range(most):
                pool.breaks[a, k, d, j] = breaks[a, d, j]
