"""Unplanned absence: the only place where shrinkage multiplies anything, and the only rounding.

Planned absence (leave, training, meetings) is time in the roster and breaks lie inside shifts; neither belongs here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc

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


def round_up(agents: ArrayLike) -> NDArray[np.int64]:
    """Whole agents for displays: the last step, once, after adding what one pool serves.

    A remainder below a millionth of an agent is noise of the search, not a person.

    >>> round_up([0.0, 13.0000000004, 13.01]).tolist()
    [0, 13, 14]
    """
    return np.ceil(np.asarray(agents, dtype=float) - 1e-6).astype(np.int64)
