"""People at work without a queue where one they serve is short are given that queue."""

from __future__ import annotations

import numpy as np

from staffing.solver.case import Case
from staffing.solver.moves.state import IDLE, State, copy_state, rebuild
from staffing.solver.tables import PIN_FREE


def seat_idle(case: Case, state: State) -> State:
    """`state` with idle people seated where agents are missing, if that is cheaper."""
    tb, better, moved = case.tables, copy_state(state), False
    for agent, slot in np.argwhere(state.queue[:, : tb.slots] == IDLE):
        if tb.pin[agent, slot] != PIN_FREE:
            continue
        speed = tb.prof[tb.group[agent]]
        queues = np.flatnonzero((speed > 0) & tb.is_open[: len(speed), slot] & ~tb.deadline[: len(speed)])
        missing = tb.required[queues, slot] - better.cover[queues, slot]
        if len(queues) and missing.max() > 0:
            queue = queues[int(np.argmax(missing))]
            better.queue[agent, slot] = queue
            better.cover[queue, slot] += speed[queue]
            moved = True
    if not moved:
        return state
    rebuild(tb, better)
    return better if better.cost[0] < state.cost[0] else state
