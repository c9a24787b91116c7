from dataclasses import replace
from typing import Any

import pytest

from staffing.audit import audit_roster
from staffing.domain.problem import FixedTime, OpenActivity, RosterProblem
from tests.audit.judging import broken
from tests.builders import make_problem, make_roster

# Tuesday is slots 48 to 95; 08:00 is slot 64.
DAY, EIGHT = 1, 64
COURSE = OpenActivity("course", "training", (0, 1), 2, EIGHT, EIGHT + 20, together=False, capacity=None)


def problem_with(*activities: OpenActivity, **changes: Any) -> RosterProblem:
    """Three agents and the activities to be placed."""
    return replace(make_problem(agents=3), activities=activities, **changes)


def shift_with(agent: int, kind: str, *, after: int = 0, minutes: int = 60) -> tuple[int, int, str, str]:
    """Four hours of the Tuesday with an activity `after` minutes."""
    before = f"phone {after} " if after else ""
    return (agent, DAY, "08:00", f"{before}{kind} {minutes} phone {240 - after - minutes}")


def told(problem: RosterProblem, *rows: tuple[int, int, str, str]) -> list[tuple[str, int | None, Any]]:
    """(activity, agent, fault) of each violation; no other rule is broken."""
    found = audit_roster(problem, make_roster(problem, *rows))
    assert {(v.rule, v.severity, v.day) for v in found} <= {("activities", "soft", DAY)}
    return [(str(v.detail["activity"]), v.agent, v.detail["fault"]) for v in found]


def test_an_activity_placed_for_each_agent_passes() -> None:
    """Each agent may go at a time of their own."""
    assert told(problem_with(COURSE), shift_with(0, "training"), shift_with(1, "training", after=120)) == []


@pytest.mark.parametrize(
    "row",
    [
        None,
        shift_with(2, "training"),
        shift_with(1, "meeting"),
        shift_with(1, "training", minutes=30),
        shift_with(1, "training", minutes=90),
        (1, DAY, "10:00", "phone 60 phone 90 phone 30 training 60"),
    ],
)
def test_an_activity_that_is_not_placed_is_told(row: tuple[int, int, str, str] | None) -> None:
    """No segment, another agent, kind or length, or one that ends after the window leaves the agent unplaced."""
    course = replace(COURSE, latest=EIGHT + 10)
    rows = [shift_with(0, "training"), *([row] if row else [])]
    assert told(problem_with(course), *rows) == [("course", 1, "missing")]


def test_fixed_training_is_not_the_course() -> None:
    """Training that was fixed beforehand does not serve an activity to be placed."""
    fixed = FixedTime(1, EIGHT, EIGHT + 2, "training", True, True)
    problem = problem_with(COURSE, fixed=(fixed,))
    assert told(problem, shift_with(0, "training"), shift_with(1, "training")) == [("course", 1, "missing")]


def test_one_segment_serves_one_activity() -> None:
    """Two courses need two segments; with one of them the course whose window ends first is served."""
    late = replace(COURSE, id="late", latest=COURSE.latest + 4)
    problem = problem_with(late, COURSE)
    both = (1, DAY, "08:00", "training 60 phone 120 training 60")
    zero = (0, DAY, "08:00", "training 60 training 60 phone 120")
    assert told(problem, zero, both) == []
    assert told(problem, zero, shift_with(1, "training")) == [("late", 1, "missing")]


def test_a_narrow_window_is_not_robbed_by_a_wide_one() -> None:
    """The segment that alone serves one course is not spent on another that has a choice."""
    any_time = replace(COURSE, id="any_time", agents=(0,))
    first = replace(COURSE, id="first", agents=(0,), latest=EIGHT + 2)
    last = replace(COURSE, id="last", agents=(0,), earliest=EIGHT + 6)
    row = (0, DAY, "08:00", "training 60 training 60 phone 60 training 60")
    assert told(problem_with(any_time, first, last), row) == []
    together = replace(COURSE, id="together", agents=(0,), together=True, latest=EIGHT + 20)
    assert told(problem_with(first, together), (0, DAY, "08:00", "training 60 phone 180")) == [("first", 0, "missing")]


def test_together_means_at_one_time() -> None:
    """Who goes at another time than most is told, and everybody when nobody goes."""
    meeting = OpenActivity("team", "meeting", (0, 1, 2), 2, EIGHT, EIGHT + 20, together=True, capacity=None)
    problem = problem_with(meeting)
    rows = [shift_with(agent, "meeting", after=60) for agent in range(3)]
    assert told(problem, *rows) == []
    assert told(problem, rows[0], rows[1], shift_with(2, "meeting")) == [("team", 2, "apart")]
    assert told(problem, rows[0], rows[1]) == [("team", 2, "missing")]
    assert told(problem) == [("team", agent, "missing") for agent in range(3)]


def test_no_more_than_the_capacity_at_once() -> None:
    """Of three in a course for one at a time, those who overlap an earlier one are told."""
    problem = problem_with(replace(COURSE, agents=(0, 1, 2), capacity=1))
    rows = [shift_with(0, "training"), shift_with(1, "training", after=60), shift_with(2, "training", after=120)]
    assert told(problem, *rows) == []
    assert told(problem, rows[0], rows[1], shift_with(2, "training", after=30)) == [("course", 2, "capacity")]
    assert len(told(problem, *(shift_with(agent, "training") for agent in range(3)))) == 2


def test_activities_are_told_and_do_not_forbid() -> None:
    """The violation is soft and says what is missing."""
    problem = problem_with(replace(COURSE, agents=(0,)))
    (found,) = audit_roster(problem, make_roster(problem))
    assert found.severity == "soft"
    assert found.detail == {"fault": "missing", "activity": "course", "kind": "training", "minutes": 60}
    assert broken(problem_with(), make_roster(problem)) == []
