"""Locked segments of the reference stand unchanged."""

from collections.abc import Iterator

from staffing.audit.terms import HARD
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import ACTIVITIES, WORK, Roster

CLASS, SEVERITY = "filter", "hard"
Key = tuple[str, int, int, int, str]


def check(problem: RosterProblem, roster: Roster) -> Iterator[Violation]:
    """One violation per segment of ``problem.locked`` that the roster lacks; agent None for one unknown to the problem.

    Agents and queues are compared by id and times by moment, so that the locked roster may stem from another
    horizon; what ended before this one is not asked for.
    """
    if problem.locked is None:
        return
    standing = set(_keys(roster, 0))
    number = {agent.id: index for index, agent in enumerate(problem.agents)}
    shift_s = problem.locked.grid.start_epoch_s - problem.grid.start_epoch_s
    later, rest = divmod(shift_s, problem.grid.step_min * 60)
    if rest or problem.locked.grid.step_min != problem.grid.step_min:
        raise ValueError("the locked roster is not on the slots of the problem")
    for key in _keys(problem.locked, later):
        agent, start, end, activity, queue = key
        if end > 0 and key not in standing:
            detail: dict[str, str | float] = {
                "agent": agent,
                "start": problem.grid.iso(start),
                "minutes": (end - start) * problem.grid.step_min,
                "activity": ACTIVITIES[activity],
                "queue": queue,
            }
            yield Violation("locked", HARD, number.get(agent), int(problem.grid.day_of(start)), detail)


def _keys(roster: Roster, later: int) -> list[Key]:
    """(agent, start, end, activity, queue) of every segment, the queue only for work."""
    columns = (roster.agent, roster.start + later, roster.end + later, roster.activity, roster.queue)
    return [
        (roster.agents[agent], start, end, activity, roster.queues[queue] if activity == WORK and queue >= 0 else "")
        for agent, start, end, activity, queue in zip(*(column.tolist() for column in columns), strict=True)
    ]
