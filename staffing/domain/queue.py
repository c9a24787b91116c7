"""Queues: a channel, a skill, a promise and where the work comes from."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import numpy as np

from staffing.domain.arrays import BoolArray, frozen
from staffing.domain.calendar import DayKind, DayTable
from staffing.domain.timegrid import DAY_MIN, TimeGrid

Span = tuple[int, int]
PERIODS = ("day", "week", "month", "quarter")
ROUTINGS = ("longest_idle", "specialist", "fastest")
"""Which free agent gets a contact: longest idle; fewest skills first; fastest first."""


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


_TEXT = (Channel.CHAT, Channel.SOCIAL)
VOICE = (Channel.PHONE, Channel.VIDEO, Channel.CALLBACK, Channel.OUTBOUND)
IDLE_RESERVE = 0.5
"""Agents kept idle before blended work is taken up, as a share of the square root of the crew."""


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
    """Work derived from another queue: a share of its contacts.

    It arrives `delay_h` clock hours after them, such as when the source's own work is done, and then, with
    `delay_days`, at the opening of so many of the queue's open days later.
    """

    queue: str
    share: float
    delay_h: float = 0.0
    delay_days: int = 0

    def __post_init__(self) -> None:
        if self.delay_h < 0 or self.delay_days < 0:
            raise ValueError(f"delays are {self.delay_h} h and {self.delay_days} days, expected 0 or more")


@dataclass(frozen=True, slots=True)
class ScheduledWork:
    """Work known from the calendar: `volume` contacts each period, spread evenly over the working
    days of the period from its first day to `due_day`, arriving when the queue opens.

    `every` is ``day``, ``week``, ``month`` or ``quarter``; `due_day` is the weekday (Monday 1) or the
    day of the month or quarter. `contact_rate` is the share of attempts that reach anybody: a list of
    100 people takes 100 / contact_rate attempts.
    """

    every: str
    volume: float
    due_day: int | None = None
    contact_rate: float = 1.0

    def __post_init__(self) -> None:
        if self.every not in PERIODS:
            raise ValueError(f"every is {self.every!r}, expected {', '.join(PERIODS)}")
        if self.volume < 0:
            raise ValueError(f"volume is {self.volume}, expected 0 or more")
        if not 0 < self.contact_rate <= 1:
            raise ValueError(f"contact_rate is {self.contact_rate}, expected more than 0 and at most 1")

    @property
    def attempts(self) -> float:
        """Contacts to make each period, those that reach nobody included."""
        return self.volume / self.contact_rate


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue. `hours` is None only until the reader has derived it from the history.

    `unplanned_shrinkage` is the share of rostered time lost to unplanned absence;
    `slowdown` the relative AHT increase for each further parallel chat, or `parallel_factors` the
    handle time with 1, 2, ... `max_parallel` contacts at once relative to one. `handle_cv` is the
    coefficient of variation of lognormal handle times (None: exponential). At most `lines` contacts
    are in service and waiting (None: no limit); `balk_share` of the contacts leave at once when
    nobody is free; `redial_share` of those lost try again, on average after `redial_after_s`.
    `routing` tells which free agent gets a contact. `probability` is the chance with which each
    day's target is to be kept (None: on average). The work of a `blended` deadline queue is also
    done by agents of answer queues while more of them are idle than a reserve, and laid down when a
    contact comes.
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
    parallel_factors: tuple[float, ...] = ()
    handle_cv: float | None = None
    lines: int | None = None
    balk_share: float = 0.0
    redial_share: float = 0.0
    redial_after_s: float = 900.0
    routing: str = "longest_idle"
    probability: float | None = None
    blended: bool = False

    def __post_init__(self) -> None:
        if self.parallel_factors and len(self.parallel_factors) != self.max_parallel:
            raise ValueError(f"parallel_factors of {self.id} has not max_parallel = {self.max_parallel} entries")
        if self.routing not in ROUTINGS:
            raise ValueError(f"routing is {self.routing!r}, expected one of {', '.join(ROUTINGS)}")

    @property
    def handle_factors(self) -> tuple[float, ...]:
        """Handle time with 1, 2, ... `max_parallel` contacts at once relative to one alone.

        >>> Queue("chat", Channel.CHAT, AnswerTarget(0.8, 30), max_parallel=3, slowdown=0.5).handle_factors
        (1.0, 1.5, 2.0)
        """
        return self.parallel_factors or tuple(1.0 + self.slowdown * n for n in range(self.max_parallel))

    @property
    def has_deadline(self) -> bool:
        """Planned as deferred work; answer promises of ten minutes or more are deferred work too."""
        return isinstance(self.target, DeadlineTarget) or self.target.answer_within_s >= 600

    @property
    def family(self) -> str:
        """Queues of one family share their agents: ``voice``, ``text``, ``deferred`` (deadline queues) or ``other``."""
        if self.has_deadline:
            return "deferred"
        if self.channel in VOICE:
            return "voice"
        return "text" if self.channel in _TEXT else "other"

    @property
    def is_reserve(self) -> bool:
        """Somebody with its skill must be at work whenever anybody is: rare extra urgent cases with `min_agents`."""
        return self.has_deadline and self.urgency == "extra_urgent" and self.min_agents > 0

    @property
    def from_history(self) -> bool:
        return self.source is None and self.schedule is None
