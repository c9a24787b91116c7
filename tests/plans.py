"""A small finished plan made by hand, without forecast, solver or simulation."""

from dataclasses import replace
from typing import Any

import numpy as np

from staffing.audit import audit_roster, roster_cost
from staffing.domain.assemble import roster_problem
from staffing.domain.demand import Forecast
from staffing.domain.requirement import ServiceCurve, Workload
from staffing.domain.result import SolveResult, Status, StopReason
from staffing.domain.verdict import QueueVerdict, Verdict
from staffing.plan import Plan, PlanSettings
from tests.builders import (
    make_agent,
    make_centre,
    make_email,
    make_queue,
    make_requirement,
    make_roster,
    make_scenario,
    make_table,
)

DAY = "phone 240 meal 30 email 210"


def make_plan_value(names: tuple[str, ...] = ("Ann", "=cmd()"), **changes: Any) -> Plan:
    """Two agents, phone and e-mail, two shifts on Monday and one on Tuesday; wants one agent on the phone."""
    centre = make_centre(queues=(make_queue(), make_email()), currency="CNY")
    people = [make_agent(i, ("phone", "email"), name=name) for i, name in enumerate(names)]
    scenario = replace(make_scenario(centre, people), digest="ab" * 32)
    table = make_table()
    steps = 7 * 48
    arrived = np.zeros(steps)
    arrived[16:] = 6.0
    due = np.zeros(steps)
    due[48 + 20 :] = 5.0
    requirement = make_requirement(scenario, table, agents=[[1.0], [0.0]], workload=(Workload("email", arrived, due),))
    curve = ServiceCurve(("phone",), np.zeros(steps), np.tile([0.0, 0.85, 0.99], (steps, 1)))
    requirement = replace(requirement, curves=(curve,))
    problem = roster_problem(scenario, requirement, table)
    roster = make_roster(problem, (0, 0, "08:00", DAY), (1, 0, "10:00", DAY), (0, 1, "09:00", "phone 240"))
    cost = roster_cost(problem, roster)
    flat = np.ones((2, steps))
    rows = tuple(
        QueueVerdict(queue, day, 0.8, 0.85, 0.82, 0.8, 0.84, 0.7, 0.6, 0.02, 100.0)
        for queue in ("phone", "email")
        for day in (None, *range(7))
    )
    plan = Plan(
        scenario=scenario,
        settings=PlanSettings(first_day=requirement.grid.first_day),
        table=table,
        forecast=Forecast(
            requirement.grid,
            requirement.queues,
            *(flat * level for level in (2.0, 1.0, 3.0, 0.5, 4.0, 300.0)),
            day_cv=np.full((2, 7), 0.1),
            interval_cv=flat * 0.05,
            method=("given", "given"),
        ),
        requirement=requirement,
        problem=problem,
        result=SolveResult(
            roster, Status.FEASIBLE, StopReason.TIME_LIMIT, cost.total, cost.total * 0.9, cost.fixed, cost, 1, "by hand"
        ),
        violations=audit_roster(problem, roster),
        cost=cost,
        verdict=Verdict(50, 2, rows, flat, "by hand"),
        versions={"staffing": "0.1.0"},
    )
    return replace(plan, **changes)


def without_roster(plan: Plan) -> Plan:
    """The same plan with no roster found."""
    nothing = replace(
        plan.result,
        roster=None,
        status=Status.NONE,
        stop_reason=StopReason.NO_PLAN,
        objective=None,
        bound=None,
        cost=None,
    )
    return replace(plan, result=nothing, cost=None, verdict=None, violations=())
