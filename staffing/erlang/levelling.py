"""Levelled agents for deferred work: a linear program on cumulative work.

Cumulative work done is the variable, the tube its bounds, so every row has two or three entries: rows that sum the work
since the start make even a program for the peak alone several times slower (`benchmarks.levelling`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from staffing.domain.requirement import Workload
from staffing.erlang.special import Array

_PEAK, _DAY, _QUEUE_DAY, _HOURS, _CHANGE = 1.0, 0.1, 0.02, 0.05, 0.02  # hours above two changes: no idle agent


@dataclass(frozen=True, eq=False)
class Levelled:
    """Agents (queues, steps) at least the minimum while open; cumulative work done in hours (queues, steps).

    `peak` is that of live and deferred agents together; `idle_h` (queues, steps) is the work of each step done by idle
    live agents, part of `done_h`.
    """

    agents: Array
    done_h: Array
    peak: float
    idle_h: Array


def level_workloads(
    workloads: Sequence[Workload],
    is_open: NDArray[np.bool_],
    step_h: float,
    day: NDArray[np.int64],
    *,
    min_agents: Array | None = None,
    live_agents: Array | None = None,
    idle_h: Array | None = None,
    idle_together_h: Array | None = None,
    safety: Array | None = None,
) -> Levelled:
    """Agents per step that keep every deadline with the lowest peak, evenly over the day.

    Minimises, in this order of weight: the peak of live and deferred agents, the daily peaks, hours, the daily peaks of
    each queue, and changes from step to step.

    Parameters
    ----------
    workloads : sequence of Workload
        Tubes of the deadline queues.
    is_open : ndarray
        Shape (queues, steps).
    step_h : float
        Hours of a step.
    day : ndarray
        Day of each step, shape (steps,).
    min_agents : ndarray, optional
        Present while open, shape (queues,).
    live_agents : ndarray, optional
        Agents of the live queues, shape (steps,), whose dips are filled first.
    idle_h : ndarray, optional
        Agent-hours per step that idle live agents can give to each queue, shape (queues, steps): agents are needed for
        what they leave.
    idle_together_h : ndarray, optional
        The same for all queues together, shape (steps,); None sets no such limit.
    safety : ndarray, optional
        Hours of idle agents that an hour of a queue's mean work takes, at least 1, shape (queues,).

    Returns
    -------
    Levelled
        `agents` of each queue exclude the work that idle live agents do.
    """
    steps = is_open.shape[1]
    floor = np.zeros(len(workloads)) if min_agents is None else min_agents
    live = np.zeros(steps) if live_agents is None else live_agents
    queue, step = np.nonzero(is_open)
    agents, done = np.zeros(is_open.shape), np.zeros(is_open.shape)
    if not len(queue):
        return Levelled(agents, done, float(live.max(initial=0.0)), done.copy())
    weight = np.ones(len(workloads)) if safety is None else safety
    idle = None if idle_h is None else _Idle(idle_h / weight[:, None], weight, idle_together_h)
    solution = _solve(workloads, queue, step, step_h, day, floor, live, idle)
    size = len(queue)
    done[queue, step] = solution[:size]
    agents[queue, step] = np.maximum(solution[size : 2 * size], floor[queue])
    done = np.maximum.accumulate(done, axis=1)
    helped = np.maximum(0.0, np.diff(done, axis=1, prepend=0.0) - agents * step_h)
    helped = np.zeros(done.shape) if idle is None else np.minimum(helped, idle.work_h)
    return Levelled(agents, done, float((live + agents.sum(axis=0)).max()), helped)


@dataclass(frozen=True, eq=False)
class _Idle:
    """Work that idle agents can do, (queues, steps); hours each hour of it takes them, (queues,); hours in all."""

    work_h: Array
    weight: Array
    together_h: Array | None


def _solve(
    workloads: Sequence[Workload],
    queue: NDArray[np.intp],
    step: NDArray[np.intp],
    step_h: float,
    day: NDArray[np.int64],
    floor: Array,
    live: Array,
    idle: _Idle | None,
) -> Array:
    """Columns: work done W and agents a of each open step, changes c, idle credit k, queue-day, day and whole peak."""
    from scipy.optimize import linprog  # slow to import, and only deadline queues need it

    size = len(queue)
    days = int(day.max()) + 1
    queue_day, place = np.unique(queue * days + day[step], return_inverse=True)
    spare = np.zeros(size) if idle is None else idle.work_h[queue, step]
    col = np.arange(size)
    first = np.append(True, queue[1:] != queue[:-1])
    same_day = ~first & np.append(False, day[step[1:]] == day[step[:-1]])
    starts = np.cumsum([0, size, size, size, size, len(queue_day), days, 1])
    _, a, c, k, q, d, p = starts[:7]
    rows = _Rows(int(starts[7]))
    rest = col[~first]
    rows.add(0.0, (rest - 1, 1.0), (rest, -1.0))  # work never falls
    rows.add(0.0, (rest, 1.0), (rest - 1, -1.0), (a + rest, -step_h), (k + rest, -1.0))  # done by agents or idle time
    rows.add(0.0, (col[first], 1.0), (a + col[first], -step_h), (k + col[first], -1.0))
    rows.add(0.0, (a + col, 1.0), (q + place, -1.0))
    pair = col[same_day]
    rows.add(0.0, (a + pair, 1.0), (a + pair - 1, -1.0), (c + pair, -1.0))
    rows.add(0.0, (a + pair - 1, 1.0), (a + pair, -1.0), (c + pair, -1.0))
    rows.add(0.0, (d + np.arange(days), 1.0), (np.full(days, p), -1.0))
    busy = np.unique(step)
    column = np.searchsorted(busy, step)
    rows.add_sums(-live[busy], a + col, column, np.ones(size), d + day[busy])
    if idle is not None and idle.together_h is not None:
        rows.add_sums(idle.together_h[busy], k + col, column, idle.weight[queue], None)
    lower, upper = np.zeros(rows.columns), np.full(rows.columns, np.inf)
    earliest = np.array([w.earliest_h for w in workloads])[queue, step]
    latest = np.array([w.latest_h for w in workloads])[queue, step]
    lower[:size], upper[:size] = np.minimum(latest, earliest), earliest
    lower[a:c] = floor[queue]
    upper[k:q] = spare
    peaks = np.array([live[day == i].max(initial=0.0) for i in range(days)])
    lower[d:p], lower[p] = peaks, peaks.max()
    cost = np.zeros(rows.columns)
    cost[a:c], cost[c:k] = _HOURS / size, _CHANGE / size
    cost[q:d], cost[d:p], cost[p] = _QUEUE_DAY / len(queue_day), _DAY / days, _PEAK
    matrix, bound = rows.build()
    limits = cast("Any", np.column_stack((lower, upper)))  # the stubs know neither this form nor sparse matrices
    result = linprog(cost, A_ub=cast("Any", matrix), b_ub=bound, bounds=limits, method="highs")
    if result.x is None:
        raise RuntimeError(f"levelling of deferred work: {result.message}")
    solution: Array = result.x
    return solution


class _Rows:
    """Rows of A x <= b collected as triplets."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self._rows: list[NDArray[np.intp]] = []
        self._cols: list[NDArray[np.intp]] = []
        self._values: list[Array] = []
        self._bounds: list[Array] = []
        self._count = 0

    def add(self, bound: float, *terms: tuple[NDArray[np.intp], float]) -> None:
        """One row per element of the terms' column arrays."""
        size = len(terms[0][0])
        for columns, value in terms:
            self._append(self._count + np.arange(size), columns, np.full(size, value))
        self._bounds.append(np.full(size, bound))
        self._count += size

    def add_sums(
        self,
        bound: Array,
        columns: NDArray[np.intp],
        row: NDArray[np.intp],
        values: Array,
        minus: NDArray[np.intp] | None,
    ) -> None:
        """Rows sum(values x columns of that row) - minus[row] <= bound[row]."""
        self._append(self._count + row, columns, values)
        if minus is not None:
            self._append(self._count + np.arange(len(bound)), minus, np.full(len(bound), -1.0))
        self._bounds.append(bound)
        self._count += len(bound)

    def _append(self, rows: NDArray[np.intp], columns: NDArray[np.intp], values: Array) -> None:
        self._rows.append(rows)
        self._cols.append(columns)
        self._values.append(values)

    def build(self) -> tuple[sparse.csr_array, Array]:
        entries = (np.concatenate(self._values), (np.concatenate(self._rows), np.concatenate(self._cols)))
        return sparse.csr_array(entries, shape=(self._count, self.columns)), np.concatenate(self._bounds)
