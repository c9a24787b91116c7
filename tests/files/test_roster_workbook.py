"""A roster that goes out as a workbook and comes back edited: what differs, and every fault by row and column."""

import datetime
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart

from staffing.domain.roster import Roster
from staffing.domain.roster_cells import Segment, cells_of, roster_digest, roster_with
from staffing.domain.timegrid import TimeGrid
from staffing.errors import DataError, Fault
from staffing.files.changes import cell_changes
from staffing.files.roster_workbook import RosterUpload, read_roster_workbook
from staffing.i18n import LANGUAGES, text
from staffing.plan import Plan
from staffing.report import roster_facts, sheet_words, write_workbook
from staffing.report.roster_sheet import COLUMNS, write_roster_sheet
from tests.plans import make_plan_value

PLAN = make_plan_value()
MONDAY, TUESDAY = "2026-01-05", "2026-01-06"


def exported(plan: Plan, folder: Path, lang: str = "en") -> bytes:
    write_workbook(plan, folder / "roster.xlsx", lang=lang)
    return (folder / "roster.xlsx").read_bytes()


def read(data: bytes, *rosters: Roster, plan: Any = PLAN, facts: dict[str, str] | None = None) -> RosterUpload:
    known = rosters or (plan.roster,)
    told = roster_facts(plan) if facts is None else facts
    return read_roster_workbook("r.xlsx", data, plan.problem, known, told, sheet_words())


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return exported(PLAN, tmp_path_factory.mktemp("workbook"))


def edited(data: bytes, edit: Callable[[Any], None], title: str = "Roster") -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book[title])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def faults(data: bytes, rosters: tuple[Roster, ...] = (), **given_: Any) -> tuple[Fault, ...]:
    with pytest.raises(DataError) as caught:
        read(data, *rosters, **given_)
    for fault in caught.value.faults:
        for lang in LANGUAGES:
            place = {"file": fault.file, "column": fault.column}
            told = text(f"fault.{fault.code}", lang, **place, value=fault.value, expected=fault.expected)
            assert not told.startswith("fault.")
            assert "{" not in told
    return caught.value.faults


def put(sheet: Any, **cells: object) -> None:
    for place, value in cells.items():
        sheet[place] = value


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_untouched_workbook_changes_nothing(lang: str, tmp_path: Path) -> None:
    """Written in either language it is known again, and no day differs; the sheet holds text only."""
    data = exported(PLAN, tmp_path, lang)
    found = read(data)
    assert (found.cells, found.replaced, found.is_known) == ({}, (), True)
    sheet = openpyxl.load_workbook(io.BytesIO(data))[text("report.sheet.roster", lang)]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1] == ("a0", "Ann", MONDAY, "08:00", "12:00", text("activity.work", lang), "phone", None)
    assert len(rows) == 1 + len(PLAN.roster)


