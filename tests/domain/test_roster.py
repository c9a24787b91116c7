from dataclasses import replace

import numpy as np
import pytest

from staffing.domain.roster import ABSENCE, ACTIVITIES, OFF_PHONE, Roster, activity_code
from tests.builders import make_agent, make_centre, make_problem, make_queue, make_roster, make_scenario

PROBLEM = make_problem(
    make_scenario(
        make_centre(queues=(make_queue(), make_queue("chat"))),
        agents=(make_agent(0, ["phone", "chat:0.5"]), make_agent(1, ["phone:0.8"])),
    )
)
ROWS = [
    (1, 0, "09:00", "phone 60"),
    (0, 3, "00:00", "leave 1440"),
    (0, 0, "08:00", "phone 60 break 30 chat 60 training 30 work 60"),
    (0, 6, "23:00", "phone 120"),
]


def hours(values: np.ndarray, day: int, first: int, last: int) -> list[float]:
    """Values of a day from one hour to another, by half-hours."""
    return values[48 * day + 2 * first : 48 * day + 2 * last].tolist()


def test_segments_are_sorted_by_agent_and_start() -> None:
    """Whatever the order they are given in, all columns follow."""
    roster = make_roster(PROBLEM, *ROWS)
    assert roster.agent.tolist() == [0] * 7 + [1]
    assert np.all(np.diff(roster.start[:7]) > 0)
    assert roster.day.tolist() == [0] * 5 + [3, 6, 0]
    assert len(roster) == 8


def test_coverage_weighs_proficiency() -> None:
    """Only work on a queue counts, at the speed of who does it, and only inside the horizon."""
    coverage = make_roster(PROBLEM, *ROWS).coverage(PROBLEM.proficiency)
    assert hours(coverage[0], 0, 8, 12) == pytest.approx([1, 1, 0.8, 0.8, 0, 0, 0, 0])
    assert hours(coverage[1], 0, 9, 11) == pytest.approx([0, 0.5, 0.5, 0])
    assert hours(coverage[0], 6, 22, 24) == [0, 0, 1, 1]
    assert coverage.sum() == pytest.approx(2 + 1.6 + 1 + 2)


def test_coverage_returns_to_a_clean_zero() -> None:
    """Many fractions that come and go leave no dust behind."""
    agents = [make_agent(i, [f"phone:{0.1 + i / 7}"]) for i in range(9)]
    problem = make_problem(agents=agents)
    roster = make_roster(problem, *((i, 0, f"{8 + i // 2:02}:00", "phone 240") for i in range(9)))
    coverage = roster.coverage(problem.proficiency)
    assert np.count_nonzero(coverage) == 2 * (4 + 4)


def test_who_is_where() -> None:
    """At work on any queue or none; present with breaks and training; absences are neither."""
    roster = make_roster(PROBLEM, *ROWS)
    assert hours(roster.at_work()[0], 0, 8, 13) == [1, 1, 0, 1, 1, 0, 1, 1, 0, 0]
    assert hours(roster.present()[0], 0, 8, 13) == [1] * 8 + [0] * 2
    assert hours(roster.queue_at()[0], 0, 8, 12) == [0, 0, -1, 1, 1, -1, -1, -1]
    assert not roster.present()[0, PROBLEM.grid.day_slice(3)].any()


def test_shifts_are_the_segments_of_an_agent_and_day() -> None:
    """Absences are no shifts, and a shift may end beyond the horizon."""
    told = [(s.agent, s.day, s.start, s.end, len(s.rows)) for s in make_roster(PROBLEM, *ROWS).shifts()]
    assert told == [(0, 0, 16, 24, 5), (0, 6, 334, 338, 1), (1, 0, 18, 20, 1)]
    assert PROBLEM.grid.n == 336


def test_an_empty_roster_is_a_value() -> None:
    """No segments: no shifts, no coverage, nobody present."""
    roster = make_roster(PROBLEM)
    assert list(roster.shifts()) == []
    assert not roster.coverage(PROBLEM.proficiency).any()
    assert not roster.at_work().any()


def test_activities_have_codes() -> None:
    """Codes and names agree, an unknown absence counts as leave, and no activity is two things."""
    assert [activity_code(name) for name in ACTIVITIES] == list(range(len(ACTIVITIES)))
    assert ACTIVITIES[activity_code("jury duty")] == "leave"
    assert not set(ABSENCE) & set(OFF_PHONE)


def test_columns_of_different_length_are_refused() -> None:
    """A roster with a column that is too short is an error when it is made."""
    roster = make_roster(PROBLEM, *ROWS)
    with pytest.raises((ValueError, IndexError)):
        replace(roster, queue=roster.queue[:3])
    assert isinstance(roster, Roster)
