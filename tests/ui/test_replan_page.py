"""The Re-plan page: its order becomes a job, its changes are told with reasons."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from staffing.domain.replanned import ChangeReason, CurvePoint, Replanned
from staffing.files import write_plan
from staffing.i18n import text
from staffing.plan import Plan
from staffing.store import JobState, open_store
from staffing.store.jobs import finish_job, get_job, list_jobs, start_job
from staffing.store.people import agents_of
from staffing.ui import jobs
from staffing.ui.sections.replan import absence_line
from staffing.ui.worker import absences
from tests.builders import make_scenario
from tests.plans import make_plan_value
from tests.ui.opened import open_page, said, show


def replanned() -> Plan:
    """A plan that says one shift was forced away and one covers a gap."""
    plan = make_plan_value()
    covers = {
        "queue": "phone",
        "start": "2026-01-05T10:00:00+08:00",
        "end": "2026-01-05T12:00:00+08:00",
        "short_h": 1.5,
    }
    made = Replanned(
        0, 10,
        (CurvePoint(1, 1, 4.0, 900.0), CurvePoint(2, 2, 1.0, 800.0)),
        (
            ChangeReason(0, 0, "removed", 120.0, "forced", None, {"kind": "sick"}),
            ChangeReason(1, 0, "added", 180.0, "covers", 310.0, covers),
        ),
    )  # fmt: skip
    problem = replace(plan.problem, reference=plan.roster)
    return replace(plan, problem=problem, replanned=made)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_changes_are_told_with_their_reasons(home: Path, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    """Both tables are there; a reason names what the change covers."""
    show(replanned(), home.parent / "plan", monkeypatch)
    app = open_page("replan", lang)
    assert not app.exception
    assert text("ui.replan.curve", lang) in said(app)
    points, changes = (table.value for table in list(app.dataframe)[-2:])
    assert points["changes"].tolist() == [1, 2]
    reasons = " ".join(changes[text("ui.replan.reason", lang)])
    assert text("activity.sick", lang) in reasons
    assert "1.5" in reasons


def test_a_plan_without_changes_says_what_to_do(plan_folder: Path) -> None:
    assert text("ui.replan.none") in said(open_page("replan"))


def test_a_row_of_the_table_is_an_absence() -> None:
    """Without a last day it is one day; the name shown beside the id is no part of it."""
    row = {"agent": "a1 · Anna", "start": date(2026, 1, 5), "end": None, "kind": "leave"}
    assert absence_line(row) == "a1,2026-01-05/2026-01-05,leave"
    assert absence_line(row | {"end": date(2026, 1, 7)}) == "a1,2026-01-05/2026-01-07,leave"


def test_the_order_reaches_the_worker(tmp_path: Path) -> None:
    """What is asked for is in the job, paths in full, people by key; the worker finds those who are still there."""
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "plan.json").write_text('{"centre": "Tiny"}')
    store = open_store(f"sqlite:///{tmp_path / 'jobs.db'}")
    asked = jobs.Again(
        tmp_path / "plan", ("a1,2026-01-05", "a9,2026-01-06,leave"), 2.0, 3, "2026-01-06", today="2026-01-02"
    )
    jobs.create(store, jobs.Order(None, replan=asked), tmp_path)
    (job,) = list_jobs(store)
    keys = {person.ident: person.key for person in agents_of(store, "Tiny")}
    assert job.payload["replan"] == {
        "reference": str(tmp_path / "plan"),
        "absent": [f"{keys['a1']},2026-01-05", f"{keys['a9']},2026-01-06,leave"],
        "price_factor": 2.0,
        "max_changes": 3,
        "frozen_until": "2026-01-06",
        "fresh": False,
        "today": "2026-01-02",
    }
    assert absences(store, make_scenario(agents=2), job.payload["replan"]["absent"]) == ("a1,2026-01-05",)
    store.close()


def test_a_re_plan_waits_for_its_turn_and_is_not_forgotten(plan_folder: Path, home: Path) -> None:
    """While another run works the page tells of both; its result is told until somebody decides, whatever ran since."""
    store = open_store(f"sqlite:///{home / 'staffing.db'}")
    other, _ = jobs.create(store, jobs.Order(home / "centre"), home)
    start_job(store, other.id, 1)
    mine, _ = jobs.create(store, jobs.Order(None, replan=jobs.Again(plan_folder)), home)
    app = open_page("replan")
    assert not app.exception
    told = said(app)
    assert text("ui.line.at_work").split("{")[0] in told
    assert text("ui.line.title", count=1) in told
    assert app.button(key=f"replan_out_{mine.id}")
    assert not app.button(key="replan_button").disabled
    write_plan(replanned(), jobs.out_folder(mine))
    finish_job(store, mine.id, JobState.DONE, {"code": "ended"})
    finish_job(store, other.id, JobState.DONE, {"code": "ended"})
    app.run()
    assert not app.exception
    assert app.button(key="runs_apply")
    assert text("ui.replan.curve") in said(app)
    jobs.discard(store, get_job(store, mine.id))
    assert text("ui.replan.curve") not in said(app.run())
    store.close()
