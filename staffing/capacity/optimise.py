"""Class starts and sizes, contracts and cross-training at the least cost, by CP-SAT.

People who stay are an expectation, so hours are linear in the sizes of classes. The promise is a row for each week and
cut: hours with all overtime and bought hours reach the quantile of what simulated attrition and demand ask. Overtime
and bought hours are priced in two futures of equal weight, which are quantiles too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from staffing.capacity.headcount import Entry
from staffing.capacity.hours import cheapest_extra
from staffing.capacity.options import Choice, choices, key_of, known_wages
from staffing.capacity.rows import (
    SCALE,
    Extra,
    Rows,
    class_rows_of,
    future_rows,
    move_rows,
    own_hours_of,
    promise_rows,
)
from staffing.capacity.values import CapacityCase, WeeklyNeed
from staffing.domain.arrays import FloatArray

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

FUTURES = (1 / 4, 3 / 4)
CENTS = 10
"""Costs are whole tenths."""
OPTIMAL_GAP = 1e-4
USED = 0.01
"""People from which on the relaxation counts as using an option."""
FAR = 2**60
"""Bounds beyond it are none."""
PROMISE_PER_WAGE = 100.0
"""Price of an hour that the promise lacks, in hourly wages: people are hired for a year for the sake of a week."""


@dataclass(frozen=True, eq=False)
class Asked:
    """Hours that expectation must reach: `promise` (cuts, weeks), and in each future, (futures, cuts, weeks)."""

    promise: FloatArray
    futures: FloatArray


@dataclass(frozen=True, eq=False)
class Chosen:
    """Entries with the expected cost of the model, its proven bound, and the hours that the promise lacks."""

    entries: tuple[Entry, ...]
    objective: float
    bound: float
    wages_known: float
    """Part of the objective that no decision changes."""
    short_h: FloatArray
    status: str


def asked(lacking_h: FloatArray, supply_h: FloatArray, level: FloatArray) -> Asked:
    """Quantiles of need from simulation, as hours that the expected supply must reach.

    Parameters
    ----------
    lacking_h : (runs, cuts, weeks)
        Hours lacking of a simulated plan.
    supply_h : (cuts, weeks)
        Expected hours of the same plan; what is lacking beyond is luck of demand and of people.
    level : (weeks,)
        Probability of the promise in each week.
    """
    wanted = lacking_h + supply_h
    promise = np.stack([np.quantile(wanted[..., week], share, axis=0) for week, share in enumerate(level)], axis=-1)
    return Asked(promise, np.quantile(wanted, FUTURES, axis=0))


def choose(
    case: CapacityCase,
    need: WeeklyNeed,
    wanted: Asked,
    *,
    time_limit_s: float = 15.0,
    seed: int = 1,
    workers: int = 2,
    hint: Sequence[Entry] = (),
    deterministic: bool = False,
) -> Chosen:
    """The cheapest plan that reaches `wanted`.

    An hour that the promise lacks has a high price, so there is always a plan; where hours stay short, no plan that was
    found keeps the promise.

    Parameters
    ----------
    case, need : CapacityCase, WeeklyNeed
    wanted : Asked
    time_limit_s : float
        Seconds, or with `deterministic` units of deterministic time.
    seed, workers : int
    hint : sequence of Entry
        A plan to start from.
    deterministic : bool
        One worker and no clock: the same input gives the same plan.
    """
    from ortools.sat.python import cp_model

    rows = Rows(case, need, choices(case, need))
    model = cp_model.CpModel()
    number = [model.new_int_var(0, option.most, "") for option in rows.options]
    spend: list[tuple[cp_model.IntVar, float]] = [
        (variable, option.cost) for variable, option in zip(number, rows.options, strict=True)
    ]
    opened = class_rows_of(model, case, rows.options, number)
    spend += [(runs, case.groups[group].class_cost) for (group, _), runs in opened.items()]
    move_rows(model, case, rows.options, number)
    own = own_hours_of(model, rows, number)
    promise_price = PROMISE_PER_WAGE * max(1.0, *(group.wage_per_h for group in case.groups))
    short = promise_rows(model, rows, own, wanted.promise)
    spend += [(lacking, promise_price / SCALE) for lacking in short]
    futures = [future_rows(model, rows, own, hours) for hours in wanted.futures]
    for bought in futures:
        spend += [(extra.variable, extra.price / SCALE / len(futures)) for extra in bought]
    model.minimize(
        cp_model.LinearExpr.weighted_sum([variable for variable, _ in spend], [round(CENTS * c) for _, c in spend])
    )
    values, floor = relaxation(model)
    first = tuple(hint) or rounded(case, rows.options, [float(values[variable.index]) for variable in number])
    _keep_promising(model, rows.options, number, values, first)
    _begin_with(model, rows, first, number, opened, own, short, futures, wanted)
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed
    solver.parameters.linearization_level = 2
    if deterministic:
        solver.parameters.num_workers = 1
        solver.parameters.interleave_search = True
        solver.parameters.max_deterministic_time = time_limit_s
    else:
        solver.parameters.num_workers = workers
        solver.parameters.max_time_in_seconds = time_limit_s
    solver.parameters.relative_gap_limit = OPTIMAL_GAP
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise AssertionError("the search begins with a plan")
    entries = tuple(
        replace(option.entry, count=solver.value(variable))
        for variable, option in zip(number, rows.options, strict=True)
        if solver.value(variable)
    )
    lacks = np.array([solver.value(variable) / SCALE for variable in short])
    # The price of the promise is no cost. Without it the bound still holds for plans that lack no more hours.
    known = known_wages(case, need) - promise_price * float(lacks.sum())
    return Chosen(
        tuple(sorted(entries, key=lambda entry: (entry.week, entry.group, entry.offer))),
        solver.objective_value / CENTS + known,
        floor / CENTS + known,
        known_wages(case, need),
        lacks,
        "optimal" if solver.objective_value <= floor * (1.0 + OPTIMAL_GAP) else "feasible",
    )


def relaxation(model: cp_model.CpModel) -> tuple[FloatArray, float]:
    """The model without whole numbers: values of its variables, and its cost, below which no plan can be."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_matrix

    proto = model.proto
    places: list[int] = []
    columns: list[int] = []
    weights: list[int] = []
    low, high = [], []
    for row, constraint in enumerate(proto.constraints):
        linear = constraint.linear
        columns += linear.vars
        weights += linear.coeffs
        places += [row] * len(linear.vars)
        low.append(_real(linear.domain[0]))
        high.append(_real(linear.domain[1]))
    shape = len(low), len(proto.variables)
    matrix = csr_matrix((np.array(weights, dtype=float), (places, columns)), shape=shape)
    cost = np.zeros(shape[1])
    cost[list(proto.objective.vars)] = list(proto.objective.coeffs)
    bounds = Bounds(
        [float(variable.domain[0]) for variable in proto.variables],
        [float(variable.domain[1]) for variable in proto.variables],
    )
    found = milp(cost, bounds=bounds, constraints=LinearConstraint(matrix, np.array(low), np.array(high)))
    if found.x is None:
        raise AssertionError("hours may always be short, so a plan exists")
    # A little less than the solver's tolerance could hide.
    return np.asarray(found.x), float(found.fun) * (1.0 - 1e-7)


