# ruff: noqa: NPY002 (inside kernels these are the random numbers of the thread, seeded by `anneal`)
"""Cool annealing with exact costs: re-insertion of days and weeks, pairs of agents, days off, breaks and queues."""

from __future__ import annotations

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.moves.best_week import insert_best_week
from staffing.solver.moves.insert import insert_best, prices_of
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.moves.state import AWAY, State, count_slot, settle_tubes
from staffing.solver.moves.undo import Undo, bring_back, lift
from staffing.solver.oracle.sweep import BREAKS_MAX
from staffing.solver.tables import Tables

DAY, PAIR, DAY_OFF, HAND_OVER, BLOCK, BREAKS, WEEK = range(7)
"""Moves, in the order of `shares`."""


@compiled(inner=True)
def pick_day(tb: Tables, st: State, agent: int, working: bool) -> int:
    """A random day on which the agent works (or not, but could); -1 when there is none."""
    found, count = -1, 0
    for d in range(tb.days):
        row = agent * tb.days + d
        if (st.choice[agent, d] >= 0) == working and tb.first[row + 1] > tb.first[row]:
            count += 1
            if np.random.random() * count < 1.0:
                found = d
    return found


@compiled(inner=True)
def pick_partner(tb: Tables, st: State, agent: int, on: int, off: int) -> int:
    """A random other agent at work on day `on` and, when `off` >= 0, free and able to work on day `off`; or -1."""
    people = len(tb.group)
    for _ in range(20):
        b = np.random.randint(people)
        if b == agent or st.choice[b, on] < 0:
            continue
        if off < 0 or (st.choice[b, off] < 0 and tb.first[b * tb.days + off + 1] > tb.first[b * tb.days + off]):
            return b
    return -1


@compiled(inner=True)
def relabel(tb: Tables, st: State, agent: int, day: int, heat: float) -> float:
    """Give a random stretch of one shift to a random queue the agent can serve; kept by Metropolis' rule."""
    option = st.choice[agent, day]
    group = tb.group[agent]
    start, end = tb.start[option], min(tb.end[option], tb.slots)
    if end - start < 2:
        return 0.0
    queue = np.random.randint(tb.prof.shape[1])
    for _ in range(4):
        if tb.prof[group, queue] > 0.0:
            break
        queue = np.random.randint(tb.prof.shape[1])
    if tb.prof[group, queue] <= 0.0:
        return 0.0
    first = start + np.random.randint(end - start)
    last = min(end, first + 1 + int(np.random.exponential(4.0)))
    old = np.empty(last - first, dtype=np.int64)
    delta, changed = 0.0, False
    before = AWAY if first == start else st.queue[agent, first - 1]
    for t in range(first, last):
        old[t - first] = st.queue[agent, t]
    after = AWAY if last >= tb.end[option] else st.queue[agent, last]
    delta -= _switches(tb, old, before, after)
    for t in range(first, last):
        now = st.queue[agent, t]
        if now != AWAY and now != queue and tb.is_open[queue, t] and tb.pin[agent, t] == -1:
            delta += count_slot(tb, st, group, now, t, -1)
            delta += count_slot(tb, st, group, queue, t, 1)
            st.queue[agent, t] = queue
            changed = True
    if not changed:
        return 0.0
    delta += _switches(tb, st.queue[agent, first:last], before, after)
    delta += settle_tubes(tb, st)
    if delta <= -heat * np.log(np.random.random()):
        return delta
    for t in range(first, last):
        if st.queue[agent, t] != old[t - first]:
            count_slot(tb, st, group, st.queue[agent, t], t, -1)
            count_slot(tb, st, group, old[t - first], t, 1)
            st.queue[agent, t] = old[t - first]
    settle_tubes(tb, st)
    return 0.0


@compiled(inner=True)
def _switches(tb: Tables, queues: IntArray, before: int, after: int) -> float:
    """Price of the changes of queue in a stretch and at its edges."""
    total = 0.0
    for queue in queues:
        if queue != AWAY and before != AWAY and queue != before:
            total += tb.switch
        before = queue
    if after != AWAY and before != AWAY and after != before:
        total += tb.switch
    return total


