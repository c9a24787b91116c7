"""All agents' best weeks at given prices: one evaluation of the relaxation, and legal weeks for construction."""

from __future__ import annotations

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.oracle.breaks import BIG, IMPOSSIBLE, place_breaks, prefix_sums
from staffing.solver.oracle.linked import linked_week
from staffing.solver.oracle.week_ends import NEVER
from staffing.solver.tables import Tables

BREAKS_MAX = 8
"""Most breaks of a shift."""


@compiled
def group_values(
    tb: Tables, price: FloatArray, span_price: FloatArray, value: FloatArray, served: IntArray, free: BoolArray
) -> None:
    """Worth of a slot of free work to each group, and the queue that gives it.

    Parameters
    ----------
    price : (queues, slots)
        Worth of one standard agent in the slot; may be negative down to the price of overstaffing.
    span_price : (roles, slots)
        Price of a missing supervisor.
    value, served : (groups, reach)
        Written: worth and queue (-1: none). Nothing counts beyond the horizon.
    free : (queues,)
        Queues to be looked at (all in general).
    """
    groups, queues = tb.prof.shape
    reach = value.shape[1]
    roles = len(tb.span)
    for g in range(groups):
        idle = -tb.over if tb.skilled[g] else 0.0
        for t in range(tb.slots):
            value[g, t] = idle
            served[g, t] = -1
        for q in range(queues):
            speed = tb.prof[g, q]
            if speed <= 0.0 or not free[q]:
                continue
            for t in range(tb.slots):
                if tb.is_open[q, t] and speed * price[q, t] > value[g, t]:
                    value[g, t] = speed * price[q, t]
                    served[g, t] = q
        for r in range(roles):
            if tb.heads[g, r]:
                for t in range(tb.slots):
                    value[g, t] += span_price[r, t]
            if tb.led[g, r]:
                for t in range(tb.slots):
                    value[g, t] -= span_price[r, t] / tb.span[r]
        for t in range(tb.slots, reach):
            value[g, t] = 0.0
            served[g, t] = -1


@compiled
def shape_costs(
    tb: Tables, first_kind: int, last_kind: int, value: FloatArray, cost: FloatArray, pauses: IntArray
) -> None:
    """What the shapes of each kind of agent cost without wage and wishes, for agents with nothing settled.

    `value` (groups, reach) is from `group_values`; the shapes of kind k go to ``cost[kind_first[k]:]``, and the starts
    of their breaks to the same rows of `pauses` (kinds' shapes, BREAKS_MAX).
    """
    reach = value.shape[1]
    work = np.zeros(reach + 1)
    chain, back = np.empty((BREAKS_MAX, reach)), np.empty((BREAKS_MAX, reach), dtype=np.int64)
    for kind in range(first_kind, last_kind):
        group = tb.kind_group[kind]
        for t in range(reach):
            work[t + 1] = work[t] + value[group, t]
        shape0 = tb.kind_shape[kind, 0]
        at = tb.kind_first[kind]
        for shape in range(shape0, tb.kind_shape[kind, 1]):
            start = tb.shape_start[shape]
            p = tb.shape_pattern[shape]
            rows, count = tb.pat_first[p], tb.pat_first[p + 1] - tb.pat_first[p]
            loss = place_breaks(
                start, rows, count, tb.brk_lo, tb.brk_hi, tb.brk_len, tb.brk_gap, work, chain, back,
                pauses[at + shape - shape0],
            )  # fmt: skip
            gain = work[tb.shape_end[shape]] - work[start]
            cost[at + shape - shape0] = BIG if loss >= IMPOSSIBLE else loss - gain


@compiled
def agent_costs(
    tb: Tables, agent: int, first: int, last: int, work: FloatArray, pause: FloatArray, cost: FloatArray
) -> None:
    """Cost of options `first` to `last` of `agent` at its own prefix sums, from the agent's first option on."""
    reach = len(work)
    chain, back = np.empty((BREAKS_MAX, reach)), np.empty((BREAKS_MAX, reach), dtype=np.int64)
    places = np.empty(BREAKS_MAX, dtype=np.int64)
    base = tb.first[agent * tb.days]
    for o in range(first, last):
        p = tb.pattern[o]
        rows, count = tb.pat_first[p], tb.pat_first[p + 1] - tb.pat_first[p]
        loss = place_breaks(
            tb.start[o], rows, count, tb.brk_lo, tb.brk_hi, tb.brk_len, tb.brk_gap, pause, chain, back, places
        )
        gain = work[tb.end[o]] - work[tb.start[o]]
        cost[o - base] = BIG if loss >= IMPOSSIBLE else tb.price[o] - gain + loss


