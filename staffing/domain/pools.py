"""Pools: sets of answer queues that need agents together, because some agents serve several of them.

An agent works on one queue at a time and is counted once on that queue's row; a pool's row adds up what the agents on
its queues deliver. The rows of pooled queues are only what each needs of its own while the others help.
"""

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray

TINY = 1e-9
"""A need above the sum of others by less than this is rounding."""


def counting_slots(member: BoolArray, is_open: BoolArray, required: FloatArray, pool_required: FloatArray) -> BoolArray:
    """Slots in which a pool asks for more than its queues do one by one, shape (pools, slots).

    Elsewhere (only one of its queues is open, say) the rows of the queues say all there is to say.
    `member` is (pools, queues), `is_open` and `required` are (queues, slots).
    """
    own = member.astype(float) @ (required * is_open)
    return np.asarray((pool_required > own + TINY) & (member.astype(float) @ is_open > 0))


def outermost_slots(member: BoolArray, counts: BoolArray) -> BoolArray:
    """Slots in which a pool counts and no larger pool that holds all its queues does, shape (pools, slots)."""
    outer = counts.copy()
    for pool, queues in enumerate(member):
        larger = (member | ~queues).all(axis=1) & (member.sum(axis=1) > queues.sum())
        outer[pool] &= ~counts[larger].any(axis=0)
    return outer
