"""What a what-if or a surge changes: one frozen value that any scenario can be given."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from staffing.domain.rules import Costs, WorkRules
from staffing.domain.shrinkage import ShrinkageReason

MAX_FACTOR = 50.0
"""The largest factor that a layer, an event or a what-if may put on volume."""
MAX_PEOPLE = 1000
NAME_LENGTH = 80


def _limited(owner: str, name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} of {owner} is {value}, expected {low:g} to {high:g}")


@dataclass(frozen=True, slots=True)
class LoadChange:
    """Contacts and handle time relative to the forecast.

    Attributes
    ----------
    volume, aht : float
        Factors on contacts and on the mean handle time; 1 leaves them.
    deflected : float
        Share of the contacts that self-service takes besides what it takes already, 0 <= share <= 1.
    queues : tuple of str
        Ids of the queues changed; none means all. Work derived from a changed queue follows it.
    start, end : date, optional
        First and last day changed; None: without end on that side.
    """

    volume: float = 1.0
    aht: float = 1.0
    deflected: float = 0.0
    queues: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        _limited("a load change", "volume", self.volume, 0.0, MAX_FACTOR)
        _limited("a load change", "aht", self.aht, 0.01, MAX_FACTOR)
        _limited("a load change", "deflected", self.deflected, 0.0, 1.0)
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError(f"end of a load change is {self.end}, expected {self.start} or later")

    @property
    def contacts(self) -> float:
        """Factor on the contacts that reach agents.

        >>> LoadChange(volume=1.2, deflected=0.5).contacts
        0.6
        """
        return self.volume * (1.0 - self.deflected)

    def on(self, when: date) -> bool:
        """Whether the day is changed."""
        return (self.start is None or self.start <= when) and (self.end is None or when <= self.end)

    def concerns(self, queue: str) -> bool:
        """Whether contacts of that queue are changed directly."""
        return not self.queues or queue in self.queues


@dataclass(frozen=True, slots=True)
class Hire:
    """`people` more with contract, team, role and skills of the agent `like`, from `start` on.

    `proficiency` is their speed relative to that agent: 0.8 for people who are still learning.
    """

    like: str
    people: int
    proficiency: float = 1.0
    start: date | None = None

    def __post_init__(self) -> None:
        _limited(f"a hire like {self.like}", "people", self.people, 1, MAX_PEOPLE)
        _limited(f"a hire like {self.like}", "proficiency", self.proficiency, 0.05, 2.0)


@dataclass(frozen=True, slots=True)
class TargetChange:
    """Another promise of one queue; None keeps what the queue has.

    `share` is the service level of an answer queue and the share in time of a deadline queue; `answer_within_s` is for
    answer queues only; `probability` is the chance with which each day's target is to be kept.
    """

    queue: str
    share: float | None = None
    answer_within_s: float | None = None
    probability: float | None = None

    def __post_init__(self) -> None:
        for name in ("share", "probability"):
            value = getattr(self, name)
            if value is not None and not 0.0 < value < 1.0:
                raise ValueError(f"{name} of {self.queue} is {value}, expected more than 0 and less than 1")
        if self.answer_within_s is not None:
            _limited(self.queue, "answer_within_s", self.answer_within_s, 0.0, 86400.0)


def changeable_rules() -> tuple[str, ...]:
    """Names of work rules and prices that are plain numbers."""
    numbers = (WorkRules(), Costs())
    return tuple(
        field.name
        for values in numbers
        for field in fields(values)
        if type(getattr(values, field.name)) in (int, float)
    )


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One named set of changes to a scenario; without any it is the baseline.

    Attributes
    ----------
    name : str
        For people; unique among those that are compared.
    loads : tuple of LoadChange
        Applied one after the other: factors on the same contacts multiply.
    absence : float
        Factor on every share of unplanned absence.
    absences : tuple of ShrinkageReason
        Further reasons of unplanned absence, such as a tenth of the staff away on some days; they compound with the
        centre's own.
    hires : tuple of Hire
        People more.
    targets : tuple of TargetChange
        Other promises.
    rules : tuple of (name, value)
        Other values of work rules or prices, by the names of `[rules]` and `[costs]`; see `changeable_rules`.
    weight : float
        How likely it is relative to the other scenarios, where several are planned for together.
    """

    name: str
    loads: tuple[LoadChange, ...] = ()
    absence: float = 1.0
    absences: tuple[ShrinkageReason, ...] = ()
    hires: tuple[Hire, ...] = ()
    targets: tuple[TargetChange, ...] = ()
    rules: tuple[tuple[str, float], ...] = ()
    weight: float = 1.0

    def __post_init__(self) -> None:
        if not self.name.strip() or len(self.name) > NAME_LENGTH:
            raise ValueError(f"name is {self.name!r}, expected 1 to {NAME_LENGTH} characters")
        _limited(self.name, "absence", self.absence, 0.0, MAX_FACTOR)
        _limited(self.name, "weight", self.weight, 0.0, 1e9)
        known = changeable_rules()
        for rule, _ in self.rules:
            if rule not in known:
                raise ValueError(f"rule of {self.name} is {rule!r}, expected one of {', '.join(known)}")
        if any(reason.planned for reason in self.absences):
            raise ValueError(f"absences of {self.name} hold a planned one, expected unplanned absence only")

    @property
    def is_baseline(self) -> bool:
        """Changes nothing."""
        empty = WhatIf(self.name, weight=self.weight)
        return self == empty

    @property
    def changes_demand(self) -> bool:
        """Whether the forecast changes."""
        return bool(self.loads)

    @property
    def changes_need(self) -> bool:
        """Whether the requirement may change."""
        return bool(self.loads or self.absences or self.targets) or self.absence != 1.0
