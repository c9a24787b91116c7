"""Limits that a labour law sets, as data; the numbers come from preset files with their source and date."""

from dataclasses import dataclass
from datetime import date

from staffing.domain.calendar import CalendarDay, DayKind

REST_WEEKDAYS = (5, 6)
"""Weekdays that are rest days by date, Monday 0."""


@dataclass(frozen=True, slots=True)
class BreakDuty:
    """A shift longer than `after_min` holds pauses of `minutes` in all; 0: any pause will do."""

    after_min: int
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class PayClasses:
    """Pay relative to the ordinary wage: overtime, overtime on a rest day, all work on a statutory holiday."""

    overtime: float = 1.0
    rest_day: float = 1.0
    holiday: float = 1.0


@dataclass(frozen=True, slots=True)
class LabourRules:
    """What one preset asks for; None or an empty tuple: nothing.

    Attributes
    ----------
    id, title, source, checked
        Name in ``labour_rules``, title, the articles the numbers come from, and when they were last compared.
    day_minutes, week_minutes : int
        Ordinary paid minutes of a day and of a week; work beyond either is overtime.
    day_minutes_max : int
        Paid minutes of one shift at most, overtime included.
    overtime_month_minutes : int
        Minutes of overtime in a calendar month at most.
    days_max, max_consecutive_days : int
        Days worked in a week at most, and in a row.
    rest_h, weekly_rest_h : float
        Elapsed hours between shifts, and of the longest block without work in every week.
    average_week_minutes, average_weeks : int
        Paid minutes of a week at most, on average over so many weeks.
    breaks : tuple of BreakDuty
        Pauses that long shifts hold.
    night_hours, night_minutes_min, night_shift_minutes_max
        A shift with at least so many minutes between these minutes of the day has at most so many paid minutes.
    pay : PayClasses
        What the hours cost.
    notice_days, notice_pay_h, notice_lost_share
        A change of a published shift nearer than so many days costs so many hours' pay, and a shift taken away this
        share of its hours.
    stand_by_counts : bool
        Time on call is working time, wherever the person waits.
    """

    id: str
    title: str
    source: str
    checked: date
    day_minutes: int | None = None
    week_minutes: int | None = None
    day_minutes_max: int | None = None
    overtime_month_minutes: int | None = None
    days_max: int | None = None
    max_consecutive_days: int | None = None
    rest_h: float | None = None
    weekly_rest_h: float | None = None
    average_week_minutes: int | None = None
    average_weeks: int = 0
    breaks: tuple[BreakDuty, ...] = ()
    night_hours: tuple[int, int] | None = None
    night_minutes_min: int = 0
    night_shift_minutes_max: int | None = None
    pay: PayClasses = PayClasses()
    notice_days: int | None = None
    notice_pay_h: float = 0.0
    notice_lost_share: float = 0.0
    stand_by_counts: bool = False

    def __post_init__(self) -> None:
        if self.overtime_month_minutes is not None and (self.day_minutes is None or self.week_minutes is None):
            raise ValueError(f"labour rules {self.id}: overtime_month_minutes asks for day_minutes and week_minutes")
        if (self.average_week_minutes is None) != (self.average_weeks == 0):
            raise ValueError(f"labour rules {self.id}: average_week_minutes and average_weeks go together")
        if (self.night_shift_minutes_max is None) != (self.night_hours is None):
            raise ValueError(f"labour rules {self.id}: night_shift_minutes_max and night_hours go together")

    def break_minutes(self, length_min: int) -> int | None:
        """Minutes of pauses that a shift of this length must hold; None: none are asked for.

        >>> law = LabourRules("x", "X", "", date(2026, 1, 1), breaks=(BreakDuty(360, 30), BreakDuty(540, 45)))
        >>> [law.break_minutes(length) for length in (360, 361, 600)]
        [None, 30, 45]
        """
        asked = [duty.minutes for duty in self.breaks if length_min > duty.after_min]
        return max(asked, default=None)


def pay_class(day: CalendarDay) -> str:
    """``holiday`` (statutory), ``rest_day`` (weekend, other days off of a holiday block) or ``overtime``.

    A weekend day that is worked in exchange for another is ordinary.
    """
    if day.kind is DayKind.HOLIDAY:
        return "holiday"
    if day.kind is DayKind.OBSERVED or (day.kind is not DayKind.WORKDAY and day.date.weekday() in REST_WEEKDAYS):
        return "rest_day"
    return "overtime"
