"""The Calendar page: the month, a day marked, events, and leave asked for and decided by role."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from staffing.domain.leave import LeaveState
from staffing.files import read_centre
from staffing.files.centre_write import edit_centre
from staffing.files.leave_requests import ask_leave, decide_leave, read_requests
from staffing.i18n import text
from staffing.store import open_store
from staffing.store.access import Actor, Role
from staffing.ui.centre import point_at_centre
from tests.files.tiny_centre import write_tiny_centre
from tests.plans import make_plan_value
from tests.ui.opened import open_page, said, show

MONDAY = date(2026, 1, 5)


@pytest.fixture
def centre(home: Path) -> Path:
    """A centre of one's own, chosen in the app."""
    folder = write_tiny_centre(home.parent / "centre")
    home.mkdir(exist_ok=True)
    store = open_store(f"sqlite:///{home / 'staffing.db'}")
    point_at_centre(store, folder)
    store.close()
    return folder


@pytest.fixture
def asked(centre: Path) -> Path:
    """Somebody asks for the Monday of the tiny plan."""
    edit_centre(centre, ask_leave(centre, "a1", MONDAY, MONDAY, "leave", asked=MONDAY)[1])
    return centre


def with_plan(centre: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny plan as one of this centre, on show."""
    plan = make_plan_value()
    own = replace(plan.scenario.centre, name=read_centre(centre).centre.name)
    show(replace(plan, scenario=replace(plan.scenario, centre=own)), home.parent / "plan", monkeypatch)


def act_as(monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    for module in ("centre", "sections.leave", "sections.calendar"):
        monkeypatch.setattr(f"staffing.ui.{module}.actor", lambda: Actor("somebody", role))


def view(app: AppTest, name: str) -> AppTest:
    app.session_state["calendar_view"] = name
    return app.run()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_month_and_no_request(centre: Path, lang: str) -> None:
    app = open_page("calendar", lang)
    assert not app.exception
    assert text("ui.leave.none", lang) in said(app)
    assert text("ui.month.2", lang) in said(app)
    app.button(key="calendar_on").click().run()
    assert text("ui.month.3", lang) in said(app)
    assert not app.exception


def test_a_day_is_closed_and_given_back(centre: Path) -> None:
    """The day's mark is in the file, the centre reads it, and the page says so."""
    app = open_page("calendar")
    app.date_input(key="calendar_day").set_value(date(2026, 5, 1)).run()
    assert text("ui.month.5") in said(app)  # a day typed in brings its month
    app.date_input(key="calendar_day").set_value(date(2026, 2, 11)).run()
    app.selectbox(key="calendar_kind").set_value("closed")
    app.text_input(key="calendar_name").set_value("Stocktaking")
    app.button(key="calendar_save_day").click().run()
    assert not app.exception
    assert (date(2026, 2, 11), "closed", "Stocktaking") in [
        (row.date, row.kind, row.name) for row in read_centre(centre).special_days
    ]
    assert "Stocktaking" in said(app)
    app.selectbox(key="calendar_kind").set_value("")
    app.button(key="calendar_save_day").click().run()
    assert date(2026, 2, 11) not in [row.date for row in read_centre(centre).special_days]


def test_tables_are_there_and_nothing_is_to_be_saved_yet(centre: Path) -> None:
    app = open_page("calendar")
    for name, file in (("special", "special_days.csv"), ("events", "events.csv")):
        view(app, name)
        assert not app.exception
        assert app.button(key=f"calendar_save_{file}").disabled


def test_a_request_is_asked_approved_and_opened_again(centre: Path) -> None:
    app = open_page("calendar")
    app.button(key="leave_ask").click().run()
    assert text("ui.leave.incomplete") in said(app)
    app.selectbox(key="leave_agent").set_value("a1")
    app.date_input(key="leave_span").set_value((date(2026, 3, 2), date(2026, 3, 3)))
    app.button(key="leave_ask").click().run()
    assert not app.exception
    (request,) = read_requests(centre)
    assert (request.agent, request.start, request.end) == ("a1", date(2026, 3, 2), date(2026, 3, 3))
    assert text("ui.leave.outside") in said(app)
    app.button(key="leave_approve").click().run()
    assert read_requests(centre)[0].state is LeaveState.APPROVED
    assert date(2026, 3, 2) in [row.start.date() for row in read_centre(centre).time_off]
    app.button(key="leave_reopen").click().run()
    assert read_requests(centre)[0].is_open
    assert date(2026, 3, 2) not in [row.start.date() for row in read_centre(centre).time_off]
    app.button(key="leave_delete_yes").click().run()
    assert read_requests(centre) == ()


def test_the_effect_on_the_plan_is_told_with_its_chance(asked: Path, home: Path, monkeypatch) -> None:
    """Hours short before and after; the chance is simulated when asked for."""
    with_plan(asked, home, monkeypatch)
    monkeypatch.setattr("staffing.ui.sections.leave.leave_chances", lambda *_, **__: {MONDAY: (0.9, 0.25)})
    app = open_page("calendar")
    assert not app.exception
    days = app.dataframe[-1].value
    assert list(days["works"]) == [text("ui.leave.yes")]
    assert days["short_after_h"][0] > days["short_before_h"][0]
    assert text("ui.leave.replan") in "".join(str(link.label) for link in app.get("page_link"))
    app.button(key="leave_chance").click().run()
    assert not app.exception
    days = app.dataframe[-1].value
    assert (days["before"][0], days["after"][0]) == ("90%", "25%")


def test_a_planner_asks_but_does_not_decide(asked: Path, monkeypatch) -> None:
    act_as(monkeypatch, Role.PLANNER)
    app = open_page("calendar")
    assert app.button(key="leave_approve").disabled
    assert text("ui.leave.needs_approver") in said(app)


def test_a_viewer_looks_only(asked: Path, monkeypatch) -> None:
    act_as(monkeypatch, Role.VIEWER)
    app = open_page("calendar")
    keys = {button.key for button in app.button}
    assert not {"leave_approve", "leave_ask", "calendar_save_day"} & keys


def test_leave_over_leave_is_refused_with_its_fault(asked: Path) -> None:
    """Two requests for the same day: the second approval is refused, nothing is written."""
    edit_centre(asked, ask_leave(asked, "a1", MONDAY, MONDAY, "leave", asked=MONDAY)[1])
    edit_centre(asked, ask_leave(asked, "a1", MONDAY, MONDAY, "leave", asked=MONDAY)[1])
    edit_centre(asked, decide_leave(asked, "r1", LeaveState.APPROVED, MONDAY))
    app = open_page("calendar")
    assert app.selectbox(key="leave_picked").value == "r2"  # the first open one; r3 reads almost the same
    app.button(key="leave_approve").click().run()
    assert [row.is_open for row in read_requests(asked)] == [False, True, True]
    assert text("ui.centre.refused", count=1) in said(app)
