from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.domain.timegrid import TimeGrid

NEW_YORK, SHANGHAI, LORD_HOWE, CAIRO = "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Africa/Cairo"
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (NEW_YORK, SPRING, 23),
        (NEW_YORK, AUTUMN, 25),
        (NEW_YORK, date(2026, 3, 9), 24),
        (SHANGHAI, SPRING, 24),
        (LORD_HOWE, date(2026, 10, 4), 23.5),
        (LORD_HOWE, date(2026, 4, 5), 24.5),
        (CAIRO, date(2026, 4, 24), 23),
    ],
)
@pytest.mark.parametrize("step_min", [5, 10, 15, 30])
def test_a_day_has_its_elapsed_length(zone: str, day: date, hours: float, step_min: int) -> None:
    """Days of 23, 23.5, 24, 24.5 and 25 hours have as many steps as time passes, also with the change at midnight."""
    grid = TimeGrid(zone, day - timedelta(days=1), 3, step_min)
    assert grid.day_start[2] - grid.day_start[1] == hours * 60 / step_min
    assert grid.local(int(grid.day_start[2])).date() == day + timedelta(days=1)
    assert grid.local(int(grid.day_start[1])).date() == day
    assert grid.local(int(grid.day_start[1]) - 1).date() == day - timedelta(days=1)


def test_a_step_that_does_not_divide_the_days_is_refused() -> None:
    """A half-hour change of clocks cannot be told in hours, and seven minutes do not fill a day."""
    with pytest.raises(ValueError, match="60-minute steps"):
        TimeGrid(LORD_HOWE, date(2026, 10, 4), 1, 60)
    assert TimeGrid(LORD_HOWE, date(2026, 10, 5), 7, 60).n == 168
    with pytest.raises(ValueError, match="divisor of 1440"):
        TimeGrid(SHANGHAI, SPRING, 1, 7)
    with pytest.raises(ValueError, match="at least 1"):
        TimeGrid(SHANGHAI, SPRING, 0, 30)


def test_wall_clock_minutes_jump_with_the_clocks() -> None:
    """The spring day has no 02:00, the autumn day has 01:00 twice."""
    spring = TimeGrid(NEW_YORK, SPRING, 1, 30)
    assert spring.minute[:6].tolist() == [0, 30, 60, 90, 180, 210]
    assert spring.minute[-1] == 1410
    autumn = TimeGrid(NEW_YORK, AUTUMN, 1, 30)
    assert autumn.minute[:8].tolist() == [0, 30, 60, 90, 60, 90, 120, 150]
    assert autumn.iso(2) == "2026-11-01T01:00:00-04:00"
    assert autumn.iso(4) == "2026-11-01T01:00:00-05:00"


@pytest.mark.parametrize(
    ("day", "minute", "iso"),
    [
        (0, 0, "2026-03-07T00:00:00-05:00"),
        (1, 90, "2026-03-08T01:30:00-05:00"),
        (1, 150, "2026-03-08T03:30:00-04:00"),
        (1, 480, "2026-03-08T08:00:00-04:00"),
        (0, 1440 + 480, "2026-03-08T08:00:00-04:00"),
        (1, 1440 + 120, "2026-03-09T02:00:00-04:00"),
        (2, 1440 + 60, "2026-03-10T01:00:00-04:00"),
        (-1, 1380, "2026-03-06T23:00:00-05:00"),
    ],
)
def test_minutes_of_a_day_become_steps(day: int, minute: int, iso: str) -> None:
    """Wall-clock minutes are found over the change of clocks, past midnight and outside the horizon.

    02:30 of the spring day does not exist and is taken an hour on.
    """
    grid = TimeGrid(NEW_YORK, date(2026, 3, 7), 3, 30)
    assert grid.iso(grid.at(day, minute)) == iso


