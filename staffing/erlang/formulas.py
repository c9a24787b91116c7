"""Erlang B, C and A as array functions: arguments broadcast, agents are real-valued, load is in erlangs.

Conventions at the edges, so that no result is ever NaN or negative:

- no load: nobody waits; service level 1, wait, abandonment, occupancy and blocking 0, whatever the agents;
- callers who never leave and a load of at least the agents: waiting probability 1, service level 0, wait infinite.

``patience_s=None`` (or infinite) is Erlang C; a mean patience in seconds is Erlang A. `lines` is the most contacts in
service and waiting together (None or infinite: no limit), `balk_share` the share of those who find nobody free that
leave at once. With either, every share is one of all contacts offered, the blocked ones included, see `finite`; real
agents are continued there, and more agents than lines are idle.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from staffing.erlang.delay import DelaySystem, Index, WaitingSystem
from staffing.erlang.finite import MOST_LINES, LineSystem
from staffing.erlang.special import Array, log_below


def erlang_b(agents: ArrayLike, load_erl: ArrayLike) -> Array:
    """Blocking probability of M/M/c/c (Erlang 1917), continued to real agents (Jagerman 1974).

    Parameters
    ----------
    agents : array_like
        Agents or trunks, >= 0, any shape.
    load_erl : array_like
        Offered load in erlangs, >= 0, broadcasts with `agents`.

    Returns
    -------
    ndarray
        Share of contacts refused, in [0, 1], broadcast shape.

    >>> erlang_b([1, 2, 3], 1.0).round(4).tolist()
    [0.5, 0.2, 0.0625]
    """
    c, a = _checked(agents=agents, load_erl=load_erl)
    return _where_busy(a, lambda i: expit(-log_below(c.flat[i], a.flat[i])), idle=0.0)


def erlang_c(agents: ArrayLike, load_erl: ArrayLike) -> Array:
    """Probability of waiting in M/M/c when nobody leaves (Erlang 1917), real agents; 1 when agents <= load.

    >>> erlang_c([2, 3, 1], [1.0, 1.0, 2.0]).round(4).tolist()
    [0.3333, 0.0909, 1.0]
    """
    return waiting_probability(agents, load_erl, aht_s=1.0)


def waiting_probability(
    agents: ArrayLike,
    load_erl: ArrayLike,
    *,
    aht_s: ArrayLike,
    patience_s: ArrayLike | None = None,
    lines: ArrayLike | None = None,
    balk_share: ArrayLike = 0.0,
) -> Array:
    """Share of callers who wait: all who find nobody free, unless they are blocked or balk.

    >>> round(float(waiting_probability(14, 10, aht_s=180, patience_s=120)), 6)
    0.126976
    """
    return _measure(lambda s: s.waiting_probability(), 0.0, agents, load_erl, aht_s, patience_s, lines, balk_share)


def abandon_rate(
    agents: ArrayLike,
    load_erl: ArrayLike,
    *,
    aht_s: ArrayLike,
    patience_s: ArrayLike | None = None,
    lines: ArrayLike | None = None,
    balk_share: ArrayLike = 0.0,
) -> Array:
    """Share of callers who give up; 0 without a patience.

    >>> round(float(abandon_rate(14, 10, aht_s=180, patience_s=120)), 6)
    0.022839
    """
    return _measure(lambda s: s.abandon_rate(), 0.0, agents, load_erl, aht_s, patience_s, lines, balk_share)


def mean_wait(
    agents: ArrayLike,
    load_erl: ArrayLike,
    *,
    aht_s: ArrayLike,
    patience_s: ArrayLike | None = None,
    lines: ArrayLike | None = None,
    balk_share: ArrayLike = 0.0,
) -> Array:
    """Mean wait in seconds of all callers, the ones who give up, balk or are blocked included.

    >>> round(float(mean_wait(14, 10, aht_s=180, patience_s=120)), 4)
    2.7407
    """
    return _measure(lambda s: s.mean_wait_s(), 0.0, agents, load_erl, aht_s, patience_s, lines, balk_share)


def average_speed_of_answer(
    agents: ArrayLike,
    load_erl: ArrayLike,
    *,
    aht_s: ArrayLike,
    patience_s: ArrayLike | None = None,
    lines: ArrayLike | None = None,
    balk_share: ArrayLike = 0.0,
) -> Array:
    """Mean wait in seconds of the callers who are answered, zero waits included (ASA).

    Without a patience it equals `mean_wait`. With one, E[wait; answered] = -patience (x/y) (dA/dx) / den, the
    derivative of the Kummer series (see special.kummer_slope). Infinite where nobody is answered.

    >>> round(float(average_speed_of_answer(14, 10, aht_s=180)), 4)
    7.8359
    """
    return _measure(lambda s: s.answered_wait_s(), 0.0, agents, load_erl, aht_s, patience_s, lines, balk_share)


def queue_length(
    agents: ArrayLike,
    load_erl: ArrayLike,
    *,
    aht_s: ArrayLike,
    patience_s: ArrayLike | None = None,
    lines: ArrayLike | None = None,
    balk_share: ArrayLike = 0.0,
) -> Array:
    """Mean number of callers waiting (Little's law on `mean_wait`).

    >>> round(float(queue_length(50, 48, aht_s=60, patience_s=120)), 2)
    2.97
    """
    load, aht = np.asarray(load_erl, dtype=float), np.asarray(aht_s, dtype=float)
    wait = mean_wait(agents, load_erl, aht_s=aht_s, patience_s=patience_s, lines=lines, balk_share=balk_share)
    return np.asarray(wait * load / aht)


def occupancy(
    agents: ArrayLike,
    load_erl: ArrayLike,
    *,
    aht_s: ArrayLike,
    patience_s: ArrayLike | None = None,
    lines: ArrayLike | None = None,
    balk_share: ArrayLike = 0.0,
) -> Array:
    """Share of their time agents handle contacts; 1 with work and no agents, 0 with no work.

    >>> round(float(occupancy(14, 10, aht_s=180)), 4), round(float(occupancy(50, 48, aht_s=60, patience_s=120)), 2)
    (0.7143, 0.93)
    """
    lost = lost_rate(agents, load_erl, aht_s=aht_s, patience_s=patience_s, lines=lines, balk_share=balk_share)
    c, a, left = np.broadcast_arrays(np.asarray(agents, float), np.asarray(load_erl, float), lost)
    with np.errstate(divide="ignore", invalid="ignore"):
        busy = np.where(c > 0.0, a * (1.0 - left) / c, np.where(a > 0.0, 1.0, 0.0))
    return np.clip(busy, 0.0, 1.0)


def blocking_probability(
    agents: ArrayLike,
    load_erl: ArrayLike,
    *,
    aht_s: ArrayLike,
    patience_s: ArrayLike | None = None,
    lines: ArrayLike | None = None,
    balk_share: ArrayLike = 0.0,
) -> Array:
    """Share of contacts refused because all lines are taken; 0 without a limit.

    >>> blocking_probability(14, 10, aht_s=180, lines=[14, 18, 400]).round(6).tolist()
    [0.056819, 0.013384, 0.0]
    """
    return _measure(lambda s: s.blocking(), 0.0, agents, load_erl, aht_s, patience_s, lines, balk_share)


def balk_rate(
    agents: ArrayLike,
    load_erl: ArrayLike,
    *,
    aht_s: ArrayLike,
    patience_s: ArrayLike | None = None,
    lines: ArrayLike | None = None,
    balk_share: ArrayLike = 0.0,
) -> Array:
    """Share of contacts that find nobody free and leave at once.

    >>> round(float(balk_rate(14, 10, aht_s=180, balk_share=0.5)), 6)  # fewer wait, so fewer find nobody free
    0.04284
    """
    return _measure(lambda s: s.balk_rate(), 0.0, agents, load_erl, aht_s, patience_s, lines, balk_share)


def lost_rate(
    agents: ArrayLike,
    load_erl: ArrayLike,
    *,
    aht_s: ArrayLike,
    patience_s: ArrayLike | None = None,
    lines: ArrayLike | None = None,
    balk_share: ArrayLike = 0.0,
) -> Array:
    """Share of contacts that are never answered: blocked, balking or giving up.

    >>> round(float(lost_rate(14, 10, aht_s=180, patience_s=120, lines=18, balk_share=0.1)), 6)
    0.029835
    """
    return _measure(lambda s: s.lost_rate(), 0.0, agents, load_erl, aht_s, patience_s, lines, balk_share)


def service_level(
    agents: ArrayLike,
    load_erl: ArrayLike,
    *,
    aht_s: ArrayLike,
    answer_within_s: ArrayLike,
    patience_s: ArrayLike | None = None,
    kind: str = "offered",
    lines: ArrayLike | None = None,
    balk_share: ArrayLike = 0.0,
) -> Array:
    """Share of contacts answered within `answer_within_s` seconds.

    Parameters
    ----------
    agents, load_erl : array_like
        Agents (real, >= 0) and load in erlangs (>= 0).
    aht_s, answer_within_s, patience_s : array_like
        Mean handle time, threshold and mean patience in seconds; no patience means nobody leaves.
    kind : str
        Denominator: ``offered`` answered in time / offered; ``net`` / (offered - abandoned in time); ``any``
        (answered or abandoned in time) / offered; ``answered`` / answered. All four agree where nobody is lost.
        A contact that balks has abandoned at once; a blocked one is offered, and neither answered nor abandoned.
    lines, balk_share : array_like
        Most contacts in service and waiting (None: no limit); share of those finding nobody free that leave at once.

    Returns
    -------
    ndarray
        Shares in [0, 1], broadcast shape of all arguments.

    >>> round(float(service_level(14, 10, aht_s=180, answer_within_s=20)), 5)
    0.88835
    >>> level = service_level(14, 10, aht_s=180, answer_within_s=20, patience_s=120, kind="any")
    >>> round(float(level), 5)
    0.94699
    """
    within = np.asarray(answer_within_s, dtype=float)
    if np.any(~(within >= 0.0)):
        raise ValueError("answer_within_s must not be negative")
    limits = checked_limits(lines, balk_share)
    arrays = np.broadcast_arrays(*_inputs(agents, load_erl, aht_s, patience_s), within, *limits)

    def level(i: Index) -> Array:
        c, a, aht, patience, seconds, *limited = (array.flat[i] for array in arrays)
        return waiting_system(c, a, aht, patience, *limited).service_level(seconds, kind)

    return _where_busy(arrays[1], level, idle=1.0)


def waiting_system(
    agents: Array,
    load_erl: Array,
    aht_s: Array,
    patience_s: Array,
    lines: Array | None = None,
    balk_share: Array | None = None,
) -> WaitingSystem:
    """Erlang C or A, or their form with lines and balking; one-dimensional arrays of one length, load > 0."""
    if lines is None or balk_share is None:
        return DelaySystem(log_below(agents, load_erl), agents / aht_s, load_erl / aht_s, patience_s)
    crew = np.minimum(agents, lines)
    below = log_below(crew, load_erl)
    return LineSystem(below, crew / aht_s, load_erl / aht_s, patience_s, lines - crew, balk_share)


def _measure(
    measure: Callable[[WaitingSystem], Array],
    idle: float,
    agents: ArrayLike,
    load_erl: ArrayLike,
    aht_s: ArrayLike,
    patience_s: ArrayLike | None,
    lines: ArrayLike | None,
    balk_share: ArrayLike,
) -> Array:
    limits = checked_limits(lines, balk_share)
    arrays = np.broadcast_arrays(*_inputs(agents, load_erl, aht_s, patience_s), *limits)
    return _where_busy(arrays[1], lambda i: measure(waiting_system(*(array.flat[i] for array in arrays))), idle=idle)


def checked_limits(lines: ArrayLike | None, balk_share: ArrayLike) -> tuple[Array, ...]:
    """Lines (infinite: no limit) and balking share, or nothing where neither matters.

    Raises
    ------
    ValueError
    """
    most = np.asarray(np.inf if lines is None else lines, dtype=float)
    balk = np.asarray(balk_share, dtype=float)
    if np.any(~(most >= 0.0)) or np.any((most > MOST_LINES) & (most < np.inf)):
        raise ValueError(f"lines must be from 0 to {MOST_LINES}, or infinite")
    if np.any(~((balk >= 0.0) & (balk <= 1.0))):
        raise ValueError("balk_share must be from 0 to 1")
    return () if np.all(np.isinf(most)) and not np.any(balk) else (most, balk)


def _where_busy(load: Array, busy: Callable[[Index], Array], *, idle: float) -> Array:
    """`busy` evaluated at the flat indices with load, `idle` elsewhere, in the shape of `load`."""
    result = np.full(load.shape, idle)
    index = np.flatnonzero(load > 0.0)
    if len(index):
        result.flat[index] = busy(index)
    return result


def _inputs(
    agents: ArrayLike, load_erl: ArrayLike, aht_s: ArrayLike, patience_s: ArrayLike | None
) -> tuple[Array, ...]:
    patience = np.asarray(np.inf if patience_s is None else patience_s, dtype=float)
    aht = np.asarray(aht_s, dtype=float)
    if np.any(~(aht > 0.0)) or np.any(~(patience > 0.0)):
        raise ValueError("aht_s and patience_s must be more than 0 seconds")
    return _checked(agents=agents, load_erl=load_erl, aht_s=aht, patience_s=patience)


def _checked(**arrays: ArrayLike) -> tuple[Array, ...]:
    """Arguments as float arrays of one shape; agents and loads finite and not negative."""
    values = {name: np.asarray(value, dtype=float) for name, value in arrays.items()}
    for name in ("agents", "load_erl"):
        if np.any(~(values[name] >= 0.0)) or np.any(np.isinf(values[name])):
            raise ValueError(f"{name} must be finite and not negative")
    return tuple(np.broadcast_arrays(*values.values()))
