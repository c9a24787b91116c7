"""On-call duties of a plan: given out after the shifts, exchanged by hand, and why somebody has a turn or cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np

from staffing.audit.on_call import why_not, worked
from staffing.audit.price_on_call import on_call_cost
from staffing.domain.centre import Scenario
from staffing.domain.on_call import CalledOut, Candidate, OnCallPlan, OnCallProblem, Pairs, TurnAnswer
from staffing.domain.on_call_assemble import on_call_problem
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Status
from staffing.domain.roster import Roster
from staffing.errors import SettingsError
from staffing.files.plan_read import with_places
from staffing.plan import Plan, PlanSettings

TIME_SHARE, TIME_MAX_S = 0.1, 20.0
"""Share of the time limit, and seconds at most, for giving out the places."""


def plan_on_call(
    scenario: Scenario,
    problem: RosterProblem,
    roster: Roster,
    settings: PlanSettings,
    *,
    reference: Plan | None = None,
    frozen_until: int = 0,
    should_stop: Callable[[], bool] | None = None,
) -> OnCallPlan | None:
    """Give out the on-call turns beside a roster; None where the centre has none.

    With a `reference` its places are the published ones: those before slot `frozen_until` stand, others have a price.
    """
    duties = stated_on_call(scenario, problem, reference=reference, frozen_until=frozen_until)
    if duties is None:
        return None
    from staffing.solver.cpsat.on_call import assign_on_call

    return assign_on_call(
        problem,
        duties,
        roster,
        time_limit_s=min(TIME_MAX_S, max(1.0, TIME_SHARE * settings.time_limit_s)),
        seed=settings.seed,
        workers=max(1, settings.workers),
        reproducible=settings.reproducible,
        should_stop=should_stop,
    )


def stated_on_call(
    scenario: Scenario, problem: RosterProblem, *, reference: Plan | None = None, frozen_until: int = 0
) -> OnCallProblem | None:
    """The on-call problem beside a roster problem, with what a reference plan published."""
    if reference is None or reference.on_call is None:
        return on_call_problem(scenario, problem)
    first = (reference.problem.grid.first_day - problem.grid.first_day).days
    return on_call_problem(
        scenario,
        problem,
        published=reference.on_call.named(),
        published_days=(max(0, first), min(problem.grid.days, first + reference.problem.grid.days)),
        frozen_until=frozen_until,
    )


def free_for_turns(scenario: Scenario, problem: RosterProblem, reference: Plan, until: int) -> RosterProblem:
    """The roster problem with no shifts in the published turns that stand: they are blocked for those who have them."""
    duties = stated_on_call(scenario, problem, reference=reference, frozen_until=until)
    if duties is None or not duties.locked:
        return problem
    blocked = np.array(problem.blocked)
    for turn, agent in duties.locked:
        blocked[agent, duties.turns[turn].start : duties.turns[turn].end] = True
    return replace(problem, blocked=blocked)


def callable_problem(plan: Plan) -> RosterProblem:
    """The plan's problem in which people on call may be given a shift in their turn, if they are not away.

    Planning again blocks that time, so that nobody is given an ordinary shift in it.
    """
    problem, found = plan.problem, plan.on_call
    if found is None:
        return problem
    first = 0 if plan.replanned is None else plan.replanned.frozen_until
    blocked = np.array(problem.blocked)
    for number, agent in found.pairs:
        turn = found.problem.turns[number]
        span = np.zeros(problem.grid.n, dtype=bool)
        span[max(first, turn.start) : max(first, turn.end)] = True
        for start, end in found.problem.away_of.get(agent, ()):
            span[max(0, start) : max(0, end)] = False
        blocked[agent, span] = False
    return problem if np.array_equal(blocked, problem.blocked) else replace(problem, blocked=blocked)


def called_turn(found: OnCallPlan | None, agent: int, start: int, end: int) -> int | None:
    """Number of the turn in which an agent could be called to work from slot `start` to `end`; None for none.

    Called when the turn begins at the soonest, the person is at work `response_min` later.
    """
    if found is None:
        return None
    problem = found.problem
    called = {(call.turn, call.agent) for call in problem.called}
    for number, who in found.pairs:
        turn = problem.turns[number]
        soonest = turn.start + -(-problem.duties[turn.duty].response_min // problem.grid.step_min)
        if who == agent and (number, who) not in called and soonest <= start and end <= turn.end:
            return number
    return None


def called_extra(found: OnCallPlan, turn: int, agent: int, minutes: int) -> float:
    """What a call costs beside the wage of the shift."""
    return found.problem.called_cents(CalledOut(turn, agent, minutes)) / 100


def with_calls(plan: Plan, roster: Roster) -> Plan:
    """The plan with every shift of `roster` that is new and lies in a turn of its person told as a call."""
    found = plan.on_call
    if found is None or plan.roster is None:
        return plan
    before = {(shift.agent, shift.start, shift.end) for shift in plan.roster.shifts()}
    calls = list(found.problem.called)
    for shift in roster.shifts():
        turn = called_turn(found, shift.agent, shift.start, shift.end)
        if turn is not None and (shift.agent, shift.start, shift.end) not in before:
            calls.append(CalledOut(turn, shift.agent, (shift.end - shift.start) * roster.grid.step_min))
    if len(calls) == len(found.problem.called):
        return plan
    stated = replace(found.problem, called=tuple(calls))
    cost = on_call_cost(stated, found.pairs)
    return replace(plan, on_call=replace(found, problem=stated, cost=cost, bound=None, status=Status.FEASIBLE))


def exchanged(plan: Plan, pairs: Pairs) -> Plan:
    """The plan with other places, as somebody gave them out by hand: audited and priced anew, with no bound.

    Raises
    ------
    ValueError
        When the plan has no on-call duties, or a place names what is not there.
    """
    if plan.on_call is None:
        raise ValueError("the plan has no on-call duties, expected one that has")
    held = tuple(sorted(set(pairs)))
    locked = tuple(pair for pair in plan.on_call.locked if pair in held)
    return with_places(plan, replace(plan.on_call, pairs=held, locked=locked))


def turn_of(plan: Plan, duty: str, when: date) -> int:
    """Number of the turn of a duty that begins on a day.

    Raises
    ------
    SettingsError
        When the plan has no such duty, or it is not held on that day.
    """
    if plan.on_call is None:
        raise SettingsError("the plan has no on-call duties; [[on_call]] in centre.toml defines them")
    problem = plan.on_call.problem
    known = [one.id for one in problem.duties]
    if duty not in known:
        raise SettingsError(f"--on-call is {duty!r}, expected one of {', '.join(known)}")
    for number, turn in enumerate(problem.turns):
        if known[turn.duty] == duty and problem.date_of(turn) == when:
            return number
    raise SettingsError(f"--day is {when}, expected a day of the plan on which {duty} is held")


def explain_turn(plan: Plan, turn: int) -> TurnAnswer:
    """Who has a turn, who else could have it and at what price, and what keeps the others from it.

    People who have not agreed to any duty are left out.
    """
    on_call, roster = plan.on_call, plan.roster
    if on_call is None or roster is None:
        raise ValueError("the plan has no on-call duties, expected one that has")
    problem, ground = on_call.problem, worked(plan.problem, roster)
    holders = on_call.agents_of[turn]
    full = on_call.open[turn] == 0
    base = tuple(pair for pair in on_call.pairs if not (full and pair == (turn, holders[0])))
    able, refused = list[Candidate](), list[Candidate]()
    for agent, person in enumerate(plan.problem.agents):
        if agent in holders:
            able.append(Candidate(agent, True, (), 0.0))
            continue
        if not person.on_call:
            continue
        faults = why_not(problem, ground, base, turn, agent)
        cost = on_call_cost(problem, tuple(sorted((*base, (turn, agent))))).total - on_call.cost.total
        row = Candidate(agent, False, faults, round(cost, 2))
        (refused if faults else able).append(row)
    able.sort(key=lambda row: (not row.has_turn, row.change, row.agent))
    return TurnAnswer(turn, on_call.open[turn], tuple(able), tuple(refused))
