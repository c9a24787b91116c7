"""The page Capacity: a plan, no folder, faults, in both languages."""

from pathlib import Path

import pytest

from staffing.i18n import text
from tests.files.tiny_capacity import TOML, write_tiny_capacity
from tests.files.tiny_centre import write_tiny_centre
from tests.ui.opened import open_page, said


def test_a_plan_is_made_and_goes_stale(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Verdict, classes, head count and budget; another promise asks for a new plan."""
    monkeypatch.setattr("staffing.ui.sections.capacity.TIME_LIMIT_S", 1.0)
    folder = write_tiny_capacity(write_tiny_centre(home.parent / "centre"))
    app = open_page("capacity", "zh")
    app.text_input(key="capacity_folder").set_value(str(folder)).run()
    assert text("ui.capacity.none", "zh") in said(app)
    app.number_input(key="capacity_weeks").set_value(6).run()
    app.button(key="capacity_go").click().run()
    assert not app.exception
    assert [metric.label for metric in app.metric][:2] == [
        text("ui.capacity.lowest", "zh"),
        text("ui.capacity.cost", "zh"),
    ]
    assert len(app.dataframe) >= 2
    app.selectbox(key="capacity_group").set_value("leads").run()
    assert not app.exception
    app.slider(key="capacity_probability").set_value(60).run()
    assert text("ui.capacity.stale", "zh") in said(app)


def test_a_folder_without_the_files_and_one_with_faults(home: Path) -> None:
    """The first says what is missing, the second each fault; data stay text."""
    app = open_page("capacity")
    app.text_input(key="capacity_folder").set_value(str(home.parent)).run()
    assert not app.exception
    assert app.info
    folder = write_tiny_capacity(
        write_tiny_centre(home.parent / "bad"), TOML.replace('roles = ["lead"]', 'roles = ["**x**"]')
    )
    app.text_input(key="capacity_folder").set_value(str(folder)).run()
    assert app.error[0].value == text("ui.capacity.refused", "en")
    assert "**x**" not in said(app)
    assert not app.metric
