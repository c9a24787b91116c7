"""From scenario to plan: the only room that knows the order of the steps."""

from staffing.planning.again import ReplanSettings, replan
from staffing.planning.capacity import SCENARIOS, WhatIf, compare_capacity, what_if
from staffing.planning.crew import CrewAdvice, designs, recommend_crew
from staffing.planning.explain import (
    RuleCost,
    explain_ceilings,
    explain_conflicts,
    explain_gap,
    explain_rules,
    explain_shift,
    explain_worst,
)
from staffing.planning.need import weekly_need
from staffing.planning.steps import judge, level_on_roster, make_forecast, make_requirement, plan_days, plan_table
from staffing.planning.today import update_forecast
from staffing.planning.whole import make_plan, package_versions

__all__ = [
    "SCENARIOS",
    "CrewAdvice",
    "ReplanSettings",
    "RuleCost",
    "WhatIf",
    "compare_capacity",
    "designs",
    "explain_ceilings",
    "explain_conflicts",
    "explain_gap",
    "explain_rules",
    "explain_shift",
    "explain_worst",
    "judge",
    "level_on_roster",
    "make_forecast",
    "make_plan",
    "make_requirement",
    "package_versions",
    "plan_days",
    "plan_table",
    "recommend_crew",
    "replan",
    "update_forecast",
    "weekly_need",
    "what_if",
]
