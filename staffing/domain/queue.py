"""Queues: a channel, a skill, a promise and where the work comes from."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import numpy as np

from staffing.domain.arrays import BoolArray, frozen
from staffing.domain.calendar import DayKind, DayTable
from staffing.domain.timegrid import DAY_MIN, TimeGrid

Span = tuple[int, int]


class Channel(StrEnum):
    """How a contact arrives."""

    PHONE = "phone"
    CHAT = "chat"
    VIDEO = "video"
    SOCIAL = "social"
    EMAIL = "email"
    TICKET = "ticket"
    CALLBACK = "callback"
    OUTBOUND = "outbound"
    BACKOFFICE = "backoffice"


@dataclass(frozen=True, slots=True)
class AnswerTarget:
    """Share of contacts answered within a number of seconds.

    `kind` is the denominator: ``offered`` (answered in time / offered), ``net``, ``any`` or ``answered``.
    """

    service_level: float
    answer_within_s: float
    kind: str = "offered"

    def __post_init__(self) -> None:
        if not 0 < self.service_level < 1:
            raise ValueError(f"service_level is {self.service_level}, expected between 0 and 1")
        if self.answer_within_s < 0:
            raise ValueError(f"answer_within_s is {self.answer_within_s}, expected 0 or more")
        if self.kind not in ("offered", "net", "any", "answered"):
            raise ValueError(f"kind is {self.kind!r}, expected offered, net, any or answered")


class DeadlineUnit(StrEnum):
    """Clock a deadline runs on."""

    HOURS = "h"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"


@dataclass(frozen=True, slots=True)
class DeadlineTarget:
    """Share of the work done within `amount` of `unit` after it arrived."""

    amount: float
    unit: DeadlineUnit
    share: float = 0.95

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ValueError(f"deadline is {self.amount}, expected more than 0")
        if not 0 < self.share <= 1:
            raise ValueError(f"share is {self.share}, expected between 0 and 1")


Target = AnswerTarget | DeadlineTarget


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Opening spans in minutes of the day; a span may end after 1440, past midnight.

    Attributes
    ----------
    weekday : tuple of 7 tuples of (open_min, close_min)
        Monday first; an empty tuple is a closed day.
    holiday : tuple of (open_min, close_min)
        Spans on holidays and observed days off.
    """

    weekday: tuple[tuple[Span, ...], ...]
    holiday: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        if len(self.weekday) != 7:
            raise ValueError("opening hours need seven weekdays")
        for spans in (*self.weekday, self.holiday):
            for start, end in spans:
                if not (0 <= start < DAY_MIN and start < end <= start + DAY_MIN):
                    raise ValueError(f"opening span {start}..{end} min is not inside a day")

    def spans(self, table: DayTable, grid: TimeGrid, day: int) -> tuple[Span, ...]:
        """Spans of one day of `grid` (days before it are negative), in minutes of that day."""
        row = table.on(grid.first_day + timedelta(days=day))
        if row.kind is DayKind.CLOSED:
            return ()
        return self.holiday if row.off else self.weekday[row.works_as]

    def mask(self, table: DayTable, grid: TimeGrid) -> BoolArray:
        """Steps of `grid` in which the queue is open, shape (n,). A step is open when its start is."""
        is_open = np.zeros(grid.n, dtype=bool)
        # The evening before the grid may reach into its first night.
        before = -1 if table.days[0].date < grid.first_day else 0
        for day in range(before, grid.days):
            for start, end in self.spans(table, grid, day):
                is_open[max(0, grid.at(day, start)) : max(0, grid.at(day, end))] = True
        return frozen(is_open, np.bool_)


@dataclass(frozen=True, slots=True)
class QueueSource:
    """Work derived from another queue: a share of its contacts."""

    queue: str
    share: float


@dataclass(frozen=True, slots=True)
class ScheduledWork:
    """Work known from the calendar: `volume` contacts each period, spread evenly over the working
    days of the period from its first day to `due_day`, arriving when the queue opens.

    `every` is ``day``, ``week`` or ``month``; `due_day` is the weekday (Monday 1) or day of the month.
    """

    every: str
    volume: float
    due_day: int | None = None

    def __post_init__(self) -> None:
        if self.every not in ("day", "week", "month"):
            raise ValueError(f"every is {self.every!r}, expected day, week or month")
        if self.volume < 0:
            raise ValueError(f"volume is {self.volume}, expected 0 or more")


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue. `hours` is None only until the reader has derived it from the history.

    `unplanned_shrinkage` is the share of rostered time lost to unplanned absence;
    `slowdown` the relative AHT increase for each further parallel chat.
    """

    id: str
    channel: Channel
    target: Target
    name: str = ""
    skill: str = ""
    tier: int = 1
    urgency: str = "normal"
    hours: OpeningHours | None = None
    aht_s: float | None = None
    max_occupancy: float | None = None
    max_abandon_rate: float | None = None
    patience_s: float | None = None
    max_parallel: int = 1
    slowdown: float = 0.0
    priority: int = 0
    min_agents: float = 0.0
    source: QueueSource | None = None
    schedule: ScheduledWork | None = None
    deflection: float = 0.0
    unplanned_shrinkage: float = 0.0

    @property
    def has_deadline(self) -> bool:
        """Planned as deferred work; answer promises of ten minutes or more are deferred work too."""
        return isinstance(self.target, DeadlineTarget) or self.target.answer_within_s >= 600

    @property
    def from_history(self) -> bool:
        return self.source is None and self.schedule is None
