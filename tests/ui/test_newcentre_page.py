"""The page New centre: five steps from own files to a folder, kept on disk, with jobs, faults and rights."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from staffing.errors import DataError
from staffing.files import read_centre, write_plan
from staffing.files.home import IMPORTS
from staffing.files.wizard import spool
from staffing.files.wizard.stages import CHECK, HISTORY, PEOPLE, QUEUES, READ, SETTLE
from staffing.i18n import text
from staffing.sample import own_files
from staffing.store import Job, JobState, Store
from staffing.store.access import AccessError, Actor, Role
from staffing.store.jobs import create_job, get_job, list_jobs, start_job
from staffing.ui import import_tasks, newcentre, state, worker
from staffing.ui.newcentre import Draft
from staffing.ui.shown import chosen_centre
from tests.plans import make_plan_value
from tests.ui.opened import open_page, said

FILES = dict(zip((HISTORY, PEOPLE, QUEUES), own_files().items(), strict=True))
ANA, BEN = Actor("ana@example.com", Role.PLANNER), Actor("ben@example.com", Role.PLANNER)
Launch = Callable[[Store, Job, Path, str], None]


def next_step(app: AppTest) -> AppTest:
    app.button(key="newcentre_next").click().run()
    assert not app.exception
    return app


def spools(home: Path) -> list[Path]:
    return list((home / IMPORTS).glob("*"))


def at_once(store: Store, job: Job, home: Path, db_url: str) -> None:
    """A worker in this process."""
    assert start_job(store, job.id, os.getpid())
    worker.run(store, get_job(store, job.id), threading.Event())


def large(monkeypatch: pytest.MonkeyPatch, launch: Launch) -> None:
    """Everything is left to jobs, which `launch` works."""
    monkeypatch.setattr(newcentre, "LARGE_BYTES", 0)
    monkeypatch.setattr("staffing.ui.jobs.launch", launch)


@pytest.fixture
def draft(home: Path) -> Draft:
    """An import with all three files, read and settled."""
    made = Draft(home, ANA)
    made.set(name="Shop", timezone="Europe/Berlin")
    for kind, (name, data) in FILES.items():
        made.take(kind, name, data)
    made.work(READ)
    made.set(columns={kind: made.columns(kind) for kind in FILES}, unit="s")
    assert made.work(SETTLE) == 0
    made.adopt()
    return made


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_five_steps_make_a_centre(home: Path, lang: str) -> None:
    """Upload, look, go on, create: the folder can be read, is the app's centre, and nothing was written before."""
    app = open_page("newcentre", lang)
    assert app.button(key="newcentre_next").disabled
    assert not spools(home)
    app.text_input(key="newcentre_name").set_value("Beispiel & 例")
    for kind, (name, data) in FILES.items():
        app.file_uploader(key=f"newcentre_{kind}").set_value((name, data, "text/csv"))
    app.run()
    next_step(app)
    assert app.selectbox(key="newcentre_history_col_offered").value == "Calls offered"
    app.selectbox(key="newcentre_unit").select("s").run()
    next_step(app)
    next_step(app)
    app.number_input(key="newcentre_absence").set_value(7.0).run()
    # The tab is lost here: another one, opened later, goes on with the same step and the same answers.
    app = open_page("newcentre", lang)
    assert app.number_input(key="newcentre_absence").value == 7.0
    next_step(app)
    assert text("ui.newcentre.legal", lang) in said(app)
    assert not (home / "centres").exists()
    app.button(key="newcentre_create").click().run()
    assert not app.exception
    folder = home / "centres" / "Beispiel-例"
    scenario = read_centre(folder)
    assert scenario.centre.name == "Beispiel & 例"
    assert len(scenario.agents) == 10
    assert {queue.unplanned_shrinkage for queue in scenario.centre.queues} == {0.07}
    assert chosen_centre(state.store()) == folder
    assert not spools(home)
    app.button(key="newcentre_another").click().run()
    assert app.button(key="newcentre_next").disabled


def test_what_is_there_is_found_again_and_can_be_deleted(home: Path) -> None:
    """A new tab shows name and files; beginning anew deletes them and empties the fields of every tab."""
    app = open_page("newcentre")
    app.text_input(key="newcentre_name").set_value("Shop")
    for kind in (HISTORY, PEOPLE):
        name, data = FILES[kind]
        app.file_uploader(key=f"newcentre_{kind}").set_value((name, data, "text/csv"))
    app.run()
    other = open_page("newcentre")
    assert other.text_input(key="newcentre_name").value == "Shop"
    assert len(other.dataframe) == 2
    assert not other.button(key="newcentre_next").disabled
    other.button(key="newcentre_people_remove").click().run()
    assert len(other.dataframe) == 1
    other.button(key="newcentre_anew").click().run()
    assert not other.exception
    assert not spools(home)
    app.run()  # its fields held the old answers
    assert app.button(key="newcentre_next").disabled
    assert not app.dataframe
    assert not spools(home)


