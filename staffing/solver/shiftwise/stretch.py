"""Better rosters of a stretch of days: columns for everybody, a dive, the days outside of it as they are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from staffing.domain.arrays import IntArray
from staffing.domain.shift_cover import ShiftCoverProblem
from staffing.solver.shiftwise.case import Case, Workroom
from staffing.solver.shiftwise.columns import Generator
from staffing.solver.shiftwise.construct import cheapest_in_turn
from staffing.solver.shiftwise.dive import dive

ROUNDS, BATCH, NOISE = 5, 0.1, 0.1


def improve_stretch(
    problem: ShiftCoverProblem,
    room: Workroom,
    rosters: IntArray,
    begin: int,
    end: int,
    go_on: Callable[[], bool],
    rng: np.random.Generator,
    price_on: Callable[[], bool] | None = None,
) -> IntArray:
    """Rosters that are no worse. `price_on` ends the pricing before the dive, `go_on` everything."""
    case = Case(problem, room, rosters, begin, end)
    if case.too_long:
        return rosters
    inside = rosters[:, begin:end].copy()
    before = case.cost(inside)
    generator = Generator(case)
    for employee in range(case.employees):
        generator.master.add(employee, inside[employee])
    while go_on() and cheapest_in_turn(case, inside, rng.permutation(case.employees), go_on):
        for employee in range(case.employees):
            generator.master.add(employee, inside[employee])
    cost = case.cost(inside)
    generator.converge(price_on or go_on)
    found = dive(generator, go_on, cost, rng, rounds=ROUNDS, batch=BATCH, noise=NOISE) if go_on() else None
    if found is not None and case.cost(found) < cost:
        inside, cost = found, case.cost(found)
    if cost < before:
        better = rosters.copy()
        better[:, begin:end] = inside
        return better
    return rosters
