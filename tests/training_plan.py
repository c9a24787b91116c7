"""The tiny plan with a session of a course in its roster."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from staffing.audit import audit_roster, roster_cost
from staffing.domain.assemble import roster_problem
from staffing.domain.people import Activity
from staffing.domain.training import Course, LeftNeed, Need, SessionGroup, Training
from staffing.plan import Plan
from tests.builders import MONDAY, make_roster
from tests.plans import make_plan_value

SHIFT = "phone 120 training 60 phone 60 meal 30 email 210"


def plan_with_a_session(first: str = SHIFT) -> Plan:
    """The tiny plan with a quiz of one person on Monday, and another session that was not asked for."""
    plan = make_plan_value()
    zone = plan.problem.grid.zone
    begin = datetime.combine(MONDAY, time(), zone)
    needs = [Need(agent, "quiz", 1, MONDAY, "first", MONDAY, MONDAY) for agent in ("a1", "a2")]
    course = Course("quiz", "Quiz", "test", date(2026, 1, 5), (60,), 0)
    training = Training(
        (course,),
        taken=True,
        groups=(SessionGroup("quiz.1.1", "quiz", (needs[0],)),),
        left=(LeftNeed(needs[1], "per_week"),),
    )
    activity = Activity("quiz.1.1", "training", ("a1",), 60, begin, begin + timedelta(days=1))
    agents = tuple(replace(agent, id=f"a{n}") for n, agent in enumerate(plan.scenario.agents, start=1))
    scenario = replace(plan.scenario, agents=agents, activities=(activity,), training=training)
    problem = roster_problem(scenario, plan.requirement, plan.table)
    roster = make_roster(
        problem,
        (0, 0, "08:00", first),
        (1, 0, "10:00", "phone 240 meal 30 email 210"),
    )
    cost = roster_cost(problem, roster)
    result = replace(plan.result, roster=roster, objective=cost.total, cost=cost)
    return replace(
        plan,
        scenario=scenario,
        problem=problem,
        result=result,
        cost=cost,
        violations=audit_roster(problem, roster),
    )
