"""A small finished plan with a pool of two queues, made by hand."""

from dataclasses import replace

import numpy as np

from staffing.audit import audit_roster, roster_cost
from staffing.domain.assemble import roster_problem
from staffing.domain.requirement import PoolNeed, ServiceCurve
from staffing.plan import Plan
from tests.builders import make_agent, make_centre, make_queue, make_requirement, make_roster, make_scenario, make_table
from tests.plans import make_plan_value

QUEUES = ("phone", "video", "chat")
STEPS = 7 * 48
NET = 0.8
"""Agents present per agent rostered."""


def pooled_plan(rows: tuple[float, ...] = (1.0, 1.0, 0.5), pool: float = 4.0) -> Plan:
    """Phone and video need `pool` agents together, chat its own; on Monday two work on the phone and one on video."""
    centre = make_centre(slot_min=15, queues=tuple(make_queue(name) for name in QUEUES))
    people = [make_agent(i, ("phone", "video")) for i in range(3)]
    scenario = make_scenario(centre, people)
    requirement = make_requirement(scenario, make_table(), agents=np.array(rows)[:, None])
    needed = np.full(STEPS, pool)
    curve = ServiceCurve(("phone", "video"), np.zeros(STEPS), np.tile([0.0, 0.3, 0.6, 0.9, 0.95], (STEPS, 1)))
    pools = (PoolNeed(("phone", "video"), NET * needed, needed, np.full(STEPS, 0.92)),)
    requirement = replace(
        requirement,
        agents=NET * requirement.agents,
        pools=pools,
        curves=(curve,),
        load_erl=requirement.agents,
        absent_share=np.full(requirement.agents.shape, 1.0 - NET),
    )
    problem = roster_problem(scenario, requirement, make_table())
    rows_ = [(0, 0, "08:00", "phone 240"), (1, 0, "08:00", "phone 240"), (2, 0, "08:00", "video 240")]
    roster = make_roster(problem, *rows_)
    plan = make_plan_value()
    cost = roster_cost(problem, roster)
    return replace(
        plan,
        scenario=scenario,
        requirement=requirement,
        problem=problem,
        result=replace(plan.result, roster=roster, cost=cost, objective=cost.total),
        violations=audit_roster(problem, roster),
        cost=cost,
        verdict=None,
    )
