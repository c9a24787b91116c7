"""Weeks and months of a report, and the period that each is compared with."""

from dataclasses import dataclass
from datetime import date, timedelta

WEEK, MONTH = "week", "month"
INSIDE = {WEEK: "day", MONTH: "week"}
"""What a report of a week, or of a month, is divided into."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A week or a month: `first` and `last` day, both included."""

    first: date
    last: date
    kind: str

    @property
    def before(self) -> "Period":
        """The week or month before it.

        >>> str(month_of(date(2026, 1, 9)).before.first)
        '2025-12-01'
        """
        end = self.first - timedelta(days=1)
        return month_of(end) if self.kind == MONTH else Period(self.first - timedelta(days=7), end, WEEK)

    @property
    def name(self) -> str:
        """``2026-01`` for a month, the first day for a week."""
        return f"{self.first:%Y-%m}" if self.kind == MONTH else self.first.isoformat()


def week_of(day: date, week_start: int = 0) -> Period:
    """The week that holds a day; `week_start` is the weekday it begins with, Monday 0."""
    first = day - timedelta(days=(day.weekday() - week_start) % 7)
    return Period(first, first + timedelta(days=6), WEEK)


def month_of(day: date) -> Period:
    """The calendar month that holds a day.

    >>> str(month_of(date(2026, 2, 14)).last)
    '2026-02-28'
    """
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return Period(day.replace(day=1), after - timedelta(days=1), MONTH)


def periods_in(first: date, last: date, week_start: int = 0) -> tuple[Period, ...]:
    """Months, then weeks, that have a day from `first` to `last`, the newest of each first."""
    months, weeks = [month_of(last)], [week_of(last, week_start)]
    for found in (months, weeks):
        while found[-1].first > first:
            found.append(found[-1].before)
    return (*months, *weeks)
