"""The last word: CP-SAT on parts of the finished roster, from a complete hint, part after part.

Small teams are solved whole. Larger ones are re-optimised day by day, some agents at a time (shifts, meals, breaks
and queues free, days off fixed), and in the end the queues of every whole day with shifts and breaks fixed.
"""

from __future__ import annotations

import numpy as np

from staffing.domain.arrays import IntArray
from staffing.solver.case import Case
from staffing.solver.clock import Clock
from staffing.solver.cpsat.model import Scale, cells
from staffing.solver.cpsat.solve import Effort, Outcome, optimise
from staffing.solver.moves.state import State

WHOLE_OPTIONS = 2500
"""Largest number of options of a problem that is solved whole."""
DAY_AGENTS = 8
"""Agents of a day that are free together."""
PART_S = 2.0
"""Seconds (or deterministic units) of one part."""


def solve_whole(case: Case, state: State, clock: Clock, effort: Effort) -> Outcome | None:
    """Every day of every agent free; None when the problem is too large for it."""
    tb = case.tables
    if len(tb.start) > WHOLE_OPTIONS or not len(tb.start):
        return None
    agents = [a for a in range(case.agents) if not state.skip[a]]
    free = tuple(
        (a, d)
        for a, d in cells(state, agents, range(tb.days), working=False)
        if tb.first[a * tb.days + d + 1] > tb.first[a * tb.days + d]
    )
    return optimise(case, state, free, effort, clock, days_free=True, scale=Scale(100_000, 10_000_000))


def polish_days(
    case: Case, state: State, clock: Clock, *, seed: int, workers: int, from_: float, until: float
) -> State:
    """Re-optimise parts of days until the share `until` of the time."""
    tb = case.tables
    parts = int((until - from_) * clock.limit_s / PART_S) + 1 if clock.reproducible else 1 << 30
    rng = np.random.default_rng(seed)
    done = 0
    while done < parts and clock.before(until):
        worked = np.flatnonzero((state.choice >= 0).any(axis=0))
        if not len(worked):
            break
        day = int(worked[done % len(worked)])
        agents = _related(case, np.flatnonzero(state.choice[:, day] >= 0), rng)
        seconds = PART_S if clock.reproducible else min(PART_S, until * clock.limit_s - clock.elapsed_s)
        effort = Effort(max(0.1, seconds), workers, seed + done, clock.reproducible)
        outcome = optimise(case, state, cells(state, agents, [day], working=True), effort, clock, grouped=True)
        state = outcome.state
        clock.found(objective=float(state.cost[0]))
        done += 1
        if tb.days == 1 and outcome.proven and len(agents) == int((state.choice >= 0).sum()):
            break
    return state


def _related(case: Case, working: IntArray, rng: np.random.Generator) -> list[int]:
    """Agents of one day who can stand in for each other: drawn by the queues they share with a random one."""
    if len(working) <= DAY_AGENTS:
        return [int(a) for a in working]
    speeds = case.problem.proficiency[working] > 0
    centre = int(rng.integers(len(working)))
    shared = (speeds & speeds[centre]).sum(axis=1) + 0.5
    shared[centre] = 1e6
    chosen = rng.choice(len(working), DAY_AGENTS, replace=False, p=shared / shared.sum())
    return sorted(int(working[i]) for i in chosen)


def polish_queues(
    case: Case, state: State, clock: Clock, *, seed: int, workers: int, from_: float, until: float
) -> State:
    """Whole-number assignment of queues to slots, one day of everybody at a time, shifts and breaks fixed."""
    days = [d for d in range(case.tables.days) if (state.choice[:, d] >= 0).any()]
    for number, day in enumerate(days):
        if not clock.before(until):
            break
        now = from_ * clock.limit_s if clock.reproducible else clock.elapsed_s
        left = until * clock.limit_s - now
        seconds = max(0.1, min(PART_S, left / (len(days) if clock.reproducible else len(days) - number)))
        effort = Effort(seconds, workers, seed + day, clock.reproducible)
        free = cells(state, range(case.agents), [day], working=True)
        state = optimise(case, state, free, effort, clock, shifts_free=False).state
        clock.found(objective=float(state.cost[0]))
    return state
