"""Agents, lines and trunks for a volume and any set of targets: `required_agents` for Erlang C and A, chats apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from staffing.erlang.chat import ChatPool
from staffing.erlang.delay import Index
from staffing.erlang.finite import MOST_LINES
from staffing.erlang.formulas import blocking_probability, checked_limits, erlang_b
from staffing.erlang.models import AnswerPromise, Bools, ChatModel, ErlangModel, LoadRows
from staffing.erlang.redials import redialling
from staffing.erlang.search import first_crew, smallest_crew
from staffing.erlang.special import Array
from staffing.erlang.table import whole_crews


def required_agents(
    volume: ArrayLike,
    *,
    interval_s: ArrayLike,
    aht_s: ArrayLike,
    target: AnswerPromise | None = None,
    patience_s: ArrayLike | None = None,
    integer: bool = True,
    max_occupancy: float | None = None,
    max_abandon_rate: float | None = None,
    max_asa_s: float | None = None,
    max_waiting_probability: float | None = None,
    max_blocking: float | None = None,
    lines: ArrayLike | None = None,
    balk_share: ArrayLike = 0.0,
    redial_share: ArrayLike = 0.0,
) -> Array:
    """Smallest number of agents that keeps the target and every cap in a steady interval.

    Parameters
    ----------
    volume : array_like
        Expected contacts per interval, real, >= 0; with redials the first attempts.
    interval_s, aht_s, patience_s : array_like
        Seconds; broadcast with `volume`. No patience is Erlang C, a patience is Erlang A.
    target : AnswerPromise, optional
        Service level, seconds and kind; may be left out where there is a cap.
    integer : bool
        Whole agents (default), or a real-valued crew: the smallest within one agent below the whole one.
    max_occupancy, max_abandon_rate : float, optional
        Caps in (0, 1]. Erlang A alone can ask for fewer agents than the load: give large queues an occupancy cap.
    max_asa_s : float, optional
        Highest average speed of answer in seconds.
    max_waiting_probability, max_blocking : float, optional
        Highest share of contacts that find nobody free (they wait, balk or are blocked), and of those that find all
        lines taken; the latter needs `lines`.
    lines, balk_share : array_like
        As in `service_level`; broadcast with `volume`.
    redial_share : array_like
        Share of the contacts lost that try again, see `with_redials`; measures are those of all attempts.

    Returns
    -------
    ndarray
        Agents as floats, broadcast shape; 0 where there is no volume, infinite where no crew keeps them all (too few
        lines, or a chance to be blocked that does not depend on the crew).

    >>> from staffing.domain.queue import AnswerTarget
    >>> agents = required_agents([0, 100, 200], interval_s=1800, aht_s=180, target=AnswerTarget(0.8, 20))
    >>> agents.tolist()
    [0.0, 14.0, 24.0]
    >>> required_agents(100, interval_s=1800, aht_s=180, max_asa_s=5, max_occupancy=0.7).tolist()
    15.0
    """
    caps = (max_occupancy, max_abandon_rate, max_asa_s, max_waiting_probability, max_blocking)
    rows, index, shape = steady_rows(volume, interval_s, aht_s, patience_s, lines, balk_share)
    model = ErlangModel(rows, target, *caps)
    share = np.broadcast_to(np.asarray(redial_share, dtype=float), shape).ravel()[index]
    again = bool(np.any(share))
    keeps = redialling(model, share) if again else model.keeps
    if integer and not again:
        found = whole_crews(model)
    else:
        enough = model.enough()
        found = smallest_crew(lambda c, i: keeps(c, i) | (c >= enough[i]), model.guess(), integer=integer)
    if rows.lines is not None or again:
        found[~keeps(found, np.arange(len(found)))] = np.inf
    crooked = np.flatnonzero(model.crooked())
    if len(crooked):  # no search can leave a crew out
        most = model.enough()[crooked]
        found[crooked] = first_crew(lambda c, i: keeps(c, crooked[i]), most, integer=integer)
    result = np.zeros(shape)
    result.flat[index] = found
    return result


def required_lines(
    agents: ArrayLike,
    load_erl: ArrayLike,
    *,
    aht_s: ArrayLike,
    max_blocking: ArrayLike,
    patience_s: ArrayLike | None = None,
    balk_share: ArrayLike = 0.0,
) -> Array:
    """Smallest whole number of lines with which at most a share `max_blocking` of the contacts is refused.

    Lines hold the contacts in service and waiting. Infinite where no number up to a million will do: callers who never
    leave and more load than agents. Arguments as in `blocking_probability`, which broadcast.

    >>> required_lines([14, 14, 9], 10, aht_s=180, max_blocking=[0.02, 0.001, 0.05]).tolist()
    [17.0, 26.0, inf]
    """
    patience = np.asarray(np.inf if patience_s is None else patience_s, dtype=float)
    given = (agents, load_erl, aht_s, max_blocking, patience, balk_share)
    c, a, aht, cap, patience, balk = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in given))
    if np.any(~((cap > 0.0) & (cap <= 1.0))):
        raise ValueError("max_blocking must be more than 0 and at most 1")
    blocking_probability(c, a, aht_s=aht, patience_s=patience, balk_share=balk)  # refuses wrong arguments
    result = np.zeros(c.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        stuck = np.isinf(patience) & (a > 0.0) & (1.0 - c / (a * (1.0 - balk)) >= cap)  # what many lines tend to
    result[stuck] = np.inf
    index = np.flatnonzero((a > 0.0) & ~stuck)
    c, a, aht, cap, patience, balk = (values.flat[index] for values in (c, a, aht, cap, patience, balk))

    def enough(lines: Array, i: Index) -> Bools:
        most = np.minimum(lines, MOST_LINES)
        given = {"aht_s": aht[i], "patience_s": patience[i], "lines": most, "balk_share": balk[i]}
        return np.asarray((blocking_probability(c[i], a[i], **given) <= cap[i]) | (lines >= MOST_LINES))

    found = smallest_crew(enough, np.minimum(c, a) + 2.0 * np.sqrt(a), integer=True)
    result.flat[index] = np.where(found < MOST_LINES, found, np.inf)
    return result


def required_trunks(load_erl: ArrayLike, *, max_blocking: ArrayLike) -> Array:
    """Smallest whole number of trunks or agents that blocks at most a share of the contacts when none may wait.

    >>> required_trunks([0, 4.46, 84.06], max_blocking=0.01).tolist()
    [0.0, 10.0, 100.0]
    """
    a, cap = np.broadcast_arrays(np.asarray(load_erl, dtype=float), np.asarray(max_blocking, dtype=float))
    if np.any(~((cap > 0.0) & (cap <= 1.0))):
        raise ValueError("max_blocking must be more than 0 and at most 1")
    load, share = a.ravel(), cap.ravel()
    found = smallest_crew(lambda c, i: erlang_b(c, load[i]) <= share[i], load, integer=True)
    return found.reshape(a.shape)


def steady_rows(
    volume: ArrayLike,
    interval_s: ArrayLike,
    aht_s: ArrayLike,
    patience_s: ArrayLike | None,
    lines: ArrayLike | None,
    balk_share: ArrayLike,
) -> tuple[LoadRows, Index, tuple[int, ...]]:
    """Rows of load where there is volume, their flat indices, and the broadcast shape."""
    given = (volume, interval_s, aht_s, np.inf if patience_s is None else patience_s)
    limits = (np.inf if lines is None else lines, balk_share)
    arrays = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in (*given, *limits)))
    contacts, seconds, aht, patience, most, balk = arrays
    if np.any(~(contacts >= 0.0)) or np.any(np.isinf(contacts)):
        raise ValueError("volume must be finite and not negative")
    if np.any(~(seconds > 0.0)) or np.any(~(aht > 0.0)) or np.any(~(patience > 0.0)):
        raise ValueError("interval_s, aht_s and patience_s must be more than 0 seconds")
    checked_limits(lines, balk_share)
    index = np.flatnonzero(contacts > 0.0)
    load = (contacts.flat[index] / seconds.flat[index] * aht.flat[index])[:, None]
    rows = LoadRows(load, np.ones_like(load), aht.flat[index], patience.flat[index])
    return rows.limited(most.flat[index], balk.flat[index]), index, contacts.shape


def required_chat_agents(
    volume: ArrayLike,
    *,
    interval_s: float,
    aht_s: ArrayLike,
    target: AnswerPromise,
    pool: ChatPool,
    patience_s: ArrayLike | None = None,
    integer: bool = True,
    max_occupancy: float | None = None,
    max_abandon_rate: float | None = None,
) -> Array:
    """Smallest crew that answers chats in time and keeps both caps in a steady interval; as in `required_agents`.

    Occupancy is the share of the speed that agents with all their places taken would have.

    >>> from staffing.domain.queue import AnswerTarget
    >>> pool, promise = ChatPool.linear(3, 0.35), AnswerTarget(0.8, 30)
    >>> required_chat_agents([0, 60], interval_s=1800, aht_s=480, target=promise, pool=pool, patience_s=240).tolist()
    [0.0, 10.0]
    """
    patience = np.inf if patience_s is None else patience_s
    contacts, aht, leave = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (volume, aht_s, patience)))
    load = contacts * aht / interval_s
    rows = LoadRows(load.reshape(-1, 1), np.ones((load.size, 1)), aht.ravel(), leave.ravel())
    model = ChatModel(rows, target, max_occupancy, max_abandon_rate, pool=pool)
    return smallest_crew(model.meets, model.guess(), integer=integer).reshape(load.shape)
