"""Remember agent-days before a move and bring them back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.moves.insert import take_out
from staffing.solver.moves.state import AWAY, State, count_day
from staffing.solver.tables import Tables


class Undo(NamedTuple):
    """Up to `days` agent-days as they were; ``used[0]`` of them are in use."""

    used: IntArray  # (1,)
    agent: IntArray
    day: IntArray
    option: IntArray
    breaks: IntArray  # (days, 8)
    queue: IntArray  # (days, longest shift)
    kept: IntArray  # (queues,) 1: the row of `done` is remembered
    done: FloatArray  # (queues, slots)


def new_undo(tb: Tables, days: int) -> Undo:
    """Room for `days` agent-days."""
    longest = int((tb.end - tb.start).max(initial=1))
    return Undo(
        np.zeros(1, dtype=np.int64),
        np.zeros(days, dtype=np.int64),
        np.zeros(days, dtype=np.int64),
        np.zeros(days, dtype=np.int64),
        np.zeros((days, 8), dtype=np.int64),
        np.zeros((days, longest), dtype=np.int64),
        np.zeros(tb.prof.shape[1], dtype=np.int64),
        np.zeros((tb.prof.shape[1], tb.slots)),
    )


@compiled(inner=True)
def lift(tb: Tables, st: State, undo: Undo, agent: int, day: int) -> float:
    """Remember an agent-day and take its shift out, if it has one; the change of cost without wages and wishes."""
    i = undo.used[0]
    undo.used[0] += 1
    option = st.choice[agent, day]
    undo.agent[i], undo.day[i], undo.option[i] = agent, day, option
    if i == 0:
        undo.kept[:] = 0
    group = tb.group[agent]
    for q in range(len(undo.kept)):
        if tb.deadline[q] and tb.prof[group, q] > 0.0 and undo.kept[q] == 0:
            undo.kept[q] = 1
            undo.done[q] = st.done[q]
    if option < 0:
        return 0.0
    undo.breaks[i] = st.breaks[agent, day]
    start = tb.start[option]
    for t in range(start, tb.end[option]):
        undo.queue[i, t - start] = st.queue[agent, t]
    return take_out(tb, st, agent, day)


@compiled(inner=True)
def bring_back(tb: Tables, st: State, undo: Undo) -> None:
    """Undo everything remembered; the deferred work done is taken from memory."""
    for i in range(undo.used[0]):
        agent, day = undo.agent[i], undo.day[i]
        option = st.choice[agent, day]
        if option >= 0:
            count_day(tb, st, agent, option, -1)
            for t in range(tb.start[option], tb.end[option]):
                st.queue[agent, t] = AWAY
            st.choice[agent, day] = -1
    for i in range(undo.used[0]):
        agent, day, option = undo.agent[i], undo.day[i], undo.option[i]
        if option >= 0:
            st.choice[agent, day] = option
            st.breaks[agent, day] = undo.breaks[i]
            start = tb.start[option]
            for t in range(start, tb.end[option]):
                st.queue[agent, t] = undo.queue[i, t - start]
            count_day(tb, st, agent, option, 1)
    for q in range(len(undo.kept)):
        st.dirty[q, 0], st.dirty[q, 1] = tb.slots, -1
        if undo.kept[q]:
            st.done[q] = undo.done[q]
    undo.used[0] = 0
