"""On-call duties of a plan: given out after the shifts, exchanged by hand, and why somebody has a turn or cannot."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np

from staffing.audit.on_call import why_not, worked
from staffing.audit.price_on_call import on_call_cost
from staffing.domain.centre import Scenario
from staffing.domain.on_call import CalledOut, Candidate, OnCallPlan, OnCallProblem, Pairs, TurnAnswer
from staffing.domain.on_call_assemble import on_call_problem, turns_before
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Status
from staffing.domain.roster import Roster
from staffing.errors import SettingsError
from staffing.files.plan_read import with_places
from staffing.plan import Plan, PlanSettings
from staffing.planning.standing import with_locked

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
    """The roster problem with no shifts in the published turns that stand: they are blocked for those who have them.

    Where time on call is working time, so is its rest; shifts that stand anyway stay. Turns that began before the
    horizon are blocked as far as they run into it, and shifts after a call stand.
    """
    duties = stated_on_call(scenario, problem, reference=reference, frozen_until=until)
    if duties is None or reference.on_call is None:
        return problem
    called = {(call.turn, call.agent) for call in duties.called}
    spans: dict[bool, list[tuple[int, int, int]]] = {True: [], False: []}
    for turn, agent in duties.locked:
        row, is_called = duties.turns[turn], (turn, agent) in called
        rest = math.ceil(duties.rest_h / problem.grid.step_h) if duties.counting[row.duty] and not is_called else 0
        spans[is_called].append((agent, row.start - rest, row.end + rest))
    number = {agent.id: index for index, agent in enumerate(problem.agents)}
    past = turns_before(scenario, problem.grid, reference.on_call.named())
    spans[False] += [(number[agent], 0, end) for agent, _, end in past if agent in number]
    if reference.roster is not None:
        problem = with_locked(problem, reference.roster, spans[True])
    blocked = np.array(problem.blocked)
    for agent, start, end in spans[False]:
        blocked[agent, max(0, start) : max(0, end)] = True
    if problem.locked is not None:
        blocked &= np.array(problem.blocked) | ~problem.locked.present()
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
        if who == agent and (number, who) not in called and _could_work(problem, number, start, end):
            return number
    return None


def _could_work(problem: OnCallProblem, number: int, start: int, end: int) -> bool:
    turn = problem.turns[number]
    soonest = turn.start + -(-problem.duties[turn.duty].response_min // problem.grid.step_min)
    return soonest <= start and end <= turn.end


def called_extra(found: OnCallPlan, turn: int, agent: int, minutes: int) -> float:
    """What a call costs beside the wage of the shift."""
    return found.problem.called_cents(CalledOut(turn, agent, minutes)) / 100


def with_calls(plan: Plan, roster: Roster) -> Plan:
    """The plan with its calls as `roster` has them: a shift that is new in a turn of its person is a call.

    A call whose shift goes is none any more; one that only on_call.csv tells of stays.
    """
    found = plan.on_call
    if found is None or plan.roster is None:
        return plan
    was, now = _minutes_in_turns(found, plan.roster), _minutes_in_turns(found, roster)
    told = {(call.turn, call.agent): call.minutes for call in found.problem.called}
    calls = told | {pair: now.get(pair, 0) for pair in found.pairs if now.get(pair) != was.get(pair)}
    if calls == told:
        return plan
    called = tuple(CalledOut(*pair, minutes) for pair, minutes in calls.items() if minutes)
    stated = replace(found.problem, called=called)
    cost = on_call_cost(stated, found.pairs)
    return replace(plan, on_call=replace(found, problem=stated, cost=cost, bound=None, status=Status.FEASIBLE))


def _minutes_in_turns(found: OnCallPlan, roster: Roster) -> dict[tuple[int, int], int]:
    """Minutes of the shifts that lie in each place (turn, agent) and could follow a call."""
    minutes: dict[tuple[int, int], int] = {}
    for shift in roster.shifts():
        for number, who in found.pairs:
            if who == shift.agent and _could_work(found.problem, number, shift.start, shift.end):
                pair = number, who
                minutes[pair] = minutes.get(pair, 0) + (shift.end - shift.start) * roster.grid.step_min
    return minutes


def exchanged(plan: Plan, pairs: Pairs) -> Plan:
    """The plan with other places, as somebody gave them out by hand: audited and priced anew, with no bound.

    Raises
    ------
    ValueError
        When the plan has no on-call duties, a place names what is not there, or that of somebody called is gone.
    """
    if plan.on_call is None:
        raise ValueError("the plan has no on-call duties, expected one that has")
    held = tuple(sorted(set(pairs)))
    called = {(call.turn, call.agent) for call in plan.on_call.problem.called}
    for place in called.intersection(plan.on_call.pairs).difference(held):
        raise ValueError(f"pairs lacks {place}, expected every place whose person was called")
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