def test_a_file_that_is_none_keeps_the_step(home: Path) -> None:
    """A picture is refused with a sentence, and a good file takes its place."""
    app = open_page("newcentre")
    app.text_input(key="newcentre_name").set_value("x")
    app.file_uploader(key="newcentre_history").set_value(("a.csv", b"\x89PNG\0\0", "text/csv")).run()
    assert not app.exception
    assert app.error
    assert app.button(key="newcentre_next").disabled
    name, data = FILES[HISTORY]
    app.file_uploader(key="newcentre_history").set_value((name, data, "text/csv")).run()
    assert not app.error
    assert not app.button(key="newcentre_next").disabled


def test_faults_are_listed_and_stop_the_step(home: Path) -> None:
    """A wrong number is named by file, row and column, in a new tab too; back leads to the files again."""
    app = open_page("newcentre")
    app.text_input(key="newcentre_name").set_value("x")
    bad = FILES[HISTORY][1].replace(b";Hotline;", b";Hotline;many", 1)
    app.file_uploader(key="newcentre_history").set_value(("calls.csv", bad, "text/csv")).run()
    next_step(app)
    for tab in (next_step(app), open_page("newcentre")):
        assert tab.error[0].value == text("ui.newcentre.faults", "en", count=1)
        assert list(tab.dataframe[0].value.iloc[0])[:3] == ["calls.csv", 3, "Calls offered"]
    app.button(key="newcentre_back").click().run()
    assert app.text_input(key="newcentre_name").value == "x"


