"""Rules over several weeks and fair shares, compiled for the kernels: nights, types, what each period leaves."""

from __future__ import annotations

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.duties import SATURDAY, duty_marks
from staffing.domain.problem import RosterProblem
from staffing.domain.rotation import DAY_OFF, FREE_DAY
from staffing.solver.options import DayOptions, fits_type
from staffing.solver.tables import FIRST_TYPE, NIGHT, UNLIMITED, WEEKEND, LongRules


def counted_type(problem: RosterProblem, agent: int, day: int, options: DayOptions) -> IntArray:
    """Shift type that each option counts as: the first of the contract that fits, whatever the breaks; -1 for none."""
    types = np.full(len(options.start), -1, dtype=np.int64)
    number = {shift.id: place for place, shift in enumerate(problem.shifts)}
    for shift in reversed(problem.shift_types(agent)):
        types[fits_type(problem, shift, day, options)] = number[shift.id]
    return types


def day_filter(problem: RosterProblem, agent: int, day: int, options: DayOptions) -> BoolArray:
    """Options that the pattern, weekends off and the shift of the day before the horizon leave, shape (options,)."""
    keep = np.ones(len(options.start), dtype=bool)
    if problem.rules.weekend_days_max == 0 and problem.grid.weekday[day] >= SATURDAY:
        keep[:] = False  # the search over weeks counts weekend days only where some are allowed
    wanted = int(problem.pattern[agent, day])
    if wanted != FREE_DAY and not problem.locked_days[agent, day]:
        keep &= wanted != DAY_OFF
        if wanted >= 0:
            keep &= fits_type(problem, problem.shifts[wanted], day, options)
    before = int(problem.carried.shift[agent])
    if day == 0 and before >= 0:
        banned = [later for earlier, later in _pairs(problem) if earlier == before]
        keep &= ~np.isin(counted_type(problem, agent, day, options), banned)
    return keep


def long_rules(problem: RosterProblem, first: IntArray, start: IntArray, end: IntArray) -> tuple[LongRules, FloatArray]:
    """The compiled rules, and what fairness adds to the price of each option.

    Parameters
    ----------
    first : (agents * days + 1,)
        Offsets of the options of each agent-day.
    start, end : (options,)
        Slots.
    """
    rules, days, people = problem.rules, problem.grid.days, len(problem.agents)
    # Options are many: no more of them at once than needed.
    agent = np.repeat(np.arange(people), np.diff(first[::days]))
    day = np.repeat(np.tile(np.arange(days), people), np.diff(first))
    duty = duty_marks(problem.grid, rules, day, start, end)
    kinds = sorted({kind for pair in _pairs(problem) for kind in pair})
    types = _types(problem, agent, day, start, end)
    mark = np.where(duty[:, 1], NIGHT, 0) | np.where(duty[:, 0], WEEKEND, 0)
    bans, type_bans = np.zeros(len(start), dtype=np.int64), np.zeros(len(kinds), dtype=np.int64)
    for bit, kind in enumerate(kinds):
        mark |= np.where(types == kind, FIRST_TYPE << bit, 0)
        for earlier, later in _pairs(problem):
            if earlier == kind:
                type_bans[bit] |= FIRST_TYPE << kinds.index(later)
        bans[types == kind] = type_bans[bit]
    periods = problem.periods
    count = len(periods.first)
    low, high = np.zeros((people, count), dtype=np.int64), np.full((people, count), UNLIMITED, dtype=np.int64)
    nights, weekends = high.copy(), high.copy()
    for person in range(people):
        for period in range(count):
            least, most = problem.period_limits(person, period)
            past = int(problem.carried.minutes[person]) if period == 0 else 0
            low[person, period] = least - past
            high[person, period] = UNLIMITED if most is None else max(0, most - past)
    if rules.nights_max_per_period is not None:
        nights[:] = rules.nights_max_per_period
        nights[:, 0] -= problem.carried.nights
    if rules.weekends_max_per_period is not None:
        weekends[:] = rules.weekends_max_per_period
        weekends[:, 0] -= problem.carried.weekends
    row = UNLIMITED if rules.nights_max_consecutive is None else rules.nights_max_consecutive
    limited = bool((low > 0).any() or (high < UNLIMITED).any() or (weekends < UNLIMITED).any())
    at_night = rules.nights_max_per_week < 7 or (nights < UNLIMITED).any() or row < UNLIMITED
    binding = bool(limited or len(kinds) or (at_night and duty[:, 1].any()))
    weekday = problem.grid.weekday
    saturday = np.arange(days) - (weekday - SATURDAY)
    compiled = LongRules(
        binding=int(binding),
        mark=mark.astype(np.int64),
        bans=bans,
        type_bans=type_bans,
        duty=sum((column.astype(np.int64) << bit for bit, column in enumerate(duty.T)), np.zeros(len(start), np.int64)),
        fair=float(rules.fairness),
        nights_week=rules.nights_max_per_week,
        nights_row=row,
        nights_run=np.array(problem.carried.nights_run),
        nights_left=np.maximum(0, nights),
        weekends_left=np.maximum(0, weekends),
        weekend_open=np.array(problem.carried.weekend),
        # A weekend is known by the day after its Saturday's number; 0 is the one that began the day before the horizon.
        weekend_of=np.where(weekday >= SATURDAY, saturday + 1, -1).astype(np.int64),
        period_of=np.array(periods.of_day),
        low=low,
        high=high,
    )
    fair = np.zeros(len(start))
    for column, before in zip(duty.T, problem.duties_before.T, strict=True):
        fair += column * (before[agent] + 1)
    return compiled, rules.fairness * fair


def _pairs(problem: RosterProblem) -> list[tuple[int, int]]:
    number = {shift.id: place for place, shift in enumerate(problem.shifts)}
    return [(number[earlier], number[later]) for earlier, later in problem.rules.forbidden_successions]


def _types(problem: RosterProblem, agent: IntArray, day: IntArray, start: IntArray, end: IntArray) -> IntArray:
    """`counted_type` of all options at once."""
    grid = problem.grid
    types = np.full(len(start), -1, dtype=np.int64)
    number = {shift.id: place for place, shift in enumerate(problem.shifts)}
    minute, length, weekday = grid.minute[start], (end - start) * grid.step_min, grid.weekday[day]
    contract = np.array([person.contract for person in problem.agents], dtype=object)[agent]
    for terms in problem.contracts:
        own = contract == terms.id
        for name in reversed(terms.shifts):
            shift = problem.shifts[number[name]]
            fits = np.isin(minute, shift.starts_min) & np.isin(weekday, shift.weekdays)
            types[own & fits & np.isin(length, shift.lengths_min)] = number[name]
    return types