def _real(bound: int) -> float:
    return float(bound) if abs(bound) < FAR else np.copysign(np.inf, bound)


def _keep_promising(
    model: cp_model.CpModel,
    options: Sequence[Choice],
    number: Sequence[cp_model.IntVar],
    values: FloatArray,
    hint: Sequence[Entry],
) -> None:
    """Leave only options that the relaxation uses, their neighbours in time and those of the last plan.

    Kernel search (Angelelli, Mansini and Speranza 2010): the bound is that of all options, the search that of few.
    """
    weeks = sorted({option.entry.week for option in options})
    near = {week: {weeks[max(0, p - 1)], week, weeks[min(len(weeks) - 1, p + 1)]} for p, week in enumerate(weeks)}
    at = {option.key: float(values[variable.index]) for option, variable in zip(options, number, strict=True)}
    known = {key_of(entry): entry.count for entry in hint}
    for option, variable in zip(options, number, strict=True):
        group, week, offer, source = option.key
        around = max(at.get((group, other, offer, source), 0.0) for other in near[week])
        if around < USED and option.key not in known:
            model.add(variable == 0)


def rounded(case: CapacityCase, options: Sequence[Choice], people: Sequence[float]) -> tuple[Entry, ...]:
    """Whole classes from fractions of people: they are gathered until they fill a least class and a room is free."""
    waiting: dict[tuple[int, int, int | None], float] = {}
    moved: dict[tuple[int, int], int] = {}
    busy: dict[int, int] = {}
    found: list[Entry] = []
    for option, share in sorted(zip(options, people, strict=True), key=lambda pair: pair[0].entry.week):
        group, week, offer, source = option.key
        waiting[group, offer, source] = waiting.get((group, offer, source), 0.0) + share
        count = min(option.most, round(waiting[group, offer, source]))
        if source is not None:
            count = min(count, option.most - moved.get((source, group), 0))
            moved[source, group] = moved.get((source, group), 0) + count
        else:
            span = range(week, week + max(1, case.groups[group].train_weeks))
            taken = any(entry.group == group and entry.week == week for entry in found)
            if count < case.groups[group].class_min or taken or any(busy.get(w, 0) >= case.rooms for w in span):
                continue
            busy |= {w: busy.get(w, 0) + 1 for w in span}
        if count > 0:
            waiting[group, offer, source] -= count
            found.append(replace(option.entry, count=count))
    return tuple(found)


