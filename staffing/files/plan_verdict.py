"""The verdict, the fixes and the rounds as data of plan.json: steps become moments, days dates."""

import dataclasses
from typing import Any

from staffing.domain.verdict import Fix, QueueVerdict, Round, WorstInterval
from staffing.plan import Plan


def service_data(plan: Plan) -> dict[str, Any] | None:
    """Service by queue, week and day; worst intervals, fixes and joint chances; None without a simulation."""
    verdict = plan.verdict
    if verdict is None:
        return None
    return {
        "method": verdict.method,
        "replications": verdict.replications,
        "seed": verdict.seed,
        "week": [_row(plan, item) for item in verdict.week()],
        "days": [_row(plan, item) for item in verdict.days()],
        "probability_all": verdict.probability_all,
        "probability_week": verdict.probability_week,
        "worst": [worst_data(plan, item) for item in verdict.worst],
        "fixes": None if verdict.fixes is None else [fix_data(plan, item) for item in verdict.fixes],
    }


def worst_data(plan: Plan, item: WorstInterval) -> dict[str, Any]:
    """The worst interval of a queue with its moment."""
    data = dataclasses.asdict(item)
    return {"queue": data.pop("queue"), "start": plan.requirement.grid.iso(data.pop("step")), **data}


def fix_data(plan: Plan, item: Fix) -> dict[str, Any]:
    """A fix with its moments and its gain."""
    data = dataclasses.asdict(item)
    grid = plan.problem.grid
    head = {
        "queue": data.pop("queue"),
        "date": str(grid.dates[data.pop("day")]),
        "start": grid.iso(data.pop("start")),
        "end": grid.iso(data.pop("end")),
    }
    return {**head, **data, "gain": item.gain}


def rounds_data(plan: Plan) -> list[dict[str, Any]]:
    """Rounds of raising with their rows."""
    return [_round(plan, item) for item in plan.rounds]


def _round(plan: Plan, item: Round) -> dict[str, Any]:
    grid = plan.requirement.grid
    return {
        "number": item.number,
        "kept": item.kept,
        "cost": item.cost,
        "missing_before": item.missing_before,
        "missing_after": item.missing_after,
        "service": [{"queue": queue, "before": before, "after": after} for queue, before, after in item.service],
        "raised": [
            {
                "queue": row.queue,
                "start": None if row.step is None else grid.iso(row.step),
                "before": row.before,
                "after": row.after,
            }
            for row in item.raised
        ],
    }


def _row(plan: Plan, item: QueueVerdict) -> dict[str, Any]:
    data = {**dataclasses.asdict(item), "is_missed": item.is_missed}
    day = data.pop("day")
    return data if day is None else {"date": str(plan.problem.grid.dates[day]), **data}
