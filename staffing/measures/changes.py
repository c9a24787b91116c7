"""The changes of a re-plan as rows for tables: hours before and after, price, reason."""

from typing import Any

from staffing.domain.published import PublishedShift, day_shifts, on_ground
from staffing.plan import Plan


def change_rows(plan: Plan) -> list[dict[str, Any]]:
    """One row for each changed day: hours before and after, price, reason; agents by id."""
    if plan.replanned is None or plan.roster is None or plan.problem.reference is None:
        return []
    problem = plan.problem
    before = day_shifts(on_ground(problem, plan.problem.reference))
    after = day_shifts(plan.roster)
    rows = []
    for change in plan.replanned.changes:
        old, new = (_hours(plan, shifts.get((change.agent, change.day))) for shifts in (before, after))
        rows.append(
            {
                "agent": problem.agents[change.agent].id,
                "date": str(problem.grid.dates[change.day]),
                "kind": change.kind,
                "before_start": old[0],
                "before_end": old[1],
                "after_start": new[0],
                "after_end": new[1],
                "price": round(change.price, 2),
                "reason": change.reason,
                "saves": None if change.saves is None else round(change.saves, 2),
                "detail": dict(change.detail),
            }
        )
    return rows


def _hours(plan: Plan, shift: PublishedShift | None) -> tuple[str, str]:
    grid = plan.problem.grid
    return ("", "") if shift is None else (grid.iso(shift.start), grid.iso(shift.end))
