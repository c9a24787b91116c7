from dataclasses import replace
from datetime import timedelta

import pytest

from staffing.audit import audit_roster
from tests.audit.judging import FULL, HALF, broken
from tests.builders import MONDAY, make_centre, make_problem, make_queue, make_roster, make_scenario

PROBLEM = make_problem(make_scenario(make_centre(queues=(make_queue(), make_queue("chat"))), agents=2))
PROBLEM = replace(PROBLEM, proficiency=[[1, 1], [1, 1]])
KEPT = make_roster(PROBLEM, (1, 2, "08:00", FULL), locked=True)


def test_locked_segments_that_stand_pass() -> None:
    """The rest of the roster is free when all locked segments stand."""
    problem = replace(PROBLEM, locked=KEPT)
    rows = [(1, 2, "08:00", FULL), (1, 3, "09:00", HALF), (0, 2, "08:00", HALF)]
    assert broken(problem, make_roster(problem, *rows)) == []


@pytest.mark.parametrize(
    ("row", "lost"),
    [
        ((0, 2, "08:00", FULL), 3),
        ((1, 3, "08:00", FULL), 3),
        ((1, 2, "08:30", FULL), 3),
        ((1, 2, "08:00", "phone 210 meal 30 phone 240"), 3),
        ((1, 2, "08:00", "phone 240 meal 30 chat 210"), 1),
        ((1, 2, "08:00", HALF), 2),
    ],
)
def test_a_locked_segment_that_was_changed_is_told(row: tuple[int, int, str, str], lost: int) -> None:
    """Another agent, day, time, break, queue or a shorter shift loses segments; each is told."""
    problem = replace(PROBLEM, locked=KEPT)
    assert broken(problem, make_roster(problem, row)) == [("locked", 1, 2)] * lost


def test_nothing_is_locked_without_a_reference() -> None:
    """The same change is legal in a problem that locks nothing."""
    assert broken(PROBLEM, make_roster(PROBLEM, (1, 2, "09:00", FULL))) == []


def test_a_lock_from_another_horizon_is_compared_by_moment_and_name() -> None:
    """A roster published for two weeks locks the second of them for people who are listed in another order."""
    longer = make_problem(make_scenario(agents=reversed(PROBLEM.agents)), days=14, first_day=MONDAY - timedelta(days=7))
    published = make_roster(longer, (0, 3, "08:00", FULL), (0, 9, "08:00", FULL))
    problem = replace(PROBLEM, locked=published)
    assert broken(problem, make_roster(problem, (1, 2, "08:00", FULL))) == []
    assert broken(problem, make_roster(problem, (0, 2, "08:00", FULL))) == [("locked", 1, 2)] * 3


def test_a_lock_of_somebody_who_left_is_told_by_id() -> None:
    """A locked segment of an agent unknown to the problem cannot stand: no index, but the id in the detail."""
    left = replace(KEPT, agents=("a0", "gone"))
    found = audit_roster(replace(PROBLEM, locked=left), make_roster(PROBLEM, (1, 2, "08:00", FULL)))
    assert [(v.rule, v.agent, v.detail["agent"]) for v in found] == [("locked", None, "gone")] * 3
    assert found[1].detail == {
        "agent": "gone",
        "start": "2026-01-07T12:00:00+08:00",
        "minutes": 30,
        "activity": "meal",
        "queue": "",
    }


def test_a_lock_on_other_slots_is_refused() -> None:
    """Half-hour slots cannot be compared with quarter-hours in silence."""
    other = make_problem(make_scenario(make_centre(slot_min=15)))
    problem = replace(PROBLEM, locked=make_roster(other, (0, 0, "08:00", HALF)))
    with pytest.raises(ValueError, match="not on the slots"):
        audit_roster(problem, make_roster(problem))
