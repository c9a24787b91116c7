from datetime import date, timedelta

import numpy as np
import pytest

from staffing.domain.calendar import CalendarDay, DayKind, DayTable
from staffing.domain.queue import AnswerTarget, DeadlineTarget, DeadlineUnit, OpeningHours, Queue
from staffing.domain.timegrid import TimeGrid
from tests.builders import MONDAY, make_email, make_queue, make_table

WEEK = OpeningHours(weekday=(((480, 1080),),) * 5 + (((540, 720), (780, 960)), ()), holiday=((600, 720),))


def clock(grid: TimeGrid, is_open: np.ndarray, day: int) -> list[tuple[str, str]]:
    """Spans of one day as first step and first step after, by the clock."""
    span = grid.day_slice(day)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], is_open[span].astype(int), [0]]))) + span.start
    times = [f"{grid.local(int(edge)):%H:%M}" for edge in edges]
    return list(zip(times[::2], times[1::2], strict=True))


def test_each_weekday_has_its_spans() -> None:
    """Weekdays, a Saturday with a lunch break and a closed Sunday."""
    grid = TimeGrid("Asia/Shanghai", MONDAY, 7, 30)
    is_open = WEEK.mask(make_table(), grid)
    assert clock(grid, is_open, 0) == [("08:00", "18:00")]
    assert clock(grid, is_open, 5) == [("09:00", "12:00"), ("13:00", "16:00")]
    assert clock(grid, is_open, 6) == []
    assert not is_open.flags.writeable


@pytest.mark.parametrize(
    ("kind", "spans"),
    [
        (DayKind.ORDINARY, [("08:00", "18:00")]),
        (DayKind.HOLIDAY, [("10:00", "12:00")]),
        (DayKind.OBSERVED, [("10:00", "12:00")]),
        (DayKind.CLOSED, []),
    ],
)
def test_holidays_have_their_own_hours(kind: DayKind, spans: list[tuple[str, str]]) -> None:
    """Statutory and observed days off follow the holiday hours, a closed day has none."""
    grid = TimeGrid("Asia/Shanghai", MONDAY, 7, 30)
    assert clock(grid, WEEK.mask(make_table(d2026_01_07=kind), grid), 2) == spans


def test_an_adjusted_workday_follows_the_day_it_replaces() -> None:
    """A Sunday worked in exchange for a Monday has the hours of a Monday."""
    grid = TimeGrid("Asia/Shanghai", MONDAY, 7, 30)
    rows = list(make_table().days)
    place = next(i for i, row in enumerate(rows) if row.date == MONDAY + timedelta(days=6))
    rows[place] = CalendarDay(rows[place].date, DayKind.WORKDAY, "", 0, True)
    assert clock(grid, WEEK.mask(DayTable(tuple(rows)), grid), 6) == [("08:00", "18:00")]


def test_hours_past_midnight_reach_into_the_next_day() -> None:
    """From 22:00 to 02:00 on Mondays only; the last night of the horizon ends with it."""
    night = OpeningHours(weekday=(((1320, 1560),), *((),) * 6))
    grid = TimeGrid("Asia/Shanghai", MONDAY, 8, 30)
    is_open = night.mask(make_table(), grid)
    assert clock(grid, is_open, 0)[-1][0] == "22:00"
    assert clock(grid, is_open, 1) == [("00:00", "02:00")]
    assert clock(grid, is_open, 7)[-1][0] == "22:00"
    assert is_open.sum() == 8 + 4


@pytest.mark.parametrize(("first_day", "steps"), [(date(2026, 3, 8), 46), (date(2026, 11, 1), 50)])
def test_round_the_clock_fills_days_of_23_and_25_hours(first_day: date, steps: int) -> None:
    """Open from 0 to 24 is every step of the day; hours by the clock keep their length after the change."""
    always = OpeningHours(weekday=(((0, 1440),),) * 7)
    grid = TimeGrid("America/New_York", first_day, 1, 30)
    table = make_table(first_day)
    assert always.mask(table, grid).sum() == steps
    office = OpeningHours(weekday=(((480, 1080),),) * 7)
    assert clock(grid, office.mask(table, grid), 0) == [("08:00", "18:00")]


@pytest.mark.parametrize("span", [(-60, 60), (600, 600), (720, 600), (1440, 1500), (600, 2100)])
def test_spans_that_are_no_part_of_a_day_are_refused(span: tuple[int, int]) -> None:
    """A span starts inside the day, ends after its start and lasts a day at most."""
    with pytest.raises(ValueError, match="opening span"):
        OpeningHours(weekday=((span,), *((),) * 6))


def test_a_week_has_seven_days() -> None:
    """Fewer rows than weekdays are refused, and so are days that are not consecutive."""
    with pytest.raises(ValueError, match="seven weekdays"):
        OpeningHours(weekday=((),) * 5)
    days = make_table().days
    with pytest.raises(ValueError, match="consecutive"):
        DayTable((days[0], days[2]))
    with pytest.raises(KeyError):
        make_table().on(MONDAY + timedelta(days=300))


def test_what_is_deferred_work() -> None:
    """A deadline is, a promise of ten minutes or more is, a quick answer is not."""
    assert make_email().has_deadline
    assert not make_queue().has_deadline
    assert make_queue(target=AnswerTarget(0.9, 600)).has_deadline


@pytest.mark.parametrize(
    "make",
    [
        lambda: AnswerTarget(1.0, 20),
        lambda: AnswerTarget(0.8, -1),
        lambda: AnswerTarget(0.8, 20, "some"),
        lambda: DeadlineTarget(0, DeadlineUnit.HOURS),
        lambda: DeadlineTarget(1, DeadlineUnit.HOURS, 1.5),
    ],
)
def test_targets_out_of_range_are_refused(make) -> None:  # type: ignore[no-untyped-def]
    """A share of all or none, a negative time and an unknown kind are no targets."""
    with pytest.raises(ValueError, match="expected"):
        make()
    assert isinstance(make_queue(), Queue)
