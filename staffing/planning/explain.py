"""Answers about a plan, by name and moment: who could fill a gap, why a shift, what conflicts, what rules cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.centre import Centre
from staffing.domain.problem import RosterProblem
from staffing.domain.result import SolveEvent, SolveResult
from staffing.domain.roster import Roster
from staffing.errors import SettingsError
from staffing.measures import coverage, short_hours, worst_gaps
from staffing.measures.service import Gap
from staffing.plan import Plan

if TYPE_CHECKING:
    from staffing.solver.explain import Ceiling, Filling, Findings, Reasons

CEILINGS = 200
"""Short slots looked at, the shortest first."""


@dataclass(frozen=True, slots=True)
class RuleCost:
    """What the roster could be without `rule` ("" with all): cost, hours short and a bound, None where not searched."""

    rule: str
    cost: float | None
    short_h: float | None
    bound: float | None


def queues_of(problem: RosterProblem, name: str) -> tuple[int, ...]:
    """Queue, or queues of the pool (``phone+chat``), of that name.

    Raises
    ------
    SettingsError
        When there is none.
    """
    if name in problem.queues:
        return (problem.queues.index(name),)
    if name in problem.pool_names:
        return tuple(np.flatnonzero(problem.pool_member[problem.pool_names.index(name)]).tolist())
    known = ", ".join((*problem.queues, *problem.pool_names))
    raise SettingsError(f"--queue is {name!r}, expected one of {known}")


def slot_at(problem: RosterProblem, moment: datetime) -> int:
    """Slot that holds the moment; without an offset the centre's own time is meant.

    Raises
    ------
    SettingsError
        When it lies outside the plan.
    """
    grid = problem.grid
    slot = grid.floor(moment)
    if not 0 <= slot < grid.n:
        raise SettingsError(f"--at is {moment.isoformat()}, expected a time of {grid.dates[0]} to {grid.dates[-1]}")
    return slot


def agent_of(problem: RosterProblem, name: str) -> int:
    """Number of the agent of that id.

    Raises
    ------
    SettingsError
        When there is none.
    """
    for number, agent in enumerate(problem.agents):
        if agent.id == name:
            return number
    raise SettingsError(f"--agent is {name!r}, expected the id of an agent of the plan")


def day_of(problem: RosterProblem, when: date) -> int:
    """Number of the day.

    Raises
    ------
    SettingsError
        When the plan does not hold it.
    """
    if when not in problem.grid.dates:
        raise SettingsError(f"--day is {when}, expected a day of {problem.grid.dates[0]} to {problem.grid.dates[-1]}")
    return problem.grid.dates.index(when)


def explain_gap(plan: Plan, queue: str, slot: int, *, until: int | None = None, most: int = 10) -> Filling:
    """Who could fill a gap of the plan's roster; see `staffing.solver.explain.fill_gap`.

    Raises
    ------
    SettingsError
        When there is no roster, or the queue is unknown or closed then.
    """
    from staffing.solver.explain import fill_gap

    queues = queues_of(plan.problem, queue)
    last = slot + 1 if until is None else until
    if not plan.problem.is_open[list(queues), slot:last].any():
        raise SettingsError(f"--queue {queue} is closed at {plan.problem.grid.iso(slot)}")
    return fill_gap(plan.problem, _roster(plan), queues, slot, until=until, most=most)


def explain_worst(plan: Plan, count: int = 3, *, most: int = 5) -> tuple[tuple[Gap, Filling], ...]:
    """The worst gaps of the plan, each with those who could fill it."""
    found = []
    for gap in worst_gaps(plan, count):
        if plan.problem.is_open[list(queues_of(plan.problem, gap.queue)), gap.start : gap.end].any():
            found.append((gap, explain_gap(plan, gap.queue, gap.start, until=gap.end, most=most)))
    return tuple(found)


def explain_shift(plan: Plan, agent: str, when: date) -> Reasons:
    """Why this person's day is as it is; see `staffing.solver.explain.why_shift`."""
    from staffing.solver.explain import why_shift

    return why_shift(plan.problem, _roster(plan), agent_of(plan.problem, agent), day_of(plan.problem, when))


