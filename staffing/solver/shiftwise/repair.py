"""Large neighbourhoods: hold most of the present rosters and dive for the rest."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.shift_cover import OFF
from staffing.solver.shiftwise.case import Case
from staffing.solver.shiftwise.columns import Generator
from staffing.solver.shiftwise.dive import dive

KINDS = ("days", "people", "agreed")
DAYS = (10, 18)
"""Days in a row that are freed."""
PEOPLE = (0.25, 0.5)
"""Share of the employees that is freed."""
AGREED = (0.01, 0.2, 0.5, 0.8)
"""Share in the relaxation from which a day of the present rosters is held."""


def repair(
    generator: Generator,
    rosters: IntArray,
    cost: float,
    relaxed: FloatArray,
    go_on: Callable[[], bool],
    rng: np.random.Generator,
    *,
    rounds: int,
    batch: float,
    noise: float,
) -> IntArray | None:
    """Cheaper rosters (E, days) or None; `relaxed` (E, days, S + 1) are the shares of the relaxation."""
    case, master = generator.case, generator.master
    held = held_days(case, rosters, relaxed, rng)
    for employee in range(case.employees):
        for day in np.flatnonzero(held[employee]).tolist():
            case.hold(employee, day, int(rosters[employee, day]))
        master.add(employee, rosters[employee])
        master.follow(employee)
    try:
        return dive(generator, go_on, cost, rng, rounds=rounds, batch=batch, noise=noise)
    finally:
        for employee in range(case.employees):
            case.loosen(employee, np.flatnonzero(held[employee]))
            master.follow(employee)


def held_days(case: Case, rosters: IntArray, relaxed: FloatArray, rng: np.random.Generator) -> BoolArray:
    """Which days (E, days) stay as they are, by a kind of neighbourhood drawn at random."""
    kind = KINDS[int(rng.integers(len(KINDS)))]
    held = np.ones(rosters.shape, dtype=np.bool_)
    if kind == "people":
        low, high = (max(1, round(share * case.employees)) for share in PEOPLE)
        held[rng.choice(case.employees, int(rng.integers(low, high + 1)), replace=False)] = False
    elif kind == "days":
        span = min(case.days, int(rng.integers(*DAYS)))
        begin = int(np.clip(rng.integers(-3, case.days - span + 4), 0, case.days - span))
        held[:, begin : begin + span] = False
    else:
        code = np.where(rosters == OFF, case.kinds, rosters)
        share = np.take_along_axis(relaxed, code[:, :, None], axis=2)[:, :, 0]
        held = (share > rng.choice(AGREED)) & (rng.random(share.shape) < 0.95)
    return held
