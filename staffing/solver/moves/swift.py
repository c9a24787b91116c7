# ruff: noqa: NPY002 (inside kernels these are the random numbers of the thread, seeded by `swift_walk`)
"""The walk of `moves.walk` where everybody serves one queue at most: agents are counted, not seated.

The same moves, drawn by `moves.plan`, and the same exact costs. Who serves what needs no deciding here, so that a slot
is three numbers (missing agents and its two prices) and a move is priced several times as fast.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.kernels import compiled
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
from staffing.solver.moves.state import AWAY, IDLE, State, rebuild
from staffing.solver.oracle.breaks import IMPOSSIBLE, place_breaks
from staffing.solver.oracle.dual import slot_cost
from staffing.solver.oracle.sweep import BREAKS_MAX
from staffing.solver.tables import Tables


class Board(NamedTuple):
    """The slots of every queue in a row, and a log of their changes."""

    cell: FloatArray  # (rows * reach, 3) missing agents, those of them at the lower price, price of one too many
    base: IntArray  # (agents,) first cell of the agent's queue; -1: serves none
    speed: FloatArray  # (agents,)
    strict: BoolArray  # (agents,) has rules that only `legal_weeks` looks at
    priced: BoolArray  # (agents,) has prices other than those of each day
    mark: IntArray  # (reach,) changes of the edit at work; 0 between edits
    log_cell: IntArray
    log_missing: FloatArray


def swift(tb: Tables) -> bool:
    """Whether nobody has a choice of queues, and the price of work is that of the queues alone."""
    able = tb.prof > 0
    if (able.sum(axis=1) > 1).any() or tb.deadline.any() or len(tb.pool) or tb.has_pin.any():
        return False
    if tb.heads.any() or tb.led.any():
        return False
    return tb.switch <= 0.0 or not _closed_inside(tb)


def _closed_inside(tb: Tables) -> bool:
    """Whether a shift may lie over a slot in which its queue is closed: that would count as changes of queue."""
    shut = np.cumsum(np.pad(~tb.is_open, ((0, 0), (1, 0))), axis=1)
    agent = np.repeat(np.arange(len(tb.group)), np.diff(tb.first[:: tb.days]))
    skilled = tb.skilled[tb.group[agent]]
    queue = (tb.prof > 0).argmax(axis=1)[tb.group[agent]]
    end = np.minimum(tb.end, tb.slots)
    return bool((skilled & (shut[queue, end] > shut[queue, np.minimum(tb.start, end)])).any())


def new_board(tb: Tables) -> Board:
    """Room for `swift_walk`; the cells are filled by it."""
    queues, reach = tb.prof.shape[1], tb.pin.shape[1]
    cell = np.zeros((queues, reach, 3))
    cell[:, : tb.slots, 1] = np.where(tb.is_open[:queues], tb.severe_from[:queues], 0.0)
    cell[:, : tb.slots, 2] = np.where(tb.is_open[:queues], tb.over_at[:queues], tb.over)
    queue = (tb.prof > 0).argmax(axis=1)
    log = 2 * (40 + 2 * tb.days) * int((tb.end - tb.start).max(initial=1))
    return Board(
        cell=cell.reshape(-1, 3),
        base=np.where(tb.skilled, queue * reach, -1)[tb.group].astype(np.int64),
        speed=tb.prof.max(axis=1, initial=0.0)[tb.group],
        strict=np.asarray((tb.detailed & tb.whole).any(axis=1) | bool(tb.long.binding)),
        priced=((tb.top > tb.high).any(axis=1) & (tb.extra_per_min > 0)) | (tb.long.fair > 0.0),
        mark=np.zeros(reach, dtype=np.int64),
        log_cell=np.zeros(log, dtype=np.int64),
        log_missing=np.zeros(log),
    )


@compiled(inner=True, forceinline=True, _nrt=False)
def more(tb: Tables, board: Board, at: int, by: float) -> float:
    """Change of cost when `by` more agents are at work in a cell."""
    missing, mild, over = board.cell[at, 0], board.cell[at, 1], board.cell[at, 2]
    change = slot_cost(missing - by, mild, tb.short, tb.severe, over)
    return change - slot_cost(missing, mild, tb.short, tb.severe, over)


@compiled(inner=True, forceinline=True, _nrt=False)
def mark_shift(tb: Tables, board: Board, option: int, breaks: IntArray, sign: int) -> None:
    """Add `sign` to the marks of the slots at work."""
    for t in range(tb.start[option], tb.end[option]):
        board.mark[t] += sign
    p = tb.pattern[option]
    for row in range(tb.pat_first[p], tb.pat_first[p + 1]):
        at = breaks[row - tb.pat_first[p]]
        for t in range(at, at + tb.brk_len[row]):
            board.mark[t] -= sign


@compiled(inner=True, _nrt=False)
def count_all(tb: Tables, st: State, board: Board) -> None:
    """Fill the cells from the roster."""
    queues, reach = tb.prof.shape[1], tb.pin.shape[1]
    for q in range(queues):
        for t in range(reach):
            needed = t < tb.slots and tb.is_open[q, t]
            board.cell[q * reach + t, 0] = tb.required[q, t] if needed else 0.0
    board.mark[:] = 0
    for a in range(len(tb.group)):
        if board.base[a] < 0:
            continue
        for d in range(tb.days):
            option = st.choice[a, d]
            if option < 0:
                continue
            mark_shift(tb, board, option, st.breaks[a, d], 1)
            for t in range(tb.start[option], tb.end[option]):
                board.cell[board.base[a] + t, 0] -= board.mark[t] * board.speed[a]
                board.mark[t] = 0


@compiled(inner=True, _nrt=False)
def seat_all(tb: Tables, st: State, board: Board) -> None:
    """Write who is at work on what to the roster, which only keeps shifts and breaks while walking."""
    reach = tb.pin.shape[1]
    for a in range(len(tb.group)):
        q = board.base[a] // reach if board.base[a] >= 0 else IDLE
        st.queue[a, :] = AWAY
        for d in range(tb.days):
            option = st.choice[a, d]
            if option < 0:
                continue
            mark_shift(tb, board, option, st.breaks[a, d], 1)
            for t in range(tb.start[option], tb.end[option]):
                if board.mark[t]:
                    open_ = q >= 0 and (t >= tb.slots or tb.is_open[q, t])
                    st.queue[a, t] = q if open_ else IDLE
                board.mark[t] = 0


@compiled(inner=True, forceinline=True, _nrt=False)
def put_day(
    tb: Tables, st: State, desk: Desk, board: Board, agent: int, day: int, option: int, breaks: IntArray
) -> tuple[float, float]:
    """Put `option` (-1: a day off) with `breaks` on an agent-day; the changes of service's cost and the day's price."""
    i = desk.used[1]
    desk.used[1] += 1
    old = st.choice[agent, day]
    desk.day_agent[i], desk.day_at[i], desk.day_option[i] = agent, day, old
    low, high = 1 << 40, 0
    service = 0.0
    price = tb.price[option] if option >= 0 else tb.off_price[agent, day]
    price -= tb.price[old] if old >= 0 else tb.off_price[agent, day]
    if old >= 0:
        mark_shift(tb, board, old, st.breaks[agent, day], -1)
        low, high = tb.start[old], tb.end[old]
    if option >= 0:
        mark_shift(tb, board, option, breaks, 1)
        low, high = min(low, tb.start[option]), max(high, tb.end[option])
    for j in range(BREAKS_MAX):
        desk.day_breaks[i, j] = st.breaks[agent, day, j]
        if option >= 0:
            st.breaks[agent, day, j] = breaks[j]
    st.choice[agent, day] = option
    n, base, speed = desk.used[0], board.base[agent], board.speed[agent]
    for t in range(low, high):
        way = board.mark[t]
        if way != 0:
            board.mark[t] = 0
            if base >= 0:
                at = base + t
                service += more(tb, board, at, way * speed)
                board.log_cell[n], board.log_missing[n] = at, board.cell[at, 0]
                n += 1
                board.cell[at, 0] -= way * speed
    desk.used[0] = n
    return service, price


@compiled(inner=True, forceinline=True, _nrt=False)
def put_back(st: State, desk: Desk, board: Board) -> None:
    """Undo every edit of the log."""
    for i in range(desk.used[0] - 1, -1, -1):
        board.cell[board.log_cell[i], 0] = board.log_missing[i]
    for i in range(desk.used[1] - 1, -1, -1):
        agent, day = desk.day_agent[i], desk.day_at[i]
        st.choice[agent, day] = desk.day_option[i]
        for j in range(BREAKS_MAX):
            st.breaks[agent, day, j] = desk.day_breaks[i, j]


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
    tb: Tables, st: State, desk: Desk, board: Board, agent: int, day: int, option: int, noise: float, places: IntArray
) -> bool:
    """Best breaks of a shift, given everybody else's work, under noise, to `places`; False when none fit."""
    start, end, base, speed = tb.start[option], tb.end[option], board.base[agent], board.speed[agent]
    old = st.choice[agent, day]
    if old >= 0:
        mark_shift(tb, board, old, st.breaks[agent, day], 1)
    desk.pause[start] = 0.0
    for t in range(start, end):
        loss = noise * (np.random.random() - 0.5)
        if base >= 0:
            loss += more(tb, board, base + t, -speed) if board.mark[t] else -more(tb, board, base + t, speed)
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
def find_option(tb: Tables, st: State, desk: Desk, board: Board, agent: int, day: int, noise: float) -> int:
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
        work[t + 1] = work[t] + (more(tb, board, base + t, speed) if base >= 0 else 0.0)
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
def carry_out(tb: Tables, st: State, desk: Desk, board: Board, noise: float) -> tuple[bool, float, float]:
    """Do the tasks written down one after another; whether all could be done, and the changes of cost."""
    service, price = 0.0, 0.0
    for i in range(desk.used[2]):
        agent, day, option, how = desk.task[i, 0], desk.task[i, 1], desk.task[i, 2], desk.task[i, 3]
        if how == ANY:
            option = find_option(tb, st, desk, board, agent, day, noise)
            if option < 0:
                return False, service, price
        if how != GIVEN and not find_breaks(tb, st, desk, board, agent, day, option, noise, desk.task_breaks[i]):
            return False, service, price
        more_service, more_price = put_day(tb, st, desk, board, agent, day, option, desk.task_breaks[i])
        service += more_service
        price += more_price
    return True, service, price


@compiled(inner=True, forceinline=True, _nrt=False)
def move_break(tb: Tables, st: State, board: Board, agent: int, day: int, most: float) -> tuple[bool, float]:
    """One break to a random legal place, if that costs at most `most` more; whether it was moved, and the change."""
    option, base, speed = st.choice[agent, day], board.base[agent], board.speed[agent]
    p, start = tb.pattern[option], tb.start[option]
    first, count = tb.pat_first[p], tb.pat_first[p + 1] - tb.pat_first[p]
    if count == 0 or base < 0:
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
    count_all(tb, st, board)
    for _ in range(moves):
        heat *= cool
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
            moved, delta = move_break(tb, st, board, a, d, most)
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
        good, service, price = carry_out(tb, st, desk, board, heat)
        if good and move in (DAY_OFF, HAND_OVER):
            for who in (a, b):
                good = good and (who < 0 or keeps_rules(tb, st, board, who))
        if good and priced:
            price = prices_of(tb, st, a) + (prices_of(tb, st, b) if b >= 0 else 0.0) - before
        if good and service + price <= most:
            st.cost[0] += service + price
            accepted += 1
        else:
            put_back(st, desk, board)
    seat_all(tb, st, board)
    rebuild(tb, st)
    return accepted
