"""The public format of shift instances: read as it is meant, refused with every fault at once."""

import json
from pathlib import Path

import numpy as np
import pytest

from staffing.audit.shift_cover import shift_cost
from staffing.domain.result import Status, StopReason
from staffing.domain.shift_cover import ShiftResult
from staffing.errors import DataError
from staffing.files.shift_instance import read_shift_instance, write_shift_roster
from staffing.i18n import catalogue

SMALL = """# a comment
SECTION_HORIZON
7
SECTION_SHIFTS
E,480,
L,600,E|L
SECTION_STAFF
A,E=7|L=2,2400,960,5,2,2,1
B,E=0|L=7,2400,960,5,1,1,1
SECTION_DAYS_OFF
A,3,4
SECTION_SHIFT_ON_REQUESTS
A,0,E,2
SECTION_SHIFT_OFF_REQUESTS
B,6,L,3
SECTION_COVER
0,E,1,100,1
6,L,2,50,2
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "small.txt"
    path.write_bytes(text.encode())
    return path


def sections(text: str) -> list[str]:
    return ["SECTION_" + part for part in text.split("SECTION_")[1:]]


def test_everything_is_where_it_belongs(tmp_path):
    """Every cell of the file is in the problem."""
    problem = read_shift_instance(written(tmp_path, SMALL))
    assert (problem.employees, problem.shifts, problem.days) == (("A", "B"), ("E", "L"), 7)
    assert problem.minutes.tolist() == [480, 600]
    assert problem.may_follow.tolist() == [[True, True], [False, False]]
    assert problem.shifts_max.tolist() == [[7, 2], [0, 7]]
    assert (problem.minutes_max[0], problem.minutes_min[0]) == (2400, 960)
    assert [int(getattr(problem, name)[1]) for name in ("run_max", "run_min", "off_min", "weekends_max")] == [
        5,
        1,
        1,
        1,
    ]
    assert np.argwhere(problem.day_off).tolist() == [[0, 3], [0, 4]]
    assert (problem.on_weight[0, 0, 0], problem.on_weight.sum()) == (2, 2)
    assert (problem.off_weight[1, 6, 1], problem.off_weight.sum()) == (3, 3)
    assert [table[6, 1] for table in (problem.required, problem.under, problem.over)] == [2, 50, 2]
    assert problem.weekends == ((5, 6),)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\n\n# note\n"),
        lambda text: "".join(reversed(sections(text))),
        lambda text: text.replace(",", " , ").replace("|", " | "),
    ],
)
def test_line_ends_comments_blanks_and_order_do_not_matter(tmp_path, change):
    """The same problem from a file written differently."""
    plain = read_shift_instance(written(tmp_path, SMALL))
    other = read_shift_instance(written(tmp_path, change(SMALL)))
    for name in ("minutes", "may_follow", "shifts_max", "day_off", "on_weight", "off_weight", "required", "under"):
        assert (getattr(plain, name) == getattr(other, name)).all()


@pytest.mark.parametrize(
    ("old", "new", "code", "row"),
    [
        ("SECTION_COVER", "SECTION_COVR", "unknown_section", 16),
        ("# a comment", "oops", "outside_section", 1),
        ("SECTION_DAYS_OFF", "SECTION_STAFF", "duplicate_section", 10),
        ("\n7\n", "\nweek\n", "not_a_whole_number", 3),
        ("\n7\n", "\n0\n", "out_of_range", 3),
        ("L,600,E|L", "E,600,E", "duplicate_id", 6),
        ("L,600,E|L", "L,600,F", "unknown_name", 6),
        ("A,E=7|L=2,2400,960,5,2,2,1", "A,E=7|L=2,2400,960,5,2", "field_count", 8),
        ("B,E=0", "A,E=0", "duplicate_id", 9),
        ("A,3,4", "C,3", "unknown_name", 11),
        ("A,3,4", "A,7", "out_of_range", 11),
        ("A,0,E,2", "A,0,N,2", "unknown_name", 13),
        ("B,6,L,3", "B,6,L,-3", "out_of_range", 15),
        ("6,L,2,50,2", "0,E,2,50,2", "cover_twice", 18),
        ("6,L,2,50,2", "6,L,2,50", "field_count", 18),
    ],
)
def test_faults_name_their_place(tmp_path, old, new, code, row):
    """One change, one fault (besides those that follow from it), with a text in both languages."""
    with pytest.raises(DataError) as caught:
        read_shift_instance(written(tmp_path, SMALL.replace(old, new, 1)))
    assert (code, row) in {(fault.code, fault.row) for fault in caught.value.faults}
    for lang in ("en", "zh"):
        assert all(f"fault.{fault.code}" in catalogue(lang) for fault in caught.value.faults)


def test_missing_sections_are_all_told(tmp_path):
    """An empty file lacks four sections; one that is no text is refused."""
    with pytest.raises(DataError) as caught:
        read_shift_instance(written(tmp_path, ""))
    assert [fault.code for fault in caught.value.faults] == ["missing_section"] * 4
    path = tmp_path / "binary.txt"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError) as caught:
        read_shift_instance(path)
    assert [fault.code for fault in caught.value.faults] == ["not_utf8"]
    with pytest.raises(DataError) as caught:
        read_shift_instance(tmp_path / "nowhere.txt")
    assert [fault.code for fault in caught.value.faults] == ["unreadable_file"]


def test_the_roster_is_written(tmp_path):
    """Roster, cover and summary; a result without a roster cannot be written."""
    problem = read_shift_instance(written(tmp_path, SMALL))
    roster = np.full((2, 7), -1)
    roster[0, 0], roster[1, 6] = 0, 1
    cost = shift_cost(problem, roster)
    result = ShiftResult(roster, Status.FEASIBLE, StopReason.TIME_LIMIT, cost.total, 0, cost, 1, "test")
    write_shift_roster(tmp_path / "out", problem, result)
    assert (tmp_path / "out" / "roster.csv").read_text() == "employee,day,shift\nA,0,E\nB,6,L\n"
    assert (tmp_path / "out" / "cover.csv").read_text() == "day,shift,required,assigned,gap\n0,E,1,1,0\n6,L,2,1,-1\n"
    summary = json.loads((tmp_path / "out" / "result.json").read_text())
    assert (summary["objective"], summary["bound"], summary["gap"]) == (53, 0, 1.0)
    nothing = ShiftResult(None, Status.INFEASIBLE, StopReason.NO_PLAN, None, None, None, 1, "test")
    with pytest.raises(ValueError, match="roster"):
        write_shift_roster(tmp_path / "out", problem, nothing)
