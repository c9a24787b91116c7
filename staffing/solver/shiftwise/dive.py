"""From shares of rosters to rosters: hold the clearest days, price anew, and go on (a dive)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.solver.shiftwise.case import ANY
from staffing.solver.shiftwise.columns import Generator

CLEAR = 0.99
"""Share from which a day's shift is as good as chosen."""


def day_shares(generator: Generator) -> FloatArray:
    """Share of each shift and, last, of a day off in the last solution, shape (E, days, S + 1)."""
    case, master = generator.case, generator.master
    shares = np.zeros((case.employees, case.days, case.kinds + 1))
    days = np.arange(case.days)
    for number in np.flatnonzero(master.share > 1e-9):
        shares[master.owner[number], days, master.rosters[number]] += master.share[number]
    return shares


def dive(
    generator: Generator,
    go_on: Callable[[], bool],
    upper: float,
    rng: np.random.Generator,
    *,
    rounds: int,
    batch: float,
    noise: float,
) -> IntArray | None:
    """Rosters (E, days) cheaper than `upper`, or None. What was held before is held in them; nothing more is after.

    Parameters
    ----------
    rounds
        Times at most that rosters are priced anew after each step.
    batch
        Share of the open days that a step holds at least.
    noise
        Share by which chance may prefer one day to another.
    """
    case, master = generator.case, generator.master
    before = case.held.copy()
    try:
        while go_on():
            generator.converge(go_on, rounds)
            if not master.solve() or master.value >= upper - 1 + 1e-6:
                return None
            if _whole(master.share):
                rosters = np.full((case.employees, case.days), ANY, dtype=np.int64)
                for number in np.flatnonzero(master.share > 0.5):
                    rosters[master.owner[number]] = master.rosters[number]
                return rosters
            _hold_clearest(generator, rng, batch, noise)
        return None
    finally:
        for employee in np.flatnonzero((case.held != before).any(axis=1)).tolist():
            case.loosen(employee, np.flatnonzero(case.held[employee] != before[employee]))
            master.follow(employee)


def _whole(share: FloatArray) -> bool:
    return bool(np.all((share < 1e-6) | (share > 1 - 1e-6)))


def _hold_clearest(generator: Generator, rng: np.random.Generator, batch: float, noise: float) -> None:
    case, master = generator.case, generator.master
    shares = day_shares(generator)
    best = shares.argmax(axis=2)
    score = shares.max(axis=2)
    open_ = case.held == ANY
    split = open_ & (score < CLEAR)
    score = np.where(split, score + noise * rng.random(score.shape), -1.0)
    count = max(1, round(batch * split.sum()))
    picks = np.argsort(-score, axis=None)[:count]
    touched: dict[int, list[int]] = {}
    for pick in picks.tolist():
        employee, day = divmod(pick, case.days)
        if score[employee, day] < 0:
            continue
        code = int(best[employee, day])
        case.hold(employee, day, -1 if code == case.kinds else code)
        touched.setdefault(employee, []).append(day)
    for employee, days in touched.items():
        if not master.follow(employee):
            _, roster = case.legal(employee, case.wish[employee] - master.dual, grow=True)
            if roster is not None:
                master.add(employee, roster)
            else:
                case.loosen(employee, np.array(days))
                master.follow(employee)
