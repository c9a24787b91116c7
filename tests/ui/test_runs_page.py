"""The page Runs tells the truth about every state of a job, in both languages."""

import os
from pathlib import Path

import pytest
from sqlalchemy import update

from staffing.files import write_plan
from staffing.i18n import text
from staffing.store import Job, JobEvent, JobState, Store, open_store
from staffing.store.jobs import add_event, finish_job, get_job, start_job
from staffing.store.pointers import get_pointer
from staffing.store.schema import job as job_table
from staffing.ui import jobs
from tests.plans import make_plan_value
from tests.ui.opened import open_page, said

both = pytest.mark.parametrize("lang", ["en", "zh"])


@pytest.fixture
def store(home: Path) -> Store:
    return open_store(f"sqlite:///{home / 'staffing.db'}")


def running(store: Store, home: Path) -> Job:
    """A job that this process works on."""
    job, _ = jobs.create(store, jobs.Order(home / "centre"), home)
    start_job(store, job.id, os.getpid())
    return job


@both
def test_a_running_job_shows_its_progress_and_can_be_stopped(store: Store, home: Path, lang: str) -> None:
    """Before the first roster every figure is a word; the stop button asks the worker to stop."""
    job = running(store, home)
    add_event(store, job.id, JobEvent(1.0, "construct", None, 50.0))
    app = open_page("runs", lang)
    assert not app.exception
    assert [metric.value for metric in app.metric] == [
        text("ui.runs.searching", lang),
        "50",
        text("ui.runs.searching", lang),
    ]
    assert app.button(key="runs_button").disabled
    app.button(key="runs_stop").click().run()
    assert get_job(store, job.id).stop_requested
    assert text("ui.runs.stopping", lang) in said(app)


def test_an_unfinished_job_is_found_again_after_a_reload(store: Store, home: Path) -> None:
    """A new tab shows the job that is open, with its cost, bound and gap."""
    job = running(store, home)
    add_event(store, job.id, JobEvent(1.0, "improve", 200.0, 150.0))
    for _ in range(2):
        assert [metric.value for metric in open_page("runs").metric] == ["200", "150", "25.00%"]


@both
def test_a_dead_worker_is_shown_as_lost(store: Store, home: Path, lang: str) -> None:
    """A running job without a heartbeat is lost, and a new one can be started."""
    job = running(store, home)
    with store.begin() as connection:
        connection.execute(update(job_table).where(job_table.c.id == job.id).values(heartbeat_s=0.0))
    app = open_page("runs", lang)
    assert not app.exception
    assert text("ui.ending.lost", lang) in said(app)
    assert not app.button(key="runs_button").disabled


@both
def test_refused_data_is_listed(store: Store, home: Path, lang: str) -> None:
    """Each fault stands with its file and row; the value, which may be a name, does not."""
    job = running(store, home)
    fault = {"file": "time_off.csv", "row": 3, "column": "agent", "code": "unknown_agent", "expected": "an agent id"}
    finish_job(store, job.id, JobState.FAILED, {"code": "data_refused", "faults": [fault]}, "DataError")
    app = open_page("runs", lang)
    assert not app.exception
    assert text("ui.ending.data_refused", lang) in said(app)
    assert any("time\\_off\\.csv:3" in part.value for part in app.markdown)


def test_every_other_ending_has_its_sentence(store: Store, home: Path) -> None:
    """Failed, stopped before it began, and without a roster are told apart."""
    for state, summary, code in (
        (JobState.FAILED, {"code": "unexpected"}, "unexpected"),
        (JobState.FAILED, {"code": "no_worker"}, "no_worker"),
        (JobState.FAILED, {"code": "settings_refused", "message": "--from is too far ahead"}, "settings_refused"),
        (JobState.STOPPED, None, "ended"),
    ):
        job = running(store, home)
        finish_job(store, job.id, state, summary)
        app = open_page("runs")
        assert not app.exception
        assert text(f"ui.ending.{code}").split("{")[0] in said(app)


def test_a_proposal_is_applied_or_discarded(store: Store, home: Path) -> None:
    """Apply moves the pointer, discard deletes the folder; both are the planner's choice."""
    job = running(store, home)
    write_plan(make_plan_value(), jobs.out_folder(job))
    finish_job(
        store,
        job.id,
        JobState.DONE,
        {"code": "ended", "status": "feasible", "stop_reason": "time_limit", "violations": 0},
    )
    app = open_page("runs")
    app.button(key="runs_apply").click().run()
    assert not app.exception
    assert get_pointer(store, "current")[0] == str(jobs.out_folder(job))
    assert text("ui.runs.applied") in said(app)
    second = running(store, home)
    write_plan(make_plan_value(), jobs.out_folder(second))
    finish_job(store, second.id, JobState.STOPPED, {"code": "ended"})
    app = open_page("runs")
    app.button(key="runs_discard").click().run()
    assert not app.exception
    assert not jobs.out_folder(second).exists()
    assert jobs.out_folder(job).exists()
    assert len(app.dataframe[0].value) == 2
