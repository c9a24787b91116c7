# ruff: noqa: NPY002 (inside kernels these are the random numbers of the thread, seeded by `walk`)
"""Small moves written down as tasks: which agent-days get which option, with which breaks."""

from __future__ import annotations

import numpy as np

from staffing.kernels import compiled
from staffing.solver.moves.edit import Desk
from staffing.solver.moves.pool import Pool
from staffing.solver.moves.state import State
from staffing.solver.tables import Tables

ONE_BREAK, START, REBREAK, PAIR, DAY_OFF, HAND_OVER, SHIFT_WEEK, POOL, COMPOUND = range(9)
"""Moves, in the order of the shares of `moves.walk`."""
GIVEN, BEST, ANY = range(3)
"""How a task is carried out: breaks as written down; best breaks; best option with best breaks."""


@compiled(inner=True, forceinline=True, _nrt=False)
def a_day(tb: Tables, st: State, agent: int, working: bool) -> int:
    """A random day with a shift (or one off that could have one); -1 when there is none."""
    found, count = -1, 0
    for d in range(tb.days):
        row = agent * tb.days + d
        if (st.choice[agent, d] >= 0) == working and tb.first[row + 1] > tb.first[row]:
            count += 1
            if np.random.random() * count < 1.0:
                found = d
    return found


@compiled(inner=True, _nrt=False)
def a_partner(tb: Tables, st: State, agent: int, on: int, off: int) -> int:
    """A random other agent at work on day `on` and, when `off` >= 0, free on day `off` and able to work; or -1."""
    people = len(tb.group)
    for _ in range(20):
        b = np.random.randint(people)
        if b == agent or st.choice[b, on] < 0 or st.skip[b]:
            continue
        if off < 0 or (st.choice[b, off] < 0 and tb.first[b * tb.days + off + 1] > tb.first[b * tb.days + off]):
            return b
    return -1


@compiled(inner=True, forceinline=True, _nrt=False)
def an_option(tb: Tables, st: State, agent: int, day: int) -> int:
    """A random option of a worked day, mostly one that starts near the present."""
    row = agent * tb.days + day
    first, last, now = tb.first[row], tb.first[row + 1], st.choice[agent, day]
    if np.random.random() < 0.8:
        low, high = max(first, now - 6), min(last, now + 7)
        return int(low + np.random.randint(high - low))
    return int(first + np.random.randint(last - first))


@compiled(inner=True, _nrt=False)
def same_start(tb: Tables, agent: int, day: int, since: int, pattern: int) -> int:
    """Option of the day that starts `since` slots into it with that pattern; -1 when there is none."""
    row = agent * tb.days + day
    low, high, start = tb.first[row], tb.first[row + 1], tb.day_start[day] + since
    last = high
    while low < high:
        middle = (low + high) // 2
        if tb.start[middle] < start:
            low = middle + 1
        else:
            high = middle
    while low < last and tb.start[low] == start:
        if tb.pattern[low] == pattern:
            return int(low)
        low += 1
    return -1


@compiled(inner=True, forceinline=True, _nrt=False)
def note(desk: Desk, agent: int, day: int, option: int, how: int) -> None:
    """Write down a task; the breaks of one that is `GIVEN` lie in ``desk.task_breaks``."""
    i = desk.used[2]
    desk.task[i, 0], desk.task[i, 1], desk.task[i, 2], desk.task[i, 3] = agent, day, option, how
    desk.used[2] += 1


@compiled(inner=True, forceinline=True, _nrt=False)
def kept_breaks(tb: Tables, st: State, desk: Desk, agent: int, day: int, option: int, by: int) -> bool:
    """Breaks of the present shift, `by` slots later and pushed into the windows of `option`, for the next task.

    False when the shifts have different breaks.
    """
    now = st.choice[agent, day]
    p = tb.pattern[option]
    if now < 0 or tb.pattern[now] != p or tb.has_pin[agent]:
        return False
    first, start = tb.pat_first[p], tb.start[option]
    free_from = start
    for j in range(tb.pat_first[p + 1] - first):
        row = first + j
        at = st.breaks[agent, day, j] + by
        at = max(min(at, start + tb.brk_hi[row]), start + tb.brk_lo[row], free_from + tb.brk_gap[row])
        if at > start + tb.brk_hi[row]:
            return False
        desk.task_breaks[desk.used[2], j] = at
        free_from = at + tb.brk_len[row]
    return True


