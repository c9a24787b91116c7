"""A capacity plan as CSV tables and as figures for machines."""

from typing import Any

from staffing.capacity import CapacityPlan
from staffing.capacity.hours import absence_shares
from staffing.capacity.judge import COSTS
from staffing.capacity.summary import class_rows, head_rows, month_rows, week_rows
from staffing.files.cells import csv_text, safe_text, shown

WEEKS = (
    "week",
    "contacts",
    "need_h",
    "own_h",
    "overtime_h",
    "outside_h",
    "short_h",
    "heads",
    "probability",
    "probability_without_hiring",
    "reachable",
    "cost",
)
HEADS = (
    "week",
    "group",
    "opening",
    "hired",
    "moved_in",
    "moved_out",
    "left",
    "closing",
    "closing_low",
    "closing_high",
)
CLASSES = ("start", "decide_by", "productive", "group", "contract", "people", "source")


def capacity_tables(plan: CapacityPlan) -> dict[str, str]:
    """The tables by file name: weeks, head count, classes, budget, need by queue, planned absence by reason."""
    need = plan.need
    return {
        "weeks.csv": csv_text(
            WEEKS,
            (
                [
                    str(row.start),
                    *(shown(value, 2) for value in (row.contacts, row.need_h, row.own_h, row.overtime_h)),
                    *(shown(value, 2) for value in (row.outside_h, row.short_h, row.heads)),
                    *(shown(value, 4) for value in (row.probability, row.without_hiring)),
                    str(row.reachable).lower(),
                    shown(row.cost, 2),
                ]
                for row in week_rows(plan)
            ),
        ),
        "headcount.csv": csv_text(
            HEADS,
            (
                [str(row.start), safe_text(row.group), *(shown(getattr(row, name), 3) for name in HEADS[2:])]
                for row in head_rows(plan)
            ),
        ),
        "classes.csv": csv_text(
            CLASSES, ([safe_text(str(getattr(row, name))) for name in CLASSES] for row in class_rows(plan))
        ),
        "budget.csv": csv_text(
            ("month", *COSTS, "total", "contacts", "per_contact"),
            (
                [
                    row.month,
                    *(shown(row.costs[name], 2) for name in COSTS),
                    *(shown(value, 4) for value in (row.total, row.contacts, row.per_contact)),
                ]
                for row in month_rows(plan)
            ),
        ),
        "need.csv": csv_text(
            ("week", "queue", "contacts", "need_h"),
            (
                [
                    str(start),
                    safe_text(queue),
                    shown(need.contacts[row, week], 2),
                    shown(need.need_h[row, week], 2),
                ]
                for week, start in enumerate(need.starts)
                for row, queue in enumerate(need.queues)
            ),
        ),
        "absence.csv": csv_text(
            ("week", "group", "reason", "share"),
            (
                [str(start), safe_text(group.id), safe_text(reason), shown(float(shares[week]))]
                for group in plan.case.groups
                for reason, shares in absence_shares(plan.case, need, group.id).items()
                for week, start in enumerate(need.starts)
            ),
        ),
    }


def capacity_data(plan: CapacityPlan) -> dict[str, Any]:
    """The figures of a plan for machines."""
    judged, chosen = plan.judged, plan.chosen
    return {
        "status": chosen.status,
        "first_day": str(plan.need.first_day),
        "weeks": plan.need.weeks,
        "probability_asked": plan.settings.probability,
        "probability_lowest": plan.lowest,
        "keeps": plan.keeps,
        "weeks_out_of_reach": [
            str(start) for start, ok in zip(plan.need.starts, plan.reachable.tolist(), strict=True) if not ok
        ],
        "runs": plan.settings.runs,
        "seed": plan.settings.seed,
        "cost": {name: float(judged.costs[:, place].sum(axis=1).mean()) for place, name in enumerate(COSTS)},
        "cost_total": float(judged.cost.mean()),
        "cost_per_contact": judged.cost_per_contact,
        "cost_without_hiring": float(plan.nothing.cost.mean()),
        "probability_without_hiring": float(plan.nothing.probability[plan.reachable].min(initial=1.0)),
        "objective": chosen.objective,
        "bound": chosen.bound,
        "gap": plan.gap,
        "gap_flexible": plan.gap_flexible,
        "need_error": plan.need.checked_error,
        "classes": [
            {name: value if isinstance(value, int) else str(value) for name, value in zip(CLASSES, row, strict=True)}
            for row in ([getattr(item, name) for name in CLASSES] for item in class_rows(plan))
        ],
    }
