"""What a number of changes of a published roster buys."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from staffing.audit import deferred_work, roster_cost
from staffing.audit.changes import shift_changes
from staffing.domain.problem import RosterProblem
from staffing.domain.replanned import CurvePoint
from staffing.domain.roster import Roster


def curve_point(problem: RosterProblem, roster: Roster) -> CurvePoint:
    """People and days changed, agent-hours short or late, and the cost without the price of the changes."""
    changes = shift_changes(problem, roster)
    cost = roster_cost(problem, roster)
    people = len({change.agent for change in changes})
    return CurvePoint(people, len(changes), short_hours(problem, roster), cost.total - cost.components["change"])


def short_hours(problem: RosterProblem, roster: Roster) -> float:
    """Missing agent-hours of answer queues, and hours of deferred work when it became late."""
    coverage = roster.coverage(problem.proficiency)
    missing = np.maximum(0.0, problem.required - coverage) * problem.is_open * ~problem.deadline[:, None]
    late = np.maximum(0.0, np.diff(deferred_work(problem, coverage).overdue_h, axis=1, prepend=0.0))
    return float(missing.sum()) * problem.grid.step_h + float(late.sum())


def lower_edge(points: Iterable[CurvePoint]) -> tuple[CurvePoint, ...]:
    """Points in order of changes, each cheaper than all with fewer changes and no worse in hours."""
    kept: list[CurvePoint] = []
    for point in sorted(points, key=lambda point: (point.changes, point.cost)):
        if not kept or (point.cost < kept[-1].cost - 1e-6 and point.short_h <= kept[-1].short_h + 1e-9):
            kept.append(point)
    return tuple(kept)
