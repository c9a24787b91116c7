"""Places training, meetings and coaching where the relaxation loses least, then settles them as segments.

A time is judged by what it costs each agent's best week (exact, by the oracle) at the prices of the relaxation, which
rise in a slot with every agent who is taken away there: they hold for one agent, not for twenty at once. The agent
must still have a legal week with everything placed before.
"""

from __future__ import annotations

import numpy as np

from staffing.audit.activities import placed
from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.problem import OpenActivity
from staffing.domain.roster import Roster, activity_code
from staffing.solver.case import Case
from staffing.solver.oracle.breaks import BIG, prefix_sums
from staffing.solver.oracle.sweep import agent_costs
from staffing.solver.oracle.week import best_week
from staffing.solver.oracle.week_ends import NEVER, room_needed
from staffing.solver.pins import Pin
from staffing.solver.tables import PIN_AWAY, PIN_FREE

TIMES_PER_DAY = 3
"""Times of a day that are judged exactly, those with the least worth of work lost."""
SPARED = 0.1
"""Share of the agents required in a slot that may be away until its work is worth the price of a missing agent more."""
USUAL = 0.25
"""Share of the agents able to serve a queue who are taken to be at work while it is open."""


def _rises(case: Case) -> FloatArray:
    """By how much an agent-slot is worth more with each colleague away at the same time, shape (groups, reach).

    Each queue by itself: the dearer the fuller its usual crew is with what is required or, on deferred queues, comes in
    the slot, and the smaller that crew is. A group counts as the queue of it that suffers most.
    """
    tb = case.tables
    able = tb.prof > 0
    arriving = np.diff(case.problem.earliest_h, axis=1, prepend=0.0) / tb.slot_h
    needed = np.where(tb.deadline[:, None], arriving, tb.required)[: able.shape[1]]
    crew = np.maximum(1.0, USUAL * able[tb.group].sum(axis=0))
    full = np.where(tb.is_open[: able.shape[1]], np.minimum(1.0, needed / crew[:, None]), 0.0)
    by_queue = tb.short * full / np.maximum(1.0, SPARED * crew)[:, None]
    found = np.zeros((len(able), case.reach))
    for group, queues in enumerate(able):
        if queues.any():
            found[group, : tb.slots] = by_queue[queues].max(axis=0)
    return found


class Placer:
    """Works on copies of the settled slots; `value` (groups, reach) is the worth of work."""

    def __init__(self, case: Case, value: FloatArray) -> None:
        tb = case.tables
        # Worth of work to each group, and by how much it rises in a slot with each agent taken away.
        self.case, self.value = case, value.copy()
        self.rise = _rises(case)
        self.tb = tb._replace(pin=tb.pin.copy(), has_pin=tb.has_pin.copy(), forced=tb.forced.copy())
        room = int(room_needed(tb))
        self.table, self.back = np.empty((8, room)), np.empty((8, room), dtype=np.int64)
        self.cost = np.empty(int(np.diff(tb.first[:: tb.days]).max(initial=0)) + 1)
        self.work, self.pause = np.zeros(case.reach + 1), np.zeros(case.reach + 1)
        self.covers: dict[int, list[tuple[int, int, int]]] = {}

    def week_cost(self, agent: int, week: int) -> float:
        """Cost of the agent's best week with everything placed so far; `NEVER` when none is legal."""
        tb = self.tb
        first, last = tb.first[agent * tb.days], tb.first[(agent + 1) * tb.days]
        prefix_sums(tb, agent, self.value[tb.group[agent]], self.work, self.pause)
        agent_costs(tb, agent, first, last, self.work, self.pause, self.cost)
        for day, start, end in self.covers.get(agent, []):
            low, high = tb.first[agent * tb.days + day], tb.first[agent * tb.days + day + 1]
            rows = np.arange(low, high)
            outside = (tb.start[rows] > start) | (tb.end[rows] < end)
            self.cost[rows[outside] - first] = BIG
        choice = np.zeros(7, dtype=np.int64)
        last_end = tb.last_end[agent] if week == 0 else -1_000_000
        run = tb.run_before[agent] if week == 0 else 0
        return float(best_week(tb, agent, week, self.cost, last_end, run, self.table, self.back, choice))

    def free(self, agent: int, start: int, end: int) -> bool:
        """Whether a shift of that day could hold the time and nothing else stands there."""
        tb, day = self.tb, int(self.case.problem.grid.day_of(start))
        if (tb.pin[agent, start:end] != PIN_FREE).any() or self.case.settled.blocked[agent, start:end].any():
            return False
        rows = slice(tb.first[agent * tb.days + day], tb.first[agent * tb.days + day + 1])
        return bool(np.any((tb.start[rows] <= start) & (tb.end[rows] >= end)))

    def put(self, agent: int, start: int, end: int, there: bool = True) -> None:
        """Put the time into the copies, or take the last one put out again."""
        day = int(self.case.problem.grid.day_of(start))
        self.tb.pin[agent, start:end] = PIN_AWAY if there else PIN_FREE
        covers = self.covers.setdefault(agent, [])
        if there:
            covers.append((day, start, end))
        else:
            covers.remove((day, start, end))
        self.tb.has_pin[agent] = bool((self.tb.pin[agent] != PIN_FREE).any())
        forced = any(home == day for home, _, _ in covers)
        self.tb.forced[agent, day] = forced or self.case.tables.forced[agent, day]

    def take(self, agent: int, start: int, end: int) -> None:
        """Put the time for good: work there is worth more to everybody from now on."""
        self.put(agent, start, end)
        alike = (self.tb.prof > 0) @ (self.tb.prof[self.tb.group[agent]] > 0)
        self.value[alike, start:end] += self.rise[self.tb.group[agent], start:end]

    def regret(self, agent: int, start: int, end: int) -> float:
        """What the time costs the agent's best week; infinite when no legal week is left."""
        week = int(self.case.problem.grid.day_of(start)) // 7
        before = self.week_cost(agent, week)
        self.put(agent, start, end)
        after = self.week_cost(agent, week)
        self.put(agent, start, end, there=False)
        return after - before if after < NEVER / 2 else np.inf