def test_a_viewer_only_looks(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Making a centre needs the role of a planner."""
    monkeypatch.setattr("staffing.ui.actor.actor", lambda: Actor("v", Role.VIEWER))
    monkeypatch.setattr("staffing.ui.actor.local_actor", lambda: Actor("v", Role.VIEWER))
    app = open_page("newcentre")
    assert not app.exception
    assert text("ui.newcentre.role") in said(app)
    assert not app.get("file_uploader")
    with pytest.raises(AccessError):
        Draft(home, Actor("v", Role.VIEWER))


def test_large_files_are_left_to_jobs(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading, settling and checking are each a job; the same steps lead to the same centre."""
    large(monkeypatch, at_once)
    app = open_page("newcentre")
    app.text_input(key="newcentre_name").set_value("Shop")
    for kind, (name, data) in FILES.items():
        app.file_uploader(key=f"newcentre_{kind}").set_value((name, data, "text/csv"))
    app.run()
    next_step(app)
    app.selectbox(key="newcentre_unit").select("s").run()
    for _ in range(3):
        next_step(app)
    app.button(key="newcentre_create").click().run()
    assert not app.exception
    assert len(read_centre(home / "centres" / "Shop").agents) == 10
    ran = [job for job in list_jobs(state.store()) if job.kind == import_tasks.KIND]
    assert {job.payload["stage"] for job in ran} == {READ, SETTLE, CHECK}
    assert {(job.state, job.summary["faults"]) for job in ran} == {(JobState.DONE, 0)}


def test_a_job_is_watched_stopped_and_begun_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it works there is its progress and no way past it; stopped or lost it is offered again."""
    waiting: list[Job] = []
    large(monkeypatch, lambda store, job, home, db_url: waiting.append(job))
    app = open_page("newcentre")
    app.text_input(key="newcentre_name").set_value("Shop")
    app.file_uploader(key="newcentre_history").set_value((*FILES[HISTORY], "text/csv")).run()
    assert app.button(key="newcentre_next").disabled
    assert [job.payload["stage"] for job in waiting] == [READ]
    app = open_page("newcentre")
    app.button(key="newcentre_stop").click().run()
    app.run()
    assert get_job(state.store(), waiting[0].id).state is JobState.STOPPED
    assert text("ui.newcentre.unfinished") in said(app)
    app.button(key="newcentre_again").click().run()
    assert start_job(state.store(), waiting[1].id, os.getpid())
    monkeypatch.setattr("staffing.store.jobs.LOST_AFTER_S", -1.0)
    app.run()
    assert text("ui.ending.lost") in said(app)
    monkeypatch.setattr("staffing.store.jobs.LOST_AFTER_S", 60.0)
    monkeypatch.setattr("staffing.ui.jobs.launch", at_once)
    app.button(key="newcentre_again").click().run()
    assert not app.exception
    assert not app.button(key="newcentre_next").disabled


def test_faults_of_a_job_are_told_without_a_value_in_the_store(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page lists place and value; the row of the job holds a count."""
    draft = Draft(home, ANA)
    draft.set(name="x")
    draft.take(PEOPLE, "people.csv", FILES[PEOPLE][1].replace(b"Ana Ruiz", b"Ana Secret").replace(b"40", b"Secret"))
    draft.take(HISTORY, *FILES[HISTORY])
    draft.work(READ)
    draft.set(columns={kind: draft.columns(kind) for kind in (HISTORY, PEOPLE)}, unit="s")
    store = state.store()
    large(monkeypatch, at_once)
    job = get_job(store, draft.order(store, SETTLE, "").id)
    assert (job.state, job.summary["code"]) == (JobState.DONE, "ended")
    assert job.summary["faults"] > 0
    assert "Secret" not in repr(job)
    with pytest.raises(DataError) as refused:
        draft.is_made(SETTLE)
    assert len(refused.value.faults) == job.summary["faults"]
    assert {(fault.file, fault.value) for fault in refused.value.faults} == {("people.csv", "Secret")}


def test_a_discarded_import_comes_to_its_end(home: Path, draft: Draft) -> None:
    """A worker that finds its import deleted, before or while it works, writes nothing."""
    store, folder = state.store(), draft.folder
    payload = {"folder": str(folder), "stage": CHECK, "key": "", "home": str(home)}
    job, _ = create_job(store, import_tasks.KIND, import_tasks.scope(folder), payload)

    class Report:
        def step(self, name: str) -> None: ...

        def part(self, name: str, done: int, total: int) -> None:
            spool.discard(folder)

        def event(self, event: object) -> None: ...

    assert import_tasks.work(job, Report(), lambda: True) == {"code": "ended"}
    assert draft.checked() is None
    assert import_tasks.work(job, Report(), lambda: False) == {"code": "ended"}
    assert not spools(home)
    assert import_tasks.work(job, Report(), lambda: False) == {"code": "ended"}


def test_a_discarded_import_stops_its_job(home: Path, draft: Draft) -> None:
    """Nobody is left to work on for what was deleted."""
    store = state.store()
    payload = {"folder": str(draft.folder), "stage": CHECK, "key": "", "home": str(home)}
    job, _ = create_job(store, import_tasks.KIND, import_tasks.scope(draft.folder), payload)
    draft.discard(store)
    assert get_job(store, job.id).state is JobState.STOPPED
    assert not spools(home)


def test_a_step_whose_work_is_gone_is_gone_back_from(draft: Draft) -> None:
    """After an upgrade, or where somebody deleted files, what a step needs is made again from the step before."""
    draft.set(step=newcentre.STEPS.index("people"))
    assert draft.sound_step() == 3
    for made in draft.folder.glob("settle-*"):
        made.write_text('{"made": {"another": "shape"}}')
    assert draft.sound_step() == 1
    draft.set(step=1)
    assert draft.sound_step() == 1
    for made in draft.folder.glob("read-history-*"):
        made.unlink()
    assert draft.sound_step() == 0


def test_everybody_has_an_import_of_their_own(home: Path, draft: Draft) -> None:
    """Two people never see each other's; one finds it again at the step where it was left."""
    assert Draft(home, BEN).answers.uploads == {}
    Draft(home, BEN).set(name="Other")
    again = Draft(home, ANA)
    assert again.is_same(draft)
    assert again.answers.queues == draft.answers.queues
    assert not any("ana" in path.name for path in spools(home))


def test_answers_stay_when_one_goes_back(draft: Draft) -> None:
    """What was typed into the tables is kept while the files stay the same; a sheet of queues decides again."""
    draft.drop(QUEUES)
    row = {name: getattr(draft.answers.queues[0], name) for name in draft.answers.queues[0].__slots__}
    row |= {"service_level": 95.0}
    rows = [row | {"sat": " 9-12 "}]
    rows.append({name: getattr(draft.answers.queues[1], name) for name in draft.answers.queues[1].__slots__})
    rows[1]["service_level"] = float("nan")
    changed = newcentre.changed_queues(draft.answers.queues, rows)
    assert changed[1].service_level is None
    draft.set(queues=newcentre.settled((changed[0], draft.answers.queues[1])))
    terms = [{"id": term.id, "weekly_h": 30, "days": 4} for term in draft.answers.contracts]
    draft.set(contracts=newcentre.changed_contracts(terms))
    draft.work(SETTLE)
    draft.adopt()
    assert (draft.answers.queues[0].service_level, draft.answers.queues[0].sat) == (0.95, "09:00-12:00")
    assert {term.weekly_h for term in draft.answers.contracts} == {30.0}
    draft.take(QUEUES, *FILES[QUEUES])
    draft.work(READ)
    draft.set(columns={**draft.answers.columns, QUEUES: draft.columns(QUEUES)})
    draft.work(SETTLE)
    draft.adopt()
    assert draft.answers.queues[0].service_level == 0.8
    draft.drop(PEOPLE)
    draft.work(SETTLE)
    draft.adopt()
    assert (draft.people(), draft.answers.contracts) == (None, ())


def test_the_sample_can_be_removed_and_shown_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """First start shows the finished plan of the sample; one button takes it away, another brings it back."""
    demo = home.parent / "sample"
    write_plan(make_plan_value(), demo)
    for module in ("state", "blocks"):
        monkeypatch.setattr(f"staffing.ui.{module}.demo_folder", lambda: demo)
    app = open_page("requirement")
    assert text("ui.state.demo") in said(app)
    app.button(key="remove_demo").click().run()
    assert not app.exception
    assert text("ui.state.demo_removed") in said(app)
    app.button(key="show_demo").click().run()
    assert text("ui.state.demo") in said(app)
