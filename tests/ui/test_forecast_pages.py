"""The Forecast and Accuracy pages of a plan with a forecast of its own."""

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import streamlit as st

from staffing.domain.calendar import DayKind
from staffing.domain.centre import SpecialDay
from staffing.files import read_plan
from staffing.forecast import backtest
from staffing.i18n import text
from staffing.planning import plan_table
from staffing.store import Job, JobState, Store, open_store
from staffing.store.jobs import finish_job, get_job, request_stop, start_job
from staffing.ui import backtest_tasks, worker
from staffing.ui.backtest_tasks import Asked, data_digest
from staffing.ui.words import Words
from tests.ui.forecast_plan import make_forecast_plan
from tests.ui.opened import open_page, said, show

both = pytest.mark.parametrize("lang", ["en", "zh"])


@pytest.fixture
def made(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The plan on show; its folder keeps eight weeks of the history."""
    return show(make_forecast_plan(), home.parent / "plan", monkeypatch)


@both
def test_a_day_is_explained(made: Path, lang: str) -> None:
    """All days as a table, one day step by step, events with their range, layers with their effect."""
    app = open_page("forecast", lang)
    assert not app.exception
    heads = {part.value for part in app.subheader}
    assert {text(f"ui.forecast.{key}", lang) for key in ("layers", "why", "effects")} <= heads
    assert text("ui.why.weeks_only", lang, days=56) in said(app)
    layers = next(frame.value for frame in app.dataframe if "operation" in frame.value)
    assert "mailing" in list(layers["note"])
    app.selectbox(key="forecast_day").select(1).run()
    assert not app.exception
    words = Words(lang)
    line = next(part.value for part in app.markdown if " → " in part.value)
    assert line.startswith(words("why.level"))
    assert words("why.layers") in line


def test_the_centre_gives_the_whole_history(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the centre's folder still holds the weeks kept, four days tell of the campaign instead of two."""
    whole = make_forecast_plan().scenario
    seen = []
    for centre in (None, made):
        monkeypatch.setattr("staffing.ui.past.centre_of", lambda store, place, found=centre: found)
        monkeypatch.setattr("staffing.ui.past.read_centre", lambda folder, people: whole)
        app = open_page("forecast")
        assert not app.exception
        assert (text("ui.why.weeks_only", days=56) in said(app)) == (centre is None)
        seen.append(next(int(frame.value["seen"].iloc[0]) for frame in app.dataframe if "seen" in frame.value))
    assert seen == [2, 4]


@both
def test_a_queue_without_history_tells_its_rule(made: Path, lang: str) -> None:
    """A derived queue names its source and share; nothing is learned of events for it."""
    app = open_page("forecast", lang)
    app.selectbox(key="forecast_queue").select("callback").run()
    assert not app.exception
    assert "10\\.00%" in said(app)
    assert text("ui.forecast.effects", lang) not in {part.value for part in app.subheader}


def test_a_pasted_morning_moves_the_day(made: Path) -> None:
    """Rows of the first day bring a sentence and a table; faults and other days are told, and nothing is stored."""
    before = sorted(path.stat().st_mtime_ns for path in made.iterdir())
    app = open_page("forecast")
    rows = "\n".join(f"2026-01-05T{8 + n // 2:02d}:{30 * (n % 2):02d},phone,60" for n in range(6))
    app.text_area(key="forecast_today_text").set_value("start,queue,offered\n" + rows).run()
    assert not app.exception
    assert "until 11:00: 360 came" in said(app)
    table = next(frame.value for frame in app.dataframe if "rest_after" in frame.value)
    assert np.all(table["rest_after"] > table["rest_before"])
    app.text_area(key="forecast_today_text").set_value("start,queue,offered\n2026-01-05T08:00,fone,1\n").run()
    assert not app.exception
    assert "fone" in app.error[0].value
    app.text_area(key="forecast_today_text").set_value("start,queue,offered\n2026-02-05T08:00,phone,1\n").run()
    assert "the first day of this plan is Mon 5 Jan" in app.error[0].value
    app.text_area(key="forecast_today_text").set_value("start,queue,offered\n2026-01-05T08:00,phone,\n").run()
    assert not app.exception
    assert app.error
    assert sorted(path.stat().st_mtime_ns for path in made.iterdir()) == before


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    home.mkdir(parents=True, exist_ok=True)
    opened = open_store(f"sqlite:///{home / 'staffing.db'}")
    yield opened
    opened.close()


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Jobs that the page started; nobody works them but the test."""
    found: list[Job] = []
    monkeypatch.setattr("staffing.store.jobs.LOST_AFTER_S", 600.0)  # a worker within the test does not beat
    monkeypatch.setattr("staffing.ui.backtest_tasks.jobs.launch", lambda _, job, *__: found.append(job))
    return found


@both
def test_a_back_test_is_a_job_and_kept(made: Path, store: Store, begun: list[Job], lang: str) -> None:
    """Nothing is scored until asked for; the job is watched; its report stands on every tab that opens later."""
    app = open_page("accuracy", lang)
    assert not app.exception
    assert not app.dataframe
    assert text("ui.accuracy.none", lang) in said(app)
    app.slider(key="accuracy_origins").set_value(3)
    app.button(key="accuracy_button").click().run()
    assert not app.exception
    assert app.button(key="accuracy_button").disabled
    (job,) = begun
    start_job(store, job.id, os.getpid())
    worker.Reporter(store, job.id).part("backtest", 1, 3)
    app.run()
    assert text("ui.asking.backtest", lang) in said(app)
    worker.run(store, get_job(store, job.id), threading.Event())
    assert get_job(store, job.id).state == JobState.DONE
    st.cache_resource.clear()  # as after a restart
    app.run()
    assert not app.exception
    assert len(app.dataframe[0].value) == 2
    assert app.dataframe[1].value["part"][0] == text("ui.accuracy.days_all", lang)
    assert app.button(key="accuracy_button").disabled
    app.selectbox(key="accuracy_queue").select("email").run()
    assert not app.exception
    assert len(app.dataframe) == 2


def test_a_stopped_back_test_keeps_what_is_done(
    made: Path, store: Store, begun: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report says how many it is of, and is that of as many; the rest can be asked for; other data hide it."""
    app = open_page("accuracy")
    app.slider(key="accuracy_origins").set_value(3)
    app.button(key="accuracy_button").click().run()
    (job,) = begun
    start_job(store, job.id, os.getpid())
    stop = threading.Event()
    told: list[float] = []

    def part(self: worker.Reporter, name: str, done: int, total: int) -> None:
        told.append(done)
        if done == 1:
            stop.set()

    monkeypatch.setattr(worker.Reporter, "part", part)
    worker.run(store, get_job(store, job.id), stop)
    assert get_job(store, job.id).state == JobState.STOPPED
    assert told == [0, 1]
    app.run()
    assert not app.exception
    assert text("ui.accuracy.stopped", n=1, total=3) in said(app)
    assert not app.button(key="accuracy_button").disabled
    kept = backtest_tasks.read_report(backtest_tasks.report_file(made.parent / "home", Asked.of(job)))
    scenario = read_plan(made).scenario
    table = plan_table(scenario, scenario.history.grid.dates[-1], 1)[0]
    again = backtest(scenario, table, origins=list(kept.report.origins), weeks=1)
    assert str(kept.report) == str(again)  # as text, so that NaN equals itself
    monkeypatch.setattr("staffing.ui.sections.accuracy.data_digest", lambda _: "other")
    st.cache_data.clear()
    app.run()
    assert text("ui.accuracy.other_data") in said(app)
    assert not app.dataframe


def test_a_back_test_that_ends_badly_is_told(made: Path, store: Store, begun: list[Job]) -> None:
    """Lost and stopped before anything was done: a sentence each, no report, and a way to begin anew."""
    app = open_page("accuracy")
    app.button(key="accuracy_button").click().run()
    finish_job(store, begun[0].id, JobState.LOST)
    app.run()
    assert text("ui.ending.lost") in said(app)
    assert not app.button(key="accuracy_button").disabled
    app.button(key="accuracy_button").click().run()
    request_stop(store, begun[1].id)
    app.run()
    assert not app.exception
    assert text("ui.accuracy.stopped_early") in said(app)


def test_the_digest_names_all_that_is_read() -> None:
    """Contacts, queues, events and special days change it; people, layers and the plan's own name do not."""
    one = make_forecast_plan().scenario
    offered = one.history.offered.copy()
    offered[0, 20] += 1
    others = (
        replace(one, history=replace(one.history, offered=offered)),
        replace(one, events=one.events[1:]),
        replace(one, centre=replace(one.centre, week_start=3)),
        replace(one, special_days=(SpecialDay(date(2025, 11, 3), DayKind.HOLIDAY, "x"),)),
    )
    digests = {data_digest(scenario) for scenario in (one, *others)}
    assert len(digests) == 5
    assert data_digest(replace(one, agents=(), overrides=(), digest="cd")) == data_digest(one)


def test_a_short_history_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer days than a back-test needs give a sentence with both numbers, and no job."""
    show(make_forecast_plan(28), home.parent / "plan", monkeypatch)
    app = open_page("accuracy")
    app.button(key="accuracy_button").click().run()
    assert not app.exception
    assert text("ui.accuracy.short", "en", days=28, needed=41) in said(app)
    assert not app.dataframe
