"""CP-SAT on a part of the roster: some employees, some days in a row, everything else as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from staffing.domain.arrays import IntArray
from staffing.domain.shift_cover import OFF, ShiftCoverProblem
from staffing.solver.cpsat.watched import solve_watched


@dataclass(frozen=True, eq=False)
class Part:
    """What may change: these employees on the days ``[begin, end)``."""

    employees: tuple[int, ...]
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Effort:
    """Limit of one solve: seconds, or deterministic time when `reproducible`; `first` ends it at any legal roster."""

    seconds: float
    workers: int
    seed: int
    reproducible: bool = False
    quick: bool = False
    first: bool = False


@dataclass(frozen=True, eq=False)
class Answer:
    """Rosters (E, D) or None, whether they are proven best for the part, and a bound of the whole cost."""

    rosters: IntArray | None
    proven: bool
    bound: float | None


def solve_part(
    problem: ShiftCoverProblem,
    rosters: IntArray,
    part: Part,
    effort: Effort,
    should_stop: Callable[[], bool],
    *,
    hint: bool = True,
    at_least: int | None = None,
) -> Answer:
    """Best rosters when only `part` may change.

    Parameters
    ----------
    rosters : (E, D)
        The present ones, legal where `hint` is set.
    at_least
        A known bound of the whole cost.
    """
    model = _PartModel(problem, rosters, part)
    model.state_rules()
    constant = model.state_cost(at_least)
    if hint:
        model.hint()
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = effort.seed % (1 << 31)
    solver.parameters.num_workers = 1 if effort.reproducible else effort.workers
    if effort.reproducible:
        solver.parameters.max_deterministic_time = effort.seconds
    else:
        solver.parameters.max_time_in_seconds = effort.seconds
    solver.parameters.stop_after_first_solution = effort.first
    if effort.quick:
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
        solver.parameters.max_presolve_iterations = 1
    status = solve_watched(solver, model.cp, should_stop)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(None, status == cp_model.INFEASIBLE, None)
    found = rosters.copy()
    for (employee, day), row in model.cell.items():
        found[employee, day] = next((shift for shift, chosen in row.items() if solver.boolean_value(chosen)), OFF)
    return Answer(found, status == cp_model.OPTIMAL, solver.best_objective_bound + constant)


class _PartModel:
    """The free cells as Booleans, the others as constants."""

    def __init__(self, problem: ShiftCoverProblem, rosters: IntArray, part: Part) -> None:
        self.problem, self.rosters, self.part = problem, rosters, part
        self.cp = cp_model.CpModel()
        self.cell: dict[tuple[int, int], dict[int, Any]] = {}
        self.works: dict[tuple[int, int], Any] = {}
        for employee in part.employees:
            usable = [shift for shift in range(len(problem.shifts)) if problem.shifts_max[employee, shift] > 0]
            for day in range(part.begin, part.end):
                row = {} if problem.day_off[employee, day] else {s: self.cp.new_bool_var("") for s in usable}
                self.cell[employee, day] = row
                works = self.works[employee, day] = self.cp.new_bool_var("")
                self.cp.add_exactly_one([*row.values(), ~works])

    def hint(self) -> None:
        """Hint every free cell with the present roster."""
        for (employee, day), row in self.cell.items():
            for shift, chosen in row.items():
                self.cp.add_hint(chosen, bool(self.rosters[employee, day] == shift))
            self.cp.add_hint(self.works[employee, day], bool(self.rosters[employee, day] != OFF))

    def _works(self, employee: int, day: int) -> Any:
        found = self.works.get((employee, day))
        return int(self.rosters[employee, day] != OFF) if found is None else found

    def state_rules(self) -> None:
        """All rules that the part touches."""
        for employee in self.part.employees:
            self._successions(employee)
            self._runs(employee)
            self._totals(employee)

    def _successions(self, employee: int) -> None:
        problem, part = self.problem, self.part
        for day in range(max(part.begin - 1, 0), min(part.end, problem.days - 1)):
            first, then = self.cell.get((employee, day)), self.cell.get((employee, day + 1))
            if first is None:
                before = self.rosters[employee, day]
                for shift, chosen in (then or {}).items():
                    if before != OFF and not problem.may_follow[before, shift]:
                        self.cp.add(chosen == 0)
            elif then is None:
                after = self.rosters[employee, day + 1]
                for shift, chosen in first.items():
                    if after != OFF and not problem.may_follow[shift, after]:
                        self.cp.add(chosen == 0)
            else:
                for shift, chosen in first.items():
                    barred = [other for name, other in then.items() if not problem.may_follow[shift, name]]
                    if barred:
                        self.cp.add_at_most_one([chosen, *barred])

    def _runs(self, employee: int) -> None:
        problem, part = self.problem, self.part
        longest = int(problem.run_max[employee])
        for start in range(max(0, part.begin - longest), min(part.end, problem.days - longest)):
            self.cp.add(sum(self._works(employee, start + i) for i in range(longest + 1)) <= longest)
        for worked, shortest in ((True, int(problem.run_min[employee])), (False, int(problem.off_min[employee]))):
            for length in range(1, shortest):
                for start in range(max(1, part.begin - length), min(part.end + 1, problem.days - length)):
                    self._bar_run(employee, start, length, worked)

    def _bar_run(self, employee: int, start: int, length: int, worked: bool) -> None:
        """No run of exactly `length` days from `start` on."""
        clause = []
        for day in range(start - 1, start + length + 1):
            wanted = worked if start <= day < start + length else not worked
            works = self._works(employee, day)
            if isinstance(works, int):
                if bool(works) != wanted:
                    return
            else:
                clause.append(~works if wanted else works)
        self.cp.add_bool_or(clause)

    def _totals(self, employee: int) -> None:
        problem, part = self.problem, self.part
        outside = np.concatenate([self.rosters[employee, : part.begin], self.rosters[employee, part.end :]])
        outside = outside[outside != OFF]
        free = [
            (shift, chosen) for day in range(part.begin, part.end) for shift, chosen in self.cell[employee, day].items()
        ]
        minutes = sum(int(problem.minutes[shift]) * chosen for shift, chosen in free) + int(
            problem.minutes[outside].sum()
        )
        self.cp.add_linear_constraint(minutes, int(problem.minutes_min[employee]), int(problem.minutes_max[employee]))
        used = np.bincount(outside, minlength=len(problem.shifts))
        for shift in range(len(problem.shifts)):
            own = [chosen for name, chosen in free if name == shift]
            left = int(problem.shifts_max[employee, shift] - used[shift])
            if left < len(own):
                self.cp.add(sum(own) <= left)
        weekends: list[Any] = []
        for days in problem.weekends:
            works = [self._works(employee, day) for day in days]
            if any(isinstance(value, int) and value for value in works):
                weekends.append(1)
            elif any(not isinstance(value, int) for value in works):
                worked = self.cp.new_bool_var("")
                for value in works:
                    if not isinstance(value, int):
                        self.cp.add_implication(value, worked)
                weekends.append(worked)
        self.cp.add(sum(weekends) <= int(problem.weekends_max[employee]))

    def state_cost(self, at_least: int | None) -> int:
        """State the cost; returns what the part cannot change."""
        problem, part = self.problem, self.part
        free = np.zeros(self.rosters.shape, dtype=np.bool_)
        free[np.array(part.employees), part.begin : part.end] = True
        held = np.where(free, OFF, self.rosters)
        wish = problem.off_weight - problem.on_weight
        employees, days = np.nonzero(held != OFF)
        constant = int(problem.on_weight.sum()) + int(wish[employees, days, held[employees, days]].sum())
        count = np.zeros(problem.required.shape, dtype=np.int64)
        np.add.at(count, (days, held[employees, days]), 1)
        terms: list[Any] = []
        for day in range(problem.days):
            for shift in range(len(problem.shifts)):
                need = int(problem.required[day, shift] - count[day, shift])
                under, over = int(problem.under[day, shift]), int(problem.over[day, shift])
                own = [row[shift] for e in part.employees if shift in (row := self.cell.get((e, day), {}))]
                if not own:
                    constant += under * max(need, 0) + over * max(-need, 0)
                elif under or over:
                    missing = self.cp.new_int_var(0, max(need, 0), "")
                    beyond = self.cp.new_int_var(max(-need, 0), max(len(own) - need, 0), "")
                    self.cp.add(sum(own) + missing - beyond == need)
                    terms += [under * missing, over * beyond]
        for (employee, day), row in self.cell.items():
            terms += [
                int(wish[employee, day, shift]) * chosen for shift, chosen in row.items() if wish[employee, day, shift]
            ]
        total = sum(terms)
        if at_least is not None and terms:
            self.cp.add(total >= at_least - constant)
        self.cp.minimize(total)
        return constant


def whole_part(problem: ShiftCoverProblem) -> Part:
    """Everything."""
    return Part(tuple(range(len(problem.employees))), 0, problem.days)
