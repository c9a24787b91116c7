"""The levers on the Re-plan page: asked, told, put on a draft."""

import os
import threading
from pathlib import Path

import pytest

from staffing.i18n import text
from staffing.planning.drafts import list_drafts
from staffing.store import Job, JobState, open_store
from staffing.store.jobs import get_job, start_job
from staffing.ui import worker
from tests.planning.test_levers import FULL, plan_of
from tests.ui.opened import open_page, said, show


def test_levers_are_found_as_a_job_and_put_on_a_draft(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gap is told, the job finds the shift on a day off for every tab, and its change becomes a draft."""
    begun: list[Job] = []
    monkeypatch.setattr("staffing.store.jobs.LOST_AFTER_S", 600.0)  # a worker within the test does not beat
    monkeypatch.setattr("staffing.ui.lever_tasks.jobs.launch", lambda _, job, *__: begun.append(job))
    show(plan_of((0, 0, "08:00", FULL)), home.parent / "plan", monkeypatch)
    app = open_page("replan", "zh")
    assert text("ui.levers.title", "zh") in said(app)
    app.button(key="levers_button").click().run()
    assert not app.exception
    assert app.button(key="levers_button").disabled
    store = open_store(f"sqlite:///{home / 'staffing.db'}")
    start_job(store, begun[0].id, os.getpid())
    worker.run(store, get_job(store, begun[0].id), threading.Event())
    assert get_job(store, begun[0].id).state == JobState.DONE
    app = open_page("replan", "zh")
    assert not app.exception
    tables = [table.value for table in app.dataframe]
    assert any(text("lever.reserve", "zh") in table.to_string() for table in tables)
    assert app.metric[-1].value == "1"
    app.button(key="levers_draft").click().run()
    assert not app.exception
    assert text("ui.levers.drafted", "zh") in said(app)
    assert [len(draft.cells) for draft in list_drafts(store)] == [1]
    show(plan_of((1, 0, "09:00", FULL)), home.parent / "plan", monkeypatch)
    app.run()
    assert text("ui.levers.stale", "zh") in said(app)
    store.close()


def test_without_gaps_nothing_is_asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan that is short of nobody says so, and shows no form."""
    show(plan_of((0, 0, "08:00", FULL), (1, 0, "10:00", FULL), required=0.5), home.parent / "plan", monkeypatch)
    app = open_page("replan")
    assert text("ui.levers.none_missing") in said(app)
    assert not [button for button in app.button if button.key == "levers_button"]
