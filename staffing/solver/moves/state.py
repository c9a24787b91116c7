"""A roster in slots with its exact cost, changed one agent-day at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.oracle.dual import slot_cost
from staffing.solver.oracle.linked import fair_excess
from staffing.solver.tables import PIN_AWAY, PIN_FREE, PIN_IDLE, Tables

AWAY, IDLE = -2, -1
"""Codes of `State.queue`: not at work; at work without a queue."""


class State(NamedTuple):
    """The roster and what follows from it; `cost` (1,) is kept exact by every change."""

    choice: IntArray  # (agents, days) option or -1
    breaks: IntArray  # (agents, days, 8) starts of the breaks
    queue: IntArray  # (agents, reach)
    cover: FloatArray  # (rows, slots) of queues, then of pools
    done: FloatArray  # (queues, slots) hours of deferred work done by the end of each slot, at open slots only
    heads: IntArray  # (roles, slots)
    led: IntArray
    dirty: IntArray  # (queues, 2) first and last slot whose coverage changed since `done` was right
    cost: FloatArray
    skip: IntArray  # (agents,) 1: no legal week, no shifts
    score: NDArray[np.int32]  # (slots, corners) cost of those at work at the prices of each corner
    level: FloatArray  # (slots,) the largest of them: what the slot costs where it is divided among queues


@compiled(inner=True, _nrt=False)
def span_cost(led: int, heads: int, span: int, price: float) -> float:
    """Price of missing supervisors in one slot."""
    return price * max(0, -(-led // span) - heads)


@compiled(inner=True, forceinline=True, _nrt=False)
def row_change(tb: Tables, st: State, row: int, slot: int, speed: float) -> float:
    """Change of cost when coverage of an answered row rises by `speed`; the coverage is left to the caller."""
    missing, mild, over = tb.required[row, slot] - st.cover[row, slot], tb.severe_from[row, slot], tb.over_at[row, slot]
    short, severe = tb.weight[row, slot] * tb.short, tb.weight[row, slot] * tb.severe
    return slot_cost(missing - speed, mild, short, severe, over) - slot_cost(missing, mild, short, severe, over)


@compiled(inner=True, _nrt=False)
def crew_level(tb: Tables, score: NDArray[np.int32], group: int, sign: int) -> float:
    """Cost of a divided slot of such scores with one agent of `group` more (sign 1) or fewer (-1) at work."""
    worth, by = tb.corner[group], np.int32(sign)
    best = np.int32(score[0] - by * worth[0])
    for v in range(len(worth)):
        best = max(best, np.int32(score[v] - by * worth[v]))
    return float(best / tb.corner_unit)


@compiled(inner=True, _nrt=False)
def move_scores(tb: Tables, score: NDArray[np.int32], group: int, sign: int, target: NDArray[np.int32]) -> float:
    """Like `crew_level`; the new scores are written to `target`, which may be `score`."""
    worth, by = tb.corner[group], np.int32(sign)
    best = np.int32(score[0] - by * worth[0])
    for v in range(len(worth)):
        value = np.int32(score[v] - by * worth[v])
        target[v] = value
        best = max(best, value)
    return float(best / tb.corner_unit)


@compiled(inner=True, _nrt=False)
def count_crew(tb: Tables, st: State, group: int, slot: int, sign: int) -> float:
    """Put one agent of `group` to work in a divided slot (sign 1) or take one away (-1); the change of cost."""
    change = move_scores(tb, st.score[slot], group, sign, st.score[slot]) - st.level[slot]
    st.level[slot] += change
    return float(change)


@compiled(inner=True, forceinline=True, _nrt=False)
def count_slot(tb: Tables, st: State, group: int, queue: int, slot: int, sign: int) -> float:
    """Put one agent of `group` to work in `slot` (sign 1) or take one away (-1); the change of cost.

    Deferred queues are only marked; `settle_tubes` prices them.
    """
    delta = 0.0
    if tb.corner.shape[1] > 0:
        delta += count_crew(tb, st, group, slot, sign)
    elif queue >= 0:
        speed = sign * tb.prof[group, queue]
        if tb.deadline[queue]:
            st.dirty[queue, 0] = min(st.dirty[queue, 0], slot)
            st.dirty[queue, 1] = max(st.dirty[queue, 1], slot)
            delta += tb.over * speed
        else:
            delta += row_change(tb, st, queue, slot, speed)
            for i in range(tb.pool_first[queue], tb.pool_first[queue + 1]):
                delta += row_change(tb, st, tb.pool[i], slot, speed)
                st.cover[tb.pool[i], slot] += speed
        st.cover[queue, slot] += speed
    elif tb.skilled[group]:
        delta += sign * tb.over
    for r in range(len(tb.span)):
        if tb.heads[group, r]:
            delta -= span_cost(st.led[r, slot], st.heads[r, slot], tb.span[r], tb.span_price)
            st.heads[r, slot] += sign
            delta += span_cost(st.led[r, slot], st.heads[r, slot], tb.span[r], tb.span_price)
        if tb.led[group, r]:
            delta -= span_cost(st.led[r, slot], st.heads[r, slot], tb.span[r], tb.span_price)
            st.led[r, slot] += sign
            delta += span_cost(st.led[r, slot], st.heads[r, slot], tb.span[r], tb.span_price)
    return delta


@compiled(inner=True, _nrt=False)
def count_day(tb: Tables, st: State, agent: int, option: int, sign: int) -> float:
    """Count a whole shift as `st.queue` says, switches included; wages and wishes are `week_price`'s."""
    group, delta, before = tb.group[agent], 0.0, AWAY
    for t in range(tb.start[option], tb.end[option]):
        queue = st.queue[agent, t]
        if queue != AWAY:
            if before != AWAY and queue != before:
                delta += sign * tb.switch
            if t < tb.slots:
                delta += count_slot(tb, st, group, queue, t, sign)
        before = queue
    return delta


