"""What the sessions of a plan cost in service: the same roster with their time worked instead."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np

from staffing.audit import roster_cost
from staffing.audit.activities import placed
from staffing.domain.roster import WORK, Roster
from staffing.measures.coverage import coverage
from staffing.plan import Plan
from staffing.planning.edits.days import Label, Piece, Working, compose, spread, work_on
from staffing.planning.steps import judge_plan

SERVICE = ("short", "overdue", "undone")
"""Components of a roster's cost that are worse service."""
REPLICATIONS = 50
"""Simulated horizons behind the service with and without sessions."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What the sessions of a course (empty: all) cost in one plan, against postponing them.

    Attributes
    ----------
    sessions : int
        Sessions of people, those of trainers too.
    hours : float
        Hours of work they take.
    short_h : float
        Agent-hours short more than without them.
    service_cost : float
        Price of service more than without them: short, overdue and undone.
    """

    course: str
    sessions: int
    hours: float
    short_h: float
    service_cost: float


@dataclass(frozen=True, slots=True)
class ServiceEffect:
    """Simulated service of a queue with the sessions and without; None where it has no contacts."""

    queue: str
    with_sessions: float | None
    without: float | None


def training_effects(plan: Plan) -> tuple[Effect, ...]:
    """Effect of each course that the plan holds and, first, of all of them together.

    A session left out is worked on the queue that the person serves beside it; nobody else's day changes, so a new
    search would gain more from the time.
    """
    if plan.roster is None or plan.scenario.training is None:
        return ()
    base = _figures(plan, plan.roster)
    courses = dict.fromkeys(group.course for group in plan.scenario.training.groups)
    found = []
    for name in ("", *courses):
        chosen = set(courses) if not name else {name}
        rows = _segments(plan, chosen)
        if rows:
            cost, short = _figures(plan, without_sessions(plan, chosen))
            hours = sum(end - start for _, start, end in rows) * plan.problem.grid.step_h
            found.append(Effect(name, len(rows), hours, base[1] - short, base[0] - cost))
    return tuple(found)


def service_effect(
    plan: Plan, courses: Collection[str], *, replications: int = REPLICATIONS, workers: int = 1
) -> tuple[ServiceEffect, ...]:
    """Simulated share served in time of each queue with all sessions and without those of some courses.

    Both on the same draws of demand and absence.
    """
    if plan.roster is None:
        return ()
    levels = []
    for roster in (plan.roster, without_sessions(plan, courses)):
        verdict = judge_plan(plan, roster, replications=replications, workers=workers)
        levels.append({row.queue: row.service_level if row.contacts else None for row in verdict.week()})
    return tuple(ServiceEffect(queue, levels[0][queue], levels[1].get(queue)) for queue in levels[0])


def without_sessions(plan: Plan, courses: Collection[str]) -> Roster:
    """The roster with the time of these courses' sessions worked."""
    assert plan.roster is not None
    working = Working(plan.roster, {})
    for agent, start, end in _segments(plan, courses):
        day = _day_of(plan.roster, agent, start)
        pieces = working.day(agent, day)
        first = pieces[0].start
        labels = spread(pieces)
        queue = _beside(pieces, start, end)
        labels[start - first : end - first] = [queue] * (end - start)
        pauses = [piece for piece in pieces if piece.is_pause]
        working = working.with_days({(agent, day): compose(first, labels, pauses)})
    return working.roster


def _segments(plan: Plan, courses: Collection[str]) -> list[tuple[int, int, int]]:
    """(agent, start, end) of what the roster holds of these courses, trainers too."""
    assert plan.roster is not None
    training = plan.scenario.training
    wanted = {group.activity for group in training.groups if group.course in courses} if training else set[str]()
    return [
        (agent, start, start + activity.slots)
        for activity, chosen in placed(plan.problem, plan.roster)
        if activity.id in wanted
        for agent, start in chosen.items()
    ]


def _day_of(roster: Roster, agent: int, start: int) -> int:
    row = np.flatnonzero((roster.agent == agent) & (roster.start == start) & roster.on_shift)
    return int(roster.day[row[0]])


def _beside(pieces: Iterable[Piece], start: int, end: int) -> Label:
    """Work on the queue of the nearest stretch of the shift; on none where the shift has no work."""
    work = [piece for piece in pieces if piece.activity == WORK]
    nearest = min(work, key=lambda piece: max(piece.start - end, start - piece.end), default=None)
    return work_on(-1 if nearest is None else nearest.queue)


def _figures(plan: Plan, roster: Roster) -> tuple[float, float]:
    """Price of service and agent-hours short of a roster."""
    components = roster_cost(plan.problem, roster).components
    table = coverage(replace(plan, result=replace(plan.result, roster=roster)))
    return sum(components.get(name, 0.0) for name in SERVICE), float(table.missing.sum() * table.grid.step_h)
