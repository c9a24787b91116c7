"""Bound of horizons that are too long for the exact oracle: totals of an employee are priced instead of counted.

Minutes, weekends and kinds of shifts each have a price per employee beside the prices of cover (D, S); any prices give
a bound, and subgradient steps raise it (Polyak 1969; deflected as by Camerini, Fratta and Maffioli 1975).
"""

from __future__ import annotations

import math

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.shift_cover import OFF, ShiftCoverProblem
from staffing.solver.shiftwise.case import Case
from staffing.solver.shiftwise.oracle import NEVER, best_roster

MEMORY, FAILURES, SHRINK = 0.7, 8, 0.7


class LooseBound:
    """Prices, the best of them, and the bound they gave. `dead` when some employee has no roster even so."""

    def __init__(self, case: Case) -> None:
        self.case, problem = case, case.problem
        self.persons = [case.compiler.person(e, 0, case.days, loose=True) for e in range(case.employees)]
        self.hours = problem.minutes / problem.minutes.max()
        self.low = problem.minutes_min / problem.minutes.max()
        self.high = problem.minutes_max / problem.minutes.max()
        self.scale = 1.0 / math.sqrt(max(1, case.days))
        cover = np.minimum(0.3 * case.under, 1.0 + case.over)
        self.prices = [
            cover,
            np.zeros(case.employees),
            np.zeros(case.employees),
            np.zeros((case.employees, case.kinds)),
        ]
        self.best_prices = [price.copy() for price in self.prices]
        self.best, self.step, self.failures = -math.inf, 1.0, 0
        self.direction: list[FloatArray] = [np.zeros_like(price) for price in self.prices]
        self.dead = False

    def advance(self, upper: float) -> float:
        """Evaluate the present prices and move on; the bound that they gave."""
        bound, slopes = self._evaluate()
        if bound > self.best + 1e-7 * max(1.0, abs(self.best) if math.isfinite(self.best) else 1.0):
            self.best, self.best_prices, self.failures = bound, [price.copy() for price in self.prices], 0
        else:
            self.failures += 1
        if self.failures >= FAILURES:
            self.prices = [price.copy() for price in self.best_prices]
            self.direction = [np.zeros_like(price) for price in self.prices]
            self.step, self.failures = self.step * SHRINK, 0
            return bound
        pairs = zip(self.direction, slopes, strict=True)
        self.direction = [MEMORY * old + (1 - MEMORY) * slope for old, slope in pairs]
        norm = sum(float((direction**2).sum()) for direction in self.direction)
        length = self.step * max(upper - bound, 1.0) / max(norm, 1e-9)
        moved = [price + length * direction for price, direction in zip(self.prices, self.direction, strict=True)]
        self.prices = [
            np.clip(moved[0], -self.case.over, self.case.under),
            moved[1],
            np.maximum(moved[2], 0.0),
            np.maximum(moved[3], 0.0),
        ]
        return bound

    def _evaluate(self) -> tuple[float, list[FloatArray]]:
        case, problem = self.case, self.case.problem
        cover, hour, weekend, kind = self.prices

        def ask(employee: int) -> tuple[float, np.ndarray]:
            choice = np.full(case.days, OFF, dtype=np.int64)
            price = case.wish[employee] - cover + hour[employee] * self.hours + kind[employee]
            person = self.persons[employee]
            table = case.room.table(person)
            value = best_roster(person, price, case.off_cost[employee], float(weekend[employee]), table, choice)
            return float(value), choice

        answers = case.room.each(ask, range(case.employees))
        bound = float((cover * case.required).sum()) + case.constant
        slope_cover = case.required.copy()
        slopes = [slope_cover, np.zeros(case.employees), np.zeros(case.employees), np.zeros_like(kind)]
        weekends = problem.weekends
        for employee, (value, choice) in enumerate(answers):
            if value >= NEVER / 2:
                self.dead = True
                continue
            side = self.high if hour[employee] >= 0 else self.low
            bound += value - hour[employee] * side[employee] - weekend[employee] * problem.weekends_max[employee]
            bound -= float((kind[employee] * problem.shifts_max[employee]).sum())
            days = np.flatnonzero(choice != OFF)
            slope_cover[days, choice[days]] -= 1.0
            worked = float(self.hours[choice[days]].sum())
            low, high = self.low[employee], self.high[employee]
            slopes[1][employee] = worked - high if worked > high else worked - low if worked < low else 0.0
            slopes[2][employee] = sum(any(choice[day] != OFF for day in pair) for pair in weekends)
            slopes[2][employee] -= problem.weekends_max[employee]
            slopes[3][employee] = np.bincount(choice[days], minlength=case.kinds) - problem.shifts_max[employee]
        slopes[2] = np.where((weekend <= 0) & (slopes[2] < 0), 0.0, slopes[2])
        slopes[3] = np.where((kind <= 0) & (slopes[3] < 0), 0.0, slopes[3])
        return bound, slopes


def wishes_alone(problem: ShiftCoverProblem) -> int:
    """A bound that needs no search: the wishes of one employee and day can be granted at best."""
    wish = (problem.off_weight - problem.on_weight).min(axis=2, initial=0)
    return int(problem.on_weight.sum() + np.where(problem.day_off, 0, wish).sum())
