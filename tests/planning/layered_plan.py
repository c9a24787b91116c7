"""A finished plan with a requirement of its own forecast, for tests that change its layers."""

from dataclasses import replace
from functools import cache

from staffing.audit import audit_roster, roster_cost
from staffing.domain.assemble import roster_problem
from staffing.forecast import forecast_demand
from staffing.plan import Plan
from staffing.planning import make_requirement
from tests.builders import make_roster
from tests.plans import DAY
from tests.ui.forecast_plan import make_forecast_plan


@cache
def make_layered_plan() -> Plan:
    """Phone and callbacks derived from it, open by day, and e-mail; two agents at work on Monday."""
    plan = make_forecast_plan(42, layers=False)
    phone, email, callback, _ = plan.scenario.centre.queues
    hours = plan.scenario.centre.queue("phone").hours or email.hours
    queues = (replace(phone, hours=hours), email, replace(callback, hours=hours))
    scenario = replace(plan.scenario, centre=replace(plan.scenario.centre, queues=queues))
    forecast = forecast_demand(scenario, plan.table, plan.forecast.grid.first_day, 7)
    requirement = make_requirement(scenario, forecast, plan.table)
    problem = roster_problem(scenario, requirement, plan.table)
    roster = make_roster(problem, (0, 0, "08:00", DAY), (1, 0, "10:00", DAY), (0, 1, "09:00", "phone 240"))
    return replace(
        plan,
        scenario=scenario,
        forecast=forecast,
        requirement=requirement,
        problem=problem,
        result=replace(plan.result, roster=roster),
        cost=roster_cost(problem, roster),
        violations=audit_roster(problem, roster),
    )
