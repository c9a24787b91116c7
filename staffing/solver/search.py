"""Local search in chunks that can be stopped, on one or several threads with seeds of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.solver.case import Case
from staffing.solver.clock import Clock
from staffing.solver.moves.anneal import anneal
from staffing.solver.moves.state import State, copy_state, rebuild
from staffing.solver.moves.undo import new_undo
from staffing.solver.oracle.week_ends import room_needed

SHARES = np.array([3.0, 4.0, 1.0, 1.0, 10.0, 2.0, 0.15])
"""How often each move of `moves.anneal` is tried."""
CHUNK = 1000
"""Moves between two looks at the clock."""


class Walker:
    """One annealed roster with the room it needs."""

    def __init__(self, case: Case, state: State, seed: int) -> None:
        tb = case.tables
        self.case, self.state, self.seed = case, state, seed
        self.best = copy_state(state)
        self.undo = new_undo(tb, 16)
        room = int(room_needed(tb))
        self.table, self.back = np.empty((8, room)), np.empty((8, room), dtype=np.int64)
        self.cost = np.empty(int(np.diff(tb.first[:: tb.days]).max(initial=0)) + 1)
        self.chunks = 0

    def run(self, moves: int, heat_from: float, heat_to: float, shares: FloatArray = SHARES) -> None:
        """`moves` moves; the best state seen at the end of a chunk is kept."""
        self.chunks += 1
        anneal(
            self.case.tables, self.state, self.undo, moves, heat_from, heat_to, shares,
            (self.seed * 1_000_003 + self.chunks) % (1 << 31), self.table, self.back, self.cost,
        )  # fmt: skip
        if self.state.cost[0] < self.best.cost[0] - 1e-9:
            self.best = copy_state(self.state)


def improve(
    case: Case,
    state: State,
    clock: Clock,
    *,
    seed: int,
    threads: int,
    until: float,
    moves: int,
    heat: tuple[float, float],
) -> State:
    """Anneal `state` from the first heat to the second until the share `until` of the time, or for `moves` moves.

    With several threads each walks on its own and the best is returned.
    """
    if not case.agents or not len(case.tables.start) or not (state.choice >= 0).any():
        return state
    walkers = [Walker(case, copy_state(state), seed * 100 + number) for number in range(threads)]
    begun = clock.elapsed_s
    share = 0.0
    done = 0
    with ThreadPoolExecutor(threads) as pool:
        while share < 1.0 and clock.before(until):
            if clock.reproducible:
                after = min(1.0, (done + CHUNK) / max(1, moves))
            else:
                span = until * clock.limit_s - begun
                after = min(1.0, (clock.elapsed_s - begun + 0.05) / span) if span > 0 else 1.0
            falls = heat[1] / heat[0]
            low, high = heat[0] * falls**after, heat[0] * falls**share
            list(pool.map(Walker.run, walkers, repeat(CHUNK), repeat(high), repeat(low)))
            done += CHUNK
            share = after if clock.reproducible else min(1.0, (clock.elapsed_s - begun) / max(span, 1e-9))
            clock.found(objective=min(float(walker.best.cost[0]) for walker in walkers))
    best = min(walkers, key=lambda walker: float(walker.best.cost[0])).best
    rebuild(case.tables, best)
    return best


def permutation(people: int, seed: int) -> IntArray:
    """Agents in a random order."""
    return np.random.default_rng(seed).permutation(people).astype(np.int64)
