# ruff: noqa: NPY002 (inside kernels these are the random numbers of the thread, seeded by `walk`)
"""Single agent-days replaced slot by slot: only the slots that differ are counted, and every change can be undone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.moves.insert import meets_band, rest_window
from staffing.solver.moves.state import (
    AWAY,
    IDLE,
    State,
    count_crew,
    crew_level,
    row_change,
    settle_tubes,
    span_cost,
)
from staffing.solver.moves.worth import tube_slopes
from staffing.solver.oracle.breaks import BIG, IMPOSSIBLE, place_breaks
from staffing.solver.oracle.sweep import BREAKS_MAX
from staffing.solver.tables import PIN_AWAY, PIN_BREAK, PIN_FREE, PIN_IDLE, Tables


class Desk(NamedTuple):
    """What a sequence of edits needs: a log of slots and of days, and room to work in."""

    used: IntArray  # (3,) slots and days logged, tasks written down
    task: IntArray  # (tasks, 5) agent, day, option, how, room
    task_breaks: IntArray  # (tasks, 8)
    slot_agent: IntArray  # (slots logged,)
    slot_at: IntArray
    slot_queue: IntArray
    day_agent: IntArray  # (days logged,)
    day_at: IntArray
    day_option: IntArray
    day_breaks: IntArray  # (days logged, 8)
    on: BoolArray  # (reach,) working in the new shift; all False between edits
    near: FloatArray  # (queues, reach) worth of an hour on a deferred queue, as it was lately
    far: FloatArray
    useful: FloatArray
    worth: FloatArray  # (reach,)
    pause: FloatArray  # (reach + 1,)
    chain: FloatArray  # (8, reach)
    links: IntArray  # (8, reach)


def new_desk(tb: Tables) -> Desk:
    """Room for moves of up to 40 agent-days, or of all days of two agents."""
    days = 40 + 2 * tb.days
    longest = int((tb.end - tb.start).max(initial=1))
    queues, reach = tb.prof.shape[1], tb.pin.shape[1]
    slots = 2 * days * longest
    return Desk(
        np.zeros(3, dtype=np.int64),
        np.zeros((days, 5), dtype=np.int64),
        np.zeros((days, BREAKS_MAX), dtype=np.int64),
        np.zeros(slots, dtype=np.int64),
        np.zeros(slots, dtype=np.int64),
        np.zeros(slots, dtype=np.int64),
        np.zeros(days, dtype=np.int64),
        np.zeros(days, dtype=np.int64),
        np.zeros(days, dtype=np.int64),
        np.zeros((days, BREAKS_MAX), dtype=np.int64),
        np.zeros(reach, dtype=np.bool_),
        np.zeros((queues, reach)),
        np.zeros((queues, reach)),
        np.zeros((queues, reach)),
        np.zeros(reach),
        np.zeros(reach + 1),
        np.zeros((BREAKS_MAX, reach)),
        np.zeros((BREAKS_MAX, reach), dtype=np.int64),
    )


@compiled(inner=True, _nrt=False)
def refresh_slopes(tb: Tables, st: State, desk: Desk) -> None:
    """Bring the worth of deferred hours up to date; it guides the choice of queues and is not part of any cost."""
    for q in range(tb.prof.shape[1]):
        if tb.deadline[q]:
            tube_slopes(tb, st, q, 0, desk.near[q], desk.far[q], desk.useful[q])


@compiled(inner=True, forceinline=True, _nrt=False)
def queue_gain(tb: Tables, st: State, desk: Desk, group: int, queue: int, slot: int, sign: int) -> float:
    """What one agent more (sign 1) saves on an open queue, or one less (-1) costs, turned to savings."""
    speed = sign * tb.prof[group, queue]
    if tb.deadline[queue]:
        return float(speed * tb.slot_h * desk.near[queue, slot])
    gain = -row_change(tb, st, queue, slot, speed)
    for i in range(tb.pool_first[queue], tb.pool_first[queue + 1]):
        gain -= row_change(tb, st, tb.pool[i], slot, speed)
    return gain


@compiled(inner=True, forceinline=True, _nrt=False)
def best_queue(tb: Tables, st: State, desk: Desk, group: int, slot: int, before: int) -> tuple[int, float]:
    """Queue that an agent more in a slot of the horizon serves best, and what it saves; `before` saves a switch."""
    idle = -tb.over if tb.skilled[group] else 0.0
    best, at, kept = idle, IDLE, idle if before == IDLE else -1e18
    for q in range(tb.prof.shape[1]):
        if tb.prof[group, q] > 0.0 and tb.is_open[q, slot]:
            gain = queue_gain(tb, st, desk, group, q, slot, 1)
            if gain > best:
                best, at = gain, q
            if q == before:
                kept = gain
    if at != before and kept >= best - tb.switch:
        best, at = kept, before
    return at, best


@compiled(inner=True, forceinline=True, _nrt=False)
def put_slot(tb: Tables, st: State, group: int, queue: int, slot: int, sign: int) -> float:
    """Count one agent more (sign 1) or less (-1) in a slot of the horizon; the change of cost if it is divided."""
    delta = 0.0
    if tb.corner.shape[1] > 0:
        delta = count_crew(tb, st, group, slot, sign)
    elif queue >= 0:
        speed = sign * tb.prof[group, queue]
        if tb.deadline[queue]:
            st.dirty[queue, 0] = min(st.dirty[queue, 0], slot)
            st.dirty[queue, 1] = max(st.dirty[queue, 1], slot)
        else:
            for i in range(tb.pool_first[queue], tb.pool_first[queue + 1]):
                st.cover[tb.pool[i], slot] += speed
        st.cover[queue, slot] += speed
    for r in range(len(tb.span)):
        st.heads[r, slot] += sign * tb.heads[group, r]
        st.led[r, slot] += sign * tb.led[group, r]
    return delta


@compiled(inner=True, forceinline=True, _nrt=False)
def span_change(tb: Tables, st: State, group: int, slot: int, sign: int) -> float:
    """Change of the price of missing supervisors with one agent of `group` more or less at work."""
    delta = 0.0
    for r in range(len(tb.span)):
        if tb.heads[group, r] or tb.led[group, r]:
            led, heads = st.led[r, slot], st.heads[r, slot]
            more_led, more_heads = led + sign * tb.led[group, r], heads + sign * tb.heads[group, r]
            delta += span_cost(more_led, more_heads, tb.span[r], tb.span_price)
            delta -= span_cost(led, heads, tb.span[r], tb.span_price)
    return delta


@compiled(inner=True, forceinline=True, _nrt=False)
def price_slot(tb: Tables, st: State, desk: Desk, group: int, queue: int, slot: int, sign: int) -> float:
    """Change of cost of one agent more or less on `queue`.

    Deferred work is priced by `settle_tubes`, a divided slot by `put_slot`.
    """
    delta = span_change(tb, st, group, slot, sign)
    if tb.corner.shape[1] > 0:
        return delta
    if queue < 0:
        return delta + (sign * tb.over if tb.skilled[group] else 0.0)
    if tb.deadline[queue]:
        return float(delta + sign * tb.over * tb.prof[group, queue])
    return delta - queue_gain(tb, st, desk, group, queue, slot, sign)


@compiled(inner=True, forceinline=True, _nrt=False)
def switches(tb: Tables, st: State, agent: int, option: int) -> int:
    """Changes of queue within the shift."""
    count, before = 0, AWAY
    for t in range(tb.start[option], tb.end[option]):
        queue = st.queue[agent, t]
        count += before != AWAY and queue != AWAY and queue != before
        before = queue
    return count


@compiled(inner=True, forceinline=True, _nrt=False)
def edit_day(tb: Tables, st: State, desk: Desk, agent: int, day: int, option: int, breaks: IntArray) -> float:
    """Put `option` (-1: a day off) with `breaks` on an agent-day; the change of cost without wages and wishes.

    Slots at work before and after keep their queue; new ones take the queue that is best.
    """
    i = desk.used[1]
    desk.used[1] += 1
    old, group, delta = st.choice[agent, day], tb.group[agent], 0.0
    desk.day_agent[i], desk.day_at[i], desk.day_option[i] = agent, day, old
    for j in range(BREAKS_MAX):
        desk.day_breaks[i, j] = st.breaks[agent, day, j]
    n = desk.used[0]
    start, end = 0, 0
    if old >= 0 and tb.switch > 0.0:
        delta -= tb.switch * switches(tb, st, agent, old)
    pinned = tb.has_pin[agent]
    if option >= 0:
        start, end = tb.start[option], tb.end[option]
        for t in range(start, end):
            desk.on[t] = True
        p = tb.pattern[option]
        first = tb.pat_first[p]
        for j in range(tb.pat_first[p + 1] - first):
            at = breaks[j]
            st.breaks[agent, day, j] = at
            for t in range(at, at + tb.brk_len[first + j]):
                desk.on[t] = False
        if pinned:
            for t in range(start, end):
                code = tb.pin[agent, t]
                if code in (PIN_AWAY, PIN_BREAK):
                    desk.on[t] = False
    if old >= 0:
        for t in range(tb.start[old], tb.end[old]):
            queue = st.queue[agent, t]
            if queue != AWAY and not desk.on[t]:
                desk.slot_agent[n], desk.slot_at[n], desk.slot_queue[n] = agent, t, queue
                n += 1
                st.queue[agent, t] = AWAY
                if t < tb.slots:
                    delta += price_slot(tb, st, desk, group, queue, t, -1)
                    delta += put_slot(tb, st, group, queue, t, -1)
    before = IDLE
    for t in range(start, end):
        if desk.on[t] and st.queue[agent, t] == AWAY:
            code = tb.pin[agent, t] if pinned else PIN_FREE
            if code == PIN_IDLE or tb.corner.shape[1] > 0:
                queue = IDLE
            elif code >= 0:
                queue = code
            elif t < tb.slots:
                queue, _ = best_queue(tb, st, desk, group, t, before)
            else:
                queue = before
            desk.slot_agent[n], desk.slot_at[n], desk.slot_queue[n] = agent, t, AWAY
            n += 1
            st.queue[agent, t] = queue
            if t < tb.slots:
                delta += price_slot(tb, st, desk, group, queue, t, 1)
                delta += put_slot(tb, st, group, queue, t, 1)
        if desk.on[t]:
            before = st.queue[agent, t]
        desk.on[t] = False
    desk.used[0] = n
    st.choice[agent, day] = option
    if option >= 0 and tb.switch > 0.0:
        delta += tb.switch * switches(tb, st, agent, option)
    return delta


@compiled(inner=True, forceinline=True, _nrt=False)
def take_back(tb: Tables, st: State, desk: Desk, deferred: bool) -> None:
    """Undo every edit of the log; `deferred`: there are deferred queues."""
    for i in range(desk.used[0] - 1, -1, -1):
        agent, t, queue = desk.slot_agent[i], desk.slot_at[i], desk.slot_queue[i]
        now, group = st.queue[agent, t], tb.group[agent]
        if t < tb.slots:
            if now != AWAY:
                put_slot(tb, st, group, now, t, -1)
            if queue != AWAY:
                put_slot(tb, st, group, queue, t, 1)
        st.queue[agent, t] = queue
    for i in range(desk.used[1] - 1, -1, -1):
        agent, day = desk.day_agent[i], desk.day_at[i]
        st.choice[agent, day] = desk.day_option[i]
        for j in range(BREAKS_MAX):
            st.breaks[agent, day, j] = desk.day_breaks[i, j]
    if deferred:
        settle_tubes(tb, st)


@compiled(inner=True, forceinline=True, _nrt=False)
def worth_here(tb: Tables, st: State, desk: Desk, agent: int, first: int, last: int) -> None:
    """What the agent's work in slots [first, last) is worth, kept or added, to ``desk.worth``."""
    group = tb.group[agent]
    before = IDLE
    for t in range(first, last):
        queue, value = st.queue[agent, t], 0.0
        if t < tb.slots and tb.corner.shape[1] > 0:
            if queue == AWAY:
                queue = IDLE
                value = st.level[t] - crew_level(tb, st.score[t], group, 1) - span_change(tb, st, group, t, 1)
            else:
                value = crew_level(tb, st.score[t], group, -1) - st.level[t] + span_change(tb, st, group, t, -1)
        elif t < tb.slots:
            if queue == AWAY:
                queue, value = best_queue(tb, st, desk, group, t, before)
                value -= span_change(tb, st, group, t, 1)
            else:
                value = span_change(tb, st, group, t, -1)
                if queue >= 0:
                    value -= queue_gain(tb, st, desk, group, queue, t, -1)
                elif tb.skilled[group]:
                    value -= tb.over
        before = queue
        desk.worth[t] = value


