"""Agents, contracts, roles and everything that is known of a person's time."""

from dataclasses import dataclass
from datetime import date, datetime

ON_SHIFT_KINDS = ("training", "meeting", "coaching", "other")
"""Time-off kinds that are worked inside a shift; all other kinds are absences."""


@dataclass(frozen=True, slots=True)
class Skill:
    """A queue or skill a person can serve, with speed relative to a standard agent."""

    name: str
    proficiency: float = 1.0


@dataclass(frozen=True, slots=True)
class Agent:
    """A person. `id` goes everywhere; `name` only where people read.

    `rotation_week` is the week of the rotation that the person is in when it begins; `seniority` counts years;
    `on_call` are the on-call duties that the person has agreed to.
    """

    id: str
    name: str
    team: str
    role: str
    contract: str
    skills: tuple[Skill, ...]
    primary: str = ""
    cost_per_h: float | None = None
    start_date: date | None = None
    end_date: date | None = None
    rotation: str = ""
    rotation_week: int = 1
    seniority: float = 0.0
    on_call: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contract:
    """Paid minutes and days of a week, allowed shifts, overtime beyond the weekly maximum.

    With `start_band_min` all starts of a person's week lie in one band ``[b, b + start_band_min]`` of minutes of the
    day, where b is a multiple of `start_band_step_min`; None: starts are free.
    """

    id: str
    weekly_minutes_min: int
    weekly_minutes_max: int
    days_min: int
    days_max: int
    shifts: tuple[str, ...]
    overtime_minutes_max: int = 0
    period_minutes_min: int | None = None
    period_minutes_max: int | None = None
    start_band_min: int | None = None
    start_band_step_min: int = 60

    def __post_init__(self) -> None:
        if not 0 <= self.weekly_minutes_min <= self.weekly_minutes_max:
            raise ValueError(f"contract {self.id}: weekly minutes {self.weekly_minutes_min}..{self.weekly_minutes_max}")
        if not 0 <= self.days_min <= self.days_max <= 7:
            raise ValueError(f"contract {self.id}: days {self.days_min}..{self.days_max}")
        if (self.start_band_min or 0) < 0 or self.start_band_step_min < 1:
            raise ValueError(f"contract {self.id}: start band {self.start_band_min} every {self.start_band_step_min}")


@dataclass(frozen=True, slots=True)
class Role:
    """A role; when it supervises others, one of it is on duty per `max_span` of theirs."""

    id: str
    supervises: tuple[str, ...] = ()
    max_span: int | None = None


@dataclass(frozen=True, slots=True)
class TimeOff:
    """Time fixed for a person: absence, or training and meetings already placed. Moments are zone-aware."""

    agent: str
    start: datetime
    end: datetime
    kind: str
    paid: bool = True


@dataclass(frozen=True, slots=True)
class Activity:
    """Training, meeting or coaching still to be placed between `earliest` and `latest` (latest end).

    `together`: all agents at one time; otherwise one by one, at most `capacity` at once.
    """

    id: str
    kind: str
    agents: tuple[str, ...]
    minutes: int
    earliest: datetime
    latest: datetime
    together: bool = False
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish for one day: ``off``, ``work``, ``start>=`` or ``start<=`` with `minute`, or ``shift`` with its id."""

    agent: str
    date: date
    kind: str
    weight: float = 1.0
    minute: int | None = None
    shift: str = ""

    def __post_init__(self) -> None:
        if self.kind not in ("off", "work", "start>=", "start<=", "shift"):
            raise ValueError(f"wish is {self.kind!r}, expected off, work, start>=HH:MM, start<=HH:MM or a shift id")


@dataclass(frozen=True, slots=True)
class CarryIn:
    """What was worked before the horizon."""

    agent: str
    date: date
    start: datetime
    end: datetime
    kind: str = "work"