@compiled(inner=True, _nrt=False)
def settle_tubes(tb: Tables, st: State) -> float:
    """Bring `done` up to date where coverage changed; the change of overdue, undone and idle cost."""
    delta = 0.0
    for q in range(st.dirty.shape[0]):
        first, last = st.dirty[q, 0], st.dirty[q, 1]
        if first > last:
            continue
        st.dirty[q, 0], st.dirty[q, 1] = tb.slots, -1
        base, count = tb.open_first[q], tb.open_first[q + 1] - tb.open_first[q]
        i = tb.open_before[q, first]
        level = st.done[q, tb.open_slot[base + i - 1]] if i > 0 else 0.0
        while i < count:
            t = tb.open_slot[base + i]
            level = max(level, min(tb.early[q, t], level + max(0.0, st.cover[q, t]) * tb.slot_h))
            old = st.done[q, t]
            if t > last and level == old:
                break
            due = tb.late[q, t]
            if due > level or due > old:
                delta += tb.overdue * (max(0.0, due - level) - max(0.0, due - old))
            st.done[q, t] = level
            i += 1
            if i == count:
                due = tb.late[q, tb.slots - 1]
                delta += tb.undone * (max(0.0, due - level) - max(0.0, due - old))
                delta -= tb.over / tb.slot_h * (level - old)
    return delta


@compiled(inner=True, _nrt=False)
def week_price(tb: Tables, st: State, agent: int, week: int) -> float:
    """Wages, overtime and wishes of one agent-week."""
    total, minutes = 0.0, 0
    for d in range(7 * week, min(7 * week + 7, tb.days)):
        option = st.choice[agent, d]
        if option < 0:
            total += tb.off_price[agent, d]
        else:
            total += tb.price[option]
            minutes += tb.paid[option]
    return float(total + max(0, minutes - tb.high[agent, week]) * tb.extra_per_min[agent])


