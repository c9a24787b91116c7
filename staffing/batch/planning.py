"""One team's plan as a task: it holds all it needs, so that any process or host can make it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from staffing.domain.centre import Scenario
from staffing.plan import Plan, PlanSettings

if TYPE_CHECKING:
    from staffing.planning import ReplanSettings


@dataclass(frozen=True, eq=False)
class TeamTask:
    """A scenario to plan, or with `before` to plan again within `limits`; the search stops at `until_s` (epoch)."""

    scenario: Scenario
    settings: PlanSettings
    before: Plan | None = None
    limits: ReplanSettings | None = None
    until_s: float | None = None


def plan_team(task: TeamTask, *, should_stop: Callable[[], bool] | None = None) -> Plan:
    """The plan of the task."""
    from staffing.planning import make_plan, replan

    def late() -> bool:
        return (task.until_s is not None and time.time() >= task.until_s) or bool(should_stop and should_stop())

    if task.before is None:
        return make_plan(task.scenario, task.settings, should_stop=late)
    return replan(task.scenario, task.before, task.settings, task.limits, should_stop=late)


def try_team(task: TeamTask) -> Plan | Exception | None:
    """The plan, what went wrong, or None where time ran out: one team's fault must not end the others' work."""
    try:
        plan = plan_team(task)
    except Exception as error:  # noqa: BLE001 - told by the caller, with the team's name
        return error
    return None if task.until_s is not None and time.time() >= task.until_s else plan
