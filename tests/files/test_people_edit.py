"""Changing the people of a centre, by hand and from an uploaded list."""

import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.files import read_centre
from staffing.files.centre_write import edit_centre
from staffing.files.people_edit import (
    edit_people,
    merge_people,
    people_table,
    same_cell,
    skill_map,
    skill_text,
    without_person,
)
from staffing.files.people_import import check_people_files, import_people
from staffing.files.raw_table import RawTable, parse_raw
from tests.files.tiny_centre import AGENTS, write_tiny_centre

CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), max_size=6)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_centre(tmp_path / "centre")


@given(st.lists(st.tuples(CELLS, CELLS), max_size=4), st.sampled_from([",", ";", "\t"]), st.booleans(), st.booleans())
def test_a_table_survives_its_file(rows: list, separator: str, has_mark: bool, has_hint: bool) -> None:
    """Written and parsed again a table is the same, whatever its cells, separator and byte-order mark."""
    kept = tuple({"id": f"i{n}", "a": one, "b": two} for n, (one, two) in enumerate(rows))
    table = RawTable("x.csv", ("id", "A", "b"), kept, separator=separator, has_mark=has_mark, has_hint=has_hint)
    found = parse_raw("x.csv", table.to_bytes())
    assert found is not None
    assert (found.columns, found.rows, found.separator) == (("id", "A", "b"), kept, separator)
    assert found.to_bytes() == table.to_bytes()


def test_the_same_people_are_no_edit(folder: Path) -> None:
    """Rows as they are, and cells that mean the same, change no byte."""
    rows = [dict(row) for row in people_table(folder).rows]
    assert edit_people(folder, rows).changes == {}
    rows[0]["skills"] = "mail:0.90; phone:1"
    edit = edit_people(folder, rows)
    assert (edit.changes, edit.unchanged, edit.differences) == ({}, 4, ())


def test_each_difference_is_told(folder: Path) -> None:
    """New, changed and gone people; columns that the centre does not know stay; new ones are added."""
    (folder / "agents.csv").write_text("agent;Name;team;role;contract;skills;e-mail\n" + "\n".join(
        line.replace(",", ";") + f";{line[:2]}@x" for line in AGENTS.replace("phone:1.0;mail:0.9", '"phone|mail"')
        .replace("phone:0.8;mail:1.1", "phone").splitlines()[1:]) + "\n")  # fmt: skip
    rows = [dict(row) for row in people_table(folder).rows]
    rows[1]["team"] = "south"
    del rows[3]
    rows.append({"agent": "a9", "name": "=cmd()", "contract": "full", "skills": "mail", "cost_per_h": "20"})
    edit = edit_people(folder, rows)
    assert [(row.agent, row.kind) for row in edit.differences] == [
        ("a2", "changed"),
        ("a9", "added"),
        ("a4", "removed"),
    ]
    assert edit.of("changed")[0].cells == (("team", "north", "south"),)
    assert ("name", "", "=cmd()") in edit.of("added")[0].cells
    assert edit.note == "people +1 ~1 -1"
    written = (edit.changes["agents.csv"] or b"").decode().splitlines()
    assert written[0] == "agent;Name;team;role;contract;skills;e-mail;cost_per_h"
    assert written[2] == "a2;Ben;south;agent;full;phone;a2@x;"
    assert written[4] == "a9;'=cmd();;;full;mail;;20"


def test_who_goes_takes_the_own_rows_along(folder: Path) -> None:
    """Leave, wishes, earlier shifts and places in training go with a person, and the centre is still whole."""
    rows = [dict(row) for row in people_table(folder).rows if row["agent"] != "a1"]
    edit = edit_people(folder, rows)
    assert dict(edit.dropped) == {"carry_in.csv": 1, "wishes.csv": 1, "activities.csv": 1}
    edit_centre(folder, edit.changes)
    scenario = read_centre(folder)
    assert [agent.id for agent in scenario.agents] == ["a2", "a3", "a4"]
    assert [wish.agent for wish in scenario.wishes] == ["a3"]
    assert scenario.activities[0].agents == ("a3",)
    assert without_person(folder, "nobody") == {}


def test_merging_changes_only_what_a_row_says(folder: Path) -> None:
    """A row without a column leaves that cell; whom no row names stays, or goes when the list is the whole."""
    table = people_table(folder)
    rows = [{"agent": "a2", "team": "x"}, {"agent": "a7", "contract": "full"}]
    merged = merge_people(table, rows)
    assert [row["agent"] for row in merged] == ["a1", "a2", "a3", "a4", "a7"]
    assert (merged[1]["team"], merged[1]["skills"]) == ("x", "phone")
    assert [row["agent"] for row in merge_people(table, rows, replace_all=True)] == ["a2", "a7"]


