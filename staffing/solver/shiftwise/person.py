"""One employee's rules over a stretch of days, compiled for the oracle."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from staffing.domain.arrays import BoolArray, IntArray
from staffing.domain.shift_cover import OFF, SATURDAY, SUNDAY, ShiftCoverProblem


class Person(NamedTuple):
    """What the oracle must know of one employee from day `first` on, n days, S shifts.

    Attributes
    ----------
    first : int
        Day of the horizon on which the stretch starts.
    run_min, run_max, off_min : int
        Limits of days in a row, at least 1.
    weekends : int
        Weekends still allowed, -1 where they need no counting.
    low, high : int
        Minutes still to be worked; high -1 where they need no counting.
    unit : int
        Minutes of one step of the minutes counted; shifts counted by number are left out of them.
    limit, limit_min : (counted,)
        Most shifts of each counted kind, and their minutes.
    kind : (S,)
        Kind of each shift, -1 where the employee cannot have it.
    kind_class, kind_units, kind_count : (kinds,)
        Class of successors, units of minutes, and place in `limit` or -1.
    allowed : (classes + 1, S)
        Whether the shift may follow a class; the last row stands for a day off.
    weekday : (n,)
        1 on Saturdays, 2 on Sundays, else 0.
    entry : int
        Phase before the first day: ``min(days off, off_min) - 1``, or
        ``off_min + (days worked - 1) * classes + class``.
    leave : (phases,)
        Whether what follows the stretch is legal after each phase.
    """

    first: int
    run_min: int
    run_max: int
    off_min: int
    weekends: int
    low: int
    high: int
    unit: int
    limit: IntArray
    limit_min: IntArray
    kind: IntArray
    kind_class: IntArray
    kind_units: IntArray
    kind_count: IntArray
    allowed: BoolArray
    weekday: IntArray
    entry: int
    leave: BoolArray


def room_needed(person: Person) -> int:
    """States of one day."""
    classes = person.allowed.shape[0] - 1
    phases = person.off_min + person.run_max * classes
    minutes = 1 if person.high < 0 else person.high // person.unit + 1
    return int(phases * (max(person.weekends, 0) + 1) * np.prod(person.limit + 1) * minutes)


class Compiler:
    """Makes `Person` values of one problem."""

    def __init__(self, problem: ShiftCoverProblem) -> None:
        self.problem = problem
        rows, self.class_of = np.unique(problem.may_follow, axis=0, return_inverse=True)
        self.class_of = self.class_of.reshape(-1).astype(np.int64)
        self.classes = len(rows)
        self.allowed = np.vstack([rows, np.ones((1, len(problem.shifts)), dtype=np.bool_)])
        weekday = (np.arange(problem.days) + problem.first_weekday) % 7
        self.weekday = np.where(weekday == SATURDAY, 1, np.where(weekday == SUNDAY, 2, 0)).astype(np.int64)

    def person(
        self,
        employee: int,
        begin: int,
        end: int,
        fixed: IntArray | None = None,
        counted: Collection[int] = (),
        *,
        loose: bool = False,
        minutes: tuple[int, int] | None = None,
        weekends: int | None = None,
        only: BoolArray | None = None,
    ) -> Person:
        """Rules of the days ``[begin, end)``; what `fixed` (D,) holds outside of them stays.

        A stretch may not start on a Sunday nor end on a Saturday unless the horizon does. Kinds of shifts in `counted`
        are held to their limits, the others are not. With `loose` nothing is counted over the stretch (minutes,
        weekends, kinds): the relaxation that prices of its own make good. `minutes` and `weekends` replace the limits
        of the horizon, those worked outside of the stretch included; `only` (S,) leaves kinds of shifts out.
        """
        problem = self.problem
        span = end - begin
        around = np.full(problem.days, OFF, dtype=np.int64) if fixed is None else fixed.copy()
        around[begin:end] = OFF
        used = np.bincount(around[around != OFF], minlength=len(problem.shifts))
        left = problem.shifts_max[employee] - used
        run_max, run_min = int(problem.run_max[employee]), max(1, int(problem.run_min[employee]))
        off_min = max(1, int(problem.off_min[employee]))
        usable = (left > 0) & (run_max > 0)
        if only is not None:
            usable &= only
        counts = [] if loose else sorted(shift for shift in counted if usable[shift] and left[shift] < span)
        plain = [shift for shift in range(len(left)) if usable[shift] and shift not in counts]
        limits = minutes or (int(problem.minutes_min[employee]), int(problem.minutes_max[employee]))
        done = int(problem.minutes[around[around != OFF]].sum())
        low, high = limits[0] - done, limits[1] - done
        unit = int(np.gcd.reduce(problem.minutes[plain])) if plain else 1
        longest = int(problem.minutes[usable].max(initial=0)) * span
        keys = [
            (int(self.class_of[s]), 0, counts.index(s))
            if s in counts
            else (int(self.class_of[s]), int(problem.minutes[s]) // unit, -1)
            for s in range(len(left))
        ]
        kinds = sorted({keys[s] for s in range(len(left)) if usable[s]})
        kind = np.array([kinds.index(keys[s]) if usable[s] else -1 for s in range(len(left))], dtype=np.int64)
        table = np.array(kinds, dtype=np.int64).reshape(len(kinds), 3)
        limit = int(problem.weekends_max[employee]) if weekends is None else weekends
        free = self._weekends_left(limit, around, begin, end)
        idle = loose or (low <= 0 and high >= longest)
        run_max = max(1, run_max)
        leave = self._leave(around, begin, end, run_min, run_max, off_min)
        if not loose and (high < 0 or free < -1):
            leave[:] = False
        return Person(
            first=begin,
            run_min=run_min,
            run_max=run_max,
            off_min=off_min,
            weekends=-1 if loose else max(-1, free),
            low=low,
            high=-1 if idle else min(high, longest),
            unit=unit,
            limit=left[counts].astype(np.int64),
            limit_min=problem.minutes[counts].astype(np.int64),
            kind=kind,
            kind_class=table[:, 0].copy(),
            kind_units=table[:, 1].copy(),
            kind_count=table[:, 2].copy(),
            allowed=self.allowed,
            weekday=self.weekday[begin:end].copy(),
            entry=self._entry(around, begin, off_min),
            leave=leave,
        )

    def _weekends_left(self, left: int, around: IntArray, begin: int, end: int) -> int:
        """Weekends still allowed between `begin` and `end`; -1: no number of them is too many, -2: even none is."""
        inside = 0
        for days in self.problem.weekends:
            if begin <= days[0] < end:
                inside += 1
            elif any(around[day] != OFF for day in days):
                left -= 1
        return -2 if left < 0 else -1 if left >= inside else left

    def _entry(self, around: IntArray, begin: int, off_min: int) -> int:
        run = 0
        if begin == 0 or around[begin - 1] == OFF:
            while run < begin and around[begin - 1 - run] == OFF:
                run += 1
            return off_min - 1 if run == begin else min(run, off_min) - 1
        while run < begin and around[begin - 1 - run] != OFF:
            run += 1
        return int(off_min + (run - 1) * self.classes + self.class_of[around[begin - 1]])

    def _leave(self, around: IntArray, begin: int, end: int, run_min: int, run_max: int, off_min: int) -> BoolArray:
        """Whether the days from `end` on are legal after each phase; they are followed until the phase is forgotten."""
        days, phases = self.problem.days, off_min + run_max * self.classes
        legal = np.ones(phases, dtype=np.bool_)
        if end >= days:
            return legal
        works = bool(around[end] != OFF)
        length = 0
        while end + length < days and (around[end + length] != OFF) == works:
            length += 1
        at_end = end + length == days
        for phase in range(phases):
            off, run = phase < off_min, (phase - off_min) // self.classes + 1
            if works and off:
                legal[phase] = phase == off_min - 1 and (at_end or length >= run_min)
            elif works:
                follows = self.allowed[(phase - off_min) % self.classes, around[end]]
                started = run == end  # the run goes back to the first day
                legal[phase] = follows and run + length <= run_max and (at_end or started or run + length >= run_min)
            elif off:
                legal[phase] = at_end or phase + 1 + length >= off_min
            else:
                legal[phase] = (run >= run_min or run == end) and (at_end or length >= off_min)
        return legal
