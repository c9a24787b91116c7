"""The rules of a plan by shifts, checked without a solver, and its cost by component.

A roster is an array (employees, days) of shift numbers, `OFF` for a day off.
"""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from staffing.audit.terms import HARD
from staffing.domain.arrays import IntArray
from staffing.domain.result import Violation
from staffing.domain.shift_cover import OFF, ShiftCost, ShiftCoverProblem

ShiftCheck = Callable[[ShiftCoverProblem, IntArray], Iterator[Violation]]


def _broken(rule: str, employee: int | np.integer, day: int | np.integer | None, **detail: str | float) -> Violation:
    return Violation(rule, HARD, int(employee), None if day is None else int(day), detail)


def stretches(worked: np.ndarray) -> list[tuple[int, int, bool]]:
    """Runs of equal days of one employee as (first day, length, worked)."""
    edges = np.flatnonzero(np.diff(worked)) + 1
    starts = [0, *edges.tolist()]
    ends = [*edges.tolist(), len(worked)]
    return [(start, end - start, bool(worked[start])) for start, end in zip(starts, ends, strict=True)]


def days_off(problem: ShiftCoverProblem, roster: IntArray) -> Iterator[Violation]:
    """No shift on a day on which the employee cannot work."""
    for employee, day in np.argwhere(problem.day_off & (roster != OFF)):
        yield _broken("shift_day_off", employee, day, shift=problem.shifts[roster[employee, day]])


def successions(problem: ShiftCoverProblem, roster: IntArray) -> Iterator[Violation]:
    """No shift the day after one that it may not follow."""
    first, then = roster[:, :-1], roster[:, 1:]
    both = (first != OFF) & (then != OFF)
    for employee, day in np.argwhere(both & ~problem.may_follow[first, then]):
        names = (problem.shifts[roster[employee, day]], problem.shifts[roster[employee, day + 1]])
        yield _broken("shift_succession", employee, day + 1, before=names[0], shift=names[1])


def shift_counts(problem: ShiftCoverProblem, roster: IntArray) -> Iterator[Violation]:
    """Not more shifts of a kind than the employee may have."""
    for shift, name in enumerate(problem.shifts):
        count = (roster == shift).sum(axis=1)
        for employee in np.flatnonzero(count > problem.shifts_max[:, shift]):
            limit = int(problem.shifts_max[employee, shift])
            yield _broken("shift_count", employee, None, shift=name, count=int(count[employee]), limit=limit)


def total_minutes(problem: ShiftCoverProblem, roster: IntArray) -> Iterator[Violation]:
    """Minutes worked lie between the employee's limits."""
    worked = np.where(roster == OFF, 0, problem.minutes[roster]).sum(axis=1)
    for employee in np.flatnonzero((worked < problem.minutes_min) | (worked > problem.minutes_max)):
        low, high = int(problem.minutes_min[employee]), int(problem.minutes_max[employee])
        yield _broken("shift_minutes", employee, None, minutes=int(worked[employee]), low=low, high=high)


def runs_of_work(problem: ShiftCoverProblem, roster: IntArray) -> Iterator[Violation]:
    """Days worked in a row are not too many; and not too few, unless the run touches an end of the horizon."""
    for employee in range(len(problem.employees)):
        low, high = int(problem.run_min[employee]), int(problem.run_max[employee])
        for start, length, worked in stretches(roster[employee] != OFF):
            inside = start > 0 and start + length < problem.days
            if worked and (length > high or (inside and length < low)):
                yield _broken("shift_run", employee, start, days=length, low=low, high=high)


def runs_of_days_off(problem: ShiftCoverProblem, roster: IntArray) -> Iterator[Violation]:
    """Days off in a row are not too few, unless they touch an end of the horizon."""
    for employee in range(len(problem.employees)):
        low = int(problem.off_min[employee])
        for start, length, worked in stretches(roster[employee] != OFF):
            if not worked and start > 0 and start + length < problem.days and length < low:
                yield _broken("shift_days_off_run", employee, start, days=length, low=low)


def weekends(problem: ShiftCoverProblem, roster: IntArray) -> Iterator[Violation]:
    """Not more weekends with work on Saturday or Sunday than the employee may have."""
    worked = sum((roster[:, list(days)] != OFF).any(axis=1).astype(np.int64) for days in problem.weekends)
    count = np.broadcast_to(worked, (len(problem.employees),))
    for employee in np.flatnonzero(count > problem.weekends_max):
        limit = int(problem.weekends_max[employee])
        yield _broken("shift_weekends", employee, None, count=int(count[employee]), limit=limit)


SHIFT_RULES: Mapping[str, ShiftCheck] = {
    "shift_day_off": days_off,
    "shift_succession": successions,
    "shift_count": shift_counts,
    "shift_minutes": total_minutes,
    "shift_run": runs_of_work,
    "shift_days_off_run": runs_of_days_off,
    "shift_weekends": weekends,
}
"""Rule name -> its check, which yields the violations of that rule alone."""


def audit_shifts(problem: ShiftCoverProblem, roster: IntArray) -> tuple[Violation, ...]:
    """Everything `roster` (E, D) breaks, rule by rule; empty when all holds.

    Raises
    ------
    ValueError
        When the roster does not have the shape of the problem or names shifts that do not exist.
    """
    _same_shape(problem, roster)
    return tuple(violation for check in SHIFT_RULES.values() for violation in check(problem, roster))


def shift_cost(problem: ShiftCoverProblem, roster: IntArray) -> ShiftCost:
    """Cost of `roster` (E, D) by component.

    Raises
    ------
    ValueError
        When the roster does not have the shape of the problem or names shifts that do not exist.
    """
    _same_shape(problem, roster)
    given = roster[:, :, None] == np.arange(len(problem.shifts))
    balance = given.sum(axis=0) - problem.required
    return ShiftCost(
        under=int((np.maximum(-balance, 0) * problem.under).sum()),
        over=int((np.maximum(balance, 0) * problem.over).sum()),
        on_requests=int(problem.on_weight[~given].sum()),
        off_requests=int(problem.off_weight[given].sum()),
    )


def _same_shape(problem: ShiftCoverProblem, roster: IntArray) -> None:
    shape = (len(problem.employees), problem.days)
    if roster.shape != shape:
        raise ValueError(f"roster has shape {roster.shape}, expected {shape}")
    if roster.size and not (roster.min() >= OFF and roster.max() < len(problem.shifts)):
        raise ValueError(f"roster holds shift numbers {roster.min()} to {roster.max()}, expected {OFF} or a shift")
