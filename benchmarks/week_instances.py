"""The public week instances (``rosters/week_N_Q.json.gz``): reading them and stating them as a `RosterProblem`.

What the problem states otherwise than the instance is told by `differences`; its prices are never above the
instance's, and with speeds of 0.9 and 1 the bound takes coverage in steps of 0.1, on which all kinks of the prices lie,
so that a bound of the problem is one of the instance.

With several queues an agent's slot may be divided among queues in the instance; here it serves one queue. An agent too
many costs 1 in the instance, and 0.9 here where work was at speed 0.9.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.assemble import FAR_BACK
from staffing.domain.calendar import CalendarDay, DayKind, DayTable
from staffing.domain.people import Agent, Contract, Role, Skill
from staffing.domain.problem import AgentWish, RosterProblem
from staffing.domain.rules import Costs, WorkRules
from staffing.domain.shift import BreakType, ShiftType
from staffing.domain.timegrid import TimeGrid

MONDAY = date(2026, 1, 5)
SHORT, SEVERE, SEVERE_SHARE = 8, 20, 0.1
"""Price of a missing agent-slot in paid slots, and beyond that share of the requirement."""
SECOND_SPEED = 0.9
"""Speed on every queue of a group but its first."""
RUN_MAX = 6
"""Days in a row at most, days before the week included."""
START_FREE, START_STEP = 8, 4
"""Slots away from the preferred start that cost nothing, and further slots for each unit of cost."""
DAY_OFF, WEEKEND_OFF = 6, 5
"""Cost of working on the wished day off, and on a day of the wished weekend."""


@dataclass(frozen=True, slots=True)
class WeekShift:
    """A shift of `slots`; each break is (first offset, last offset, slots)."""

    id: str
    slots: int
    paid_slots: int
    breaks: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class WeekPerson:
    """A person; `available` holds the windows [from, to) of each day, `paid` the limits of paid slots or None."""

    group: int
    kind: str
    available: tuple[tuple[tuple[int, int], ...], ...]
    days_before: int
    preferred_start: int
    day_off: int
    weekend_off: bool
    days_min: int
    days_max: int
    paid: tuple[int, int] | None


@dataclass(frozen=True, eq=False)
class WeekInstance:
    """An instance as its file states it. `bands` is (width, step) by kind, `requirement` (queues, days, slots)."""

    name: str
    slot_min: int
    first_min: int
    start_step: int
    groups: tuple[tuple[int, ...], ...]
    shifts: dict[str, tuple[WeekShift, ...]]
    bands: dict[str, tuple[int, int]]
    fixed: float
    people: tuple[WeekPerson, ...]
    requirement: FloatArray

    @property
    def days(self) -> int:
        return int(self.requirement.shape[1])

    @property
    def slots(self) -> int:
        return int(self.requirement.shape[2])

    @property
    def allowed_short(self) -> FloatArray:
        """Missing agents at the lower price, shape (queues, days, slots)."""
        allowed: FloatArray = np.maximum(1.0, np.round(self.requirement * SEVERE_SHARE))
        return allowed

    def starts(self, person: WeekPerson, day: int, shift: WeekShift) -> list[int]:
        """Slots at which the person may start `shift` on `day`, without regard to the band."""
        last = self.slots - shift.slots
        return [
            start
            for start in range(0, last + 1, self.start_step)
            if any(begin <= start and start + shift.slots <= end for begin, end in person.available[day])
        ]


def read_week(path: Path) -> WeekInstance:
    """Read one instance.

    Raises
    ------
    ValueError
        When the file states something that neither the problem nor `differences` covers.
    """
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    data: dict[str, Any] = json.loads(raw)
    hour, minute = (int(part) for part in data["first_slot"].split(":"))
    instance = WeekInstance(
        name=data["name"],
        slot_min=data["slot_min"],
        first_min=60 * hour + minute,
        start_step=data["start_step"],
        groups=tuple(tuple(group) for group in data["groups"]),
        shifts={kind: tuple(_shift(row) for row in rows) for kind, rows in data["shifts"].items()},
        bands={kind: (band["width"], band["step"]) for kind, band in data["start_band"].items()},
        fixed=float(data["fixed_full_time_paid_slots"]),
        people=tuple(_person(row) for row in data["agents"]),
        requirement=np.array(data["requirement"], dtype=float),
    )
    _check(path, instance)
    return instance


def _shift(row: dict[str, Any]) -> WeekShift:
    breaks = tuple((pause["earliest"], pause["latest"], pause["slots"]) for pause in row["breaks"])
    return WeekShift(row["id"], row["slots"], row["paid_slots"], breaks)


def _person(row: dict[str, Any]) -> WeekPerson:
    return WeekPerson(
        group=row["group"],
        kind=row["kind"],
        available=tuple(tuple((begin, end) for begin, end in windows) for windows in row["available"]),
        days_before=row["days_worked_before"],
        preferred_start=row["preferred_start"],
        day_off=row["wished_off_day"],
        weekend_off=row["weekend_off_wish"],
        days_min=row["days_min"],
        days_max=row["days_max"],
        paid=None if row["paid_max"] is None else (row["paid_min"], row["paid_max"]),
    )


def _check(path: Path, instance: WeekInstance) -> None:
    for kind, shifts in instance.shifts.items():
        if instance.first_min % (instance.bands[kind][1] * instance.slot_min):
            raise ValueError(
                f"{path}: kind {kind} counts its start bands from the first slot, which is no step of them"
            )
        if len({shift.slots for shift in shifts}) < len(shifts):
            raise ValueError(f"{path}: kind {kind} has two shifts of one length")
    for number, person in enumerate(instance.people):
        for windows in person.available:
            ordered = sorted(windows)
            if any(after[0] <= before[1] for before, after in pairwise(ordered)):
                raise ValueError(f"{path}: agent {number} has windows that touch; a shift may not lie across them")
    full = sum(
        person.days_min * instance.shifts[person.kind][0].paid_slots
        for person in instance.people
        if person.paid is None and person.days_min == person.days_max and len(instance.shifts[person.kind]) == 1
    )
    if full != instance.fixed:
        raise ValueError(f"{path}: fixed_full_time_paid_slots is {instance.fixed}, the contracts give {full}")


def differences(instance: WeekInstance) -> tuple[str, ...]:
    """What the problem states otherwise than the instance, one sentence each."""
    if len(instance.requirement) > 1:
        return ("an agent serves one queue in a slot, slots are not divided; an agent too many costs its speed",)
    return ()


def week_problem(instance: WeekInstance) -> RosterProblem:
    """State `instance`; money is in paid slots."""
    grid = TimeGrid("UTC", MONDAY, instance.days, instance.slot_min)
    slots_per_h = 60 // instance.slot_min
    people, queues = len(instance.people), len(instance.requirement)
    shifts: dict[str, ShiftType] = {}
    contracts: dict[str, Contract] = {}
    agents = []
    for number, person in enumerate(instance.people):
        contract = _contract(instance, person, shifts)
        contracts.setdefault(contract.id, contract)
        skills = tuple(
            Skill(f"q{queue}", SECOND_SPEED if place else 1.0)
            for place, queue in enumerate(instance.groups[person.group])
        )
        agents.append(Agent(f"a{number}", "", "", "agent", contract.id, skills))
    proficiency = np.zeros((people, queues))
    blocked = np.ones((people, instance.days, 1440 // instance.slot_min), dtype=bool)
    offset = instance.first_min // instance.slot_min
    for number, (person, agent) in enumerate(zip(instance.people, agents, strict=True)):
        for queue, skill in zip(instance.groups[person.group], agent.skills, strict=True):
            proficiency[number, queue] = skill.proficiency
        for day, windows in enumerate(person.available):
            for begin, end in windows:
                blocked[number, day, offset + begin : offset + end] = False
    required = np.zeros((queues, instance.days, blocked.shape[2]))
    severe_from = np.ones(required.shape)
    is_open = np.zeros(required.shape, dtype=bool)
    required[:, :, offset : offset + instance.slots] = instance.requirement
    severe_from[:, :, offset : offset + instance.slots] = instance.allowed_short
    is_open[:, :, offset : offset + instance.slots] = True
    return RosterProblem(
        grid=grid,
        table=_day_table(instance.days),
        agents=tuple(agents),
        contracts=tuple(contracts.values()),
        shifts=tuple(shifts.values()),
        breaks=tuple(
            pause for kind in instance.shifts.values() for shift in kind for pause in _breaks(instance, shift)
        ),
        roles=(Role("agent"),),
        rules=WorkRules(rest_h=0.0, max_consecutive_days=RUN_MAX, weekly_rest_h=0.0, weekend_days_max=2),
        costs=Costs(
            wage_per_h=slots_per_h,
            short_per_h=SHORT * slots_per_h,
            short_severe_per_h=SEVERE * slots_per_h,
            over_per_h=slots_per_h,
            wish_per_weight=1.0,
            switch_per_change=0.0,
        ),
        queues=tuple(f"q{queue}" for queue in range(queues)),
        proficiency=proficiency,
        is_open=is_open.reshape(queues, -1),
        required=required.reshape(queues, -1),
        severe_from=severe_from.reshape(queues, -1),
        deadline=np.zeros(queues, dtype=bool),
        earliest_h=np.zeros((queues, grid.n)),
        latest_h=np.zeros((queues, grid.n)),
        blocked=blocked.reshape(people, -1),
        leave_days=np.zeros((people, -(-instance.days // 7)), dtype=np.int64),
        last_end=np.full(people, FAR_BACK, dtype=np.int64),
        run_before=np.array([person.days_before for person in instance.people], dtype=np.int64),
        wishes=tuple(wish for number in range(people) for wish in _wishes(instance, number)),
    )


def _contract(instance: WeekInstance, person: WeekPerson, shifts: dict[str, ShiftType]) -> Contract:
    """The person's contract; its shift types are added to `shifts`."""
    for shift in instance.shifts[person.kind]:
        last = (instance.slots - shift.slots) // instance.start_step * instance.start_step
        shifts[shift.id] = ShiftType(
            shift.id,
            instance.first_min,
            instance.first_min + last * instance.slot_min,
            instance.start_step * instance.slot_min,
            (shift.slots * instance.slot_min,),
            tuple(pause.id for pause in _breaks(instance, shift)),
        )
    paid = [shift.paid_slots for shift in instance.shifts[person.kind]]
    low, high = person.paid or (person.days_min * min(paid), person.days_max * max(paid))
    width, step = instance.bands[person.kind]
    return Contract(
        f"{person.kind} {person.days_min}-{person.days_max} days {low}-{high} slots",
        low * instance.slot_min,
        high * instance.slot_min,
        person.days_min,
        person.days_max,
        tuple(shift.id for shift in instance.shifts[person.kind]),
        start_band_min=width * instance.slot_min,
        start_band_step_min=step * instance.slot_min,
    )


