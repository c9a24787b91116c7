"""The page KPI: the centre in the app, with and without records, adherence with its reasons, in both languages."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from staffing.files.kpi_folder import read_kpi
from staffing.i18n import text
from staffing.store import open_store
from staffing.store.access import Actor, Role
from staffing.ui.centre import point_at_centre
from tests.files.tiny_kpi import TABLES, write_tiny_kpi
from tests.ui.opened import open_page, said

both = pytest.mark.parametrize("lang", ["en", "zh"])


def opened(home: Path, folder: Path, lang: str = "en") -> AppTest:
    """The page with a centre in the app."""
    home.mkdir(exist_ok=True)
    store = open_store(f"sqlite:///{home / 'staffing.db'}")
    point_at_centre(store, folder)
    store.close()
    return open_page("kpi", lang)


@both
def test_it_shows_measures_groups_and_card_of_the_centre_in_the_app(home: Path, lang: str) -> None:
    """Without a plan: values, no data named, a scorecard, in the language chosen; then a month, then by queue."""
    reviews = TABLES["quality.csv"] + "2026-01-05,a1,50,50\n"
    app = opened(home, write_tiny_kpi(home.parent / "centre", {"quality.csv": reviews}), lang)
    assert not app.exception
    assert not app.error
    assert app.title[0].value == text("ui.kpi.title", lang)
    measures, groups, card, formulas = (table.value for table in app.dataframe)
    row = measures[measures["name"] == text("kpi.csat", lang)].iloc[0]
    assert (row["value"], row["target"]) == ("4.50", "4.50")
    assert text("kpi.wishes", lang) in said(app)
    assert card["team"].tolist() == ["north"]
    assert "formula" not in measures  # it made the table wider than the screen
    assert len(formulas) == len(measures)
    nothing = text("kpi.no_data", lang)
    assert nothing not in groups["value"].tolist()  # weeks without the measure are named below
    if lang == "zh":
        return
    app.segmented_control(key="kpi_by").set_value("queue").run()
    app.selectbox(key="kpi_measure").set_value("quality").run()
    assert app.dataframe[1].value["name"].tolist() == ["phone", "mail", "Not assigned"]
    assert app.dataframe[1].value["value"].tolist() == ["no data", "no data", "95.0%"]
    app.selectbox(key="kpi_span_2026-01-05_2026-02-03").set_value("2026-02").run()
    assert not app.exception
    quality = app.dataframe[0].value.query("name == 'Quality score'")
    assert (quality["value"].tolist(), quality["before"].tolist()) == (["90.0%"], ["100.0%"])
    assert text("kpi.period_before", lang, first="2026-01-01", last="2026-01-31") in said(app)


def test_another_folder_may_be_named(home: Path) -> None:
    """A folder that is none is told, with what to do; one with records is shown; then faults, each with its place."""
    app = opened(home, write_tiny_kpi(home.parent / "centre", {"surveys.csv": "when,csat\n2026-02-02,5\n"}))
    app.text_input[0].set_value(str(home / "nowhere")).run()
    assert not app.exception
    assert not app.dataframe
    assert app.info
    bare = write_tiny_kpi(home.parent / "bare")
    for path in (bare / "kpi").iterdir():
        path.unlink()
    app.text_input[0].set_value(str(bare)).run()
    assert "no records" in said(app)
    app.text_input[0].set_value(str(write_tiny_kpi(home.parent / "other"))).run()
    assert app.dataframe[0].value.query("name == 'Customer satisfaction (1-5)'")["value"].tolist() == ["4.50"]
    spoilt = write_tiny_kpi(home.parent / "spoilt", {"surveys.csv": "when,queue,csat\n2026-02-02,**x**,9\n"})
    app.text_input[0].set_value(str(spoilt)).run()
    assert app.error[0].value == text("ui.kpi.refused", "en")
    assert "kpi/surveys\\.csv" in said(app)
    assert "**x**" not in said(app)
    assert not app.dataframe


def test_the_plan_on_show_is_compared_where_it_is_of_the_same_centre(plan_folder: Path, home: Path) -> None:
    """With a plan on show the page offers to compare, and works either way."""
    app = opened(home, write_tiny_kpi(home.parent / "centre"))
    assert not app.exception
    assert app.toggle(key="kpi_with_plan").value
    app.toggle(key="kpi_with_plan").set_value(False).run()
    assert not app.exception
    assert len(app.dataframe) == 4


LATE = {
    "schedule.csv": "agent,start,end,activity\na1,2026-02-02T08:00,2026-02-02T12:30,work\n",
    "activity.csv": "agent,start,end,activity\na1,2026-02-02T08:30,2026-02-02T12:30,work\n",
    "reasons.csv": "",
}


@both
def test_adherence_is_shown_and_a_reason_is_saved(home: Path, lang: str) -> None:
    """Half an hour late of four and a half; a reason given here ends in the records of the centre."""
    folder = write_tiny_kpi(home.parent / "centre", LATE)
    app = opened(home, folder, lang)
    app.segmented_control(key="kpi_part").set_value("adherence").run()
    assert not app.exception
    assert [metric.value for metric in app.metric] == ["88.9%", "88.9%", "0.5"]
    groups, reasons, coding = (table.value for table in app.dataframe)
    assert groups.iloc[0, 0] == "north"
    assert reasons.iloc[0, 0] == text("adherence.pattern.late_start", lang)
    assert coding["agent"].tolist() == ["a1"]
    assert app.button(key="adherence_save").disabled
    if lang == "zh":
        return
    key = app.dataframe[2].key
    app.session_state[key] = {"edited_rows": {0: {"reason": "system_fault"}}, "added_rows": [], "deleted_rows": []}
    app.run()
    app.button(key="adherence_save").click().run()
    assert not app.exception
    rows = read_kpi(folder).records.rows("reasons")
    assert rows is not None
    assert len(rows) == 1
    assert app.metric[1].value == "100.0%"


def test_a_viewer_sees_no_person(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the group by person nor a deviation is there for a role that may not see them."""
    monkeypatch.setattr("staffing.ui.sections.adherence.actor", lambda: Actor("vi", Role.VIEWER))
    app = opened(home, write_tiny_kpi(home.parent / "centre", LATE))
    app.segmented_control(key="kpi_part").set_value("adherence").run()
    assert not app.exception
    assert text("ui.adherence.persons_hidden", "en") in said(app)
    assert "person" not in app.segmented_control(key="adherence_by").options
    assert len(app.dataframe) == 2
    assert "a1" not in said(app)
