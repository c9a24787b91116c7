"""The shifts of the published roster on the days and slots of a problem, and what each change of one costs."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from staffing.domain.problem import RosterProblem
from staffing.domain.roster import BREAK, MEAL, Roster
from staffing.domain.rules import Costs

Pauses = tuple[tuple[int, int, int], ...]
"""(start, slots, activity code) of each break of a shift."""


@dataclass(frozen=True, slots=True)
class PublishedShift:
    """Slots [start, end) and the breaks of one shift."""

    start: int
    end: int
    pauses: Pauses


def published_shifts(problem: RosterProblem) -> dict[tuple[int, int], PublishedShift | None]:
    """(agent, day) -> the published shift or None for a published day off; empty without a reference.

    Agents are compared by id and times by moment, so that the reference may have another horizon. People and days it
    does not know are left out: nothing was promised there.

    Raises
    ------
    ValueError
        When the reference is not on the slots of the problem.
    """
    if problem.reference is None:
        return {}
    reference, number = problem.reference, {agent.id: index for index, agent in enumerate(problem.agents)}
    later = slots_later(problem, reference)
    known = set(reference.grid.dates)
    found: dict[tuple[int, int], PublishedShift | None] = {
        (number[agent], day): None
        for agent in reference.agents
        if agent in number
        for day, when in enumerate(problem.grid.dates)
        if when in known
    }
    for shift, published in day_shifts(reference, later).items():
        agent, when = reference.agents[shift[0]], reference.grid.first_day + timedelta(days=shift[1])
        key = number.get(agent, -1), (when - problem.grid.first_day).days
        if key in found:
            found[key] = published
    return found


def day_shifts(roster: Roster, later: int = 0) -> dict[tuple[int, int], PublishedShift]:
    """(agent, day) -> shift of a roster, its slots moved by `later`."""
    found = {}
    for shift in roster.shifts():
        pauses = tuple(
            (int(roster.start[row]) + later, int(roster.end[row] - roster.start[row]), int(roster.activity[row]))
            for row in shift.rows
            if roster.activity[row] in (BREAK, MEAL)
        )
        found[shift.agent, shift.day] = PublishedShift(shift.start + later, shift.end + later, pauses)
    return found


def slots_later(problem: RosterProblem, roster: Roster) -> int:
    """Slots between the starts of the horizons of a roster and of the problem.

    Raises
    ------
    ValueError
        When the slots differ.
    """
    later, rest = divmod(roster.grid.start_epoch_s - problem.grid.start_epoch_s, problem.grid.step_min * 60)
    if rest or roster.grid.step_min != problem.grid.step_min:
        raise ValueError("the reference roster is not on the slots of the problem")
    return int(later)


def change_kind(before: PublishedShift | None, after: PublishedShift | None) -> str:
    """``added``, ``removed``, ``moved`` (other hours), ``breaks`` (same hours, other breaks) or empty."""
    if before is None or after is None:
        return "" if before is after else "added" if before is None else "removed"
    if (before.start, before.end) != (after.start, after.end):
        return "moved"
    return "" if before.pauses == after.pauses else "breaks"


def change_price(costs: Costs, kind: str, first: int, notice_until: int) -> float:
    """Price of a change of `kind` whose earlier start, before or after, is slot `first`."""
    prices = {
        "": 0.0,
        "moved": costs.change_moved,
        "added": costs.change_added,
        "removed": costs.change_removed,
        "breaks": costs.change_breaks,
    }
    return prices[kind] * (costs.change_notice_factor if first < notice_until else 1.0)


def on_ground(problem: RosterProblem, roster: Roster) -> Roster:
    """The part of another horizon's roster that lies in the problem's, in its agents, queues and slots.

    People and queues that the problem does not know are left out; their work is work without a queue.
    """
    number = {agent.id: index for index, agent in enumerate(problem.agents)}
    queue = {name: index for index, name in enumerate(problem.queues)}
    agent_to = np.array([number.get(agent, -1) for agent in roster.agents], dtype=np.int64)
    queue_to = np.array([*(queue.get(name, -1) for name in roster.queues), -1], dtype=np.int64)
    later = slots_later(problem, roster)
    day = roster.day + (roster.grid.first_day - problem.grid.first_day).days
    agent = agent_to[roster.agent]
    kept = (agent >= 0) & (day >= 0) & (day < problem.grid.days)
    return Roster(
        grid=problem.grid,
        agents=tuple(agent.id for agent in problem.agents),
        queues=problem.queues,
        agent=agent[kept],
        day=day[kept],
        start=roster.start[kept] + later,
        end=roster.end[kept] + later,
        activity=roster.activity[kept],
        queue=queue_to[roster.queue[kept]],
        locked=roster.locked[kept],
    )