def explain_ceilings(plan: Plan) -> tuple[Ceiling, ...]:
    """Short slots of the plan, and how many people any legal roster could have there at the most.

    Slots of deadline queues are left out: their work can wait. Of very many the shortest are looked at.
    """
    from staffing.solver.explain import ceilings

    table, problem = coverage(plan), plan.problem
    places: list[tuple[float, tuple[int, ...], int]] = []
    for names, part in table.parts:
        gap = np.where(part.is_open, part.gap, 0.0)
        for row, name in enumerate(names):
            queues = queues_of(problem, name)
            if not problem.deadline[list(queues)].any():
                places += [(float(gap[row, slot]), queues, int(slot)) for slot in np.flatnonzero(gap[row] < -0.05)]
    places = sorted(places)[:CEILINGS]
    return tuple(sorted(ceilings(problem, [place[1:] for place in places]), key=lambda one: (one.slot, one.queues)))


def floors_of(problem: RosterProblem, centre: Centre) -> FloatArray:
    """`min_agents` of the queues in their open slots, shape (queues, slots); reserves are no rows of their own."""
    least = np.zeros(problem.is_open.shape)
    for number, name in enumerate(problem.queues):
        queue = centre.queue(name)
        if not queue.is_reserve:
            least[number] = queue.min_agents
    return np.where(problem.is_open, least, 0.0)


def explain_conflicts(
    plan: Plan,
    *,
    share: float | None = None,
    seconds: float = 60.0,
    workers: int = 2,
    should_stop: Callable[[], bool] | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
) -> Findings:
    """What contradicts what among rules, leave, locked shifts, contracts and minimum staffing of the plan's problem.

    `share` asks for so much of the requirement in every slot instead of the queues' `min_agents`.
    """
    from staffing.solver.explain import find_conflicts

    floors = (
        floors_of(plan.problem, plan.scenario.centre)
        if share is None
        else share * plan.problem.required * plan.problem.is_open
    )
    return find_conflicts(
        plan.problem,
        floors,
        seconds=seconds,
        workers=workers,
        should_stop=should_stop,
        on_progress=on_progress,
    )


def explain_rules(
    plan: Plan,
    *,
    rules: Sequence[str] | None = None,
    seconds: float = 60.0,
    workers: int = 2,
    on_rule: Callable[[str, int, int], None] | None = None,
    on_event: Callable[[SolveEvent], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[RuleCost, ...]:
    """The price of every rule: cost and hours short with all rules, and without each; the dearest first."""
    from staffing.solver.explain import rule_prices

    found = rule_prices(
        plan.problem,
        plan.roster,
        rules=rules,
        seconds=seconds,
        seed=plan.settings.seed,
        workers=workers,
        on_rule=on_rule,
        on_event=on_event,
        should_stop=should_stop,
    )
    rows = [_rule_cost(plan, one.rule, one.problem, one.result) for one in found]
    base, rest = rows[:1], rows[1:]
    return (*base, *sorted(rest, key=lambda row: (row.cost is None, row.cost or 0.0)))


def _rule_cost(plan: Plan, rule: str, problem: RosterProblem, result: SolveResult | None) -> RuleCost:
    if result is None or result.roster is None:
        return RuleCost(rule, None, None, None)
    return RuleCost(rule, result.objective, short_hours(with_roster(plan, problem, result)).short_h, result.bound)


def with_roster(plan: Plan, problem: RosterProblem, result: SolveResult) -> Plan:
    """The plan with another problem's roster in place of its own, for its figures."""
    return replace(plan, problem=problem, result=result, cost=result.cost, verdict=None, violations=result.reasons)


def _roster(plan: Plan) -> Roster:
    if plan.roster is None:
        raise SettingsError("the plan holds no roster, so there is nothing to fill or to ask about")
    return plan.roster