@compiled(inner=True, _nrt=False)
def write_day(tb: Tables, st: State, agent: int, option: int, day: int, queues: IntArray) -> None:
    """Put `option` with ``st.breaks[agent, day]`` into `st.queue`; free work takes `queues` (reach,)."""
    for t in range(tb.start[option], tb.end[option]):
        code = tb.pin[agent, t]
        if code == PIN_FREE:
            st.queue[agent, t] = queues[t]
        elif code == PIN_AWAY:
            st.queue[agent, t] = AWAY
        elif code == PIN_IDLE:
            st.queue[agent, t] = IDLE
        else:
            st.queue[agent, t] = code if code >= 0 else AWAY
    p = tb.pattern[option]
    for j in range(tb.pat_first[p + 1] - tb.pat_first[p]):
        at = st.breaks[agent, day, j]
        for t in range(at, at + tb.brk_len[tb.pat_first[p] + j]):
            st.queue[agent, t] = AWAY


@compiled
def rebuild(tb: Tables, st: State) -> float:
    """Count everything afresh from `choice` and `queue`; sets and returns the exact cost."""
    st.cover[:] = 0.0
    st.done[:] = 0.0
    st.heads[:] = 0
    st.led[:] = 0
    total = 0.0
    for q in range(st.dirty.shape[0]):
        st.dirty[q, 0], st.dirty[q, 1] = tb.slots, -1
        if tb.deadline[q]:
            st.dirty[q, 0], st.dirty[q, 1] = 0, tb.slots - 1
    for q in range(st.cover.shape[0]):
        if tb.deadline[q]:
            for t in range(tb.slots):
                if tb.is_open[q, t]:
                    total += tb.overdue * max(0.0, tb.late[q, t])
            total += tb.undone * max(0.0, tb.late[q, tb.slots - 1])
        elif tb.corner.shape[1] == 0:
            for t in range(tb.slots):
                if tb.is_open[q, t]:
                    short, severe = tb.weight[q, t] * tb.short, tb.weight[q, t] * tb.severe
                    total += slot_cost(tb.required[q, t], tb.severe_from[q, t], short, severe, tb.over_at[q, t])
    if tb.corner.shape[1] > 0:
        for t in range(tb.slots):
            best = tb.corner_base[t, 0]
            for v in range(tb.corner.shape[1]):
                st.score[t, v] = tb.corner_base[t, v]
                best = max(best, tb.corner_base[t, v])
            st.level[t] = best / tb.corner_unit
            total += st.level[t]
    for a in range(st.choice.shape[0]):
        total += fair_excess(tb, a, st.choice[a])
        for w in range(tb.weeks):
            total += week_price(tb, st, a, w)
        for d in range(tb.days):
            if st.choice[a, d] >= 0:
                total += count_day(tb, st, a, st.choice[a, d], 1)
    total += settle_tubes(tb, st)
    st.cost[0] = total
    return total


def new_state(tb: Tables) -> State:
    """A state without any shift."""
    people = len(tb.group)
    queues, roles = tb.prof.shape[1], len(tb.span)
    return State(
        choice=np.full((people, tb.days), -1, dtype=np.int64),
        breaks=np.zeros((people, tb.days, 8), dtype=np.int64),
        queue=np.full((people, tb.pin.shape[1]), AWAY, dtype=np.int64),
        cover=np.zeros(tb.is_open.shape),
        done=np.zeros((queues, tb.slots)),
        heads=np.zeros((roles, tb.slots), dtype=np.int64),
        led=np.zeros((roles, tb.slots), dtype=np.int64),
        dirty=np.zeros((queues, 2), dtype=np.int64),
        cost=np.zeros(1),
        skip=np.zeros(people, dtype=np.int64),
        score=np.zeros(tb.corner_base.shape, dtype=np.int32),
        level=np.zeros(tb.slots),
    )


def copy_state(st: State) -> State:
    """An independent copy."""
    return State._make(array.copy() for array in st)
