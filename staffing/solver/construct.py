"""A legal roster at once: agents take their best week one after another, at what is still missing."""

from __future__ import annotations

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.moves.insert import insert_week
from staffing.solver.moves.state import State, rebuild
from staffing.solver.moves.worth import slot_worth
from staffing.solver.oracle.breaks import place_breaks, prefix_sums
from staffing.solver.oracle.linked import keeps_links, linked_week
from staffing.solver.oracle.sweep import BREAKS_MAX, agent_costs
from staffing.solver.oracle.week_ends import NEVER
from staffing.solver.tables import Tables


@compiled
def greedy(
    tb: Tables,
    st: State,
    order: IntArray,
    guide: FloatArray,
    share: float,
    table: FloatArray,
    back: IntArray,
    cost: FloatArray,
    failed: IntArray,
) -> None:
    """Give each agent in `order` the best weeks in sequence, at a mix of guide prices and present worth.

    Parameters
    ----------
    guide : (groups, reach)
        Worth of slots in the relaxation.
    share
        Weight of the guide, 0 to 1.
    failed : (agents,)
        Set to 1 for agents for whom a week has no legal continuation; they get no shift.
    """
    reach = tb.pin.shape[1]
    worth, mixed = np.zeros(reach), np.zeros(reach)
    queues = np.zeros(reach, dtype=np.int64)
    slopes = np.zeros((3, tb.prof.shape[1], reach))
    work, pause = np.zeros(reach + 1), np.zeros(reach + 1)
    chain, links = np.zeros((BREAKS_MAX, reach)), np.zeros((BREAKS_MAX, reach), dtype=np.int64)
    choice, breaks = np.zeros(tb.days, dtype=np.int64), np.zeros((tb.days, BREAKS_MAX), dtype=np.int64)
    for a in order:
        last_end, run = tb.last_end[a], tb.run_before[a]
        slot_worth(tb, st, tb.group[a], 0, reach, worth, queues, slopes)
        for t in range(reach):
            mixed[t] = share * guide[tb.group[a], t] + (1.0 - share) * worth[t]
        prefix_sums(tb, a, mixed, work, pause)
        agent_costs(tb, a, tb.first[a * tb.days], tb.first[(a + 1) * tb.days], work, pause, cost)
        good = True
        choice[:] = -1
        for w in range(tb.weeks):
            first, last = 7 * w, min(7 * w + 7, tb.days)
            total = linked_week(tb, a, w, cost, last_end, run, choice, True, table, back, choice[first:last])
            if total >= NEVER:
                good = False
                break
            for d in range(first, last):
                option = choice[d]
                run = run + 1 if option >= 0 else 0
                if option >= 0:
                    last_end = tb.end[option]
                    p = tb.pattern[option]
                    rows, count = tb.pat_first[p], tb.pat_first[p + 1] - tb.pat_first[p]
                    place_breaks(
                        tb.start[option], rows, count, tb.brk_lo, tb.brk_hi, tb.brk_len, tb.brk_gap,
                        pause, chain, links, breaks[d],
                    )  # fmt: skip
        if not good or (tb.long.binding and not keeps_links(tb, a, choice)):
            failed[a] = 1
            continue
        insert_week(tb, st, a, choice, breaks, 0, tb.days, worth, queues, slopes)
    rebuild(tb, st)
