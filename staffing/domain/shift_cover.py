"""Planning by whole shifts: people, days, named shifts, and how many of each shift every day needs.

This is the problem of centres that plan without intervals, and of the public instances of Curtois and Qu (2014).
Weights are whole numbers, so that every cost is one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from staffing.domain.arrays import BoolArray, IntArray, set_frozen
from staffing.domain.result import SolveEvent, Status, StopReason

OFF = -1
"""Code of a day off in a roster."""
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, eq=False)
class ShiftCoverProblem:
    """Everything a plan by shifts needs, E employees, D days, S shifts.

    Limits about runs are kind at both ends of the horizon: before the first and after the last day there may be any
    number of worked days or days off, so a run that touches an end is never too short; a run of worked days is counted
    from the first day on.

    Attributes
    ----------
    employees, shifts
        Ids.
    minutes : (S,)
        Length of each shift.
    may_follow : (S, S)
        Whether the shift of the column may be worked the day after the shift of the row.
    shifts_max : (E, S)
        Most shifts of each kind in the horizon.
    minutes_min, minutes_max : (E,)
        Minutes worked in the horizon.
    run_min, run_max, off_min : (E,)
        Days worked in a row, at least and at most; days off in a row, at least.
    weekends_max : (E,)
        Weekends with work on Saturday or Sunday, at most.
    day_off : (E, D)
        Days on which the employee cannot work.
    on_weight, off_weight : (E, D, S)
        Cost of not giving, and of giving, this shift on this day.
    required, under, over : (D, S)
        Employees needed, cost of each one missing and of each one too many.
    first_weekday
        Weekday of day 0, Monday being 0.
    """

    employees: tuple[str, ...]
    shifts: tuple[str, ...]
    minutes: IntArray
    may_follow: BoolArray
    shifts_max: IntArray
    minutes_min: IntArray
    minutes_max: IntArray
    run_min: IntArray
    run_max: IntArray
    off_min: IntArray
    weekends_max: IntArray
    day_off: BoolArray
    on_weight: IntArray
    off_weight: IntArray
    required: IntArray
    under: IntArray
    over: IntArray
    first_weekday: int = 0

    def __post_init__(self) -> None:
        people, kinds, days = len(self.employees), len(self.shifts), int(np.shape(self.required)[0])
        if not kinds or not days:
            raise ValueError(f"ShiftCoverProblem has {kinds} shifts and {days} days, expected at least one of each")
        for name, ids in (("employees", self.employees), ("shifts", self.shifts)):
            if len(set(ids)) != len(ids):
                raise ValueError(f"ShiftCoverProblem.{name} repeats an id, expected each once")
        for name in ("minutes_min", "minutes_max", "run_min", "run_max", "off_min", "weekends_max"):
            set_frozen(self, name, np.int64, (people,))
        for name in ("required", "under", "over"):
            set_frozen(self, name, np.int64, (days, kinds))
        for name in ("on_weight", "off_weight"):
            set_frozen(self, name, np.int64, (people, days, kinds))
        set_frozen(self, "minutes", np.int64, (kinds,))
        set_frozen(self, "may_follow", np.bool_, (kinds, kinds))
        set_frozen(self, "shifts_max", np.int64, (people, kinds))
        set_frozen(self, "day_off", np.bool_, (people, days))
        lowest = {"minutes": 1, "run_max": 0}
        for name in _COUNTS:
            values = getattr(self, name)
            if values.size and values.min() < lowest.get(name, 0):
                raise ValueError(
                    f"ShiftCoverProblem.{name} holds {values.min()}, expected at least {lowest.get(name, 0)}"
                )
        if not 0 <= self.first_weekday <= SUNDAY:
            raise ValueError(f"ShiftCoverProblem.first_weekday is {self.first_weekday}, expected 0..6")

    @property
    def days(self) -> int:
        return int(self.required.shape[0])

    @property
    def weekends(self) -> tuple[tuple[int, ...], ...]:
        """The days of each weekend that lie in the horizon."""
        saturday = (SATURDAY - self.first_weekday) % 7
        starts = range(saturday - 7, self.days, 7)
        found = (tuple(day for day in (start, start + 1) if 0 <= day < self.days) for start in starts)
        return tuple(days for days in found if days)


_COUNTS = (
    "minutes",
    "shifts_max",
    "minutes_min",
    "minutes_max",
    "run_min",
    "run_max",
    "off_min",
    "weekends_max",
    "on_weight",
    "off_weight",
    "required",
    "under",
    "over",
)


@dataclass(frozen=True, slots=True)
class ShiftCost:
    """Cost by component, each a whole number."""

    under: int
    over: int
    on_requests: int
    off_requests: int

    @property
    def total(self) -> int:
        return self.under + self.over + self.on_requests + self.off_requests


@dataclass(frozen=True, eq=False)
class ShiftResult:
    """Ending of a search. `roster` (E, D) holds shift numbers or `OFF`; None when there is no legal one.

    `blocked` names employees who cannot have a legal roster at all.
    """

    roster: IntArray | None
    status: Status
    stop_reason: StopReason
    objective: int | None
    bound: int | None
    cost: ShiftCost | None
    seed: int
    method: str
    events: tuple[SolveEvent, ...] = ()
    blocked: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.roster is not None:
            set_frozen(self, "roster", np.int64)

    @property
    def gap(self) -> float | None:
        """(objective - bound) / objective; None where either is missing."""
        if self.objective is None or self.bound is None:
            return None
        return max(0.0, (self.objective - self.bound) / self.objective) if self.objective else 0.0
