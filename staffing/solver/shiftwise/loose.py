"""Bound without counting: totals of an employee over the horizon are priced, as cover is.

Minutes, weekends and kinds of shifts each have a price per employee beside the prices of cover (D, S); any prices give
a bound. It is quick for horizons of any length, and its prices are where column generation had best begin.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.shift_cover import OFF, ShiftCoverProblem
from staffing.solver.shiftwise.case import Case
from staffing.solver.shiftwise.loose_oracle import Prices, compile_rules, loose_room, loose_rosters

FIRSTS, LAST = (1 / 1000, 1 / 30), 1 / 20_000
"""Steps that are tried at the start, and the step at the end, in shares of the range of a price of cover."""
TRIAL = 0.1
"""Share of the climb that each trial takes."""
FOLLOW, SPREAD, TINY = 0.9, 0.99, 1e-9
"""How much of the past the means of the slopes and of their squares keep; and what keeps a division from 0."""


@dataclass(frozen=True, eq=False)
class Loose:
    """What prices gave: the bound, its slopes, and everybody's cheapest rosters (E, D), which may break totals."""

    bound: float
    slopes: Prices
    rosters: IntArray


class LooseBound:
    """The climb of the prices (Adam: Kingma, Ba 2015), the best of them, and the bound they gave.

    Every price has a step of its own: the mean of its slopes over the root of the mean of their squares. Where people
    are plenty the best prices are near 0, where they are short far from it: a short climb from 0 with each of `FIRSTS`
    tells which steps to begin with, and the long climb goes on from the best prices.
    """

    def __init__(self, case: Case) -> None:
        self.case, problem = case, case.problem
        self.rules = compile_rules(case)
        self.low = problem.minutes_min / problem.minutes.max()
        self.high = problem.minutes_max / problem.minutes.max()
        pairs = [(days[0], days[-1]) for days in problem.weekends]
        self.weekend_days = np.array(pairs, dtype=np.int64).reshape(len(pairs), 2)
        cells = range(0, case.employees, max(1, -(-case.employees // (2 * case.room.workers))))
        self.parts = [(first, min(first + cells.step, case.employees)) for first in cells]
        reach = case.under + case.over
        wide = float(reach.mean())
        kinds = np.full((case.employees, case.kinds), wide)
        self.reach = Prices(reach, np.full(case.employees, wide), np.full(case.employees, wide), kinds)
        nothing = np.zeros(case.employees)
        self.best, self.best_prices = -math.inf, Prices(np.zeros_like(reach), nothing, nothing, 0.0 * kinds)
        self.by_trial = [-math.inf] * len(FIRSTS)
        self._start(0)

    def _start(self, stage: int) -> None:
        """Begin a trial from nothing, or after them the climb from the best prices."""
        self.stage, self.steps = stage, 0
        zero = [np.zeros_like(price) for price in self.best_prices]
        self.prices = Prices(*zero) if stage < len(FIRSTS) else self.best_prices
        self.mean, self.square = Prices(*zero), Prices(*zero)
        self.first = FIRSTS[stage if stage < len(FIRSTS) else int(np.argmax(self.by_trial))]

    def advance(self, progress: float) -> float:
        """Evaluate the present prices and move on; the bound they gave. `progress`, 0 to 1, tells how far it is."""
        stage = min(int(progress / TRIAL), len(FIRSTS))
        if stage != self.stage:
            self._start(stage)
        found = self.evaluate(self.prices)
        if found.bound > self.best:
            self.best, self.best_prices = found.bound, self.prices
        if stage < len(FIRSTS):
            self.by_trial[stage] = max(self.by_trial[stage], found.bound)
        self.steps += 1
        begun, long = stage * TRIAL, TRIAL if stage < len(FIRSTS) else 1.0 - stage * TRIAL
        rate = self.first * (LAST / self.first) ** min(1.0, (progress - begun) / long)
        pairs = zip(self.mean, self.square, found.slopes, strict=True)
        means = [(FOLLOW * mean + (1 - FOLLOW) * new, SPREAD * sq + (1 - SPREAD) * new**2) for mean, sq, new in pairs]
        self.mean, self.square = Prices(*(mean for mean, _ in means)), Prices(*(square for _, square in means))
        whole, wide = 1 - FOLLOW**self.steps, 1 - SPREAD**self.steps
        cover, hour, weekend, kind = (
            price + rate * reach * (mean / whole) / (np.sqrt(square / wide) + TINY)
            for price, reach, mean, square in zip(self.prices, self.reach, self.mean, self.square, strict=True)
        )
        cover = np.clip(cover, -self.case.over, self.case.under)
        self.prices = Prices(cover, hour, np.maximum(weekend, 0.0), np.maximum(kind, 0.0))
        return found.bound

    def cheapest(self, prices: Prices) -> tuple[FloatArray, IntArray]:
        """Everybody's cheapest rosters (E, D) at the prices, whatever their totals, and what they cost (E,)."""
        case = self.case
        choice = np.empty((case.employees, case.days), dtype=np.int64)
        value = np.empty(case.employees)

        def ask(part: tuple[int, int]) -> None:
            loose_rosters(self.rules, prices, *part, case.room.space(*loose_room(self.rules)), choice, value)

        case.room.each(ask, self.parts)
        return value, choice

    def evaluate(self, prices: Prices) -> Loose:
        """Bound at any prices; those of weekends and kinds may not be negative."""
        case, problem = self.case, self.case.problem
        cover, hour, weekend, kind = prices
        value, rosters = self.cheapest(prices)
        side = np.where(hour >= 0, self.high, self.low)
        bound = float((cover * case.required).sum() + value.sum()) + case.constant
        bound -= float(hour @ side + weekend @ problem.weekends_max + (kind * problem.shifts_max).sum())
        worked = rosters != OFF
        employees, _ = np.nonzero(worked)
        cells = employees * case.kinds + rosters[worked]
        used = np.bincount(cells, minlength=kind.size).reshape(kind.shape)
        hours = used @ self.rules.hours
        # Without a price hours between the limits slope nowhere.
        side = np.where(hour != 0.0, side, np.clip(hours, self.low, self.high))
        weekends = worked[:, self.weekend_days].any(axis=2).sum(axis=1) - problem.weekends_max
        kinds = used - problem.shifts_max
        slopes = Prices(
            case.required - case.cover(rosters),
            hours - side,
            np.where((weekend <= 0) & (weekends < 0), 0.0, weekends),
            np.where((kind <= 0) & (kinds < 0), 0.0, kinds),
        )
        return Loose(bound, slopes, rosters)


def wishes_alone(problem: ShiftCoverProblem) -> int:
    """A bound that needs no search: the wishes of one employee and day can be granted at best."""
    wish = (problem.off_weight - problem.on_weight).min(axis=2, initial=0)
    return int(problem.on_weight.sum() + np.where(problem.day_off, 0, wish).sum())
