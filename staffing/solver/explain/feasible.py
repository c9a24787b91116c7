"""Whether groups of rows can be kept together, by CP-SAT on what those rows can tell apart."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, vstack

from staffing.domain.arrays import BoolArray, IntArray
from staffing.solver.explain.system import FAR, System

LINEAR_COLUMNS = 16_000
"""Largest linear program that is tried."""
WIDE = 80
"""Columns from which on a row counts sums of columns."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`kept` True: all can be kept, False: proven that not, None: not known in time.

    `given_up` are the groups that had to go, `proven` whether no less would have done.
    """

    kept: bool | None
    given_up: tuple[int, ...] = ()
    proven: bool = False


def active_rows(system: System, groups: Collection[int]) -> IntArray:
    """Rows all of whose groups are among `groups`."""
    inside = np.zeros(len(system.groups) + 1, dtype=bool)
    inside[list(groups)] = True
    inside[-1] = True
    return np.flatnonzero(inside[system.owner_table].all(axis=1))


def restricted(system: System, groups: Collection[int]) -> tuple[System, tuple[int, ...]]:
    """The system of these groups alone, with the number that each had."""
    rows = active_rows(system, groups)
    kept = tuple(sorted(groups))
    number = {group: place for place, group in enumerate(kept)}
    matrix = system.matrix[rows]
    seen = np.zeros(len(system.cell), dtype=bool)
    seen[matrix.indices] = True
    used = np.zeros(int(system.cell.max(initial=0)) + 2, dtype=bool)
    used[system.cell[seen]] = True
    used[-1] = False
    columns = np.flatnonzero(np.where(system.cell >= 0, used[system.cell], seen))
    part = System(
        tuple(system.groups[group] for group in kept),
        tuple(tuple(number[group] for group in system.owners[row]) for row in rows.tolist()),
        matrix[:, columns].tocsr(),
        system.low[rows],
        system.high[rows],
        system.cell[columns],
    )
    return part, kept


class _Sums:
    """Linear expressions of rows. Columns that the wide rows do not tell apart are added up once for all of them."""

    def __init__(self, model: Any, columns: list[Any], matrix: Any) -> None:
        from ortools.sat.python import cp_model

        self.expression, self.columns, self.matrix = cp_model.LinearExpr, columns, matrix
        self.wide = np.diff(matrix.indptr) > WIDE
        wide = matrix[self.wide]
        marks = np.random.default_rng(54321).random(wide.shape[0])
        mark = np.round(wide.T.astype(np.float64) @ marks, 9) if wide.shape[0] else np.zeros(0)
        used = np.unique(wide.indices)
        _, first, place = np.unique(mark[used], return_index=True, return_inverse=True)
        members = (
            np.split(used[np.argsort(place, kind="stable")], np.cumsum(np.bincount(place))[:-1]) if len(used) else []
        )
        self.classes = used[first] if len(used) else used
        self.totals = []
        for group in members:
            if len(group) == 1:
                self.totals.append(columns[int(group[0])])
                continue
            total = model.new_int_var(0, len(group), "")
            model.add(total == sum(columns[one] for one in group.tolist()))
            self.totals.append(total)
        self.narrow = {int(column): number for number, column in enumerate(self.classes.tolist())}

    def of(self, line: int) -> Any:
        """The row's sum, 0 where it has no column."""
        span = slice(self.matrix.indptr[line], self.matrix.indptr[line + 1])
        places, values = self.matrix.indices[span].tolist(), self.matrix.data[span].tolist()
        if not places:
            return 0
        if not self.wide[line]:
            return self.expression.weighted_sum([self.columns[place] for place in places], values)
        picked = [
            (self.narrow[place], value) for place, value in zip(places, values, strict=True) if place in self.narrow
        ]
        return self.expression.weighted_sum([self.totals[n] for n, _ in picked], [value for _, value in picked])