def _begin_with(
    model: cp_model.CpModel,
    rows: Rows,
    entries: Sequence[Entry],
    number: Sequence[cp_model.IntVar],
    opened: Mapping[tuple[int, int], cp_model.IntVar],
    own: list[list[cp_model.IntVar]],
    short: Sequence[cp_model.IntVar],
    futures: Sequence[Sequence[Extra]],
    wanted: Asked,
) -> None:
    """Hint a plan with everything that follows from it, so that the search begins with a whole solution."""
    known = {key_of(entry): entry.count for entry in entries}
    counts = np.array([known.get(option.key, 0) for option in rows.options], dtype=int)
    have = rows.start + np.einsum("o,ogw->gw", counts, rows.added)
    for variable, count in zip(number, counts.tolist(), strict=True):
        model.add_hint(variable, count)
    running = {(entry.group, entry.week) for entry in entries if entry.source is None}
    for place, variable in opened.items():
        model.add_hint(variable, place in running)
    for group, line in enumerate(own):
        for week, variable in enumerate(line):
            # Constants are shared and need no hint.
            if rows.added[:, group, week].any():
                model.add_hint(variable, int(have[group, week]))
    caps = np.concatenate([rows.overtime[:, np.newaxis] * have // 100, np.repeat(rows.bought[:, None], rows.weeks, 1)])
    padded = np.concatenate([have, np.zeros((len(rows.bought), rows.weeks), dtype=int)])
    over = rows.overtime[:, np.newaxis] * have / 100
    most = np.concatenate([have + over, np.repeat(rows.bought[:, np.newaxis], rows.weeks, axis=1)])
    lacking = np.ceil((rows.goal(wanted.promise) - rows.cuts.supply(most)).max(axis=0)).clip(0).astype(int)
    for week, variable in enumerate(short):
        model.add_hint(variable, int(lacking[week]))
    for extras, hours in zip(futures, wanted.futures, strict=True):
        lack = rows.goal(hours) - rows.cuts.supply(padded)
        added = np.ceil(cheapest_extra(rows.cuts, lack, np.maximum(0, caps), rows.prices).hours - 1e-9)
        missing = (lack - rows.cuts.supply(added)).max(axis=0).clip(0)
        for extra in extras:
            value = missing[extra.week] if extra.source is None else added[extra.source, extra.week]
            model.add_hint(extra.variable, int(value))
