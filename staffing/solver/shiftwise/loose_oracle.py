"""Cheapest rosters of many employees with nothing counted over the horizon: totals have prices instead.

Dynamic programming over days as in `oracle`, for one state only: days off so far, or days worked so far and class of
the last shift. Shifts of one class that may follow the same classes form a group, of which the cheapest counts. The
sets of classes that they may follow are often nested, so that each takes over what the next smaller one has found.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.kernels import compiled
from staffing.solver.shiftwise.case import Case
from staffing.solver.shiftwise.oracle import NEVER


class Rules(NamedTuple):
    """Rules of E employees over the whole horizon, D days, S shifts, C classes, G groups, P sets of classes.

    Attributes
    ----------
    wish : (E, D, S)
        Cost of each shift by the wishes, `NEVER` where it cannot be worked.
    hours : (S,)
        Length of each shift in shares of the longest.
    run_min, run_max, off_min : (E,)
        Limits of days in a row, at least 1.
    weekday : (D,)
        1 on Saturdays, 2 on Sundays, else 0.
    classes : int
        C.
    group : (S,)
        Group of each shift.
    group_class, group_after : (G,)
        Class of each group, and the set of classes that it may follow.
    inner : (P,)
        A smaller set inside of the set, or -1.
    extra, extra_at : (n,), (P + 1,)
        Classes of each set that are not in its inner one, those of set i from ``extra_at[i]`` to ``extra_at[i + 1]``.
    """

    wish: FloatArray
    hours: FloatArray
    run_min: IntArray
    run_max: IntArray
    off_min: IntArray
    weekday: IntArray
    classes: int
    group: IntArray
    group_class: IntArray
    group_after: IntArray
    inner: IntArray
    extra: IntArray
    extra_at: IntArray


class Prices(NamedTuple):
    """Worth of cover (D, S), and price of hours (E,), weekends (E,) and shifts of each kind (E, S) of each employee."""

    cover: FloatArray
    hour: FloatArray
    weekend: FloatArray
    kind: FloatArray


def compile_rules(case: Case) -> Rules:
    """The rules of `case`, which must be the whole horizon with nothing held."""
    problem, compiler = case.problem, case.compiler
    sets, set_of = np.unique(compiler.allowed[: compiler.classes].T, axis=0, return_inverse=True)
    order = np.argsort(sets.sum(axis=1), kind="stable")
    sets, set_of = sets[order], np.argsort(order)[set_of.reshape(-1)]
    groups, group = np.unique(np.column_stack([compiler.class_of, set_of]), axis=0, return_inverse=True)
    inner = np.array([_largest_inside(sets, number) for number in range(len(sets))], dtype=np.int64)
    rest = [row & ~sets[within] if within >= 0 else row for row, within in zip(sets, inner.tolist(), strict=True)]
    return Rules(
        wish=case.wish.copy(),
        hours=problem.minutes / problem.minutes.max(),
        run_min=np.maximum(1, problem.run_min),
        run_max=np.maximum(1, problem.run_max),
        off_min=np.maximum(1, problem.off_min),
        weekday=compiler.weekday,
        classes=compiler.classes,
        group=group.reshape(-1).astype(np.int64),
        group_class=groups[:, 0].astype(np.int64),
        group_after=groups[:, 1].astype(np.int64),
        inner=inner,
        extra=np.concatenate([np.flatnonzero(row) for row in rest]).astype(np.int64),
        extra_at=np.concatenate([[0], np.cumsum([int(row.sum()) for row in rest])]).astype(np.int64),
    )


def _largest_inside(sets: BoolArray, number: int) -> int:
    """The last of the smaller sets that lies inside; -1 when none does."""
    inside = [other for other in range(number) if not (sets[other] & ~sets[number]).any()]
    return max(inside, default=-1)


def loose_room(rules: Rules) -> tuple[int, int]:
    """Shape of the table that the search needs."""
    return len(rules.weekday) + 1, int((rules.off_min + rules.run_max * rules.classes).max())


@compiled(inner=True)
def _group_costs(rules: Rules, prices: Prices, employee: int, day: int, out: FloatArray) -> None:
    """Cheapest shift of each group on a day."""
    for group in range(out.shape[0]):
        out[group] = NEVER
    for shift in range(rules.group.shape[0]):
        cost = shift_cost(rules, prices, employee, day, shift)
        if cost < out[rules.group[shift]]:
            out[rules.group[shift]] = cost


@compiled(inner=True)
def shift_cost(rules: Rules, prices: Prices, employee: int, day: int, shift: int) -> float:
    """Cost of a shift at the prices."""
    wish = rules.wish[employee, day, shift]
    if wish >= NEVER:
        return NEVER
    own = prices.hour[employee] * rules.hours[shift] + prices.kind[employee, shift]
    return float(wish + (own - prices.cover[day, shift]))


@compiled
def loose_rosters(
    rules: Rules, prices: Prices, first: int, end: int, table: FloatArray, choice: IntArray, value: FloatArray
) -> None:
    """Cheapest rosters of the employees ``[first, end)``: shifts (-1: off) to `choice` (E, D), costs to `value` (E,).

    `table` is room to work in, of the shape of `loose_room`. Everybody has a roster: days off only.
    """
    days = choice.shape[1]
    fresh = np.empty(rules.group_class.shape[0])
    reach = np.empty(rules.inner.shape[0])
    for employee in range(first, end):
        classes, off_min, runs = rules.classes, rules.off_min[employee], rules.run_max[employee]
        phases = off_min + runs * classes
        table[0, :phases] = NEVER
        table[0, off_min - 1] = 0.0
        for day in range(days):
            _group_costs(rules, prices, employee, day, fresh)
            _one_day(rules, prices.weekend[employee], employee, day, fresh, reach, table[day], table[day + 1])
        at = 0
        for phase in range(phases):
            if table[days, phase] < table[days, at]:
                at = phase
        value[employee] = table[days, at]
        for day in range(days - 1, -1, -1):
            old, cost = table[day], table[day + 1, at]
            if at < off_min:
                choice[employee, day] = -1
                at = _before_day_off(rules, employee, day, at, old, cost)
                continue
            _group_costs(rules, prices, employee, day, fresh)
            at, group = _before_shift(rules, prices.weekend[employee], employee, day, at, old, cost, fresh)
            for shift in range(rules.group.shape[0]):
                if rules.group[shift] == group and shift_cost(rules, prices, employee, day, shift) == fresh[group]:
                    choice[employee, day] = shift
                    break


@compiled(inner=True)
def _one_day(
    rules: Rules,
    weekend: float,
    employee: int,
    day: int,
    fresh: FloatArray,
    reach: FloatArray,
    old: FloatArray,
    new: FloatArray,
) -> None:
    classes, off_min, runs = rules.classes, rules.off_min[employee], rules.run_max[employee]
    new[: off_min + runs * classes] = NEVER
    # 1. a day off
    for phase in range(off_min):
        to = min(phase + 1, off_min - 1)
        new[to] = min(new[to], old[phase])
    for run in range(1, runs + 1):
        if run >= rules.run_min[employee] or run == day:
            begin = off_min + (run - 1) * classes
            for phase in range(begin, begin + classes):
                new[0] = min(new[0], old[phase])
    # 2. a shift after a day off
    start = old[off_min - 1] + (weekend if rules.weekday[day] > 0 else 0.0)
    for group in range(fresh.shape[0]):
        to = off_min + rules.group_class[group]
        new[to] = min(new[to], start + fresh[group])
    # 3. a shift after a shift; Sunday's weekend has been paid on Saturday
    extra = weekend if rules.weekday[day] == 1 else 0.0
    for run in range(1, runs):
        begin = off_min + (run - 1) * classes
        for after in range(reach.shape[0]):
            least = reach[rules.inner[after]] if rules.inner[after] >= 0 else NEVER
            for place in range(rules.extra_at[after], rules.extra_at[after + 1]):
                least = min(least, old[begin + rules.extra[place]])
            reach[after] = least
        for group in range(fresh.shape[0]):
            to = begin + classes + rules.group_class[group]
            new[to] = min(new[to], reach[rules.group_after[group]] + extra + fresh[group])


@compiled(inner=True)
def _before_day_off(rules: Rules, employee: int, day: int, at: int, old: FloatArray, cost: float) -> int:
    """Phase before a day off that led to phase `at` at this cost."""
    classes, off_min = rules.classes, rules.off_min[employee]
    for phase in range(off_min):
        if min(phase + 1, off_min - 1) == at and old[phase] == cost:
            return phase
    for run in range(1, rules.run_max[employee] + 1):
        if run >= rules.run_min[employee] or run == day:
            begin = off_min + (run - 1) * classes
            for phase in range(begin, begin + classes):
                if old[phase] == cost:
                    return phase
    return -1


@compiled(inner=True)
def _before_shift(
    rules: Rules, weekend: float, employee: int, day: int, at: int, old: FloatArray, cost: float, fresh: FloatArray
) -> tuple[int, int]:
    """Phase before a shift that led to phase `at` at this cost, and the shift's group."""
    classes, off_min = rules.classes, rules.off_min[employee]
    run, own = (at - off_min) // classes, (at - off_min) % classes
    if run == 0:
        start = old[off_min - 1] + (weekend if rules.weekday[day] > 0 else 0.0)
        for group in range(fresh.shape[0]):
            if rules.group_class[group] == own and start + fresh[group] == cost:
                return off_min - 1, group
        return -1, -1
    extra, begin = weekend if rules.weekday[day] == 1 else 0.0, off_min + (run - 1) * classes
    for group in range(fresh.shape[0]):
        if rules.group_class[group] != own:
            continue
        after = rules.group_after[group]
        while after >= 0:
            for place in range(rules.extra_at[after], rules.extra_at[after + 1]):
                phase = begin + rules.extra[place]
                if old[phase] + extra + fresh[group] == cost:
                    return phase, group
            after = rules.inner[after]
    return -1, -1
