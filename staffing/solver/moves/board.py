"""Slots of every queue as counts of agents, for the walk of `moves.swift`: who is at work, and what a change costs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.moves.crew import Crew, crew_change, drop_crew, forget, put_crew
from staffing.solver.moves.edit import Desk
from staffing.solver.moves.state import AWAY, IDLE, State
from staffing.solver.moves.tubes import (
    Chain,
    about,
    chained,
    clear,
    mark_span,
    new_edit,
    restore,
    serves,
    sweep_all,
    turn,
)
from staffing.solver.oracle.dual import slot_cost
from staffing.solver.oracle.sweep import BREAKS_MAX
from staffing.solver.tables import Tables


class Board(NamedTuple):
    """The slots of every queue in a row, and a log of their changes."""

    cell: FloatArray  # (rows * reach, 4) missing agents, those at the lower price, price of one too many, weight
    base: IntArray  # (agents,) first cell of the agent's queue; -1: serves none
    speed: FloatArray  # (agents,)
    strict: BoolArray  # (agents,) has rules that only `legal_weeks` looks at
    priced: BoolArray  # (agents,) has prices other than those of each day
    mark: IntArray  # (reach,) changes of the edit at work; 0 between edits
    log_cell: IntArray
    log_missing: FloatArray
    told: FloatArray  # (1,) cost at the end of the last walk by the changes told, before it was counted afresh


def swift(tb: Tables) -> bool:
    """Whether nobody has a choice of queues but between one answered and one deferred one (see `moves.tubes`) or in
    divided slots (`moves.crew`), and the price of work is that of the queues alone.
    """
    if not tb.prof.shape[1] or len(tb.pool) or tb.has_pin.any() or tb.heads.any() or tb.led.any():
        return False
    if tb.corner.shape[1]:
        return True
    if not (chained(tb) if tb.deadline.any() else (tb.prof > 0).sum(axis=1).max(initial=0) <= 1):
        return False
    return tb.switch <= 0.0 or bool(tb.deadline.any()) or not _closed_inside(tb)


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
    cell = np.zeros((queues, reach, 4))
    cell[:, : tb.slots, 1] = np.where(tb.is_open[:queues], tb.severe_from[:queues], 0.0)
    cell[:, : tb.slots, 2] = np.where(tb.is_open[:queues], tb.over_at[:queues], tb.over)
    cell[:, : tb.slots, 3] = tb.weight[:queues]
    answered = (tb.prof > 0) & ~tb.deadline[:queues]
    queue = answered.argmax(axis=1)
    log = 2 * (40 + 2 * tb.days) * int((tb.end - tb.start).max(initial=1))
    return Board(
        cell=cell.reshape(-1, 4),
        base=np.where(answered.any(axis=1), queue * reach, -1)[tb.group].astype(np.int64),
        speed=tb.prof.max(axis=1, initial=0.0)[tb.group],
        strict=np.asarray((tb.detailed & tb.whole).any(axis=1) | bool(tb.long.binding)),
        priced=((tb.top > tb.high).any(axis=1) & (tb.extra_per_min > 0)) | (tb.long.fair > 0.0),
        mark=np.zeros(reach, dtype=np.int64),
        log_cell=np.zeros(log, dtype=np.int64),
        log_missing=np.zeros(log),
        told=np.zeros(1),
    )


@compiled(inner=True, forceinline=True, _nrt=False)
def more(tb: Tables, board: Board, at: int, by: float) -> float:
    """Change of cost when `by` more agents are at work in a cell."""
    missing, mild, over, weight = board.cell[at, 0], board.cell[at, 1], board.cell[at, 2], board.cell[at, 3]
    short, severe = weight * tb.short, weight * tb.severe
    return slot_cost(missing - by, mild, short, severe, over) - slot_cost(missing, mild, short, severe, over)


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


@compiled(inner=True, forceinline=True, _nrt=False)
def worth_of(
    tb: Tables,
    st: State,
    board: Board,
    chain: Chain | None,
    crew: Crew | None,
    agent: int,
    base: int,
    t: int,
    by: float,
) -> float:
    """Change of cost when `by` more of an agent are at work; with deferred work it is about that."""
    if crew is not None:
        return crew_change(tb, st, crew, agent, t, 1 if by > 0 else -1)
    if chain is not None and chain.unit[agent] >= 0:
        return about(tb, board.cell, chain, agent, base, t, by)
    return more(tb, board, base + t, by) if base >= 0 else 0.0


@compiled(inner=True, _nrt=False)
def count_slot(tb: Tables, st: State, board: Board, chain: Chain | None, agent: int, t: int, way: int) -> None:
    """Count `way` agents like `agent` in a slot, unpriced."""
    if chain is not None and chain.unit[agent] >= 0:
        turn(tb, board.cell, chain, agent, board.base[agent], t, board.speed[agent], way)
        new_edit(chain)
        return
    if board.base[agent] >= 0:
        board.cell[board.base[agent] + t, 0] -= way * board.speed[agent]


@compiled(inner=True, _nrt=False)
def count_all(tb: Tables, st: State, board: Board, chain: Chain | None, crew: Crew | None) -> None:
    """Fill the cells from the roster; divided slots are counted in the roster itself."""
    if crew is not None:
        board.mark[:] = 0
        forget(crew)
        return
    queues, reach = tb.prof.shape[1], tb.pin.shape[1]
    for q in range(queues):
        for t in range(reach):
            needed = t < tb.slots and tb.is_open[q, t]
            board.cell[q * reach + t, 0] = tb.required[q, t] if needed else 0.0
    board.mark[:] = 0
    if chain is not None:
        clear(st, chain)
    for a in range(len(tb.group)):
        if board.base[a] < 0 and chain is None:
            continue
        for d in range(tb.days):
            option = st.choice[a, d]
            if option < 0:
                continue
            mark_shift(tb, board, option, st.breaks[a, d], 1)
            for t in range(tb.start[option], tb.end[option]):
                count_slot(tb, st, board, chain, a, t, board.mark[t])
                board.mark[t] = 0
    if chain is not None:
        sweep_all(tb, st, board.cell, chain)


@compiled(inner=True, _nrt=False)
def seat_all(tb: Tables, st: State, board: Board, chain: Chain | None, crew: Crew | None) -> None:
    """Write who is at work on what to the roster, which only keeps shifts and breaks while walking."""
    reach = tb.pin.shape[1]
    for a in range(len(tb.group)):
        q = board.base[a] // reach if board.base[a] >= 0 and crew is None else IDLE
        st.queue[a, :] = AWAY
        for d in range(tb.days):
            option = st.choice[a, d]
            if option < 0:
                continue
            mark_shift(tb, board, option, st.breaks[a, d], 1)
            before = IDLE
            for t in range(tb.start[option], tb.end[option]):
                if board.mark[t]:
                    own = q
                    if chain is not None and chain.unit[a] >= 0:
                        own = serves(chain, a, q, t, tb.slots, before)
                    open_ = own >= 0 and (t >= tb.slots or tb.is_open[own, t])
                    before = own if open_ else IDLE
                    st.queue[a, t] = before
                board.mark[t] = 0


@compiled(inner=True, forceinline=True, _nrt=False)
def put_day(
    tb: Tables, st: State, desk: Desk, board: Board, chain: Chain | None, crew: Crew | None, agent: int, day: int,
    option: int, breaks: IntArray,
) -> tuple[float, float]:  # fmt: skip
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
    if crew is not None:
        for t in range(low, high):
            if board.mark[t] != 0:
                service += put_crew(tb, st, crew, agent, t, board.mark[t])
                board.mark[t] = 0
        return service, price
    if chain is not None and chain.unit[agent] >= 0:
        for t in range(low, high):
            if board.mark[t] != 0:
                service += turn(tb, board.cell, chain, agent, base, t, speed, board.mark[t])
                board.mark[t] = 0
        mark_span(chain, chain.unit[agent], low, high)
        return service, price
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
def put_back(st: State, desk: Desk, board: Board, chain: Chain | None, crew: Crew | None) -> None:
    """Undo every edit of the log."""
    if crew is not None:
        drop_crew(crew)
    if chain is not None:
        restore(board.cell, chain)
    for i in range(desk.used[0] - 1, -1, -1):
        board.cell[board.log_cell[i], 0] = board.log_missing[i]
    for i in range(desk.used[1] - 1, -1, -1):
        agent, day = desk.day_agent[i], desk.day_at[i]
        st.choice[agent, day] = desk.day_option[i]
        for j in range(BREAKS_MAX):
            st.breaks[agent, day, j] = desk.day_breaks[i, j]
