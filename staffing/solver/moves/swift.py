# ruff: noqa: NPY002 (inside kernels these are the random numbers of the thread, seeded by `swift_walk`)
"""The walk of `moves.walk` where everybody serves one queue at most, or slots are divided: agents are counted.

The same moves, drawn by `moves.plan`, and the same exact costs. Who serves what needs no deciding here, so that a slot
is four numbers (missing agents and its prices), or a row of scores (`moves.crew`), and a move is priced several times
as fast.
"""

from __future__ import annotations

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.moves.board import Board, count_all, mark_shift, more, put_back, put_day, seat_all, worth_of
from staffing.solver.moves.crew import Crew, drop_crew, keep_crew, put_crew
from staffing.solver.moves.edit import Desk
from staffing.solver.moves.insert import meets_band, prices_of, rest_window
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
    a_partner,
    plan,
)
from staffing.solver.moves.pool import Pool
from staffing.solver.moves.state import State, rebuild
from staffing.solver.moves.tubes import (
    Chain,
    mark_span,
    move_bias,
    new_edit,
    refresh,
    restore,
    sweep,
    sweep_units,
    turn,
)
from staffing.solver.oracle.breaks import IMPOSSIBLE, place_breaks
from staffing.solver.tables import Tables

FRESH, BIASED = 200, 0.1
"""With deferred work: moves between two looks at what its hours are worth, and share of moves that shift the split."""


@compiled(inner=True, forceinline=True, _nrt=False)
def keeps_rules(tb: Tables, st: State, board: Board, agent: int) -> bool:
    """Whether the agent's days are legal together, as `legal_weeks` says."""
    if board.strict[agent]:
        return legal_weeks(tb, agent, st.choice[agent])
    last_end, run = tb.last_end[agent], tb.run_before[agent]
    shifts, minutes, weekends, low, high = 0, 0, 0, 0, tb.bands[agent] - 1
    for d in range(tb.days):
        option = st.choice[agent, d]
        if option < 0:
            if tb.forced[agent, d]:
                return False
            run = 0
        else:
            run += 1
            if tb.start[option] - last_end < tb.rest or run > tb.max_run:
                return False
            last_end = tb.end[option]
            low, high = max(low, tb.band_first[option]), min(high, tb.band_last[option])
            shifts += 1
            minutes += tb.paid[option]
            weekends += tb.is_weekend[d]
        if d % 7 == 6 or d + 1 == tb.days:
            w = d // 7
            if shifts < tb.days_min[agent, w] or shifts > tb.days_max[agent, w] or weekends > tb.weekend_max:
                return False
            if low > high or minutes < tb.low[agent, w] or minutes > tb.top[agent, w]:
                return False
            shifts, minutes, weekends, low, high = 0, 0, 0, 0, tb.bands[agent] - 1
    return True


@compiled(inner=True, forceinline=True, _nrt=False)
def known_legal(tb: Tables, st: State, desk: Desk, board: Board, a: int, b: int) -> bool:
    """Whether the tasks leave agents `a` and `b` (-1: nobody) legal; true while an option is not known."""
    for i in range(desk.used[2]):
        if desk.task[i, 3] == ANY:
            return True
    for i in range(desk.used[2]):
        desk.task[i, 4] = st.choice[desk.task[i, 0], desk.task[i, 1]]
        st.choice[desk.task[i, 0], desk.task[i, 1]] = desk.task[i, 2]
    legal = True
    for who in (a, b):
        legal = legal and (who < 0 or keeps_rules(tb, st, board, who))
    for i in range(desk.used[2] - 1, -1, -1):
        st.choice[desk.task[i, 0], desk.task[i, 1]] = desk.task[i, 4]
    return legal


@compiled(inner=True, forceinline=True, _nrt=False)
def find_breaks(
    tb: Tables, st: State, desk: Desk, board: Board, chain: Chain | None, crew: Crew | None, agent: int, day: int,
    option: int, noise: float, places: IntArray,
) -> bool:  # fmt: skip
    """Best breaks of a shift, given everybody else's work, under noise, to `places`; False when none fit."""
    start, end, base, speed = tb.start[option], tb.end[option], board.base[agent], board.speed[agent]
    old = st.choice[agent, day]
    if old >= 0:
        mark_shift(tb, board, old, st.breaks[agent, day], 1)
    desk.pause[start] = 0.0
    for t in range(start, end):
        loss = noise * (np.random.random() - 0.5)
        if board.mark[t]:
            loss += worth_of(tb, st, board, chain, crew, agent, base, t, -speed)
        else:
            loss -= worth_of(tb, st, board, chain, crew, agent, base, t, speed)
        desk.pause[t + 1] = desk.pause[t] + loss
    if old >= 0:
        for t in range(tb.start[old], tb.end[old]):
            board.mark[t] = 0
    p = tb.pattern[option]
    rows, count = tb.pat_first[p], tb.pat_first[p + 1] - tb.pat_first[p]
    best = place_breaks(
        start, rows, count, tb.brk_lo, tb.brk_hi, tb.brk_len, tb.brk_gap, desk.pause, desk.chain, desk.links, places
    )
    return bool(best < IMPOSSIBLE)