class Solver:
    """Answers questions about one system."""

    def __init__(self, system: System, *, seed: int = 1, workers: int = 1) -> None:
        self.system, self.seed, self.workers = system, seed, workers
        self.asked = [0]
        rng = np.random.default_rng(12345)
        self._mark = rng.random((system.matrix.shape[0], 2))

    def on(self, part: System) -> Solver:
        """One for a part of the system, that counts its questions with this one."""
        other = Solver(part, seed=self.seed, workers=self.workers)
        other.asked = self.asked
        return other

    def ask(
        self,
        groups: Collection[int],
        *,
        weights: Mapping[int, float] | None = None,
        seconds: float = 10.0,
        simplify: bool = False,
    ) -> Answer:
        """Can all `groups` be kept? With `weights`, those named may be given up, at least weight in all.

        `simplify` lets CP-SAT rewrite the model first: another way to the same answer, for checks.
        """
        from ortools.sat.python import cp_model

        self.asked[0] += 1
        rows = active_rows(self.system, groups)
        low, high = self.system.low[rows], self.system.high[rows]
        matrix, cells = self._merged(rows)
        model = cp_model.CpModel()
        columns = [model.new_bool_var("") for _ in range(matrix.shape[1])]
        for start, stop in cells:
            model.add_exactly_one(columns[start:stop])
        sums = _Sums(model, columns, matrix)
        dropped = {group: model.new_bool_var("") for group in (weights or {}) if group in set(groups)}
        for line, row in enumerate(rows.tolist()):
            total = sums.of(line)
            keep = [dropped[group].negated() for group in self.system.owners[row] if group in dropped]
            self._add(model, total, int(low[line]), int(high[line]), keep)
        if dropped and weights:
            scale = 1000.0 / max(weights.values())
            model.minimize(sum(round(weights[group] * scale) * flag for group, flag in dropped.items()))
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = self.workers if len(columns) > 400 else 1
        solver.parameters.random_seed = self.seed
        solver.parameters.linearization_level = 2
        # Most questions are answered by propagation or one linear program: simplifying first would take longer.
        solver.parameters.cp_model_presolve = simplify
        status = solver.solve(model)
        if status == cp_model.INFEASIBLE:
            return Answer(False, (), True)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Answer(None)
        given = tuple(group for group, flag in dropped.items() if solver.boolean_value(flag))
        return Answer(True, given, status == cp_model.OPTIMAL)

    @staticmethod
    def _add(model: Any, total: Any, low: int, high: int, keep: list[Any]) -> None:
        if isinstance(total, int):
            if not low <= total <= high:
                model.add_bool_or([flag.negated() for flag in keep])
            return
        if low == high:
            added = [model.add(total == low)]
        else:
            added = [model.add(total >= low)] if low > -FAR else []
            added += [model.add(total <= high)] if high < FAR else []
        for constraint in added:
            if keep:
                constraint.only_enforce_if(keep)

    def certificate(self, groups: Collection[int]) -> tuple[int, ...] | None:
        """Groups whose rows contradict each other even for parts of shifts; None where the linear rows can be met.

        The rows with a price in the cheapest way to bend them (Farkas 1902; Gleeson and Ryan 1990).
        """
        from scipy.optimize import linprog
        from scipy.sparse import hstack, identity

        rows = active_rows(self.system, groups)
        matrix, cells = self._merged(rows)
        if matrix.shape[1] > LINEAR_COLUMNS or not len(rows):
            return None
        low, high = self.system.low[rows], self.system.high[rows]
        up, down = np.flatnonzero(high < FAR), np.flatnonzero(low > -FAR)
        bent = vstack([matrix[up], -matrix[down]])
        size = bent.shape[0]
        owner = np.concatenate([rows[up], rows[down]])
        count = [stop - start for start, stop in cells]
        places = (np.repeat(np.arange(len(cells)), count), np.arange(sum(count)))
        width = bent.shape[1]
        once = csr_matrix((np.ones(sum(count)), places), shape=(len(cells), width + size))
        top = np.concatenate([np.ones(width), np.full(size, np.inf)])
        solve: Any = linprog
        found = solve(
            np.concatenate([np.zeros(width), np.ones(size)]),
            A_ub=hstack([bent, -identity(size)]).tocsr(),
            b_ub=np.concatenate([high[up], -low[down]]).astype(float),
            A_eq=once if cells else None,
            b_eq=np.ones(len(cells)) if cells else None,
            bounds=np.column_stack([np.zeros(width + size), top]),
            method="highs",
        )
        if found.status != 0 or found.fun <= 1e-6:
            return None
        priced = owner[np.abs(found.ineqlin.marginals) > 1e-7]
        return tuple(sorted({group for row in priced.tolist() for group in self.system.owners[row]}))

    def _merged(self, rows: IntArray) -> tuple[Any, list[tuple[int, int]]]:
        """The rows over columns that differ in them, and the spans of columns of which one must be chosen.

        Options of an agent-day that are alike in all the rows are one column; agent-days that no row sees are left out.
        """
        system = self.system
        matrix = system.matrix[rows]
        mark = matrix.T.astype(np.float64) @ self._mark[rows]
        seen = np.zeros(len(system.cell), dtype=bool)
        seen[matrix.indices] = True
        cell = system.cell
        used = np.zeros(int(cell.max(initial=0)) + 2, dtype=bool)
        used[cell[seen]] = True
        used[-1] = False
        inside: BoolArray = used[cell]
        columns = np.flatnonzero(inside)
        keys = np.column_stack([cell[columns].astype(np.float64), np.round(mark[columns], 9)])
        _, first = np.unique(keys, axis=0, return_index=True)
        chosen = self._undominated(matrix, rows, columns[first])  # in order of the agent-day
        helpers = np.flatnonzero(seen & (cell < 0))
        edges = (
            np.flatnonzero(np.diff(cell[chosen], prepend=-1, append=-1)) if len(chosen) else np.zeros(1, dtype=np.int64)
        )
        spans = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
        return matrix[:, np.concatenate([chosen, helpers])].tocsr(), spans

    def _undominated(self, matrix: Any, rows: IntArray, columns: IntArray) -> IntArray:
        """Columns without those that another of their agent-day beats or equals in every row."""
        low, high = self.system.low[rows] > -FAR, self.system.high[rows] < FAR
        picked = matrix[:, columns]
        better = vstack([picked[low], -picked[high]]).tocsc()
        edges = np.flatnonzero(np.diff(self.system.cell[columns], prepend=-1, append=-1))
        keep = np.ones(len(columns), dtype=bool)
        known: dict[bytes, BoolArray] = {}
        for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            span = slice(better.indptr[start], better.indptr[stop])
            used, place = np.unique(better.indices[span], return_inverse=True)
            count = np.diff(better.indptr[start : stop + 1])
            dense = np.zeros((stop - start, len(used)), dtype=np.int64)
            dense[np.repeat(np.arange(stop - start), count), place] = better.data[span]
            key = dense.tobytes() + bytes(str(dense.shape), "ascii")
            if key not in known:
                beats = (dense[:, None, :] >= dense[None, :, :]).all(axis=2)
                strictly = beats & ~beats.T
                known[key] = np.logical_not(strictly.any(axis=0))
            keep[start:stop] = known[key]
        return columns[keep]
