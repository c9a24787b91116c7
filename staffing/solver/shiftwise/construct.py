"""First legal rosters: one employee after the other takes what costs least beside the others, again and again.

Cover is priced, never demanded, so legal rosters exist when each employee has one. Horizons too long for the oracle are
gone through in stretches, each employee's minutes, weekends and kinds of shifts held near their share of the days gone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from staffing.domain.arrays import IntArray
from staffing.domain.shift_cover import OFF, ShiftCoverProblem
from staffing.solver.shiftwise.case import ROOM_LIMIT, TRIES, Case, Workroom
from staffing.solver.shiftwise.oracle import NEVER, best_roster
from staffing.solver.shiftwise.person import room_needed

STRETCH, AHEAD = 28, 7
"""Days of a stretch, and days that it looks ahead."""
SLACKS = (2, 6)
"""Longest shifts by which minutes may leave their share, first and second try."""


def cheapest_in_turn(case: Case, rosters: IntArray, order: IntArray, go_on: Callable[[], bool]) -> bool:
    """Give each employee in turn the cheapest roster beside the others' (in place); whether any got a cheaper one."""
    count = case.cover(rosters)
    days = np.arange(case.days)
    better = False
    for employee in order.tolist():
        if not go_on():
            break
        own = rosters[employee]
        worked = own != OFF
        count[days[worked], own[worked]] -= 1
        price = case.wish[employee] + case.marginal(count)
        _, found = case.legal(employee, price)
        if found is not None:
            days_found, days_own = np.flatnonzero(found != OFF), np.flatnonzero(worked)
            gain = price[days_own, own[worked]].sum() - price[days_found, found[days_found]].sum()
            if gain > 1e-6:
                rosters[employee], better = found, True
        own = rosters[employee]
        worked = own != OFF
        count[days[worked], own[worked]] += 1
    return better


def first_rosters(case: Case, rng: np.random.Generator) -> tuple[IntArray, list[int]]:
    """(rosters (E, days), employees for whom the oracle knows no legal roster and who are off)."""
    rosters = np.full((case.employees, case.days), OFF, dtype=np.int64)
    missing: list[int] = []
    count = case.cover(rosters)
    for employee in rng.permutation(case.employees).tolist():
        _, found = case.legal(employee, case.wish[employee] + case.marginal(count))
        if found is None:
            missing.append(employee)
            continue
        rosters[employee] = found
        worked = np.flatnonzero(found != OFF)
        count[worked, found[worked]] += 1
    return rosters, missing


def rolled_rosters(problem: ShiftCoverProblem, room: Workroom, rng: np.random.Generator) -> tuple[IntArray, list[int]]:
    """The same for a horizon that is too long for the oracle, stretch by stretch."""
    people = len(problem.employees)
    rosters = np.full((people, problem.days), OFF, dtype=np.int64)
    missing: set[int] = set()
    begin = 0
    while begin < problem.days:
        end = _monday(problem, begin + STRETCH)
        seen = _monday(problem, end + AHEAD)
        cases = [_stretch(problem, room, rosters, begin, seen, slack) for slack in SLACKS]
        count = np.zeros((seen - begin, len(problem.shifts)), dtype=np.int64)
        for employee in rng.permutation(people).tolist():
            if employee in missing:
                continue
            found = None
            for case in cases:
                _, found = case.legal(employee, case.wish[employee] + case.marginal(count))
                if found is not None:
                    break
            if found is None:
                missing.add(employee)
                rosters[employee] = OFF
                continue
            worked = np.flatnonzero(found != OFF)
            count[worked, found[worked]] += 1
            rosters[employee, begin:end] = found[: end - begin]
        begin = end
    return rosters, sorted(missing)


def plain_roster(case: Case, employee: int) -> IntArray | None:
    """A legal roster (days,) of shifts of one length, or None; for horizons that the oracle cannot take whole.

    Minutes are counted, weekends and kinds of shifts priced until their limits hold.
    """
    problem = case.problem
    for length in sorted(set(problem.minutes.tolist()), key=lambda length: -(problem.minutes == length).sum()):
        only = problem.minutes == length
        person = case.compiler.person(employee, 0, case.days, weekends=case.days, only=only)
        if room_needed(person) * (case.days + 1) > ROOM_LIMIT:
            continue
        choice = np.full(case.days, OFF, dtype=np.int64)
        weekend_price, extra = 0.0, np.zeros(case.kinds)
        for step in 2.0 ** np.arange(TRIES):
            price = case.wish[employee] + extra
            table = case.room.table(person)
            if best_roster(person, price, case.off_cost[employee], weekend_price, table, choice) >= NEVER / 2:
                break
            worked = sum(any(choice[day] != OFF for day in days) for days in problem.weekends)
            broken = case.too_many(employee, choice)
            if worked <= problem.weekends_max[employee] and not broken:
                return choice
            weekend_price += step * (worked > problem.weekends_max[employee])
            extra[broken] += step
    return None


def _monday(problem: ShiftCoverProblem, day: int) -> int:
    """The day itself moved back to a Monday, or the end of the horizon."""
    return problem.days if day >= problem.days else day - (day + problem.first_weekday) % 7


def _stretch(problem: ShiftCoverProblem, room: Workroom, rosters: IntArray, begin: int, end: int, slack: int) -> Case:
    """A case of ``[begin, end)`` in which nobody runs ahead of, or behind, the share of days gone."""
    case = Case(problem, room, rosters, begin, end)
    if end == problem.days:
        return case
    can = ~problem.day_off
    share = can[:, :end].sum(axis=1) / np.maximum(can.sum(axis=1), 1)
    spare = slack * int(problem.minutes.max())
    low = np.floor(problem.minutes_min * share).astype(np.int64) - spare
    high = np.minimum(np.ceil(problem.minutes_max * share).astype(np.int64) + spare, problem.minutes_max)
    case.minutes = list(zip(low.tolist(), high.tolist(), strict=True))
    weekends = np.ceil(problem.weekends_max * end / problem.days).astype(np.int64)
    case.weekends = np.minimum(weekends + (slack > SLACKS[0]), problem.weekends_max).tolist()
    most = np.ceil(problem.shifts_max * (end / problem.days)).astype(np.int64)
    case.left = case.left - (problem.shifts_max - np.minimum(most, problem.shifts_max))
    return case
