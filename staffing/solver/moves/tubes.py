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
TINY, SLACK = 1e-9, 3.0
"""SLACK: how much more than expected a change of the backlog may save before a sweep is given up, in idle slots."""


class Chain(NamedTuple):
    """Deferred queues in slots, a log of who came and went in an edit, and the spans it changed."""

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
    stay: IntArray  # (queues, reach) of those who serve both, so many are worth more on the answered queue
    needed: IntArray  # (queues, reach) and so many even when deferred work is late
    value: FloatArray  # (queues, reach) about what an agent more on deferred work saves
    far: FloatArray
    useful: FloatArray
    used: IntArray  # (2,) slots logged, spans
    log: FloatArray  # (slots logged, 7) queue, slot, flex, own, stay, needed, missing on the answered queue
    span: IntArray  # (spans, 3) queue, first slot, and the one after the last


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
    shape = (queues, reach)
    days, longest = 40 + 2 * tb.days, int((tb.end - tb.start).max(initial=1))
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
        stay=np.zeros(shape, dtype=np.int64),
        needed=np.zeros(shape, dtype=np.int64),
        value=np.zeros(shape),
        far=np.zeros(shape),
        useful=np.zeros(shape),
        used=np.zeros(2, dtype=np.int64),
        log=np.zeros((2 * days * longest, 7)),
        span=np.zeros((2 * days, 3), dtype=np.int64),
    )


@compiled(inner=True, forceinline=True, _nrt=False)
def cell_cost(tb: Tables, cell: FloatArray, at: int, missing: float) -> float:
    """Price of a cell of `moves.swift.Board` with so many agents missing."""
    return slot_cost(missing, cell[at, 1], cell[at, 3] * tb.short, cell[at, 3] * tb.severe, cell[at, 2])


@compiled(inner=True, forceinline=True, _nrt=False)
def new_edit(chain: Chain) -> None:
    """Forget the log and the spans."""
    chain.used[0] = 0
    chain.used[1] = 0


@compiled(inner=True, forceinline=True, _nrt=False)
def mark_span(chain: Chain, q: int, low: int, high: int) -> None:
    """Slots in which the edit changed who is at work; spans are kept in the order of their beginnings."""
    i = chain.used[1]
    chain.used[1] += 1
    while i > 0 and chain.span[i - 1, 1] > low:
        for j in range(3):
            chain.span[i, j] = chain.span[i - 1, j]
        i -= 1
    chain.span[i, 0], chain.span[i, 1], chain.span[i, 2] = q, low, high


@compiled(inner=True, _nrt=False)
def restore(cell: FloatArray, chain: Chain) -> None:
    """Undo the edit."""
    for i in range(chain.used[0] - 1, -1, -1):
        row = chain.log[i]
        q, t = int(row[0]), int(row[1])
        chain.flex[q, t], chain.own[q, t] = int(row[2]), row[3]
        chain.stay[q, t], chain.needed[q, t] = int(row[4]), int(row[5])
        if chain.partner[q] >= 0:
            cell[chain.partner[q] * chain.flex.shape[1] + t, 0] = row[6]


@compiled(inner=True, _nrt=False)
def weigh(tb: Tables, cell: FloatArray, chain: Chain, q: int, t: int) -> None:
    """How many of those who serve both queues are worth more on the answered one."""
    if chain.partner[q] < 0 or t >= tb.slots:
        return
    at, speed = chain.partner[q] * chain.flex.shape[1] + t, chain.speed[q]
    alone = cell[at, 0] + speed * (chain.flex[q, t] - chain.on[q, t])
    n = max(0, int(np.ceil(alone / speed - TINY)))
    for step in range(2):
        price = chain.worth[q, t] if step == 0 else chain.urgent * speed
        while n > 0:
            last = cell_cost(tb, cell, at, alone - speed * (n - 1)) - cell_cost(tb, cell, at, alone - speed * n)
            if last >= price:
                break
            n -= 1
        if step == 0:
            chain.stay[q, t] = n
        else:
            chain.needed[q, t] = n


@compiled(inner=True, forceinline=True, _nrt=False)
def turn(tb: Tables, cell: FloatArray, chain: Chain, agent: int, base: int, t: int, by: float, way: int) -> float:
    """Count `way` agents like `agent`, of speed `by`, more in a slot; the change of cost before the sweep."""
    q, kind = chain.unit[agent], chain.kind[agent]
    if t >= tb.slots:
        return 0.0
    row = chain.log[chain.used[0]]
    chain.used[0] += 1
    row[0], row[1], row[2], row[3] = q, t, chain.flex[q, t], chain.own[q, t]
    row[4], row[5] = chain.stay[q, t], chain.needed[q, t]
    if chain.partner[q] >= 0:
        row[6] = cell[chain.partner[q] * chain.flex.shape[1] + t, 0]
    if kind == DEFERS:
        chain.own[q, t] += way * by
        return tb.over * way * by
    if kind == FLEXIBLE:
        chain.flex[q, t] += way
    at = base + t
    missing = cell[at, 0] - way * by
    change = cell_cost(tb, cell, at, missing) - cell_cost(tb, cell, at, cell[at, 0])
    cell[at, 0] = missing
    if kind == ANSWERS:
        weigh(tb, cell, chain, q, t)
    return change


