"""Is this plan all right? One judgement with its reasons, and the figures behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from staffing.domain.verdict import QueueVerdict
from staffing.measures import Hours
from staffing.plan import Plan

SHORT_SHARE_MAX = 0.02
"""Short hours per required hour above which a plan is worth another look."""
LIKELY, DOUBTFUL = 0.8, 0.5
"""Chances of keeping a target that count as safe, and as open."""


class State(StrEnum):
    """How a plan or a figure stands; each has an icon, a word and a colour."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The state of a plan, and the codes and numbers that explain it, worst first."""

    state: State
    reasons: tuple[tuple[State, str, tuple[tuple[str, str | float], ...]], ...]


def queue_state(row: QueueVerdict) -> State:
    """How one queue stands: safe, open, or more likely to miss its target than to keep it."""
    if row.probability is None or row.probability >= LIKELY:
        return State.GOOD
    return State.WATCH if row.probability >= DOUBTFUL else State.BAD


def judgement(plan: Plan, hours: Hours, names: Mapping[str, str]) -> Judgement:
    """The plan's state with its reasons.

    Parameters
    ----------
    plan : Plan
        The plan.
    hours : Hours
        Its hours required and short.
    names : mapping
        Name of each queue by id.
    """
    if plan.roster is None:
        return Judgement(State.BAD, ((State.BAD, "no_roster", ()),))
    reasons: list[tuple[State, str, tuple[tuple[str, str | float], ...]]] = []
    hard = sum(violation.severity == "hard" for violation in plan.violations)
    soft = len(plan.violations) - hard
    if hard:
        reasons.append((State.BAD, "hard", (("count", hard),)))
    rows = plan.verdict.week() if plan.verdict else ()
    for wanted, code in ((State.BAD, "target_missed"), (State.WATCH, "target_open")):
        found = [names.get(row.queue, row.queue) for row in rows if queue_state(row) is wanted]
        if found:
            reasons.append((wanted, code, (("count", len(found)), ("queues", ", ".join(found)))))
    if hours.short_share > SHORT_SHARE_MAX:
        reasons.append((State.WATCH, "short", (("hours", hours.short_h), ("share", hours.short_share))))
    if soft:
        reasons.append((State.WATCH, "soft", (("count", soft),)))
    if plan.verdict is None:
        reasons.append((State.WATCH, "not_judged", ()))
    order = list(State)
    reasons.sort(key=lambda reason: -order.index(reason[0]))
    return Judgement(reasons[0][0] if reasons else State.GOOD, tuple(reasons))


def next_step(plan: Plan, judged: Judgement, is_stale: bool) -> str:
    """Code of what to do next."""
    if plan.roster is None or any(code == "hard" for _, code, _ in judged.reasons):
        return "replan"
    if is_stale:
        return "replan_stale"
    return "publish" if judged.state is State.GOOD else "look"
