# ruff: noqa: NPY002 (inside kernels these are the random numbers of the thread, seeded by the caller)
"""The best week of one agent while everybody else stays."""

from __future__ import annotations

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.moves.insert import insert_week
from staffing.solver.moves.state import State
from staffing.solver.moves.worth import slot_worth
from staffing.solver.oracle.breaks import place_breaks, prefix_sums
from staffing.solver.oracle.linked import linked_week
from staffing.solver.oracle.sweep import agent_costs
from staffing.solver.oracle.week_ends import NEVER
from staffing.solver.tables import Tables


@compiled(inner=True)
def insert_best_week(
    tb: Tables,
    st: State,
    agent: int,
    week: int,
    heat: float,
    worth: FloatArray,
    queues: IntArray,
    slopes: FloatArray,
    work: FloatArray,
    pause: FloatArray,
    chain: FloatArray,
    links: IntArray,
    choice: IntArray,
    breaks: IntArray,
    table: FloatArray,
    back: IntArray,
    cost: FloatArray,
) -> tuple[bool, float]:
    """Put the agent's best week into the free days of `week`, given everybody else.

    Heat above zero adds a little noise. `worth` and what follows are room to work in; `choice` and `breaks` then hold
    the week. Returns whether there is a legal week, and the change of cost.
    """
    first, last = 7 * week, min(7 * week + 7, tb.days)
    begin, reach = tb.day_start[first], tb.pin.shape[1]
    stop = min(reach, tb.day_start[last] + tb.slots // tb.days)
    worth[:] = 0.0
    slot_worth(tb, st, tb.group[agent], begin, stop, worth, queues, slopes)
    if heat > 0.0:
        for t in range(begin, min(stop, tb.slots)):
            worth[t] += 0.15 * heat * np.random.standard_normal()
    prefix_sums(tb, agent, worth, work, pause)
    row = agent * tb.days
    agent_costs(tb, agent, tb.first[row + first], tb.first[row + last], work, pause, cost)
    last_end, run = tb.last_end[agent], tb.run_before[agent]
    for d in range(first):
        option = st.choice[agent, d]
        if option >= 0:
            last_end = tb.end[option]
        run = run + 1 if option >= 0 else 0
    total = linked_week(tb, agent, week, cost, last_end, run, st.choice[agent], False, table, back, choice)
    if total >= NEVER:
        return False, 0.0
    for i in range(last - first):
        if choice[i] >= 0:
            p = tb.pattern[choice[i]]
            rows, count = tb.pat_first[p], tb.pat_first[p + 1] - tb.pat_first[p]
            place_breaks(
                tb.start[choice[i]], rows, count, tb.brk_lo, tb.brk_hi, tb.brk_len, tb.brk_gap,
                pause, chain, links, breaks[i],
            )  # fmt: skip
    return True, insert_week(tb, st, agent, choice, breaks, first, last, worth, queues, slopes)
