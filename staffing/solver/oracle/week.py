"""The cheapest legal week of one person, exact.

Options that differ in price only are reduced to the cheapest first, for every band of starts that the contract allows.
The best week is the best of its bands; they are searched in the order of what their cheapest days come to, until no
band left can win. Within a band the days are joined by `loose_week` where no rest can bind, else by `full_week`.
"""

from __future__ import annotations

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.oracle.breaks import IMPOSSIBLE
from staffing.solver.oracle.full_week import full_week
from staffing.solver.oracle.loose_week import loose_week
from staffing.solver.oracle.week_ends import NEVER, week_dims
from staffing.solver.tables import Tables


@compiled
def best_week(
    tb: Tables,
    agent: int,
    week: int,
    cost: FloatArray,
    last_end: int,
    run_before: int,
    table: FloatArray,
    back: IntArray,
    choice: IntArray,
) -> float:
    """Cost of the best legal week; its options (-1: off) go to ``choice[:days]``. `NEVER` when there is none.

    Parameters
    ----------
    cost : (options of the agent,)
        Cost of each option with its best breaks, from the agent's first option on.
    last_end, run_before
        Slot at which the last shift before the week ended, days worked in a row before it.
    table, back : (8, room)
        Room to work in, `room` from `room_needed`.
    """
    days = min(7, tb.days - 7 * week)
    row = agent * tb.days + 7 * week
    first_band = tb.band_first_cell[agent]
    bands, cells, kinds = tb.bands[agent], tb.cells[agent], 0
    for d in range(days):
        kinds = max(kinds, tb.alike_first[row + d + 1] - tb.alike_first[row + d])
    width = days * kinds
    near = np.empty((cells + bands + 1, width))  # cheapest option of every day and kind: by cell, then by band
    _by_cell(tb, agent, row, days, kinds, cost, last_end, near)
    for b in range(bands):
        low, high = tb.cell_from[first_band + b], tb.cell_to[first_band + b]
        own = near[cells + b]
        for j in range(width):
            own[j] = near[low, j]
        for c in range(low + 1, high):
            for j in range(width):
                own[j] = min(own[j], near[c, j])
    best, at = NEVER, 0
    if bands == 1:
        best = _week_of(tb, agent, week, days, kinds, near[cells], last_end, run_before, table, back, choice)
    else:
        best, at = _best_band(
            tb, agent, week, days, kinds, near[cells:], last_end, run_before, table, back, choice
        )  # fmt: skip
    for d in range(days):
        if choice[d] >= 0:
            choice[d] = _option(
                tb, agent, row + d, choice[d], at, cost, last_end, near[cells + at, d * kinds + choice[d]]
            )
    return best


@compiled(inner=True, forceinline=True)
def _by_cell(
    tb: Tables,
    agent: int,
    row: int,
    days: int,
    kinds: int,
    cost: FloatArray,
    last_end: int,
    near: FloatArray,
) -> None:
    """Cheapest of the options that are alike in each cell of starts, at columns ``day * kinds + alike``."""
    for c in range(tb.cells[agent]):
        for j in range(days * kinds):
            near[c, j] = IMPOSSIBLE
    base, earliest = tb.first[agent * tb.days], last_end + tb.rest
    late = earliest > tb.day_start[row - agent * tb.days]
    for d in range(days):
        for o in range(tb.first[row + d], tb.first[row + d + 1]):
            value = cost[o - base]
            if late and tb.start[o] < earliest:
                continue
            c, j = tb.cell[o], d * kinds + tb.alike[o]
            if value < near[c, j]:
                near[c, j] = value


@compiled(inner=True, forceinline=True)
def _option(
    tb: Tables, agent: int, row: int, alike: int, band: int, cost: FloatArray, last_end: int, value: float
) -> int:
    """The option of a day that has the number `alike`, lies in the band and costs `value`."""
    base, earliest = tb.first[agent * tb.days], last_end + tb.rest
    for o in range(tb.first[row], tb.first[row + 1]):
        inside = tb.band_first[o] <= band and tb.band_last[o] >= band
        if cost[o - base] == value and tb.alike[o] == alike and inside and tb.start[o] >= earliest:
            return o
    return -1


@compiled(inner=True, forceinline=True)
def _best_band(
    tb: Tables,
    agent: int,
    week: int,
    days: int,
    kinds: int,
    near: FloatArray,
    last_end: int,
    run_before: int,
    table: FloatArray,
    back: IntArray,
    choice: IntArray,
) -> tuple[float, int]:
    """Cost of the best week of all bands, and its band; `near` (bands, days * kinds) holds their options."""
    bands = tb.bands[agent]
    least = np.empty(bands)
    for b in range(bands):
        least[b] = _least(tb, agent, week, days, kinds, near[b])
    best, at, mine = NEVER, 0, np.empty(days, dtype=np.int64)
    for d in range(days):
        choice[d] = -1
    for _ in range(bands):
        b = 0
        for other in range(1, bands):
            if least[other] < least[b]:
                b = other
        if least[b] >= best:
            break
        least[b] = NEVER
        total = _week_of(tb, agent, week, days, kinds, near[b], last_end, run_before, table, back, mine)
        if total < best:
            best, at = total, b
            for d in range(days):
                choice[d] = mine[d]
    return best, at


@compiled(inner=True, forceinline=True)
def _week_of(
    tb: Tables,
    agent: int,
    week: int,
    days: int,
    kinds: int,
    near: FloatArray,
    last_end: int,
    run_before: int,
    table: FloatArray,
    back: IntArray,
    choice: IntArray,
) -> float:
    """Best week of the options that cost `near` (days * kinds,); `choice` gets their numbers within the day."""
    ks, ms, es, rs, bs = week_dims(tb, agent, week)
    if tb.loose[agent, week] and es * rs * bs == 1:
        return loose_week(tb, agent, week, days, kinds, near, run_before, ks, ms, table, back, choice)
    return full_week(tb, agent, week, kinds, near, last_end, run_before, table, back, choice)


@compiled(inner=True, forceinline=True)
def _least(tb: Tables, agent: int, week: int, days: int, kinds: int, near: FloatArray) -> float:
    """At most the cost of any week of these options: the days that gain most, each with its cheapest option."""
    gain = np.empty(7)
    total, taken, free = 0.0, 0, 0
    low, high = tb.days_min[agent, week], tb.days_max[agent, week]
    for d in range(days):
        value = IMPOSSIBLE
        for j in range(d * kinds, (d + 1) * kinds):
            value = min(value, near[j])
        if tb.forced[agent, 7 * week + d]:
            if value >= IMPOSSIBLE:
                return NEVER
            total += value
            taken += 1
            continue
        off = tb.off_price[agent, 7 * week + d]
        total += off
        if value >= IMPOSSIBLE:
            continue
        at = free
        while at > 0 and gain[at - 1] > value - off:
            gain[at] = gain[at - 1]
            at -= 1
        gain[at] = value - off
        free += 1
    if taken > high or taken + free < low:
        return NEVER
    for i in range(min(free, high - taken)):
        if gain[i] >= 0.0 and taken >= low:
            break
        total += gain[i]
        taken += 1
    return total
