"""The page Training: needs are ticked and done, the plan's sessions with their price, states and roles."""

from pathlib import Path

import pytest

from staffing.files import read_centre
from staffing.i18n import text
from staffing.store import Store, open_store
from staffing.store.access import Actor, Role
from staffing.ui import centre as shown_centre
from staffing.ui.centre import point_at_centre
from tests.files.tiny_centre import write_tiny_centre
from tests.training_plan import plan_with_a_session
from tests.ui.opened import open_page, said, show

CURRICULA = """\
[planning]
place = false

[[course]]
id = "mail-course"
name = "Mail"
kind = "skill"
start = 2026-01-05
sessions_min = [60]
due_days = 20
grants = { skill = "mail", proficiency = 0.7 }

[[course]]
id = "quiz"
name = "Quiz"
kind = "test"
start = 2026-01-05
sessions_min = [30]
due_days = 40
every_days = 30
"""


@pytest.fixture
def store(home: Path):
    opened = open_store(f"sqlite:///{home / 'staffing.db'}")
    yield opened
    opened.close()


@pytest.fixture
def folder(store: Store, tmp_path: Path) -> Path:
    made = write_tiny_centre(tmp_path / "mine", curricula_toml=CURRICULA)
    point_at_centre(store, made)
    return made


def test_what_is_ticked_is_done_and_the_skill_is_there(folder: Path) -> None:
    """Overdue first; a tick names the skill that follows, the button writes both; so does the switch of plans."""
    app = open_page("training")
    assert not app.exception
    assert [metric.value for metric in app.metric[:2]] == ["1", "0"]
    table = app.dataframe[0].value
    assert table["Course"].tolist() == ["Mail", "Quiz", "Quiz", "Quiz", "Quiz"]
    assert app.button(key="training_mark").disabled
    app.multiselect(key="training_courses").select("mail-course").run()
    app.checkbox(key="training_every_needs").check().run()
    assert "mail 0.7" in said(app)
    app.button(key="training_mark").click().run()
    assert not app.exception
    after = read_centre(folder)
    assert [skill.name for skill in after.agents[1].skills] == ["phone", "mail"]
    assert after.training is not None
    assert len(after.training.records) == 1
    app.segmented_control(key="training_view").set_value("courses").run()
    app.toggle[0].set_value(True).run()
    assert read_centre(folder).training.place


def test_the_sessions_of_the_plan_with_their_price(folder: Path, tmp_path: Path, monkeypatch) -> None:
    """What the roster holds, what it costs, what was left out and why; a viewer in Chinese has no button."""
    show(plan_with_a_session(), tmp_path / "plan", monkeypatch)
    monkeypatch.setattr(shown_centre, "actor", lambda: Actor("vi", Role.VIEWER))
    app = open_page("training", "zh")
    app.segmented_control(key="training_view").set_value("plan").run()
    assert not app.exception
    assert "training_mark" not in [button.key for button in app.button]
    tables = [table.value for table in app.dataframe]
    assert tables[0].iloc[:, 1].tolist() == [1, 1]
    assert tables[0].iloc[:, 2].tolist() == [1.0, 1.0]
    assert "Quiz" in str(tables[1])
    assert text("training.left.per_week", "zh") in str(tables[2])


def test_without_courses_and_without_sessions_it_says_what_to_do(store: Store, tmp_path: Path, folder: Path) -> None:
    """An example of the file; the way to a plan."""
    app = open_page("training")
    app.segmented_control(key="training_view").set_value("plan").run()
    assert text("ui.training.no_plan", "en") in said(app)
    point_at_centre(store, write_tiny_centre(tmp_path / "bare"))
    app = open_page("training")
    assert not app.exception
    assert "[[course]]" in said(app)