def place_activities(case: Case, value: FloatArray, skip: np.ndarray) -> tuple[Pin, ...]:
    """Segments for all activities that can be placed, those with most agents and least room first."""
    placer = Placer(case, value)
    pins: list[Pin] = []
    todo = [n for n in range(len(case.problem.activities)) if n not in case.settled.placed]
    activities = case.problem.activities
    todo.sort(key=lambda n: (not activities[n].together, activities[n].latest - activities[n].earliest))
    for number in todo:
        activity = activities[number]
        agents = [agent for agent in activity.agents if not skip[agent]]
        if activity.together:
            chosen = _together(placer, activity, agents)
        else:
            chosen = _one_by_one(placer, activity, agents)
        code = activity_code(activity.kind)
        for agent, start in chosen.items():
            if activity.together:
                placer.take(agent, start, start + activity.slots)
            pins.append(Pin(agent, start, start + activity.slots, code, activity=number))
    return tuple(pins)


def placed_pins(case: Case, roster: Roster) -> tuple[Pin, ...]:
    """Segments of the activities that `roster` holds as asked and that are not settled anyway."""
    found = []
    for activity, chosen in placed(case.problem, roster):
        number, code = case.problem.activities.index(activity), activity_code(activity.kind)
        if number not in case.settled.placed:
            found += [Pin(agent, at, at + activity.slots, code, activity=number) for agent, at in chosen.items()]
    return tuple(found)


def _starts(placer: Placer, activity: OpenActivity, agents: list[int], allowed: IntArray) -> list[int]:
    """Starts worth judging: on each day those that lose least work, among times most agents could hold."""
    case = placer.case
    lost = np.zeros(len(allowed))
    held = np.zeros(len(allowed), dtype=np.int64)
    for agent in agents:
        worth = np.maximum(placer.value[case.tables.group[agent]], 0.0)
        sums = np.concatenate([[0.0], np.cumsum(worth)])
        lost += sums[allowed + activity.slots] - sums[allowed]
        held += np.array([placer.free(agent, int(t), int(t) + activity.slots) for t in allowed], dtype=np.int64)
    days = case.problem.grid.day_of(allowed)
    found: list[int] = []
    for day in np.unique(days):
        rows = np.flatnonzero((days == day) & (held == held.max(initial=0)) & (held > 0))
        order = rows[np.argsort(lost[rows], kind="stable")]
        found.extend(int(allowed[row]) for row in order[:TIMES_PER_DAY])
    return found


def _window(activity: OpenActivity) -> IntArray:
    return np.arange(activity.earliest, activity.latest - activity.slots + 1, dtype=np.int64)


def _together(placer: Placer, activity: OpenActivity, agents: list[int]) -> dict[int, int]:
    """One time for all: most agents first, then the least cost."""
    best: tuple[float, float] = (0.0, np.inf)
    chosen: dict[int, int] = {}
    limit = activity.capacity or len(agents)
    for start in _starts(placer, activity, agents, _window(activity)):
        costs = {a: placer.regret(a, start, start + activity.slots) for a in agents if placer.free(
            a, start, start + activity.slots)}  # fmt: skip
        able = sorted((a for a in costs if np.isfinite(costs[a])), key=lambda a: costs[a])[:limit]
        pairs = len(able) * (len(able) - 1) / 2
        groups = placer.tb.group[able]
        crowd = pairs * float(placer.rise[groups, start : start + activity.slots].sum()) / max(1, len(able))
        rank = (-float(len(able)), sum(costs[a] for a in able) + crowd)
        if able and rank < best:
            best, chosen = rank, dict.fromkeys(able, start)
    return chosen


def _one_by_one(placer: Placer, activity: OpenActivity, agents: list[int]) -> dict[int, int]:
    """Each agent's cheapest time, at most `capacity` at once."""
    load = np.zeros(placer.case.reach, dtype=np.int64)
    limit = activity.capacity or len(agents)
    chosen: dict[int, int] = {}
    for agent in agents:
        window = _window(activity)
        open_ = np.array([load[t : t + activity.slots].max() < limit for t in window], dtype=bool)
        starts = [t for t in _starts(placer, activity, [agent], window[open_]) if placer.free(
            agent, t, t + activity.slots)]  # fmt: skip
        costs = [placer.regret(agent, start, start + activity.slots) for start in starts]
        if starts and np.isfinite(min(costs)):
            start = starts[int(np.argmin(costs))]
            chosen[agent] = start
            placer.take(agent, start, start + activity.slots)
            load[start : start + activity.slots] += 1
    return chosen
