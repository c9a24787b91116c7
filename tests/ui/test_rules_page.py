"""The page Rules: sentences and values, saving, the check with its endings, and the prices of rules."""

import os
import threading
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from staffing.domain.queue import DeadlineTarget, DeadlineUnit
from staffing.files import read_centre
from staffing.files.centre_write import edit_centre
from staffing.i18n import catalogue, text
from staffing.report.rule_lines import TOPICS
from staffing.store import Job, JobState, Store, open_store
from staffing.store.access import Actor, Role
from staffing.store.jobs import get_job, start_job
from staffing.store.schema import job as job_table
from staffing.ui import centre as shown_centre
from staffing.ui import tasks, worker
from staffing.ui.centre import point_at_centre
from staffing.ui.facts.rule_findings import price_frame, told_groups
from staffing.ui.rules_draft import begin, shown_value, taken_value, tried
from staffing.ui.sections import asking, rule_check, rules
from staffing.ui.words import Words
from tests.files.tiny_centre import TOML, write_tiny_centre
from tests.ui.opened import open_page
from tests.ui.opened import said as shown_text

both = pytest.mark.parametrize("lang", ["en", "zh"])
ORDER = {"first_day": None, "weeks": 1, "share": None, "seconds": 20.0, "workers": 1}


@pytest.fixture
def store(home: Path):
    opened = open_store(f"sqlite:///{home / 'staffing.db'}")
    yield opened
    opened.close()


@pytest.fixture
def folder(store: Store, tmp_path: Path) -> Path:
    made = write_tiny_centre(tmp_path / "mine")
    point_at_centre(store, made)
    return made


def said(app: Any) -> str:
    """All text of a page as it is read, without the signs that keep data from being Markdown."""
    return shown_text(app).replace("\\", "")


def checked(store: Store, folder: Path, home: Path, values: list, rules_now: str = "") -> Job:
    """A check worked here and now, as its worker does."""
    job, _ = tasks.ask(store, "check", {"centre": str(folder), "values": values, "rules": rules_now, **ORDER}, home)
    start_job(store, job.id, os.getpid())
    worker.run(store, get_job(store, job.id), threading.Event())
    return get_job(store, job.id)


@both
def test_every_topic_opens(folder: Path, plan_folder: Path, lang: str) -> None:
    """Each topic tells its sentences and shows their values."""
    app = open_page("rules", lang)
    assert not app.exception
    assert text("rules.week.rest_h", lang, rest_h="11") in said(app)
    for topic in (*TOPICS[1:], rules.COSTS):
        app.segmented_control(key="rules_topic").set_value(topic).run()
        assert not app.exception, topic
    assert text("ui.rules.prices_lead", lang) in said(app)


def test_every_word_of_the_page_is_there() -> None:
    """Texts made of topics and phases."""
    wanted = {f"ui.rules.topic_{topic}" for topic in (*TOPICS, rules.COSTS)} | {
        f"ui.rules.lead_{topic}" for topic in TOPICS
    }
    wanted |= {f"ui.asking.{phase}" for phase in asking.PHASES}
    assert wanted - catalogue("en").keys() == set()


def test_a_value_is_tried_told_saved_and_discarded(folder: Path) -> None:
    """The sentence follows the value at once; saving writes centre.toml alone, with its comments."""
    app = open_page("rules")
    app.number_input(key="rules_rules_rest_h_0").set_value(12.0).run()
    assert text("rules.week.rest_h", rest_h="12") in said(app)
    assert text("ui.rules.unsaved", count=1) in said(app)
    assert read_centre(folder).centre.rules.rest_h == 11
    app.button(key="rules_save").click().run()
    assert not app.exception
    assert read_centre(folder).centre.rules.rest_h == 12
    assert (folder / "centre.toml").read_text().startswith(TOML.rstrip("\n"))
    key = next(box.key for box in app.number_input if "max_consecutive_days" in (box.key or ""))
    app.number_input(key=key).set_value(3).run()
    app.button(key="rules_discard").click().run()
    assert text("rules.week.max_consecutive_days", max_consecutive_days="6") in said(app)
    assert read_centre(folder).centre.rules.max_consecutive_days == 6


def test_a_promise_is_changed_where_the_requirement_leads(folder: Path) -> None:
    """The topic asked for opens; a share is entered in percent and a deadline with its unit."""
    queues = read_centre(folder).centre.queues
    due = next(place for place, queue in enumerate(queues) if queue.has_deadline)
    app = open_page("rules", topic="promise")
    app.number_input(key="rules_queue_0_target_service_level_0").set_value(92.5).run()
    app.selectbox(key=f"rules_queue_{due}_target_deadline_0_1").set_value("working days").run()
    app.number_input(key=f"rules_queue_{due}_target_deadline_0_0").set_value(2.5).run()
    assert not app.exception
    assert text("rules.promise.working_days", share="90", amount="2.5") in said(app)
    app.button(key="rules_save").click().run()
    assert not app.exception
    after = read_centre(folder).centre.queues
    assert after[0].target == replace(queues[0].target, service_level=0.925)  # type: ignore[type-var]
    assert after[due].target == DeadlineTarget(2.5, DeadlineUnit.WORKING_DAYS, queues[due].target.share)  # type: ignore[union-attr]


