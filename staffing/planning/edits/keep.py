"""An edited roster as a plan of its own: judged by the audit now, by simulation when asked."""

from collections.abc import Callable
from dataclasses import replace

from staffing.domain.roster import Roster
from staffing.files import rejudged
from staffing.plan import Plan
from staffing.planning.on_call import with_calls
from staffing.planning.steps import FIXES, judge_plan, level_on_roster


def edited_plan(plan: Plan, roster: Roster) -> Plan:
    """`plan` with another roster: audited and priced anew, with no bound and no simulation of its own.

    A new shift inside an on-call turn of its person is a call.
    """
    plan = with_calls(plan, roster)
    changed = rejudged(replace(plan, result=replace(plan.result, roster=roster)))
    return replace(changed, requirement=level_on_roster(plan.requirement, plan.problem, roster))


def simulated_again(plan: Plan, *, workers: int = 1, on_step: Callable[[str], None] | None = None) -> Plan:
    """`plan` with the simulated service of the roster it holds now, on draws that no search has seen.

    Raises
    ------
    ValueError
        When the plan has no roster.
    """
    if plan.roster is None:
        raise ValueError("there is no roster to simulate")
    if on_step is not None:
        on_step("simulation")
    replications = max(1, plan.settings.replications)
    return replace(plan, verdict=judge_plan(plan, plan.roster, replications=replications, workers=workers, fixes=FIXES))
