"""The report of a batch: every team with what became of it, and the changes of every person, escaped."""

from dataclasses import replace

import pytest

from staffing.domain.replanned import ChangeReason, Replanned
from staffing.i18n import text
from staffing.plan import Plan
from staffing.report.batch_report import people_changes, render_batch
from tests.plans import make_plan_value

FIGURES = {"objective": 1234.5, "short_h": 2.0, "service_floor": 0.97, "changes": 2, "people_changed": 1}


def team(name: str, state: str, **more: object) -> dict[str, object]:
    return {"name": name, "state": state, "publication": "", "version": None, "unsafe": [], "faults": [], **more}


def replanned() -> Plan:
    """Ann's published shift of the first day moves; on the next one she is ill."""
    plan = make_plan_value(("<b>Ann</b>", "Bob"))
    made = (
        ChangeReason(0, 0, "moved", 40.0, "saves", 50.0),
        ChangeReason(0, 1, "removed", 40.0, "forced", None, {"kind": "sick"}),
    )
    return replace(plan, replanned=Replanned(0, 0, (), made), problem=replace(plan.problem, reference=plan.roster))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_teams_and_people_are_told(lang: str) -> None:
    """States, why a plan was kept, what is broken, and the days of each person with their reasons; names are data."""
    fault = {"file": "wishes.csv", "row": 3, "column": "date", "code": "no_such_date"}
    teams = [
        team(
            "north",
            "planned",
            publication="kept",
            unsafe=["changes"],
            violations=0,
            rules_broken={"span": 1},
            **FIGURES,
        ),
        team("south", "no_plan", violations=1, rules_broken={"rest": 1}, **FIGURES),
        team("<i>", "refused", faults=[fault]),
    ]
    summary = {"status": "done", "publish": "if-safe", "teams": teams}
    page = render_batch(summary, {"north": replanned()}, "2026-02-09 02:00", lang=lang)
    for key in (
        "state.no_plan",
        "state.refused",
        "publication.kept",
        "unsafe.changes",
        "status.done",
        "policy.if-safe",
    ):
        assert text(f"ui.batch.{key}", lang) in page
    assert text("rule.rest", lang) in page
    assert text("rule.span", lang) not in page  # a soft rule keeps nobody from publishing
    assert "wishes.csv" in page
    assert text("change.reason.forced", lang, kind=text("activity.sick", lang)) in page
    assert 'rowspan="2"' in page
    assert "<b>Ann" not in page
    assert "&lt;b&gt;Ann" in page
    assert "<i>" not in page
    assert 'href="north/report.html"' in page


def test_changes_are_grouped_by_person_and_day() -> None:
    plan = replanned()
    ((name, rows),) = people_changes(plan, "en")
    assert name == "<b>Ann</b>"
    assert [(row["day"], row["kind"]) for row in rows] == [
        (str(plan.problem.grid.dates[0]), "moved"),
        (str(plan.problem.grid.dates[1]), "removed"),
    ]
    assert people_changes(make_plan_value(), "en") == []
