"""Compile, or load, the kernels of a search before its time begins to count."""

from __future__ import annotations

import numpy as np

from staffing.solver.bound import Climb, Relaxation
from staffing.solver.case import Case
from staffing.solver.construct import greedy
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.moves.pool import new_pool, remember
from staffing.solver.moves.seat import seat
from staffing.solver.moves.state import new_state, rebuild
from staffing.solver.search import SMALL, Walker, several_queues


def prime(case: Case, relaxation: Relaxation) -> None:
    """Call each kernel once with next to nothing to do; nothing of it is kept."""
    if not case.agents or not len(case.tables.start):
        return
    tb, nobody = case.tables, np.zeros(0, dtype=np.int64)
    Climb(relaxation).step(0.0)
    state = new_state(tb)
    rebuild(tb, state)
    legal_weeks(tb, 0, state.choice[0])
    pool = new_pool(tb, 1)
    remember(tb, pool, relaxation.weeks.choice, relaxation.weeks.breaks)
    walker = Walker(case, state, pool, 1)
    walker.run(0, 0, 1.0, 1.0, SMALL)
    if several_queues(case):
        walker.run(0, 1, 1e-9, 1e-9, SMALL)
        seat(tb, state, walker.desk, nobody)
    failed = np.zeros(case.agents, dtype=np.int64)
    room = relaxation.room
    greedy(tb, state, nobody, room.value, 0.0, walker.table, walker.back, walker.cost, failed)