def _breaks(instance: WeekInstance, shift: WeekShift) -> list[BreakType]:
    """Breaks of a shift; the longest ones are the unpaid part of it."""
    unpaid = shift.slots - shift.paid_slots
    rows = []
    for number, (earliest, latest, slots) in enumerate(shift.breaks):
        paid = slots != unpaid
        rows.append(
            BreakType(
                f"{shift.id}.{number}",
                slots * instance.slot_min,
                paid,
                earliest * instance.slot_min,
                latest * instance.slot_min,
                kind="break" if paid else "meal",
            )
        )
    if sum(slots for _, _, slots in shift.breaks if slots == unpaid) != unpaid:
        raise ValueError(f"shift {shift.id}: {unpaid} unpaid slots are not those of one break")
    return rows


def _wishes(instance: WeekInstance, number: int) -> list[AgentWish]:
    """Wishes of a person; the price of a far start is a stack of wishes of weight 1, one for each step."""
    person = instance.people[number]
    starts = {
        start
        for day in range(instance.days)
        for shift in instance.shifts[person.kind]
        for start in instance.starts(person, day, shift)
    }
    rows: list[AgentWish] = []
    for day, windows in enumerate(person.available):
        if not windows:
            continue
        weight = DAY_OFF * (day % 7 == person.day_off) + WEEKEND_OFF * (day % 7 >= 5 and person.weekend_off)
        if weight:
            rows.append(AgentWish(number, day, "off", float(weight), None, ""))
        far = START_FREE + START_STEP
        while starts and (late := person.preferred_start + far) <= max(starts):
            rows.append(AgentWish(number, day, "start<=", 1.0, _minute(instance, late - 1), ""))
            far += START_STEP
        far = START_FREE + START_STEP
        while starts and (early := person.preferred_start - far) >= min(starts):
            rows.append(AgentWish(number, day, "start>=", 1.0, _minute(instance, early + 1), ""))
            far += START_STEP
    return rows


def _minute(instance: WeekInstance, slot: int) -> int:
    return instance.first_min + slot * instance.slot_min


def _day_table(days: int) -> DayTable:
    rows = []
    for day in range(days):
        when = MONDAY + timedelta(days=day)
        rows.append(CalendarDay(when, DayKind.ORDINARY, "", when.weekday(), when.weekday() < 5))
    return DayTable(tuple(rows))
