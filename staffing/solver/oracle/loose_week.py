"""The cheapest week where no rest can bind: which days are worked, by shifts and paid minutes alone."""

from __future__ import annotations

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.oracle.breaks import IMPOSSIBLE
from staffing.solver.oracle.week_ends import NEVER
from staffing.solver.tables import Tables


@compiled(inner=True, forceinline=True)
def loose_week(
    tb: Tables,
    agent: int,
    week: int,
    days: int,
    kinds: int,
    near: FloatArray,
    run_before: int,
    ks: int,
    ms: int,
    table: FloatArray,
    back: IntArray,
    choice: IntArray,
) -> float:
    """Cost of the best week of options that cost `near` (days * kinds,); their numbers go to ``choice[:days]``.

    A state is so many shifts (below `ks`) and paid units (below `ms`). A run of days is too long only where all days
    of the week so far were worked, which the number of shifts tells.
    """
    d0, row = 7 * week, agent * tb.days + 7 * week
    unit, same = tb.unit[agent], tb.same_paid[agent]
    best = table[7]
    for s in range(ks * ms):
        best[s] = NEVER
    best[0] = 0.0
    units = back[7]  # of one shift of each kind of each day
    least, most = ms, 0
    for d in range(days):
        first = tb.alike_first[row + d]
        for i in range(tb.alike_first[row + d + 1] - first):
            u = 0 if same else tb.paid[tb.alike_option[first + i]] // unit
            units[d * kinds + i] = u
            if near[d * kinds + i] < IMPOSSIBLE:
                least, most = min(least, u), max(most, u)
    for d in range(days):
        pick = back[d]
        off = NEVER if tb.forced[agent, d0 + d] else tb.off_price[agent, d0 + d]
        barred = run_before + d + 1 > tb.max_run
        for k in range(min(d + 1, ks - 1), -1, -1):
            for at in range(k * ms + k * least, k * ms + min(ms - 1, k * most) + 1):
                best[at] += off
                pick[at] = -1
            if k == 0 or (barred and k == d + 1):
                continue
            low, high = (k - 1) * least, (k - 1) * most
            for j in range(d * kinds, (d + 1) * kinds):
                value = near[j]
                if value >= IMPOSSIBLE:
                    continue
                u, step = units[j], ms + units[j]
                for before in range((k - 1) * ms + low, (k - 1) * ms + min(ms - 1 - u, high) + 1):
                    if best[before] + value < best[before + step]:
                        best[before + step] = best[before] + value
                        pick[before + step] = j - d * kinds
    found, at = NEVER / 2, -1  # days off that may not be add `NEVER`
    low, high = tb.low[agent, week], tb.high[agent, week]
    for k in range(tb.days_min[agent, week], min(days, ks - 1) + 1):
        for m in range(k * least, min(ms - 1, k * most) + 1):
            minutes = k * same if same else m * unit
            if minutes < low:
                continue
            value = best[k * ms + m] + max(0, minutes - high) * tb.extra_per_min[agent]
            if value < found:
                found, at = value, k * ms + m
    if at < 0:
        found = NEVER
    for d in range(days - 1, -1, -1):
        choice[d] = -1
        if at >= 0 and back[d, at] >= 0:
            choice[d] = back[d, at]
            at -= ms + units[d * kinds + choice[d]]
    return found
