"""Slots divided freely among queues: what those at work cost at best, by the corners of the dual of one slot.

How many agents of each group are at work settles the cheapest use of a slot when everybody's time may be divided among
the queues they serve. By duality that cost is the largest, over prices of the queues, of

    cost of the requirement at these prices - worth of those at work at these prices

and the largest value lies at a corner: a point where enough of the kinks meet. The kinks are the same in every slot, so
the corners are listed once; then a slot is priced by a maximum over them, and a change of one agent by one pass.
Nothing is delivered beyond the requirement: an agent too many is idle.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import comb

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray
from staffing.solver.case import Case
from staffing.solver.moves.edit import new_desk
from staffing.solver.moves.seat import seat
from staffing.solver.moves.state import AWAY, IDLE, State, copy_state, new_state, rebuild
from staffing.solver.tables import PIN_AWAY, PIN_BREAK, PIN_FREE, Tables

SYSTEMS_MAX, CORNERS_MAX = 100_000, 500
"""Meetings of kinks looked at, and corners kept, at most; beyond, slots are not divided."""
NEVER_BEST = -1e15
SUM_MAX = 4e8
"""Largest cost of a slot in units of `Tables.corner_unit`."""
STRIDE = 32
PASSES = 4
"""Times that everybody is seated anew."""


def divided(case: Case) -> Case | None:
    """The case with divided slots; None where there is no telling them by one list of corners.

    That is where a queue is settled, work may wait, pools count, slots have prices of their own, or corners are many.
    """
    tb = case.tables
    several = ((tb.prof > 0).sum(axis=1) > 1).any()
    free = np.isin(tb.pin, (PIN_FREE, PIN_AWAY, PIN_BREAK)).all()
    alike = (tb.weight == 1.0).all()
    if not several or tb.deadline.any() or len(tb.pool) or not free or not alike or tb.over <= 0:
        return None
    prices = corners(tb)
    if prices is None:
        return None
    worth = np.maximum(
        -tb.over, (tb.prof[:, None, :] * prices + np.where(tb.prof > 0, 0.0, -1e9)[:, None, :]).max(axis=2)
    )
    worth[~tb.skilled] = 0.0
    worth, base = _useful(worth, _base(tb, prices))
    # The largest power of two at which no sum that can come up leaves 32 bits; closed queues stand far below all sums.
    largest = max(float(base.max(initial=1.0)), float(np.abs(worth).max(initial=1.0)) * case.agents)
    unit = 2.0 ** np.floor(np.log2(SUM_MAX / largest))
    whole = [np.ascontiguousarray(np.round(np.maximum(part * unit, -2 * SUM_MAX)), np.int32) for part in (worth, base)]
    return replace(case, tables=tb._replace(corner=whole[0], corner_base=whole[1], corner_unit=float(unit)))


def corners(tb: Tables) -> FloatArray | None:
    """Prices (corners, queues) at which enough kinks meet; None where there are too many to list."""
    queues = tb.prof.shape[1]
    served = [np.unique(column[column > 0]) for column in tb.prof.T]
    rows: set[tuple[float, ...]] = set()
    for q in range(queues):
        for value in (tb.short, max(tb.short, tb.severe), *(-tb.over / speed for speed in served[q])):
            rows.add((*np.eye(queues)[q], value))
    for speeds in np.unique(tb.prof, axis=0):
        for a, b in combinations(np.flatnonzero(speeds > 0), 2):
            row = np.zeros(queues + 1)
            row[a], row[b] = 1.0, -speeds[b] / speeds[a]
            rows.add(tuple(np.round(row, 12)))
    if comb(len(rows), queues) > SYSTEMS_MAX:
        return None
    kinks = np.array(sorted(rows))
    system = kinks[np.array(list(combinations(range(len(kinks)), queues)))]
    left = system[:, :, :queues]
    system = system[np.abs(np.linalg.det(left)) > 1e-9]
    found = np.linalg.solve(system[:, :, :queues], system[:, :, queues:])[:, :, 0]
    low, high = _lowest(tb), max(tb.short, tb.severe)
    inside = ((found >= low - 1e-9) & (found <= high + 1e-9)).all(axis=1)
    found = np.unique(np.round(found[inside], 9), axis=0)
    return found if len(found) <= CORNERS_MAX else None


def _lowest(tb: Tables) -> FloatArray:
    """Price of each queue at which nobody is better on it than idle."""
    slowest = np.where(tb.prof > 0, tb.prof, np.inf).min(axis=0)
    return np.where(np.isfinite(slowest), -tb.over / slowest, tb.short)


def _base(tb: Tables, prices: FloatArray) -> FloatArray:
    """Cost of the requirement at each corner, shape (slots, corners); a closed queue must be worth nothing."""
    base = np.zeros((tb.slots, len(prices)))
    lowest = _lowest(tb)
    for q, price in enumerate(prices.T):
        need = tb.required[q][:, None]
        mild = np.minimum(tb.severe_from[q][:, None], need)
        value = np.where(price <= tb.short, price * need, tb.short * mild + price * (need - mild))
        closed = np.where(np.abs(price - lowest[q]) < 1e-6, 0.0, NEVER_BEST)
        base += np.where(tb.is_open[q][:, None], value, closed)
    return np.ascontiguousarray(base)


def _useful(worth: FloatArray, base: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Without the corners that some other one is never below, in any slot and whoever is at work.

    Kernels look at `STRIDE` corners at once; the last one is repeated to fill up.
    """
    # weaker[u, v]: u is never below v where its base is not
    weaker: BoolArray = np.all(worth[:, :, None] <= worth[:, None, :], axis=0)
    equal = weaker & weaker.T
    weaker &= ~(equal & np.tri(len(equal), dtype=bool).T)
    kept = np.zeros(base.shape[1], dtype=bool)
    for row in np.unique(base, axis=0):
        kept |= ~(weaker & (row[:, None] >= row[None, :])).any(axis=0)
    chosen = np.flatnonzero(kept)
    chosen = np.pad(chosen, (0, -len(chosen) % STRIDE), mode="edge")
    return worth[:, chosen], base[:, chosen]


def undivided_to_divided(case: Case, state: State) -> State:
    """The same shifts in the divided `case`."""
    other = new_state(case.tables)
    other.choice[:], other.breaks[:], other.skip[:] = state.choice, state.breaks, state.skip
    other.queue[:] = np.where(state.queue == AWAY, AWAY, IDLE)
    rebuild(case.tables, other)
    return other


def seated(case: Case, state: State) -> State:
    """The same shifts with one queue for everybody in each slot; `case` is the one with whole seats."""
    other = new_state(case.tables)
    other.choice[:], other.breaks[:], other.skip[:] = state.choice, state.breaks, state.skip
    other.queue[:] = state.queue
    rebuild(case.tables, other)
    skills = (case.tables.prof > 0).sum(axis=1)[case.tables.group]
    best = other
    for number in range(PASSES):
        order = (
            np.argsort(skills, kind="stable") if number == 0 else np.random.default_rng(number).permutation(case.agents)
        )
        seat(case.tables, other, new_desk(case.tables), order.astype(np.int64))
        rebuild(case.tables, other)
        best = copy_state(other) if other.cost[0] < best.cost[0] else best
    return best
