"""Arrays that the oracle works in, made once; and one call that sweeps all agents, on several threads if asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.solver.case import Case
from staffing.solver.oracle.sweep import BREAKS_MAX, add_coverage, all_weeks, group_values, shape_costs
from staffing.solver.oracle.week_ends import room_needed


@dataclass(frozen=True, eq=False)
class Weeks:
    """Chosen weeks: `choice` (agents, days) options, `breaks` (agents, days, 8) starts, `total` (agents, weeks)."""

    choice: IntArray
    breaks: IntArray
    total: FloatArray

    def copy(self) -> Weeks:
        return Weeks(self.choice.copy(), self.breaks.copy(), self.total.copy())


@dataclass(eq=False)
class Workroom:
    """Room for `threads` sweeps at once over the agents of `case`."""

    case: Case
    threads: int = 1
    value: FloatArray = field(init=False)
    served: IntArray = field(init=False)
    floor: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        tb = self.case.tables
        groups, reach = tb.prof.shape[0], self.case.reach
        self.value = np.zeros((groups, reach))
        self.served = np.full((groups, reach), -1, dtype=np.int64)
        self.floor = np.zeros((self.case.agents, 2))
        self._all = np.ones(tb.prof.shape[1], dtype=bool)
        room = int(room_needed(tb))
        starts = tb.first[:: tb.days]
        options = int(np.diff(starts).max()) + 1 if len(starts) > 1 else 1
        self.rooms = [
            (np.empty((8, room)), np.empty((8, room), dtype=np.int64), np.empty(options)) for _ in range(self.threads)
        ]
        self._shared = np.empty(int(tb.kind_first[-1]))
        self._pauses = np.zeros((int(tb.kind_first[-1]), BREAKS_MAX), dtype=np.int64)
        self._pool = ThreadPoolExecutor(self.threads) if self.threads > 1 else None

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown()

    def price(self, price: FloatArray, span_price: FloatArray) -> None:
        """Set what slots are worth to each group, from prices (rows, slots) and (roles, slots).

        Work on a queue is worth the price of its own row and those of all pools that hold it.
        """
        member = self.case.problem.pool_member
        worth = price[: member.shape[1]].copy()
        for queues, common in zip(member, price[member.shape[1] :], strict=True):
            worth[queues] += common
        group_values(self.case.tables, worth, span_price, self.value, self.served, self._all)

    def new_weeks(self) -> Weeks:
        people, tb = self.case.agents, self.case.tables
        return Weeks(
            np.full((people, tb.days), -1, dtype=np.int64),
            np.zeros((people, tb.days, BREAKS_MAX), dtype=np.int64),
            np.zeros((people, tb.weeks)),
        )

    def sweep(self, weeks: Weeks, skip: BoolArray, *, carry: bool) -> None:
        """Best week of every agent at the worth set; the same whatever the number of threads."""
        people = self.case.agents
        kinds = len(self.case.tables.kind_group)

        def shapes(i: int) -> None:
            first, last = kinds * i // self.threads, kinds * (i + 1) // self.threads
            shape_costs(self.case.tables, first, last, self.value, self._shared, self._pauses)

        def part(i: int) -> None:
            table, back, cost = self.rooms[i]
            first, last = people * i // self.threads, people * (i + 1) // self.threads
            all_weeks(
                self.case.tables, self.value, self.floor, first, last, carry, skip, self._shared, self._pauses,
                table, back, cost, weeks.choice, weeks.breaks, weeks.total,
            )  # fmt: skip

        for work in (shapes, part):
            if self._pool is None:
                work(0)
            else:
                list(self._pool.map(work, range(self.threads)))

    def coverage(self, weeks: Weeks, served: IntArray | None = None) -> tuple[FloatArray, FloatArray, FloatArray]:
        """(cover (rows, slots), heads (roles, slots), led (roles, slots)) of the weeks at the worth set."""
        tb = self.case.tables
        cover = np.zeros((tb.prof.shape[1], tb.slots))
        heads, led = np.zeros((len(tb.span), tb.slots)), np.zeros((len(tb.span), tb.slots))
        add_coverage(tb, self.served if served is None else served, weeks.choice, weeks.breaks, cover, heads, led)
        return self.case.with_pools(cover), heads, led
