"""What of a person's time is settled before the search: absences, fixed training and meetings, locked segments."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from staffing.domain.arrays import BoolArray
from staffing.domain.problem import OpenActivity, RosterProblem
from staffing.domain.roster import ABSENCE, WORK, Roster, activity_code


@dataclass(frozen=True, slots=True)
class Pin:
    """A segment that must stand inside a shift of `agent`: slots [start, end), activity `code`, `queue` (-1: none).

    `exact` segments are kept as rows of their own (locked ones); `activity` is the number of the placed activity.
    """

    agent: int
    start: int
    end: int
    code: int
    queue: int = -1
    exact: bool = True
    activity: int = -1


@dataclass(frozen=True, slots=True)
class Absence:
    """Absence rows of the roster, clipped to the horizon."""

    agent: int
    start: int
    end: int
    code: int
    locked: bool


@dataclass(frozen=True, eq=False)
class Settled:
    """Blocked slots (agents, reach), pins, absence rows, and activities that a locked roster has placed already."""

    blocked: BoolArray
    pins: tuple[Pin, ...]
    absences: tuple[Absence, ...]
    placed: frozenset[int] = frozenset()

    def with_pins(self, more: tuple[Pin, ...], blocked: BoolArray | None = None) -> Settled:
        return replace(self, pins=self.pins + more, blocked=self.blocked if blocked is None else blocked)


def settle(problem: RosterProblem, reach: int) -> Settled:
    """Collect what is settled; `reach` is the number of slots that shifts of the horizon can touch."""
    slots = problem.grid.n
    blocked = np.zeros((len(problem.agents), reach), dtype=bool)
    blocked[:, :slots] = problem.blocked
    pins: list[Pin] = []
    absences: list[Absence] = []
    for row in problem.fixed:
        code = activity_code(row.kind)
        if not row.on_shift:
            blocked[row.agent, max(0, row.start) : max(0, min(row.end, reach))] = True
            start, end = max(0, row.start), min(slots, row.end)
            if end > start:
                absences.append(Absence(row.agent, start, end, code, False))
    for row in problem.fixed:
        if row.on_shift and 0 <= row.start < slots and not blocked[row.agent, row.start : row.end].any():
            pins.append(Pin(row.agent, row.start, row.end, activity_code(row.kind)))
    placed = frozenset[int]()
    if problem.locked is not None:
        locked, gone = _locked(problem, problem.locked)
        known = {(pin.agent, pin.start, pin.end, pin.code) for pin in locked}
        pins = locked + [pin for pin in pins if (pin.agent, pin.start, pin.end, pin.code) not in known]
        seen = {(row.agent, row.start, row.end, row.code) for row in gone}
        absences = gone + [row for row in absences if (row.agent, row.start, row.end, row.code) not in seen]
        fixed = {(row.agent, row.start, row.end, activity_code(row.kind)) for row in problem.fixed}
        free = [pin for pin in locked if (pin.agent, pin.start, pin.end, pin.code) not in fixed]
        placed = frozenset(n for n, activity in enumerate(problem.activities) if _stands(activity, free))
    return Settled(blocked, tuple(sorted(pins, key=lambda pin: (pin.agent, pin.start))), tuple(absences), placed)


def _locked(problem: RosterProblem, locked: Roster) -> tuple[list[Pin], list[Absence]]:
    """Segments of the locked roster in the problem's indices, those that end inside or after the horizon's start."""
    agent = {person.id: index for index, person in enumerate(problem.agents)}
    queue = {name: index for index, name in enumerate(problem.queues)}
    later = (locked.grid.start_epoch_s - problem.grid.start_epoch_s) // (problem.grid.step_min * 60)
    pins, gone = [], []
    for row in range(len(locked)):
        who = agent.get(locked.agents[locked.agent[row]])
        start, end = int(locked.start[row] + later), int(locked.end[row] + later)
        if who is None or end <= 0 or start >= problem.grid.n:
            continue
        code = int(locked.activity[row])
        if code in ABSENCE:
            gone.append(Absence(who, start, end, code, True))
        elif start >= 0:
            on = queue.get(locked.queues[locked.queue[row]], -1) if code == WORK and locked.queue[row] >= 0 else -1
            pins.append(Pin(who, start, end, code, on))
    return pins, gone


def _stands(activity: OpenActivity, pins: list[Pin]) -> bool:
    """Whether the pins hold the activity for each of its agents."""
    code = activity_code(activity.kind)
    starts = [
        {p.start for p in pins if (p.agent, p.code, p.end - p.start) == (agent, code, activity.slots)}
        for agent in activity.agents
    ]
    window = range(activity.earliest, activity.latest - activity.slots + 1)
    inside = [{start for start in found if start in window} for found in starts]
    return bool(set.intersection(*inside)) if activity.together else all(inside)
