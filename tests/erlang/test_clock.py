"""The working-time clock on an open week: 08:00 to 18:00 from Monday to Friday, half-hour steps."""

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.domain.calendar import DayKind
from staffing.domain.queue import DeadlineTarget, DeadlineUnit, OpeningHours
from staffing.erlang.clock import WorkingClock, cumulative_due
from staffing.erlang.deferred import working_clock
from tests.builders import MONDAY, make_email, make_grid, make_table

WEEKDAYS = OpeningHours(weekday=(((480, 1080),),) * 5 + ((), ()))
HOUR, DAY = DeadlineTarget(1, DeadlineUnit.HOURS), DeadlineTarget(24, DeadlineUnit.HOURS)
TWO_WORKING_HOURS = DeadlineTarget(2, DeadlineUnit.WORKING_HOURS)
THREE_DAYS = DeadlineTarget(3, DeadlineUnit.WORKING_DAYS)


def week(**kinds: DayKind) -> WorkingClock:
    return working_clock(make_email(hours=WEEKDAYS), make_table(**kinds), make_grid(days=14))


def due(clock: WorkingClock, arrival: str, deadline: DeadlineTarget) -> str:
    """Due moment of an arrival, both as day of January 2026 (the 5th is a Monday) and time."""
    moment = datetime.strptime(f"2026-01-{arrival}", "%Y-%m-%d %H:%M")
    position = (moment - datetime.combine(MONDAY, datetime.min.time())).total_seconds() / 1800
    steps = clock.due(np.array([position + 1e-9]), deadline)[0]
    if not np.isfinite(steps):
        return "beyond"
    minutes = round(steps * 30)
    return f"{5 + minutes // 1440:02d} {minutes % 1440 // 60:02d}:{minutes % 60:02d}"


@pytest.mark.parametrize(
    ("arrival", "deadline", "moment"),
    [
        ("05 09:10", HOUR, "05 10:10"),
        ("05 17:30", HOUR, "05 18:00"),  # the hour ends after closing: done before
        ("05 20:00", HOUR, "06 08:30"),  # arrived and due while closed: the first open step
        ("05 07:45", HOUR, "05 08:45"),
        ("10 12:00", HOUR, "12 08:30"),  # over the weekend
        ("05 09:10", DAY, "06 09:10"),
        ("09 17:00", DAY, "09 18:00"),  # Friday: due on Saturday, so before the weekend
        ("09 19:00", DAY, "12 08:30"),  # Friday evening: Monday's first step
        ("11 17:00", DAY, "12 17:00"),
        ("05 09:10", TWO_WORKING_HOURS, "05 11:10"),
        ("05 17:30", TWO_WORKING_HOURS, "06 09:30"),
        ("05 16:00", TWO_WORKING_HOURS, "05 18:00"),
        ("05 16:01", TWO_WORKING_HOURS, "06 08:01"),
        ("09 17:00", TWO_WORKING_HOURS, "12 09:00"),
        ("10 12:00", TWO_WORKING_HOURS, "12 10:00"),
        ("05 09:10", THREE_DAYS, "08 18:00"),
        ("05 19:00", THREE_DAYS, "09 18:00"),  # after closing counts as the next working day
        ("08 10:00", THREE_DAYS, "13 18:00"),  # over the weekend
        ("10 10:00", THREE_DAYS, "15 18:00"),
        ("17 10:00", THREE_DAYS, "beyond"),
    ],
)
def test_due_moments(arrival: str, deadline: DeadlineTarget, moment: str) -> None:
    """Each kind of deadline, inside a day, over night and over a weekend."""
    assert due(week(), arrival, deadline) == moment


def test_holidays_and_adjusted_workdays() -> None:
    """A holiday is closed time and no working day; a weekend day that is worked counts when the queue is open."""
    off = week(d2026_01_06=DayKind.HOLIDAY)
    assert due(off, "05 17:30", TWO_WORKING_HOURS) == "07 09:30"
    assert due(off, "05 10:00", THREE_DAYS) == "09 18:00"
    assert due(off, "05 17:30", DAY) == "05 18:00"
    assert due(week(d2026_01_10=DayKind.WORKDAY), "08 10:00", THREE_DAYS) == "13 18:00"  # its hours say closed


hours = st.lists(st.booleans(), min_size=48, max_size=48)
deadlines = st.builds(DeadlineTarget, st.floats(0.25, 60), st.sampled_from(list(DeadlineUnit)))


@given(hours, deadlines, st.lists(st.floats(0, 20), min_size=96, max_size=96))
def test_work_is_due_in_open_time_after_it_arrived(
    pattern: list[bool], deadline: DeadlineTarget, arrived: list[float]
) -> None:
    """Whatever the hours and deadline: due never more than arrived, never falling, and rising only in open steps."""
    is_open = np.array(pattern * 2)
    clock = WorkingClock(is_open, np.array([0, 48, 96]), np.ones(2, dtype=bool), 0.5)
    due_h = cumulative_due(np.array(arrived), clock, deadline)
    steps = np.diff(due_h, prepend=0.0)
    assert np.all(due_h <= np.cumsum(arrived) + 1e-9)
    assert np.all(steps >= 0)
    assert np.all(steps[~is_open] == 0)


def test_even_arrivals_make_an_even_due_line() -> None:
    """Round the clock, work due after 24 h is the arrivals of a day before, to the minute."""
    always = WorkingClock(np.ones(144, dtype=bool), np.array([0, 48, 96, 144]), np.ones(3, dtype=bool), 0.5)
    arrived = np.arange(144.0)
    due_h = cumulative_due(arrived, always, DAY)
    np.testing.assert_allclose(due_h[48:], np.cumsum(arrived)[:-48], atol=1e-3)
    quarter = cumulative_due(np.ones(144), always, DeadlineTarget(1.25, DeadlineUnit.HOURS))
    np.testing.assert_allclose(quarter[10:], np.arange(11, 145) - 2.5, atol=1e-5)
