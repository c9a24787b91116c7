"""Variants of the week instances: several weeks of the same, and a share of the work that may wait for some hours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.week_instances import SHORT, WeekInstance
from staffing.domain.problem import RosterProblem

WAIT_H = 4
"""Hours that deferrable work may wait, within its day."""


def repeated(instance: WeekInstance, weeks: int) -> WeekInstance:
    """The instance with the same requirement, availability and wishes in each of `weeks` weeks.

    Shifts and hours are held in every week; days in a row run on from week to week.
    """
    return replace(
        instance,
        name=f"{instance.name}_{weeks}w",
        fixed=instance.fixed * weeks,
        people=tuple(replace(person, available=person.available * weeks) for person in instance.people),
        requirement=np.tile(instance.requirement, (1, weeks, 1)),
    )


def deferrable(problem: RosterProblem, share: float) -> RosterProblem:
    """`problem` of one queue, `share` of the work on a second one, due `WAIT_H` hours later or by the end of the day.

    Work that waits longer costs as much in each slot as an agent missing at the lower price.
    """
    if len(problem.queues) != 1:
        raise ValueError(f"queues: expected one, got {len(problem.queues)}")
    grid, is_open = problem.grid, np.asarray(problem.is_open[0])
    hours = share * np.asarray(problem.required[0]) * grid.step_h
    due = np.zeros(grid.n)
    for slot in np.flatnonzero(hours):
        own = np.flatnonzero(is_open & (grid.day == grid.day[slot]))
        due[min(slot + round(WAIT_H / grid.step_h), own[-1])] += hours[slot]
    none = np.zeros(grid.n)
    return replace(
        problem,
        costs=replace(problem.costs, overdue_per_h=SHORT / grid.step_h),
        queues=(*problem.queues, "later"),
        proficiency=np.repeat(problem.proficiency, 2, axis=1),
        is_open=np.stack([is_open, is_open]),
        required=np.stack([(1 - share) * np.asarray(problem.required[0]), none]),
        severe_from=np.zeros((0, 0)),
        deadline=np.array([False, True]),
        earliest_h=np.stack([none, np.cumsum(hours)]),
        latest_h=np.stack([none, np.cumsum(due)]),
        pool_member=np.zeros((0, 2), dtype=bool),
    )
