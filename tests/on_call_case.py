"""A tiny centre with on-call duties for tests: slots of an hour, everybody has agreed to everything."""

from dataclasses import replace
from typing import Any

from staffing.audit.on_call import plan_faults
from staffing.audit.price_on_call import on_call_cost
from staffing.domain.on_call import NamedTurn, OnCallDuty, OnCallPlan, OnCallProblem, OnCallRules
from staffing.domain.on_call_assemble import on_call_problem
from staffing.domain.people import Agent
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Status, StopReason
from staffing.domain.roster import Roster
from staffing.plan import Plan
from tests.builders import ShiftRow, make_agent, make_centre, make_problem, make_roster, make_scenario
from tests.plans import make_plan_value

NIGHT = OnCallDuty("night", 18 * 60, 32 * 60, pay=20.0, pay_share=0.1)


def people(count: int, duties: tuple[OnCallDuty, ...] = (NIGHT,), **changes: Any) -> tuple[Agent, ...]:
    """Agents with a wage of 40 who agree to all duties."""
    return tuple(make_agent(n, on_call=tuple(duty.id for duty in duties), **changes) for n in range(count))


def on_call_case(
    *shifts: ShiftRow,
    duties: tuple[OnCallDuty, ...] = (NIGHT,),
    agents: int | tuple[Agent, ...] = 2,
    rules: OnCallRules | None = None,
    days: int = 7,
    published: tuple[NamedTurn, ...] = (),
    published_days: tuple[int, int] = (0, 0),
    frozen_until: int = 0,
    work_rules: dict[str, Any] | None = None,
    scenario_changes: dict[str, Any] | None = None,
    **changes: Any,
) -> tuple[RosterProblem, OnCallProblem, Roster]:
    """Roster problem, on-call problem and a roster of the shifts."""
    crew = people(agents, duties) if isinstance(agents, int) else agents
    centre = make_centre(on_call=duties, on_call_rules=rules or OnCallRules())
    centre = replace(centre, rules=replace(centre.rules, **(work_rules or {})))
    scenario = make_scenario(centre, crew, **(scenario_changes or {}))
    problem = make_problem(scenario, days=days, **changes)
    stated = on_call_problem(
        scenario, problem, published=published, published_days=published_days, frozen_until=frozen_until
    )
    assert stated is not None
    return problem, stated, make_roster(problem, *shifts)


def on_call_plan(names: tuple[str, ...] = ("Ann", "=cmd()"), duties: tuple[OnCallDuty, ...] = (NIGHT,)) -> Plan:
    """The small plan made by hand with a night on call every day; a0 has the even days, the last night is open."""
    plan = make_plan_value(names)
    agents = tuple(replace(agent, on_call=tuple(duty.id for duty in duties)) for agent in plan.scenario.agents)
    scenario = replace(plan.scenario, agents=agents, centre=replace(plan.scenario.centre, on_call=duties))
    problem = replace(plan.problem, agents=agents)
    stated = on_call_problem(scenario, problem)
    assert stated is not None
    pairs = tuple((turn, turn % 2) for turn in range(len(stated.turns) - 1))
    cost = on_call_cost(stated, pairs)
    made = OnCallPlan(stated, pairs, Status.FEASIBLE, StopReason.TIME_LIMIT, cost, 900.0, pairs[:1])
    plan = replace(plan, scenario=scenario, problem=problem, on_call=made)
    return replace(plan, violations=plan.violations + plan_faults(problem, plan.result.roster, made))