def test_a_value_that_cannot_be_is_refused_with_its_reason(folder: Path) -> None:
    """The reader's faults stand by the save button, which waits; so does the check."""
    app = open_page("rules")
    app.segmented_control(key="rules_topic").set_value("contract").run()
    app.number_input(key="rules_contract_0_days_max_0").set_value(3).run()
    assert not app.exception
    assert app.button(key="rules_save").disabled
    assert app.button(key="rules_check").disabled
    assert "contract[1].days_max" in app.dataframe[0].value[text("ui.fault.column")].tolist()


def test_inputs_of_every_kind(folder: Path) -> None:
    """Times, choices, pairs, lengths, flags and numbers that may be left out, as the file holds them."""
    app = open_page("rules")
    app.multiselect(key="rules_rules_forbidden_successions_0").set_value(["day → day"]).run()
    app.time_input(key="rules_rules_night_hours_0_0").set_value(time(22)).run()
    app.number_input(key="rules_rules_nights_max_consecutive_0").set_value(2).run()
    app.segmented_control(key="rules_topic").set_value("shift").run()
    app.text_input(key="rules_shift_0_lengths_min_0").set_value("450, 480, 495").run()
    app.multiselect(key="rules_shift_0_weekdays_0").set_value(["fri", "mon"]).run()
    app.checkbox(key="rules_break_0_paid_0").set_value(True).run()
    assert not app.exception
    assert app.session_state[rules.DRAFT].values == {
        ("rules", "forbidden_successions"): [["day", "day"]],
        ("rules", "night_hours"): ["22:00", "06:00"],
        ("rules", "nights_max_consecutive"): 2,
        ("shift", 0, "lengths_min"): [450, 480, 495],
        ("shift", 0, "weekdays"): ["mon", "fri"],
        ("break", 0, "paid"): True,
    }
    assert app.session_state[rules.DRAFT].now().faults != (), "five days of two weekdays cannot be"


def test_values_and_inputs_are_inverse(folder: Path) -> None:
    """What an input shows and gives back is the value, for every value of the centre."""
    for line in begin(folder, "x").saved.lines:
        for made in line.fields:
            shown = shown_value(made)
            back = [time.fromisoformat(part) for part in shown] if made.kind == "window" else shown
            assert taken_value(made, back) == made.value, made.path


def test_what_somebody_else_saved_comes_under_my_values(folder: Path) -> None:
    """My value stays tried on top of theirs; one that is saved meanwhile is no edit any more."""
    app = open_page("rules")
    app.number_input(key="rules_rules_rest_h_0").set_value(12.0).run()
    edit_centre(folder, {"centre.toml": (TOML + "\n[rules]\nrest_h = 12\nweekly_rest_h = 36\n").encode()})
    app.run()
    assert text("rules.week.weekly_rest_h", weekly_rest_h="36") in said(app)
    assert app.session_state[rules.DRAFT].values == {}


def test_a_check_tells_who_cannot_keep_what(store: Store, folder: Path, home: Path) -> None:
    """Values not saved yet count: conflicts by name with their sentences and ways out, marked stale afterwards."""
    job = checked(store, folder, home, [[["rules", "max_consecutive_days"], 1]])
    assert job.state == JobState.DONE, job
    assert "a1" not in str(job.summary)
    for lang in ("en", "zh"):
        app = open_page("rules", lang)
        assert not app.exception
        assert text("ui.rules.stale", lang) in said(app)
        assert any("Ana (a1)" in part.label.replace("\\", "") for part in app.expander)
        told = text("rules.week.max_consecutive_days", lang, max_consecutive_days="1")
        assert f"{text('rule.consecutive_days', lang)}: {told}" in said(app)
        assert text("ui.rules.own_ways", lang, ways="").split("{")[0][:5] in said(app)


def test_a_check_that_finds_nothing(store: Store, folder: Path, home: Path) -> None:
    """All can be kept, and the answer is about these very files."""
    digest = f"{begin_digest(folder)} []"
    checked(store, folder, home, [], digest)
    app = open_page("rules")
    assert text("ui.rules.stale") not in said(app)
    assert any(text("ui.rules.kept", first_day="", last_day="").split(",")[0] in box.value for box in app.success)


