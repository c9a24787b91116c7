"""The page Learned: proposals are ticked and taken over, by those who may; states without records."""

from pathlib import Path

import pytest

from staffing.files import read_centre
from staffing.files.centre_write import centre_history
from staffing.i18n import text
from staffing.store import Store, open_store
from staffing.store.access import Actor, Role
from staffing.ui import centre as shown_centre
from staffing.ui.centre import own_copy, point_at_centre
from tests.files.tiny_centre import write_tiny_centre
from tests.files.tiny_learned import write_tiny_learned
from tests.ui.opened import open_page, said


@pytest.fixture
def store(home: Path):
    opened = open_store(f"sqlite:///{home / 'staffing.db'}")
    yield opened
    opened.close()


def test_what_is_ticked_is_taken_over(store: Store, tmp_path: Path) -> None:
    """Nothing is ticked at first; all values of the queues are, taken over, and gone from the proposals."""
    folder = write_tiny_learned(tmp_path / "mine")
    point_at_centre(store, folder)
    app = open_page("learned")
    assert not app.exception
    assert app.button(key="learned_accept").disabled
    assert app.dataframe[1].value["subject"][0] == "a1 Ana · phone"
    app.checkbox(key="learned_every_values").check().run()
    assert not app.button(key="learned_accept").disabled
    app.button(key="learned_accept").click().run()
    assert not app.exception
    assert not app.error
    callback = read_centre(folder).centre.queue("callback")
    assert callback.aht_s == pytest.approx(300, rel=0.05)
    assert centre_history(folder)[0].note.startswith("learned: shrinkage 1, share 1, patience 1, aht 1")
    assert text("ui.learned.values", "en") not in [part.value for part in app.subheader]
    app.toggle(key="learned_all").set_value(True).run()
    states = [state for table in app.dataframe if "state" in table.value for state in table.value["state"]]
    assert states == [text("learned.state.fits", "en")] * 4


def test_who_may_only_look_sees_proposals_and_no_button(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A viewer, in Chinese."""
    point_at_centre(store, write_tiny_learned(tmp_path / "mine"))
    monkeypatch.setattr(shown_centre, "actor", lambda: Actor("vi", Role.VIEWER))
    app = open_page("learned", "zh")
    assert not app.exception
    assert app.title[0].value == text("ui.learned.title", "zh")
    assert "learned_accept" not in [button.key for button in app.button]
    assert app.metric[0].label == text("ui.learned.count_proposed", "zh")
    assert int(app.metric[0].value) >= 5


def test_without_records_it_says_what_to_bring_and_with_faults_which(store: Store, tmp_path: Path) -> None:
    """The empty state names the tables; a faulty table is told with its place."""
    folder = write_tiny_centre(tmp_path / "bare")
    point_at_centre(store, folder)
    app = open_page("learned")
    assert not app.exception
    assert "handled" in app.info[-1].value
    (folder / "kpi").mkdir()
    (folder / "kpi" / "handled.csv").write_text("agent,queue,date,contacts,handle_s\nzz,phone,2026-01-12,1,1\n")
    app.run()
    assert app.error[0].value == text("ui.learned.refused", "en")
    assert "zz" in str(app.dataframe[0].value)
    assert text("ui.learned.curve", "en") not in said(app)


def test_a_copy_of_a_centre_takes_its_records_along(store: Store, home: Path, tmp_path: Path) -> None:
    """So that there is something to learn from; former states stay behind."""
    folder = write_tiny_learned(tmp_path / "mine")
    (folder / ".history" / "1").mkdir(parents=True)
    copy = own_copy(store, folder, home)
    assert (copy / "kpi" / "handled.csv").read_bytes() == (folder / "kpi" / "handled.csv").read_bytes()
    assert not (copy / ".history").exists()
