# ruff: noqa: NPY002 (inside kernels these are the random numbers of the thread, seeded by `swift_walk`)
"""Deferred work in the walk of `moves.swift`: those at work are counted, and one sweep says who does what when.

A unit is a deferred queue with the answered queue (if any) that its agents serve too, all at one speed. How many of
those at work in a slot go to the deferred queue follows from a price of its work and from the work that waits: whoever
is worth less on the answered queue does the oldest work. `bias` shifts that number in single slots; the walk finds it.
An edit changes a few slots; the sweep goes on from the first of them until the backlog is what it was.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.moves.state import State
from staffing.solver.moves.worth import tube_slopes
from staffing.solver.oracle.dual import slot_cost
from staffing.solver.tables import Tables

OTHER, FLEXIBLE, ANSWERS, DEFERS = range(4)
"""What an agent serves: no unit, both queues of one, the answered one only, the deferred one only."""
TINY = 1e-9


class Chain(NamedTuple):
    """Deferred queues in slots, and a log of their changes."""

    unit: IntArray  # (agents,) deferred queue of the agent's unit, or -1
    kind: IntArray  # (agents,)
    units: IntArray  # deferred queues
    partner: IntArray  # (queues,) answered queue of the unit of a deferred queue, or -1
    speed: FloatArray  # (queues,) of the agents who serve both
    worth: FloatArray  # (queues, slots) price of an agent on deferred work
    urgent: float  # price of an agent on deferred work that is late
    flex: IntArray  # (queues, reach) agents at work who serve both queues of the unit
    on: IntArray  # (queues, reach) those of them who do deferred work
    own: FloatArray  # (queues, reach) agents at work who serve the deferred queue only, by speed
    bias: IntArray  # (queues, reach) more or fewer on deferred work than the prices say
    near: FloatArray  # (queues, reach) worth of an hour of deferred work, as it was lately
    far: FloatArray
    useful: FloatArray
    seen: IntArray  # (queues, reach) number of the edit that logged the slot last
    edit: IntArray  # (2,) number of the edit, slots logged
    log: FloatArray  # (queues * reach, 8) queue, slot, flex, on, own, missing on the answered queue, work done


def chained(tb: Tables) -> bool:
    """Whether every agent serves one answered queue, one deferred queue, or one unit of both at one speed."""
    able = tb.prof > 0
    deferred = tb.deadline[: able.shape[1]]
    if (able[:, deferred].sum(axis=1) > 1).any() or (able[:, ~deferred].sum(axis=1) > 1).any():
        return False
    both = able[:, deferred].any(axis=1) & able[:, ~deferred].any(axis=1)
    pairs = {(row[deferred].argmax(), row[~deferred].argmax()) for row in able[both]}
    if len({a for a, _ in pairs}) < len(pairs) or len({b for _, b in pairs}) < len(pairs):
        return False
    for q in np.flatnonzero(deferred):
        speeds = tb.prof[both & able[:, q]]
        if len(np.unique(speeds[speeds > 0])) > 1:
            return False
    return True


def new_chain(tb: Tables, worth: FloatArray | None = None) -> Chain:
    """Room for `swift_walk`; `worth` (rows, slots) are prices of coverage, those of the bound are good ones."""
    worth = np.zeros(tb.is_open.shape) if worth is None else worth
    queues, reach = tb.prof.shape[1], tb.pin.shape[1]
    able, deferred = tb.prof > 0, tb.deadline[: tb.prof.shape[1]]
    some, other = able & deferred, able & ~deferred
    both = some.any(axis=1) & other.any(axis=1)
    partner, speed = np.full(queues, -1, dtype=np.int64), np.ones(queues)
    for group in np.flatnonzero(both):
        q = some[group].argmax()
        partner[q], speed[q] = other[group].argmax(), tb.prof[group, q]
    unit = np.where(some.any(axis=1), some.argmax(axis=1), -1)
    kind = np.where(both, FLEXIBLE, np.where(unit >= 0, DEFERS, OTHER))
    for q in np.flatnonzero(partner >= 0):
        answers = (unit < 0) & other[:, partner[q]]
        unit[answers], kind[answers] = q, ANSWERS
    shape, cells = (queues, reach), queues * reach
    return Chain(
        unit=unit[tb.group].astype(np.int64),
        kind=kind[tb.group].astype(np.int64),
        units=np.flatnonzero(deferred).astype(np.int64),
        partner=partner,
        speed=speed,
        worth=np.ascontiguousarray(worth[:queues] * speed[:, None]),
        urgent=0.99 * tb.short,
        flex=np.zeros(shape, dtype=np.int64),
        on=np.zeros(shape, dtype=np.int64),
        own=np.zeros(shape),
        bias=np.zeros(shape, dtype=np.int64),
        near=np.zeros(shape),
        far=np.zeros(shape),
        useful=np.zeros(shape),
        seen=np.zeros(shape, dtype=np.int64),
        edit=np.zeros(2, dtype=np.int64),
        log=np.zeros((cells, 8)),
    )


@compiled(inner=True, forceinline=True, _nrt=False)
def cell_cost(tb: Tables, cell: FloatArray, at: int, missing: float) -> float:
    """Price of a cell of `moves.swift.Board` with so many agents missing."""
    return slot_cost(missing, cell[at, 1], cell[at, 3] * tb.short, cell[at, 3] * tb.severe, cell[at, 2])


@compiled(inner=True, forceinline=True, _nrt=False)
def keep(st: State, cell: FloatArray, chain: Chain, q: int, t: int) -> None:
    """Log a slot of the horizon before its first change in an edit."""
    if chain.seen[q, t] != chain.edit[0]:
        chain.seen[q, t] = chain.edit[0]
        row = chain.log[chain.edit[1]]
        chain.edit[1] += 1
        row[0], row[1], row[2], row[3] = q, t, chain.flex[q, t], chain.on[q, t]
        row[4], row[6] = chain.own[q, t], st.done[q, t]
        if chain.partner[q] >= 0:
            row[5] = cell[chain.partner[q] * chain.flex.shape[1] + t, 0]


@compiled(inner=True, _nrt=False)
def restore(st: State, cell: FloatArray, chain: Chain) -> None:
    """Undo the edit."""
    for i in range(chain.edit[1]):
        row = chain.log[i]
        q, t = int(row[0]), int(row[1])
        chain.flex[q, t], chain.on[q, t] = int(row[2]), int(row[3])
        chain.own[q, t], st.done[q, t] = row[4], row[6]
        if chain.partner[q] >= 0:
            cell[chain.partner[q] * chain.flex.shape[1] + t, 0] = row[5]


@compiled(inner=True, forceinline=True, _nrt=False)
def new_edit(chain: Chain) -> None:
    """Forget the log."""
    chain.edit[0] += 1
    chain.edit[1] = 0


@compiled(inner=True, forceinline=True, _nrt=False)
def turn(
    tb: Tables, st: State, cell: FloatArray, chain: Chain, agent: int, base: int, t: int, by: float, way: int
) -> float:
    """Count `way` agents like `agent`, of speed `by`, more in a slot; the change of cost before the sweep."""
    q, kind = chain.unit[agent], chain.kind[agent]
    if t >= tb.slots:
        return 0.0
    keep(st, cell, chain, q, t)
    if kind == DEFERS:
        chain.own[q, t] += way * by
        return tb.over * way * by
    if kind == FLEXIBLE:
        chain.flex[q, t] += way
    at = base + t
    missing = cell[at, 0] - way * by
    change = cell_cost(tb, cell, at, missing) - cell_cost(tb, cell, at, cell[at, 0])
    cell[at, 0] = missing
    return change


@compiled(inner=True, forceinline=True, _nrt=False)
def split(tb: Tables, cell: FloatArray, chain: Chain, q: int, t: int, at: int, waits: float, lacks: float) -> int:
    """Of the agents at work who serve both queues, those on deferred work.

    `waits` is the work that can be done, `lacks` what of it is late after the slot, in agents for the slot.
    """
    n = chain.flex[q, t]
    if n <= 0 or waits <= TINY:
        return 0
    speed, worth = chain.speed[q], chain.worth[q, t]
    alone = cell[at, 0] + speed * (n - chain.on[q, t])
    stay = min(n, max(0, int(np.ceil(alone / speed - TINY))))
    while stay > 0:
        last = cell_cost(tb, cell, at, alone - speed * (stay - 1)) - cell_cost(tb, cell, at, alone - speed * stay)
        if last >= worth:
            break
        stay -= 1
    go = n - stay
    while go < n and go < lacks - TINY:
        stay = n - go
        last = cell_cost(tb, cell, at, alone - speed * (stay - 1)) - cell_cost(tb, cell, at, alone - speed * stay)
        if last >= chain.urgent * speed:
            break
        go += 1
    full = int(waits + TINY)
    if go > full:
        part = waits - full
        stay = n - full
        last = cell_cost(tb, cell, at, alone - speed * (stay - 1)) - cell_cost(tb, cell, at, alone - speed * stay)
        go = full + 1 if part > TINY and part * (worth + tb.over * speed) - tb.over * speed >= last else full
    go += chain.bias[q, t]
    return int(max(0, min(go, n, int(np.ceil(waits - TINY)))))


@compiled(inner=True, _nrt=False)
def sweep(tb: Tables, st: State, cell: FloatArray, chain: Chain, q: int, low: int, high: int) -> float:
    """Divide those at work anew from slot `low` on, to `high` and on until the backlog is as before; the cost's change.

    Late, undone and idle hours are priced as by `settle_tubes`.
    """
    delta, speed, reach = 0.0, chain.speed[q], chain.flex.shape[1]
    first, count = tb.open_first[q], tb.open_first[q + 1] - tb.open_first[q]
    if low >= tb.slots:
        return delta
    i = tb.open_before[q, low]
    level = st.done[q, tb.open_slot[first + i - 1]] if i > 0 else 0.0
    same = True
    while i < count:
        t = tb.open_slot[first + i]
        if t >= high and same:
            break
        keep(st, cell, chain, q, t)
        own = chain.own[q, t] * tb.slot_h
        if chain.partner[q] >= 0:
            at, unit = chain.partner[q] * reach + t, speed * tb.slot_h
            waits, lacks = (tb.early[q, t] - level - own) / unit, (tb.late[q, t] - level - own) / unit
            on = split(tb, cell, chain, q, t, at, waits, lacks)
            moved = on - chain.on[q, t]
            if moved != 0:
                missing = cell[at, 0] + moved * speed
                delta += cell_cost(tb, cell, at, missing) - cell_cost(tb, cell, at, cell[at, 0])
                delta += tb.over * speed * moved
                cell[at, 0] = missing
                chain.on[q, t] = on
            own += on * unit
        level = max(level, min(tb.early[q, t], level + own))
        old, due = st.done[q, t], tb.late[q, t]
        if due > level or due > old:
            delta += tb.overdue * (max(0.0, due - level) - max(0.0, due - old))
        st.done[q, t] = level
        same = abs(level - old) < TINY
        i += 1
        if i == count:
            due = tb.late[q, tb.slots - 1]
            delta += tb.undone * (max(0.0, due - level) - max(0.0, due - old))
            delta -= tb.over / tb.slot_h * (level - old)
    return delta


@compiled(inner=True, _nrt=False)
def refresh(tb: Tables, st: State, chain: Chain) -> None:
    """Bring the worth of deferred hours up to date; it guides where breaks and shifts are tried."""
    for q in chain.units:
        tube_slopes(tb, st, q, 0, chain.near[q], chain.far[q], chain.useful[q])


@compiled(inner=True, forceinline=True, _nrt=False)
def about(tb: Tables, cell: FloatArray, chain: Chain, agent: int, base: int, t: int, by: float) -> float:
    """What `by` more of an agent at work cost about: on the better queue of the unit, the others staying on theirs."""
    q, kind = chain.unit[agent], chain.kind[agent]
    if t >= tb.slots:
        return 0.0
    best = 1e18
    if kind != DEFERS and (by > 0.0 or kind == ANSWERS or chain.flex[q, t] > chain.on[q, t]):
        at = base + t
        best = cell_cost(tb, cell, at, cell[at, 0] - by) - cell_cost(tb, cell, at, cell[at, 0])
    if kind != ANSWERS and (by > 0.0 or kind == DEFERS or chain.on[q, t] > 0):
        if tb.is_open[q, t]:
            best = min(best, -by * tb.slot_h * chain.near[q, t])
        elif kind == DEFERS:
            best = by * tb.over
    return best if best < 1e18 else 0.0


@compiled(inner=True, _nrt=False)
def move_bias(tb: Tables, st: State, cell: FloatArray, chain: Chain, most: float) -> tuple[bool, float]:
    """One agent more or fewer on deferred work in a random slot, if that costs at most `most` more."""
    q = chain.units[int(np.random.random() * len(chain.units))]
    first, count = tb.open_first[q], tb.open_first[q + 1] - tb.open_first[q]
    if count == 0 or chain.partner[q] < 0:
        return False, 0.0
    t = tb.open_slot[first + int(np.random.random() * count)]
    by = 1 if np.random.random() < 0.5 else -1
    before = chain.on[q, t]
    new_edit(chain)
    chain.bias[q, t] += by
    delta = sweep(tb, st, cell, chain, q, t, t + 1)
    if chain.on[q, t] == before or delta > most:
        restore(st, cell, chain)
        chain.bias[q, t] -= by
        return False, 0.0
    return True, delta


@compiled(inner=True, _nrt=False)
def clear(st: State, chain: Chain) -> None:
    """Nobody at work."""
    new_edit(chain)
    chain.flex[:] = 0
    chain.on[:] = 0
    chain.own[:] = 0.0
    for q in chain.units:
        st.done[q, :] = 0.0


@compiled(inner=True, _nrt=False)
def sweep_all(tb: Tables, st: State, cell: FloatArray, chain: Chain) -> None:
    """Divide everybody at work anew."""
    new_edit(chain)
    for q in chain.units:
        sweep(tb, st, cell, chain, q, 0, tb.slots)
    new_edit(chain)


@compiled(inner=True, _nrt=False)
def serves(chain: Chain, agent: int, queue: int, t: int, slots: int, before: int) -> int:
    """Queue of an agent at work, as `flex` and `on` say, which are counted down; `before` is kept if it can be."""
    q, kind = chain.unit[agent], chain.kind[agent]
    if kind == ANSWERS or t >= slots:
        return queue
    if kind == DEFERS:
        return int(q)
    left, on = chain.flex[q, t], chain.on[q, t]
    deferred = on > 0 and (before == q or on >= left)
    chain.flex[q, t] = left - 1
    chain.on[q, t] = on - deferred
    return int(q) if deferred else queue
