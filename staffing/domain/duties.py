"""Burdens of a shift (weekend day, night, late end) and the periods in which they are counted."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from staffing.domain.arrays import BoolArray, IntArray
from staffing.domain.rules import WorkRules
from staffing.domain.timegrid import DAY_MIN, TimeGrid

DUTIES = ("weekend", "night", "late")
"""Columns of `duty_marks`."""
LATE_END_MIN = 20 * 60
"""A shift that ends after this minute of its day is a late one."""
SATURDAY = 5


@dataclass(frozen=True, eq=False)
class Periods:
    """Periods that the horizon touches: `of_day` (days,), first dates, length in days, and whether they end in it."""

    of_day: IntArray
    first: tuple[date, ...]
    days: IntArray
    ends: BoolArray


def find_periods(rules: WorkRules, grid: TimeGrid) -> Periods:
    """Periods of `rules.period_weeks` weeks; without them the horizon is the one period."""
    if not rules.period_weeks or rules.period_start is None:
        return Periods(np.zeros(grid.days, dtype=np.int64), grid.dates[:1], np.array([grid.days]), np.array([True]))
    length = 7 * rules.period_weeks
    number = np.array([(when - rules.period_start).days // length for when in grid.dates], dtype=np.int64)
    known = np.unique(number)
    first = tuple(rules.period_start + timedelta(days=int(length * n)) for n in known)
    ends = np.array([begin + timedelta(days=length - 1) <= grid.dates[-1] for begin in first])
    return Periods(number - number[0], first, np.full(len(known), length), ends)


def duty_marks(grid: TimeGrid, rules: WorkRules, day: IntArray, start: IntArray, end: IntArray) -> BoolArray:
    """Which burdens shifts are, shape (shifts, 3) in the order of `DUTIES`.

    Parameters
    ----------
    day, start, end : (shifts,)
        Day of the horizon, first slot and slot after the last; the end may lie up to a day beyond the horizon.

    A night shift is not a late one as well.
    """
    night = night_minutes(grid, rules.night_hours, start, end) >= rules.night_minutes_min
    late = (end - grid.day_start[day]) * grid.step_min > LATE_END_MIN
    return np.stack([grid.weekday[day] >= SATURDAY, night, late & ~night], axis=1)


def night_minutes(grid: TimeGrid, hours: tuple[int, int], start: IntArray, end: IntArray) -> IntArray:
    """Elapsed minutes of each span of slots that lie in the night on the wall clock, shape (spans,)."""
    beyond = [grid.local(grid.n + slot) for slot in range(DAY_MIN // grid.step_min)]
    minute = np.concatenate([grid.minute, np.array([m.hour * 60 + m.minute for m in beyond], dtype=np.int64)])
    total = np.concatenate([[0], np.cumsum(in_night(minute, hours))])
    last = len(minute)
    minutes: IntArray = (total[np.clip(end, 0, last)] - total[np.clip(start, 0, last)]) * grid.step_min
    return minutes


def in_night(minute: IntArray, hours: tuple[int, int]) -> BoolArray:
    """Whether minutes of the day lie in the night ``[begin, end)``, which may run past midnight.

    >>> in_night(np.array([1320, 1380, 0, 359, 360]), (1380, 360)).tolist()
    [False, True, True, True, False]
    """
    begin, end = hours
    after, before = minute >= begin, minute < end
    return after & before if begin < end else after | before


def past_marks(rules: WorkRules, when: date, start: datetime, end: datetime) -> tuple[bool, bool, bool]:
    """The burdens of one shift of the past, as `duty_marks` would tell; `start` and `end` are zone-aware."""
    begin, stop = rules.night_hours
    minutes = 0.0
    for later in (-1, 0, 1):
        opens = _clock(when + timedelta(days=later), begin, start)
        closes = _clock(when + timedelta(days=later + (stop <= begin)), stop, start)
        minutes += max(0.0, min(closes, end.timestamp()) - max(opens, start.timestamp())) / 60
    night = minutes >= rules.night_minutes_min
    late = (end.timestamp() - _clock(when, 0, start)) / 60 > LATE_END_MIN
    return when.weekday() >= SATURDAY, night, late and not night


def _clock(when: date, minute: int, like: datetime) -> float:
    """Timestamp of a wall-clock minute of a day in the zone of `like`."""
    return datetime(when.year, when.month, when.day, minute // 60, minute % 60, tzinfo=like.tzinfo).timestamp()
