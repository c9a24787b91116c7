"""What the judge found, in rows and words: service by day, worst intervals, fixes, rounds."""

from collections.abc import Mapping

import pandas as pd

from staffing.plan import Plan
from staffing.ui.words import NOTHING, Words

WORST_SHOWN = 3


def day_service(plan: Plan, names: Mapping[str, str], words: Words) -> pd.DataFrame:
    """One row for each queue, one column for each day: service, and the chance of keeping the day's target."""
    if plan.verdict is None:
        return pd.DataFrame()
    dates = plan.problem.grid.dates
    rows: dict[str, dict[str, str]] = {}
    for row in plan.verdict.days():
        cell = NOTHING
        if row.service_level is not None:
            mark = "▼ " if row.is_short else ""
            cell = f"{mark}{words.number(100 * row.service_level, 1)} · {words.percent(row.probability, 0)}"
        name = names.get(row.queue, row.queue)
        rows.setdefault(name, {words("column.queue"): name})[words.day(dates[row.day or 0])] = cell
    return pd.DataFrame(list(rows.values()))


def worst_rows(plan: Plan, names: Mapping[str, str], words: Words) -> list[dict[str, str | int]]:
    """The queues whose worst interval lies furthest below the target; the nearest to it when none does."""
    found = sorted(plan.verdict.worst if plan.verdict else (), key=lambda item: item.service_level - item.target)
    below = [item for item in found if item.service_level < item.target]
    grid, ratio = plan.requirement.grid, plan.requirement.grid.step_min // plan.problem.grid.step_min
    return [
        {
            "slot": item.step * ratio,
            "id": item.queue,
            "queue": names.get(item.queue, item.queue),
            "when": words.span(grid.local(item.step), grid.local(item.step + 1)),
            "level": words.percent(item.service_level, 0),
            "target": words.percent(item.target, 0),
            "low": words.percent(item.low95, 0),
            "high": words.percent(item.high95, 0),
            "rostered": words.number(item.rostered, 1),
            "required": words.number(item.required, 1),
        }
        for item in (below or found[:1])[:WORST_SHOWN]
    ]


def fix_rows(plan: Plan, names: Mapping[str, str], words: Words) -> list[dict[str, str | int]]:
    """Each fix in words."""
    grid = plan.problem.grid
    return [
        {
            "slot": fix.start,
            "id": fix.queue,
            "queue": names.get(fix.queue, fix.queue),
            "when": words.span(grid.local(fix.start), grid.local(fix.end)),
            "shift": fix.shift,
            "before": words.percent(fix.service_before),
            "after": words.percent(fix.service_after),
            "gain": words.number(100 * fix.gain, 1),
            "low": words.number(None if fix.low95 is None else 100 * fix.low95, 1),
            "high": words.number(None if fix.high95 is None else 100 * fix.high95, 1),
            "chance_before": words.percent(fix.probability_before, 0),
            "chance_after": words.percent(fix.probability_after, 0),
            "cost": words.number(fix.cost),
            "hours": words.number(fix.hours, 1),
        }
        for fix in ((plan.verdict.fixes if plan.verdict else None) or ())
    ]


def is_fix_needed(plan: Plan) -> bool:
    """Some day misses its target on average, or keeps it less often than asked."""
    return plan.verdict is not None and any(row.is_missed for row in plan.verdict.days())


def round_lines(plan: Plan, words: Words) -> list[str]:
    """What each round raised, and whether it helped."""
    return [
        words(
            "overview.round_row" if item.kept else "overview.round_dropped",
            number=item.number,
            rows=words.number(len(item.raised)),
            before=words.number(item.missing_before),
            after=words.number(item.missing_after),
        )
        for item in plan.rounds
    ]
