"""The What-if page: tried, saved, copied, deleted, searched in full; both languages and every state."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from staffing.domain.scenario import LoadChange, WhatIf
from staffing.errors import SettingsError
from staffing.files import read_plan
from staffing.files.whatif_folder import list_whatifs, save_whatif, whatif_folder
from staffing.i18n import text
from staffing.measures.whatif import outcome_of
from staffing.store import JobState, open_store
from staffing.store.access import Actor, Role
from staffing.store.jobs import finish_job, get_job
from staffing.ui import tasks, whatif_tasks
from staffing.ui.jobs import Offer, offer, out_folder
from staffing.ui.shown import plan_digest, point_at
from tests.plans import make_plan_value, without_roster
from tests.ui.opened import open_page, said, show

RUSH = WhatIf("rush", loads=(LoadChange(1.5),))


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers without requirement and simulation: what they are is tested elsewhere."""

    def quick(plan, whatif, **_):
        found = outcome_of(plan, whatif.name, "quick", changed_days=0)
        more = whatif.loads[0].volume if whatif.loads else 1.0
        return replace(found, contacts=found.contacts * more)

    monkeypatch.setattr("staffing.ui.sections.whatif.quick_answer", quick)


@pytest.fixture(autouse=True)
def fresh() -> None:
    """Answers are kept for the whole process, by plan and scenario: every test has the same plan."""
    st.cache_data.clear()


def compared(app: AppTest) -> pd.DataFrame:
    """The table of the comparison."""
    first = {text("ui.whatif.figure", lang) for lang in ("en", "zh")}
    return next(table.value for table in app.dataframe if table.value.columns[0] in first)


def folder_of(home: Path) -> Path:
    return whatif_folder(home, make_plan_value().scenario.centre.name)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_first_visit_compares_something(plan_folder: Path, answered: None, lang: str) -> None:
    """Baseline and one ready-made scenario are there, with files to take away and nothing to search yet."""
    app = open_page("whatif", lang)
    assert not app.exception
    table = compared(app)
    assert list(table.columns)[1:] == [text("whatif.baseline", lang), text("ui.whatif.ready_contacts_10", lang)]
    assert text("ui.whatif.save_first", lang) in said(app)
    assert "+10%" in said(app)


def test_a_scenario_is_tried_then_saved_copied_and_deleted(home: Path, plan_folder: Path, answered: None) -> None:
    app = open_page("whatif")
    app.button(key="whatif_new_try").click().run()
    assert text("ui.whatif.no_name") in said(app)
    app.text_input(key="whatif_new_name").set_value("rush")
    app.number_input(key="whatif_new_contacts").set_value(50.0)
    app.button(key="whatif_new_try").click().run()
    assert text("ui.whatif.tried", name="rush") in compared(app).columns
    assert list_whatifs(folder_of(home)) == ((), ())
    app.button(key="whatif_new_save").click().run()
    (one,) = list_whatifs(folder_of(home))[0]
    assert one.whatif == RUSH
    assert "rush" in compared(app).columns
    app.button(key="whatif_copy").click().run()
    assert [row.whatif.name for row in list_whatifs(folder_of(home))[0]] == ["rush", "rush (copy)"]
    app.button(key="whatif_delete_yes").click().run()
    assert [row.whatif.name for row in list_whatifs(folder_of(home))[0]] == ["rush"]
    assert not app.exception


def test_a_newer_version_of_somebody_else_is_not_lost(home: Path, plan_folder: Path, answered: None) -> None:
    """What was changed while the form was open stays; a name that is taken is told."""
    saved = save_whatif(folder_of(home), RUSH, None)
    app = open_page("whatif")
    app.selectbox(key="whatif_picked").set_value("rush").run()
    other = save_whatif(folder_of(home), replace(RUSH, absence=2.0), saved.digest)
    key = f"whatif_{other.digest[:12]}"
    app.run()
    app.text_input(key=f"{key}_name").set_value("calm")
    save_whatif(folder_of(home), WhatIf("calm"), None)
    app.button(key=f"{key}_save").click().run()
    assert text("ui.whatif.name_taken", name="calm") in said(app)
    assert len(list_whatifs(folder_of(home))[0]) == 2


