"""What one more agent is worth in each slot, given everybody else."""

from __future__ import annotations

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.moves.state import IDLE, State, crew_level, row_change, span_cost
from staffing.solver.tables import Tables

TINY = 1e-9


@compiled(inner=True)
def tube_slopes(
    tb: Tables, st: State, queue: int, from_slot: int, near: FloatArray, far: FloatArray, useful: FloatArray
) -> None:
    """Worth of one more hour on a deferred queue in each open slot from `from_slot` on.

    The first `useful` hours are worth `near` each (they make work less late), further ones `far`: an hour that only
    does earlier what would have been done later costs somebody else an idle hour.
    """
    waste = tb.over / tb.slot_h
    benefit, deficit, room, ends = waste, 0.0, 1e9, False
    base = tb.open_first[queue]
    first, count = tb.open_before[queue, from_slot], tb.open_first[queue + 1] - base
    if count == 0:
        return
    lack = tb.late[queue, tb.slots - 1] - st.done[queue, tb.open_slot[base + count - 1]]
    if lack > TINY:
        benefit += tb.undone
        deficit = lack
    for i in range(count - 1, first - 1, -1):
        t = tb.open_slot[base + i]
        slack = tb.early[queue, t] - st.done[queue, t]
        room = min(room, slack)
        lack = tb.late[queue, t] - st.done[queue, t]
        if lack > TINY:
            benefit += tb.overdue
            deficit = max(deficit, lack)
        if slack <= TINY:  # all that has come is done: one more hour here is wasted, and earlier ones end here
            near[t] = far[t] = -waste
            useful[t] = 0.0
            benefit, deficit, room, ends = 0.0, 0.0, 1e9, True
        else:
            near[t] = benefit - waste
            far[t] = -waste if ends else 0.0
            useful[t] = min(deficit, room)


@compiled(inner=True)
def slot_worth(
    tb: Tables,
    st: State,
    group: int,
    first: int,
    last: int,
    worth: FloatArray,
    queues: IntArray,
    slopes: FloatArray,
) -> None:
    """Worth of work of an agent of `group` in slots [first, last), and the queue to serve; written in place.

    `slopes` (3, queues, reach) is room to work in. A queue is kept while another is not better by the price of a
    switch; where slots are divided none is named. Worth counts supervision; it is 0 beyond the horizon.
    """
    count = tb.prof.shape[1]
    used = np.zeros(count)
    mine = np.empty(count, dtype=np.int64)
    skills = 0
    stop = min(last, tb.slots)
    for q in range(count):
        if tb.prof[group, q] > 0.0:
            mine[skills] = q
            skills += 1
            if tb.deadline[q] and first < stop:
                tube_slopes(tb, st, q, first, slopes[0, q], slopes[1, q], slopes[2, q])
    idle = -tb.over if skills > 0 else 0.0
    before = IDLE
    for t in range(first, stop):
        best, at, kept = idle, IDLE, idle if before == IDLE else -1e18
        for i in range(skills):
            q = mine[i]
            if not tb.is_open[q, t]:
                continue
            speed = tb.prof[group, q]
            if tb.deadline[q]:
                hours = speed * tb.slot_h
                now = max(0.0, min(hours, slopes[2, q, t] - used[q]))
                gain = now * slopes[0, q, t] + (hours - now) * slopes[1, q, t]
            else:
                gain = -row_change(tb, st, q, t, speed)
                for j in range(tb.pool_first[q], tb.pool_first[q + 1]):
                    gain -= row_change(tb, st, tb.pool[j], t, speed)
            if gain > best:
                best, at = gain, q
            if q == before:
                kept = gain
        if at != before and kept >= best - tb.switch:
            best, at = kept, before
        if tb.corner.shape[1] > 0 and skills > 0:
            best, at = st.level[t] - crew_level(tb, st.score[t], group, 1), IDLE
        if at >= 0 and tb.deadline[at]:
            used[at] += tb.prof[group, at] * tb.slot_h
        before = at
        for r in range(len(tb.span)):
            if tb.heads[group, r] or tb.led[group, r]:
                best += span_cost(st.led[r, t], st.heads[r, t], tb.span[r], tb.span_price)
                led, heads = st.led[r, t] + tb.led[group, r], st.heads[r, t] + tb.heads[group, r]
                best -= span_cost(led, heads, tb.span[r], tb.span_price)
        worth[t] = best
        queues[t] = at
    for t in range(max(first, stop), last):
        worth[t] = 0.0
        queues[t] = queues[t - 1] if t > first else IDLE
