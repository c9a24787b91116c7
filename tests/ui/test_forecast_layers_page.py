"""Layers on the Forecast page: tried, saved through the one writer, met with others', looked at only."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from staffing.files import read_centre
from staffing.files.centre_write import centre_history, edit_centre
from staffing.files.overrides import FILE
from staffing.i18n import text
from staffing.store import open_store
from staffing.store.access import Actor, Role
from staffing.ui.centre import point_at_centre
from staffing.ui.forecast_edits import ForecastEdits
from staffing.ui.sections.forecast_edit import SESSION, take_cells
from tests.files.tiny_centre import write_tiny_centre
from tests.planning.layered_plan import make_layered_plan
from tests.ui.opened import open_page, said, show

THEIRS = b"start,end,queues,operation,value,note,layer,author\n2026-01-05,2026-01-05,phone,multiply,2,,their sale,vi\n"


@pytest.fixture
def centre(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A centre of one's own, chosen in the app, and a plan of it on show."""
    folder = write_tiny_centre(home.parent / "centre")
    home.mkdir(exist_ok=True)
    store = open_store(f"sqlite:///{home / 'staffing.db'}")
    point_at_centre(store, folder)
    store.close()
    plan = make_layered_plan()
    own = replace(plan.scenario.centre, name=read_centre(folder).centre.name)
    scenario = replace(plan.scenario, centre=own, overrides=read_centre(folder).overrides)
    show(replace(plan, scenario=scenario), home.parent / "plan", monkeypatch)
    return folder


def edits_in(app: AppTest) -> ForecastEdits:
    found: ForecastEdits = app.session_state[SESSION]
    return found


def double(app: AppTest) -> AppTest:
    """What the canvas would send."""
    edits = edits_in(app)
    edits.change_range("phone", "volume", "multiply", 16, 36, 2.0)
    return app.run()


