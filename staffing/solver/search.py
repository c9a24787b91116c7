"""Local search in chunks that can be stopped, on one or several threads with seeds of their own."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import Any

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.solver.case import Case
from staffing.solver.clock import Clock
from staffing.solver.deal import deal_weeks
from staffing.solver.moves.anneal import anneal
from staffing.solver.moves.board import new_board, swift
from staffing.solver.moves.crew import new_crew
from staffing.solver.moves.edit import new_desk
from staffing.solver.moves.pool import Pool
from staffing.solver.moves.state import State, copy_state, rebuild
from staffing.solver.moves.swift import swift_walk
from staffing.solver.moves.tubes import new_chain
from staffing.solver.moves.undo import new_undo
from staffing.solver.moves.walk import walk
from staffing.solver.oracle.week_ends import room_needed

SHARES = np.array([3.0, 4.0, 1.0, 1.0, 10.0, 2.0, 0.15])
"""How often each move of `moves.anneal` is tried."""
SMALL = np.array([6.0, 5.0, 1.0, 2.0, 0.5, 0.5, 0.2, 0.1, 1.0])
"""How often each move of `moves.walk` is tried."""
WEEKS_ONLY = np.array([0.0] * 7 + [1.0, 0.0])
"""Only whole weeks of the pool."""
SEATS_ONLY = np.array([0.0] * 4 + [1.0, 0.0, 0.0])
"""Only the queues of stretches of shifts: moves of `moves.anneal`."""
CHUNK, CHUNK_EACH = 20_000, 40
"""Least moves between two looks at the clock where everybody serves one queue, and least for each agent."""
MIXED_CHUNK, SEATS_CHUNK = 1000, 10_000
"""Moves of `moves.walk` and as many of `moves.anneal` between two looks where work may move between queues; of the
latter where nothing but queues changes."""
EXCHANGES = (0.5, 0.8)
"""Shares of an annealing after which the dearest walker goes on from the cheapest one's roster."""
DEALS = (0.4, 0.6, 0.8, 0.95)
"""Shares of a long annealing after which weeks change hands among people who serve the same."""


class Walker:
    """One annealed roster with the room it needs; `state` itself stays as it is."""

    def __init__(
        self, case: Case, state: State, pool: Pool, seed: int, worth: FloatArray | None = None, seats: bool = False
    ) -> None:
        tb = case.tables
        self.case, self.pool, self.seed = case, pool, seed
        self.state, self.best, self.owns_best = copy_state(state), state, False
        self.desk = new_desk(tb)
        self.undo = new_undo(tb, 16)
        room = int(room_needed(tb))
        self.table, self.back = np.empty((8, room)), np.empty((8, room), dtype=np.int64)
        self.cost = np.empty(int(np.diff(tb.first[:: tb.days]).max(initial=0)) + 1)
        self.board = new_board(tb) if swift(tb) and not seats else None
        self.chain = new_chain(tb, worth) if self.board is not None and tb.deadline.any() else None
        self.crew = new_crew(tb) if self.board is not None and tb.corner.shape[1] else None
        self.chunks = 0

    def run(self, small: int, slow: int, heat_from: float, heat_to: float, shares: FloatArray) -> None:
        """So many moves of each kind; the best state seen at the end of a chunk is kept."""
        self.chunks += 1
        seed = (self.seed * 1_000_003 + self.chunks) % (1 << 31)
        tb, st = self.case.tables, self.state
        if self.board is None:
            walk(tb, st, self.desk, self.pool, small, heat_from, heat_to, shares, seed)
        else:
            swift_walk(
                tb, st, self.desk, self.board, self.chain, self.crew, self.pool, small, heat_from, heat_to, shares, seed
            )
        if slow:
            kinds = SHARES if small else shares
            anneal(
                tb, st, self.undo, slow, heat_from, heat_to, kinds, seed, self.table, self.back, self.cost
            )  # fmt: skip
        self.keep()

    def keep(self) -> None:
        """Remember the cheapest state so far, in the same place: copies of thousands of people are large."""
        if self.state.cost[0] >= self.best.cost[0] - 1e-9:
            return
        if not self.owns_best:
            self.best, self.owns_best = copy_state(self.state), True
            return
        arrays: Any = zip(self.best, self.state, strict=True)
        for kept, now in arrays:
            kept[...] = now

    def deal(self) -> None:
        """Let weeks change hands where that is cheaper."""
        self.state = deal_weeks(self.case, self.state, self.seed + self.chunks)
        self.keep()

    def follow(self, other: Walker) -> None:
        """Go on from the roster of another walker."""
        self.state = copy_state(other.state)
        if self.chain is not None and other.chain is not None:
            self.chain.bias[:] = other.chain.bias


