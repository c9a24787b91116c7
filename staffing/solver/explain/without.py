"""The same problem with one rule switched off, to see what the rule costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from staffing.domain.arrays import BoolArray
from staffing.domain.problem import RosterProblem
from staffing.domain.rotation import FREE_DAY

BY_LAW = ("day_hours", "month_overtime", "average_hours", "break_duty", "night_length")
"""Rules of labour presets; the search keeps them by the tightened contracts and shifts that it is given."""
NEVER_SWITCHED = ("one_place", "breaks", "skills", "opening_hours", *BY_LAW)
"""Rules that say what a roster is, and those of the law; nobody can do without them."""
WINDOW_MIN = 60
"""Minutes by which the start windows of shifts are widened at both ends."""


def _contracts(problem: RosterProblem, **changes: object) -> RosterProblem:
    contracts = tuple(replace(contract, **changes) for contract in problem.contracts)  # type: ignore[arg-type]
    return replace(problem, contracts=contracts)


def _rules(problem: RosterProblem, **changes: object) -> RosterProblem:
    return replace(problem, rules=replace(problem.rules, **changes))  # type: ignore[arg-type]


def _wider_windows(problem: RosterProblem) -> RosterProblem:
    shifts = tuple(
        replace(
            kind,
            start_earliest_min=max(kind.start_earliest_min % kind.start_step_min,
                                   kind.start_earliest_min - WINDOW_MIN // kind.start_step_min * kind.start_step_min),
            start_latest_min=min(1439, kind.start_latest_min + WINDOW_MIN // kind.start_step_min * kind.start_step_min),
        )
        for kind in problem.shifts
    )  # fmt: skip
    return replace(problem, shifts=shifts)


def _no_absence(problem: RosterProblem) -> RosterProblem:
    """Nobody is absent; days outside employment stay."""
    blocked = problem.blocked.copy()
    away = np.zeros_like(blocked)
    for row in problem.fixed:
        if not row.on_shift:
            away[row.agent, max(0, row.start) : max(0, row.end)] = True
    employed: BoolArray = np.logical_not(_unemployed(problem))
    blocked &= ~(away & employed)
    kept = tuple(row for row in problem.fixed if row.on_shift)
    leave = np.where(np.any(employed, axis=1, keepdims=True), 0, problem.leave_days)
    return replace(problem, blocked=blocked, fixed=kept, leave_days=leave)


def _unemployed(problem: RosterProblem) -> BoolArray:
    grid = problem.grid
    out = np.zeros(problem.blocked.shape, dtype=bool)
    for number, person in enumerate(problem.agents):
        for day, when in enumerate(grid.dates):
            begun = person.start_date is None or person.start_date <= when
            if not begun or (person.end_date is not None and when > person.end_date):
                out[number, grid.day_slice(day)] = True
    return out


WITHOUT: Mapping[str, Callable[[RosterProblem], RosterProblem]] = {
    "shift_window": _wider_windows,
    "contract_hours": lambda p: _contracts(p, weekly_minutes_min=0, weekly_minutes_max=10080),
    "contract_days": lambda p: _contracts(p, days_min=0, days_max=7),
    "rest": lambda p: _rules(p, rest_h=0.0),
    "consecutive_days": lambda p: _rules(p, max_consecutive_days=p.grid.days + int(p.run_before.max(initial=0)) + 1),
    "weekly_rest": lambda p: _rules(p, weekly_rest_h=0.0),
    "weekends": lambda p: _rules(p, weekend_days_max=2),
    "start_band": lambda p: _contracts(p, start_band_min=None),
    "successions": lambda p: _rules(p, forbidden_successions=()),
    "nights": lambda p: _rules(p, nights_max_per_week=7, nights_max_per_period=None, nights_max_consecutive=None),
    "period_hours": lambda p: _contracts(p, period_minutes_min=None, period_minutes_max=None),
    "period_weekends": lambda p: _rules(p, weekends_max_per_period=None),
    "rotation": lambda p: replace(p, pattern=np.full_like(p.pattern, FREE_DAY)),
    "time_off": _no_absence,
    "locked": lambda p: replace(p, locked=None),
    "activities": lambda p: replace(p, activities=()),
    "span": lambda p: replace(p, roles=tuple(replace(role, supervises=()) for role in p.roles), reserves=()),
    "wishes": lambda p: replace(p, wishes=()),
}
"""Rule (or ``wishes``) -> the problem without it. Start windows are not dropped but widened by `WINDOW_MIN`."""


def without(problem: RosterProblem, rule: str) -> RosterProblem | None:
    """The problem without `rule`; None where that changes nothing."""
    changed = WITHOUT[rule](problem)
    return None if _same(changed, problem) else changed


def _same(one: RosterProblem, other: RosterProblem) -> bool:
    plain = ("rules", "contracts", "shifts", "roles", "reserves", "activities", "wishes", "fixed")
    arrays = ("blocked", "pattern", "leave_days")
    return (
        all(getattr(one, name) == getattr(other, name) for name in plain)
        and all(np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays)
        and one.locked is other.locked
    )
