"""Sessions moved to better times of the shifts that a search has found, as long as that makes the roster cheaper.

A search places sessions early, person by person, at the prices of its relaxation; those do not rise where several
sessions meet. Here the finished roster tells what each hour is worth, and every move is checked at its exact cost.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from staffing.audit import audit_roster, roster_cost
from staffing.audit.activities import placed
from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.problem import OpenActivity, RosterProblem
from staffing.domain.result import SolveResult, Status
from staffing.domain.roster import WORK, Roster, activity_code
from staffing.planning.edits.days import Working, busy_with, compose, spread, work_on
from staffing.planning.edits.worth import gain_of_one, loss_of_one

PASSES, LOOKS = 3, 300
"""Times that each session is looked at, and looks in all."""
WORTH = 0.01
"""In the centre's currency: what a move has to promise."""
NO_QUEUE, BUSY = -1, -2


@dataclass(frozen=True, slots=True)
class _Unit:
    """People who have one session at one time: everybody of a group, or one person."""

    activity: OpenActivity
    agents: tuple[int, ...]
    start: int

    @property
    def end(self) -> int:
        return self.start + self.activity.slots


def better_times(
    problem: RosterProblem, result: SolveResult, *, should_stop: Callable[[], bool] | None = None
) -> SolveResult:
    """The result with sessions at times at which their work is worth less; as it is where none is better.

    Shifts, breaks and everybody else's days stay; locked segments do not move. What the session leaves is worked on the
    queue where one agent more saves most.
    """
    roster = result.roster
    if roster is None or not problem.activities or result.reasons:
        return result
    best, total = roster, roster_cost(problem, roster).total
    looks = 0
    for _ in range(PASSES):
        before = total
        for number in range(len(_units(problem, best))):
            looks += 1
            if looks > LOOKS or (should_stop is not None and should_stop()):
                break
            units = _units(problem, best)
            moved = _moved(problem, best, units, units[number]) if number < len(units) else None
            if moved is None:
                continue
            cost = roster_cost(problem, moved).total
            if cost < total - WORTH:
                best, total = moved, cost
        if total > before - WORTH:
            break
    if best is roster or any(fault.severity == "hard" for fault in audit_roster(problem, best)):
        return result
    cost_of = roster_cost(problem, best)
    changed = replace(result, roster=best, objective=cost_of.total, cost=cost_of, fixed_cost=cost_of.fixed)
    return replace(changed, status=Status.FEASIBLE)


def _units(problem: RosterProblem, roster: Roster) -> list[_Unit]:
    found = []
    for activity, chosen in placed(problem, roster):
        if activity.together and chosen:
            found.append(_Unit(activity, tuple(chosen), next(iter(chosen.values()))))
        elif not activity.together:
            found += [_Unit(activity, (agent,), start) for agent, start in chosen.items()]
    return found


def _moved(problem: RosterProblem, roster: Roster, units: list[_Unit], unit: _Unit) -> Roster | None:
    """The roster with the session where it promises most; None where nothing is better."""
    loss, gain = loss_of_one(problem, roster), gain_of_one(problem, roster)
    window = np.arange(unit.activity.earliest, unit.activity.latest - unit.activity.slots + 1)
    price = np.zeros(len(window))
    saved = 0.0
    queues: list[int] = []
    for agent in unit.agents:
        work = _work(roster, agent, problem.grid.n)
        if (work[unit.start : unit.end] != BUSY).any() or _is_locked(roster, agent, unit.start):
            return None
        speed = problem.proficiency[agent]
        slots = np.where(work == BUSY, np.inf, 0.0)
        busy = np.flatnonzero(work >= 0)
        slots[busy] = speed[work[busy]] * loss[work[busy], busy]
        price += _sums(slots, window, unit.activity.slots)
        worth = np.where(speed > 0, speed * gain[:, unit.start : unit.end].sum(axis=1), 0.0)
        queues.append(int(np.argmax(worth)) if worth.max(initial=0.0) > 0 else NO_QUEUE)
        saved += max(0.0, float(worth.max(initial=0.0)))
    price[_full(units, unit, window)] = np.inf
    place = int(np.argmin(price)) if len(price) else -1
    if place < 0 or not np.isfinite(price[place]) or price[place] - saved > -WORTH:
        return None
    return _with(roster, unit, int(window[place]), queues)


def _work(roster: Roster, agent: int, slots: int) -> IntArray:
    """Queue of each slot of a person's work, `NO_QUEUE` for work without one, `BUSY` for all else."""
    found = np.full(slots, BUSY, dtype=np.int64)
    first, last = np.searchsorted(roster.agent, (agent, agent + 1))
    for row in range(int(first), int(last)):
        if roster.activity[row] == WORK and not roster.locked[row]:
            found[max(0, roster.start[row]) : roster.end[row]] = max(NO_QUEUE, roster.queue[row])
    return found


def _is_locked(roster: Roster, agent: int, start: int) -> bool:
    return bool((roster.locked & (roster.agent == agent) & (roster.start == start)).any())


def _sums(values: FloatArray, window: IntArray, slots: int) -> FloatArray:
    """Sums of so many values from each place of the window on."""
    parts = np.lib.stride_tricks.sliding_window_view(values, slots)
    return np.asarray(parts[window].sum(axis=1))


def _full(units: list[_Unit], unit: _Unit, window: IntArray) -> IntArray:
    """Places at which the room of the activity is full without this person, or at which the session is already."""
    overlap = (window < unit.end) & (window + unit.activity.slots > unit.start)
    capacity = unit.activity.capacity
    if capacity is None or unit.activity.together:
        return np.flatnonzero(overlap)
    load = np.zeros(unit.activity.latest + 1)
    for other in units:
        if other.activity is unit.activity and other is not unit:
            load[other.start : other.end] += 1
    most = np.lib.stride_tricks.sliding_window_view(load, unit.activity.slots)[window].max(axis=1)
    return np.flatnonzero(overlap | (most >= capacity))


def _with(roster: Roster, unit: _Unit, start: int, queues: list[int]) -> Roster:
    working = Working(roster, {})
    for agent, queue in zip(unit.agents, queues, strict=True):
        for begin, is_new in ((unit.start, False), (start, True)):
            day = _day(working.roster, agent, begin)
            pieces = working.day(agent, day)
            first = pieces[0].start
            labels = spread(pieces)
            label = busy_with(activity_code(unit.activity.kind), begin) if is_new else work_on(queue)
            labels[begin - first : begin - first + unit.activity.slots] = [label] * unit.activity.slots
            pauses = [piece for piece in pieces if piece.is_pause]
            working = working.with_days({(agent, day): compose(first, labels, pauses)})
    return working.roster


def _day(roster: Roster, agent: int, slot: int) -> int:
    row = np.flatnonzero(
        (roster.agent == agent) & (roster.start <= slot) & (roster.end > slot) & np.asarray(roster.on_shift)
    )
    return int(roster.day[row[0]])
