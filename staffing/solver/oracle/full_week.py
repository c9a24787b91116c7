"""The cheapest legal week of one person where rest, runs or weekends bind, by dynamic programming over days.

State after a worked day: the class of the shift's end, and one number that mixes shifts worked, paid minutes in
units, weekend days, the run of days (only where the limit can bind) and whether the weekly rest has been had (only
where it can fail). A source is a state after an earlier day; over a day off only agents flagged `detailed` need to
know when the last shift ended.
"""

from __future__ import annotations

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.oracle.breaks import IMPOSSIBLE
from staffing.solver.oracle.week_ends import NEVER, OPTIONS, finish_week, week_dims
from staffing.solver.tables import Tables


@compiled(inner=True)
def full_week(
    tb: Tables,
    agent: int,
    week: int,
    kinds: int,
    near: FloatArray,
    last_end: int,
    run_before: int,
    table: FloatArray,
    back: IntArray,
    choice: IntArray,
) -> float:
    """Cost of the best week of options that cost `near` (days * kinds,); their numbers go to ``choice[:days]``."""
    d0 = 7 * week
    days = min(7, tb.days - d0)
    ks, ms, es, rs, bs = week_dims(tb, agent, week)
    size = ks * ms * es * rs * bs
    unit = tb.unit[agent]
    begin, finish = tb.day_start[d0], tb.day_start[d0 + days]
    detailed = tb.detailed[agent, week]
    run0 = min(run_before, rs - 1) if rs > 1 else 0
    # room of the chain of days off: best source of each state that ended at least two days before
    chain, chain_back = table[7, :size], back[7, :size]
    day = np.empty((5, kinds), dtype=np.int64)  # number, units, class, limit, start of the options of one day
    day_cost = np.empty(kinds)
    for s in range(size):
        chain[s] = NEVER
    for d in range(days):
        row = agent * tb.days + d0 + d
        classes = tb.cls_first[row + 1] - tb.cls_first[row]
        node, link = table[d], back[d]
        for i in range(classes * size):
            node[i] = NEVER
        count = _of_day(tb, agent, row, near[d * kinds : (d + 1) * kinds], ms, day, day_cost)
        weekend = 1 if es > 1 and tb.is_weekend[d0 + d] else 0
        # 1. the first shift of the week
        off, open_ = 0.0, True
        for i in range(d):
            off += tb.off_price[agent, d0 + i]
            open_ = open_ and not tb.forced[agent, d0 + i]
        run = (run0 if d == 0 else 0) + 1
        tired = d == 0 and run_before >= tb.max_run
        if open_ and ks > 1 and not tired and (es == 1 or weekend < es):
            for i in range(count):
                held = 1 if bs > 1 and day[4, i] - max(last_end, begin) >= tb.weekly_rest else 0
                state = (((ms + day[1, i]) * es + weekend) * rs + (run if rs > 1 else 0)) * bs + held
                at = day[2, i] * size + state
                if off + day_cost[i] < node[at]:
                    node[at] = off + day_cost[i]
                    link[at] = day[0, i] * 8
        # 2. shifts after days off
        if not detailed:
            if d > 0:
                price = NEVER if tb.forced[agent, d0 + d - 1] else tb.off_price[agent, d0 + d - 1]
                for s in range(size):
                    if chain[s] < NEVER:
                        chain[s] = min(NEVER, chain[s] + price)
                if d > 1 and price < NEVER:
                    _close_day(tb, agent, d0 + d - 2, d - 2, table[d - 2], size, rs, price, chain, chain_back)
            for s in range(size):
                if chain[s] < NEVER:
                    _extend(
                        tb, day, day_cost, count, chain[s], chain_back[s], s, 1, weekend,
                        ks, ms, es, rs, bs, unit, size, node, link,
                    )  # fmt: skip
        else:
            for e in range(d - 1):
                off, open_ = 0.0, True
                for i in range(e + 1, d):
                    off += tb.off_price[agent, d0 + i]
                    open_ = open_ and not tb.forced[agent, d0 + i]
                if open_:
                    _extend_detailed(
                        tb, agent, d0 + e, e, table[e], off, day, day_cost, count, True, weekend, -1,
                        ks, ms, es, rs, bs, unit, size, node, link,
                    )  # fmt: skip
        # 3. shifts on the day after a shift
        if d > 0:
            barred = d if run_before + d + 1 > tb.max_run else -1
            if detailed:
                _extend_detailed(
                    tb, agent, d0 + d - 1, d - 1, table[d - 1], 0.0, day, day_cost, count, False, weekend, barred,
                    ks, ms, es, rs, bs, unit, size, node, link,
                )  # fmt: skip
            else:
                _extend_next(
                    tb, agent, d0 + d - 1, d - 1, table[d - 1], day, day_cost, count, weekend, barred,
                    ks, ms, es, rs, bs, unit, size, node, link,
                )  # fmt: skip
    return finish_week(tb, agent, week, days, table, back, ks, ms, es, rs, bs, size, last_end, begin, finish, choice)


@compiled(inner=True)
def _of_day(tb: Tables, agent: int, row: int, near: FloatArray, ms: int, day: IntArray, day_cost: FloatArray) -> int:
    """The options of a day side by side, in order of their limit; how many they are."""
    first, count = tb.alike_first[row], 0
    for i in range(tb.alike_first[row + 1] - first):
        o = tb.alike_option[first + i]
        m = 0 if tb.same_paid[agent] else tb.paid[o] // tb.unit[agent]
        if m < ms and near[i] < IMPOSSIBLE:
            day_cost[count] = near[i]
            day[0, count], day[1, count], day[2, count], day[3, count] = i, m, tb.cls[o], tb.lim[o]
            day[4, count] = tb.start[o]
            count += 1
    return count


