"""Absence: the only place where shrinkage multiplies anything, and the only rounding.

Unplanned absence makes rostered agents out of present ones. Planned absence (leave, training, meetings) is time that
the roster knows, so it only makes heads out of rostered agents. Breaks lie inside shifts and belong to neither.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc

from staffing.domain.calendar import DayTable
from staffing.domain.centre import Centre
from staffing.domain.queue import Queue
from staffing.domain.timegrid import TimeGrid
from staffing.erlang.deferred import covering
from staffing.erlang.special import Array


def gross_agents(agents: ArrayLike, unplanned_share: ArrayLike, *, probability: float | None = None) -> Array:
    """Agents on the roster so that `agents` are present, real-valued.

    Parameters
    ----------
    agents : array_like
        Net agents, >= 0.
    unplanned_share : array_like
        Share of rostered time lost to unplanned absence, 0 <= share < 1; broadcasts with `agents`.
    probability : float, optional
        Chance in (0, 1) that enough are present when each agent is absent independently (binomial). None, the default,
        makes the mean presence equal `agents`.

    Returns
    -------
    ndarray
        ``agents / (1 - share)``, or the smallest real number N with P(Binomial(N, 1 - share) >= agents) >= probability,
        the binomial continued by the incomplete beta function.

    >>> float(gross_agents(90, 0.1)), round_up(gross_agents([30, 100, 300], 0.1, probability=0.9)).tolist()
    (100.0, [36, 116, 341])
    """
    net, share = np.broadcast_arrays(np.asarray(agents, dtype=float), np.asarray(unplanned_share, dtype=float))
    if np.any(~(net >= 0.0)):
        raise ValueError("agents must not be negative")
    if np.any(~((share >= 0.0) & (share < 1.0))):
        raise ValueError("unplanned_share must be at least 0 and less than 1")
    if probability is None:
        return np.asarray(net / (1.0 - share))
    if not 0.0 < probability < 1.0:
        raise ValueError("probability must be between 0 and 1")
    return _with_probability(net, 1.0 - share, probability)


def presence_probability(rostered: ArrayLike, agents: ArrayLike, unplanned_share: ArrayLike) -> Array:
    """Chance that at least `agents` of the `rostered` are present: I_p(k, N - k + 1), p = 1 - share.

    >>> round(float(presence_probability(34, 30, 0.1)), 2)
    0.75
    """
    rostered, needed = np.asarray(rostered, dtype=float), np.asarray(agents, dtype=float)
    present = 1.0 - np.asarray(unplanned_share, dtype=float)
    k, n, p = np.broadcast_arrays(needed, rostered, present)
    safe = np.maximum(k, 1e-300)
    chance = np.where(n >= k, betainc(safe, np.maximum(n - k, 0.0) + 1.0, p), 0.0)
    return np.where(k > 0.0, chance, 1.0)


def _with_probability(net: Array, present: Array, probability: float) -> Array:
    low = net.copy()
    high = net / present
    short = presence_probability(high, net, 1.0 - present) < probability
    while short.any():
        high = np.where(short, high + np.maximum(1.0, 0.5 * np.sqrt(net)), high)
        short = presence_probability(high, net, 1.0 - present) < probability
    for _ in range(40):
        middle = 0.5 * (low + high)
        good = presence_probability(middle, net, 1.0 - present) >= probability
        high, low = np.where(good, middle, high), np.where(good, low, middle)
    return np.where((net > 0.0) & (present < 1.0), high, net)


def lost_share(centre: Centre, queue: Queue, table: DayTable, grid: TimeGrid, *, planned: bool) -> Array:
    """Share of time lost in each step for the planned or the unplanned reasons of a queue.

    Reasons compound: of those not lost for one reason the next takes its share, so 20 % and 10 % lose 28 %, and 100
    agents present take 138.9. The queue's own share of ``[shrinkage]`` is one of the unplanned reasons.

    Parameters
    ----------
    centre : Centre
        Its reasons of absence.
    queue : Queue
        One of its queues.
    table : DayTable
        Kinds of the days, for reasons with hours; continued by ordinary weeks where it ends.
    grid : TimeGrid
        The steps.
    planned : bool
        Which reasons.

    Returns
    -------
    ndarray (steps,)
    """
    lost = np.zeros(grid.n)
    for share in reason_shares(centre, queue, table, grid, planned=planned).values():
        lost = _both(lost, share)
    return lost


def reason_shares(centre: Centre, queue: Queue, table: DayTable, grid: TimeGrid, *, planned: bool) -> dict[str, Array]:
    """The shares of `lost_share` by the name of the reason, (steps,); the queue's own share has no name.

    Rows of one name compound; reasons that never hold are left out.
    """
    days = covering(table, grid.dates[0], grid.dates[-1])
    found: dict[str, Array] = {}
    if queue.unplanned_shrinkage > 0.0 and not planned:
        found[""] = np.full(grid.n, queue.unplanned_shrinkage)
    for reason in centre.shrinkage:
        if reason.planned == planned and reason.concerns(queue.id):
            share = np.where(reason.mask(days, grid), reason.share, 0.0)
            found[reason.name] = _both(found.get(reason.name, np.zeros(grid.n)), share)
    return {name: share for name, share in found.items() if share.any()}


def _both(lost: Array, share: Array) -> Array:
    """Share lost for two reasons, the second of what the first leaves; exact where one of them is 0."""
    return lost + share - lost * share


def headcount(agents_gross: ArrayLike, planned_share: ArrayLike) -> Array:
    """People on the payroll so that `agents_gross` can be rostered while others are on leave or in training.

    Parameters
    ----------
    agents_gross : array_like
        Rostered agents, >= 0.
    planned_share : array_like
        Share of the people away for reasons known beforehand, 0 <= share < 1; broadcasts with `agents_gross`.

    Returns
    -------
    ndarray
        Real-valued; round once, after adding what one pool serves.

    >>> round(float(headcount(gross_agents(100, 0.1), 0.2)), 1)
    138.9
    """
    return gross_agents(agents_gross, planned_share)


def round_up(agents: ArrayLike) -> NDArray[np.int64]:
    """Whole agents for displays: the last step, once, after adding what one pool serves.

    A remainder below a millionth of an agent is noise of the search, not a person.

    >>> round_up([0.0, 13.0000000004, 13.01]).tolist()
    [0, 13, 14]
    """
    return np.ceil(np.asarray(agents, dtype=float) - 1e-6).astype(np.int64)