def several_queues(case: Case) -> bool:
    """Whether somebody must be given one of several queues, or may serve deferred work."""
    tb = case.tables
    if tb.corner.shape[1]:
        return False
    able = tb.prof > 0
    return bool((able.sum(axis=1) > 1).any() or tb.deadline.any())


def seated_moves(case: Case) -> bool:
    """Whether the choice of queues takes moves with whole seats: counts of those at work do not tell it."""
    return several_queues(case) and not swift(case.tables)


def seats_after_counts(case: Case) -> bool:
    """Whether moves with whole seats follow those with counts, which leave out the price of a change of queue."""
    return several_queues(case) and swift(case.tables) and case.tables.switch > 0.0


def improve(
    case: Case,
    starts: Sequence[State],
    pool: Pool,
    clock: Clock,
    *,
    seed: int,
    until: float,
    moves: int,
    heat: tuple[float, float],
    shares: FloatArray = SMALL,
    worth: FloatArray | None = None,
    seats: bool = False,
    deals: bool = False,
) -> list[State]:
    """Anneal every start on a thread of its own from the first heat to the second; the best of each, cheapest first.

    `worth` (rows, slots) are prices of coverage; `seats` asks for moves with whole seats where counts would do,
    `deals` for weeks that change hands (`deal.deal_weeks`) now and then.
    It ends at the share `until` of the time, or after `moves` moves of each thread in reproducible mode.
    """
    if not case.agents or not len(case.tables.start):
        return list(starts)
    walkers = [Walker(case, state, pool, seed * 100 + number, worth, seats) for number, state in enumerate(starts)]
    mixed = shares is SMALL and (seats or seated_moves(case))
    small, slow = (MIXED_CHUNK, MIXED_CHUNK) if mixed else (max(CHUNK, CHUNK_EACH * case.agents), 0)
    if shares is SEATS_ONLY:
        small, slow = 0, SEATS_CHUNK
    begun, share, done, exchanged, dealt = clock.elapsed_s, 0.0, 0, 0, 0
    span = max(1e-9, until * clock.limit_s - begun)
    with ThreadPoolExecutor(len(walkers)) as threads:
        while share < 1.0 and clock.before(until):
            if clock.reproducible:
                after = min(1.0, (done + max(small, slow)) / max(1, moves))
            else:
                after = min(1.0, (clock.elapsed_s - begun + 0.05) / span)
            falls = heat[1] / heat[0]
            low, high = heat[0] * falls**after, heat[0] * falls**share
            list(
                threads.map(Walker.run, walkers, repeat(small), repeat(slow), repeat(high), repeat(low), repeat(shares))
            )
            done += max(small, slow)
            share = after if clock.reproducible else min(1.0, (clock.elapsed_s - begun) / span)
            if not case.tables.corner.shape[1]:  # the cost of divided slots is not the roster's
                clock.found(objective=min(float(walker.best.cost[0]) for walker in walkers))
            if deals and dealt < len(DEALS) and share >= DEALS[dealt]:
                dealt += 1
                list(threads.map(Walker.deal, walkers))
            if exchanged < len(EXCHANGES) and share >= EXCHANGES[exchanged]:
                exchanged += 1
                ordered = sorted(walkers, key=lambda walker: float(walker.state.cost[0]))
                if len(ordered) > 1:
                    ordered[-1].follow(ordered[0])
    # A choice among whole weeks is worth more than the cheaper roster that it began with: it is where to go on from.
    found = [walker.state if shares is WEEKS_ONLY else walker.best for walker in walkers]
    for state in found:
        rebuild(case.tables, state)
    return sorted(found, key=lambda state: float(state.cost[0]))


def permutation(people: int, seed: int) -> IntArray:
    """Agents in a random order."""
    return np.random.default_rng(seed).permutation(people).astype(np.int64)
