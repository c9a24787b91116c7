"""What a scenario comes to: the figures that scenarios are compared by."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from staffing.measures.coverage import coverage
from staffing.measures.hours import short_hours
from staffing.measures.service import service_floor
from staffing.plan import Plan

KINDS = ("quick", "full", "need")
"""``quick``: the roster that there is; ``full``: a roster searched for the scenario; ``need``: no roster at all."""


@dataclass(frozen=True, slots=True)
class QueueOutcome:
    """One queue in a scenario; figures of the service are None where nothing was simulated."""

    queue: str
    contacts: float
    required_h: float
    short_h: float
    target: float | None
    service_level: float | None
    low95: float | None
    high95: float | None
    probability: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A scenario in figures.

    `contacts` of all queues, `required_h` agent-hours on the roster that would fill every row (agents who fill several
    count once), `assigned_h` those that are, `short_h` and `over_h` as `staffing.measures.Hours`. `cost` is the
    roster's with the prices of what is missing, `wages` the part paid to people. `probability_all` is the chance that
    every queue keeps its target on every day, `service_floor` the smallest service relative to its target.
    `violations` are hard rules that the roster breaks in this scenario. `people` are agents, `changed_days` days of
    people that differ from the plan's roster (None: not known).
    """

    name: str
    kind: str
    contacts: float
    required_h: float
    assigned_h: float | None
    short_h: float | None
    over_h: float | None
    cost: float | None
    wages: float | None
    service_floor: float | None
    probability_all: float | None
    probability_week: float | None
    violations: int | None
    people: int
    changed_days: int | None
    gap: float | None
    queues: tuple[QueueOutcome, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @staticmethod
    def of_dict(data: Mapping[str, Any]) -> "Outcome":
        """The outcome that `as_dict` gave.

        Raises
        ------
        TypeError
            When the data have other fields.
        """
        return Outcome(**{**data, "queues": tuple(QueueOutcome(**row) for row in data["queues"])})


def outcome_of(plan: Plan, name: str, kind: str, *, changed_days: int | None = None) -> Outcome:
    """Figures of a plan that was made for a scenario."""
    hours, table = short_hours(plan), coverage(plan)
    known = plan.roster is not None
    verdict = plan.verdict
    week = {} if verdict is None else {row.queue: row for row in verdict.week()}
    rows = []
    for row, queue in enumerate(table.queues):
        is_open = table.is_open[row]
        need = np.where(is_open, table.required[row], 0.0)
        gap = np.where(is_open, np.maximum(0.0, -table.gap[row]), 0.0)
        seen = week.get(queue)
        rows.append(
            QueueOutcome(
                queue,
                float(plan.forecast.volume[plan.forecast.queues.index(queue)].sum()),
                float(need.sum() * table.grid.step_h),
                float(gap.sum() * table.grid.step_h),
                None if seen is None else seen.target,
                None if seen is None else seen.service_level,
                None if seen is None else seen.low95,
                None if seen is None else seen.high95,
                None if seen is None else seen.probability,
            )
        )
    hard = sum(violation.severity == "hard" for violation in plan.violations)
    return Outcome(
        name=name,
        kind=kind,
        contacts=float(plan.forecast.volume.sum()),
        required_h=hours.required_h,
        assigned_h=hours.assigned_h if known else None,
        short_h=hours.short_h if known else None,
        over_h=hours.over_h if known else None,
        cost=plan.cost.total if plan.cost is not None else None,
        wages=None if plan.cost is None else plan.cost.components.get("wage"),
        service_floor=None if verdict is None else service_floor(verdict),
        probability_all=None if verdict is None else verdict.probability_all,
        probability_week=None if verdict is None else verdict.probability_week,
        violations=hard if known else None,
        people=len(plan.scenario.agents),
        changed_days=changed_days,
        gap=plan.result.gap_total if kind == "full" else None,
        queues=tuple(rows),
    )
