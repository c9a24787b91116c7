"""What a person's work is worth in each slot and queue, given everybody else's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from staffing.audit import deferred_work
from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import Roster
from staffing.solver.coverage_rows import CoverageRows, coverage_rows

CANNOT = -1e9
"""Worth of work on a queue that the person cannot serve or that is closed."""
TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Ground:
    """The roster counted: coverage of all rows (queues, then pools), who serves what, worth of deferred work."""

    problem: RosterProblem
    rows: CoverageRows
    cover: FloatArray
    serving: IntArray
    deferred: FloatArray

    @property
    def idle(self) -> float:
        """Price of a slot at work without a queue."""
        return self.problem.grid.step_h * self.problem.costs.over_per_h


def survey(problem: RosterProblem, roster: Roster) -> Ground:
    """Count `roster`."""
    cover = roster.coverage(problem.proficiency)
    rows = coverage_rows(problem)
    return Ground(problem, rows, all_rows(problem, cover), roster.queue_at(), _deferred_worth(problem, cover))


def all_rows(problem: RosterProblem, cover: FloatArray) -> FloatArray:
    """Coverage (rows, slots) of the queues and then of the pools from that of the queues."""
    return np.concatenate([cover, problem.pool_member @ cover])


def _deferred_worth(problem: RosterProblem, cover: FloatArray) -> FloatArray:
    """Worth of one agent-slot more on each deadline queue, shape (queues, slots): what it makes less late.

    Work that has all been done already makes an hour worth nothing, the idle price is then to be paid.
    """
    worth = np.zeros(cover.shape)
    if not problem.deadline.any():
        return worth
    h, costs = problem.grid.step_h, problem.costs
    work = deferred_work(problem, cover)
    for queue in np.flatnonzero(problem.deadline):
        gain = costs.short_severe_per_h * h if work.undone_h[queue] > TINY else 0.0
        done = np.cumsum(work.done_h[queue])
        spare = problem.earliest_h[queue] - done > TINY
        for slot in range(cover.shape[1] - 1, -1, -1):
            if work.overdue_h[queue, slot] > TINY and problem.is_open[queue, slot]:
                gain += costs.overdue_per_h * h * h
            if not spare[slot]:
                gain = 0.0
            worth[queue, slot] = gain if spare[slot] else -h * costs.over_per_h
    return worth


def gains(ground: Ground, agents: IntArray, first: int, last: int) -> FloatArray:
    """Cost that each person's work saves in slots [first, last), their own work there taken out first.

    Returns
    -------
    ndarray, (agents, queues, last - first)
        `CANNOT` where the person cannot serve the queue or it is closed; 0 beyond the horizon.
    """
    problem, rows = ground.problem, ground.rows
    queues, stop = len(problem.queues), min(last, problem.grid.n)
    speed = problem.proficiency[agents]
    found = np.zeros((len(agents), queues, last - first))
    if stop <= first:
        found[:] = np.where(speed > 0, 0.0, CANNOT)[:, :, None]
        return found
    span = slice(first, stop)
    serving = ground.serving[agents, span]
    own = np.where(serving[:, None, :] == np.arange(queues)[None, :, None], speed[:, :, None], 0.0)
    own = np.concatenate([own, np.einsum("pq,aqt->apt", problem.pool_member.astype(float), own)], axis=1)
    without = ground.cover[None, :, span] - own
    for queue in range(queues):
        if problem.deadline[queue]:
            found[:, queue, : stop - first] = ground.deferred[queue, span] * speed[:, [queue]]
        else:
            for row in (queue, *rows.pool[rows.pool_first[queue] : rows.pool_first[queue + 1]].tolist()):
                before = row_price(ground, row, span, without[:, row])
                found[:, queue, : stop - first] += before - row_price(
                    ground, row, span, without[:, row] + speed[:, [queue]]
                )
        closed = ~problem.is_open[queue, span]
        found[:, queue, : stop - first][:, closed] = CANNOT
    found[speed <= 0] = CANNOT
    return found


def row_price(ground: Ground, row: int, span: slice, cover: FloatArray) -> FloatArray:
    """Price of coverage (agents, slots) of one row in the slots `span`; 0 where the row is closed."""
    rows, costs, h = ground.rows, ground.problem.costs, ground.problem.grid.step_h
    missing = rows.required[row, span] - cover
    mild = np.minimum(np.maximum(missing, 0.0), rows.severe_from[row, span])
    severe = np.maximum(missing - rows.severe_from[row, span], 0.0)
    price = h * rows.weight[row, span] * (costs.short_per_h * mild + costs.short_severe_per_h * severe)
    price = price + rows.over[row, span] * np.maximum(-missing, 0.0)
    return np.where(rows.is_open[row, span], price, 0.0)


def losses(ground: Ground, agents: IntArray) -> FloatArray:
    """Cost that taking out each person's work of a day adds, shape (agents, days)."""
    problem, rows = ground.problem, ground.rows
    span, h = slice(0, problem.grid.n), problem.grid.step_h
    serving = ground.serving[agents]
    found = np.zeros(serving.shape)
    for queue in range(len(problem.queues)):
        mine = serving == queue
        if not mine.any():
            continue
        speed = np.where(mine, problem.proficiency[agents, queue][:, None], 0.0)
        if problem.deadline[queue]:
            found += ground.deferred[queue] * speed - h * problem.costs.over_per_h * speed
            continue
        for row in (queue, *rows.pool[rows.pool_first[queue] : rows.pool_first[queue + 1]].tolist()):
            cover = np.broadcast_to(ground.cover[row], speed.shape)
            found += row_price(ground, row, span, cover - speed) - row_price(ground, row, span, cover)
    return np.asarray(np.add.reduceat(found, problem.grid.day_start[:-1], axis=1))


def missing_at(ground: Ground, row: int, span: slice) -> FloatArray:
    """Agents missing in each slot of one row, shape (slots,)."""
    lack = np.where(ground.rows.is_open[row, span], ground.rows.required[row, span] - ground.cover[row, span], 0.0)
    return np.where(lack > TINY, lack, 0.0)


def open_gap(ground: Ground, row: int, slot: int, threshold: float = 0.05) -> int:
    """End of the run of short slots of its day that begins at `slot`; an hour where nobody is missing there."""
    grid = ground.problem.grid
    day_end = int(grid.day_start[int(grid.day_of(slot)) + 1])
    short: BoolArray = missing_at(ground, row, slice(slot, day_end)) > threshold
    run = int(np.argmin(short)) if not short.all() else len(short)
    return slot + run if run else min(day_end, slot + max(1, 60 // grid.step_min))
