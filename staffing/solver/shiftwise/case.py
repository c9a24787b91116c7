"""The problem compiled for the search: costs of every shift, and the oracle of every employee."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.shift_cover import OFF, ShiftCoverProblem
from staffing.solver.shiftwise.oracle import NEVER, best_roster
from staffing.solver.shiftwise.person import Compiler, Person, room_needed

ROOM_LIMIT = 16_000_000
"""Numbers of an oracle's table at most; what would need more is relaxed or split into stretches."""
ROOM_TO_START = 400_000
"""Kinds of shifts with the smallest limits are counted from the start while the table stays below this."""
ROOM_TO_GROW = 2_000_000
"""A kind whose limit was broken is counted at once while the table stays below this; above it only when asked for."""
TRIES = 12
REFINEMENTS = 3
"""Times that prices of kinds are lowered after a legal roster was found."""
ANY = -2
"""Code of a day that is not held."""
T = TypeVar("T")
R = TypeVar("R")


def _run_of(function: Callable[[T], R], items: Sequence[T]) -> list[R]:
    return [function(item) for item in items]


class Workroom:
    """Threads, and each thread's room for the oracle."""

    def __init__(self, workers: int) -> None:
        self.workers = max(1, workers)
        self._pool = ThreadPoolExecutor(self.workers)
        self._local = threading.local()

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def each(self, function: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """`function` of each item, in the order of the items; each thread takes one run of them."""
        size = -(-len(items) // self.workers)
        if len(items) < 2 * self.workers:
            return [function(item) for item in items]
        parts = [items[start : start + size] for start in range(0, len(items), size)]
        later = [self._pool.submit(_run_of, function, part) for part in parts[1:]]
        found = [function(item) for item in parts[0]]
        return [*found, *(one for part in later for one in part.result())]

    def table(self, person: Person) -> FloatArray:
        """Room for the oracle, of this thread."""
        return self.space(len(person.weekday) + 1, room_needed(person))

    def space(self, rows: int, columns: int) -> FloatArray:
        """A table (rows, columns) to write in, of this thread."""
        flat: FloatArray | None = getattr(self._local, "flat", None)
        if flat is None or flat.size < rows * columns:
            flat = self._local.flat = np.empty(rows * columns)
        return flat[: rows * columns].reshape(rows, columns)


class Case:
    """A stretch of days of the problem; everything outside of it stays as in the rosters it was made with.

    Costs are those of the whole horizon: `constant` holds what the stretch cannot change.

    Attributes
    ----------
    begin, end : int
        The stretch.
    wish : (E, days, S)
        Cost of each shift by the wishes, `NEVER` where it cannot be worked.
    required, under, over : (days, S)
        As in the problem, in floats.
    left : (E, S)
        Shifts of each kind still allowed.
    minutes, weekends
        Where given, limits of each employee instead of those of the horizon, days before the stretch included.
    """

    def __init__(
        self,
        problem: ShiftCoverProblem,
        room: Workroom,
        rosters: IntArray | None = None,
        begin: int = 0,
        end: int | None = None,
    ) -> None:
        self.problem, self.room, self.compiler = problem, room, Compiler(problem)
        self.begin, self.end = begin, problem.days if end is None else end
        self.employees, self.days, self.kinds = len(problem.employees), self.end - begin, len(problem.shifts)
        inside = slice(self.begin, self.end)
        never = problem.day_off[:, inside, None] | (problem.shifts_max == 0)[:, None, :]
        never |= (problem.run_max == 0)[:, None, None]
        wish = (problem.off_weight[:, inside] - problem.on_weight[:, inside]).astype(np.float64)
        self.wish: FloatArray = np.where(never, NEVER, wish)
        self.required, self.under, self.over = (
            table[inside].astype(np.float64) for table in (problem.required, problem.under, problem.over)
        )
        self.off_cost: FloatArray = np.zeros((self.employees, self.days))
        self.held: IntArray = np.full((self.employees, self.days), ANY, dtype=np.int64)
        self._plain_wish = self.wish.copy()
        self.minutes: list[tuple[int, int]] | None = None
        self.weekends: list[int] | None = None
        self.around: IntArray | None = None
        self.left = problem.shifts_max.copy()
        self.constant = int(problem.on_weight.sum())
        if rosters is not None:
            self._fix_around(rosters)
        self.extra: FloatArray = np.zeros((self.employees, self.kinds))
        self.counted: list[set[int]] = [set() for _ in range(self.employees)]
        self._persons: dict[int, Person] = {}

    def _fix_around(self, rosters: IntArray) -> None:
        problem = self.problem
        outside = rosters.copy()
        outside[:, self.begin : self.end] = OFF
        self.around = outside
        employees, days = np.nonzero(outside != OFF)
        shifts = outside[employees, days]
        np.subtract.at(self.left, (employees, shifts), 1)
        self.constant += int((problem.off_weight - problem.on_weight)[employees, days, shifts].sum())
        count = np.zeros(problem.required.shape, dtype=np.int64)
        np.add.at(count, (days, shifts), 1)
        balance = count - problem.required
        paid = np.where(balance < 0, -balance * problem.under, balance * problem.over)
        paid[self.begin : self.end] = 0
        self.constant += int(paid.sum())

    def person(self, employee: int) -> Person:
        """Rules of the employee over the stretch."""
        found = self._persons.get(employee)
        if found is None:
            found = self._compile(employee, self.counted[employee])
            left = self.left[employee]
            for shift in sorted(range(self.kinds), key=lambda shift: left[shift]):
                if 0 < left[shift] < self.days:
                    more = self._compile(employee, self.counted[employee] | {shift})
                    if self._room(more) > ROOM_TO_START:
                        break
                    self.counted[employee].add(shift)
                    found = more
            self._persons[employee] = found
        return found

    def hold(self, employee: int, day: int, code: int) -> None:
        """From now on the employee has this shift, or `OFF`, on this day."""
        self.held[employee, day] = code
        wish = np.full(self.kinds, NEVER)
        if code != OFF:
            wish[code] = self._plain_wish[employee, day, code]
        self.wish[employee, day] = wish
        self.off_cost[employee, day] = 0.0 if code == OFF else NEVER

    def loosen(self, employee: int, days: IntArray) -> None:
        """Hold the employee no longer on these days."""
        self.held[employee, days] = ANY
        self.wish[employee, days] = self._plain_wish[employee, days]
        self.off_cost[employee, days] = 0.0

    def agrees(self, employee: int, roster: IntArray) -> bool:
        """Whether the roster (days,) has what is held."""
        held = self.held[employee]
        return bool(np.all((held == ANY) | (held == roster)))

    def _compile(self, employee: int, counted: set[int]) -> Person:
        fixed = None if self.around is None else self.around[employee]
        return self.compiler.person(
            employee,
            self.begin,
            self.end,
            fixed,
            counted,
            minutes=None if self.minutes is None else self.minutes[employee],
            weekends=None if self.weekends is None else self.weekends[employee],
        )

    def _room(self, person: Person) -> int:
        return room_needed(person) * (self.days + 1)

    @property
    def too_long(self) -> bool:
        """Whether the stretch is too long for the oracle of some employee."""
        return any(self._room(self.person(employee)) > ROOM_LIMIT for employee in range(self.employees))

    def best(self, employee: int, price: FloatArray, *, grow: bool = False) -> tuple[float, IntArray | None]:
        """Cheapest legal roster (days,) at cost `price` (days, S), as far as the oracle counts; None: there is none.

        A kind of shift whose limit the roster breaks is counted from then on, if there is room; much room is taken
        only with `grow`.
        """
        choice = np.full(self.days, OFF, dtype=np.int64)
        while True:
            person = self.person(employee)
            value = best_roster(person, price, self.off_cost[employee], 0.0, self.room.table(person), choice)
            if value >= NEVER / 2:
                return NEVER, None
            broken = self.too_many(employee, choice)
            if not broken or not self._count(employee, broken, ROOM_LIMIT if grow else ROOM_TO_GROW):
                return float(value), choice

    def legal(self, employee: int, price: FloatArray, *, grow: bool = False) -> tuple[float, IntArray | None]:
        """As `best`, but the roster keeps all limits, at the price of not being the cheapest; no legal one costs less
        than the value.

        Limits that are not counted are priced (Lagrangian relaxation): the price of a kind of shift is halved or
        doubled until its limit holds with little to spare, and the next call starts from there.
        """
        left, extra = self.left[employee], self.extra[employee].copy()
        low, high = np.zeros(self.kinds), np.full(self.kinds, np.inf)
        bound, least, legal, spare = -NEVER, np.inf, None, REFINEMENTS
        for _ in range(TRIES):
            value, roster = self.best(employee, price + extra, grow=grow)
            if roster is None:
                return NEVER, None
            used = np.bincount(roster[roster != OFF], minlength=self.kinds)
            bound = max(bound, value - float(extra @ left))
            broken = used > left
            if broken.any():
                low = np.where(broken, extra, low)
                dearer = np.where(np.isfinite(high), (extra + high) / 2, np.maximum(1.0, 2 * extra))
                extra = np.where(broken, dearer, extra)
                continue
            self.extra[employee] = extra
            if value - float(extra @ used) < least:
                legal, least = roster, value - float(extra @ used)
            idle = (extra > 0) & (used < left)
            if spare == 0 or not idle.any() or least <= bound + 1e-6:
                break
            spare -= 1
            high = np.where(idle, extra, high)
            extra = np.where(idle, np.where(low > 0, (low + extra) / 2, np.where(extra > 1, extra / 2, 0.0)), extra)
        if legal is None:
            broken_kinds = np.flatnonzero(used > left).tolist()
            if self._count(employee, broken_kinds, ROOM_LIMIT):
                return self.legal(employee, price, grow=True)
        return bound, legal

    def too_many(self, employee: int, roster: IntArray) -> list[int]:
        """Kinds of shifts of which the roster (days,) holds too many."""
        used = np.bincount(roster[roster != OFF], minlength=self.kinds)
        return [int(shift) for shift in np.flatnonzero(used > self.left[employee])]

    def _count(self, employee: int, shifts: list[int], room: int) -> bool:
        """Count these kinds from now on; False when there is no room."""
        more = self.counted[employee] | set(shifts)
        person = self._compile(employee, more)
        if more == self.counted[employee] or self._room(person) > room:
            return False
        self.counted[employee], self._persons[employee] = more, person
        return True

    def cover(self, rosters: IntArray) -> IntArray:
        """Employees on each shift (days, S) of rosters (E, days)."""
        days, shifts = np.nonzero(rosters != OFF)[1], rosters[rosters != OFF]
        count = np.bincount(days * self.kinds + shifts, minlength=self.days * self.kinds)
        return count.reshape(self.days, self.kinds)

    def cost(self, rosters: IntArray) -> int:
        """Cost of the horizon with rosters (E, days) in the stretch."""
        balance = self.cover(rosters) - self.required
        paid = np.where(balance < 0, -balance * self.under, balance * self.over).sum()
        return (
            round(float(paid)) + self.constant + sum(round(self.wishes(e, rosters[e])) for e in range(self.employees))
        )

    def wishes(self, employee: int, roster: IntArray) -> float:
        """Cost by the wishes of one roster (days,)."""
        days = np.flatnonzero(roster != OFF)
        return float(self._plain_wish[employee, days, roster[days]].sum())

    def marginal(self, count: IntArray) -> FloatArray:
        """Cost (days, S) of one more employee where `count` are at work."""
        return np.where(count < self.required, -self.under, self.over)
