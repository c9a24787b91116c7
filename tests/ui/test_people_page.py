"""The page People: its states, saving, taking back, importing and forgetting, in both languages and for each role."""

from pathlib import Path

import pytest

from staffing.files import read_centre
from staffing.files.centre_write import centre_history, edit_centre
from staffing.i18n import catalogue, text
from staffing.measures import coverage
from staffing.store import JobState, Store, open_store
from staffing.store.access import Actor, Role
from staffing.store.jobs import create_job, finish_job
from staffing.store.trail import entries
from staffing.ui import actor as acting
from staffing.ui import centre as shown_centre
from staffing.ui import state
from staffing.ui.centre import is_sample, own_copy, point_at_centre
from staffing.ui.people_draft import begin
from staffing.ui.sections import people, people_import
from staffing.ui.shown import Place, chosen_centre
from tests.files.tiny_centre import write_tiny_centre
from tests.plans import make_plan_value
from tests.ui.opened import open_page, said

both = pytest.mark.parametrize("lang", ["en", "zh"])


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


def as_role(monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    someone = Actor("kim", role)
    for module in (acting, shown_centre, people, people_import):
        monkeypatch.setattr(module, "actor", lambda: someone)


@both
def test_every_view_opens(folder: Path, lang: str) -> None:
    """Contracts, skills, time away, wishes, supply and import of a centre of one's own."""
    app = open_page("people", lang)
    assert not app.exception
    assert [metric.value for metric in app.metric] == ["4", "1", "160", "1"]
    for view in people.VIEWS[1:]:
        app.segmented_control(key="people_view").set_value(view).run()
        assert not app.exception, view
    assert text("ui.people.import_lead", lang) in said(app)


def test_every_word_of_the_page_is_there() -> None:
    """Headings, tips and kinds that are made of codes."""
    from staffing.files.absences import KINDS
    from staffing.files.people_edit import COLUMNS

    wanted = {f"ui.people.view_{view}" for view in people.VIEWS} | {f"ui.people.kind_{kind}" for kind in KINDS}
    wanted |= {f"ui.people.col_{name}" for name in (*COLUMNS, "start", "end", "kind", "paid", "date", "wish", "weight")}
    wanted |= {f"ui.people.{view}_{end}" for view in people.FILE_OF for end in ("help", "none")}
    assert wanted - catalogue("en").keys() == set()


def test_the_sample_is_copied_before_it_is_changed(
    home: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sample can be looked at only; one button makes a copy that is the centre in the app from then on."""
    sample = write_tiny_centre(tmp_path / "sample")
    monkeypatch.setattr(shown_centre, "sample_folder", lambda _: sample)
    app = open_page("people")
    assert text("ui.centre.sample") in said(app)
    assert not any(button.key == "people_save" for button in app.button)
    app.button(key="centre_copy").click().run()
    assert not app.exception
    copy = chosen_centre(store)
    assert copy is not None
    assert copy.is_relative_to(home / "centres")
    assert not is_sample(copy)
    assert text("ui.centre.sample") not in said(app)
    assert own_copy(store, copy, home) != copy


def test_edits_are_saved_told_and_taken_back(store: Store, folder: Path) -> None:
    """What is not saved is told with its faults; saving writes all of it; the list of edits brings it back."""
    app = open_page("people")
    draft = app.session_state[people.DRAFT]
    draft.rows["agents.csv"] = tuple(row | {"contract": "gone"} for row in draft.rows["agents.csv"])
    app.run()
    assert app.button(key="people_save").disabled
    assert any("gone" in str(cell) for cell in app.dataframe[0].value.to_numpy().ravel())
    draft = app.session_state[people.DRAFT]
    draft.rows["agents.csv"] = tuple(row | {"contract": "full", "team": "west"} for row in draft.rows["agents.csv"])
    app.run()
    assert text("ui.people.unsaved", added=0, changed=4, removed=0) in said(app)
    app.button(key="people_save").click().run()
    assert not app.exception
    assert {agent.team for agent in read_centre(folder).agents} == {"west"}
    assert entries(store)[0].action == "centre"
    assert not any(button.key == "people_save" for button in app.button)
    app.button(key=f"centre_back_{centre_history(folder)[0].number}").click().run()
    assert {agent.team for agent in read_centre(folder).agents} == {"north"}


def test_what_somebody_else_saved_is_merged(folder: Path) -> None:
    """Another tab saves first: my edits stay on top of theirs, and a clash is told."""
    app = open_page("people")
    draft = app.session_state[people.DRAFT]
    draft.rows["agents.csv"] = tuple(row | {"team": "mine"} for row in draft.rows["agents.csv"])
    draft.pending.clear()
    other = (folder / "agents.csv").read_bytes().replace(b"Ben,north", b"Benno,theirs")
    edit_centre(folder, {"agents.csv": other})
    app.run()
    assert text("ui.people.clashes", count=1) in said(app)
    app.button(key="people_save").click().run()
    people_now = {agent.id: agent for agent in read_centre(folder).agents}
    assert (people_now["a2"].name, people_now["a2"].team) == ("Benno", "mine")


@both
def test_faulty_files_are_listed(folder: Path, lang: str) -> None:
    """A centre that cannot be read shows every fault with its place, not a traceback."""
    (folder / "agents.csv").write_text("agent,name,team,role,contract,skills\na1,Ana,n,boss,ful,phone\n")
    app = open_page("people", lang)
    assert not app.exception
    table = app.dataframe[0].value
    assert {"contract", "role", "skills"} <= set(table[text("ui.fault.column", lang)])


def test_a_centre_that_is_gone_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder was moved away: what stands in for it is not passed off as it; where nothing does, the ways on."""
    other = folder.rename(folder.parent / "moved")
    monkeypatch.setattr(shown_centre, "sample_folder", lambda name: other)
    app = open_page("people")
    assert not app.exception
    assert "is no longer there" in said(app)
    monkeypatch.setattr(shown_centre, "sample_folder", lambda name: None)
    app = open_page("people")
    assert text("ui.centre.none") in said(app)
    assert {link.label for link in app.get("page_link")} >= {text("ui.state.own_files")}


def test_nobody_works_here_yet(folder: Path) -> None:
    """Tables without rows say so."""
    (folder / "wishes.csv").unlink()
    app = open_page("people")
    app.segmented_control(key="people_view").set_value("wishes").run()
    assert text("ui.people.wishes_none") in said(app)


def test_viewers_only_look(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No editor, no saving, no forgetting; the tables are there."""
    as_role(monkeypatch, Role.VIEWER)
    app = open_page("people")
    assert not app.exception
    assert text("ui.centre.role", role="viewer") in said(app)
    assert text("ui.people.erase_role") in said(app)
    assert len(app.dataframe) == 1


def test_a_list_is_taken_over_after_its_preview(folder: Path) -> None:
    """Differences and the effect on the queues first; written only when accepted."""
    app = open_page("people")
    app.segmented_control(key="people_view").set_value("import").run()
    data = b"agent,team,mail\na1,west,\na3,north,\n"
    app.file_uploader(key="people_file").set_value(("list.csv", data, "text/csv")).run()
    assert not app.exception
    assert [metric.value for metric in app.metric][4:] == ["0", "2", "0", "2"]
    assert text("ui.people.effect_worse", count=1) in said(app)
    assert read_centre(folder).agents[0].team == "north"
    app.button(key="people_accept").click().run()
    assert not app.exception
    assert [skill.name for skill in read_centre(folder).agents[0].skills] == ["phone"]
    assert text("ui.people.no_difference") in said(app)
    app.file_uploader(key="people_file").set_value(("list.csv", b"agent,contract\na1,ful\n", "text/csv")).run()
    assert text("ui.people.import_faults", count=1) in said(app)
    assert app.button(key="people_accept").disabled


def test_a_person_is_forgotten_by_typing_the_id(
    home: Path, store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The button waits for the id and for running jobs; what still names the person is told; a planner may not."""
    app = open_page("people")
    app.selectbox(key="people_erase_who").select("a2").run()
    assert app.button(key="people_erase").disabled
    app.text_input(key="people_erase_confirm").set_value("a2").run()
    job, _ = create_job(store, "plan", "plan", {})
    app.button(key="people_erase").click().run()
    assert text("ui.people.erase_running") in said(app)
    assert len(read_centre(folder).agents) == 4
    finish_job(store, job.id, JobState.DONE)
    (home / "backups").mkdir()
    (home / "backups" / "old.db").write_bytes(b"no database")
    app.button(key="people_erase").click().run()
    assert not app.exception
    assert [agent.id for agent in read_centre(folder).agents] == ["a1", "a3", "a4"]
    assert text("ui.people.erase_left", count=1) in said(app)
    assert [code.value for code in app.code] == [str(home / "backups" / "old.db")]
    as_role(monkeypatch, Role.PLANNER)
    assert not any(button.key == "people_erase" for button in open_page("people").button)


def test_supply_shows_what_is_not_saved_yet(folder: Path) -> None:
    """Beside the saved supply: before and after of the queues that differ."""
    app = open_page("people")
    draft = begin(folder, app.session_state[people.DRAFT].seen)
    draft.rows["agents.csv"] = tuple(row | {"skills": "phone;mail"} for row in draft.rows["agents.csv"])
    app.session_state[people.DRAFT] = draft
    app.segmented_control(key="people_view").set_value("supply").run()
    assert not app.exception
    told = [str(cell) for frame in app.dataframe for cell in frame.value.to_numpy().ravel()]
    assert "3 → 4" in told


def test_a_plan_is_stale_when_the_centre_of_its_name_is_another(folder: Path, plan_folder: Path) -> None:
    """The centre chosen in the app counts for the plans of its name; another centre says nothing about them."""
    plan = make_plan_value()
    shown = state.Shown(plan, Place(plan_folder, "current"), "x", coverage(plan))
    assert state.is_stale(shown)
    assert text("ui.state.stale") in said(open_page("requirement"))
    toml = (folder / "centre.toml").read_text().replace('"Tiny"', '"Other"')
    edit_centre(folder, {"centre.toml": toml.encode()})
    assert not state.is_stale(shown)
