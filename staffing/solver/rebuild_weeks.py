"""Small teams: whole weeks of a few people taken out and built anew together, and everything around them settled again.

With few people every slot is a whole person or nobody, so that one changed week leaves holes that only the shifts and
breaks of others can fill. Annealing cannot cross that: a week is judged before the others have answered to it. Here two
or three people lose all their shifts, get the best weeks one after another at a mix of what slots are worth now and the
prices of the relaxation, under noise, and a short cool walk over everybody follows before the roster is judged (ruin
and recreate: Schrimpf et al. 2000; iterated local search: Lourenco, Martin, Stutzle 2003).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.solver.case import Case
from staffing.solver.clock import Clock
from staffing.solver.construct import greedy
from staffing.solver.deal import deal_weeks
from staffing.solver.moves.board import swift
from staffing.solver.moves.pool import Pool
from staffing.solver.moves.state import AWAY, State, copy_state, rebuild
from staffing.solver.search import SMALL, Walker

FEW, TEAM = 20, 60
"""Most people whose weeks are built anew from the start, and most of a small team: in between, an annealing leads."""
PEOPLE = (2, 3)
"""Fewest and most people whose weeks are built anew together."""
GUIDED, NOISE = 0.7, 3.0
"""Largest weight of the relaxation's prices, and spread of the noise on them in paid slots."""
MOVES, MOVES_EACH = 20_000, 1000
"""Moves of the walk that follows: at least, and for each person."""
WALK, ACCEPT = (3.0, 0.3), (6.0, 0.5)
"""First and last heat (paid slots) of that walk, and of accepting what came of it."""
TEAM_WALK, TEAM_ACCEPT = (1.5, 0.2), (2.0, 0.2)
"""The same for more than `FEW` people."""
BATCH = 4
"""Rounds of each thread between two looks at the clock."""
FOLLOWS = 0.7
"""Share of the time after which all threads go on from the cheapest roster."""
TRIALS, TRYING, TRIAL_HEAT = 4, 0.35, 0.5
"""Up to `FEW` people, each thread begins so many times anew in that share of the time, the heat falling to that share
of the first one; then the threads go on from the cheapest ends: what the first seconds settle is not undone later."""


@dataclass(frozen=True, slots=True)
class Guide:
    """Worth of slots in the relaxation (groups, reach), the price of a paid slot, and the seed."""

    value: FloatArray
    slot: float
    seed: int


class Rebuilder:
    """One thread's roster, the best it saw, and the room to change it."""

    def __init__(self, case: Case, state: State, pool: Pool, guide: Guide, number: int) -> None:
        # Building weeks in sequence changes limits of the agent for a moment: each thread has its own.
        tables = case.tables._replace(low=case.tables.low.copy(), top=case.tables.top.copy())
        self.case, self.guide = replace(case, tables=tables), guide
        self.walker = Walker(self.case, state, pool, guide.seed * 100 + number)
        self.rng = np.random.default_rng([guide.seed, number])
        self.people = np.flatnonzero(state.skip == 0)
        self.first, self.best, self.of_trial = state, state, state
        self.now = copy_state(state)
        self.heats = WALK if case.agents <= FEW else TEAM_WALK

    def run(self, rounds: int, heat: float) -> None:
        """So many rounds, dearer rosters accepted by Metropolis' rule at `heat` (paid slots)."""
        for _ in range(rounds):
            state = self._ruined()
            if state is None:
                continue
            self.walker.state = state
            hot, cold = (part * self.guide.slot for part in self.heats)
            self.walker.run(walk_moves(self.case), 0, hot, cold, SMALL)
            spare = -heat * self.guide.slot * np.log(1.0 - self.rng.random())
            if state.cost[0] <= self.now.cost[0] + spare:
                self.now = state
                if state.cost[0] < self.of_trial.cost[0] - 1e-9:
                    self.now = deal_weeks(self.case, state, int(self.rng.integers(1 << 30)))
                    self.of_trial = copy_state(self.now)
                if self.of_trial.cost[0] < self.best.cost[0] - 1e-9:
                    self.best = self.of_trial

    def end(self) -> State:
        """The best roster since the last call."""
        found, self.of_trial = self.of_trial, self.first
        return found

    def _ruined(self) -> State | None:
        """The present roster with the weeks of a few people built anew; None where somebody found none."""
        rng, tb, walker = self.rng, self.case.tables, self.walker
        count = min(len(self.people), int(rng.integers(PEOPLE[0], PEOPLE[1] + 1)))
        chosen = rng.permutation(self.people)[:count].astype(np.int64)
        state = copy_state(self.now)
        state.choice[chosen] = -1
        state.queue[chosen] = AWAY
        rebuild(tb, state)
        noise = NOISE * self.guide.slot * rng.standard_normal(self.guide.value.shape)
        failed = np.zeros(self.case.agents, dtype=np.int64)
        share = GUIDED * rng.random()
        greedy(tb, state, chosen, self.guide.value + noise, share, walker.table, walker.back, walker.cost, failed)
        return None if failed.any() else state


def walk_moves(case: Case) -> int:
    """Moves of the walk after weeks were built anew."""
    return max(MOVES, MOVES_EACH * case.agents)


def small_team(case: Case) -> bool:
    """Whether weeks are built anew: few people who all have one queue at most, or whose slots are divided."""
    return case.agents <= TEAM and swift(case.tables) and not case.tables.deadline.any()


def rebuild_weeks(
    case: Case, starts: Sequence[State], pool: Pool, guide: Guide, clock: Clock, *, until: float, rounds: int
) -> State:
    """The cheapest roster met on one thread for each start, until the share `until` of the time.

    In reproducible mode it ends after `rounds` rounds of each thread.
    """
    builders = [Rebuilder(case, state, pool, guide, number) for number, state in enumerate(starts)]
    begun, done, share, followed = clock.elapsed_s, 0, 0.0, False
    span = max(1e-9, until * clock.limit_s - begun)
    hot, cold = ACCEPT if case.agents <= FEW else TEAM_ACCEPT
    trying, trial = (TRYING if case.agents <= FEW else 0.0), 0
    ends: list[State] = []
    with ThreadPoolExecutor(len(builders)) as threads:
        while share < 1.0 and clock.before(until):
            heat = hot * (cold / hot) ** share
            if share < trying:
                heat = hot * TRIAL_HEAT ** (share / trying * TRIALS % 1.0)
            list(threads.map(Rebuilder.run, builders, [BATCH] * len(builders), [heat] * len(builders)))
            done += BATCH
            share = done / max(1, rounds) if clock.reproducible else (clock.elapsed_s - begun) / span
            best = min((builder.best for builder in builders), key=lambda state: float(state.cost[0]))
            if not case.tables.corner.shape[1]:  # the cost of divided slots is not the roster's
                clock.found(objective=float(best.cost[0]))
            if trial < TRIALS and trying and share >= (trial + 1) * trying / TRIALS:
                trial += 1
                ends = sorted([*ends, *(builder.end() for builder in builders)], key=lambda end: float(end.cost[0]))
                again = ends if trial == TRIALS else starts
                for number, builder in enumerate(builders):
                    builder.now = copy_state(again[number])
            if share >= FOLLOWS and not followed:
                followed = True
                for builder in builders:
                    builder.now = copy_state(best)
    best = copy_state(min((builder.best for builder in builders), key=lambda state: float(state.cost[0])))
    rebuild(case.tables, best)
    return best
