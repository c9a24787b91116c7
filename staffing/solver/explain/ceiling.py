"""Gaps that no legal roster can close: the most people that could be at work in a slot, and why not more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from staffing.domain.problem import RosterProblem


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How many could work on a queue (or on any of a pool's) in a slot, at the most, whatever the roster.

    Of those with the skill `away` are absent or not employed, `no_shift` have no shift of their contract that
    reaches the slot (and meets no absence or fixed time), `occupied` are in training or on locked work there, and for
    `ruled_out` the rules of their week leave none. `most` counts the others by their speed.
    """

    queues: tuple[int, ...]
    slot: int
    required: float
    skilled: int
    away: int
    no_shift: int
    occupied: int
    ruled_out: int
    most: float

    @property
    def is_short(self) -> bool:
        """No legal roster has enough people there."""
        return self.most < self.required - 1e-9


def ceilings(problem: RosterProblem, places: Sequence[tuple[tuple[int, ...], int]]) -> tuple[Ceiling, ...]:
    """The most people for each (queues, slot); each person's own rules are kept exactly, one week at a time.

    The best week of everybody is found when nothing but one slot is worth anything.
    """
    if not places or not problem.agents:
        return ()
    from staffing.solver.case import compile_case
    from staffing.solver.tables import PIN_FREE
    from staffing.solver.workroom import Workroom

    costs = replace(
        problem.costs, wage_per_h=0.0, wish_per_weight=0.0, over_per_h=0.0, overtime_factor=1.0, span_per_h=0.0
    )
    agents = tuple(replace(agent, cost_per_h=None) for agent in problem.agents)
    free = replace(problem, costs=costs, agents=agents, wishes=(), activities=(), reference=None)
    case = compile_case(free)
    tb = case.tables
    agent_of = np.repeat(np.arange(case.agents), np.diff(tb.first[:: tb.days]))
    room = Workroom(case)
    weeks = room.new_weeks()
    skip = np.zeros(case.agents, dtype=bool)
    found = []
    try:
        for queues, slot in places:
            price = np.zeros(tb.is_open.shape)
            price[list(queues), slot] = 1.0
            room.price(price, np.zeros((len(tb.span), tb.slots)))
            room.sweep(weeks, skip, carry=False)
            week = int(problem.grid.day_of(slot)) // 7
            speed = problem.proficiency[:, list(queues)].max(axis=1)
            skilled = speed > 0
            away = skilled & problem.blocked[:, slot]
            reach = np.zeros(case.agents, dtype=bool)
            reach[agent_of[(tb.start <= slot) & (tb.end > slot)]] = True
            no_shift = skilled & ~away & ~reach
            pin = tb.pin[:, slot]
            here = np.isin(pin, queues)
            occupied = skilled & ~away & reach & (pin != PIN_FREE) & ~here
            able = (weeks.total[:, week] < -1e-9) | here
            ruled = skilled & ~away & reach & ~occupied & ~able
            left = skilled & ~away & reach & ~occupied & ~ruled
            found.append(
                Ceiling(
                    queues,
                    slot,
                    _required(problem, queues, slot),
                    int(skilled.sum()),
                    int(away.sum()),
                    int(no_shift.sum()),
                    int(occupied.sum()),
                    int(ruled.sum()),
                    float(speed[left].sum()) if problem.is_open[list(queues), slot].any() else 0.0,
                )
            )
    finally:
        room.close()
    return tuple(found)


def _required(problem: RosterProblem, queues: tuple[int, ...], slot: int) -> float:
    if len(queues) == 1:
        return float(problem.required[queues[0], slot])
    wanted = np.zeros(len(problem.queues), dtype=bool)
    wanted[list(queues)] = True
    same = (problem.pool_member == wanted).all(axis=1)
    return float(problem.pool_required[same, slot].max(initial=0.0))
