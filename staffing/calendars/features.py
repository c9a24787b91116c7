"""Where each day stands: in a block of days off, before it, after it, and within its month."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from staffing.domain.arrays import BoolArray, IntArray, set_frozen
from staffing.domain.calendar import CalendarDay, DayKind, DayTable

BEFORE_BLOCK_DAYS = 2
AFTER_BLOCK_DAYS = 3
FAR = 99
"""Month position of a day that is no working day."""


@dataclass(frozen=True, eq=False)
class DayFeatures:
    """Features of each day of a table; all arrays have shape (days,).

    Attributes
    ----------
    weekday : 0..6
        Weekday whose pattern the day follows (an adjusted workday follows the day it replaces).
    off : bool
        Day of holiday hours (statutory or observed).
    adjusted : bool
        Weekend day that is worked in exchange.
    block : int
        Position in a block of days off around a holiday, from 1; 0 outside. Closed weekend days count.
    block_left : int
        Days of the block still to come after this one; 0 outside and on its last day.
    before : int
        1 on the last working day before a block, 2 on the one before that; else 0.
    after : int
        1, 2 and 3 on the first three working days after a block; else 0.
    month_start, month_end : int
        Number of the working day counted from the start (1 = first) and from the end (1 = last) of its
        month; `FAR` on other days.
    name : tuple of str
        Name of the holiday of the day, of its block, or of the block it is next to; else empty.
    """

    weekday: IntArray
    off: BoolArray
    adjusted: BoolArray
    block: IntArray
    block_left: IntArray
    before: IntArray
    after: IntArray
    month_start: IntArray
    month_end: IntArray
    name: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in ("weekday", "block", "block_left", "before", "after", "month_start", "month_end"):
            set_frozen(self, name, np.int64, (len(self.name),))
        for name in ("off", "adjusted"):
            set_frozen(self, name, np.bool_, (len(self.name),))

    def part(self, start: int, stop: int) -> "DayFeatures":
        """Features of days start..stop-1 of the table."""
        cut = slice(start, stop)
        return DayFeatures(
            self.weekday[cut],
            self.off[cut],
            self.adjusted[cut],
            self.block[cut],
            self.block_left[cut],
            self.before[cut],
            self.after[cut],
            self.month_start[cut],
            self.month_end[cut],
            self.name[cut],
        )


def day_features(table: DayTable, weekend: Iterable[int] = (5, 6)) -> DayFeatures:
    """Features of every day of `table`.

    Parameters
    ----------
    table : DayTable
    weekend : iterable of int
        Weekdays on which the queue is closed, taken from its hours or its history and never from a
        constant: a centre open all week has none, so that its holiday blocks end with the holiday.

    Notes
    -----
    A block is the longest run of days without work that holds at least one holiday. Days just outside the
    table are taken as ordinary, so the first and the last month are counted with plain weekdays there.
    """
    closed = frozenset(weekend)
    rows = table.days
    working = np.array([_works(row, closed) for row in rows])
    off = np.array([row.off for row in rows])
    days = len(rows)
    block, left = np.zeros(days, dtype=np.int64), np.zeros(days, dtype=np.int64)
    before, after = np.zeros(days, dtype=np.int64), np.zeros(days, dtype=np.int64)
    names = [row.name if row.off else "" for row in rows]
    for start, stop in _runs(~working):
        if not off[start:stop].any():
            continue
        own = [name for name in names[start:stop] if name]
        title = max(own, key=own.count) if own else ""
        block[start:stop] = np.arange(1, stop - start + 1)
        left[start:stop] = np.arange(stop - start - 1, -1, -1)
        for index in range(start, stop):
            names[index] = names[index] or title
        for place, index in enumerate(_working_near(working, stop, 1, AFTER_BLOCK_DAYS), 1):
            if not after[index]:
                after[index], names[index] = place, names[index] or title
        for place, index in enumerate(_working_near(working, start - 1, -1, BEFORE_BLOCK_DAYS), 1):
            if not before[index] and not after[index]:
                before[index], names[index] = place, title
    month_start, month_end = _month_position(rows, working, closed)
    adjusted = np.array([row.kind is DayKind.WORKDAY and row.date.weekday() != row.works_as for row in rows])
    weekday = np.array([row.works_as for row in rows], dtype=np.int64)
    return DayFeatures(weekday, off, adjusted, block, left, before, after, month_start, month_end, tuple(names))


@dataclass(frozen=True, slots=True)
class HolidayBlock:
    """Days off around a holiday.

    Attributes
    ----------
    name : str
        The name most of its days bear.
    main_day : datetime.date
        First day of that name: of a Spring Festival block the lunar New Year, not the eve.
    days : int
        Length, closed weekend days included.
    """

    name: str
    main_day: date
    days: int


def holiday_blocks(table: DayTable, weekend: Iterable[int] = (5, 6)) -> tuple[HolidayBlock, ...]:
    """Blocks of days off in `table`, in order; `weekend` as in `day_features`."""
    closed = frozenset(weekend)
    rows = table.days
    found = []
    for start, stop in _runs(np.array([not _works(row, closed) for row in rows])):
        names = [row.name if row.off else "" for row in rows[start:stop]]
        named = [name for name in names if name]
        if named:
            title = max(named, key=named.count)
            found.append(HolidayBlock(title, rows[start + names.index(title)].date, stop - start))
    return tuple(found)


def _works(row: CalendarDay, closed: frozenset[int]) -> bool:
    if row.kind is DayKind.WORKDAY:
        return True
    return row.kind is DayKind.ORDINARY and row.date.weekday() not in closed


def _runs(flags: BoolArray) -> list[tuple[int, int]]:
    """Half-open runs of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _working_near(working: BoolArray, index: int, step: int, count: int) -> list[int]:
    """The next `count` working days from `index` in direction `step`, within a week."""
    found: list[int] = []
    for offset in range(7):
        place = index + step * offset
        if 0 <= place < len(working) and working[place]:
            found.append(place)
        if len(found) == count:
            break
    return found


def _month_position(
    rows: tuple[CalendarDay, ...], working: BoolArray, closed: frozenset[int]
) -> tuple[IntArray, IntArray]:
    start, end = np.full(len(rows), FAR), np.full(len(rows), FAR)
    first, last = rows[0].date, rows[-1].date
    lead = _plain_days(first.replace(day=1), first, closed)
    tail_end = (last.replace(day=28) + timedelta(days=4)).replace(day=1)
    tail = _plain_days(last + timedelta(days=1), tail_end, closed)
    month, count = (first.year, first.month), lead
    for index, row in enumerate(rows):
        if (row.date.year, row.date.month) != month:
            month, count = (row.date.year, row.date.month), 0
        if working[index]:
            count += 1
            start[index] = count
    month, count = (last.year, last.month), tail
    for index in range(len(rows) - 1, -1, -1):
        when = rows[index].date
        if (when.year, when.month) != month:
            month, count = (when.year, when.month), 0
        if working[index]:
            count += 1
            end[index] = count
    return start, end


def _plain_days(start: date, stop: date, closed: frozenset[int]) -> int:
    """Days in [start, stop) that are not a closed weekday."""
    return sum((start + timedelta(days=n)).weekday() not in closed for n in range((stop - start).days))
