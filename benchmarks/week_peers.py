"""The week instances by other means, for comparison: plain CP-SAT of named people, and pyworkforce without people.

`plain_model` is the model that comes to mind first: one Boolean for each agent, day and shift, breaks in the middle of
their windows, short and idle agents as integers. `head_count` lets pyworkforce choose how many of each shift start each
day; it knows no people, contracts, days off or wishes, so its number is what its coverage alone would cost, with the
shifts it asks for. Both get the same seconds; `benchmarks.weeks --peers` runs them beside the product.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.week_instances import (
    DAY_OFF,
    RUN_MAX,
    SEVERE,
    SHORT,
    START_FREE,
    START_STEP,
    WEEKEND_OFF,
    WeekInstance,
    WeekPerson,
    WeekShift,
)
from benchmarks.week_judge import WorkedShift, service_cost, week_cost
from staffing.domain.arrays import FloatArray

WORKERS = 8
"""Strategies of CP-SAT, also on fewer cores."""


@dataclass(frozen=True, slots=True)
class Peer:
    """What another method came to; `cost` None where it found nothing, `shifts` the agent-days it plans."""

    name: str
    cost: float | None
    bound: float | None
    seconds: float
    shifts: int
    remark: str


def middle_breaks(shift: WeekShift, start: int) -> tuple[tuple[int, int], ...]:
    """(start, slots) of breaks in the middle of their windows."""
    return tuple((start + (first + last) // 2, slots) for first, last, slots in shift.breaks)


def at_work(instance: WeekInstance, shift: WeekShift, start: int) -> FloatArray:
    """1 in the slots of the day that are worked."""
    row = np.zeros(instance.slots)
    row[start : start + shift.slots] = 1
    for at, slots in middle_breaks(shift, start):
        row[at : at + slots] = 0
    return row


def day_price(person: WeekPerson, shift: WeekShift, start: int, day: int) -> int:
    """Wishes not met and part-time pay of one shift."""
    price = max(0, abs(start - person.preferred_start) - START_FREE) // START_STEP
    price += DAY_OFF * (day % 7 == person.day_off) + WEEKEND_OFF * (day % 7 >= 5 and person.weekend_off)
    return int(price + (shift.paid_slots if person.paid is not None else 0))


def plain_model(instance: WeekInstance, seconds: float, seed: int = 1) -> Peer:
    """One queue: a Boolean for each agent, day and shift, solved without a hint."""
    from ortools.sat.python import cp_model

    begun, model = perf_counter(), cp_model.CpModel()
    need = instance.requirement[0].astype(int)
    cover: list[list[list[Any]]] = [[[] for _ in range(instance.slots)] for _ in range(instance.days)]
    prices: list[Any] = []
    chosen: dict[tuple[int, int, WeekShift, int], Any] = {}
    for number, person in enumerate(instance.people):
        width, step = instance.bands[person.kind]
        bands = [model.new_bool_var("") for _ in range(0, instance.slots, step)]
        model.add_exactly_one(bands)
        worked, paid = [], []
        for day in range(instance.days):
            own = []
            for shift in instance.shifts[person.kind]:
                for start in instance.starts(person, day, shift):
                    take = chosen[number, day, shift, start] = model.new_bool_var("")
                    own.append(take)
                    paid.append(shift.paid_slots * take)
                    prices.append(day_price(person, shift, start, day) * take)
                    model.add_bool_or(
                        [band for i, band in enumerate(bands) if i * step <= start <= i * step + width]
                    ).only_enforce_if(take)
                    for slot in np.flatnonzero(at_work(instance, shift, start)).tolist():
                        cover[day][slot].append(take)
            worked.append(sum(own))
            model.add(worked[day] <= 1)
        model.add_linear_constraint(sum(worked), person.days_min, person.days_max)
        if person.paid is not None:
            model.add_linear_constraint(sum(paid), *person.paid)
        if person.days_before + instance.days > RUN_MAX:
            model.add(sum(worked[: RUN_MAX - person.days_before + 1]) <= RUN_MAX - person.days_before)
    for day in range(instance.days):
        for slot in range(instance.slots):
            mild = model.new_int_var(0, int(instance.allowed_short[0, day, slot]), "")
            severe = model.new_int_var(0, int(need[day, slot]), "")
            idle = model.new_int_var(0, len(instance.people), "")
            model.add(sum(cover[day][slot]) + mild + severe - idle == int(need[day, slot]))
            prices.extend((SHORT * mild, SEVERE * severe, idle))
    model.minimize(sum(prices))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = max(1.0, seconds - (perf_counter() - begun))
    status = solver.solve(model)
    spent = perf_counter() - begun
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Peer("plain CP-SAT", None, solver.best_objective_bound, spent, 0, "no roster found")
    rows = [
        WorkedShift(number, day, shift.id, start, shift.slots, middle_breaks(shift, start))
        for (number, day, shift, start), take in chosen.items()
        if solver.boolean_value(take)
    ]
    cost = sum(week_cost(instance, rows).values())
    # Its bound is one of rosters with breaks in the middle only.
    return Peer("plain CP-SAT", cost, None, spent, len(rows), "breaks in the middle of their windows")


def head_count(instance: WeekInstance, seconds: float) -> Peer:
    """pyworkforce's least absolute difference: how many of each shift on each day, of nobody in particular."""
    try:
        scheduling = importlib.import_module("pyworkforce.scheduling")
    except ImportError:
        return Peer("pyworkforce", None, None, 0.0, 0, "not installed")
    begun = perf_counter()
    shapes = {
        f"{shift.id}@{start}": at_work(instance, shift, start)
        for shifts in instance.shifts.values()
        for shift in shifts
        for start in range(0, instance.slots - shift.slots + 1, instance.start_step)
    }
    people = len(instance.people)
    answer = scheduling.MinAbsDifference(
        num_days=instance.days,
        periods=instance.slots,
        shifts_coverage={name: row.astype(int).tolist() for name, row in shapes.items()},
        required_resources=instance.requirement[0].astype(int).tolist(),
        max_period_concurrency=people,
        max_shift_concurrency=people,
        max_search_time=seconds,
        num_search_workers=2,
    ).solve()
    count = np.zeros((1, instance.days, instance.slots))
    shifts = 0
    for row in answer.get("resources_shifts", ()):
        count[0, row["day"]] += row["resources"] * shapes[row["shift"]]
        shifts += row["resources"]
    version = importlib.metadata.version("pyworkforce")
    spent = perf_counter() - begun
    if not shifts:
        return Peer(f"pyworkforce {version}", None, None, spent, 0, str(answer.get("status")))
    cost = sum(service_cost(instance, count))
    return Peer(
        f"pyworkforce {version}", cost, None, spent, shifts, "short and idle only; no people, no pay, no wishes"
    )