def test_moments_become_steps() -> None:
    """A moment with or without offset finds its step; one between two steps is refused, floored or ceiled."""
    grid = TimeGrid(SHANGHAI, date(2026, 1, 5), 7, 30)
    assert grid.index(datetime(2026, 1, 5, 8, 30)) == 17
    assert grid.index(datetime(2026, 1, 5, 0, 30, tzinfo=UTC)) == 17
    odd = datetime(2026, 1, 5, 8, 40)
    assert (grid.floor(odd), grid.ceil(odd)) == (17, 18)
    assert grid.ceil(datetime(2026, 1, 5, 8, 30)) == 17
    with pytest.raises(ValueError, match="not on the 30-minute grid"):
        grid.index(odd)


def test_daily_grids_have_one_step_a_day() -> None:
    """A day is a step, whatever its length."""
    grid = TimeGrid(NEW_YORK, date(2026, 3, 7), 3, 1440)
    assert grid.n == 3
    assert [grid.local(step).date().day for step in range(-1, 4)] == [6, 7, 8, 9, 10]
    assert grid.index(datetime(2026, 3, 9, 15, 0)) == 2
    assert grid.day.tolist() == [0, 1, 2]
    assert grid.minute.tolist() == [0, 0, 0]


def test_days_and_weekdays() -> None:
    """Dates, weekdays and slices of the days agree."""
    grid = TimeGrid(NEW_YORK, date(2026, 3, 7), 3, 60)
    assert grid.weekday.tolist() == [5, 6, 0]
    assert [when.isoformat() for when in grid.dates] == ["2026-03-07", "2026-03-08", "2026-03-09"]
    assert grid.day_slice(1) == slice(24, 47)
    assert grid.with_step(15).day_slice(1) == slice(96, 188)
    assert (grid.step_h, grid.n) == (1.0, 71)


zones = st.sampled_from([NEW_YORK, SHANGHAI, LORD_HOWE, CAIRO, "Europe/London", "America/Havana", "UTC"])
days = st.dates(date(2024, 1, 1), date(2027, 12, 1))


@st.composite
def grids(draw: st.DrawFn) -> TimeGrid:
    """Grids of one to ten days in zones with all kinds of changes."""
    return TimeGrid(draw(zones), draw(days), draw(st.integers(1, 10)), draw(st.sampled_from([5, 10, 15, 30])))


@given(grid=grids(), data=st.data())
def test_steps_become_moments_and_back(grid: TimeGrid, data: st.DataObject) -> None:
    """Every step in and around the horizon is found again from its moment, its day and its wall-clock minute."""
    step = data.draw(st.integers(-grid.n, 2 * grid.n))
    moment = grid.local(step)
    assert grid.index(moment) == grid.floor(moment) == grid.ceil(moment) == step
    assert grid.index(moment.astimezone(ZoneInfo("Asia/Tokyo"))) == step
    inside = moment + timedelta(seconds=1)
    assert grid.floor(moment.astimezone(UTC) + timedelta(seconds=1)) == step
    assert inside.tzinfo is grid.zone
    day = (moment.date() - grid.first_day).days
    again = grid.at(day, moment.hour * 60 + moment.minute)
    assert again == step or (moment.fold == 1 and 0 < step - again <= 60 // grid.step_min)
    if 0 <= step < grid.n:
        assert grid.day[step] == grid.day_of(step) == day
        assert grid.minute[step] == moment.hour * 60 + moment.minute


@given(grid=grids())
def test_days_cover_the_horizon(grid: TimeGrid) -> None:
    """The steps of the days follow each other from 0 to n, and steps before and after belong to other days."""
    assert np.array_equal(grid.day, grid.day_of(np.arange(grid.n)))
    assert grid.day_start[0] == 0
    assert grid.day_of([-1, grid.n]).tolist() == [-1, grid.days]
    assert np.all(np.diff(grid.day_start) * grid.step_min >= 23 * 60)


def test_grids_are_equal_by_what_they_were_made_of() -> None:
    """Two grids of the same zone, day, length and step are one value, also as a key."""
    first, second = (TimeGrid(SHANGHAI, SPRING, 7, 30) for _ in range(2))
    assert first == second
    assert len({first, second, first.with_step(15)}) == 2
