"""Column generation: rosters join the master programme while the oracle finds any that would lower its value.

Prices are smoothed towards the best known ones (Wentges 1997), which every oracle call turns into a valid bound.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.shift_cover import OFF
from staffing.solver.shiftwise.bound import Priced, evaluate, whole, within
from staffing.solver.shiftwise.case import ANY, Case
from staffing.solver.shiftwise.master import Master

SMOOTH = 0.5
"""Weight of the best known prices beside those of the master programme."""


class Generator:
    """The master programme of one case with its best bound so far."""

    def __init__(self, case: Case) -> None:
        self.case, self.master = case, Master(case)
        self.bound = -math.inf
        self.centre: FloatArray = np.zeros((case.days, case.kinds))
        self.converged = False

    def converge(
        self, go_on: Callable[[], bool], rounds: int = 10_000, on_bound: Callable[[float], None] | None = None
    ) -> bool:
        """Solve and price in turn until nothing helps; False when stopped, out of rounds, or without an answer.

        While days are held there is no smoothing and no bound; employees of whom all days are held are not priced.
        """
        master, everybody = self.master, bool(np.all(self.case.held == ANY))
        for _ in range(rounds):
            if not go_on() or not master.solve():
                return False
            if everybody and self.bound > -math.inf and whole(self.bound) >= master.value - 1e-6:
                self.converged = True
                return True
            new = self._price(SMOOTH if everybody else 0.0, everybody, go_on)
            if everybody and on_bound is not None and self.bound > -math.inf:
                on_bound(self.bound)
            if new == 0:
                self.converged = self.converged or (everybody and go_on())
                return go_on()
        return False

    def start_from(self, cover: FloatArray) -> None:
        """Prices (days, S) from elsewhere: their bound and columns, and the centre of prices to come if it is best."""
        dual = within(self.case, cover)
        found = evaluate(self.case, dual)
        if found.bound > self.bound:
            self.bound, self.centre = found.bound, dual
        for employee, roster in enumerate(found.rosters):
            if roster is not None:
                self.master.add(employee, roster)

    def _price(self, smooth: float, everybody: bool, go_on: Callable[[], bool]) -> int:
        """Columns found that are new and lower the value of the master programme."""
        grow = False
        settled = frozenset(np.flatnonzero(np.all(self.case.held != ANY, axis=1)).tolist())
        while go_on():
            dual = within(self.case, smooth * self.centre + (1.0 - smooth) * self.master.dual)
            found = evaluate(self.case, dual, settled, grow=grow)
            if everybody and found.bound > self.bound + 1e-9 * abs(found.bound):
                self.bound, self.centre = found.bound, dual
            new = self._take(found)
            if new:
                return new
            if smooth > 0:
                smooth = max(0.0, smooth - 0.3)
            elif everybody and not grow:
                grow = True
            else:
                return 0
        return 0

    def _take(self, found: Priced) -> int:
        """Columns taken: those that lower the value at the prices of the master programme."""
        new, master = 0, self.master
        for employee, roster in enumerate(found.rosters):
            if roster is None:
                continue
            days = np.flatnonzero(roster != OFF)
            reduced = self.case.wishes(employee, roster) - master.dual[days, roster[days]].sum()
            if reduced - master.of_employee[employee] < -1e-6:
                new += master.add(employee, roster)
        return new
