"""Everything random, drawn before the clock starts: arrivals, work, patience, balking, redials, absence.

Each replication and queue has its own stream, so two rosters, or one roster with another agent more, meet the same
contacts (common random numbers), and replications may run in any order.
"""

from typing import NamedTuple

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.kernels import compiled
from staffing.simulate.due import CARRIED
from staffing.simulate.floor import NONE, Contacts

_ROOM = 5
"""First part of the key of every stream, apart from the streams of other rooms for the same seed."""
MOST_REDIALS = 4
"""Somebody who has tried five times in vain gives it up for good."""


class Callers(NamedTuple):
    """How contacts behave, by queue, all (queues,).

    `patience_s`: mean of the exponential patience, infinite where nobody gives up; `handle_cv`: coefficient of
    variation of lognormal handle times, NaN for exponential ones; `balk_share` leaves at once when nobody is free;
    `redial_share` of the lost try again after an exponential time of mean `redial_after_s`.
    """

    patience_s: FloatArray
    handle_cv: FloatArray
    balk_share: FloatArray
    redial_share: FloatArray
    redial_after_s: FloatArray

    @classmethod
    def plain(cls, patience_s: FloatArray) -> "Callers":
        """Exponential handle times; nobody balks or redials."""
        none = np.zeros(len(patience_s))
        return cls(patience_s, np.full(len(patience_s), np.nan), none, none, none)


def _stream(seed: int, replication: int, part: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_ROOM, replication, part)))


def draw_contacts(
    counts: IntArray,
    aht_s: FloatArray,
    callers: Callers,
    carried: FloatArray,
    *,
    step_s: float,
    seed: int,
    replication: int,
) -> tuple[Contacts, IntArray]:
    """Contacts of one replication, and the step each first attempt arrives in (`CARRIED`: there before).

    Parameters
    ----------
    counts : (queues, steps)
        Contacts that arrive in each step, uniform inside it.
    aht_s : (queues, steps)
        Mean handle time of a standard agent who handles the contact alone.
    callers
        Patience, spread of the handle times, balking and redials.
    carried : (queues,)
        Expected number of contacts that are there at the start.
    """
    columns, streams = [], []
    for queue in range(len(counts)):
        rng = _stream(seed, replication, 1 + queue)
        waiting = int(carried[queue] + rng.random())
        size = waiting + int(counts[queue].sum())
        work_s = _unit_work(rng, size, float(callers.handle_cv[queue]))
        patience_s = callers.patience_s[queue] * rng.standard_exponential(size)
        arrival_s, step = np.empty(size), np.empty(size, dtype=np.int64)
        gaps = rng.standard_exponential(size - waiting + counts.shape[1])
        _spread(gaps, counts[queue], aht_s[queue], step_s, waiting, arrival_s, step, work_s)
        columns.append((arrival_s, np.full(size, queue), work_s, patience_s, step))
        streams.append(rng)
    merged = columns[0] if len(columns) == 1 else [np.concatenate(parts) for parts in zip(*columns, strict=True)]
    contacts = Contacts.plain(*merged[:4])
    if callers.redial_share.any():
        contacts = _with_redials(contacts, callers, streams)
    if callers.balk_share.any():
        balks = np.zeros(len(contacts.queue), dtype=bool)
        for number in np.flatnonzero(callers.balk_share):
            mine = contacts.queue == number
            balks[mine] = streams[number].random(int(mine.sum())) < callers.balk_share[number]
        contacts = contacts._replace(balks=balks)
    return contacts, merged[4]


@compiled(_nrt=False)
def _spread(
    gaps: FloatArray,
    counts: IntArray,
    aht_s: FloatArray,
    step_s: float,
    waiting: int,
    arrival_s: FloatArray,
    step: IntArray,
    work_s: FloatArray,
) -> None:
    """Moments of arrival in order, from exponential gaps (ordered uniform numbers are scaled sums of these), and work.

    The first `waiting` contacts are there at the start.
    """
    for contact in range(waiting):
        arrival_s[contact], step[contact] = 0.0, CARRIED
        work_s[contact] *= aht_s[0]
    contact, gap = waiting, 0
    for now in range(counts.size):
        whole = 0.0
        for place in range(gap, gap + counts[now] + 1):
            whole += gaps[place]
        begin_s, end_s = now * step_s, (now + 1) * step_s
        # A sum of gaps just below the whole may round up to the next step.
        last_s = np.nextafter(end_s, begin_s)
        passed = 0.0
        for _ in range(counts[now]):
            passed += gaps[gap]
            arrival_s[contact] = min(begin_s + passed / whole * step_s, last_s)
            step[contact] = now
            work_s[contact] *= aht_s[now]
            contact += 1
            gap += 1
        gap += 1


def _unit_work(rng: np.random.Generator, count: int, handle_cv: float) -> FloatArray:
    """Handle times with mean 1."""
    if np.isnan(handle_cv):
        return rng.standard_exponential(count)
    variance = np.log1p(handle_cv**2)
    work: FloatArray = np.exp(np.sqrt(variance) * rng.standard_normal(count) - variance / 2)
    return work


def _with_redials(contacts: Contacts, callers: Callers, streams: list[np.random.Generator]) -> Contacts:
    """Add the attempts that may follow: rounds of redials of the first attempts, of these redials, and so on.

    The matter and its work stay the same, the patience is another one.
    """
    rows = len(contacts.queue)
    before, first, queues, patience_s, after_s = [], [], [], [], []
    for queue in np.flatnonzero(callers.redial_share):
        rng = streams[queue]
        attempt = matter = np.flatnonzero(contacts.queue == queue)
        for _ in range(MOST_REDIALS):
            again = rng.random(len(attempt)) < callers.redial_share[queue]
            before.append(attempt[again])
            matter = matter[again]
            first.append(matter)
            queues.append(np.full(len(matter), queue))
            patience_s.append(callers.patience_s[queue] * rng.standard_exponential(len(matter)))
            after_s.append(callers.redial_after_s[queue] * rng.standard_exponential(len(matter)))
            attempt = rows + np.arange(len(matter))
            rows += len(matter)
    follow = np.full(rows, NONE)
    follow[np.concatenate(before)] = np.arange(len(contacts.queue), rows)
    return contacts._replace(
        queue=np.concatenate((contacts.queue, *queues)),
        work_s=np.concatenate((contacts.work_s, contacts.work_s[np.concatenate(first)])),
        patience_s=np.concatenate((contacts.patience_s, *patience_s)),
        follow=follow,
        after_s=np.concatenate(after_s),
    )


def draw_absence(
    absence: FloatArray, agent: IntArray, day: IntArray, *, agents: int, days: int, seed: int, replication: int
) -> BoolArray:
    """Which shifts nobody comes to, shape (shifts,).

    One number per agent and day decides, so another roster meets the same people away. `day` may be
    -1 (a night shift from before the horizon).
    """
    luck = _stream(seed, replication, 0).random((agents, days + 1))
    away: BoolArray = luck[agent, np.clip(day + 1, 0, days)] < absence
    return away
