"""Shift types, breaks and contracts that fit opening hours and weekly hours: a start that a planner refines later."""

from collections.abc import Sequence
from dataclasses import dataclass

from staffing.domain.queue import OpeningHours
from staffing.domain.timegrid import DAY_MIN
from staffing.files.hours import WEEKDAYS
from staffing.files.wizard.people import Terms

MEAL_FROM_MIN = 360
"""Paid minutes from which a shift has a meal."""
SHORT_BREAK_MIN = 15
Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class BreakRow:
    """One ``[[break]]``; times in minutes after the start of the shift."""

    id: str
    kind: str
    minutes: int
    earliest_min: int
    latest_min: int


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """One ``[[shift]]``: starts in minutes of the day, length with the meal, weekdays (Monday 0)."""

    id: str
    first_start: int
    last_start: int
    length_min: int
    breaks: tuple[str, ...]
    weekdays: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ContractRow:
    """One ``[[contract]]``: least and most minutes in a week, days, shifts."""

    id: str
    weekly_min: int
    weekly_max: int
    days: int
    shifts: tuple[str, ...]


def open_windows(hours: Sequence[OpeningHours]) -> tuple[Window | None, ...]:
    """From the first opening to the last closing of each weekday over all queues; None where all are closed."""
    found: list[Window | None] = []
    for day in range(7):
        spans = [span for opening in hours for span in opening.weekday[day]]
        found.append((min(start for start, _ in spans), max(end for _, end in spans)) if spans else None)
    return tuple(found)


def make_shifts(
    contracts: Sequence[Terms],
    windows: Sequence[Window | None],
    *,
    slot_min: int,
    meal_min: int,
    short_breaks: int,
) -> tuple[tuple[BreakRow, ...], tuple[ShiftRow, ...], tuple[ContractRow, ...]]:
    """Breaks, shifts and contracts.

    Each contract's shifts last its weekly hours over its days, the unpaid meal on top, and may start every half hour as
    long as they end before the last queue closes. Weekdays with the same hours share a shift type.

    Parameters
    ----------
    contracts : sequence of Terms
        Hours and days in a week.
    windows : sequence of 7
        Opening and closing minute of each weekday, None where closed.
    slot_min : int
        Grid of the roster; all minutes are multiples of it.
    meal_min : int
        Length of the unpaid meal of shifts from six hours on; 0: none.
    short_breaks : int
        Paid breaks of 15 minutes in such a shift, 0 to 2; a shorter shift has one at most.
    """
    groups: dict[Window, list[int]] = {}
    for day, window in enumerate(windows):
        if window is not None:
            groups.setdefault(window, []).append(day)
    breaks: dict[str, BreakRow] = {}
    shifts: dict[str, ShiftRow] = {}
    rows = []
    for terms in contracts:
        days = max(1, min(terms.days, sum(map(len, groups.values()))))
        paid = max(slot_min, int(terms.weekly_h * 60 / days) // slot_min * slot_min)
        mine, reached = [], []
        for window, weekdays in groups.items():
            shift, its_breaks, least = _shift(paid, window, weekdays, slot_min, meal_min, short_breaks)
            breaks.update({item.id: item for item in its_breaks})
            shifts.setdefault(shift.id, shift)
            mine.append(shift.id)
            reached.append(least)
        # Where doors are open for less than a shift, fewer hours can be worked than the contract says.
        reach = days * min(reached, default=0)
        rows.append(ContractRow(terms.id, reach, max(reach, int(terms.weekly_h * 60)), days, tuple(mine)))
    return tuple(breaks.values()), tuple(shifts.values()), tuple(rows)


def _shift(
    paid: int, window: Window, weekdays: list[int], slot_min: int, meal_min: int, short_breaks: int
) -> tuple[ShiftRow, list[BreakRow], int]:
    """A shift type, its breaks, and its paid minutes."""
    opens, closes = window
    span = (closes - opens) // slot_min * slot_min
    meal = -(-meal_min // slot_min) * slot_min if paid >= MEAL_FROM_MIN else 0
    length = min(paid + meal, span)
    meal = meal if length >= MEAL_FROM_MIN else 0
    breaks = _breaks(length, meal, short_breaks if paid >= MEAL_FROM_MIN else min(short_breaks, 1), slot_min)
    # Opening hours need not lie on the grid of the roster; starts must.
    first = -(-opens // slot_min) * slot_min
    last = max(first, (closes - length) // slot_min * slot_min)
    if span >= DAY_MIN:
        first, last = 0, DAY_MIN - 30
    last = min(last, DAY_MIN - slot_min)
    days = "" if len(weekdays) == 7 else "_" + "_".join(WEEKDAYS[day] for day in weekdays)
    if len(weekdays) > 2 and weekdays == list(range(weekdays[0], weekdays[-1] + 1)) and days:
        days = f"_{WEEKDAYS[weekdays[0]]}_{WEEKDAYS[weekdays[-1]]}"
    ident = f"{length // 60}h{length % 60:02d}{days}"
    shift = ShiftRow(ident, first, last, length, tuple(item.id for item in breaks), tuple(weekdays))
    return shift, breaks, length - meal


def _breaks(length: int, meal: int, short_breaks: int, slot_min: int) -> list[BreakRow]:
    """Breaks in their order: the first short one, the meal about the middle, the second short one."""
    middle = length // 2 // slot_min * slot_min
    short = -(-SHORT_BREAK_MIN // slot_min) * slot_min
    hour = -(-60 // slot_min) * slot_min
    found = []
    if short_breaks >= 1 and length >= 3 * hour:
        latest = max(hour, middle - hour - short) if meal else max(hour, middle)
        found.append(BreakRow(f"break1_{length}", "break", short, hour, latest))
    if meal:
        found.append(BreakRow(f"meal_{length}", "meal", meal, max(hour, middle - hour), middle + hour - slot_min))
    if short_breaks >= 2 and length >= 6 * hour:
        earliest = middle + hour + meal
        latest = max(earliest, length - hour - short)
        found.append(BreakRow(f"break2_{length}", "break", short, min(earliest, latest), latest))
    return found
