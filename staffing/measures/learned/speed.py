"""Handle times from what an agent report holds: contacts and handle time by person, queue and day."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf, log

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.measures.kpi.records import Records, Rows
from staffing.measures.kpi.terms import only
from staffing.measures.learned.estimate import Estimate, cluster_variance, dispersion, normal_range

MIN_CONTACTS = 30
"""Contacts of a person in a queue, or of a queue, from which they are looked at."""
MIN_DAYS = 3
MIN_COLLEAGUES = 3
BANDS = (0, 1, 3, 6, 12, 24)
"""First month of service of each band of the learning curve; the last is what the others are compared with."""
DAYS_A_MONTH = 365.25 / 12


def handled(records: Records) -> Rows | None:
    """Rows of the agent report with contacts and time; None where there are none."""
    rows = records.rows("handled")
    if rows is None:
        return None
    found = only(rows, (rows["contacts"] > 0) & (rows["handle_s"] > 0) & (rows.agent >= 0) & (rows.queue >= 0))
    return found if len(found) else None


def handle_time_s(rows: Rows, queue: int) -> Estimate | None:
    """Mean handle time of a queue; people differ and so do days, and the larger of both variances counts."""
    mine = only(rows, rows.queue == queue)
    if not len(mine):
        return None
    contacts, seconds = mine["contacts"], mine["handle_s"]
    mean = float(seconds.sum() / contacts.sum())
    found = [cluster_variance(seconds, contacts, unit) for unit in (mine.agent, mine.day)]
    variance = max((value for value in found if value < inf), default=inf) / mean**2
    if not 0 < variance < inf:
        return None
    low, high = normal_range(mean, variance, is_log=True)
    return Estimate(mean, low, high, variance, round(float(contacts.sum())))


def proficiencies(rows: Rows, queue: int) -> dict[int, Estimate]:
    """Speed of each person in a queue: the queue's mean handle time divided by the own one, by position of the agent.

    So the mean of 1 / speed, weighed by contacts, is 1. How a person's daily means vary is told by all people of the
    queue together. People with too few contacts or days are left out; nobody is told where too few remain to compare.
    """
    mine = only(rows, rows.queue == queue)
    agents, who = np.unique(mine.agent, return_inverse=True)
    if len(agents) < MIN_COLLEAGUES:
        return {}
    contacts, seconds = np.bincount(who, mine["contacts"]), np.bincount(who, mine["handle_s"])
    mean = float(seconds.sum() / contacts.sum())
    own = seconds / contacts
    spread = dispersion(mine["handle_s"] / own[who], mine["contacts"], who)
    if not 0 < spread < inf:
        return {}
    # The own time is part of the queue's, which the variance of the ratio of both takes into account.
    part, alone = seconds / seconds.sum(), spread / contacts
    variance = alone * (1 - 2 * part) + float((part**2 * alone).sum())
    days = np.bincount(who)
    found = {}
    for place in np.flatnonzero((contacts >= MIN_CONTACTS) & (days >= MIN_DAYS)):
        value = mean / float(own[place])
        low, high = normal_range(value, float(variance[place]), is_log=True)
        sample = round(float(contacts[place]))
        found[int(agents[place])] = Estimate(value, low, high, float(variance[place]), sample)
    return found


def combined(parts: list[Estimate]) -> Estimate:
    """One figure from several of the same thing, the surer ones counting more (inverse variances, of logarithms)."""
    weight = np.array([1 / part.variance for part in parts])
    value = float(np.exp((weight * np.log([part.value for part in parts])).sum() / weight.sum()))
    variance = 1 / float(weight.sum())
    low, high = normal_range(value, variance, is_log=True)
    return Estimate(value, low, high, variance, sum(part.sample for part in parts))


@dataclass(frozen=True, slots=True)
class Band:
    """Speed of people with `from_month` and more months of service, relative to those of the last band.

    `speed` never falls with the months; `measured` is what it was before that. None: no data.
    """

    from_month: int
    to_month: int | None
    speed: float | None
    measured: float | None
    low: float | None
    high: float | None
    people: int
    contacts: int


def learning_curve(rows: Rows, started: Mapping[int, int]) -> tuple[Band, ...]:
    """Speed by months of service; empty where no queue has people of the last band.

    Each queue is compared with its own experienced people, so that newcomers who get other queues are not slower for
    it. The bands are then made monotone (pool adjacent violators; Ayer, Brunk, Ewing, Reid and Silverman 1955).

    Parameters
    ----------
    rows : Rows
        As of `handled`.
    started : mapping of agent position to proleptic ordinal
        First day of service; people without one are left out.
    """
    known = only(rows, np.isin(rows.agent, list(started)))
    begun = np.array([started[int(agent)] for agent in known.agent])
    months = (known.day - begun) / DAYS_A_MONTH if len(known) else np.zeros(0)
    band = np.clip(np.searchsorted(BANDS, months, side="right") - 1, 0, len(BANDS) - 1)
    expert = band == len(BANDS) - 1
    if not expert.any():
        return ()
    size = int(known.queue.max()) + 1
    contacts = np.bincount(known.queue[expert], known["contacts"][expert], minlength=size)
    seconds = np.bincount(known.queue[expert], known["handle_s"][expert], minlength=size)
    standard = np.divide(seconds, contacts, out=np.full(size, np.nan), where=contacts > 0)
    expected = known["contacts"] * standard[known.queue]
    return _bands(known, band, expected)


def _bands(rows: Rows, band: IntArray, expected: FloatArray) -> tuple[Band, ...]:
    ends = [*BANDS[1:], None]
    found = [
        _band(only(rows, mine), expected[mine], BANDS[number], ends[number])
        for number in range(len(BANDS))
        for mine in [(band == number) & np.isfinite(expected)]
    ]
    told = [place for place, one in enumerate(found) if one.speed is not None]
    # A wide interval of the logarithm means little weight.
    weight = [(log((found[place].high or 1.0) / (found[place].low or 1.0)) + 1e-6) ** -2 for place in told]
    rising = monotone(np.array([found[place].measured for place in told], dtype=float), np.array(weight, dtype=float))
    for place, speed in zip(told, rising.tolist(), strict=True):
        found[place] = replace(found[place], speed=speed)
    return tuple(found)


def _band(rows: Rows, expected: FloatArray, first: int, end: int | None) -> Band:
    people, contacts = len(np.unique(rows.agent)), float(rows["contacts"].sum())
    nothing = Band(first, end, None, None, None, None, people, round(contacts))
    if people < MIN_COLLEAGUES or contacts < MIN_CONTACTS:
        return nothing
    seconds = rows["handle_s"]
    speed = float(expected.sum() / seconds.sum())
    variance = cluster_variance(seconds, expected, rows.agent) * speed**2
    low, high = normal_range(speed, variance, is_log=True)
    return replace(nothing, speed=speed, measured=speed, low=low, high=high)


def monotone(values: FloatArray, weights: FloatArray) -> FloatArray:
    """The nearest values that never fall, by weighted squares (pool adjacent violators).

    >>> import numpy as np
    >>> monotone(np.array([1.0, 3.0, 2.0]), np.ones(3))
    array([1. , 2.5, 2.5])
    """
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        mean, total, size = value, weight, 1
        while blocks and blocks[-1][0] > mean:
            before, more, count = blocks.pop()
            mean = (before * more + mean * total) / (more + total)
            total, size = more + total, size + count
        blocks.append((mean, total, size))
    return np.repeat([mean for mean, _, _ in blocks], [size for _, _, size in blocks]).astype(float)