@compiled(inner=True, _nrt=False)
def find_option(
    tb: Tables,
    st: State,
    desk: Desk,
    board: Board,
    chain: Chain | None,
    crew: Crew | None,
    agent: int,
    day: int,
    noise: float,
) -> int:
    """Option of a day off with the best worth of its slots, breaks left aside, under noise; -1 when there is none.

    Rest and start bands with the other days are kept; the rest of the rules is left to the caller.
    """
    row = agent * tb.days + day
    first, last = tb.first[row], tb.first[row + 1]
    earliest, latest = rest_window(tb, st, agent, day)
    low, high = 0, tb.bands[agent] - 1
    for d in range(day // 7 * 7, min(day // 7 * 7 + 7, tb.days)):
        o = st.choice[agent, d]
        if o >= 0:
            low, high = max(low, tb.band_first[o]), min(high, tb.band_last[o])
    t0, t1 = 1 << 40, 0
    for o in range(first, last):
        if tb.start[o] >= earliest and tb.end[o] <= latest and meets_band(tb, o, low, high):
            t0, t1 = min(t0, tb.start[o]), max(t1, tb.end[o])
    if t1 == 0:
        return -1
    work, base, speed = desk.pause, board.base[agent], board.speed[agent]
    work[t0] = 0.0
    for t in range(t0, t1):
        work[t + 1] = work[t] + worth_of(tb, st, board, chain, crew, agent, base, t, speed)
    best, found = 1e18, -1
    for o in range(first, last):
        if tb.start[o] < earliest or tb.end[o] > latest or not meets_band(tb, o, low, high):
            continue
        value = tb.price[o] + work[tb.end[o]] - work[tb.start[o]]
        value -= noise * np.log(-1.0 / np.log(np.random.random()))
        if value < best:
            best, found = value, o
    return int(found)


@compiled(inner=True, forceinline=True, _nrt=False)
def carry_out(
    tb: Tables, st: State, desk: Desk, board: Board, chain: Chain | None, crew: Crew | None, noise: float
) -> tuple[bool, float, float]:
    """Do the tasks written down one after another; whether all could be done, and the changes of cost."""
    service, price = 0.0, 0.0
    for i in range(desk.used[2]):
        agent, day, option, how = desk.task[i, 0], desk.task[i, 1], desk.task[i, 2], desk.task[i, 3]
        if how == ANY:
            option = find_option(tb, st, desk, board, chain, crew, agent, day, noise)
            if option < 0:
                return False, service, price
        places = desk.task_breaks[i]
        if how != GIVEN and not find_breaks(tb, st, desk, board, chain, crew, agent, day, option, noise, places):
            return False, service, price
        more_service, more_price = put_day(tb, st, desk, board, chain, crew, agent, day, option, places)
        service += more_service
        price += more_price
    return True, service, price


@compiled(inner=True, forceinline=True, _nrt=False)
def move_break(
    tb: Tables, st: State, board: Board, chain: Chain | None, crew: Crew | None, agent: int, day: int, most: float
) -> tuple[bool, float]:
    """One break to a random legal place, if that costs at most `most` more; whether it was moved, and the change."""
    option, base, speed = st.choice[agent, day], board.base[agent], board.speed[agent]
    p, start = tb.pattern[option], tb.start[option]
    first, count = tb.pat_first[p], tb.pat_first[p + 1] - tb.pat_first[p]
    in_unit = False
    if chain is not None:
        in_unit = chain.unit[agent] >= 0
    if count == 0 or (base < 0 and not in_unit):
        return False, 0.0
    j = int(np.random.random() * count)
    row = first + j
    low, high, length, now = start + tb.brk_lo[row], start + tb.brk_hi[row], tb.brk_len[row], st.breaks[agent, day, j]
    if j > 0:
        low = max(low, st.breaks[agent, day, j - 1] + tb.brk_len[row - 1] + tb.brk_gap[row])
    if j + 1 < count:
        high = min(high, st.breaks[agent, day, j + 1] - tb.brk_gap[row + 1] - length)
    if high <= low:
        return False, 0.0
    at = low + int(np.random.random() * (high - low))
    at += at >= now
    delta = 0.0
    if crew is not None:
        for k in range(length):
            if now + k < at or now + k >= at + length:
                delta += put_crew(tb, st, crew, agent, now + k, 1)
            if at + k < now or at + k >= now + length:
                delta += put_crew(tb, st, crew, agent, at + k, -1)
        if delta > most:
            drop_crew(crew)
            return False, 0.0
        keep_crew(tb, st, crew)
        st.breaks[agent, day, j] = at
        return True, delta
    if chain is not None and in_unit:
        for k in range(length):
            delta += turn(tb, board.cell, chain, agent, base, now + k, speed, 1)
            delta += turn(tb, board.cell, chain, agent, base, at + k, speed, -1)
        q = chain.unit[agent]
        mark_span(chain, q, min(now, at), max(now, at) + length)
        delta += sweep(tb, st, board.cell, chain, q, False, most - delta)
        if delta > most:
            restore(board.cell, chain)
            return False, 0.0
        sweep(tb, st, board.cell, chain, q, True, 0.0)
        st.breaks[agent, day, j] = at
        return True, delta
    for k in range(length):
        if now + k < at or now + k >= at + length:
            delta += more(tb, board, base + now + k, speed)
        if at + k < now or at + k >= now + length:
            delta += more(tb, board, base + at + k, -speed)
    if delta > most:
        return False, 0.0
    for k in range(length):
        board.cell[base + now + k, 0] -= speed
    for k in range(length):
        board.cell[base + at + k, 0] += speed
    st.breaks[agent, day, j] = at
    return True, delta


@compiled(inner=True, forceinline=True, _nrt=False)
def some_day(tb: Tables, st: State, agent: int, working: bool) -> int:
    """A random day with a shift (or one off that could have one); -1 when none was met."""
    for _ in range(2 * tb.days):
        d = int(np.random.random() * tb.days)
        row = agent * tb.days + d
        if (st.choice[agent, d] >= 0) == working and tb.first[row + 1] > tb.first[row]:
            return d
    return -1


@compiled
def swift_walk(
    tb: Tables,
    st: State,
    desk: Desk,
    board: Board,
    chain: Chain | None,
    crew: Crew | None,
    pool: Pool,
    moves: int,
    heat_from: float,
    heat_to: float,
    shares: FloatArray,
    seed: int,
) -> int:
    """Do `moves` moves while the heat falls geometrically; `st` is exact before and after. Returns those accepted."""
    np.random.seed(seed)
    people = len(tb.group)
    ladder = np.cumsum(shares)
    accepted = 0
    cool = (heat_to / heat_from) ** (1.0 / max(1, moves))
    heat = heat_from
    count_all(tb, st, board, chain, crew)
    if chain is not None:
        seat_all(tb, st, board, chain, crew)
        rebuild(tb, st)
        count_all(tb, st, board, chain, crew)
    for number in range(moves):
        heat *= cool
        if chain is not None:
            new_edit(chain)
            if number % FRESH == 0:
                refresh(tb, st, chain)
            if np.random.random() < BIASED:
                moved, delta = move_bias(tb, st, board.cell, chain, -heat * np.log(np.random.random()))
                st.cost[0] += delta
                accepted += moved
                continue
        a = int(np.random.random() * people)
        if st.skip[a]:
            continue
        draw = np.random.random() * ladder[-1]
        move = 0
        while ladder[move] < draw:
            move += 1
        d = some_day(tb, st, a, True)
        if d < 0:
            if move != POOL:
                continue
            d = int(np.random.random() * tb.days)
        most = -heat * np.log(np.random.random())
        if move == ONE_BREAK:
            moved, delta = move_break(tb, st, board, chain, crew, a, d, most)
            st.cost[0] += delta
            accepted += moved
            continue
        b, e = -1, -1
        if move == PAIR or (move == COMPOUND and np.random.random() < 0.5):
            b = a_partner(tb, st, a, d, -1)
        elif move in (DAY_OFF, HAND_OVER):
            e = some_day(tb, st, a, False)
            if e < 0:
                continue
            if move == HAND_OVER:
                b = a_partner(tb, st, a, e, d)
        if b < 0 and move in (PAIR, HAND_OVER):
            continue
        desk.used[:] = 0
        if not plan(tb, st, desk, pool, move, a, b, d, e) or not known_legal(tb, st, desk, board, a, b):
            continue
        priced = board.priced[a] or (b >= 0 and board.priced[b])
        before = 0.0
        if priced:
            before = prices_of(tb, st, a) + (prices_of(tb, st, b) if b >= 0 else 0.0)
        good, service, price = carry_out(tb, st, desk, board, chain, crew, heat)
        if good and move in (DAY_OFF, HAND_OVER):
            for who in (a, b):
                good = good and (who < 0 or keeps_rules(tb, st, board, who))
        if good and priced:
            price = prices_of(tb, st, a) + (prices_of(tb, st, b) if b >= 0 else 0.0) - before
        if good and chain is not None:
            service += sweep_units(tb, st, board.cell, chain, False, most - service - price)
        if good and service + price <= most:
            if chain is not None:
                sweep_units(tb, st, board.cell, chain, True, 0.0)
            if crew is not None:
                keep_crew(tb, st, crew)
            st.cost[0] += service + price
            accepted += 1
        else:
            put_back(st, desk, board, chain, crew)
    board.told[0] = st.cost[0]
    seat_all(tb, st, board, chain, crew)
    rebuild(tb, st)
    return accepted
