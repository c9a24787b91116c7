"""Everything random, drawn before the clock starts: arrivals, work, patience, absence.

Each replication and queue has its own stream, so two rosters, or one roster with another agent more, meet the same
contacts (common random numbers), and replications may run in any order.
"""

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.simulate.due import CARRIED
from staffing.simulate.floor import Contacts

_ROOM = 5
"""First part of the key of every stream, apart from the streams of other rooms for the same seed."""


def _stream(seed: int, replication: int, part: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_ROOM, replication, part)))


def draw_contacts(
    counts: IntArray,
    aht_s: FloatArray,
    patience_s: FloatArray,
    carried: FloatArray,
    *,
    step_s: float,
    service_cv: float | None,
    seed: int,
    replication: int,
) -> tuple[Contacts, IntArray]:
    """Contacts of one replication in order of arrival, and the step each arrives in (`CARRIED`: there before).

    Parameters
    ----------
    counts : (queues, steps)
        Contacts that arrive in each step, uniform inside it.
    aht_s : (queues, steps)
        Mean handle time of a standard agent who handles the contact alone.
    patience_s : (queues,)
        Mean of the exponential patience; infinite where nobody gives up.
    carried : (queues,)
        Expected number of contacts that are there at the start.
    service_cv
        Coefficient of variation of lognormal handle times; None for exponential ones.
    """
    columns = []
    for queue in range(len(counts)):
        rng = _stream(seed, replication, 1 + queue)
        waiting = int(carried[queue] + rng.random())
        step = np.concatenate((np.full(waiting, CARRIED), np.repeat(np.arange(counts.shape[1]), counts[queue])))
        arrival_s = np.sort((step + rng.random(len(step))) * step_s)
        # A sum such as 3 + 0.999... may round up to the next step.
        arrival_s = np.maximum(0.0, np.minimum(arrival_s, np.nextafter((step + 1) * step_s, 0.0)))
        work_s = aht_s[queue, np.maximum(step, 0)] * _unit_work(rng, len(step), service_cv)
        leaves_s = arrival_s + patience_s[queue] * rng.standard_exponential(len(step))
        columns.append((arrival_s, np.full(len(step), queue), work_s, leaves_s, step))
    merged = [np.concatenate(parts) for parts in zip(*columns, strict=True)]
    order = np.argsort(merged[0], kind="stable")
    arrival_s, number, work_s, leaves_s, step = (column[order] for column in merged)
    return Contacts(arrival_s, number.astype(np.int64), work_s, leaves_s), step.astype(np.int64)


def _unit_work(rng: np.random.Generator, count: int, service_cv: float | None) -> FloatArray:
    """Handle times with mean 1."""
    if service_cv is None:
        return rng.standard_exponential(count)
    variance = np.log1p(service_cv**2)
    work: FloatArray = np.exp(np.sqrt(variance) * rng.standard_normal(count) - variance / 2)
    return work


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
