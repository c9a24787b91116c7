"""Contacts that were lost and try again: the load an ACD sees is more than the demand behind it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from staffing.erlang.delay import Index
from staffing.erlang.formulas import lost_rate
from staffing.erlang.models import Bools, ErlangModel
from staffing.erlang.search import Meets, turning_point
from staffing.erlang.special import Array

_CEILING = 1e7  # erlangs: beyond, redials grow without end


def with_redials(
    volume: ArrayLike,
    *,
    agents: ArrayLike,
    interval_s: ArrayLike,
    aht_s: ArrayLike,
    redial_share: ArrayLike,
    patience_s: ArrayLike | None = None,
    lines: ArrayLike | None = None,
    balk_share: ArrayLike = 0.0,
) -> Array:
    """All attempts per interval when a share of the contacts lost tries again: v = volume + share lost(v) v.

    Steady state; attempts again are taken to be as random as first ones, which holds when people wait long before they
    dial again (the retrial model of Erlang X, Koole 2013). The solution is unique, since what a crew answers does not
    fall when more is offered.

    Parameters
    ----------
    volume : array_like
        First attempts per interval, >= 0.
    redial_share : array_like
        Share of those blocked, balking or giving up that try again, 0 to 1, however often they did before.
    agents, interval_s, aht_s, patience_s, lines, balk_share : array_like
        As in `service_level`; all broadcast.

    Returns
    -------
    ndarray
        Attempts per interval, at least `volume`; infinite where all try again and the crew cannot answer them all.

    >>> crew = {"interval_s": 1800, "aht_s": 180, "patience_s": 60}
    >>> with_redials(100, agents=10, redial_share=[0.0, 0.5, 0.9], **crew).round(1).tolist()
    [100.0, 111.6, 143.9]
    """
    patience = np.inf if patience_s is None else patience_s
    given = (volume, agents, interval_s, aht_s, redial_share, patience, np.inf if lines is None else lines, balk_share)
    arrays = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in given))
    contacts, seconds, share = arrays[0], arrays[2], arrays[4]
    if np.any(~(contacts >= 0.0)) or np.any(np.isinf(contacts)) or np.any(~(seconds > 0.0)):
        raise ValueError("volume must be finite and not negative, interval_s more than 0 seconds")
    _checked_share(share)
    result = contacts.copy()
    index = np.flatnonzero((contacts > 0.0) & (share > 0.0))
    first, crew, duration, aht, again, leave, most, balk = (values.flat[index] for values in arrays)
    load = first / duration * aht
    result.flat[index] = total_load(crew, load, aht, again, leave, most, balk) / aht * duration
    return result


def total_load(
    agents: Array, load_erl: Array, aht_s: Array, redial_share: Array, patience_s: Array, lines: Array, balk: Array
) -> Array:
    """Load of all attempts for the load of the first ones, > 0; one-dimensional arrays of one length."""

    def within(total: Array, i: Index) -> Bools:
        """Whether the total brings no more than the load of first attempts."""
        lost = lost_rate(agents[i], total, aht_s=aht_s[i], patience_s=patience_s[i], lines=lines[i], balk_share=balk[i])
        return np.asarray(total * (1.0 - redial_share[i] * lost) <= load_erl[i])

    total, _ = turning_point(within, load_erl, ceiling=_CEILING)
    return np.maximum(total, load_erl)


def redialling(model: ErlangModel, redial_share: Array) -> Meets:
    """`model.keeps` with the load of all attempts in place of that of the first ones; one sub-step per row."""
    _checked_share(redial_share)
    rows = model.rows

    def keeps(agents: Array, index: Index) -> Bools:
        part, again = rows.take(index), redial_share[index]
        lines = np.full(len(index), np.inf) if part.lines is None else part.lines
        balk = np.zeros(len(index)) if part.balk_share is None else part.balk_share
        load = total_load(agents, part.load_erl[:, 0], part.aht_s, again, part.patience_s, lines, balk)
        known = np.flatnonzero(np.isfinite(load))
        kept = np.zeros(len(index), dtype=bool)
        kept[known] = model.at(index[known], load[known]).keeps(agents[known], np.arange(len(known)))
        return kept

    return keeps


def _checked_share(redial_share: Array) -> None:
    if np.any(~((redial_share >= 0.0) & (redial_share <= 1.0))):
        raise ValueError("redial_share must be from 0 to 1")
