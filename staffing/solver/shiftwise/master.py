"""The linear programme over rosters: which shares of which rosters cover the shifts at least cost.

Solved by GLOP, rows and columns added as they come. Any ending but OPTIMAL is an error: the programme is built anew and
solved cold, and when that fails as well no values are given.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.shift_cover import OFF
from staffing.solver.shiftwise.case import Case


class Master:
    """Columns are rosters of one employee each; `value`, `dual` and `share` hold after a successful `solve`."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.rosters: list[IntArray] = []
        self.owner: list[int] = []
        self.cost: list[float] = []
        self.known: list[dict[bytes, int]] = [{} for _ in range(case.employees)]
        self.value = 0.0
        self.dual: FloatArray = np.zeros((case.days, case.kinds))
        self.of_employee: FloatArray = np.zeros(case.employees)
        self.share: FloatArray = np.zeros(0)
        self._build()

    def _build(self) -> None:
        from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

        case = self.case
        self._optimal = pywraplp.Solver.OPTIMAL
        solver: Any = pywraplp.Solver.CreateSolver("GLOP")
        self._solver, self._objective = solver, solver.Objective()
        self._objective.SetMinimization()
        self._person = [solver.Constraint(1.0, 1.0) for _ in range(case.employees)]
        self._row: dict[tuple[int, int], Any] = {}
        for day, shift in np.argwhere((case.under > 0) | (case.over > 0)).tolist():
            need = case.required[day, shift]
            row = self._row[day, shift] = solver.Constraint(need, need)
            for sign, price in ((1.0, case.under[day, shift]), (-1.0, case.over[day, shift])):
                slack = solver.NumVar(0.0, solver.infinity(), "")
                row.SetCoefficient(slack, sign)
                self._objective.SetCoefficient(slack, price)
        self._columns: list[Any] = []
        for number in range(len(self.rosters)):
            self._enter(number)
        for employee in range(case.employees):
            self.follow(employee)

    def _enter(self, number: int) -> None:
        variable = self._solver.NumVar(0.0, self._solver.infinity(), "")
        self._columns.append(variable)
        self._objective.SetCoefficient(variable, self.cost[number])
        self._person[self.owner[number]].SetCoefficient(variable, 1.0)
        for day, shift in enumerate(self.rosters[number].tolist()):
            if shift != OFF and (day, shift) in self._row:
                self._row[day, shift].SetCoefficient(variable, 1.0)

    def add(self, employee: int, roster: IntArray) -> bool:
        """Take a legal roster in; False when it is known."""
        key = roster.astype(np.int16).tobytes()
        if key in self.known[employee]:
            return False
        self.known[employee][key] = len(self.rosters)
        self.rosters.append(roster.copy())
        self.owner.append(employee)
        self.cost.append(self.case.wishes(employee, roster))
        self._enter(len(self.rosters) - 1)
        return True

    def forget(self, kept: IntArray) -> None:
        """Keep only these columns."""
        columns = [(self.owner[number], self.rosters[number]) for number in kept.tolist()]
        self.rosters, self.owner, self.cost = [], [], []
        self.known = [{} for _ in range(self.case.employees)]
        self._build()
        for employee, roster in columns:
            self.add(employee, roster)

    def follow(self, employee: int) -> bool:
        """Allow only rosters that have what the case holds of the employee; False when none is left."""
        left = False
        for number in self.known[employee].values():
            agrees = self.case.agrees(employee, self.rosters[number])
            left = left or agrees
            self._columns[number].SetUb(self._solver.infinity() if agrees else 0.0)
        return left

    def solve(self) -> bool:
        """Solve; False when there is no trustworthy answer."""
        status = self._solver.Solve()
        if status != self._optimal:
            self._build()
            status = self._solver.Solve()
        if status != self._optimal:
            return False
        self.value = float(self._objective.Value()) + self.case.constant
        self.dual = np.zeros((self.case.days, self.case.kinds))
        for (day, shift), row in self._row.items():
            self.dual[day, shift] = row.dual_value()
        np.clip(self.dual, -self.case.over, self.case.under, out=self.dual)
        self.of_employee = np.array([row.dual_value() for row in self._person])
        self.share = np.array([column.solution_value() for column in self._columns])
        return True
