"""What stands of a published roster when it is planned again: the frozen part, locked shifts, placed activities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from staffing.domain.arrays import BoolArray, IntArray
from staffing.domain.carried import LEAVE_DAY_MIN
from staffing.domain.problem import OpenActivity, RosterProblem
from staffing.domain.published import on_ground, slots_later
from staffing.domain.roster import OFF_PHONE, Roster, activity_code


@dataclass(frozen=True, eq=False)
class Published:
    """A published roster with the limits of what may change of it.

    Nothing changes before slot `frozen_until`; changes before slot `notice_until` cost more.
    """

    roster: Roster
    frozen_until: int = 0
    notice_until: int = 0

    def stated(self, problem: RosterProblem) -> RosterProblem:
        """The problem of planning again from this roster."""
        standing = on_ground(problem, self.roster)
        lost = _blocked_rows(problem, standing)
        kept = (standing.start < self.frozen_until) | standing.locked | _placed(problem, standing)
        kept &= standing.on_shift & ~lost
        last_end, run_before = _worked_before(problem, self.roster)
        return replace(
            problem,
            reference=self.roster,
            notice_until=self.notice_until,
            locked=_rows(standing, kept),
            blocked=_frozen(problem, standing, self.frozen_until),
            leave_days=_leave_days(problem, standing),
            last_end=last_end,
            run_before=run_before,
        )

    def flagged(self, problem: RosterProblem, roster: Roster) -> Roster:
        """`roster` with only those segments marked as locked that were or that lie in the frozen part."""
        standing = on_ground(problem, self.roster)
        known = set(_keys(standing, standing.locked))
        every = np.ones(len(roster), dtype=bool)
        was = np.array([key in known for key in _keys(roster, every)], dtype=bool)
        return replace(roster, locked=roster.locked & (was | (roster.start < self.frozen_until)))


def with_locked(problem: RosterProblem, roster: Roster, spans: Iterable[tuple[int, int, int]]) -> RosterProblem:
    """The problem with the shifts of `roster` that lie in spans (agent, first slot, slot after the last) locked too."""
    standing = on_ground(problem, roster)
    kept = np.zeros(len(standing), dtype=bool)
    for agent, start, end in spans:
        kept |= (standing.agent == agent) & (standing.start >= start) & (standing.end <= end)
    kept &= standing.on_shift & ~_blocked_rows(problem, standing)
    before = problem.locked
    if before is not None:
        every = np.ones(len(before), dtype=bool)
        known = set(_keys(before, every))
        kept &= np.array([key not in known for key in _keys(standing, np.ones(len(standing), dtype=bool))], dtype=bool)
    if not kept.any():
        return problem
    rows = _rows(standing, kept)
    if before is not None:
        columns = ("agent", "day", "start", "end", "activity", "queue", "locked")
        both: dict[str, Any] = {name: np.concatenate([getattr(before, name), getattr(rows, name)]) for name in columns}
        rows = replace(before, **both)
    return replace(problem, locked=rows)


def _worked_before(problem: RosterProblem, roster: Roster) -> tuple[IntArray, IntArray]:
    """End of the last shift and days in a row before the horizon, where the published roster begins earlier."""
    number = {agent.id: index for index, agent in enumerate(problem.agents)}
    slots, days = slots_later(problem, roster), (roster.grid.first_day - problem.grid.first_day).days
    last_end, run = np.array(problem.last_end), np.array(problem.run_before)
    worked: dict[int, set[int]] = {}
    for shift in roster.shifts():
        agent = number.get(roster.agents[shift.agent])
        if agent is not None and shift.day + days < 0:
            last_end[agent] = max(last_end[agent], shift.end + slots)
            worked.setdefault(agent, set()).add(shift.day + days)
    for agent, found in worked.items():
        run[agent] = max(run[agent], next(length for length in range(len(found) + 1) if -length - 1 not in found))
    return last_end, run


def _rows(roster: Roster, kept: BoolArray) -> Roster:
    columns = ("agent", "day", "start", "end", "activity", "queue", "locked")
    return replace(roster, **{name: getattr(roster, name)[kept] for name in columns})


def _keys(roster: Roster, chosen: BoolArray) -> list[tuple[int, ...]]:
    columns = (roster.agent, roster.start, roster.end, roster.activity)
    return list(zip(*(column[chosen].tolist() for column in columns), strict=True))


def _blocked_rows(problem: RosterProblem, standing: Roster) -> BoolArray:
    """Segments of which the person is absent for some slot."""
    before = np.zeros((len(problem.agents), problem.grid.n + 1), dtype=np.int64)
    np.cumsum(problem.blocked, axis=1, out=before[:, 1:])
    start, end = np.clip(standing.start, 0, problem.grid.n), np.clip(standing.end, 0, problem.grid.n)
    return np.asarray(before[standing.agent, end] > before[standing.agent, start])


def _placed(problem: RosterProblem, standing: Roster) -> BoolArray:
    """Segments that are an activity which the problem still asks for."""
    asked: dict[tuple[int, int, int], list[OpenActivity]] = {}
    for activity in problem.activities:
        for agent in activity.agents:
            asked.setdefault((agent, activity_code(activity.kind), activity.slots), []).append(activity)
    found = np.zeros(len(standing), dtype=bool)
    for row in np.flatnonzero(np.isin(standing.activity, OFF_PHONE)):
        start, end = int(standing.start[row]), int(standing.end[row])
        key = int(standing.agent[row]), int(standing.activity[row]), end - start
        found[row] = any(one.earliest <= start and end <= one.latest for one in asked.get(key, ()))
    return found


def _frozen(problem: RosterProblem, standing: Roster, until: int) -> BoolArray:
    """Blocked slots with those of the frozen part in which nobody was to be at work."""
    blocked = np.array(problem.blocked)
    if until > 0:
        idle = ~standing.present()
        blocked[:, :until] |= idle[:, :until]
    return blocked


def _leave_days(problem: RosterProblem, standing: Roster) -> IntArray:
    """Leave days of each week without those on which the person was to be off anyway.

    An absence that the published roster did not know takes a working day only where it meets a shift. Days before
    somebody comes or after they have gone stay leave days, as do those on which their contract has no shift anyway.
    """
    grid, leave = problem.grid, np.array(problem.leave_days)
    news = np.zeros(problem.blocked.shape, dtype=bool)
    for absent in problem.fixed:
        if not absent.on_shift and absent.kind != "unavailable":
            news[absent.agent, max(0, absent.start) : max(0, absent.end)] = True
    for row in np.flatnonzero(~standing.on_shift):
        news[standing.agent[row], max(0, standing.start[row]) : max(0, standing.end[row])] = False
    worked = np.zeros((len(problem.agents), grid.days), dtype=bool)
    worked[standing.agent[standing.on_shift], standing.day[standing.on_shift]] = True
    for agent in np.flatnonzero(leave.any(axis=1)):
        minutes = np.bincount(grid.day, weights=news[agent], minlength=grid.days) * grid.step_min
        free = (minutes >= LEAVE_DAY_MIN) & ~worked[agent] & _counted(problem, int(agent))
        for week in range(problem.weeks):
            leave[agent, week] = max(0, leave[agent, week] - int(free[7 * week : 7 * week + 7].sum()))
    return leave


def _counted(problem: RosterProblem, agent: int) -> BoolArray:
    """Days on which an absence counts as leave: the person is employed and the contract has a shift."""
    person = problem.agents[agent]
    weekdays = {weekday for shift in problem.shift_types(agent) for weekday in shift.weekdays}
    return np.array(
        [
            when.weekday() in weekdays
            and (person.start_date is None or person.start_date <= when)
            and (person.end_date is None or when <= person.end_date)
            for when in problem.grid.dates
        ]
    )