def test_scenarios_that_do_not_fit_are_told_and_left_out(home: Path, plan_folder: Path, monkeypatch) -> None:
    """A queue that is gone, a file that is broken: the rest is compared."""

    def refuse(plan, whatif, **_):
        if whatif.name == "rush":
            raise SettingsError("queue is 'fax', expected one of phone")
        return outcome_of(plan, whatif.name, "quick")

    monkeypatch.setattr("staffing.ui.sections.whatif.quick_answer", refuse)
    save_whatif(folder_of(home), RUSH, None)
    (folder_of(home) / "x.toml").write_text("[[", encoding="utf-8")
    app = open_page("whatif")
    assert not app.exception
    assert text("ui.whatif.does_not_fit", name="rush") in said(app)
    assert "fax" in said(app)
    assert text("ui.whatif.broken", files="x.toml") in said(app)
    assert "rush" not in compared(app).columns


def test_without_a_roster_only_the_need_is_compared(home: Path, monkeypatch, answered: None) -> None:
    show(without_roster(make_plan_value()), home.parent / "plan", monkeypatch)
    app = open_page("whatif")
    assert not app.exception
    assert text("ui.whatif.need_only") in said(app)


def test_a_viewer_may_try_but_not_save(plan_folder: Path, answered: None, monkeypatch) -> None:
    monkeypatch.setattr("staffing.ui.sections.whatif_edit.actor", lambda: Actor("v", Role.VIEWER))
    app = open_page("whatif")
    assert app.button(key="whatif_new_save").disabled
    assert not app.button(key="whatif_new_try").disabled


def test_without_a_plan_the_ways_on_are_told(home: Path) -> None:
    app = open_page("whatif")
    assert not app.exception
    assert text("ui.state.none") in said(app)


class Steps:
    """What a job tells."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def step(self, name: str) -> None:
        self.told.append(name)

    def event(self, event: object) -> None:
        self.told.append("event")

    def part(self, name: str, done: int, total: int) -> None:
        self.told.append(name)


def test_the_job_searches_and_its_answer_joins_the_comparison(
    home: Path, plan_folder: Path, answered: None, monkeypatch
) -> None:
    """Started from the page, worked, shown beside the quick answer; out of date once the scenario has changed."""

    def full(plan, whatif, on_step, **_):
        on_step("roster")
        return plan

    monkeypatch.setattr("staffing.ui.whatif_tasks.full_answer", full)
    saved = save_whatif(folder_of(home), RUSH, None)
    monkeypatch.setattr("staffing.ui.jobs.launch", lambda *_: None)
    app = open_page("whatif")
    app.number_input(key="whatif_full_limit").set_value(1)
    app.button(key="whatif_full_start").click().run()
    store = open_store(f"sqlite:///{home / 'staffing.db'}")
    job = tasks.latest(store, whatif_tasks.KIND)
    assert job is not None
    assert job.is_open
    assert job.payload["digest"] == plan_digest(plan_folder)
    steps = Steps()
    summary = whatif_tasks.answer(job, steps, lambda: False)
    assert steps.told == ["read", "roster", "write"]
    assert summary["code"] == "ended"
    assert read_plan(out_folder(job)).roster is not None
    finish_job(store, job.id, JobState.DONE, summary)
    job = get_job(store, job.id)
    app.run()
    assert not app.exception
    column = f"rush · {text('whatif.kind.full')}"
    assert column in compared(app).columns
    app.button(key="whatif_apply").click().run()
    assert not app.exception
    assert offer(store, job) == Offer.APPLIED
    point_at(store, plan_folder)
    app.run()
    app.button(key="whatif_discard").click().run()
    assert offer(store, job) == Offer.GONE
    save_whatif(folder_of(home), replace(RUSH, absence=2.0), saved.digest)
    app.run()
    assert column not in compared(app).columns
    assert text("ui.whatif.out_of_date") in said(app)
    with pytest.raises(SettingsError, match="changed"):
        whatif_tasks.answer(get_job(store, job.id), steps, lambda: False)
    store.close()


def test_the_worker_knows_the_job() -> None:
    assert tasks.task_of(whatif_tasks.KIND) is whatif_tasks.answer
