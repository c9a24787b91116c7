"""The rules by name, in the order of the documentation."""

from collections.abc import Mapping

from staffing.audit import (
    activities,
    average_hours,
    break_duty,
    breaks,
    consecutive_days,
    contract_days,
    contract_hours,
    day_hours,
    locked,
    month_overtime,
    night_length,
    nights,
    one_place,
    opening_hours,
    period_hours,
    period_weekends,
    rest,
    rotation,
    shift_window,
    skills,
    span,
    start_band,
    successions,
    time_off,
    weekends,
    weekly_rest,
)
from staffing.audit.terms import Check, same_ground
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Violation
from staffing.domain.roster import Roster

RULES: Mapping[str, Check] = {
    "one_place": one_place.check,
    "shift_window": shift_window.check,
    "breaks": breaks.check,
    "contract_hours": contract_hours.check,
    "contract_days": contract_days.check,
    "rest": rest.check,
    "consecutive_days": consecutive_days.check,
    "weekly_rest": weekly_rest.check,
    "weekends": weekends.check,
    "start_band": start_band.check,
    "successions": successions.check,
    "nights": nights.check,
    "period_hours": period_hours.check,
    "period_weekends": period_weekends.check,
    "rotation": rotation.check,
    "day_hours": day_hours.check,
    "month_overtime": month_overtime.check,
    "average_hours": average_hours.check,
    "break_duty": break_duty.check,
    "night_length": night_length.check,
    "time_off": time_off.check,
    "skills": skills.check,
    "opening_hours": opening_hours.check,
    "locked": locked.check,
    "activities": activities.check,
    "span": span.check,
}
"""Rule name -> its check, which yields the violations of that rule alone."""


def audit_roster(problem: RosterProblem, roster: Roster) -> tuple[Violation, ...]:
    """Everything `roster` breaks, rule by rule in the order of `RULES`; empty when all holds.

    No solver is asked: each rule is computed from the segments alone.

    Raises
    ------
    ValueError
        When the roster's grid, agents or queues are not those of the problem.
    """
    same_ground(problem, roster)
    return tuple(violation for check in RULES.values() for violation in check(problem, roster))
