"""What became of the contacts -> counts by queue and step, from which every level follows."""

from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.simulate.due import CARRIED
from staffing.simulate.world import Replication, World, play

ARRIVED, JUDGED, ANSWERED, IN_TIME, ABANDONED, ABANDONED_SOON = range(6)
MEASURES = 6
"""All contacts; those whose fate is known at the end; answered; answered or done in time; gave up; gave up in time."""


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
    return Tally(np.array(by_day), by_step, np.array(busy_s), np.array(staffed_s), turned_away)


def count(world: World, played: Replication) -> IntArray:
    """Counts of one replication by queue, step and measure, shape (queues, steps, measures).

    Contacts count in the step they arrive in. One that still waits at the end of the horizon is
    judged only when it has already waited longer than the target. Deferred work is judged in the
    step it is due in, when that lies inside the horizon; work carried in is not counted as arrived.
    """
    contacts, outcome, step = played.contacts, played.outcome, played.step
    within_s = world.answer_within_s[contacts.queue]
    due_s = np.full(len(step), np.inf)
    for number, tube in enumerate(world.tubes):
        if tube is not None:
            mine = contacts.queue == number
            due_s[mine] = tube.due_s(contacts.arrival_s[mine], step[mine])
    answered = ~np.isnan(outcome.begun_s)
    gone = ~answered & (contacts.leaves_s <= world.end_s)
    waited_s = np.where(answered, outcome.begun_s, world.end_s) - contacts.arrival_s
    soon = contacts.leaves_s - contacts.arrival_s <= within_s
    deferred = world.deferred[contacts.queue]
    due = deferred & (due_s <= world.end_s)
    # Work with a moment of answer promised is in time when it is begun, all other when it is done.
    moment_s = np.where(np.isnan(within_s), outcome.done_s, outcome.begun_s)
    arrival_place = contacts.queue * world.shape[1] + step
    due_place = contacts.queue * world.shape[1] + _last_step(due_s, due, world.step_s)
    place = np.where(deferred, due_place, arrival_place)

    def tallied(what: BoolArray, where: IntArray) -> IntArray:
        return np.bincount(where[what], minlength=world.shape[0] * world.shape[1])

    counts = np.empty((world.shape[0] * world.shape[1], MEASURES), dtype=np.int64)
    counts[:, ARRIVED] = tallied(step != CARRIED, arrival_place)
    counts[:, JUDGED] = tallied(due | (~deferred & (answered | gone | (waited_s > within_s))), place)
    counts[:, ANSWERED] = tallied(answered & (due | ~deferred), place)
    counts[:, IN_TIME] = tallied(
        np.where(deferred, due & (moment_s <= due_s), answered & (waited_s <= within_s)), place
    )
    counts[:, ABANDONED] = tallied(gone & ~deferred, place)
    counts[:, ABANDONED_SOON] = tallied(gone & soon & ~deferred, place)
    return counts.reshape(*world.shape, MEASURES)


def _last_step(moment_s: FloatArray, known: BoolArray, step_s: float) -> IntArray:
    """Step that a moment ends or lies in; 0 where it is not known."""
    steps: IntArray = (np.ceil(np.where(known, moment_s, step_s) / step_s) - 1).astype(np.int64)
    return np.maximum(steps, 0)


def level(counts: IntArray, kinds: tuple[str, ...], axis: int = 0) -> FloatArray:
    """Service level (..., queues, ...) of counts (..., measures) by each queue's `kind`; NaN without contacts.

    `axis` is the axis of the queues in `counts`.
    """
    part = np.moveaxis(counts, axis, 0)
    levels = np.full(part.shape[:-1], np.nan)
    for queue, kind in enumerate(kinds):
        row = part[queue]
        good, base = row[..., IN_TIME], row[..., JUDGED]
        if kind == "net":
            base = base - row[..., ABANDONED_SOON]
        elif kind == "any":
            good = good + row[..., ABANDONED_SOON]
        elif kind == "answered":
            base = row[..., ANSWERED]
        np.divide(good, base, out=levels[queue], where=base > 0)
    return np.moveaxis(levels, 0, axis)
