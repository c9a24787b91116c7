"""plan.json: the plan's figures for people and machines."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from staffing.domain.note import Note
from staffing.files.changes import roster_changes
from staffing.files.on_call_table import on_call_data
from staffing.files.plan_verdict import rounds_data, service_data
from staffing.files.replan_tables import replan_data
from staffing.files.roster_tables import day_text
from staffing.measures import coverage, fairness, person_fairness, short_hours
from staffing.plan import Plan

DIGITS = 6
PLAN = "plan.json"


def plan_figures(plan: Plan, files: Mapping[str, str]) -> dict[str, Any]:
    """Everything of plan.json; `files` maps names inside the folder to their SHA-256."""
    problem, result = plan.problem, plan.result
    settings = {name: value for name, value in _plain(dataclasses.asdict(plan.settings)).items() if name != "seed"}
    figures: dict[str, Any] = {
        "format_version": plan.format_version,
        "centre": plan.scenario.centre.name,
        "timezone": plan.scenario.centre.timezone,
        "currency": plan.scenario.centre.currency,
        "from": str(problem.grid.first_day),
        "days": problem.grid.days,
        "input_digest": plan.scenario.digest,
        "versions": dict(sorted(plan.versions.items())),
        "seed": plan.settings.seed,
        "settings": settings | {"calendar": _calendar(plan)},
        "status": result.status.value,
        "stop_reason": result.stop_reason.value,
        "method": result.method,
        "cost": {} if plan.cost is None else _plain(dict(plan.cost.components)),
        "cost_total": None if plan.cost is None else _number(plan.cost.total),
        "cost_fixed": _number(result.fixed_cost),
        "objective": _number(result.objective),
        "bound": _number(result.bound),
        "gap": _number(result.gap_total),
        "gap_total": _number(result.gap_total),
        "gap_flexible": _number(result.gap_flexible),
        "parts": [_plain(dataclasses.asdict(part)) for part in result.parts],
        "joined_cost": _number(result.joined_cost),
        "service": _plain(service_data(plan)),
        "rounds": _plain(rounds_data(plan)),
        "hours": _plain(dataclasses.asdict(short_hours(plan))) | _row_hours(plan),
        "fairness": _fairness(plan),
        "violations": {kind: sum(row.severity == kind for row in plan.violations) for kind in ("hard", "soft")},
        "reasons": [
            {
                "rule": row.rule,
                "agent": None if row.agent is None else problem.agents[row.agent].id,
                "date": day_text(problem.grid, row.day) or None,
                "detail": _plain(dict(row.detail)),
            }
            for row in result.reasons
        ],
        "changes": _changes(plan),
        "replan": _plain(replan_data(plan)),
        "on_call": _plain(on_call_data(plan)),
        "notes": [note_data(note) for note in dict.fromkeys(plan.notes)],
        "seconds": {} if plan.settings.reproducible else _plain(dict(plan.seconds)),
        "files": dict(sorted(files.items())),
    }
    return figures


def note_data(note: Note) -> dict[str, Any]:
    """A note as code and parameters."""
    return {"code": note.code, "params": _plain(dict(note.params))}


def _calendar(plan: Plan) -> list[dict[str, Any]]:
    rows = [plan.table.on(when) for when in plan.problem.grid.dates]
    return [
        {
            "date": str(row.date),
            "kind": row.kind.value,
            "name": row.name,
            "works_as": row.works_as,
            "working": row.working,
        }
        for row in rows
    ]


def _row_hours(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """Hours of every queue and of every pool, each row on its own; the totals count nobody twice."""
    table = coverage(plan)
    hour = table.grid.step_h
    found: dict[str, list[dict[str, Any]]] = {"queues": [], "pools": []}
    for key, (names, part) in zip(found, table.parts, strict=False):
        for index, name in enumerate(names):
            is_open = part.is_open[index]
            gap = part.gap[index, is_open]
            found[key].append(
                {
                    "queue": name,
                    "required_h": _number(float(part.required[index, is_open].sum()) * hour),
                    "assigned_h": _number(float(part.assigned[index].sum()) * hour),
                    "short_h": _number(float(np.maximum(0.0, -gap).sum()) * hour),
                    "over_h": _number(float(np.maximum(0.0, gap).sum()) * hour),
                }
            )
    return found


def _fairness(plan: Plan) -> dict[str, Any] | None:
    figures = fairness(plan)
    if figures is None:
        return None
    people = [dataclasses.asdict(row) for row in person_fairness(plan)]
    for row in people:
        row["queue_h"], row["before"] = dict(row["queue_h"]), dict(row["before"])
    return dict(_plain(dataclasses.asdict(figures)), people=_plain(people))


def _changes(plan: Plan) -> list[dict[str, Any]]:
    if plan.problem.reference is None or plan.roster is None:
        return []
    return [_plain(dataclasses.asdict(change)) for change in roster_changes(plan.problem.reference, plan.roster)]


def _plain(value: Any) -> Any:
    """Rounded numbers and plain types."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return _number(value)
    return str(value)


def _number(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else round(float(value), DIGITS) + 0.0
