"""Somebody's own files as text: encodings, separators, titles above the header, workbooks, and what is refused."""

import io
import zipfile
from datetime import datetime, time

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.errors import DataError
from staffing.files.wizard import guess_columns, read_sheet
from staffing.files.wizard import upload as module

ROWS = (("Date", "Queue", "Calls"), ("2026-02-02", "热线", "12"), ("2026-02-03", "邮件", "3"))


def table(separator: str = ",") -> str:
    return "\n".join(separator.join(row) for row in ROWS) + "\n"


def book(**sheets: list[list[object]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def codes(error: pytest.ExceptionInfo[DataError]) -> list[str]:
    return [fault.code for fault in error.value.faults]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_every_encoding_and_separator_is_found(encoding: str, separator: str) -> None:
    """The same cells come out whatever wrote the file."""
    sheet = read_sheet("a.csv", table(separator).encode(encoding))
    assert sheet.columns == ROWS[0]
    assert [list(row) for row in zip(*sheet.texts, strict=True)] == [list(row) for row in ROWS[1:]]
    assert sheet.separator == separator
    assert sheet.encoding == encoding.removesuffix("-sig")
    assert sheet.line.tolist() == [2, 3]


def test_western_letters_are_not_taken_for_chinese() -> None:
    """A file of an older Western system keeps its umlauts."""
    sheet = read_sheet("a.csv", "Name;Gruppe\nJürgen Möß;Köln\nÉva;Łódź\n".encode("cp1252", "replace"))
    assert sheet.encoding == "cp1252"
    assert sheet.cells("Name")[0] == "Jürgen Möß"


def test_an_encoding_can_be_chosen() -> None:
    """What was guessed wrongly is put right by hand; an impossible choice names its row."""
    assert read_sheet("a.csv", table().encode("gb18030"), encoding="gb18030").cells("Queue")[0] == "热线"
    with pytest.raises(DataError) as error:
        read_sheet("a.csv", table().encode("gb18030"), encoding="utf-8")
    assert codes(error) == ["wrong_encoding"]
    assert error.value.faults[0].row == 2


def test_titles_above_the_header_are_passed_over() -> None:
    """Exports begin with a title and filters; lines are still those of the file."""
    sheet = read_sheet("a.csv", b"Interval report\nFrom;2026-02-01\n\nDate;Queue;Calls offered\n2026-02-02;a;1\n")
    assert sheet.header_line == 4
    assert sheet.line.tolist() == [5]
    assert sheet.columns == ("Date", "Queue", "Calls offered")


def test_headers_that_repeat_or_are_blank_can_be_told_apart() -> None:
    """Every column has a name of its own."""
    sheet = read_sheet("a.csv", b"Calls,Calls,,Queue\n1,2,3,a\n")
    assert sheet.columns == ("Calls", "Calls (2)", "column 3", "Queue")


def test_a_workbook_is_read_as_it_is_seen() -> None:
    """Dates, times and numbers come as somebody would type them; the first sheet with a table is taken."""
    rows: list[list[object]] = [["Date", "Time", "Calls"], [datetime(2026, 2, 2), time(8, 30), 12.0]]
    rows.append([datetime(2026, 2, 2, 9, 0), "=1+1", 3.5])
    data = book(Notes=[["About"]], Data=rows)
    sheet = read_sheet("b.xlsx", data)
    assert sheet.sheets == ("Notes", "Data")
    assert [cells.tolist() for cells in sheet.texts] == [
        ["2026-02-02", "2026-02-02T09:00"],
        ["08:30", ""],
        ["12", "3.5"],
    ]
    with pytest.raises(DataError) as error:
        read_sheet("b.xlsx", data, sheet="Dat")
    assert (codes(error), error.value.faults[0].expected) == (["unknown_sheet"], "Data")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b" \r\n\n", "empty_file"),
        (b"a,b\n", "empty_file"),
        (b"\xd0\xcf\x11\xe0 old", "old_workbook"),
        (b"\x89PNG\x00\x01\x02", "no_table"),
        (b"PK\x03\x04 broken", "no_table"),
        (b'a,b\n"1,2\n', "unreadable_csv"),
        (b"a,b\n1,2,3\n", "field_count"),
    ],
)
def test_what_is_no_table_is_refused_by_name(data: bytes, code: str) -> None:
    """Each kind of wrong file has a sentence of its own, and no traceback."""
    with pytest.raises(DataError) as error:
        read_sheet("x", data)
    assert codes(error) == [code]


def test_a_file_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The size counts, and for a workbook what it would unpack to."""
    monkeypatch.setattr(module, "MAX_BYTES", 10)
    with pytest.raises(DataError) as error:
        read_sheet("a.csv", table().encode())
    assert codes(error) == ["too_large"]
    monkeypatch.undo()
    monkeypatch.setattr("staffing.files.wizard.workbook.MAX_UNPACKED", 100)
    with pytest.raises(DataError) as error:
        read_sheet("a.xlsx", book(Data=[["a", "b"], [1, 2]]))
    assert codes(error) == ["too_large_unpacked"]


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    """A zip of something else, and a workbook with a damaged sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(DataError) as error:
        read_sheet("a.xlsx", out.getvalue())
    assert codes(error) == ["no_table"]
    damaged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(Data=[["a", "b"], [1, 2]]))) as good, zipfile.ZipFile(damaged, "w") as bad:
        for part in good.namelist():
            bad.writestr(part, b"<broken" if "sheet1" in part else good.read(part))
    with pytest.raises(DataError) as error:
        read_sheet("a.xlsx", damaged.getvalue())
    assert codes(error) == ["no_table"]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_bring_it_down(data: bytes) -> None:
    """Whatever is uploaded is a table or a list of faults."""
    try:
        rows = len(read_sheet("x.csv", data))
    except DataError as error:
        rows = len(error.faults)
    assert rows >= 1


HEADERS = {
    "Date;Interval;Split/Skill;ACD Calls;Calls Offered;Avg Handle Time": "date time queue handled offered aht_s",
    "统计日期;时段;技能组;进线量;接起量;放弃量;平均处理时长（秒）": "date time queue offered handled abandoned aht_s",
    "Start;Queue Name;Offered;AHT (s);Notes": "start queue offered aht_s -",
    "工号;姓名;班组;岗位;用工类型;周工时;技能;入职日期": "agent name team role contract weekly_hours skills start_date",
    "Employee ID;Full name;Team;Contract hours;Skills": "agent name team weekly_hours skills",
    "Queue;Channel;SL target;Answer within (s);Mon-Fri": "queue channel service_level answer_within_s mon_fri",
}


@pytest.mark.parametrize("header", HEADERS)
def test_columns_are_known_by_their_names(header: str) -> None:
    """Headers of common exports in both languages find their place, each column once."""
    cells = ";".join("2026-02-02" if part in ("Date", "统计日期") else "08:00" for part in header.split(";"))
    roles = HEADERS[header].split()
    kind = "history" if "offered" in roles else "people" if "agent" in roles else "queues"
    found = guess_columns(read_sheet("a.csv", f"{header}\n{cells}\n".encode()), kind)
    assert found == {role: name for role, name in zip(roles, header.split(";"), strict=True) if role != "-"}