@compiled
def all_weeks(
    tb: Tables,
    value: FloatArray,
    floor: FloatArray,
    first_agent: int,
    last_agent: int,
    carry: bool,
    skip: BoolArray,
    shared: FloatArray,
    pauses: IntArray,
    table: FloatArray,
    back: IntArray,
    cost: FloatArray,
    choice: IntArray,
    breaks: IntArray,
    total: FloatArray,
) -> None:
    """Best week of every agent in the range and every week of the horizon.

    Parameters
    ----------
    value : (groups, reach)
        From `group_values`.
    floor : (agents, 2)
        Slots in which worth below 0 is taken as 0 (an activity still to be placed may stand there).
    carry
        Later weeks follow on the one chosen before; else they are free of it (the bound).
    skip : (agents,)
        Agents that get no shift.
    shared, pauses
        From `shape_costs`.
    choice : (agents, days)
        Written: option of each day or -1.
    breaks : (agents, days, BREAKS_MAX)
        Written: starts of the breaks of the chosen options.
    total : (agents, weeks)
        Written: cost of each week; `NEVER` when no week is legal.
    """
    reach = value.shape[1]
    work, pause = np.empty(reach + 1), np.empty(reach + 1)
    mine = np.empty(reach)
    chain = np.empty((BREAKS_MAX, reach))
    links = np.empty((BREAKS_MAX, reach), dtype=np.int64)
    nobody = np.full(tb.days, -1, dtype=np.int64)
    for a in range(first_agent, last_agent):
        last_end, run = tb.last_end[a], tb.run_before[a]
        for d in range(tb.days):
            choice[a, d] = -1
        if skip[a]:
            for w in range(tb.weeks):
                total[a, w] = 0.0
                for d in range(7 * w, min(7 * w + 7, tb.days)):
                    total[a, w] += tb.off_price[a, d]
            continue
        first, last = tb.first[a * tb.days], tb.first[(a + 1) * tb.days]
        own = tb.has_pin[a] or floor[a, 1] > 0
        at = tb.kind_first[tb.kind[a]] - tb.kind_shape[tb.kind[a], 0]
        if own:
            for t in range(reach):
                mine[t] = value[tb.group[a], t]
            for t in range(int(floor[a, 0]), int(floor[a, 1])):
                mine[t] = max(0.0, mine[t])
            prefix_sums(tb, a, mine, work, pause)
            agent_costs(tb, a, first, last, work, pause, cost)
        else:
            for o in range(first, last):
                cost[o - first] = min(BIG, tb.price[o] + shared[at + tb.shape[o]])
        for w in range(tb.weeks):
            d0 = 7 * w
            days = min(7, tb.days - d0)
            row = choice[a] if carry else nobody
            total[a, w] = linked_week(
                tb, a, w, cost, last_end, run, row, carry, table, back, choice[a, d0 : d0 + days]
            )  # fmt: skip
            for d in range(d0, d0 + days):
                o = choice[a, d]
                if o >= 0:
                    if own:
                        p = tb.pattern[o]
                        rows, count = tb.pat_first[p], tb.pat_first[p + 1] - tb.pat_first[p]
                        place_breaks(
                            tb.start[o], rows, count, tb.brk_lo, tb.brk_hi, tb.brk_len, tb.brk_gap,
                            pause, chain, links, breaks[a, d],
                        )  # fmt: skip
                    else:
                        for j in range(BREAKS_MAX):
                            breaks[a, d, j] = pauses[at + tb.shape[o], j]
                    if carry:
                        last_end = tb.end[o]
                run = run + 1 if o >= 0 else 0
            if total[a, w] >= NEVER or not carry:
                last_end, run = -1000000, 0


@compiled
def add_coverage(
    tb: Tables,
    served: IntArray,
    choice: IntArray,
    breaks: IntArray,
    cover: FloatArray,
    on_heads: FloatArray,
    on_led: FloatArray,
) -> None:
    """Add what the chosen weeks deliver: `cover` (queues, slots), `on_heads` and `on_led` (roles, slots)."""
    groups = tb.prof.shape[0]
    count = np.zeros((groups, tb.pin.shape[1] + 1))
    roles = len(tb.span)
    for a in range(choice.shape[0]):
        g = tb.group[a]
        for d in range(tb.days):
            o = choice[a, d]
            if o < 0:
                continue
            count[g, tb.start[o]] += 1
            count[g, tb.end[o]] -= 1
            p = tb.pattern[o]
            for j in range(tb.pat_first[p + 1] - tb.pat_first[p]):
                at = breaks[a, d, j]
                count[g, at] -= 1
                count[g, at + tb.brk_len[tb.pat_first[p] + j]] += 1
            if tb.has_pin[a]:
                for t in range(tb.start[o], tb.end[o]):
                    if (tb.pin[a, t] >= -2 and tb.pin[a, t] != -1) or tb.pin[a, t] == -4:
                        count[g, t] -= 1
                        count[g, t + 1] += 1
    for g in range(groups):
        now = 0.0
        for t in range(tb.slots):
            now += count[g, t]
            q = served[g, t]
            if q >= 0:
                cover[q, t] += now * tb.prof[g, q]
            for r in range(roles):
                if tb.heads[g, r]:
                    on_heads[r, t] += now
                if tb.led[g, r]:
                    on_led[r, t] += now
