"""Compile, or load, the kernels of a search before its time begins to count."""

from __future__ import annotations

import numpy as np

from staffing.solver.bound import Climb, Relaxation
from staffing.solver.case import Case
from staffing.solver.construct import greedy
from staffing.solver.divide import divided, undivided_to_divided
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.moves.pool import new_pool, remember
from staffing.solver.moves.seat import seat
from staffing.solver.moves.state import new_state, rebuild
from staffing.solver.search import SMALL, Walker, seats_after_counts, several_queues
from staffing.solver.workroom import Workroom


def prime(case: Case, relaxation: Relaxation) -> None:
    """Call each kernel once with next to nothing to do; nothing of it is kept."""
    if case.agents and len(case.tables.start):
        Climb(relaxation).step(0.0)
        prime_moves(case, relaxation.room)


def prime_moves(case: Case, room: Workroom) -> None:
    """The kernels that change rosters; that of prices and best weeks is called by them alone."""
    tb, nobody = case.tables, np.zeros(0, dtype=np.int64)
    state = new_state(tb)
    rebuild(tb, state)
    legal_weeks(tb, 0, state.choice[0])
    pool, weeks = new_pool(tb, 1), room.new_weeks()
    remember(tb, pool, weeks.choice, weeks.breaks)
    walker = Walker(case, state, pool, 1)
    walker.run(0, 0, 1.0, 1.0, SMALL)
    failed = np.zeros(case.agents, dtype=np.int64)
    greedy(tb, state, nobody, room.value, 0.0, walker.table, walker.back, walker.cost, failed)
    if seats_after_counts(case):
        walker = Walker(case, state, pool, 1, seats=True)
    parts = divided(case) if several_queues(case) else None
    if parts is not None:
        Walker(parts, undivided_to_divided(parts, state), pool, 1).run(0, 0, 1.0, 1.0, SMALL)
    if several_queues(case) and walker.board is None:
        seat(tb, state, walker.desk, nobody)
        walker.run(0, 1, 1e-9, 1e-9, SMALL)