def test_an_upload_in_other_words_and_another_encoding(folder: Path) -> None:
    """Chinese headings, GB 18030, a matrix of skills with marks and decimal commas, a date with slashes."""
    data = '工号,姓名,班组,合同,Phone,时薪,入职日期\na2,本,南,full,"0,9","20,5",2025/3/1\na8,新,南,full,x,30,\n'
    found = import_people(folder, "people.csv", data.encode("gb18030"))
    assert found.faults == ()
    assert found.scenario is not None
    people = {agent.id: agent for agent in found.scenario.agents}
    assert (people["a2"].name, people["a2"].cost_per_h, str(people["a2"].start_date)) == ("本", 20.5, "2025-03-01")
    assert [(s.name, s.proficiency) for s in people["a2"].skills] == [("phone", 0.9)]
    assert [(s.name, s.proficiency) for s in people["a8"].skills] == [("phone", 1.0)]
    assert found.edit is not None
    assert len(found.edit.of("removed")) == 0
    assert read_centre(folder).agents != found.scenario.agents, "nothing is written before it is accepted"


def test_a_workbook_is_a_list_too(folder: Path) -> None:
    """Numbers and dates of cells come as the files write them."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (("agent", "cost_per_h", "seniority"), ("a1", 25.0, 3), ("a3", 31.5, None)):
        book.active.append(row)
    book.save(out)
    found = import_people(folder, "people.xlsx", out.getvalue())
    assert found.faults == ()
    assert found.edit is not None
    assert [row.cells for row in found.edit.of("changed")] == [
        (("cost_per_h", "", "25"), ("seniority", "", "3")),
        (("cost_per_h", "", "31.5"),),
    ]


def test_all_faults_are_told_at_once_with_the_headings_of_the_file(folder: Path) -> None:
    """Row, heading, value and what would be right, for every bad cell; nothing can be written."""
    data = b"Login;Contract;phone;Start date;Name\na1;ful;zzz;2026-02-30;A\na1;full;1;;B\n=x;full;1;;C\n"
    found = import_people(folder, "list.csv", data)
    places = {(fault.row, fault.column, fault.code) for fault in found.faults}
    assert places >= {
        (2, "Contract", "unknown_contract"),
        (2, "phone", "not_a_number"),
        (2, "Start date", "no_such_date"),
        (3, "Login", "duplicate_agent"),
        (4, "Login", "bad_id"),
    }
    assert {fault.file for fault in found.faults} == {"list.csv"}
    assert found.scenario is None


def test_an_upload_that_is_no_list(folder: Path) -> None:
    """No table, no column of ids, or a queue that would be left to nobody: told, not raised."""
    assert import_people(folder, "x.csv", b"").edit is None
    found = import_people(folder, "x.csv", b"colour,size\nred,3\nblue,4\n")
    assert [fault.code for fault in found.faults] == ["missing_column"]
    found = import_people(folder, "x.csv", b"agent,team\na2,south\n", replace_all=True)
    assert [(fault.code, fault.value) for fault in found.faults] == [("nobody_serves", "mail")]


def test_typing_is_checked_without_the_history(folder: Path) -> None:
    """People, leave and wishes are read as they would be written; the other files are not looked at."""
    (folder / "history.csv").unlink()
    agents, faults = check_people_files(folder, {})
    assert (len(agents), faults) == (4, ())
    _, faults = check_people_files(folder, {"wishes.csv": b"agent,date,wish\na1,2026-02-06,often\n"})
    assert [(fault.file, fault.row, fault.code) for fault in faults] == [("wishes.csv", 2, "bad_wish")]


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(1, 40).map(lambda n: n / 20), max_size=4))
def test_skills_survive_their_cell(skills: dict[str, float]) -> None:
    """A mapping as text and back; order makes no other cell."""
    cell = skill_text(skills)
    assert skill_map(cell) == skills
    assert same_cell("skills", cell, skill_text(dict(reversed(skills.items()))))


def test_numbers_that_mean_the_same() -> None:
    """38 and 38.0 do, a blank week of a pattern is the first; text and a blank wage do not."""
    assert same_cell("rotation_week", "", "1")
    assert same_cell("seniority", "0", "")
    assert not same_cell("cost_per_h", "", "0")
    assert not same_cell("cost_per_h", "x", "y")
    assert not same_cell("team", "a ", "A")
