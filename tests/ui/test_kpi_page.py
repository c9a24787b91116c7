"""The page KPI: with and without records, in both languages."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from staffing.i18n import text
from tests.files.tiny_kpi import write_tiny_kpi
from tests.ui.opened import open_page, said

both = pytest.mark.parametrize("lang", ["en", "zh"])


def opened(folder: Path, lang: str = "en") -> AppTest:
    """The page with a folder typed in."""
    app = open_page("kpi", lang)
    return app.text_input(key="kpi_folder").set_value(str(folder)).run()


@both
def test_it_shows_measures_groups_and_card(home: Path, lang: str) -> None:
    """Without a plan: values, no data named, a scorecard, in the language chosen."""
    app = opened(write_tiny_kpi(home.parent / "centre"), lang)
    assert not app.exception
    assert not app.error
    assert app.title[0].value == text("ui.kpi.title", lang)
    measures, _, card = (table.value for table in app.dataframe)
    row = measures[measures["name"] == text("kpi.csat", lang)].iloc[0]
    assert (row["value"], row["target"]) == ("4.50", "4.50")
    assert text("kpi.wishes", lang) in said(app)
    assert card["team"].tolist() == ["north"]


def test_grouping_and_measure_are_chosen(home: Path) -> None:
    """By queue the group without a queue is named as such, and a measure without data says so."""
    app = opened(write_tiny_kpi(home.parent / "centre"))
    app.segmented_control(key="kpi_by").set_value("queue").run()
    app.selectbox(key="kpi_measure").set_value("quality").run()
    assert not app.exception
    groups = app.dataframe[1].value
    assert groups["name"].tolist() == ["phone", "mail", "Not assigned"]
    assert groups["value"].tolist() == ["no data", "no data", "90.0%"]


@both
def test_faults_are_told_and_nothing_is_shown(home: Path, lang: str) -> None:
    """Each fault with its place; text from the file stays text."""
    folder = write_tiny_kpi(home.parent / "centre", {"surveys.csv": "when,queue,csat\n2026-02-02,**x**,9\n"})
    app = opened(folder, lang)
    assert app.error[0].value == text("ui.kpi.refused", lang)
    assert "kpi/surveys\\.csv" in said(app)
    assert "**x**" not in said(app)
    assert not app.dataframe


@both
def test_no_folder_is_no_error(home: Path, lang: str) -> None:
    """A folder that is none is told, with what to do."""
    app = opened(home / "nowhere", lang)
    assert not app.exception
    assert not app.dataframe
    assert app.info


def test_the_plan_on_show_is_compared(plan_folder: Path, home: Path) -> None:
    """With a plan on show the page offers to compare, and works either way."""
    app = opened(write_tiny_kpi(home.parent / "centre"))
    assert not app.exception
    app.toggle(key="kpi_with_plan").set_value(False).run()
    assert not app.exception
    assert len(app.dataframe) == 3