@compiled
def anneal(
    tb: Tables,
    st: State,
    undo: Undo,
    moves: int,
    heat_from: float,
    heat_to: float,
    shares: FloatArray,
    seed: int,
    table: FloatArray,
    back: IntArray,
    cost: FloatArray,
) -> int:
    """Do `moves` moves while the heat falls geometrically; `st.cost` is kept. Returns the moves accepted."""
    np.random.seed(seed)
    reach = tb.pin.shape[1]
    people = len(tb.group)
    worth, queues = np.zeros(reach), np.zeros(reach, dtype=np.int64)
    slopes = np.zeros((3, tb.prof.shape[1], reach))
    work, pause = np.zeros(reach + 1), np.zeros(reach + 1)
    chain, links = np.zeros((BREAKS_MAX, reach)), np.zeros((BREAKS_MAX, reach), dtype=np.int64)
    places = np.zeros(BREAKS_MAX, dtype=np.int64)
    week_choice, week_breaks = np.zeros(7, dtype=np.int64), np.zeros((7, BREAKS_MAX), dtype=np.int64)
    todo = np.full((2, 3), -1, dtype=np.int64)
    ladder = np.cumsum(shares)
    accepted = 0
    cool = (heat_to / heat_from) ** (1.0 / max(1, moves))
    heat = heat_from
    for _ in range(moves):
        heat *= cool
        a = np.random.randint(people)
        if st.skip[a]:
            continue
        move = np.searchsorted(ladder, np.random.random() * ladder[-1])
        d = pick_day(tb, st, a, True)
        if d < 0 and move != WEEK:
            continue
        if move == BLOCK:
            delta = relabel(tb, st, a, d, heat)
            st.cost[0] += delta
            accepted += delta != 0.0
            continue
        b, e = -1, -1
        if move in (DAY_OFF, HAND_OVER):
            e = pick_day(tb, st, a, False)
            if e < 0:
                continue
        if move == PAIR:
            b = pick_partner(tb, st, a, d, -1)
        elif move == HAND_OVER:
            b = pick_partner(tb, st, a, e, d)
        if b >= 0 and st.skip[b]:
            b = -1
        if (move in (PAIR, HAND_OVER)) and b < 0:
            continue
        before = prices_of(tb, st, a)
        if b >= 0:
            before += prices_of(tb, st, b)
        undo.used[0] = 0
        good, check, delta = True, move in (DAY_OFF, HAND_OVER, WEEK), 0.0
        if move == WEEK:
            week = np.random.randint(tb.weeks) if d < 0 else d // 7
            for day in range(7 * week, min(7 * week + 7, tb.days)):
                delta += lift(tb, st, undo, a, day)
            good, more = insert_best_week(
                tb, st, a, week, heat, worth, queues, slopes, work, pause, chain, links,
                week_choice, week_breaks, table, back, cost,
            )  # fmt: skip
            delta += more
        else:
            # days to be filled again, in order: agent, day, the one option allowed or -1
            only = st.choice[a, d] if move == BREAKS else -1
            loose = move == BREAKS or (e >= 0 and d // 7 != e // 7)
            todo[0, 0], todo[0, 1], todo[0, 2] = a, d, only
            tasks = 1
            delta += lift(tb, st, undo, a, d)
            if move == PAIR:
                delta += lift(tb, st, undo, b, d)
                todo[1, 0], todo[1, 1] = b, d
                tasks = 2
            elif move == DAY_OFF:
                delta += lift(tb, st, undo, a, e)
                todo[0, 1] = e
            elif move == HAND_OVER:
                delta += lift(tb, st, undo, b, e)
                lift(tb, st, undo, a, e)
                lift(tb, st, undo, b, d)
                todo[0, 0] = b
                todo[1, 0], todo[1, 1] = a, e
                tasks = 2
            for i in range(tasks):
                good, more = insert_best(
                    tb, st, todo[i, 0], todo[i, 1], todo[i, 2], heat, loose,
                    worth, queues, slopes, work, pause, chain, links, places,
                )  # fmt: skip
                delta += more
                if not good:
                    break
        if good and (check or tb.detailed[a, d // 7] or tb.long.binding):
            good = legal_weeks(tb, a, st.choice[a])
        if good and b >= 0 and (check or tb.detailed[b, d // 7] or tb.long.binding):
            good = legal_weeks(tb, b, st.choice[b])
        if good:
            delta += prices_of(tb, st, a) - before
            if b >= 0:
                delta += prices_of(tb, st, b)
        if good and delta <= -heat * np.log(np.random.random()):
            st.cost[0] += delta
            accepted += 1
        else:
            bring_back(tb, st, undo)
    return accepted
