"""One queue for everybody at work in each slot, agent after agent."""

from __future__ import annotations

from staffing.domain.arrays import IntArray
from staffing.kernels import compiled
from staffing.solver.moves.edit import Desk, best_queue
from staffing.solver.moves.state import AWAY, IDLE, State, count_slot
from staffing.solver.tables import Tables


@compiled
def seat(tb: Tables, st: State, desk: Desk, order: IntArray) -> None:
    """Give agent after agent the queue of each slot at work that saves most, given everybody else's."""
    for a in order:
        group = tb.group[a]
        for d in range(tb.days):
            option = st.choice[a, d]
            if option < 0:
                continue
            before = IDLE
            for t in range(tb.start[option], tb.end[option]):
                queue = st.queue[a, t]
                if queue != AWAY and t < tb.slots:
                    count_slot(tb, st, group, queue, t, -1)
                    queue, _ = best_queue(tb, st, desk, group, t, before)
                    count_slot(tb, st, group, queue, t, 1)
                    st.queue[a, t] = queue
                elif queue != AWAY:
                    st.queue[a, t] = before
                before = queue
