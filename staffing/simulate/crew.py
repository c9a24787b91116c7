"""A crew under steady demand: what skill groups achieve together, without a roster."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.queue import AnswerTarget
from staffing.simulate.draws import Callers, draw_contacts
from staffing.simulate.floor import Contacts, Duty, Skills
from staffing.simulate.kernel import run
from staffing.simulate.tally import ABANDONED, ABANDONED_SOON, ANSWERED, ARRIVED, IN_TIME, JUDGED, MEASURES, level

_HOUR_S = 3600.0
_WARM_H = 2
"""Hours at the start that are not judged: everybody begins idle."""
_TAIL_H = 1
"""Hours at the end that are not judged: some contacts still wait."""


@dataclass(frozen=True, slots=True)
class SteadyDemand:
    """Contacts drawn once, one long stretch for each replication; every crew meets the same ones."""

    contacts: tuple[Contacts, ...]
    targets: tuple[AnswerTarget, ...]
    hours: int


def steady_demand(
    volume: ArrayLike,
    *,
    interval_s: float,
    aht_s: ArrayLike,
    targets: Sequence[AnswerTarget],
    patience_s: Sequence[float | None],
    contacts: int,
    replications: int,
    seed: int,
) -> SteadyDemand:
    """Poisson arrivals, exponential handle times and patience, at least `contacts` judged ones in all.

    Parameters
    ----------
    volume, aht_s : array_like
        Contacts per interval and mean handle time of each queue, (queues,).
    interval_s : float
        Length of the interval in seconds.
    targets, patience_s : sequence
        Of each queue; no patience: nobody leaves.
    contacts, replications, seed : int
        How much is drawn.
    """
    per_hour = np.asarray(volume, dtype=float) * _HOUR_S / interval_s
    judged_h = int(np.ceil(contacts / replications / max(float(per_hour.sum()), 1e-9)))
    hours = _WARM_H + max(1, judged_h) + _TAIL_H
    mean_s = np.repeat(np.asarray(aht_s, dtype=float)[:, np.newaxis], hours, axis=1)
    patience = np.array([np.inf if value is None else value for value in patience_s])
    drawn = []
    for replication in range(replications):
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(6, replication)))
        counts = rng.poisson(np.repeat(per_hour[:, np.newaxis], hours, axis=1))
        arrived, _ = draw_contacts(
            counts,
            mean_s,
            Callers.plain(patience),
            np.zeros(len(per_hour)),
            step_s=_HOUR_S,
            seed=seed,
            replication=replication,
        )
        drawn.append(arrived)
    return SteadyDemand(tuple(drawn), tuple(targets), hours)


def crew_levels(demand: SteadyDemand, skills: ArrayLike, assigned: ArrayLike) -> FloatArray:
    """Service level of each replication and queue, (replications, queues).

    Parameters
    ----------
    demand : SteadyDemand
        The contacts.
    skills : array_like
        Which queues each group serves, (groups, queues) of booleans.
    assigned : array_like
        Agents of each group by the queue they look at first, (groups, queues) of whole numbers; the others of their
        queues come second.
    """
    able, crew = np.asarray(skills, dtype=bool), np.asarray(assigned, dtype=np.int64)
    if crew.shape != able.shape or np.any(crew < 0) or np.any(crew[~able] > 0):
        raise ValueError("assigned must be whole numbers >= 0 in the shape of skills, on queues that the group serves")
    count = able.shape[1]
    group, queue = (np.repeat(places, crew.ravel()) for places in np.indices(crew.shape).reshape(2, -1))
    known = Skills.plain(able[group].astype(np.float64), 1 - np.eye(count, dtype=np.int64))
    duty = Duty(np.zeros(len(queue)), np.arange(len(queue)), queue)
    kinds = tuple(target.kind for target in demand.targets)
    within_s = np.array([target.answer_within_s for target in demand.targets])
    counts = [_counts(contacts, duty, known, within_s, demand.hours) for contacts in demand.contacts]
    return level(np.array(counts), kinds, axis=1)


def _counts(contacts: Contacts, duty: Duty, skills: Skills, within_s: FloatArray, hours: int) -> IntArray:
    """Contacts of one replication by queue and measure, (queues, measures)."""
    end_s = hours * _HOUR_S
    outcome = run(contacts, duty, skills, np.array([end_s]))
    judged = (contacts.arrival_s >= _WARM_H * _HOUR_S) & (contacts.arrival_s < end_s - _TAIL_H * _HOUR_S)
    answered = ~np.isnan(outcome.begun_s)
    leaves_s = contacts.arrival_s + contacts.patience_s
    gone = ~answered & (leaves_s <= end_s)
    waited_s = np.where(answered, outcome.begun_s, np.minimum(leaves_s, end_s)) - contacts.arrival_s
    soon = waited_s <= within_s[contacts.queue]
    counts = np.zeros((len(within_s), MEASURES), dtype=np.int64)
    for measure, chosen in (
        (ARRIVED, judged),
        (JUDGED, judged),
        (ANSWERED, judged & answered),
        (IN_TIME, judged & answered & soon),
        (ABANDONED, judged & gone),
        (ABANDONED_SOON, judged & gone & soon),
    ):
        counts[:, measure] = np.bincount(contacts.queue[chosen], minlength=len(within_s))
    return counts
