"""Activities to be placed are placed, once for each of their agents."""

from collections.abc import Iterator

import numpy as np

from staffing.audit.terms import SOFT
from staffing.domain.problem import OpenActivity, RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import OFF_PHONE, Roster, activity_code

CLASS, SEVERITY = "coupling", "soft"

Key = tuple[int, int, int]
"""Agent, activity code, slots."""


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per activity and agent on the first day of its window.

    Fault ``missing``: no free segment of that kind and length in the window; ``apart``: not at the time of the
    others; ``capacity``: too many at once.
    """
    for activity, agent, fault in unplaced(problem, roster):
        detail: dict[str, str | float] = {
            "fault": fault,
            "activity": activity.id,
            "kind": activity.kind,
            "minutes": activity.slots * problem.grid.step_min,
        }
        yield Violation("activities", SOFT, agent, int(problem.grid.day_of(activity.earliest)), detail)


def unplaced(problem: RosterProblem, roster: Roster) -> list[tuple[OpenActivity, int, str]]:
    """(activity, agent, fault) of everything not placed as asked."""
    return [
        (activity, agent, _fault(activity, options[agent], set(chosen.values())))
        for activity, chosen, options in _matched(problem, roster)
        for agent in activity.agents
        if agent not in chosen
    ]


def placed(problem: RosterProblem, roster: Roster) -> list[tuple[OpenActivity, dict[int, int]]]:
    """Each activity with the first slot of its segment by agent, of those who have it as asked."""
    return [(activity, chosen) for activity, chosen, _ in _matched(problem, roster)]


def _matched(problem: RosterProblem, roster: Roster) -> list[tuple[OpenActivity, dict[int, int], dict[int, list[int]]]]:
    """Each activity with its chosen start by agent and the starts there would be.

    A segment serves one activity. Those held together choose first, then the one whose window ends first; each
    takes the earliest time, which per agent is a largest matching.
    """
    free = _free_starts(problem, roster)
    found = []
    for activity in sorted(problem.activities, key=lambda a: (not a.together, a.latest, a.earliest)):
        code = activity_code(activity.kind)
        options = {
            agent: [
                start
                for start in free.get((agent, code, activity.slots), [])
                if activity.earliest <= start <= activity.latest - activity.slots
            ]
            for agent in activity.agents
        }
        chosen = _choose(activity, _at_best_time(options) if activity.together else options)
        for agent in activity.agents:
            if agent in chosen:
                free[agent, code, activity.slots].remove(chosen[agent])
        found.append((activity, chosen, options))
    return found


def _free_starts(problem: RosterProblem, roster: Roster) -> dict[Key, list[int]]:
    """Starts of the off-phone segments that are no fixed time of their agent."""
    fixed = {(row.agent, row.start, row.end, activity_code(row.kind)) for row in problem.fixed}
    starts: dict[Key, list[int]] = {}
    rows = np.flatnonzero(np.isin(roster.activity, OFF_PHONE))
    columns = (roster.agent[rows], roster.start[rows], roster.end[rows], roster.activity[rows])
    for agent, start, end, code in zip(*(column.tolist() for column in columns), strict=True):
        if (agent, start, end, code) not in fixed:
            starts.setdefault((agent, code, end - start), []).append(start)
    return starts


def _at_best_time(options: dict[int, list[int]]) -> dict[int, list[int]]:
    """Keep only the time that suits most agents, the earliest of equals."""
    times = [start for starts in options.values() for start in set(starts)]
    best = min(times, key=lambda time: (-times.count(time), time), default=None)
    return {agent: [best] if best is not None and best in starts else [] for agent, starts in options.items()}


def _choose(activity: OpenActivity, options: dict[int, list[int]]) -> dict[int, int]:
    """A time for each agent, those with the least choice first, never more than `capacity` at once."""
    capacity = activity.capacity or len(activity.agents)
    load = np.zeros(activity.latest - activity.earliest, dtype=np.int64)
    chosen: dict[int, int] = {}
    for agent in sorted(options, key=lambda agent: len(options[agent])):
        for start in options[agent]:
            span = slice(start - activity.earliest, start - activity.earliest + activity.slots)
            if load[span].max(initial=0) < capacity:
                load[span] += 1
                chosen[agent] = start
                break
    return chosen


def _fault(activity: OpenActivity, starts: list[int], used: set[int]) -> str:
    if not starts:
        return "missing"
    return "apart" if activity.together and not used.intersection(starts) else "capacity"
