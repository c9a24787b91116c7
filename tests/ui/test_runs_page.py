"""The page Runs tells the truth about every state of a job, in both languages."""

import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy import update

from staffing.files import write_plan
from staffing.i18n import text
from staffing.store import Job, JobEvent, JobState, Store, open_store
from staffing.store.access import AccessError
from staffing.store.jobs import add_event, finish_job, get_job, start_job
from staffing.store.pointers import get_pointer
from staffing.store.schema import job as job_table
from staffing.ui import jobs
from staffing.ui.actor import NOBODY
from staffing.ui.facts.run_compare import DIFFERS
from staffing.ui.sections import run_line
from staffing.ui.sections.run_history import CHOSEN
from staffing.ui.words import Words
from tests.files.tiny_centre import write_tiny_centre
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
    app.button(key="runs_stop").click().run()
    assert get_job(store, job.id).stop_requested
    assert text("ui.runs.stopping", lang) in said(app)
    assert not app.code
    app.session_state["runs_log"] = True
    app.run()
    assert text("ui.log.first", lang, phase="construct") in app.code[0].value


@both
def test_orders_wait_in_line_and_can_be_moved_or_taken_out(
    store: Store, home: Path, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is ordered while a run works waits and is told; a second click does not order it again."""
    begun: list[str] = []
    monkeypatch.setattr(jobs, "launch", lambda store, job, home, url: begun.append(job.id))
    job, folder = running(store, home), write_tiny_centre(home / "centre")
    app = open_page("runs", lang)
    assert text("ui.line.title", lang, count=1) not in said(app)
    app.text_input(key="runs_centre").set_value(str(folder))
    app.number_input(key="runs_seed").set_value(5)
    app.button(key="runs_button").click().run()
    app.button(key="runs_button").click().run()
    assert text("ui.line.known", lang) in {note.value for note in app.toast}
    app.number_input(key="runs_seed").set_value(6)
    app.button(key="runs_button").click().run()
    assert not app.exception
    assert text("ui.line.taken", lang) in {note.value for note in app.toast}
    five, six = jobs.waiting(store)
    assert (five.payload["seed"], six.payload["seed"]) == (5, 6)
    told = said(app)
    assert text("ui.line.title", lang, count=2) in told
    assert told.count(text("ui.line.seed", lang, seed=5)) == 1
    assert app.button(key=f"runs_first_{five.id}").disabled
    app.button(key=f"runs_first_{six.id}").click().run()
    assert [one.id for one in jobs.waiting(store)] == [six.id, five.id]
    app.button(key=f"runs_out_{five.id}").click().run()
    assert [one.id for one in jobs.waiting(store)] == [six.id]
    assert begun == []
    finish_job(store, job.id, JobState.STOPPED, {"code": "ended"})
    app.run()
    assert not app.exception
    assert begun == [six.id]
    assert text("ui.job.queued", lang) in said(app)


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
    assert app.dataframe[0].value[text("ui.column.state", lang)].tolist() == [[text("ui.job.failed", lang)]]
    assert any("time\\_off\\.csv:3" in part.value for part in app.markdown)


def test_every_other_ending_has_its_sentence(store: Store, home: Path) -> None:
    """Failed, stopped before it began, and without a roster are told apart."""
    app = open_page("runs")
    for state, summary, code in (
        (JobState.FAILED, {"code": "unexpected"}, "unexpected"),
        (JobState.FAILED, {"code": "no_worker"}, "no_worker"),
        (JobState.FAILED, {"code": "settings_refused", "message": "--from is too far ahead"}, "settings_refused"),
        (JobState.STOPPED, None, "ended"),
    ):
        job = running(store, home)
        finish_job(store, job.id, state, summary)
        app.run()
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


def finished(store: Store, home: Path, seed: int) -> Job:
    """A run that has ended with a plan."""
    job, _ = jobs.create(store, jobs.Order(home / "centre", seed=seed), home)
    start_job(store, job.id, os.getpid())
    add_event(store, job.id, JobEvent(1.0, "polish", 200.0, 150.0))
    write_plan(make_plan_value(), jobs.out_folder(job))
    summary = {"code": "ended", "status": "feasible", "stop_reason": "time_limit", "violations": 0, "objective": 200.0}
    finish_job(store, job.id, JobState.DONE, summary)
    return job


@both
def test_runs_are_chosen_in_the_history(store: Store, home: Path, lang: str) -> None:
    """One is told in full, two to four stand side by side, five are too many; a plan that is gone says so."""
    ended = [finished(store, home, seed) for seed in range(1, 6)][::-1]
    shutil.rmtree(jobs.out_folder(ended[3]))
    app = open_page("runs", lang)
    table = app.dataframe[0].value
    assert table[text("ui.column.seed", lang)].tolist() == [5, 4, 3, 2, 1]
    expected = [text(f"ui.history.plan_{name}", lang) for name in ("open", "open", "open", "gone", "open")]
    assert table[text("ui.history.plan", lang)].tolist() == expected

    def choose(*rows: int) -> None:
        chosen = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
        app.session_state[f"runs_history_{ended[0].id}_5"] = chosen
        app.run()
        assert not app.exception
        assert app.session_state[CHOSEN] == tuple(ended[row].id for row in rows)

    choose(4)
    assert app.button(key="chosen_apply")
    choose(2, 3, 4)
    ordered = app.dataframe[1].value
    assert ordered.iloc[0].tolist() == [f"{DIFFERS} {text('ui.runs.seed', lang)}", "3", "2", "1"]
    assert len([note for note in app.warning if "B" in note.value]) == 1
    app.button(key=f"compare_{ended[4].id}_apply").click().run()
    assert get_pointer(store, "current")[0] == str(jobs.out_folder(ended[4]))
    choose(0, 1, 2, 3, 4)
    assert text("ui.history.too_many", lang, most=4) in said(app)


def test_who_may_only_look_changes_nothing(store: Store, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A viewer sees what works and what waits, and can neither order nor stop, move or take out."""
    running(store, home)
    waiting, _ = jobs.create(store, jobs.Order(home / "centre", seed=2), home)
    for name in ("runs", "run_line"):
        monkeypatch.setattr(f"staffing.ui.sections.{name}.actor", lambda: NOBODY)
    monkeypatch.setattr("staffing.ui.actor.actor", lambda: NOBODY)
    app = open_page("runs")
    assert text("ui.centre.role", role=text("ui.role.viewer")) in said(app)
    for key in ("button", "stop", f"first_{waiting.id}", f"out_{waiting.id}"):
        assert app.button(key=f"runs_{key}").disabled
    with pytest.raises(AccessError):
        run_line.give(Words("en"), jobs.Order(home / "centre", seed=3))
    assert [job.id for job in jobs.waiting(store)] == [waiting.id]
