"""The parts of the relaxation that concern no person: what coverage costs at given prices, and the slopes."""

from __future__ import annotations

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.tables import Tables


@compiled(inner=True, _nrt=False)
def slot_cost(missing: float, severe_from: float, short: float, severe: float, over: float) -> float:
    """Price of `missing` agents (negative: too many) on an answered queue in an open slot."""
    if missing <= 0.0:
        return -missing * over
    if missing <= severe_from:
        return missing * short
    return severe_from * short + (missing - severe_from) * severe


@compiled
def answered_terms(tb: Tables, price: FloatArray, most: FloatArray, grain: FloatArray, slope: FloatArray) -> float:
    """Cheapest price of every answered row, of queues and of pools, when coverage is bought at `price`.

    The coverage of a row is a multiple of `grain` (0: any real number), the common divisor of the speeds of its
    agents, and at most `most`. The cost is linear between the kinks, so the kinks' neighbours are enough.
    Adds the chosen coverage to `slope` (rows, slots).
    """
    total = 0.0
    for q in range(price.shape[0]):
        if tb.deadline[q]:
            continue
        for t in range(tb.slots):
            if not tb.is_open[q, t]:
                continue
            need, kink_at = tb.required[q, t], tb.severe_from[q, t]
            over = tb.over_at[q, t]
            short, severe = tb.weight[q, t] * tb.short, tb.weight[q, t] * tb.severe
            best, at = slot_cost(need, kink_at, short, severe, over), 0.0
            for kink in range(3):
                point = most[q, t]
                if kink == 1:
                    point = tb.required[q, t]
                elif kink == 2:
                    point = tb.required[q, t] - tb.severe_from[q, t]
                for side in range(2):
                    cover = point
                    if grain[q] > 0.0:
                        steps = np.floor(point / grain[q] + 1e-9)
                        if side == 1 and steps * grain[q] < point - 1e-9:
                            steps += 1.0
                        cover = steps * grain[q]
                    elif side == 1:
                        continue
                    if cover <= 0.0 or cover > most[q, t] + 1e-9:
                        continue
                    value = slot_cost(need - cover, kink_at, short, severe, over) + price[q, t] * cover
                    if value < best:
                        best, at = value, cover
            total += best
            slope[q, t] += at
    return total


@compiled
def tube_terms(
    tb: Tables,
    price: FloatArray,
    first: IntArray,
    amount: FloatArray,
    arrives: IntArray,
    due: IntArray,
    slope: FloatArray,
) -> float:
    """Cheapest time for every batch of deferred work, each on its own; adds agents needed to `slope`.

    Batches of queue q are rows ``first[q]`` to ``first[q + 1]``: hours, first slot in which they can be done, slot at
    whose end they are due (`slots` when not inside the horizon).
    """
    total = 0.0
    late_cost = np.empty(tb.slots + 1)
    late_slot = np.empty(tb.slots + 1, dtype=np.int64)
    for q in range(len(first) - 1):
        if not tb.deadline[q] or first[q + 1] == first[q]:
            continue
        # cheapest slot from each slot on when every open slot passed costs `overdue`
        late_cost[tb.slots] = tb.overdue * tb.open_before[q, tb.slots] + tb.undone
        late_slot[tb.slots] = -1
        for t in range(tb.slots - 1, -1, -1):
            late_cost[t] = late_cost[t + 1]
            late_slot[t] = late_slot[t + 1]
            if tb.is_open[q, t]:
                value = price[q, t] / tb.slot_h + tb.overdue * tb.open_before[q, t]
                if value < late_cost[t]:
                    late_cost[t] = value
                    late_slot[t] = t
        for k in range(first[q], first[q + 1]):
            best, at = 0.0, -1  # left undone, not due
            if due[k] < tb.slots:
                best = late_cost[due[k] + 1] - tb.overdue * tb.open_before[q, due[k]]
                at = late_slot[due[k] + 1]
            for t in range(arrives[k], min(due[k] + 1, tb.slots)):
                if tb.is_open[q, t] and price[q, t] / tb.slot_h < best:
                    best, at = price[q, t] / tb.slot_h, t
            total += best * amount[k]
            if at >= 0:
                slope[q, at] += amount[k] / tb.slot_h
    return total
