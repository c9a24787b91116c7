"""The cheapest legal roster of one employee over a stretch of days, exact, by dynamic programming over days.

State after a day: the phase (days off so far, or days worked so far and class of the last shift), the weekends
worked, shifts of each counted kind, and minutes of the other shifts. The innermost index is the minutes, so that one
transition is a shifted minimum over a row.
"""

from __future__ import annotations

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.shiftwise.person import Person

NEVER = 1e15
"""Cost of what cannot be."""


@compiled(inner=True)
def _kind_costs(ps: Person, day: FloatArray, after: int, out: FloatArray) -> None:
    """Cheapest shift of each kind on a day whose shifts cost `day`, after a class."""
    for kind in range(out.shape[0]):
        out[kind] = NEVER
    for shift in range(day.shape[0]):
        kind = ps.kind[shift]
        if kind >= 0 and ps.allowed[after, shift] and day[shift] < out[kind]:
            out[kind] = day[shift]


@compiled(inner=True)
def _works_weekend(ps: Person, day: int, from_off: bool) -> int:
    """1 when a shift on this day adds a weekend."""
    if ps.weekday[day] == 1 or (ps.weekday[day] == 2 and from_off):
        return 1
    return 0


@compiled
def best_roster(
    ps: Person, cost: FloatArray, off_cost: FloatArray, weekend_price: float, table: FloatArray, choice: IntArray
) -> float:
    """Cost of the cheapest legal roster; its shifts (-1: off) go to ``choice[:n]``. `NEVER` when there is none.

    Parameters
    ----------
    cost : (n, S)
        Cost of each shift on each day, `NEVER` or more where it cannot be worked.
    off_cost : (n,)
        Cost of each day off.
    weekend_price : float
        Price of each weekend worked.
    table : (n + 1, room)
        Room to work in, `room` from `room_needed`.
    """
    n = ps.weekday.shape[0]
    classes = ps.allowed.shape[0] - 1
    phases = ps.off_min + ps.run_max * classes
    ws = max(ps.weekends, 0) + 1
    counts = ps.limit.shape[0]
    stride = np.ones(counts + 1, dtype=np.int64)
    for i in range(counts):
        stride[i + 1] = stride[i] * (ps.limit[i] + 1)
    ts = int(stride[counts])
    ms = 1 if ps.high < 0 else ps.high // ps.unit + 1
    block = ws * ts * ms
    kinds = ps.kind_class.shape[0]
    fresh = np.empty(kinds)
    most_units = 0
    for kind in range(kinds):
        most_units = max(most_units, ps.kind_units[kind])
    for i in range(phases * block):
        table[0, i] = NEVER
    table[0, ps.entry * block] = 0.0
    for d in range(n):
        old, new = table[d], table[d + 1]
        for i in range(phases * block):
            new[i] = NEVER
        reach = min(ms - 1, d * most_units)
        # 1. a day off
        if off_cost[d] < NEVER:
            for p in range(phases):
                if p < ps.off_min:
                    to = min(p + 1, ps.off_min - 1)
                else:
                    run = (p - ps.off_min) // classes + 1
                    if run < ps.run_min and run != ps.first + d:
                        continue
                    to = 0
                _carry(old[p * block : (p + 1) * block], new[to * block : (to + 1) * block], off_cost[d])
        # 2. a shift after a day off, or after another shift
        for after in range(classes, -1, -1):
            _kind_costs(ps, cost[d], after, fresh)
            for run in range(1, ps.run_max + 1):
                if after == classes:
                    if run > 1:
                        break
                    p = ps.off_min - 1
                else:
                    if run == ps.run_max:
                        break
                    p = ps.off_min + (run - 1) * classes + after
                to_run = 1 if after == classes else run + 1
                weekend = _works_weekend(ps, d, after == classes)
                for kind in range(kinds):
                    if fresh[kind] >= NEVER:
                        continue
                    price = fresh[kind] + weekend * weekend_price
                    to = ps.off_min + (to_run - 1) * classes + ps.kind_class[kind]
                    _work(ps, old, new, p * block, to * block, price, kind, weekend, stride, ws, ts, ms, reach)
    # 3. the best end
    best, at = NEVER / 2, -1
    last = table[n]
    for p in range(phases):
        if not ps.leave[p]:
            continue
        for w in range(ws):
            for t in range(ts):
                counted = 0
                for i in range(counts):
                    counted += (t // stride[i]) % (ps.limit[i] + 1) * ps.limit_min[i]
                for m in range(ms):
                    worked = counted + m * ps.unit
                    i = p * block + (w * ts + t) * ms + m
                    if last[i] < best and (ps.high < 0 or ps.low <= worked <= ps.high):
                        best, at = last[i], i
    if at < 0:
        return NEVER
    _trace(ps, cost, off_cost, weekend_price, table, choice, at, stride, (ws, ts, ms))
    return best


@compiled(inner=True)
def _carry(old: FloatArray, new: FloatArray, price: float) -> None:
    for i in range(old.shape[0]):
        value = old[i] + price
        new[i] = min(new[i], value)


@compiled(inner=True)
def _work(
    ps: Person,
    old: FloatArray,
    new: FloatArray,
    source: int,
    target: int,
    price: float,
    kind: int,
    weekend: int,
    stride: IntArray,
    ws: int,
    ts: int,
    ms: int,
    reach: int,
) -> None:
    """Carry all states of a phase through a shift of `kind`."""
    w_step = weekend if ps.weekends >= 0 else 0
    count = ps.kind_count[kind]
    units = ps.kind_units[kind] if ps.high >= 0 else 0
    upto = min(reach, ms - 1 - units)
    for w in range(ws - w_step):
        for t in range(ts):
            t_to = t
            if count >= 0:
                if (t // stride[count]) % (ps.limit[count] + 1) == ps.limit[count]:
                    continue
                t_to = t + stride[count]
            a = source + (w * ts + t) * ms
            b = target + ((w + w_step) * ts + t_to) * ms + units
            _carry(old[a : a + upto + 1], new[b : b + upto + 1], price)


@compiled(inner=True)
def _trace(
    ps: Person,
    cost: FloatArray,
    off_cost: FloatArray,
    weekend_price: float,
    table: FloatArray,
    choice: IntArray,
    at: int,
    stride: IntArray,
    sizes: tuple[int, int, int],
) -> None:
    """Walk back from state `at` after the last day."""
    ws, ts, ms = sizes
    classes = ps.allowed.shape[0] - 1
    phases = ps.off_min + ps.run_max * classes
    block = ws * ts * ms
    kinds = ps.kind_class.shape[0]
    fresh = np.empty(kinds)
    for d in range(ps.weekday.shape[0] - 1, -1, -1):
        value, p, inner = table[d + 1, at], at // block, at % block
        found = -1
        if p < ps.off_min:
            for q in range(phases):
                if q < ps.off_min:
                    fits = min(q + 1, ps.off_min - 1) == p
                else:
                    run = (q - ps.off_min) // classes + 1
                    fits = p == 0 and (run >= ps.run_min or run == ps.first + d)
                if fits and table[d, q * block + inner] + off_cost[d] == value:
                    found = q * block + inner
                    break
            choice[d] = -1
            at = found
            continue
        run, cls = (p - ps.off_min) // classes + 1, (p - ps.off_min) % classes
        for after in range(classes + 1):
            if (after == classes) != (run == 1):
                continue
            q = ps.off_min - 1 if run == 1 else ps.off_min + (run - 2) * classes + after
            weekend = _works_weekend(ps, d, after == classes)
            _kind_costs(ps, cost[d], after, fresh)
            for kind in range(kinds):
                if ps.kind_class[kind] != cls or fresh[kind] >= NEVER:
                    continue
                units = ps.kind_units[kind] if ps.high >= 0 else 0
                count = ps.kind_count[kind]
                w, t, m = inner // (ts * ms), inner // ms % ts, inner % ms
                w -= weekend if ps.weekends >= 0 else 0
                if count >= 0:
                    if (t // stride[count]) % (ps.limit[count] + 1) == 0:
                        continue
                    t -= stride[count]
                if w < 0 or m < units:
                    continue
                source = q * block + (w * ts + t) * ms + m - units
                if table[d, source] + (fresh[kind] + weekend * weekend_price) == value:
                    found = source
                    for shift in range(cost.shape[1]):
                        if ps.kind[shift] == kind and ps.allowed[after, shift] and cost[d, shift] == fresh[kind]:
                            choice[d] = shift
                            break
                    break
            if found >= 0:
                break
        at = found
