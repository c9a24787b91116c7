# ruff: noqa: NPY002 (inside kernels these are the random numbers of the thread, seeded by `walk`)
"""Annealing by small moves with exact costs: a break, a start, pairs, days off, whole weeks of a pool.

Where `moves.anneal` looks for the best place of what it lifts, a move here is drawn at random and priced by the few
slots in which it differs, so that many more can be tried. A move is written down as a few tasks, each for one
agent-day; one loop carries out the tasks of all moves (the compiler then has one place to unfold them into).
"""

from __future__ import annotations

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.kernels import compiled
from staffing.solver.moves.edit import Desk, edit_day, good_option, place_here, refresh_slopes, take_back
from staffing.solver.moves.insert import prices_of
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.moves.plan import (
    ANY,
    COMPOUND,
    DAY_OFF,
    GIVEN,
    HAND_OVER,
    ONE_BREAK,
    PAIR,
    POOL,
    REBREAK,
    a_day,
    a_partner,
    plan,
)
from staffing.solver.moves.pool import Pool
from staffing.solver.moves.state import State, settle_tubes
from staffing.solver.tables import Tables

FRESH = 200
"""Moves between two looks at what deferred hours are worth."""


@compiled(inner=True, _nrt=False)
def both_legal(tb: Tables, st: State, a: int, b: int) -> bool:
    """Whether agents `a` and, unless -1, `b` keep every rule of theirs."""
    return legal_weeks(tb, a, st.choice[a]) and (b < 0 or legal_weeks(tb, b, st.choice[b]))


@compiled(inner=True, _nrt=False)
def both_prices(tb: Tables, st: State, a: int, b: int) -> float:
    """Wages, overtime and wishes of agents `a` and, unless -1, `b`."""
    return prices_of(tb, st, a) + (prices_of(tb, st, b) if b >= 0 else 0.0)


@compiled(inner=True, forceinline=True, _nrt=False)
def known_illegal(tb: Tables, st: State, desk: Desk, a: int, b: int) -> bool:
    """Whether the tasks, all of known options, would break a rule of agent `a` or `b`."""
    for i in range(desk.used[2]):
        if desk.task[i, 3] == ANY:
            return False
    for i in range(desk.used[2]):
        desk.task[i, 4] = st.choice[desk.task[i, 0], desk.task[i, 1]]
        st.choice[desk.task[i, 0], desk.task[i, 1]] = desk.task[i, 2]
    legal = both_legal(tb, st, a, b)
    for i in range(desk.used[2] - 1, -1, -1):
        st.choice[desk.task[i, 0], desk.task[i, 1]] = desk.task[i, 4]
    return not legal


@compiled(inner=True, forceinline=True, _nrt=False)
def carry_out(tb: Tables, st: State, desk: Desk, noise: float) -> tuple[bool, float]:
    """Do the tasks written down one after another; whether all could be done, and the change of cost."""
    delta = 0.0
    for i in range(desk.used[2]):
        agent, day, option, how = desk.task[i, 0], desk.task[i, 1], desk.task[i, 2], desk.task[i, 3]
        if how == ANY:
            option = good_option(tb, st, desk, agent, day, noise)
            if option < 0:
                return False, delta
        if how != GIVEN and not place_here(tb, st, desk, agent, option, noise, desk.task_breaks[i]):
            return False, delta
        delta += edit_day(tb, st, desk, agent, day, option, desk.task_breaks[i])
    return True, delta


@compiled
def walk(
    tb: Tables,
    st: State,
    desk: Desk,
    pool: Pool,
    moves: int,
    heat_from: float,
    heat_to: float,
    shares: FloatArray,
    seed: int,
) -> int:
    """Do `moves` moves while the heat falls geometrically; `st.cost` is kept. Returns the moves accepted."""
    np.random.seed(seed)
    people = len(tb.group)
    ladder = np.cumsum(shares)
    deferred = bool(tb.deadline.any())
    accepted = 0
    cool = (heat_to / heat_from) ** (1.0 / max(1, moves))
    heat = heat_from
    desk.on[:] = False
    for number in range(moves):
        if number % FRESH == 0:
            refresh_slopes(tb, st, desk)
        heat *= cool
        a = np.random.randint(people)
        if st.skip[a]:
            continue
        draw = np.random.random() * ladder[-1]
        move = 0
        while ladder[move] < draw:
            move += 1
        d = a_day(tb, st, a, True)
        if d < 0:
            if move != POOL:
                continue
            d = np.random.randint(tb.days)
        b, e = -1, -1
        if move == PAIR or (move == COMPOUND and np.random.random() < 0.5):
            b = a_partner(tb, st, a, d, -1)
        elif move in (DAY_OFF, HAND_OVER):
            e = a_day(tb, st, a, False)
            if e < 0:
                continue
            if move == HAND_OVER:
                b = a_partner(tb, st, a, e, d)
        if b < 0 and move in (PAIR, HAND_OVER):
            continue
        desk.used[:] = 0
        if not plan(tb, st, desk, pool, move, a, b, d, e):
            continue
        breaks_only = move in (ONE_BREAK, REBREAK)
        before = 0.0
        if not breaks_only:
            if known_illegal(tb, st, desk, a, b):
                continue
            before = both_prices(tb, st, a, b)
        good, delta = carry_out(tb, st, desk, heat)
        if good and move in (DAY_OFF, HAND_OVER):
            good = both_legal(tb, st, a, b)
        if good:
            if deferred:
                delta += settle_tubes(tb, st)
            if not breaks_only:
                delta += both_prices(tb, st, a, b) - before
        if good and delta <= -heat * np.log(np.random.random()):
            st.cost[0] += delta
            accepted += 1
        else:
            take_back(tb, st, desk, deferred)
    return accepted
