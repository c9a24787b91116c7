"""The best choice among rosters that are known: one for each employee, by an integer programme.

A roster whose reduced cost is as large as what is left between bound and best cost cannot be part of anything better
and is left out, which is most of them once the bound is tight.
"""

from __future__ import annotations

import numpy as np

from staffing.domain.arrays import IntArray
from staffing.domain.shift_cover import OFF
from staffing.solver.shiftwise.bound import evaluate
from staffing.solver.shiftwise.columns import Generator

MOST = 6000
"""Rosters at most in one choice."""
NODES = 500
"""Nodes of the integer programme at most where seconds must not count."""


def promising(generator: Generator, upper: float) -> IntArray:
    """Columns, best first, that may be part of rosters that cost at most `upper`."""
    case, master = generator.case, generator.master
    priced = evaluate(case, generator.centre)
    dual = np.concatenate([generator.centre, np.zeros((case.days, 1))], axis=1)
    table = np.array(master.rosters)
    reduced = np.array(master.cost) - dual[np.arange(case.days), table].sum(axis=1)
    reduced -= priced.values[np.array(master.owner)]
    kept = np.flatnonzero(reduced <= upper - priced.bound + 1e-6)
    return kept[np.argsort(reduced[kept], kind="stable")][:MOST]


def choose(generator: Generator, upper: int, seconds: float | None) -> IntArray | None:
    """Rosters (E, days) cheaper than `upper`, or None; nothing may be held. Without `seconds` nodes are counted."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    case, master = generator.case, generator.master
    days = np.arange(case.days)
    owner, table = np.array(master.owner), np.array(master.rosters)
    kept = promising(generator, upper - 1)
    if len(np.unique(owner[kept])) < case.employees:
        return None
    rows = np.argwhere((case.under > 0) | (case.over > 0))
    place = np.full((case.days, case.kinds + 1), -1, dtype=np.int64)
    place[rows[:, 0], rows[:, 1]] = np.arange(len(rows))
    spots = place[days, table[kept]]
    spots[table[kept] == OFF] = -1
    column, day = np.nonzero(spots >= 0)
    n, m = len(kept), len(rows)
    need, under, over = (t[rows[:, 0], rows[:, 1]] for t in (case.required, case.under, case.over))
    index = np.arange(m)
    data = np.concatenate([np.ones(len(column)), np.ones(m), -np.ones(m), np.ones(n)])
    row = np.concatenate([spots[column, day], index, index, m + owner[kept]])
    col = np.concatenate([column, n + index, n + m + index, np.arange(n)])
    matrix = coo_array((data, (row, col)), shape=(m + case.employees, n + 2 * m)).tocsr()
    right = np.concatenate([need, np.ones(case.employees)])
    cost = np.concatenate([np.array(master.cost)[kept], under, over])
    integrality = np.concatenate([np.ones(n), np.zeros(2 * m)])
    upper_bounds = np.concatenate([np.ones(n), np.full(2 * m, np.inf)])
    constraints = [
        LinearConstraint(matrix, right, right),
        LinearConstraint(cost[None, :], -np.inf, upper - 1 - case.constant + 1e-6),
    ]
    found = milp(
        cost,
        integrality=integrality,
        bounds=Bounds(0, upper_bounds),
        constraints=constraints,
        options={"node_limit": NODES} if seconds is None else {"time_limit": seconds},
    )
    if found.x is None:
        return None
    picks = kept[np.flatnonzero(found.x[:n] > 0.5)]
    if len(picks) != case.employees:
        return None
    rosters = np.empty((case.employees, case.days), dtype=np.int64)
    rosters[owner[picks]] = table[picks]
    return rosters
