"""What leaves the house can be read, and cannot do harm."""

from datetime import date
from pathlib import Path

import icalendar
import openpyxl
import pytest

from benchmarks.exports import (
    HOSTILE,
    differing,
    events_by_icalendar,
    events_by_line,
    expected_cells,
    expected_events,
    hostile,
)
from benchmarks.workbook_cells import read_cells
from staffing.i18n import text
from staffing.report import export_plan, write_calendars, write_workbook
from staffing.report.html import render_report
from staffing.report.tables import day_titles, week_grid
from tests.on_call_case import on_call_plan
from tests.plans import make_plan_value, without_roster


@pytest.fixture(scope="module", params=["en", "zh"])
def exported(request, tmp_path_factory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("plan")
    export_plan(make_plan_value(), folder, lang=request.param)
    return request.param, folder


def test_the_workbook_opens_and_holds_no_formula(exported):
    """A name that looks like a formula stays text in every sheet."""
    _, folder = exported
    book = openpyxl.load_workbook(folder / "roster.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "=cmd()" in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert len(book.sheetnames) == 7 + 7


def test_the_week_sheet_shows_every_shift(exported):
    """Three shifts appear as start and end."""
    _, folder = exported
    sheet = openpyxl.load_workbook(folder / "roster.xlsx").worksheets[1]
    texts = [str(cell.value) for row in sheet.iter_rows(min_row=2, min_col=5) for cell in row if cell.value]
    assert sorted(t for t in texts if "–" in t) == ["08:00–16:00", "09:00–13:00", "10:00–18:00"]


def test_the_hours_sheet_adds_up(exported):
    """Paid hours by day and in all, at work, away from the phone and against the contract; the last row is the sum."""
    lang, folder = exported
    rows = list(openpyxl.load_workbook(folder / "roster.xlsx")[text("report.sheet.hours", lang)].values)
    assert [row[:2] for row in rows[1:3]] == [("a0", "Ann"), ("a1", "=cmd()")]
    week, paid, work = slice(3, 10), 10, 11
    assert [row[paid] for row in rows[1:]] == [11.5, 7.5, 19.0]  # the meal is not paid
    for row in rows[1:]:
        assert sum(row[week]) == row[paid]
    assert [sum(row[column] for row in rows[1:3]) for column in range(3, len(rows[0]))] == list(rows[3][3:])
    assert rows[1][work] == 7.5 + 4.0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_cell_and_event_is_the_plans(lang, tmp_path):
    """Read by parsers that share nothing with the writers, names and ids that attack spreadsheets among them."""
    plan = hostile(make_plan_value(("a", "b", "c", "d")))
    write_workbook(plan, tmp_path / "roster.xlsx", lang=lang)
    cells, live = read_cells(tmp_path / "roster.xlsx")
    compared, wrong = differing(cells, expected_cells(plan, lang), fills=True)
    assert (wrong, live) == (0, 0)
    assert compared > 1000
    assert HOSTILE[0] in {cell.value for cell in cells[text("report.sheet.week", lang)].values()}
    write_calendars(plan, tmp_path / "ics", lang=lang)
    found = {path.name: path.read_bytes() for path in (tmp_path / "ics").iterdir()}
    wanted = expected_events(plan, lang)
    zone = plan.problem.grid.timezone
    assert {name: events_by_line(data, zone) for name, data in found.items()} == wanted
    assert {name: events_by_icalendar(data) for name, data in found.items()} == wanted


def test_each_agent_has_a_calendar_with_their_shifts_and_no_name(exported):
    """Agent 0 has two events in the centre's zone, with stable ids."""
    _, folder = exported
    files = sorted(path.name for path in (folder / "ics").iterdir())
    assert files == ["a0.ics", "a1.ics"]
    raw = (folder / "ics" / "a0.ics").read_bytes()
    events = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert [str(event["UID"]) for event in events] == ["2026-01-05-a0@staffing", "2026-01-06-a0@staffing"]
    assert events[0].decoded("dtstart").isoformat() == "2026-01-05T08:00:00+08:00"
    assert b"Ann" not in raw


def test_the_report_is_one_safe_page(exported):
    """The report holds its charts, no script, and names only as escaped text."""
    _, folder = exported
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 3
    assert "<script" not in page.lower()
    assert "=cmd()" in page


def test_a_name_is_data_never_html():
    """A name with markup is escaped."""
    page = render_report(make_plan_value(names=("<img src=x onerror=alert(1)>", "Bo")), lang="en")
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_the_same_plan_gives_the_same_files(tmp_path):
    """Nothing in the exports depends on the time of writing."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        export_plan(make_plan_value(), tmp_path / name)
    for path in sorted((tmp_path / "one").rglob("*.*")):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes(), path.name


def test_exports_of_a_plan_without_a_roster_say_so(tmp_path):
    """No roster is written as such, not as an empty one."""
    export_plan(without_roster(make_plan_value()), tmp_path, lang="en")
    assert "No plan" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert list((tmp_path / "ics").iterdir()) == []


def test_an_agent_id_never_leaves_the_folder(tmp_path):
    """A path in an id becomes a plain file name."""
    plan = make_plan_value()
    from dataclasses import replace

    roster = replace(plan.roster, agents=("../../evil", "a/b"))
    export_plan(replace(plan, result=replace(plan.result, roster=roster)), tmp_path)
    assert sorted(p.name for p in (tmp_path / "ics").iterdir()) == ["%2E%2E%2F%2E%2E%2Fevil.ics", "a%2Fb.ics"]


def test_week_grid_keeps_people_and_days():
    """Cells follow the roster; titles name the weekday in the reader's language."""
    plan = make_plan_value()
    rows = week_grid(plan)
    assert [row.shifts for row in rows] == [2, 1]
    assert rows[0].days[0].start == "08:00"
    assert day_titles(plan, "zh")[0] == "周一 01-05"
    assert plan.problem.grid.dates[0] == date(2026, 1, 5)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_turns_on_call_are_exported(lang, tmp_path):
    """Workbook, report and calendars tell who is on call; a turn leaves the time free, and names are only text."""
    export_plan(on_call_plan(), tmp_path, lang=lang)
    sheet = openpyxl.load_workbook(tmp_path / "roster.xlsx").worksheets[6]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[2][:4] == ("night", "2026-01-06 18:00-08:00", "a1", "=cmd()")
    assert (rows[7][2], rows[7][5]) == (text("on_call.open", lang), None)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "2026-01-06 18:00-08:00" in page
    assert text("on_call.open", lang) in page
    events = icalendar.Calendar.from_ical((tmp_path / "ics" / "a1.ics").read_bytes()).walk("VEVENT")
    turns = [event for event in events if "on-call" in str(event["UID"])]
    assert next(event.decoded("dtstart").isoformat() for event in turns) == "2026-01-06T18:00:00+08:00"
    assert {str(event["TRANSP"]) for event in turns} == {"TRANSPARENT"}
    assert len(events) - len(turns) == 1