@compiled(inner=True, forceinline=True, _nrt=False)
def split(tb: Tables, cell: FloatArray, chain: Chain, q: int, t: int, at: int, waits: float, lacks: float) -> int:
    """Of the agents at work who serve both queues, those on deferred work.

    `waits` is the work that can be done, `lacks` what of it is late after the slot, in agents for the slot.
    """
    n = chain.flex[q, t]
    if n <= 0 or waits <= TINY:
        return 0
    go = max(0, n - chain.stay[q, t])
    if go < lacks - TINY:
        go = max(go, min(n - chain.needed[q, t], int(np.ceil(lacks - TINY))))
    if go > waits + TINY:
        full = int(waits + TINY)
        speed = chain.speed[q]
        part, stay = waits - full, n - full
        alone = cell[at, 0] + speed * (n - chain.on[q, t])
        last = cell_cost(tb, cell, at, alone - speed * (stay - 1)) - cell_cost(tb, cell, at, alone - speed * stay)
        go = full
        if part > TINY and part * (chain.worth[q, t] + tb.over * speed) - tb.over * speed >= last:
            go += 1
    go += chain.bias[q, t]
    if go > waits:
        go = min(go, int(np.ceil(waits - TINY)))
    return int(max(0, min(go, n)))


@compiled(inner=True, _nrt=False)
def sweep(tb: Tables, st: State, cell: FloatArray, chain: Chain, q: int, write: bool, most: float) -> float:
    """Divide those at work anew in the spans of the edit, and on until the backlog is as before; the cost's change.

    Nothing is changed unless `write`. Without, it ends early once the cost will hardly fall below `most`; what it
    returns then is above. Late, undone and idle hours are priced as by `settle_tubes`.
    """
    delta, speed, reach, spans = 0.0, chain.speed[q], chain.flex.shape[1], chain.used[1]
    first, count = tb.open_first[q], tb.open_first[q + 1] - tb.open_first[q]
    partner = chain.partner[q]
    unit = speed * tb.slot_h
    at_work = 1.0 / unit
    i, level, same, high, s = 0, 0.0, True, -1, 0
    while True:
        if same:
            while s < spans and chain.span[s, 0] != q:
                s += 1
            if s >= spans or chain.span[s, 1] >= tb.slots:
                break
            i = tb.open_before[q, chain.span[s, 1]]
            level = st.done[q, tb.open_slot[first + i - 1]] if i > 0 else 0.0
            high = chain.span[s, 2]
            s += 1
        while i < count:
            t = tb.open_slot[first + i]
            if t >= high:
                while s < spans and (chain.span[s, 0] != q or chain.span[s, 1] <= t):
                    if chain.span[s, 0] == q:
                        high = max(high, chain.span[s, 2])
                    s += 1
                if t >= high:
                    if same:
                        break
                    if s >= spans and not write:
                        behind = (st.done[q, tb.open_slot[first + i - 1]] - level) * at_work
                        if delta + behind * chain.worth[q, t] - SLACK * tb.over > most:
                            return float(delta + behind * chain.worth[q, t] + SLACK * tb.over)
            own = chain.own[q, t] * tb.slot_h
            early, due, old = tb.early[q, t], tb.late[q, t], st.done[q, t]
            if partner >= 0:
                at = partner * reach + t
                on = split(tb, cell, chain, q, t, at, (early - level - own) * at_work, (due - level - own) * at_work)
                moved = on - chain.on[q, t]
                if moved != 0:
                    missing = cell[at, 0] + moved * speed
                    delta += cell_cost(tb, cell, at, missing) - cell_cost(tb, cell, at, cell[at, 0])
                    delta += tb.over * speed * moved
                    if write:
                        cell[at, 0] = missing
                        chain.on[q, t] = on
                own += on * unit
            level = max(level, min(early, level + own))
            if due > level or due > old:
                delta += tb.overdue * (max(0.0, due - level) - max(0.0, due - old))
            if write:
                st.done[q, t] = level
            same = abs(level - old) < TINY
            i += 1
            if i == count:
                due = tb.late[q, tb.slots - 1]
                delta += tb.undone * (max(0.0, due - level) - max(0.0, due - old))
                delta -= tb.over / tb.slot_h * (level - old)
        if i >= count:
            break
    return delta


@compiled(inner=True, forceinline=True, _nrt=False)
def sweep_units(tb: Tables, st: State, cell: FloatArray, chain: Chain, write: bool, most: float) -> float:
    """`sweep` of every unit that the edit changed."""
    delta = 0.0
    for q in chain.units:
        touched = False
        for s in range(chain.used[1]):
            touched = touched or chain.span[s, 0] == q
        if touched:
            delta += sweep(tb, st, cell, chain, q, write, most - delta)
    return delta


@compiled(inner=True, _nrt=False)
def refresh(tb: Tables, st: State, chain: Chain) -> None:
    """Bring the value of deferred work up to date; it guides where breaks and shifts are tried."""
    for q in chain.units:
        value = chain.value[q]
        tube_slopes(tb, st, q, 0, value, chain.far[q], chain.useful[q])
        for t in range(tb.slots):
            per_agent = value[t] * tb.slot_h
            value[t] = per_agent if per_agent <= -tb.over + TINY else max(per_agent, chain.worth[q, t])


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
            best = min(best, -by * chain.value[q, t])
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
    new_edit(chain)
    mark_span(chain, q, t, t + 1)
    chain.bias[q, t] += by
    delta = sweep(tb, st, cell, chain, q, False, most)
    if delta == 0.0 or delta > most:
        chain.bias[q, t] -= by
        return False, 0.0
    sweep(tb, st, cell, chain, q, True, 0.0)
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
    for q in chain.units:
        for t in range(tb.slots):
            weigh(tb, cell, chain, q, t)
        new_edit(chain)
        mark_span(chain, q, 0, tb.slots)
        sweep(tb, st, cell, chain, q, True, 0.0)
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
