"""The page New centre: five steps from own files to a folder, in both languages, with its faults and its rights."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from staffing.files import read_centre, write_plan
from staffing.i18n import text
from staffing.sample import own_files
from staffing.store.access import Actor, Role
from staffing.ui import newcentre, state
from staffing.ui.newcentre import HISTORY, PEOPLE, QUEUES, Draft
from staffing.ui.shown import chosen_centre
from tests.plans import make_plan_value
from tests.ui.opened import open_page, said

FILES = dict(zip((HISTORY, PEOPLE, QUEUES), own_files().items(), strict=True))


def next_step(app: AppTest) -> AppTest:
    app.button(key="newcentre_next").click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_five_steps_make_a_centre(home: Path, lang: str) -> None:
    """Upload, look, go on, create: the folder can be read, is the app's centre, and nothing was written before."""
    app = open_page("newcentre", lang)
    assert app.button(key="newcentre_next").disabled
    app.text_input(key="newcentre_name").set_value("Beispiel & 例")
    for kind, (name, data) in FILES.items():
        app.file_uploader(key=f"newcentre_{kind}").set_value((name, data, "text/csv"))
    app.run()
    assert not app.exception
    next_step(app)
    assert app.selectbox(key="newcentre_history_col_offered").value == "Calls offered"
    app.selectbox(key="newcentre_unit").select("s").run()
    next_step(app)
    next_step(app)
    app.number_input(key="newcentre_absence").set_value(7.0).run()
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
    app.button(key="newcentre_another").click().run()
    assert app.button(key="newcentre_next").disabled


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
    """A wrong number is named by file, row and column; back leads to the files again."""
    app = open_page("newcentre")
    app.text_input(key="newcentre_name").set_value("x")
    bad = FILES[HISTORY][1].replace(b";Hotline;", b";Hotline;many", 1)
    app.file_uploader(key="newcentre_history").set_value(("calls.csv", bad, "text/csv")).run()
    next_step(app)
    next_step(app)
    assert app.error[0].value == text("ui.newcentre.faults", "en", count=1)
    assert list(app.dataframe[0].value.iloc[0])[:3] == ["calls.csv", 3, "Calls offered"]
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


def test_answers_stay_when_one_goes_back() -> None:
    """What was typed into the tables is kept while the files stay the same; a sheet of queues decides again."""
    draft = Draft(name="x", timezone="Europe/Berlin")
    for kind in (HISTORY, PEOPLE):
        draft.take(kind, *FILES[kind])
    draft.settle_columns()
    row = {name: getattr(draft.queues[0], name) for name in draft.queues[0].__slots__} | {"service_level": 95.0}
    rows = [row | {"sat": " 9-12 "}, {name: getattr(draft.queues[1], name) for name in draft.queues[1].__slots__}]
    rows[1]["service_level"] = float("nan")
    changed = newcentre.changed_queues(draft.queues, rows)
    assert changed[1].service_level is None
    draft.queues = newcentre.settled((changed[0], draft.queues[1]))
    draft.contracts = newcentre.changed_contracts(
        [{"id": term.id, "weekly_h": 30, "days": 4} for term in draft.contracts]
    )
    draft.settle_columns()
    assert (draft.queues[0].service_level, draft.queues[0].sat) == (0.95, "09:00-12:00")
    assert {term.weekly_h for term in draft.contracts} == {30.0}
    draft.take(QUEUES, *FILES[QUEUES])
    draft.settle_columns()
    assert draft.queues[0].service_level == 0.8
    draft.drop(PEOPLE)
    draft.settle_columns()
    assert (draft.people, draft.contracts) == (None, ())


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
