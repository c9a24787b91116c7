"""The hand-made plan with a worst interval, a fix and joint chances."""

from dataclasses import replace

from staffing.domain.verdict import Fix, WorstInterval
from staffing.plan import Plan
from tests.plans import make_plan_value

WORST = WorstInterval("phone", 18, 0.8, 0.71, 0.66, 0.76, 40.0, 1.0, 1.0)
FIX = Fix("phone", 0, 18, 22, "", 2.0, 80.0, 0.8, 0.78, 0.815, 0.021, 0.049, 0.4, 0.71, 9.0, 12)


def judged_plan() -> Plan:
    """Monday 09:00 is the phone's worst half hour, and an agent from 9 to 11 the best fix."""
    plan = make_plan_value()
    assert plan.verdict is not None
    rows = tuple(replace(row, probability=0.7) for row in plan.verdict.rows)
    verdict = replace(
        plan.verdict, rows=rows, worst=(WORST,), fixes=(FIX,), probability_all=0.41, probability_week=0.62
    )
    return replace(plan, verdict=verdict)
