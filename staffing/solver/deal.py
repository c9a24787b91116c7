"""The weeks of a roster dealt out anew: who works which of them, at the least price, with the same people at work.

An annealing settles early who is at work in the morning and who in the evening. Later nobody can change sides alone.
Among people who serve the same, whole weeks with their breaks can change hands without any change of coverage; who
takes which is an assignment problem, solved exactly (Kuhn 1955).
"""

from __future__ import annotations

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.solver.case import Case
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.moves.state import AWAY, State, copy_state, rebuild
from staffing.solver.tables import Tables

TOGETHER, AT_MOST, MANY = 100, 400, 2000
"""Most people among whom weeks are dealt out at a time, and most in all; above `MANY` nobody's, to save memory."""
DEAREST = 12.0
"""A week dearer by more paid slots than the person's own is left out."""
NEVER = 1e9


def deal_weeks(case: Case, state: State, seed: int = 0) -> State:
    """`state`, or the cheapest roster in which people who serve the same, but other weeks.

    People with settled work keep their weeks. Where the price of a duty depends on the duties of other weeks (fair
    shares), nothing is changed. `seed` says who is dealt to together, and who at all, where there are many.
    """
    tb = case.tables
    if tb.long.fair > 0.0 or case.agents > MANY:
        return state
    able = np.flatnonzero((state.skip == 0) & ~tb.has_pin)
    able = np.random.default_rng(seed).permutation(able)[:AT_MOST]
    dealt, keys = copy_state(state), _option_keys(tb)
    slot = case.problem.grid.step_h * case.problem.costs.wage_per_h
    changed = False
    for group in np.unique(tb.group[able]):
        people = able[tb.group[able] == group]
        for first in range(0, len(people), TOGETHER):
            part = np.sort(people[first : first + TOGETHER])
            for week in range(tb.weeks):
                changed |= _deal(tb, dealt, part, week, keys, DEAREST * slot)
    if not changed:
        return state
    rebuild(tb, dealt)
    return dealt if dealt.cost[0] < state.cost[0] - 1e-9 else state


def _option_keys(tb: Tables) -> tuple[IntArray, IntArray]:
    """Sorted numbers of (agent-day, start, pattern) of all options, and the options in that order."""
    row = np.repeat(np.arange(len(tb.first) - 1), np.diff(tb.first))
    key = _key(tb, row, tb.start, tb.pattern)
    order = np.argsort(key, kind="stable")
    return key[order], order


def _key(tb: Tables, row: IntArray, start: IntArray, pattern: IntArray) -> IntArray:
    key: IntArray = (row * tb.pin.shape[1] + start) * len(tb.pat_first) + pattern
    return key


def _deal(tb: Tables, state: State, people: IntArray, week: int, keys: tuple[IntArray, IntArray], most: float) -> bool:
    """Deal one week of `people` out anew; whether anything changed."""
    days = np.arange(7 * week, min(7 * week + 7, tb.days))
    theirs = _like(tb, people, state.choice[np.ix_(people, days)], days, keys)
    price = _prices(tb, state, people, days, theirs)
    own = np.arange(len(people))
    price[own, own] -= 1e-6  # a week changes hands only when that pays
    wanted = (price < NEVER) & (price <= price[own, own][:, None] + most)
    for taker, giver in np.argwhere(wanted):
        if taker != giver and not _legal(tb, state, people[taker], days, theirs[taker, giver]):
            wanted[taker, giver] = False
    from scipy.optimize import linear_sum_assignment

    _, giver = linear_sum_assignment(np.where(wanted, price, NEVER))
    if (giver == own).all() or not wanted[own, giver].all():
        return False
    _hand_over(tb, state, people, people[giver], days, theirs[own, giver])
    return True


def _like(tb: Tables, people: IntArray, choice: IntArray, days: IntArray, keys: tuple[IntArray, IntArray]) -> IntArray:
    """Options (takers, givers, days) of the takers like the givers' shifts; -1: a day off, -2: there is none."""
    key, option = keys
    row = people[:, None, None] * tb.days + days
    there = choice[None, :, :]
    wanted = _key(tb, row, tb.start[there], tb.pattern[there])
    at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    found = np.where(key[at] == wanted, option[at], -2)
    return np.where(there < 0, -1, found)


def _prices(tb: Tables, state: State, people: IntArray, days: IntArray, options: IntArray) -> FloatArray:
    """Wages, overtime and wishes (takers, givers) of a week; `NEVER` where a shift is none of the taker's."""
    week = days[0] // 7
    at_work = options >= 0
    price = np.where(at_work, tb.price[options], tb.off_price[people[:, None], days][:, None, :]).sum(axis=2)
    minutes = np.where(at_work, tb.paid[options], 0).sum(axis=2)
    over = np.maximum(0, minutes - tb.high[people, week][:, None])
    price += over * tb.extra_per_min[people][:, None]
    return np.where((options == -2).any(axis=2), NEVER, price)


def _legal(tb: Tables, state: State, agent: int, days: IntArray, options: IntArray) -> bool:
    choice = state.choice[agent].copy()
    choice[days] = options
    return bool(legal_weeks(tb, agent, choice))


def _hand_over(tb: Tables, state: State, takers: IntArray, givers: IntArray, days: IntArray, options: IntArray) -> None:
    """Write the givers' shifts, breaks and queues to the takers."""
    choice, breaks, queue = state.choice.copy(), state.breaks.copy(), state.queue.copy()
    for agent in takers:
        for option in choice[agent, days]:
            if option >= 0:
                state.queue[agent, tb.start[option] : tb.end[option]] = AWAY
    for taker, giver, row in zip(takers, givers, options, strict=True):
        state.choice[taker, days] = row
        state.breaks[taker, days] = breaks[giver, days]
        for option in row[row >= 0]:
            span = slice(tb.start[option], tb.end[option])
            state.queue[taker, span] = queue[giver, span]