@compiled(inner=True)
def _close_day(
    tb: Tables,
    agent: int,
    day: int,
    number: int,
    node: FloatArray,
    size: int,
    rs: int,
    price: float,
    chain: FloatArray,
    chain_back: IntArray,
) -> None:
    """Take the states of `day` into the chain of days off, forgetting run and end."""
    row = agent * tb.days + day
    for c in range(tb.cls_first[row + 1] - tb.cls_first[row]):
        for s in range(size):
            value = node[c * size + s]
            if value < NEVER:
                free = s if rs == 1 else s // rs * rs  # the weekly rest has no dimension here
                if value + price < chain[free]:
                    chain[free] = value + price
                    chain_back[free] = (c * size + s) * 8 + number + 1


@compiled(inner=True)
def _extend(
    tb: Tables,
    few: IntArray,
    few_cost: FloatArray,
    count: int,
    value: float,
    source: int,
    s: int,
    run: int,
    weekend: int,
    ks: int,
    ms: int,
    es: int,
    rs: int,
    bs: int,
    unit: int,
    size: int,
    node: FloatArray,
    link: IntArray,
) -> None:
    """Add every option to the state `s` of cost `value`, all rest given."""
    rest = s // bs
    rest = rest // rs
    e = rest % es
    rest = rest // es
    m0, k = rest % ms, rest // ms
    if k + 1 >= ks or e + weekend >= es or (rs > 1 and run >= rs):
        return
    for i in range(count):
        m = m0 + few[1, i]
        if m >= ms:
            continue
        at = few[2, i] * size + ((((k + 1) * ms + m) * es + e + weekend) * rs + (run if rs > 1 else 0)) * bs
        if value + few_cost[i] < node[at]:
            node[at] = value + few_cost[i]
            link[at] = source // 8 * 8 * OPTIONS + few[0, i] * 8 + source % 8


@compiled(inner=True)
def _extend_next(
    tb: Tables,
    agent: int,
    day: int,
    number: int,
    before: FloatArray,
    few: IntArray,
    few_cost: FloatArray,
    count: int,
    weekend: int,
    barred: int,
    ks: int,
    ms: int,
    es: int,
    rs: int,
    bs: int,
    unit: int,
    size: int,
    node: FloatArray,
    link: IntArray,
) -> None:
    """Options on the day after `day`: a running minimum over its end classes, as far as the rest reaches.

    Sources of `barred` shifts have worked every day, so long that they may not go on.
    """
    row = agent * tb.days + day
    classes = tb.cls_first[row + 1] - tb.cls_first[row]
    for s in range(size):
        reached = False
        for c in range(classes):
            if before[c * size + s] < NEVER:
                reached = True
                break
        if not reached:
            continue
        run = s % rs + 1
        rest = s // rs
        e = rest % es
        rest = rest // es
        m0, k = rest % ms, rest // ms
        if k == barred or k + 1 >= ks or e + weekend >= es or (rs > 1 and run >= rs):
            continue
        value, seen, source = NEVER, 0, 0
        for i in range(count):
            while seen < few[3, i]:
                if before[seen * size + s] < value:
                    value = before[seen * size + s]
                    source = seen * size + s
                seen += 1
            m = m0 + few[1, i]
            if value >= NEVER or m >= ms:
                continue
            at = few[2, i] * size + (((k + 1) * ms + m) * es + e + weekend) * rs + (run if rs > 1 else 0)
            if value + few_cost[i] < node[at]:
                node[at] = value + few_cost[i]
                link[at] = source * 8 * OPTIONS + few[0, i] * 8 + number + 1


@compiled(inner=True)
def _extend_detailed(
    tb: Tables,
    agent: int,
    day: int,
    number: int,
    before: FloatArray,
    off: float,
    few: IntArray,
    few_cost: FloatArray,
    count: int,
    after_off: bool,
    weekend: int,
    barred: int,
    ks: int,
    ms: int,
    es: int,
    rs: int,
    bs: int,
    unit: int,
    size: int,
    node: FloatArray,
    link: IntArray,
) -> None:
    """Options on a later day with every end of `day` told apart: rest and weekly rest compared in slots."""
    row = agent * tb.days + day
    c0 = tb.cls_first[row]
    classes = tb.cls_first[row + 1] - c0
    for c in range(classes):
        end = tb.cls_end[c0 + c]
        for s in range(size):
            value = before[c * size + s]
            if value >= NEVER:
                continue
            held = s % bs
            rest = s // bs
            run = 1 if after_off else rest % rs + 1
            rest = rest // rs
            e = rest % es
            rest = rest // es
            m0, k = rest % ms, rest // ms
            if k == barred or k + 1 >= ks or e + weekend >= es or (rs > 1 and run >= rs):
                continue
            for i in range(count):
                price = few_cost[i]
                m = m0 + few[1, i]
                gap = few[4, i] - end
                if m >= ms or gap < tb.rest:
                    continue
                now = 1 if bs > 1 and (held == 1 or gap >= tb.weekly_rest) else 0
                state = ((((k + 1) * ms + m) * es + e + weekend) * rs + (run if rs > 1 else 0)) * bs + now
                at = few[2, i] * size + state
                if value + off + price < node[at]:
                    node[at] = value + off + price
                    link[at] = (c * size + s) * 8 * OPTIONS + few[0, i] * 8 + number + 1
