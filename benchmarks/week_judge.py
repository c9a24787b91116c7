"""What a roster costs and breaks by the words of a week instance, whatever problem it was made from."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.week_instances import (
    DAY_OFF,
    SECOND_SPEED,
    SEVERE,
    SHORT,
    START_FREE,
    START_STEP,
    WEEKEND_OFF,
    WeekInstance,
)
from staffing.domain.arrays import FloatArray
from staffing.domain.roster import BREAK, MEAL, Roster


@dataclass(frozen=True, slots=True)
class WorkedShift:
    """A shift in the instance's slots of its day; `breaks` are the slots at which breaks start."""

    agent: int
    day: int
    shift: str
    start: int
    slots: int
    breaks: tuple[tuple[int, int], ...]
    """(start, slots) of each break."""


def worked_shifts(instance: WeekInstance, roster: Roster) -> list[WorkedShift]:
    """The shifts of `roster` in the instance's words."""
    by_length = {kind: {shift.slots: shift.id for shift in shifts} for kind, shifts in instance.shifts.items()}
    offset = instance.first_min // instance.slot_min
    rows = []
    for shift in roster.shifts():
        zero = int(roster.grid.day_start[shift.day]) + offset
        pauses = tuple(
            (int(roster.start[row]) - zero, int(roster.end[row] - roster.start[row]))
            for row in shift.rows
            if roster.activity[row] in (BREAK, MEAL)
        )
        slots = shift.end - shift.start
        name = by_length[instance.people[shift.agent].kind][slots]
        rows.append(WorkedShift(shift.agent, shift.day, name, shift.start - zero, slots, pauses))
    return rows


def write_csv(path: Path, rows: list[WorkedShift]) -> None:
    """The public solution format."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(("agent", "day", "shift", "start", "breaks"))
        for row in rows:
            writer.writerow((row.agent, row.day, row.shift, row.start, ";".join(str(at) for at, _ in row.breaks)))


def week_cost(instance: WeekInstance, rows: list[WorkedShift]) -> dict[str, float]:
    """Flexible cost by component: short, idle, wishes, part_time."""
    count = np.zeros((len(instance.groups), instance.days, instance.slots))
    wishes = part_time = 0.0
    for row in rows:
        person = instance.people[row.agent]
        at_work = np.zeros(instance.slots)
        at_work[row.start : row.start + row.slots] = 1
        for at, slots in row.breaks:
            at_work[at : at + slots] = 0
        count[person.group, row.day] += at_work
        wishes += max(0, abs(row.start - person.preferred_start) - START_FREE) // START_STEP
        wishes += DAY_OFF * (row.day % 7 == person.day_off) + WEEKEND_OFF * (row.day % 7 >= 5 and person.weekend_off)
        if person.paid is not None:
            paid = {shift.id: shift.paid_slots for shift in instance.shifts[person.kind]}
            part_time += paid[row.shift]
    short, idle = service_cost(instance, count)
    return {"short": short, "idle": idle, "wishes": wishes, "part_time": part_time}


def service_cost(instance: WeekInstance, count: FloatArray) -> tuple[float, float]:
    """Cheapest (short, idle) of `count` agents at work (groups, days, slots), each slot divided freely among queues.

    One linear programme over all slots: hours of each group on each of its queues, shortage in two steps.
    """
    from scipy.optimize import linprog
    from scipy.sparse import identity, kron

    arcs = [
        (g, q, SECOND_SPEED if place else 1.0) for g, qs in enumerate(instance.groups) for place, q in enumerate(qs)
    ]
    queues, groups, cells = len(instance.requirement), len(count), instance.days * instance.slots
    spent = np.zeros((groups, len(arcs) + 2 * queues))
    delivered = np.zeros((queues, len(arcs) + 2 * queues))
    for column, (group, queue, speed) in enumerate(arcs):
        spent[group, column] = 1.0
        delivered[queue, column] = speed
    for queue in range(queues):
        delivered[queue, [len(arcs) + queue, len(arcs) + queues + queue]] = 1.0
    # What is not spent is idle, so spending saves 1.
    price = np.array([-1.0] * len(arcs) + [float(SHORT)] * queues + [float(SEVERE)] * queues)
    each = identity(cells, format="csr")
    upper = np.full((cells, len(price)), np.inf)
    upper[:, len(arcs) : len(arcs) + queues] = instance.allowed_short.reshape(queues, cells).T
    solution = linprog(  # type: ignore[call-overload]
        np.tile(price, cells),
        A_ub=kron(each, spent, format="csr"),
        b_ub=count.reshape(groups, cells).T.ravel(),
        A_eq=kron(each, delivered, format="csr"),
        b_eq=instance.requirement.reshape(queues, cells).T.ravel(),
        bounds=np.column_stack([np.zeros(cells * len(price)), upper.ravel()]),
        method="highs",
    )
    if solution.status != 0:
        raise RuntimeError(f"{instance.name}: dividing the slots ended with {solution.message}")
    used = solution.x.reshape(cells, -1)
    idle = float(count.sum() - used[:, : len(arcs)].sum())
    return float((used[:, len(arcs) :] @ price[len(arcs) :]).sum()), idle


def outside_band(instance: WeekInstance, rows: list[WorkedShift]) -> int:
    """People's weeks whose starts lie in no single band."""
    starts: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        starts.setdefault((row.agent, row.day // 7), []).append(row.start)
    broken = 0
    for (agent, _), own in starts.items():
        width, step = instance.bands[instance.people[agent].kind]
        broken += max(own) > min(own) // step * step + width
    return broken
