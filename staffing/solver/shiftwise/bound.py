"""Bound by prices: any prices of missing and superfluous employees give one, whatever the linear programme did."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.solver.shiftwise.case import Case


@dataclass(frozen=True, eq=False)
class Priced:
    """What prices gave: the bound, each employee's cheapest roster (None: none to be had) and its reduced cost."""

    bound: float
    rosters: list[IntArray | None]
    values: FloatArray


def evaluate(case: Case, dual: FloatArray, skip: frozenset[int] = frozenset(), *, grow: bool = False) -> Priced:
    """Bound at prices `dual` (days, S), each in ``[-over, under]``; employees in `skip` are left out of it."""

    def ask(employee: int) -> tuple[float, IntArray | None]:
        if employee in skip:
            return 0.0, None
        return case.legal(employee, case.wish[employee] - dual, grow=grow)

    answers = case.room.each(ask, range(case.employees))
    values = np.array([value for value, _ in answers])
    bound = float((dual * case.required).sum() + values.sum()) + case.constant
    return Priced(bound, [roster for _, roster in answers], values)


def whole(bound: float) -> int:
    """The least whole cost that `bound` allows: costs are whole numbers."""
    return math.ceil(bound - 1e-6 * max(1.0, abs(bound)))


def within(case: Case, dual: FloatArray) -> FloatArray:
    """Prices within their limits."""
    return np.clip(dual, -case.over, case.under)
