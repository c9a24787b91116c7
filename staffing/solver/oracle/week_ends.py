"""The two ends of the search over a week: how large its state is, and how a week is closed and walked back."""

from __future__ import annotations

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.tables import Tables

NEVER = 1e15
"""Cost of a state that cannot be reached."""
OPTIONS = 1 << 20
"""More than the options of a day; links are source state, option's number and source day in one number."""


@compiled(inner=True)
def week_dims(tb: Tables, agent: int, week: int) -> tuple[int, int, int, int, int]:
    """Sizes of the mixed state: shifts, units, weekend days, run, weekly rest.

    Units are left out where the number of shifts tells them, and the run where only the one carried into the week can
    be too long: all days so far were worked, as many as there are shifts.
    """
    first = 7 * week
    days = min(7, tb.days - first)
    shifts = min(days, tb.days_max[agent, week])
    units = 0
    if tb.same_paid[agent]:
        shifts = min(shifts, max(0, tb.top[agent, week]) // tb.same_paid[agent])
    else:
        units = max(0, tb.top[agent, week]) // tb.unit[agent]
    weekends = 0
    for d in range(first, first + days):
        if tb.is_weekend[d]:
            weekends += 1
    weekend = tb.weekend_max + 1 if tb.weekend_max < weekends else 1
    runs = tb.max_run + 1 if shifts > tb.max_run else 1
    held = 2 if tb.detailed[agent, week] and tb.whole[week] else 1
    return shifts + 1, units + 1, weekend, runs, held


@compiled
def room_needed(tb: Tables) -> int:
    """Largest number of (class, state) pairs of a day."""
    most = 1
    for a in range(tb.group.shape[0]):
        for w in range(tb.weeks):
            k, m, e, r, b = week_dims(tb, a, w)
            classes, kinds = 1, 1
            for d in range(7 * w, min(7 * w + 7, tb.days)):
                c = tb.cls_first[a * tb.days + d + 1] - tb.cls_first[a * tb.days + d]
                classes = max(classes, c)
                kinds = max(kinds, tb.alike_first[a * tb.days + d + 1] - tb.alike_first[a * tb.days + d])
            most = max(most, k * m * e * r * b * classes, 7 * kinds)
    return most


@compiled(inner=True)
def finish_week(
    tb: Tables,
    agent: int,
    week: int,
    days: int,
    table: FloatArray,
    back: IntArray,
    ks: int,
    ms: int,
    es: int,
    rs: int,
    bs: int,
    size: int,
    last_end: int,
    begin: int,
    finish: int,
    choice: IntArray,
) -> float:
    """Close the week: minimum shifts and minutes, overtime, weekly rest; then walk back."""
    d0 = 7 * week
    low, high, unit = tb.low[agent, week], tb.high[agent, week], tb.unit[agent]
    best, best_day, best_at = NEVER, -1, -1
    off = 0.0
    for d in range(days - 1, -1, -1):
        row = agent * tb.days + d0 + d
        c0 = tb.cls_first[row]
        for c in range(tb.cls_first[row + 1] - c0):
            rested = finish - tb.cls_end[c0 + c] >= tb.weekly_rest
            for s in range(size):
                value = table[d, c * size + s]
                if value + off >= best:
                    continue
                if bs > 1 and s % bs == 0 and not rested:
                    continue
                rest = s // (bs * rs * es)
                minutes, k = rest % ms * unit, rest // ms
                if tb.same_paid[agent]:
                    minutes = k * tb.same_paid[agent]
                if k < tb.days_min[agent, week] or minutes < low:
                    continue
                value += off + max(0, minutes - high) * tb.extra_per_min[agent]
                if value < best:
                    best, best_day, best_at = value, d, c * size + s
        if tb.forced[agent, d0 + d]:
            off = NEVER
            break
        off += tb.off_price[agent, d0 + d]
    for d in range(days):
        choice[d] = -1
    idle_week = off < NEVER and off < best and tb.days_min[agent, week] <= 0 and low <= 0
    if idle_week and (bs == 1 or finish - max(begin, last_end) >= tb.weekly_rest):
        return off
    d, at = best_day, best_at
    while d >= 0:
        link = back[d, at]
        choice[d] = link // 8 % OPTIONS
        at = link // (8 * OPTIONS)
        d = link % 8 - 1
    return best
