"""The day table: what kind of day each day of the horizon or history is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DayKind(StrEnum):
    """Kind of a day as opening hours, forecast and pay classes see it."""

    ORDINARY = "ordinary"
    HOLIDAY = "holiday"
    OBSERVED = "observed"
    WORKDAY = "workday"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day.

    Attributes
    ----------
    date : datetime.date
        The local day.
    kind : DayKind
        ``holiday`` statutory, ``observed`` another day off of a holiday block, ``workday`` a
        weekend day worked in exchange (China's adjusted workdays), ``closed`` no service at all.
    name : str
        Holiday's name, or empty.
    works_as : int
        Weekday (Monday 0) whose pattern the day follows; an adjusted workday follows the day it replaces.
    working : bool
        Counts as a working day for deadlines in working days.
    """

    date: date
    kind: DayKind
    name: str
    works_as: int
    working: bool

    @property
    def off(self) -> bool:
        """Holiday opening hours hold on this day."""
        return self.kind in (DayKind.HOLIDAY, DayKind.OBSERVED)


@dataclass(frozen=True, slots=True)
class DayTable:
    """Consecutive days; stored with the plan so that a package update does not alter it."""

    days: tuple[CalendarDay, ...]

    def __post_init__(self) -> None:
        ordinals = [day.date.toordinal() for day in self.days]
        if ordinals != list(range(ordinals[0], ordinals[0] + len(ordinals))):
            raise ValueError("days of a DayTable must be consecutive")

    def __len__(self) -> int:
        return len(self.days)

    def __iter__(self) -> Iterator[CalendarDay]:
        return iter(self.days)

    def on(self, when: date) -> CalendarDay:
        """The day's row.

        Raises
        ------
        KeyError
            When the table does not reach that day.
        """
        index = when.toordinal() - self.days[0].date.toordinal()
        if not 0 <= index < len(self.days):
            raise KeyError(when)
        return self.days[index]