def test_a_workbook_saved_by_another_program_is_the_same(workbook: bytes) -> None:
    """What a spreadsheet program writes anew is read alike, a filter's hidden rows and blank lines included."""

    def touch(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.insert_rows(1, 2)
        sheet["A1"] = "my notes"
        sheet.insert_rows(6)

    assert read(edited(workbook, touch)).cells == {}


def test_edits_become_days(workbook: bytes) -> None:
    """A later start typed as a time of day, a shift deleted, one added over midnight, a lock set."""

    def edit(sheet: Any) -> None:
        rows = {row[2].value: row[0].row for row in sheet.iter_rows(min_row=2) if row[0].value == "a1"}
        sheet.delete_rows(rows[MONDAY] - 2, 3)  # the shift of a1
        put(sheet, D2=datetime.time(8, 30), H2="X")
        late = ("a1", "?", datetime.datetime(2026, 1, 8), "22:00", "24:00", "work", "PHONE")
        early = ("a1", "", datetime.datetime(2026, 1, 8), datetime.datetime(2026, 1, 9), "06:00", "Work", "phone")
        for row in (late, early):
            sheet.append(row)

    found = read(edited(workbook, edit))
    grid = PLAN.problem.grid
    thursday = grid.at(3, 22 * 60)
    assert found.cells.keys() == {("a0", MONDAY), ("a1", MONDAY), ("a1", "2026-01-08")}
    assert found.cells["a1", MONDAY] == ()
    first = cells_of(PLAN.roster)["a0", MONDAY][0]
    assert found.cells["a0", MONDAY][0] == first._replace(start=first.start + 1, locked=True)
    assert found.cells["a1", "2026-01-08"] == (
        Segment(thursday, thursday + 4, "work", "phone", False),
        Segment(thursday + 4, thursday + 16, "work", "phone", False),
    )
    assert [row.kind for row in cell_changes(PLAN.roster, found.cells)] == ["moved", "removed", "added"]
    assert cells_of(found.roster) == {cell: day for cell, day in (cells_of(PLAN.roster) | found.cells).items() if day}


def test_what_others_changed_meanwhile_stays(workbook: bytes) -> None:
    """Only the days edited in the workbook are taken; a day that both changed is told."""
    monday = cells_of(PLAN.roster)["a0", MONDAY]
    theirs = roster_with(PLAN.roster, {("a0", TUESDAY): (), ("a0", MONDAY): monday[:1]})
    found = read(edited(workbook, lambda sheet: put(sheet, D2="08:30")), theirs, PLAN.roster)
    assert found.cells.keys() == {("a0", MONDAY)}
    assert found.replaced == (("a0", MONDAY),)
    assert ("a0", TUESDAY) not in cells_of(found.roster)
    stranger = read(workbook, theirs)
    assert not stranger.is_known
    assert stranger.cells.keys() == {("a0", MONDAY), ("a0", TUESDAY)}


def test_every_fault_is_told_at_once(workbook: bytes) -> None:
    """Person, date, grid, order, activity, queue, lock and formula, each with its row and its own heading."""

    def spoil(sheet: Any) -> None:
        for row in (
            ("a9", "", "2026-01-07", "08:00", "09:00", "Work", "phone", ""),
            ("a0", "", "2026-02-07", "08:00", "09:00", "Work", "phone", ""),
            ("a0", "", "7 Jan", "08:00", "09:00", "Work", "phone", ""),
            ("a0", "", "2026-01-07", "08:05", "09:00", "Work", "phone", ""),
            ("a0", "", "2026-01-07", "half past", "09:00", "Wrok", "fone", "maybe"),
            ("a0", "", "2026-01-07", "2026-01-07 10:00", "2026-01-07 09:00", "Work", "", ""),
            ("a0", "", "2026-01-07", "2026-01-10 10:00", "", "Leave", "", ""),
            ("a0", "", "2026-01-07", "=1/2", "09:00", "Work", "phone", ""),
            ("a0", "", "9999-12-31", "24:00", "09:00", "Work", "phone", ""),
        ):
            sheet.append(row)

    found = faults(edited(workbook, spoil))
    last = 1 + len(PLAN.roster)
    told = {(fault.row - last, fault.column, fault.code) for fault in found if fault.row}
    assert told == {
        (1, "Agent", "unknown_agent"),
        (2, "Date", "outside_plan"),
        (3, "Date", "not_a_date"),
        (4, "Start", "off_slot"),
        (5, "Start", "not_a_time"),
        (5, "Activity", "not_one_of"),
        (5, "Queue", "unknown_queue"),
        (5, "Locked", "not_one_of"),
        (6, "End", "ends_before_start"),
        (6, "Queue", "missing_value"),
        (7, "End", "missing_value"),
        (7, "Activity", "absence_row"),
        (8, "Start", "formula_cell"),
        (9, "Date", "outside_plan"),
    }
    assert {fault.file for fault in found} == {"r.xlsx / Roster"}
    (activity,) = [fault for fault in found if fault.column == "Activity" and fault.code == "not_one_of"]
    assert (activity.value, activity.expected) == ("Wrok", "work")


def test_a_shift_does_one_thing_at_a_time_on_its_day(workbook: bytes) -> None:
    """Pieces that overlap, last too long, or begin on another day."""

    def spoil(sheet: Any) -> None:
        for row in (
            ("a0", "", "2026-01-07", "08:00", "10:00", "Work", "phone"),
            ("a0", "", "2026-01-07", "09:00", "11:00", "Meal", ""),
            ("a0", "", "2026-01-08", "2026-01-09 08:00", "2026-01-09 09:00", "Work", "phone"),
            ("a0", "", "2026-01-10", "08:00", "2026-01-12 09:00", "Work", "phone"),
        ):
            sheet.append(row)

    last = 1 + len(PLAN.roster)
    assert {(fault.row - last, fault.code) for fault in faults(edited(workbook, spoil)) if fault.row} == {
        (2, "overlap"),
        (3, "wrong_day"),
        (4, "out_of_range"),
    }


def test_a_sheet_that_lost_its_shape_is_refused(workbook: bytes) -> None:
    """Columns gone or doubled, cells merged, the sheet renamed, no workbook at all."""
    assert [fault.code for fault in faults(edited(workbook, lambda sheet: sheet.delete_cols(4)))] == ["missing_column"]
    twice = faults(edited(workbook, lambda sheet: put(sheet, I1="Start")))
    assert [(fault.code, fault.value) for fault in twice] == [("duplicate_column", "Start")]
    merged = faults(edited(workbook, lambda sheet: sheet.merge_cells("G2:G3")))
    assert ("merged_cells", "G2:G3") in {(fault.code, fault.value) for fault in merged}
    renamed = faults(edited(workbook, lambda sheet: setattr(sheet, "title", "Mine")))
    assert [fault.code for fault in renamed] == ["unknown_sheet"]

    def drawn(sheet: Any) -> None:
        sheet.title = "Mine"
        sheet.parent.create_chartsheet("Roster").add_chart(BarChart())

    assert [fault.code for fault in faults(edited(workbook, drawn))] == ["unknown_sheet"]
    assert [fault.code for fault in faults(b"PK\x03\x04 no zip")] == ["no_table"]
    assert [fault.code for fault in faults(b"\xd0\xcf\x11\xe0 old")] == ["old_workbook"]


def test_a_damaged_file_is_told(workbook: bytes) -> None:
    """Bytes that were changed on the way, wherever they lie, end in a fault or change nothing that is read."""
    codes = set()
    for place in range(200, len(workbook), len(workbook) // 25):
        spoilt = workbook[:place] + bytes(8) + workbook[place + 8 :]
        try:
            read(spoilt)
        except DataError as error:
            codes |= {fault.code for fault in error.faults}
    assert "no_table" in codes


def test_sheets_in_another_order_are_the_same(workbook: bytes) -> None:
    """The roster put first: the workbook is known by its summary all the same."""
    found = read(edited(workbook, lambda sheet: sheet.parent.move_sheet(sheet, -sheet.parent.index(sheet))))
    assert (found.cells, found.is_known) == ({}, True)
    told = roster_facts(PLAN)
    assert read(workbook, facts=told | {"centre": f" {told['centre']} "}).cells == {}  # as its file may spell it


def test_a_queue_belongs_to_work(workbook: bytes) -> None:
    """Work that becomes training in the sheet leaves its queue, whatever the cell beside it says."""
    found = read(edited(workbook, lambda sheet: put(sheet, F2="Training")))
    assert found.cells["a0", MONDAY][0][2:4] == ("training", "")


def test_a_workbook_of_another_centre_or_week_is_told(workbook: bytes) -> None:
    """Nothing of it is taken, whatever its people are called."""
    told = {"centre": "Elsewhere", "period": "2026-01-12 / 2026-01-18", "roster_digest": "0"}
    found = faults(workbook, facts=told)
    assert [(fault.code, fault.expected) for fault in found] == [
        ("other_centre", "Elsewhere"),
        ("other_period", "2026-01-12 / 2026-01-18"),
    ]


def test_a_locked_shift_stays(tmp_path: Path) -> None:
    """It may be freed, but not moved or deleted."""
    locked = replace(PLAN.roster, locked=PLAN.roster.agent == 1)
    plan = replace(PLAN, result=replace(PLAN.result, roster=locked))
    data = exported(plan, tmp_path)
    row = 2 + int((locked.agent == 0).sum())
    freed = edited(data, lambda sheet: put(sheet, **{f"H{row + n}": None for n in range(3)}))
    assert not any(segment.locked for segment in read(freed, plan=plan).cells["a1", MONDAY])
    for spoilt in (lambda sheet: put(sheet, **{f"D{row}": "10:30"}), lambda sheet: sheet.delete_rows(row, 3)):
        (fault,) = faults(edited(data, spoilt), plan=plan)
        assert (fault.code, fault.value, fault.expected) == ("locked_shift", f"a1 {MONDAY}", "10:00-18:00")


def test_a_lock_is_that_of_the_roster_as_it_stands(tmp_path: Path) -> None:
    """A shift freed since the workbook was written may be changed by it; one that was locked since may not."""
    locked = replace(PLAN.roster, locked=PLAN.roster.agent == 1)
    plan = replace(PLAN, result=replace(PLAN.result, roster=locked))
    row = 2 + int((locked.agent == 0).sum())
    later = edited(exported(plan, tmp_path), lambda sheet: put(sheet, **{f"D{row}": "10:30"}))
    assert read(later, PLAN.roster, locked, plan=plan).cells.keys() == {("a1", MONDAY)}
    later = edited(exported(PLAN, tmp_path), lambda sheet: put(sheet, **{f"D{row}": "10:30"}))
    (fault,) = faults(later, rosters=(locked, PLAN.roster))
    assert (fault.code, fault.row) == ("locked_shift", row)
    assert read(edited(later, lambda sheet: put(sheet, D2="08:30", **{f"D{row}": "10:00"})), locked, PLAN.roster).cells


def test_one_mark_locks_the_whole_shift(workbook: bytes) -> None:
    """As the page Schedule does; a part that the roster itself has locked stays as it is."""
    found = read(edited(workbook, lambda sheet: put(sheet, H3="x")))
    assert [row.locked for row in found.cells["a0", MONDAY]] == [True] * 3


def test_leave_is_no_row_and_stays(tmp_path: Path) -> None:
    """Absences are not in the sheet, and a workbook without them takes none away."""
    day = cells_of(PLAN.roster)["a0", TUESDAY]
    leave = Segment(day[0].start + 96, day[0].start + 112, "leave", "", False)
    roster = roster_with(PLAN.roster, {("a0", "2026-01-08"): (leave,)})
    plan = replace(PLAN, result=replace(PLAN.result, roster=roster))
    data = exported(plan, tmp_path)
    assert read(data, plan=plan).cells == {}
    emptied = read(edited(data, lambda sheet: sheet.delete_rows(2, 99)), plan=plan)
    assert cells_of(emptied.roster) == {("a0", "2026-01-08"): (leave,)}


def only_sheet(roster: Roster, agents: tuple[Any, ...], lang: str) -> bytes:
    """Nothing but the roster sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    plan: Any = SimpleNamespace(roster=roster, problem=SimpleNamespace(agents=agents))
    write_roster_sheet(book, plan, lang, {"head": book.add_format({})})
    book.close()
    return out.getvalue()


@st.composite
def some_rosters(draw: st.DrawFn) -> Roster:
    cells = {}
    for cell in draw(st.sets(st.tuples(st.integers(0, 1), st.integers(0, 6)), max_size=5)):
        start = 48 * cell[1] + draw(st.integers(0, 47))
        day, is_locked = [], draw(st.booleans())
        for kind, length in draw(
            st.lists(
                st.tuples(st.sampled_from(["phone", "email", "meal", "other"]), st.integers(1, 9)),
                min_size=1,
                max_size=4,
            )
        ):
            work = kind in PLAN.problem.queues
            day.append(Segment(start, start + length, "work" if work else kind, kind if work else "", is_locked))
            start += length
        cells[f"a{cell[0]}", str(PLAN.problem.grid.dates[cell[1]])] = tuple(day)
    return roster_with(roster_with(PLAN.roster, dict.fromkeys(cells_of(PLAN.roster), ())), cells)


@given(some_rosters(), st.sampled_from(LANGUAGES))
@settings(max_examples=15)
def test_any_roster_comes_back_as_it_went_out(roster: Roster, lang: str) -> None:
    """Night shifts, locks and odd lengths included; against the plan's roster the same days are told as different."""
    data = only_sheet(roster, PLAN.problem.agents, lang)
    assert read(data, roster).cells == {}
    assert cells_of(read(data).roster) == cells_of(roster)
    again = roster_with(PLAN.roster, read(data).cells)
    assert roster_digest(again) == roster_digest(roster)


@pytest.mark.parametrize("first_day", [datetime.date(2026, 10, 24), datetime.date(2026, 3, 28)])
def test_a_night_in_which_the_clocks_change(first_day: datetime.date) -> None:
    """Every slot of such a night comes back; a time that is there twice or never is refused where it is typed bare."""
    grid = TimeGrid("Europe/Berlin", first_day, 2, 30)
    start = 44
    segments = tuple(Segment(start + n, start + n + 1, "work", "phone", False) for n in range(16))
    empty = Roster(grid, ("a0",), ("phone",), *([],) * 7)
    roster = roster_with(empty, {("a0", str(first_day)): segments})
    agents = PLAN.problem.agents[:1]
    plan: Any = SimpleNamespace(problem=SimpleNamespace(agents=agents, queues=("phone",), grid=grid), roster=roster)
    data = only_sheet(roster, agents, "en")
    assert read(data, plan=plan, facts={"centre": "", "period": ""}).cells == {}
    sunday = first_day + datetime.timedelta(days=1)
    bare = edited(data, lambda sheet: sheet.append(("a0", "", str(sunday), "02:30", "08:00", "Work", "phone", "")))
    (fault,) = faults(bare, plan=plan, facts={"centre": "", "period": ""})
    assert fault.code == ("ambiguous_time" if first_day.month == 10 else "time_in_gap")


def test_a_plan_without_a_roster_has_an_empty_sheet(tmp_path: Path) -> None:
    """Headings only."""
    plan = replace(PLAN, result=replace(PLAN.result, roster=None))
    sheet = openpyxl.load_workbook(io.BytesIO(exported(plan, tmp_path)))["Roster"]
    assert sheet.max_row == 1
    assert sheet.max_column == len(COLUMNS)


def test_too_much_is_refused_before_it_is_opened(workbook: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits of every upload: bytes, and what they would unpack to."""
    monkeypatch.setattr("staffing.files.wizard.workbook.MAX_UNPACKED", 100)
    assert [fault.code for fault in faults(workbook)] == ["too_large_unpacked"]
    monkeypatch.setattr("staffing.files.wizard.upload.MAX_BYTES", 100)
    assert [fault.code for fault in faults(workbook)] == ["too_large"]