def begin_digest(folder: Path) -> str:
    from staffing.files.centre_write import centre_digest

    return centre_digest(folder)


def test_a_check_runs_in_a_process_of_its_own(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The button queues one job and starts its worker; progress and a stop button are shown meanwhile."""
    begun: list[Any] = []
    monkeypatch.setattr(rule_check.jobs, "launch", lambda _, job, *__: begun.append(job))
    app = open_page("rules")
    app.button(key="rules_check").click().run()
    assert not app.exception
    assert len(begun) == 1
    assert begun[0].payload["seconds"] == 60
    assert app.button(key="rules_check").disabled
    start_job(store, begun[0].id, os.getpid())
    worker.Reporter(store, begun[0].id).part("conflicts", 1, 4)
    app = open_page("rules")
    assert text("ui.asking.conflicts") in said(app)
    app.button(key="rules_check_stop").click().run()
    assert get_job(store, begun[0].id).stop_requested


@pytest.mark.parametrize("end", ["lost", "failed", "stopped"])
def test_every_other_ending_is_told(store: Store, folder: Path, home: Path, end: str) -> None:
    """A dead worker, refused files and a stopped check."""
    job, _ = tasks.ask(store, "check", {"centre": str(folder), "values": [], "rules": "", **ORDER}, home)
    start_job(store, job.id, os.getpid())
    if end == "lost":
        with store.begin() as connection:
            connection.execute(update(job_table).where(job_table.c.id == job.id).values(heartbeat_s=0.0))
    else:
        stop = threading.Event()
        if end == "stopped":
            stop.set()
        else:
            (folder / "history.csv").rename(folder / "gone.csv")
        worker.run(store, get_job(store, job.id), stop)
        if end == "failed":
            (folder / "gone.csv").rename(folder / "history.csv")
    app = open_page("rules")
    assert not app.exception
    wanted = {"lost": "ui.ending.lost", "failed": "ui.ending.data_refused", "stopped": "ui.rules.unknown"}[end]
    assert text(wanted, seconds="0").split("{")[0].split(",")[0] in said(app)


def test_prices_of_rules(store: Store, folder: Path, plan_folder: Path, home: Path) -> None:
    """The job searches the plan on show without each rule; the table tells what each would save."""
    app = open_page("rules")
    app.segmented_control(key="rules_topic").set_value(rules.COSTS).run()
    assert not app.exception
    payload = {"plan": str(plan_folder), "digest": "old", "seconds": 1.0, "workers": 1}
    job, _ = tasks.ask(store, "prices", payload, home)
    start_job(store, job.id, os.getpid())
    rows = [
        {"rule": "", "cost": 1000.0, "short_h": 4.0, "bound": 900.0},
        {"rule": "rest", "cost": 940.0, "short_h": 3.0, "bound": 890.0},
        {"rule": "weekends", "cost": None, "short_h": None, "bound": None},
    ]
    tasks.keep_answer(job, {"rows": rows, "currency": "EUR"})
    worker.finish_job(store, job.id, JobState.DONE, {"code": "ended", "rules": 2})
    app = open_page("rules")
    app.segmented_control(key="rules_topic").set_value(rules.COSTS).run()
    assert not app.exception
    assert text("ui.rules.prices_stale") in said(app)
    frame = price_frame(rows, Words("en"))
    assert frame["saves"].tolist()[1] == 60
    assert frame["saves"].isna().tolist() == [True, False, True]
    assert frame["note"][2] == text("ui.rules.not_searched")


def test_viewers_only_look(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values cannot be entered, nor a check begun."""
    for module in (rules, rule_check, shown_centre):
        monkeypatch.setattr(module, "actor", lambda: Actor("kim", Role.VIEWER))
    app = open_page("rules")
    assert not app.exception
    assert all(box.disabled for box in app.number_input if (box.key or "").startswith("rules_rules"))
    assert app.button(key="rules_check").disabled


def test_conflicts_of_several_people_and_queues(folder: Path) -> None:
    """Groups without a person name their queue; of many people the first are named."""
    words, agents = Words("en"), {agent.id: agent for agent in read_centre(folder).agents}
    lines = tried(TOML, {}).lines
    groups = [{"rule": "min_agents", "agent": None, "date": "2026-02-02", "name": "phone"}]
    told = told_groups(groups, agents, lines, words)
    assert (told.title, told.lines) == (text("ui.rules.everybody"), ("Minimum staffing: phone (Mon 2 Feb)",))
    many = [{"rule": "rest", "agent": ident, "date": None, "name": ""} for ident in ("a1", "a2", "a3", "a4")]
    assert told_groups(many, agents, lines, words).title == "Ana (a1), Ben (a2), Chu (a3) and 1 more"
