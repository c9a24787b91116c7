"""Deadlines about to be missed, as the Overview tells them."""

from dataclasses import replace
from pathlib import Path

import pytest

from staffing.i18n import text
from staffing.measures import coverage
from staffing.plan import Plan
from staffing.ui.facts.late import has_deadlines, late_rows
from staffing.ui.words import Words
from tests.plans import make_plan_value, without_roster
from tests.ui.opened import open_page, said, show

NAMES = {"phone": "Hotline", "email": "Mail"}


def with_rows(plan: Plan, **days: tuple[float | None, float]) -> Plan:
    """The plan judged so that e-mail has the levels and chances of the days (``d1``), and is safe on the others."""
    rows = []
    for row in plan.verdict.rows:
        level, chance = days.get(f"d{row.day}", (0.9, 0.95)) if row.queue == "email" else (0.1, 0.0)
        rows.append(replace(row, service_level=level, probability=chance))
    return replace(plan, verdict=replace(plan.verdict, rows=tuple(rows)))


def test_days_below_target_or_doubtful_are_listed_worst_first():
    """An answer queue never is, nor a safe day, nor one without work."""
    plan = with_rows(make_plan_value(), d1=(0.7, 0.2), d2=(0.85, 0.79), d3=(0.6, 0.1), d4=(None, 0.0), d5=(0.8, 0.8))
    rows = late_rows(plan, coverage(plan), NAMES, Words("en"))
    assert [(row["id"], row["day"], row["level"]) for row in rows] == [
        ("email", "Thu 8 Jan", "60.0%"),
        ("email", "Tue 6 Jan", "70.0%"),
        ("email", "Wed 7 Jan", "85.0%"),
    ]
    assert rows[0]["late"] == "40"
    assert rows[0]["contacts"] == "100"
    assert all(row["slot"] >= plan.problem.grid.day_slice(day).start for row, day in zip(rows, (3, 1, 2), strict=True))


def test_without_a_simulation_the_hours_late_as_forecast_count():
    """Work that nobody does in time is late on the day it falls due; where all is done there is nothing to tell."""
    plan = replace(make_plan_value(), verdict=None)
    assert late_rows(plan, coverage(plan), NAMES, Words("en")) == []
    table = coverage(plan)
    required = table.required.copy()
    required[1, 48 + 20] = table.assigned[1, 48 + 20] + 3.0
    rows = late_rows(plan, replace(table, required=required), NAMES, Words("en"))
    assert [(row["id"], row["day"], row["slot"], row["hours"]) for row in rows] == [("email", "Tue 6 Jan", 68, "1.5")]


def test_nothing_is_said_without_a_roster():
    """No roster, no rows; the queues still have deadlines."""
    plan = without_roster(make_plan_value())
    assert has_deadlines(plan)
    assert late_rows(plan, coverage(plan), NAMES, Words("en")) == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_overview_lists_them(lang: str, home: Path, monkeypatch: pytest.MonkeyPatch):
    """Each as a sentence without open places; where all is likely to be done in time, that is said."""
    risky = lang == "en"
    plan = with_rows(make_plan_value(violations=()), **({"d1": (0.7, 0.2)} if risky else {}))
    show(plan, home.parent / "plan", monkeypatch)
    words = said(open_page("overview", lang=lang)).replace("\\", "")
    assert text("ui.late.title", lang) in words
    assert (text("ui.late.none", lang) in words) is not risky
    for row in late_rows(plan, coverage(plan), {}, Words(lang)):
        assert f"of {row['day']}: 70.0% in time" in words
    filled = late_rows(with_rows(plan, d1=(0.7, 0.2)), coverage(plan), NAMES, Words(lang))
    assert "{" not in Words(lang)("late.row", **filled[0])
