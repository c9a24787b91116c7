"""The other way round: the volume, the handle time and the answer time a given crew can keep.

Every answer is where the forward functions of `formulas` turn from keeping a promise to breaking it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from staffing.erlang import formulas
from staffing.erlang.delay import Index, checked_kind
from staffing.erlang.formulas import lost_rate
from staffing.erlang.inverse import steady_rows
from staffing.erlang.models import AnswerPromise, Bools, ErlangModel
from staffing.erlang.search import turning_point
from staffing.erlang.special import Array

_CEILING = 1e9  # contacts or seconds: what still holds there always holds


def carried_volume(
    agents: ArrayLike,
    *,
    interval_s: ArrayLike,
    aht_s: ArrayLike,
    target: AnswerPromise | None = None,
    patience_s: ArrayLike | None = None,
    max_occupancy: float | None = None,
    max_abandon_rate: float | None = None,
    max_asa_s: float | None = None,
    max_waiting_probability: float | None = None,
    max_blocking: float | None = None,
    lines: ArrayLike | None = None,
    balk_share: ArrayLike = 0.0,
    redial_share: ArrayLike = 0.0,
) -> Array:
    """Largest volume with which a crew keeps the target and every cap.

    Parameters
    ----------
    agents : array_like
        Real, >= 0; broadcasts with the other arrays.
    interval_s, aht_s, patience_s, target, max_..., lines, balk_share, redial_share
        As in `required_agents`.

    Returns
    -------
    ndarray
        Contacts per interval (first attempts, where some redial), broadcast shape. 0 where the promise is broken by
        the first contact; infinite where no volume breaks it (such as ``any`` when nearly all give up in time). With
        `lines` alone a cap on abandonment says little: where nearly all are blocked, few are left to give up.

    >>> from staffing.domain.queue import AnswerTarget
    >>> carried_volume([13, 14], interval_s=1800, aht_s=180, target=AnswerTarget(0.8, 20)).round(2).tolist()
    [99.67, 108.68]
    """
    arrays = _broadcast(agents, 1.0, interval_s, aht_s, patience_s, lines, balk_share, redial_share)
    crew, _, seconds, aht, patience, most, balk, redial = (values.ravel() for values in arrays)
    rows, _, _ = steady_rows(np.ones(len(crew)), seconds, aht, patience, most, balk)
    caps = (max_occupancy, max_abandon_rate, max_asa_s, max_waiting_probability, max_blocking)
    model = ErlangModel(rows, target, *caps)

    def meets(volume: Array, i: Index) -> Bools:
        return model.at(i, volume / seconds[i] * aht[i]).keeps(crew[i], np.arange(len(i)))

    total, _ = turning_point(meets, np.maximum(crew, 0.1) / aht * seconds, ceiling=_CEILING)
    again = np.flatnonzero((redial > 0.0) & (total > 0.0) & np.isfinite(total))
    given = {"aht_s": aht[again], "patience_s": patience[again], "lines": most[again], "balk_share": balk[again]}
    lost = lost_rate(crew[again], total[again] / seconds[again] * aht[again], **given)
    total[again] *= 1.0 - redial[again] * lost
    return total.reshape(arrays[0].shape)


def longest_aht(
    agents: ArrayLike,
    volume: ArrayLike,
    *,
    interval_s: ArrayLike,
    target: AnswerPromise | None = None,
    patience_s: ArrayLike | None = None,
    max_occupancy: float | None = None,
    max_abandon_rate: float | None = None,
    max_asa_s: float | None = None,
    max_waiting_probability: float | None = None,
    max_blocking: float | None = None,
    lines: ArrayLike | None = None,
    balk_share: ArrayLike = 0.0,
) -> Array:
    """Longest mean handle time in seconds with which a crew keeps the target and every cap.

    Arguments as in `carried_volume`, with the contacts per interval. 0 where the crew cannot keep them however short
    the handle time, infinite where no handle time breaks them (no volume).

    >>> from staffing.domain.queue import AnswerTarget
    >>> longest_aht(14, [100, 120], interval_s=1800, target=AnswerTarget(0.8, 20)).round(1).tolist()
    [194.9, 163.8]
    """
    arrays = _broadcast(agents, volume, interval_s, 1.0, patience_s, lines, balk_share, 0.0)
    crew, contacts, seconds, one, patience, most, balk, _ = (values.ravel() for values in arrays)
    caps = (max_occupancy, max_abandon_rate, max_asa_s, max_waiting_probability, max_blocking)
    rows, index, _ = steady_rows(contacts, seconds, one, patience, most, balk)
    model = ErlangModel(rows, target, *caps)
    crew, contacts, seconds = crew[index], contacts[index], seconds[index]

    def meets(aht: Array, i: Index) -> Bools:
        return model.at(i, contacts[i] / seconds[i] * aht, aht).keeps(crew[i], np.arange(len(i)))

    result = np.full(arrays[0].size, np.inf)
    result[index], _ = turning_point(meets, np.maximum(crew, 0.1) / contacts * seconds, ceiling=_CEILING)
    return result.reshape(arrays[0].shape)


def kept_answer_time(
    agents: ArrayLike,
    load_erl: ArrayLike,
    *,
    aht_s: ArrayLike,
    service_level: ArrayLike,
    patience_s: ArrayLike | None = None,
    kind: str = "offered",
    lines: ArrayLike | None = None,
    balk_share: ArrayLike = 0.0,
) -> Array:
    """Shortest threshold in seconds within which a crew answers a share `service_level` of its contacts.

    `kept_answer_time` is to the seconds of a target what `staffing.erlang.service_level` is to its share; arguments as
    there. 0 where enough are answered at once, infinite where the share is never reached.

    >>> kept_answer_time([10, 13, 14, 18], 10, aht_s=180, service_level=0.8).round(1).tolist()
    [inf, 21.3, 0.0, 0.0]
    """
    share = np.asarray(service_level, dtype=float)
    if np.any(~((share > 0.0) & (share < 1.0))):
        raise ValueError("service_level must be more than 0 and less than 1")
    checked_kind(kind)
    most = np.inf if lines is None else lines
    given = (agents, load_erl, aht_s, np.inf if patience_s is None else patience_s, most, balk_share, share)
    arrays = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in given))
    crew, load, aht, patience, taken, balk, wanted = (values.ravel() for values in arrays)

    def level(within_s: Array, i: Index) -> Array:
        limits = {"lines": taken[i], "balk_share": balk[i]}
        mean = {"aht_s": aht[i], "patience_s": patience[i]}
        return formulas.service_level(crew[i], load[i], answer_within_s=within_s, kind=kind, **mean, **limits)

    result = np.zeros(len(crew))
    late = np.flatnonzero(level(result, np.arange(len(crew))) < wanted)
    guess = aht[late] / np.maximum(crew[late], 1.0)
    _, result[late] = turning_point(lambda t, i: level(t, late[i]) < wanted[late[i]], guess, ceiling=_CEILING)
    return result.reshape(arrays[0].shape)


def _broadcast(
    agents: ArrayLike,
    volume: ArrayLike,
    interval_s: ArrayLike,
    aht_s: ArrayLike,
    patience_s: ArrayLike | None,
    lines: ArrayLike | None,
    balk_share: ArrayLike,
    redial_share: ArrayLike,
) -> tuple[Array, ...]:
    patience, most = (np.inf if value is None else value for value in (patience_s, lines))
    given = (agents, volume, interval_s, aht_s, patience, most, balk_share, redial_share)
    arrays = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in given))
    if np.any(~(arrays[0] >= 0.0)) or np.any(np.isinf(arrays[0])):
        raise ValueError("agents must be finite and not negative")
    if np.any(~((arrays[-1] >= 0.0) & (arrays[-1] <= 1.0))):
        raise ValueError("redial_share must be from 0 to 1")
    return arrays
