"""What became of the contacts -> counts by queue and step, from which every level follows."""

from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.kernels import compiled
from staffing.simulate.due import CARRIED
from staffing.simulate.floor import BALKED, BLOCKED, CLOSED, Contacts, Outcome
from staffing.simulate.world import Replication, World, play

ARRIVED, JUDGED, ANSWERED, IN_TIME, ABANDONED, ABANDONED_SOON, TURNED_DOWN, REDIALLED = range(8)
MEASURES = 8
"""All attempts; those whose fate is known at the end; answered; answered or done in time; gave up (also those that left
at once); gave up in time; found no line free; attempts that were not the first."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of some replications.

    `by_day` (replications, queues, days, measures); `by_step` (queues, steps, measures) summed over
    replications; `busy_s`, `staffed_s` (replications, queues, days); `turned_away` (queues,) contacts
    that came while their queue was closed, summed.
    """

    by_day: IntArray
    by_step: IntArray
    busy_s: FloatArray
    staffed_s: FloatArray
    turned_away: IntArray

    @classmethod
    def joined(cls, parts: list["Tally"]) -> "Tally":
        """Parts in order of their replications."""
        return cls(
            np.concatenate([part.by_day for part in parts]),
            np.sum([part.by_step for part in parts], axis=0),
            np.concatenate([part.busy_s for part in parts]),
            np.concatenate([part.staffed_s for part in parts]),
            np.sum([part.turned_away for part in parts], axis=0),
        )


@dataclass(frozen=True, slots=True)
class Task:
    """Replications `first`, `first + 1`, ... with their paths (replications, queues, steps)."""

    world: World
    first: int
    paths: IntArray


def tally(task: Task) -> Tally:
    """Play all replications of a task and count."""
    world = task.world
    admits = world.admits
    by_day, busy_s, staffed_s = [], [], []
    by_step = np.zeros((*world.shape, MEASURES), dtype=np.int64)
    turned_away = np.zeros(world.shape[0], dtype=np.int64)
    for offset, path in enumerate(task.paths):
        played = play(world, task.first + offset, np.where(admits, path, 0))
        counts = count(world, played)
        by_step += counts
        by_day.append(np.add.reduceat(counts, world.day_start[:-1], axis=1))
        busy_s.append(played.outcome.busy_s)
        staffed_s.append(played.staffed_s)
        turned_away += np.where(admits, 0, path).sum(axis=1)
        closed = played.contacts.queue[played.outcome.fate == CLOSED]
        turned_away += np.bincount(closed, minlength=len(turned_away))
    return Tally(np.array(by_day), by_step, np.array(busy_s), np.array(staffed_s), turned_away)


def count(world: World, played: Replication) -> IntArray:
    """Counts of one replication by queue, step and measure, shape (queues, steps, measures).

    Attempts count in the step they are made in. One that still waits at the end of the horizon is
    judged only when it has already waited longer than the target. Deferred work is judged in the
    step it is due in, when that lies inside the horizon; work carried in is not counted as arrived.
    """
    contacts, outcome, step = played.contacts, played.outcome, played.step
    due_s = np.full(len(step), np.inf)
    bounds = np.searchsorted(contacts.queue[: len(step)], np.arange(world.shape[0] + 1))
    for number, tube in enumerate(world.tubes):
        if tube is not None:
            mine = slice(bounds[number], bounds[number + 1])
            due_s[mine] = tube.due_s(contacts.arrival_s[mine], step[mine])
    counts = np.zeros((*world.shape, MEASURES), dtype=np.int64)
    _count(counts, contacts, outcome, step, due_s, world.answer_within_s, world.deferred, world.end_s, world.step_s)
    return counts


@compiled(_nrt=False)
def _count(
    counts: IntArray,
    contacts: Contacts,
    outcome: Outcome,
    step: IntArray,
    due_s: FloatArray,
    answer_within_s: FloatArray,
    deferred: BoolArray,
    end_s: float,
    step_s: float,
) -> None:
    for contact in range(len(contacts.queue)):
        queue, arrived_s = contacts.queue[contact], outcome.arrived_s[contact]
        if np.isnan(arrived_s) or outcome.fate[contact] == CLOSED:
            continue
        fresh = contact < len(step)
        now = step[contact] if fresh else min(int(arrived_s / step_s), counts.shape[1] - 1)
        mine = counts[queue, max(now, 0)]
        if now != CARRIED:
            mine[ARRIVED] += 1
        begun_s, within_s = outcome.begun_s[contact], answer_within_s[queue]
        answered = not np.isnan(begun_s)
        if deferred[queue]:
            if due_s[contact] <= end_s:
                mine = counts[queue, max(0, int(np.ceil(due_s[contact] / step_s)) - 1)]
                mine[JUDGED] += 1
                mine[ANSWERED] += answered
                # Work with a moment of answer promised is in time when it is begun, all other when it is done.
                moment_s = outcome.done_s[contact] if np.isnan(within_s) else begun_s
                mine[IN_TIME] += moment_s <= due_s[contact]
            continue
        mine[REDIALLED] += not fresh
        patience_s = 0.0 if outcome.fate[contact] == BALKED else contacts.patience_s[contact]
        if outcome.fate[contact] == BLOCKED:
            mine[JUDGED] += 1
            mine[TURNED_DOWN] += 1
        elif answered:
            mine[JUDGED] += 1
            mine[ANSWERED] += 1
            mine[IN_TIME] += begun_s - arrived_s <= within_s
        elif arrived_s + patience_s <= end_s:
            mine[JUDGED] += 1
            mine[ABANDONED] += 1
            mine[ABANDONED_SOON] += patience_s <= within_s
        else:
            mine[JUDGED] += end_s - arrived_s > within_s


def level(counts: IntArray, kinds: tuple[str, ...], axis: int = 0) -> FloatArray:
    """Service level (..., queues, ...) of counts (..., measures) by each queue's `kind`; NaN without contacts.

    `axis` is the axis of the queues in `counts`.
    """
    good, base = judged_parts(counts, kinds, axis)
    levels: FloatArray = np.divide(good, base, out=np.full(base.shape, np.nan), where=base > 0)
    return levels


def judged_parts(counts: IntArray, kinds: tuple[str, ...], axis: int = 0) -> tuple[IntArray, IntArray]:
    """Contacts that count as served in time, and those they are a share of, by each queue's `kind`."""
    part = np.moveaxis(counts, axis, 0)
    good, base = part[..., IN_TIME].copy(), part[..., JUDGED].copy()
    for queue, kind in enumerate(kinds):
        row = part[queue]
        if kind == "net":
            base[queue] -= row[..., ABANDONED_SOON]
        elif kind == "any":
            good[queue] += row[..., ABANDONED_SOON]
        elif kind == "answered":
            base[queue] = row[..., ANSWERED]
    return np.moveaxis(good, 0, axis), np.moveaxis(base, 0, axis)