def act_as(monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    for module in ("sections.forecast_edit", "sections.forecast_layers", "centre"):
        monkeypatch.setattr(f"staffing.ui.{module}.actor", lambda: Actor("somebody", role))


def test_an_edit_is_tried_saved_and_to_be_planned(centre: Path) -> None:
    """Nothing is written until it is saved; then it is an edit of the centre that can be taken back."""
    app = open_page("forecast", "zh")
    assert not app.exception
    assert app.button(key="forecast_save").disabled
    before = (centre / FILE).read_bytes()
    app.text_input(key="forecast_layer_name").set_value("春节").run()
    app.text_input(key="forecast_layer_note").set_value("邮件活动").run()
    double(app)
    assert not app.exception
    assert text("ui.layer.unsaved", "zh") in said(app)
    assert (centre / FILE).read_bytes() == before
    app.button(key="forecast_save").click().run()
    assert not app.exception
    row = read_centre(centre).overrides[-1]
    assert (row.layer, row.note, row.value) == ("春节", "邮件活动", 2.0)
    assert row.author
    assert centre_history(centre)[0].files == (FILE,)
    assert text("ui.layer.stale", "zh") in said(app)
    assert not edits_in(app).is_dirty
    table = next(frame.value for frame in app.dataframe if "operation" in frame.value)
    assert "春节" in list(table["layer"])


def test_layers_are_switched_moved_and_removed(centre: Path) -> None:
    """Buttons act on the layer chosen; undo takes them back; dropping gives up all of it."""
    edit_centre(centre, {FILE: THEIRS + b"2026-01-06,2026-01-06,phone,add,5,,second,vi\n"})
    app = open_page("forecast")
    app.button(key="layer_switch").click().run()
    assert [row.on for row in edits_in(app).now] == [False, True]
    app.button(key="layer_later").click().run()
    assert [row.layer for row in edits_in(app).now] == ["second", "their sale"]
    app.selectbox(key="forecast_layer").select(1).run()
    app.button(key="layer_remove").click().run()
    assert [row.layer for row in edits_in(app).now] == ["second"]
    assert not app.exception
    app.button(key="forecast_drop").click().run()
    assert not edits_in(app).is_dirty
    assert not app.exception


def test_what_somebody_else_saved_meanwhile_is_told(centre: Path) -> None:
    """Whose layers they are, and both ways on; mine go on top of theirs."""
    app = double(open_page("forecast"))
    edit_centre(centre, {FILE: THEIRS})
    app.run()
    assert not app.exception
    assert any("vi" in one.value and "their sale" in one.value for one in app.warning)
    assert app.button(key="forecast_save").disabled
    app.button(key="forecast_mine").click().run()
    app.button(key="forecast_save").click().run()
    assert not app.exception
    assert read_centre(centre).overrides[0].layer == "their sale"
    assert len(read_centre(centre).overrides) == 2


def test_viewers_look_and_a_sample_is_for_trying(centre: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A viewer changes nothing; in the sample everybody tries, and saving asks for a copy."""
    act_as(monkeypatch, Role.VIEWER)
    app = double(open_page("forecast"))
    assert text("ui.centre.role", role="viewer") in said(app)
    assert text("ui.curve.help_look") in said(app)
    assert app.button(key="forecast_save").disabled
    assert "layer_switch" not in {one.key for one in app.button}
    act_as(monkeypatch, Role.PLANNER)
    for module in ("forecast_edit", "forecast_layers"):
        monkeypatch.setattr(f"staffing.ui.sections.{module}.is_sample", lambda folder: True)
    app = double(open_page("forecast"))
    assert not app.exception
    assert text("ui.layer.sample") in said(app)
    assert app.button(key="forecast_save").disabled
    app.button(key="forecast_copy").click().run()
    assert not app.exception


def test_without_a_centre_and_on_a_closed_day(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried stays in the tab, and says so; a day without hours and contacts shows no curve."""
    plan = make_layered_plan()
    sunday = plan.forecast.grid.day_slice(6)
    volume, is_open = plan.forecast.volume.copy(), plan.requirement.is_open.copy()
    volume[:, sunday], is_open[:, sunday] = 0.0, False
    closed = replace(
        plan, forecast=replace(plan.forecast, volume=volume), requirement=replace(plan.requirement, is_open=is_open)
    )
    show(closed, home.parent / "plan", monkeypatch)
    app = open_page("forecast")
    assert text("ui.layer.no_centre") in said(app)
    app.selectbox(key="forecast_queue").select("email").run()
    app.selectbox(key="forecast_day").select(6).run()
    assert not app.exception
    assert text("ui.curve.nothing") in said(app)


def test_pasted_cells_are_one_edit(centre: Path) -> None:
    """A column pasted into the table is one step of rows; a value that is none is refused."""
    app = open_page("forecast")
    edits = edits_in(app)
    held = {"edited_rows": {"0": {"contacts": 30.0}, "1": {"contacts": 40, "aht_s": 250.0}}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("staffing.ui.sections.forecast_edit.st.session_state", {"t": held})
        take_cells(edits, "t", "phone", (16, 17, 18), whole_days=False)
        assert [(row.measure, row.value) for row in edits.now[-3:]] == [("volume", 30), ("volume", 40), ("aht_s", 250)]
        take_cells(edits, "t", "phone", (16, 17, 18), whole_days=False)
        assert len(edits.now) == 1 + 3
        held["edited_rows"]["2"] = {"contacts": -5.0}
        take_cells(edits, "t", "phone", (16, 17, 18), whole_days=False)
        assert (edits.said, len(edits.now)) == ("refused", 1 + 3)
        patch.setattr(
            "staffing.ui.sections.forecast_edit.st.session_state", {"d": {"edited_rows": {"1": {"contacts": 99.0}}}}
        )
        take_cells(edits, "d", "phone", (), whole_days=True)
        assert edits.after().forecast.volume[0, edits.grid.day_slice(1)].sum() == pytest.approx(99.0)
