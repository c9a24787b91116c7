"""How many agents queues and pools of queues need in all, nobody counted twice."""

from typing import Any, cast

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray


def least_crew(member: BoolArray, rows: FloatArray, pools: FloatArray) -> FloatArray:
    """Fewest agents in each slot that fill every queue's row and every pool's, shape (slots,).

    An agent on a queue counts on its row and in all pools that hold it. With one pool this is the larger of its row and
    the sum of its queues' rows, plus the other queues' rows; in general a small linear program for each slot.

    Parameters
    ----------
    member : (pools, queues)
        Queues of each pool.
    rows : (queues, slots)
        Agents for each queue, not negative.
    pools : (pools, slots)
        Agents for each pool.

    >>> both = np.array([[True, True, False]])
    >>> least_crew(both, np.array([[1.0, 3.0], [1.0, 3.0], [2.0, 2.0]]), np.array([[5.0, 5.0]])).tolist()
    [7.0, 8.0]
    """
    total = np.asarray(rows.sum(axis=0))
    lacking = np.maximum(0.0, pools - member @ rows)
    if len(member) < 2:
        return np.asarray(total + lacking.sum(axis=0))
    slots = np.flatnonzero(lacking.max(axis=0) > 1e-9)
    if not len(slots):
        return total
    from scipy.optimize import linprog
    from scipy.sparse import identity, kron

    cases, place = np.unique(lacking[:, slots], axis=1, return_inverse=True)
    queues = member.shape[1]
    matrix = -kron(identity(cases.shape[1]), member.astype(float), format="csr")
    goal = np.ones(cases.shape[1] * queues)
    added = linprog(goal, A_ub=cast("Any", matrix), b_ub=-cases.T.ravel(), method="highs")
    if added.x is None:
        raise RuntimeError(f"the least crew was not found: {added.message}")
    total[slots] += added.x.reshape(-1, queues).sum(axis=1)[place.ravel()]
    return total
