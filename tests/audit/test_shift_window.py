from dataclasses import replace
from datetime import date

import pytest

from staffing.audit import RULES
from tests.audit.judging import ANY_TIME, FULL, HALF, broken, faults, round_the_clock
from tests.builders import DAY_SHIFT, make_centre, make_problem, make_roster, make_scenario

SPRING, AUTUMN = date(2026, 3, 2), date(2026, 10, 26)
SUNDAY = 6


@pytest.mark.parametrize("start", ["08:00", "08:30", "10:00"])
def test_starts_on_the_step_of_the_window_pass(start: str) -> None:
    """First, inner and last start of the window are legal."""
    problem = make_problem()
    assert broken(problem, make_roster(problem, (0, 3, start, HALF))) == []


@pytest.mark.parametrize(
    ("fault", "day", "start", "text"),
    [
        ("start", 1, "10:30", HALF),
        ("start", 1, "08:30", HALF),
        ("length", 1, "08:00", "phone 300"),
        ("weekday", 5, "08:00", HALF),
        ("contract", 1, "12:00", HALF),
    ],
)
def test_a_shift_outside_every_type_is_told(fault: str, day: int, start: str, text: str) -> None:
    """A wrong start, step, length, weekday or a type of another contract is told once, with what is wrong."""
    hourly = replace(DAY_SHIFT, start_step_min=60, weekdays=(0, 1, 2, 3, 4))
    late = replace(DAY_SHIFT, id="late", start_earliest_min=720, start_latest_min=720)
    problem = make_problem(make_scenario(make_centre(shifts=(hourly, late)), agents=2))
    roster = make_roster(problem, (1, day, start, text))
    assert broken(problem, roster) == [("shift_window", 1, day)]
    assert faults(problem, roster) == [("shift_window", fault)]


@pytest.mark.parametrize(("first_day", "wall_end"), [(SPRING, 7), (AUTUMN, 5)])
def test_length_is_elapsed_time_over_a_change_of_clocks(first_day: date, wall_end: int) -> None:
    """Eight hours from 22:00 end at 07:00 when clocks go forward and at 05:00 when they go back, and are legal."""
    problem = round_the_clock(timezone="America/New_York", first_day=first_day)
    roster = make_roster(problem, (0, SUNDAY - 1, "22:00", FULL))
    assert problem.grid.local(int(roster.end[-1])).hour == wall_end
    assert broken(problem, roster) == []


def test_a_start_that_the_spring_day_leaves_out_fits_nothing() -> None:
    """A window at 02:00 only has no start on the day without that hour: 03:00 on the clock is another start."""
    two = replace(ANY_TIME, start_earliest_min=120, start_latest_min=120)
    problem = round_the_clock(timezone="America/New_York", first_day=SPRING, shift=two)
    assert broken(problem, make_roster(problem, (0, 1, "02:00", HALF))) == []
    assert broken(problem, make_roster(problem, (0, SUNDAY, "02:00", HALF))) == [("shift_window", 0, SUNDAY)]


def test_both_hours_of_the_autumn_day_fit() -> None:
    """01:30 exists twice when clocks go back, and a shift may start at either."""
    problem = round_the_clock(timezone="America/New_York", first_day=AUTUMN)
    roster = make_roster(problem, (0, SUNDAY, "01:30", HALF))
    for later in (0, 2):
        moved = replace(roster, start=roster.start + later, end=roster.end + later)
        assert problem.grid.minute[moved.start[0]] == 90
        assert list(RULES["shift_window"](problem, moved)) == []


def test_a_shift_may_end_beyond_the_horizon() -> None:
    """A shift that starts at 22:00 of the last day and ends the day after is legal."""
    problem = round_the_clock()
    roster = make_roster(problem, (0, 6, "22:00", FULL))
    assert roster.end[-1] > problem.grid.n
    assert broken(problem, roster) == []
