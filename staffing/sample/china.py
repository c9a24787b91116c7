"""China's days off and adjusted workdays (调休) of the sample's history, as announced by the State Council.

The generator keeps its own table, so that an update of the calendar package cannot change the sample's bytes; a test
compares it with ``staffing.calendars``.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive days off and the weekend days worked in exchange."""

    name: str
    first: date
    last: date
    worked: tuple[date, ...] = ()


BLOCKS = (
    Block("元旦", date(2023, 12, 30), date(2024, 1, 1)),
    Block("春节", date(2024, 2, 10), date(2024, 2, 17), (date(2024, 2, 4), date(2024, 2, 18))),
    Block("清明节", date(2024, 4, 4), date(2024, 4, 6), (date(2024, 4, 7),)),
    Block("劳动节", date(2024, 5, 1), date(2024, 5, 5), (date(2024, 4, 28), date(2024, 5, 11))),
    Block("端午节", date(2024, 6, 8), date(2024, 6, 10)),
    Block("中秋节", date(2024, 9, 15), date(2024, 9, 17), (date(2024, 9, 14),)),
    Block("国庆节", date(2024, 10, 1), date(2024, 10, 7), (date(2024, 9, 29), date(2024, 10, 12))),
    Block("元旦", date(2025, 1, 1), date(2025, 1, 1)),
    Block("春节", date(2025, 1, 28), date(2025, 2, 4), (date(2025, 1, 26), date(2025, 2, 8))),
    Block("清明节", date(2025, 4, 4), date(2025, 4, 6)),
    Block("劳动节", date(2025, 5, 1), date(2025, 5, 5), (date(2025, 4, 27),)),
    Block("端午节", date(2025, 5, 31), date(2025, 6, 2)),
    Block("国庆节", date(2025, 10, 1), date(2025, 10, 8), (date(2025, 9, 28), date(2025, 10, 11))),
    Block("元旦", date(2026, 1, 1), date(2026, 1, 3), (date(2026, 1, 4),)),
    Block("春节", date(2026, 2, 15), date(2026, 2, 23), (date(2026, 2, 14), date(2026, 2, 28))),
)
SPRING_FESTIVALS = (date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17))
"""First day of the lunar year."""
WORKED_WEEKENDS = frozenset(day for block in BLOCKS for day in block.worked)


@cache
def block_of(day: date) -> Block | None:
    """The block of days off that holds `day`."""
    return next((block for block in BLOCKS if block.first <= day <= block.last), None)


@cache
def is_working(day: date) -> bool:
    """Whether offices work: ordinary weekdays and adjusted workdays."""
    if day in WORKED_WEEKENDS:
        return True
    return day.weekday() < 5 and block_of(day) is None


@cache
def working_day_of_month(day: date) -> int:
    """1 on the first working day of the month, 2 on the second; 0 on days off."""
    if not is_working(day):
        return 0
    return sum(is_working(day.replace(day=number)) for number in range(1, day.day + 1))


@cache
def working_days_since_block(day: date) -> int | None:
    """Working days from the last day off of a holiday block to `day` (1: the first one), None after more than five."""
    count = 0
    for back in range(12):
        earlier = day - timedelta(days=back)
        if block_of(earlier) is not None:
            return count or None
        count += is_working(earlier)
        if count > 5:
            return None
    return None


def eve_of_block(day: date) -> bool:
    """Whether `day` works and the next day begins a holiday block."""
    return is_working(day) and any(block.first == day + timedelta(days=1) for block in BLOCKS)


def from_spring_festival(day: date) -> int:
    """Days from the nearest first day of the lunar year; negative before it."""
    return min(((day - first).days for first in SPRING_FESTIVALS), key=abs)
