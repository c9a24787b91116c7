"""Why people who are rostered, or on the payroll, are not at work: shares by reason, queue, week and hour."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from staffing.domain.arrays import BoolArray, frozen
from staffing.domain.calendar import DayTable
from staffing.domain.queue import OpeningHours
from staffing.domain.timegrid import TimeGrid


@dataclass(frozen=True, slots=True)
class ShrinkageReason:
    """A share of time lost for one reason.

    Attributes
    ----------
    name : str
        For people, such as "sick"; several rows may share one.
    share : float
        Share of the time lost, 0 <= share < 1.
    planned : bool
        Known beforehand and placed in rosters (leave, training): never in the rostered agents, only in head counts.
        Otherwise people stay away from a shift they are rostered for.
    queues : tuple of str
        Ids of the queues it concerns; none means all.
    start, end : date, optional
        First and last day; None: without end on that side.
    hours : OpeningHours, optional
        Times of the week; None: all.
    """

    name: str
    share: float
    planned: bool = False
    queues: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    hours: OpeningHours | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.share < 1:
            raise ValueError(f"share of {self.name} is {self.share}, expected 0 or more and less than 1")
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError(f"end of {self.name} is {self.end}, expected {self.start} or later")

    def concerns(self, queue: str) -> bool:
        """Whether agents of that queue are lost."""
        return not self.queues or queue in self.queues

    def mask(self, table: DayTable, grid: TimeGrid) -> BoolArray:
        """Steps of `grid` in which it holds, shape (n,)."""
        days = [
            (self.start is None or self.start <= day) and (self.end is None or day <= self.end) for day in grid.dates
        ]
        within: BoolArray = np.array(days)[grid.day]
        return frozen(within if self.hours is None else within & self.hours.mask(table, grid), np.bool_)
