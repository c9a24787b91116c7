"""Divided slots (`solver.divide`) in the walk of `moves.swift`: what one agent more or less costs is remembered.

An edit puts agents into slots and takes them out, and is mostly taken back. So the scores of a slot stay as they are
until an edit is kept. The first change of a slot in an edit costs what is remembered, by group and sign, since the slot
last changed; only further ones of the same slot pass over all corners.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from staffing.domain.arrays import FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.moves.state import State, crew_level, move_scores
from staffing.solver.tables import Tables


class Crew(NamedTuple):
    """Slots of a roster with divided slots, and the changes of the edit at work."""

    group: IntArray  # (agents,)
    step: FloatArray  # (slots, groups, 2) change of cost with one agent more, one fewer; not a number: not known
    changes: IntArray  # (slots,) how many changes of the edit; 0 between edits
    first: IntArray  # (slots, 2) group and sign of the first of them
    score: NDArray[np.int32]  # (slots, corners) scores after the second and further changes
    level: FloatArray  # (slots,) cost after all of them
    slot: IntArray  # slots changed, in order
    used: IntArray  # (1,) how many


def new_crew(tb: Tables) -> Crew:
    """Room for `swift_walk`; the caller's state keeps the scores."""
    slots, corners = tb.corner_base.shape
    return Crew(
        group=tb.group,
        step=np.full((slots, len(tb.prof), 2), np.nan),
        changes=np.zeros(slots, dtype=np.int64),
        first=np.zeros((slots, 2), dtype=np.int64),
        score=np.zeros((slots, corners), dtype=np.int32),
        level=np.zeros(slots),
        slot=np.zeros(slots, dtype=np.int64),
        used=np.zeros(1, dtype=np.int64),
    )


@compiled(inner=True, _nrt=False)
def forget(crew: Crew) -> None:
    """Remember nothing: the scores may be others."""
    crew.step[:] = np.nan
    crew.changes[:] = 0
    crew.used[0] = 0


@compiled(inner=True, _nrt=False)
def level_after(tb: Tables, st: State, crew: Crew, group: int, t: int, sign: int) -> float:
    """Cost of a slot with its one change of the edit and one agent of `group` more or fewer."""
    score, worth, by = st.score[t], tb.corner[group], np.int32(sign)
    other, other_by = tb.corner[crew.first[t, 0]], np.int32(crew.first[t, 1])
    best = np.int32(score[0] - by * worth[0] - other_by * other[0])
    for v in range(len(worth)):
        best = max(best, np.int32(score[v] - by * worth[v] - other_by * other[v]))
    return float(best / tb.corner_unit)


@compiled(inner=True, forceinline=True, _nrt=False)
def crew_change(tb: Tables, st: State, crew: Crew, agent: int, t: int, sign: int) -> float:
    """Change of cost with one agent like `agent` more (sign 1) or fewer (-1) at work, after the edit so far."""
    group = crew.group[agent]
    if t >= tb.slots or not tb.skilled[group]:
        return 0.0
    if crew.changes[t] == 0:
        at = 0 if sign > 0 else 1
        change = crew.step[t, group, at]
        if np.isnan(change):
            change = crew_level(tb, st.score[t], group, sign) - st.level[t]
            crew.step[t, group, at] = change
        return float(change)
    if crew.changes[t] == 1:
        return float(level_after(tb, st, crew, group, t, sign) - crew.level[t])
    return float(crew_level(tb, crew.score[t], group, sign) - crew.level[t])


@compiled(inner=True, forceinline=True, _nrt=False)
def put_crew(tb: Tables, st: State, crew: Crew, agent: int, t: int, sign: int) -> float:
    """Put one agent like `agent` to work (sign 1) or take one away (-1) in the edit; the change of cost."""
    group = crew.group[agent]
    if t >= tb.slots or not tb.skilled[group]:
        return 0.0
    if crew.changes[t] == 0:
        change = crew_change(tb, st, crew, agent, t, sign)
        crew.first[t, 0], crew.first[t, 1] = group, sign
        crew.level[t] = st.level[t]
        crew.slot[crew.used[0]] = t
        crew.used[0] += 1
    else:
        if crew.changes[t] == 1:
            move_scores(tb, st.score[t], crew.first[t, 0], crew.first[t, 1], crew.score[t])
        change = move_scores(tb, crew.score[t], group, sign, crew.score[t]) - crew.level[t]
    crew.level[t] += change
    crew.changes[t] += 1
    return float(change)


@compiled(inner=True, forceinline=True, _nrt=False)
def keep_crew(tb: Tables, st: State, crew: Crew) -> None:
    """Write the edit to the state."""
    for i in range(crew.used[0]):
        t = crew.slot[i]
        if crew.changes[t] == 1:
            move_scores(tb, st.score[t], crew.first[t, 0], crew.first[t, 1], st.score[t])
        else:
            for v in range(st.score.shape[1]):
                st.score[t, v] = crew.score[t, v]
        st.level[t] = crew.level[t]
        crew.step[t] = np.nan
        crew.changes[t] = 0
    crew.used[0] = 0


@compiled(inner=True, forceinline=True, _nrt=False)
def drop_crew(crew: Crew) -> None:
    """Take the edit back."""
    for i in range(crew.used[0]):
        crew.changes[crew.slot[i]] = 0
    crew.used[0] = 0
