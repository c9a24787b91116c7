"""Agents for a volume and a target: `required_agents` for Erlang C and A, `required_chat_agents` for chats."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from staffing.erlang.chat import ChatPool
from staffing.erlang.models import AnswerPromise, ChatModel, ErlangModel, LoadRows
from staffing.erlang.search import smallest_crew
from staffing.erlang.special import Array
from staffing.erlang.table import whole_crews


def required_agents(
    volume: ArrayLike,
    *,
    interval_s: ArrayLike,
    aht_s: ArrayLike,
    target: AnswerPromise,
    patience_s: ArrayLike | None = None,
    integer: bool = True,
    max_occupancy: float | None = None,
    max_abandon_rate: float | None = None,
) -> Array:
    """Smallest number of agents that keeps the target and both caps in a steady interval.

    Parameters
    ----------
    volume : array_like
        Expected contacts per interval, real, >= 0.
    interval_s, aht_s, patience_s : array_like
        Seconds; broadcast with `volume`. No patience is Erlang C, a patience is Erlang A.
    target : AnswerPromise
        Service level, seconds and kind.
    integer : bool
        Whole agents (default) or the real-valued smallest crew, never more than the whole one.
    max_occupancy, max_abandon_rate : float, optional
        Caps in (0, 1]. Erlang A alone can ask for fewer agents than the load: give large queues an occupancy cap.

    Returns
    -------
    ndarray
        Agents as floats, broadcast shape; 0 where there is no volume.

    >>> from staffing.domain.queue import AnswerTarget
    >>> agents = required_agents([0, 100, 200], interval_s=1800, aht_s=180, target=AnswerTarget(0.8, 20))
    >>> agents.tolist()
    [0.0, 14.0, 24.0]
    """
    patience = np.asarray(np.inf if patience_s is None else patience_s, dtype=float)
    arrays = (np.asarray(volume, float), np.asarray(interval_s, float), np.asarray(aht_s, float), patience)
    contacts, seconds, aht, patience = np.broadcast_arrays(*arrays)
    if np.any(~(contacts >= 0.0)) or np.any(np.isinf(contacts)):
        raise ValueError("volume must be finite and not negative")
    if np.any(~(seconds > 0.0)) or np.any(~(aht > 0.0)) or np.any(~(patience > 0.0)):
        raise ValueError("interval_s, aht_s and patience_s must be more than 0 seconds")
    result = np.zeros(contacts.shape)
    busy = np.flatnonzero(contacts > 0.0)
    load = (contacts.flat[busy] / seconds.flat[busy] * aht.flat[busy])[:, None]
    rows = LoadRows(load, np.ones_like(load), aht.flat[busy], patience.flat[busy])
    model = ErlangModel(rows, target, max_occupancy, max_abandon_rate)
    found = whole_crews(model) if integer else smallest_crew(model.meets, model.guess(), integer=False)
    result.flat[busy] = found
    return result


def required_chat_agents(
    volume: ArrayLike,
    *,
    interval_s: float,
    aht_s: ArrayLike,
    target: AnswerPromise,
    pool: ChatPool,
    patience_s: ArrayLike | None = None,
    integer: bool = True,
) -> Array:
    """Smallest crew that answers chats in time in a steady interval; arguments as in `required_agents`.

    >>> from staffing.domain.queue import AnswerTarget
    >>> pool, promise = ChatPool.linear(3, 0.35), AnswerTarget(0.8, 30)
    >>> required_chat_agents([0, 60], interval_s=1800, aht_s=480, target=promise, pool=pool, patience_s=240).tolist()
    [0.0, 10.0]
    """
    patience = np.inf if patience_s is None else patience_s
    contacts, aht, leave = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (volume, aht_s, patience)))
    load = contacts * aht / interval_s
    rows = LoadRows(load.reshape(-1, 1), np.ones((load.size, 1)), aht.ravel(), leave.ravel())
    model = ChatModel(rows, target, pool=pool)
    return smallest_crew(model.meets, model.guess(), integer=integer).reshape(load.shape)
