"""How far the service level of one day strays from its mean when the rate of the contacts is known.

Contacts of the same minutes meet the same queue, so their fates hang together: the level of half an hour strays by more
than ten points, whatever the size of the queue, where independent contacts would give one or two. The queue is a
birth-death process, for which the variance of a long sum is known exactly (Whitt 1992): with ``h(n)`` the chance that
a contact which finds ``n`` others is answered in time, ``S`` its mean and ``w(n)`` the weight of the state,

    u(n) = -(1 / w(n)) sum of w(i) (h(i) - S) over i <= n,
    variance per contact = sum of w(n) [ (h(n) - S + u(n))^2 + u(n)^2 + h(n) (1 - h(n)) ].
"""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, gammainc

from staffing.erlang.special import Array

_REACH = 9.0  # standard deviations of the number of contacts on either side
_TINY = 1e-13


def variance_per_contact(agents: Array, load_erl: Array, aht_s: Array, patience_s: Array, within_s: float) -> Array:
    """Variance of the number answered in time, for each contact of a long time, all arrays of one length.

    Over ``n`` contacts the level strays by ``sqrt(variance / n)``. Independent contacts would give ``S (1 - S)``.

    Parameters
    ----------
    agents, load_erl : ndarray (rows,)
        Agents, moved to whole numbers together with the load; erlangs, > 0.
    aht_s, patience_s : ndarray (rows,)
        Seconds; an infinite patience is Erlang C, whose line is cut where its weight ends.
    within_s : float
        Seconds to answer in.

    Returns
    -------
    ndarray (rows,)

    Examples
    --------
    100 erlangs of five minutes: a half hour with 600 contacts strays by about 14 points.

    >>> one = np.ones(1)
    >>> per_contact = variance_per_contact(100 * one, 100 * one, 300 * one, 180 * one, 20.0)
    >>> [round(float(100 * np.sqrt(value / 600))) for value in (*per_contact, 0.8 * 0.2)]
    [14, 2]
    """
    whole = np.maximum(np.round(agents), 1.0)
    load = np.maximum(load_erl + whole - agents, 0.05 * load_erl)
    reach = _REACH * np.sqrt(np.maximum(load, whole)) + 5.0
    first = np.maximum(np.floor(np.minimum(load, whole) - reach), 0.0)
    states = first[:, None] + np.arange(int((np.maximum(load, whole) + reach - first).max()) + 1)
    ahead = np.maximum(states - whole[:, None], 0.0)
    leaving = np.where(np.isfinite(patience_s), aht_s / patience_s, 0.0)[:, None]
    deaths = np.minimum(states, whole[:, None]) + ahead * leaving  # per handle time
    with np.errstate(divide="ignore"):
        steps = np.log(load)[:, None] - np.log(deaths[:, 1:])
    log_weight = np.concatenate((np.zeros((len(load), 1)), np.cumsum(steps, axis=1)), axis=1)
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    chance = np.where(states < whole[:, None], 1.0, _in_time(ahead, whole / aht_s, patience_s, within_s))
    level = (weight * chance).sum(axis=1, keepdims=True)
    gap = weight * (chance - level)
    # From the nearer end, so that the sums of the thin tails keep their digits.
    below, above = np.cumsum(gap, axis=1), gap[:, ::-1].cumsum(axis=1)[:, ::-1] - gap
    carried = np.where(states <= load[:, None], -below, above) / np.maximum(weight, _TINY)
    spread = (chance - level + carried) ** 2 + carried**2 + chance * (1.0 - chance)
    return np.asarray((np.where(weight > _TINY, weight, 0.0) * spread).sum(axis=1))


def _in_time(ahead: Array, rate: Array, patience_s: Array, within_s: float) -> Array:
    """Chance to be answered in time with `ahead` (rows, states) others in line before; an incomplete beta or gamma."""
    chance = np.zeros(ahead.shape)
    stays = ~np.isfinite(patience_s)
    if stays.any():
        chance[stays] = gammainc(ahead[stays] + 1.0, (rate[stays] * within_s)[:, None])
    if not stays.all():
        j, x = ahead[~stays], (rate * patience_s)[~stays, None]
        ended = -np.expm1(-within_s / patience_s[~stays])[:, None]
        chance[~stays] = x / (x + j + 1.0) * betainc(j + 1.0, x + 1.0, ended)
    return chance
