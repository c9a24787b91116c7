from dataclasses import replace

import numpy as np
import pytest

from staffing.audit import RULES
from tests.audit.judging import FULL, HALF, broken, faults
from tests.builders import make_problem, make_roster


def test_shifts_that_follow_each_other_pass() -> None:
    """A shift on each of two days, whole and without overlap, breaks nothing."""
    problem = make_problem()
    assert broken(problem, make_roster(problem, (0, 0, "08:00", FULL), (0, 1, "08:00", HALF))) == []


@pytest.mark.parametrize(
    ("fault", "rows"),
    [
        ("overlap", [(0, 2, "08:00", FULL), (0, 2, "10:00", "phone 60")]),
        ("overlap", [(0, 2, "08:00", FULL), (0, 2, "10:00", "leave 60")]),
        ("overlap", [(0, 2, "07:00", "leave 120"), (0, 2, "08:00", FULL)]),
        ("hole", [(0, 2, "08:00", "phone 120"), (0, 2, "10:30", "phone 90 meal 30 phone 210")]),
        ("length", [(0, 2, "08:00", FULL), (0, 2, "16:00", "phone 0")]),
        ("outside", [(0, 7, "08:00", FULL)]),
        ("outside", [(0, -1, "08:00", FULL)]),
    ],
)
def test_a_person_is_in_one_place(fault: str, rows: list[tuple[int, int, str, str]]) -> None:
    """Each way to be in two places, in none or outside the horizon is told once, for the right agent and day."""
    problem = make_problem(agents=2)
    roster = make_roster(problem, *((1, *row[1:]) for row in rows))
    assert broken(problem, roster) == [("one_place", 1, rows[0][1])]
    assert faults(problem, roster) == [("one_place", fault)]


def test_a_second_shift_of_a_day_is_found_whatever_day_it_carries() -> None:
    """Two shifts that start on one day are told, as a hole or by the day that the second one wrongly carries."""
    problem = make_problem(agents=1)
    roster = make_roster(problem, (0, 0, "08:00", HALF), (0, 0, "14:00", HALF))
    assert [v.detail["fault"] for v in RULES["one_place"](problem, roster)] == ["hole"]
    roster = replace(roster, day=np.array([0, 1]))
    (found,) = RULES["one_place"](problem, roster)
    assert (found.day, found.detail["fault"], found.detail["start_day"]) == (1, "day", 0)


def test_absences_may_overlap() -> None:
    """Sick during a leave is no violation: no work is concerned."""
    problem = make_problem()
    assert broken(problem, make_roster(problem, (0, 0, "08:00", "leave 480"), (0, 0, "10:00", "sick 120"))) == []


def test_people_do_not_overlap_each_other() -> None:
    """Two agents at the same time break nothing."""
    problem = make_problem(agents=2)
    assert broken(problem, make_roster(problem, (0, 0, "08:00", FULL), (1, 0, "08:00", FULL))) == []
