"""Patience from what was measured: waits and abandonments of the history, or a known share of abandonment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaincinv

from staffing.domain.demand import ContactHistory
from staffing.erlang import formulas
from staffing.erlang.delay import Index
from staffing.erlang.models import Bools
from staffing.erlang.search import turning_point
from staffing.erlang.special import Array

_LONGEST_S = 1e8


@dataclass(frozen=True, slots=True)
class PatienceEstimate:
    """Mean patience in seconds with its 95 % confidence limits, from so many abandonments."""

    patience_s: float
    low95_s: float
    high95_s: float
    abandons: float


def estimate_patience(wait_s_total: ArrayLike, abandoned: ArrayLike) -> tuple[Array, Array, Array]:
    """Mean patience: the summed wait of all contacts over the number that gave up, and 95 % limits.

    A caller who is answered shows only that patience was longer than the wait. The maximum-likelihood estimate of an
    exponential patience with such censored values is the total wait, answered and abandoned together, over the number
    of abandonments (Epstein and Sobel 1953; for call centres Brown et al. 2005). The mean wait of those who gave up is
    no estimate of it: they are the impatient ones. The limits are those of a Poisson count over the total wait
    (Garwood 1936).

    Parameters
    ----------
    wait_s_total : array_like
        Seconds waited by all contacts, answered or not, >= 0.
    abandoned : array_like
        Contacts that gave up, >= 0; broadcasts with `wait_s_total`.

    Returns
    -------
    patience_s, low95_s, high95_s : ndarray
        Seconds, broadcast shape. With nobody giving up the estimate and its upper limit are infinite.

    >>> [values.round(1).tolist() for values in estimate_patience([36_000, 5_000], [200, 0])]
    [[180.0, inf], [156.7, 1355.4], [207.8, inf]]
    """
    wait, count = np.broadcast_arrays(np.asarray(wait_s_total, dtype=float), np.asarray(abandoned, dtype=float))
    for name, values in (("wait_s_total", wait), ("abandoned", count)):
        if np.any(~(values >= 0.0)) or np.any(np.isinf(values)):
            raise ValueError(f"{name} must be finite and not negative")
    some = count > 0.0
    safe = np.where(some, count, 1.0)
    mean = np.where(some, wait / safe, np.inf)
    high = np.where(some, wait / gammaincinv(safe, 0.025), np.inf)
    return mean, np.asarray(wait / gammaincinv(count + 1.0, 0.975)), high


def patience_from_history(history: ContactHistory, queue: str) -> PatienceEstimate | None:
    """Patience of a queue from the intervals whose wait and abandonment are both known.

    None where there is no such interval, or nobody gave up or waited in them: then there is nothing to estimate.
    """
    if history.wait_s is None or history.abandoned is None or queue not in history.queues:
        return None
    row = history.queues.index(queue)
    wait, abandoned = history.wait_s[row], history.abandoned[row]
    known = np.isfinite(wait) & np.isfinite(abandoned)
    seconds, count = float(wait[known].sum()), float(abandoned[known].sum())
    if not seconds > 0.0 or not count > 0.0:
        return None
    mean, low, high = (float(value) for value in estimate_patience(seconds, count))
    return PatienceEstimate(mean, low, high, count)


def implied_patience(
    agents: ArrayLike,
    load_erl: ArrayLike,
    *,
    aht_s: ArrayLike,
    abandon_rate: ArrayLike,
    lines: ArrayLike | None = None,
    balk_share: ArrayLike = 0.0,
) -> Array:
    """Mean patience in seconds with which a crew at this load has the given share of abandonment (Erlang A).

    For a centre that knows its abandonment but not its waits. Other arguments as in `service_level`; all broadcast.

    Returns
    -------
    ndarray
        Seconds; infinite where even callers who hardly ever leave abandon that much (nothing, or no more than overload
        alone makes), 0 where no patience is short enough.

    >>> implied_patience(14, 10, aht_s=180, abandon_rate=[0.0, 0.0228392865318, 0.9]).round(6).tolist()
    [inf, 120.0, 0.0]
    """
    share = np.asarray(abandon_rate, dtype=float)
    if np.any(~((share >= 0.0) & (share <= 1.0))):
        raise ValueError("abandon_rate must be from 0 to 1")
    most = np.inf if lines is None else lines
    given = (agents, load_erl, aht_s, share, most, balk_share)
    arrays = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in given))
    crew, load, aht, wanted, taken, balk = (values.ravel() for values in arrays)

    def more(patience_s: Array, i: Index) -> Bools:
        mean = {"aht_s": aht[i], "patience_s": patience_s, "lines": taken[i], "balk_share": balk[i]}
        return np.asarray(formulas.abandon_rate(crew[i], load[i], **mean) > wanted[i])

    result = np.full(len(crew), np.inf)
    some = np.flatnonzero(wanted > 0.0)
    result[some], _ = turning_point(lambda p, i: more(p, some[i]), aht[some], ceiling=_LONGEST_S)
    return result.reshape(arrays[0].shape)
