"""What must be seen before a plan is published; a hard rule broken forbids it."""

from dataclasses import dataclass

from staffing.measures import Hours, service_floor
from staffing.plan import Plan
from staffing.ui.facts.verdict import SHORT_SHARE_MAX, State, judgement

GAP_MAX = 0.02
"""Distance to the bound above which a longer search may pay."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist: its catalogue code, state, and the number it shows."""

    code: str
    state: State
    value: float | None


def checks(plan: Plan, hours: Hours) -> tuple[Check, ...]:
    """The checklist, in order."""
    hard = sum(violation.severity == "hard" for violation in plan.violations)
    soft = len(plan.violations) - hard
    states = {code: state for state, code, _ in judgement(plan, hours, {}).reasons}
    service = states.get("target_missed", states.get("target_open", State.GOOD))
    gap = plan.result.gap_total
    return (
        Check("roster", State.BAD if plan.roster is None else State.GOOD, None),
        Check("hard", State.BAD if hard else State.GOOD, hard),
        Check("soft", State.WATCH if soft else State.GOOD, soft),
        Check(
            "service",
            service if plan.verdict else State.WATCH,
            service_floor(plan.verdict) if plan.verdict else None,
        ),
        Check("short", State.WATCH if hours.short_share > SHORT_SHARE_MAX else State.GOOD, hours.short_share),
        Check("gap", State.WATCH if gap is None or gap > GAP_MAX else State.GOOD, gap),
    )


def may_publish(plan: Plan) -> bool:
    """Only a legal roster leaves the house; a weak one may, knowingly."""
    return plan.is_legal
