"""What the tests of the audit share: a shift, a problem with free hours, and the broken rules in short."""

from dataclasses import replace
from typing import Any

from staffing.audit import audit_roster
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import Roster
from staffing.domain.rules import WorkRules
from staffing.domain.shift import ShiftType
from tests.builders import ANY_HOURS, MEAL, OPEN_8_TO_18, make_centre, make_problem, make_queue, make_scenario

FULL = "phone 240 meal 30 phone 210"
"""Eight hours with the meal of the tiny centre; 450 of its 480 minutes are paid."""
HALF = "phone 240"
"""Four hours, all paid."""
ANY_TIME = ShiftType("any", 0, 1410, 30, (240, 480), ("meal",))
ALWAYS_OPEN = replace(OPEN_8_TO_18, weekday=(((0, 1440),),) * 7)


def broken(problem: RosterProblem, roster: Roster) -> list[tuple[str, int | None, int | None]]:
    """(rule, agent, day) of every violation."""
    return [(violation.rule, violation.agent, violation.day) for violation in audit_roster(problem, roster)]


def faults(problem: RosterProblem, roster: Roster) -> list[tuple[str, Any]]:
    """(rule, fault) of every violation."""
    return [(violation.rule, violation.detail.get("fault")) for violation in audit_roster(problem, roster)]


def round_the_clock(
    *, timezone: str = "Asia/Shanghai", rules: WorkRules | None = None, shift: ShiftType = ANY_TIME, **changes: Any
) -> RosterProblem:
    """A problem with shifts at any time, a queue always open, seven days allowed and no weekly rest."""
    centre = make_centre(
        timezone=timezone,
        queues=(make_queue(hours=ALWAYS_OPEN),),
        shifts=(shift,),
        breaks=(MEAL,),
        contracts=(replace(ANY_HOURS, shifts=(shift.id,), days_max=7, weekly_minutes_max=9999),),
        rules=rules or WorkRules(weekly_rest_h=0),
    )
    return make_problem(make_scenario(centre, agents=changes.pop("agents", 1)), **changes)
