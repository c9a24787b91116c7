"""A roster as levers see it: what is missing where, and what one change does to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import fsum

import numpy as np

from staffing.audit import audit_roster, deferred_work, roster_cost
from staffing.audit.price_labour import premium_terms
from staffing.domain.arrays import FloatArray
from staffing.domain.on_call import OnCallPlan
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import WORK, Roster
from staffing.measures import short_hours
from staffing.plan import Plan
from staffing.solver.explain import Change

SERVICE = ("short", "over", "idle", "overdue", "undone")
"""Components of the cost that are the price of service, not of the lever."""


@dataclass(frozen=True, eq=False)
class Ground:
    """A roster counted.

    Arrays (rows, slots): the answer queues and deadline queues, then the pools. `missing` is what agents lack (below 0
    what is spare) on open answer rows, and far below 0 elsewhere.
    """

    plan: Plan
    roster: Roster
    cover: FloatArray
    missing: FloatArray
    late_h: float
    short_h: float
    cost: dict[str, float]

    @property
    def problem(self) -> RosterProblem:
        return self.plan.problem

    @property
    def on_call(self) -> OnCallPlan | None:
        return self.plan.on_call

    def short_with(self, roster: Roster) -> float:
        """Missing agent-hours, late work included, with another roster; who fills several rows counts once."""
        return short_hours(replace(self.plan, result=replace(self.plan.result, roster=roster))).short_h


NOWHERE = -1e6
"""Missing agents where nobody is ever asked for."""


def survey(plan: Plan) -> Ground:
    """Count the roster of a plan.

    Raises
    ------
    ValueError
        When it has none.
    """
    problem, roster = plan.problem, plan.roster
    if roster is None:
        raise ValueError("plan has no roster, expected one")
    cover = cover_of(problem, roster)
    pools = np.where(problem.pool_counts, problem.pool_required, NOWHERE)
    own = np.where(problem.is_open & ~problem.deadline[:, None], problem.required, NOWHERE)
    missing = np.concatenate([own, pools]) - cover
    late_h, short_h = late_hours(problem, cover), short_hours(plan).short_h
    return Ground(plan, roster, cover, missing, late_h, short_h, dict(roster_cost(problem, roster).components))


def row_of(problem: RosterProblem, name: str) -> int:
    """Row of a queue or pool."""
    if name in problem.queues:
        return problem.queues.index(name)
    return len(problem.queues) + problem.pool_names.index(name)


def cover_of(problem: RosterProblem, roster: Roster) -> FloatArray:
    """Agents on each queue, then on each pool, shape (rows, slots)."""
    own = roster.coverage(problem.proficiency)
    return np.concatenate([own, problem.pool_member @ own])


def late_hours(problem: RosterProblem, cover: FloatArray) -> float:
    """Hours of deferred work, counted when they become late."""
    if not problem.deadline.any():
        return 0.0
    work = deferred_work(problem, cover[: len(problem.queues)])
    return float(np.maximum(0.0, np.diff(work.overdue_h, axis=1, prepend=0.0)).sum())


@dataclass(frozen=True, eq=False)
class Effect:
    """What a change does: agents more by row and slot, late hours less, price beside service, hours restored."""

    more: FloatArray
    late_h: float
    price: float
    restores_h: float


def effect_of(ground: Ground, change: Change, cost: Mapping[str, float] | None = None) -> Effect:
    """The effect of one change on its own; `cost` are the differences by component where they are known."""
    problem = ground.problem
    roster = change.apply(ground.roster)
    if cost is None:
        after = roster_cost(problem, roster).components
        cost = {name: value - ground.cost[name] for name, value in after.items()}
    elif problem.rules.labour:
        premium = fsum(term.value for term in premium_terms(problem, roster))
        cost = {**cost, "premium": premium - ground.cost["premium"]}
    price = fsum(value for name, value in cost.items() if name not in SERVICE)
    more = cover_of(problem, roster) - ground.cover
    touched = bool(np.any(more[: len(problem.queues)][problem.deadline]))
    late_h = ground.late_h - late_hours(problem, ground.cover + more) if touched else 0.0
    return Effect(more, late_h, price, ground.short_h - ground.short_with(roster))


def restored_in(ground: Ground, row: int, more: FloatArray) -> float:
    """Agent-hours of one row that are missing no longer with so many agents more."""
    before, after = np.maximum(0.0, ground.missing[row]), np.maximum(0.0, ground.missing[row] - more[row])
    return float((before - after).sum()) * ground.problem.grid.step_h


def hard_faults(problem: RosterProblem, roster: Roster) -> set[tuple[object, ...]]:
    """Hard violations, comparable between rosters."""
    return {
        (row.rule, row.agent, row.day, tuple(sorted(row.detail.items())))
        for row in audit_roster(problem, roster)
        if row.severity == "hard"
    }


def busy_on(ground: Ground, wanted: tuple[int, ...], agent: int, start: int, end: int) -> str:
    """What a person does in most slots of [start, end): ``wanted``, ``queue``, ``deferred`` or empty for no queue."""
    found = {"wanted": 0, "queue": 0, "deferred": 0, "": 0}
    roster = ground.roster
    inside = (roster.agent == agent) & (roster.activity == WORK) & (roster.start < end) & (roster.end > start)
    for row in np.flatnonzero(inside):
        queue = int(roster.queue[row])
        deferred = queue >= 0 and bool(ground.problem.deadline[queue])
        name = "wanted" if queue in wanted else "" if queue < 0 else "deferred" if deferred else "queue"
        found[name] += int(min(end, roster.end[row]) - max(start, roster.start[row]))
    return max(found, key=lambda name: found[name])