@compiled(inner=True, forceinline=True, _nrt=False)
def plan_break(tb: Tables, st: State, desk: Desk, agent: int, day: int) -> bool:
    """One break of a shift at a random legal place."""
    option = st.choice[agent, day]
    p = tb.pattern[option]
    first, count = tb.pat_first[p], tb.pat_first[p + 1] - tb.pat_first[p]
    if count == 0:
        return False
    if tb.has_pin[agent]:
        note(desk, agent, day, option, BEST)
        return True
    j = np.random.randint(count)
    row, start = first + j, tb.start[option]
    low, high = start + tb.brk_lo[row], start + tb.brk_hi[row]
    if j > 0:
        low = max(low, st.breaks[agent, day, j - 1] + tb.brk_len[row - 1] + tb.brk_gap[row])
    if j + 1 < count:
        high = min(high, st.breaks[agent, day, j + 1] - tb.brk_gap[row + 1] - tb.brk_len[row])
    if high <= low:
        return False
    at = low + np.random.randint(high - low)
    at += at >= st.breaks[agent, day, j]
    for i in range(count):
        desk.task_breaks[desk.used[2], i] = st.breaks[agent, day, i]
    desk.task_breaks[desk.used[2], j] = at
    note(desk, agent, day, option, GIVEN)
    return True


@compiled(inner=True, forceinline=True, _nrt=False)
def plan_start(tb: Tables, st: State, desk: Desk, agent: int, day: int) -> bool:
    """Another start or length on a worked day; breaks stay where they are or are placed anew."""
    option = an_option(tb, st, agent, day)
    if option == st.choice[agent, day]:
        return False
    if np.random.random() < 0.4 and kept_breaks(tb, st, desk, agent, day, option, 0):
        note(desk, agent, day, option, GIVEN)
    else:
        note(desk, agent, day, option, BEST)
    return True


@compiled(inner=True, _nrt=False)
def plan_week_shift(tb: Tables, st: State, desk: Desk, agent: int, week: int) -> bool:
    """All shifts of a week earlier or later by the same time, with their breaks, where there is such an option."""
    by, moved = np.random.randint(1, 9), False
    if np.random.random() < 0.5:
        by = -by
    for d in range(7 * week, min(7 * week + 7, tb.days)):
        now = st.choice[agent, d]
        if now < 0:
            continue
        option = same_start(tb, agent, d, tb.start[now] - tb.day_start[d] + by, tb.pattern[now])
        if option < 0:
            continue
        kept = kept_breaks(tb, st, desk, agent, d, option, by)
        note(desk, agent, d, option, GIVEN if kept else BEST)
        moved = True
    return moved


@compiled(inner=True, _nrt=False)
def plan_pooled(tb: Tables, st: State, desk: Desk, pool: Pool, agent: int, week: int) -> bool:
    """A random week of the agent's pool instead of the present one."""
    if pool.filled[agent] == 0:
        return False
    k = np.random.randint(pool.filled[agent])
    for d in range(7 * week, min(7 * week + 7, tb.days)):
        if pool.choice[agent, k, d] >= 0 or st.choice[agent, d] >= 0:
            for j in range(pool.breaks.shape[3]):
                desk.task_breaks[desk.used[2], j] = pool.breaks[agent, k, d, j]
            note(desk, agent, d, pool.choice[agent, k, d], GIVEN)
    return True


@compiled(inner=True, _nrt=False)
def plan_day_on(tb: Tables, desk: Desk, agent: int, on: int, option: int, day: int) -> None:
    """Put a shift like `option` of `day` on the free day `on`, or the best one."""
    if np.random.random() < 0.3:
        like = same_start(tb, agent, on, tb.start[option] - tb.day_start[day], tb.pattern[option])
        if like >= 0:
            note(desk, agent, on, like, BEST)
            return
    note(desk, agent, on, -1, ANY)


@compiled(inner=True, forceinline=True, _nrt=False)
def plan(tb: Tables, st: State, desk: Desk, pool: Pool, move: int, a: int, b: int, d: int, e: int) -> bool:
    """Write down the tasks of a move for the agents and days drawn; whether there is anything to do."""
    if move == ONE_BREAK:
        return plan_break(tb, st, desk, a, d)
    if move == REBREAK:
        note(desk, a, d, st.choice[a, d], BEST)
        return True
    if move == SHIFT_WEEK:
        return plan_week_shift(tb, st, desk, a, d // 7)
    if move == POOL:
        return plan_pooled(tb, st, desk, pool, a, d // 7)
    if move in (DAY_OFF, HAND_OVER):
        note(desk, a, d, -1, GIVEN)
        if b >= 0:
            note(desk, b, e, -1, GIVEN)
            plan_day_on(tb, desk, b, d, st.choice[b, e], e)
        plan_day_on(tb, desk, a, e, st.choice[a, d], d)
        return True
    if not plan_start(tb, st, desk, a, d):
        return False
    if b >= 0:
        plan_start(tb, st, desk, b, d)
    if move == COMPOUND:
        for _ in range(np.random.randint(2, 7)):
            other = a_partner(tb, st, a, d, -1)
            if other >= 0 and other != b:
                note(desk, other, d, st.choice[other, d], BEST)
    return True
