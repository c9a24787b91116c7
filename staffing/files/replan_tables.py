"""changes.csv and change_curve.csv of a re-plan as text, and the same as data of plan.json."""

from typing import Any

from staffing.files.cells import csv_text, safe_text, shown
from staffing.measures.changes import change_rows
from staffing.plan import Plan

CHANGES = "changes.csv"
CHANGE_CURVE = "change_curve.csv"
CHANGE_COLUMNS = (
    "agent",
    "date",
    "kind",
    "before_start",
    "before_end",
    "after_start",
    "after_end",
    "price",
    "reason",
    "saves",
    "detail",
)
CURVE_COLUMNS = ("changes", "people", "short_h", "cost")


def replan_files(plan: Plan) -> dict[str, str]:
    """The files that only a re-plan has; nothing for a first plan."""
    if plan.replanned is None:
        return {}
    rows = [tuple(_text(row[name]) for name in CHANGE_COLUMNS) for row in change_rows(plan)]
    curve = [
        (str(point.changes), str(point.people), shown(point.short_h, 2), shown(point.cost, 2))
        for point in plan.replanned.curve
    ]
    return {CHANGES: csv_text(CHANGE_COLUMNS, rows), CHANGE_CURVE: csv_text(CURVE_COLUMNS, curve)}


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return safe_text(" ".join(f"{name}={item}" for name, item in value.items()))
    return "" if value is None else shown(value, 2) if isinstance(value, float) else safe_text(str(value))


def replan_data(plan: Plan) -> dict[str, Any] | None:
    """Limits, curve and changes for plan.json; None for a first plan."""
    if plan.replanned is None:
        return None
    grid, made = plan.problem.grid, plan.replanned
    return {
        "frozen_until": grid.iso(made.frozen_until),
        "notice_until": grid.iso(made.notice_until),
        "curve": [{"changes": p.changes, "people": p.people, "short_h": p.short_h, "cost": p.cost} for p in made.curve],
        "changes": change_rows(plan),
    }
