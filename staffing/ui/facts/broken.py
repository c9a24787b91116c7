"""Broken rules in sentences, and what an edit did in one."""

from collections.abc import Mapping

import pandas as pd

from staffing.domain.result import Violation
from staffing.plan import Plan
from staffing.ui.editing import Editing, hard_first
from staffing.ui.words import NOTHING, Words

SENTENCES = (
    "contract_hours",
    "contract_days",
    "rest",
    "consecutive_days",
    "weekly_rest",
    "weekends",
    "skills",
    "opening_hours",
    "span",
    "day_hours",
    "month_overtime",
    "average_hours",
    "break_duty",
    "night_length",
)
"""Rules whose figures have a sentence; the others are told by their fault or by their name."""
FAULTS = (
    "one_place_length",
    "one_place_overlap",
    "one_place_hole",
    "one_place_outside",
    "one_place_day",
    "shift_window_start",
    "shift_window_length",
    "shift_window_weekday",
    "shift_window_contract",
    "breaks_count",
    "breaks_kind",
    "breaks_minutes",
    "breaks_window",
    "breaks_spacing",
    "time_off_absent",
    "time_off_missing",
    "activities_missing",
    "activities_apart",
    "activities_capacity",
)
"""Rules with their fault, where that says it all."""
FLAGS_MAX = 200


def sentence(row: Violation, words: Words, names: Mapping[str, str]) -> str:
    """What is broken, with its figures; `names` are those of the queues."""
    name, detail = words.term(f"rule.{row.rule}"), _shown(row.detail, words)
    if "queue" in detail:
        detail["queue"] = names.get(detail["queue"], detail["queue"])
    fault = f"{row.rule}_{row.detail.get('fault', '')}"
    if fault in FAULTS:
        return words("broken.told", rule=name, text=words(f"broken.{fault}", **detail))
    if row.rule in SENTENCES:
        return words("broken.told", rule=name, text=words(f"broken.{row.rule}", **detail))
    return name


def queue_names(plan: Plan) -> dict[str, str]:
    """Names of the queues by id."""
    return {queue.id: queue.name or queue.id for queue in plan.scenario.centre.queues}


def _shown(detail: Mapping[str, str | float], words: Words) -> dict[str, str]:
    """Minutes of a day as a clock, minutes as hours, numbers without a tail."""
    shown = {}
    for name, value in detail.items():
        if name in ("paid_min", "limit_min", "length_min") and not isinstance(value, str):
            shown[name] = words.number(value / 60, 2).rstrip("0").rstrip(".")
        elif name == "start_min" and not isinstance(value, str):
            shown[name] = f"{int(value) // 60:02d}:{int(value) % 60:02d}"
        else:
            shown[name] = value if isinstance(value, str) else f"{value:g}"
    return shown


def flags(editing: Editing, words: Words) -> list[tuple[int, int, int, str]]:
    """(agent, day, 1 where hard, sentence) of what is broken by somebody on some day, hard rules first."""
    names = queue_names(editing.plan)
    return [
        (row.agent, row.day, int(row.severity == "hard"), sentence(row, words, names))
        for row in hard_first(editing.now.judged.violations)
        if row.agent is not None and row.day is not None and 0 <= row.day < editing.plan.problem.grid.days
    ][:FLAGS_MAX]


def broken_table(plan: Plan, violations: list[Violation], before: tuple[Violation, ...], words: Words) -> pd.DataFrame:
    """Broken rules with whom and when, and whether the plan on show broke them already."""
    agents, grid, names = plan.problem.agents, plan.problem.grid, queue_names(plan)
    known = set(map(_key, before))
    rows = [
        {
            "state": words.term(f"severity.{row.severity}"),
            "agent": NOTHING if row.agent is None else agents[row.agent].name or agents[row.agent].id,
            "day": NOTHING if row.day is None or not 0 <= row.day < grid.days else words.day(grid.dates[row.day]),
            "detail": sentence(row, words, names),
            "since": words("edit.before") if _key(row) in known else words("edit.now"),
        }
        for row in violations
    ]
    return pd.DataFrame(rows, columns=["state", "agent", "day", "detail", "since"])


def _key(row: Violation) -> tuple[object, ...]:
    return row.rule, row.agent, row.day, tuple(sorted(row.detail.items()))


def said(editing: Editing, words: Words) -> str:
    """One sentence on the last edit: what it did, its cost, and how many rules are broken now."""
    code, params = editing.said
    if not code:
        return ""
    if code == "refused":
        return words("edit.refused", reason=words(f"refused.{params['reason']}"))
    hard = sum(row.severity == "hard" for row in editing.now.judged.violations)
    return words(
        "edit.said",
        what=words(f"edit.{code}"),
        change=words.signed(editing.change, 0),
        cost=words.number(editing.now.judged.cost.total),
        hard=hard,
    )