@compiled(inner=True, forceinline=True, _nrt=False)
def place_here(tb: Tables, st: State, desk: Desk, agent: int, option: int, noise: float, places: IntArray) -> bool:
    """Best breaks of a shift, given everybody else's work, under noise, to `places`; False when none fit."""
    start, end = tb.start[option], tb.end[option]
    worth_here(tb, st, desk, agent, start, end)
    pause = desk.pause
    pause[start] = 0.0
    for t in range(start, end):
        loss = desk.worth[t]
        if noise > 0.0:
            loss += noise * (np.random.random() - 0.5)
        if tb.has_pin[agent]:
            code = tb.pin[agent, t]
            if code == PIN_BREAK:
                loss = -BIG
            elif code != PIN_FREE:
                loss = BIG
        pause[t + 1] = pause[t] + loss
    p = tb.pattern[option]
    rows, count = tb.pat_first[p], tb.pat_first[p + 1] - tb.pat_first[p]
    best = place_breaks(
        start, rows, count, tb.brk_lo, tb.brk_hi, tb.brk_len, tb.brk_gap, pause, desk.chain, desk.links, places
    )
    return bool(best < IMPOSSIBLE)


@compiled(inner=True, _nrt=False)
def good_option(tb: Tables, st: State, desk: Desk, agent: int, day: int, noise: float) -> int:
    """Option of a day off with the best worth of its slots, breaks left aside, under noise; -1 when there is none.

    Rest and start bands with the other days are kept; the rest of the rules is left to the caller.
    """
    row = agent * tb.days + day
    first, last = tb.first[row], tb.first[row + 1]
    earliest, latest = rest_window(tb, st, agent, day)
    week = day // 7
    band_from, band_to = 0, tb.bands[agent] - 1
    for d in range(7 * week, min(7 * week + 7, tb.days)):
        o = st.choice[agent, d]
        if o >= 0:
            band_from, band_to = max(band_from, tb.band_first[o]), min(band_to, tb.band_last[o])
    t0, t1 = 1 << 40, 0
    for o in range(first, last):
        if tb.start[o] >= earliest and tb.end[o] <= latest and meets_band(tb, o, band_from, band_to):
            t0, t1 = min(t0, tb.start[o]), max(t1, tb.end[o])
    if t1 == 0:
        return -1
    worth_here(tb, st, desk, agent, t0, t1)
    work = desk.pause
    work[t0] = 0.0
    for t in range(t0, t1):
        work[t + 1] = work[t] + desk.worth[t]
    best, found = 1e18, -1
    for o in range(first, last):
        if tb.start[o] < earliest or tb.end[o] > latest or not meets_band(tb, o, band_from, band_to):
            continue
        value = tb.price[o] - (work[tb.end[o]] - work[tb.start[o]])
        value -= noise * np.log(-1.0 / np.log(np.random.random()))
        if value < best:
            best, found = value, o
    return int(found)
