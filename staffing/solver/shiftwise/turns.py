"""Rosters of any horizon from prices: one employee after the other takes what is cheapest beside the others.

At first what the relaxation's prices say counts most, which spreads everybody's hours and weekends over the horizon as
is best for all; later only what one employee more or less would cost where the others are.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.shift_cover import OFF
from staffing.solver.shiftwise.loose import LooseBound
from staffing.solver.shiftwise.loose_oracle import Prices, loose_room, loose_rosters

TRIES = 40
"""Prices of an employee's totals tried at most in one turn."""
RELAX = 0.9
"""Factor of prices under which all totals held, for the next turn."""
FIRST_STEP = 0.05
"""First change of a price of hours, in shares of the mean range of a price of cover."""


class Turns:
    """Everybody's prices of totals, kept from turn to turn; they start at the best of the climb."""

    def __init__(self, loose: LooseBound) -> None:
        self.loose, self.case = loose, loose.case
        self.prices = Prices(*(price.copy() for price in loose.best_prices))
        self.step = FIRST_STEP * float(loose.reach.hour.mean())
        self.choice = np.full((self.case.employees, self.case.days), OFF, dtype=np.int64)
        self.value = np.zeros(self.case.employees)

    def around(self, rosters: IntArray, trust: float, order: IntArray, go_on: Callable[[], bool]) -> None:
        """Give everybody in turn the cheapest roster found (in place); `trust` weighs the climb's prices."""
        case = self.case
        count = case.cover(rosters)
        days = np.arange(case.days)
        for employee in order.tolist():
            if not go_on():
                return
            own = rosters[employee]
            worked = own != OFF
            count[days[worked], own[worked]] -= 1
            cover = trust * self.loose.best_prices.cover - (1.0 - trust) * case.marginal(count)
            found = self.fitting(employee, cover)
            if found is not None and self._price(employee, found, cover) < self._price(employee, own, cover) - 1e-9:
                rosters[employee] = found
            own = rosters[employee]
            worked = own != OFF
            count[days[worked], own[worked]] += 1

    def _price(self, employee: int, roster: IntArray, cover: FloatArray) -> float:
        days = np.flatnonzero(roster != OFF)
        return self.case.wishes(employee, roster) - float(cover[days, roster[days]].sum())

    def fitting(self, employee: int, cover: FloatArray) -> IntArray | None:
        """A cheap roster (D,) at the worth of cover whose totals all hold, or None."""
        loose, problem = self.loose, self.case.problem
        hour, weekend, kind = self.prices.hour, self.prices.weekend, self.prices.kind
        table = self.case.room.space(*loose_room(loose.rules))
        low, high, step = -math.inf, math.inf, self.step
        for _ in range(TRIES):
            prices = Prices(cover, hour, weekend, kind)
            loose_rosters(loose.rules, prices, employee, employee + 1, table, self.choice, self.value)
            roster: IntArray = self.choice[employee].copy()
            worked = roster != OFF
            used = np.bincount(roster[worked], minlength=self.case.kinds)
            hours = float(used @ loose.rules.hours)
            weekends = int(worked[loose.weekend_days].any(axis=1).sum())
            broken = used > problem.shifts_max[employee]
            tired = weekends > problem.weekends_max[employee]
            long, short = hours > loose.high[employee] + 1e-9, hours < loose.low[employee] - 1e-9
            if not (long or short or tired or broken.any()):
                for price in (hour, weekend, kind):
                    price[employee] *= RELAX
                return roster
            weekend[employee] += step * tired
            kind[employee] += step * broken
            if long:
                low = hour[employee]
                hour[employee] = (low + high) / 2 if math.isfinite(high) else low + step
            elif short:
                high = hour[employee]
                hour[employee] = (low + high) / 2 if math.isfinite(low) else high - step
            step *= 1.5
        return None
