"""Queues with an answer-time target: load per interval -> agents, expected service level and curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from staffing.domain.queue import AnswerTarget, Channel, Queue
from staffing.domain.requirement import ServiceCurve
from staffing.erlang.chat import ChatPool
from staffing.erlang.curves import service_curve
from staffing.erlang.models import AnswerModel, ChatModel, ErlangModel, LoadRows
from staffing.erlang.search import smallest_crew
from staffing.erlang.special import Array
from staffing.erlang.timevarying import substep_loads


@dataclass(frozen=True, eq=False)
class QueueNeed:
    """One queue's row of the requirement, arrays (steps,); `agents` net and real-valued."""

    load_erl: Array
    agents: Array
    expected_sl: Array
    method: str
    curve: ServiceCurve | None = None


def answer_need(
    queue: Queue,
    volume: Array,
    aht_s: Array,
    is_open: NDArray[np.bool_],
    *,
    interval_min: float,
    method: str,
    overnight: bool = False,
    curve: bool = True,
) -> QueueNeed:
    """Agents of an answer queue: Erlang A with a patience, Erlang C without, the chat pool for parallel contacts.

    Parameters
    ----------
    volume, aht_s : ndarray
        Contacts and mean handle time in seconds per interval, shape (steps,).
    is_open : ndarray
        Shape (steps,); outside nothing is needed.
    interval_min : float
        Minutes of an interval.
    method : str
        ``mol`` or ``sipp``, see `timevarying`.
    overnight : bool
        The first interval continues a running centre.
    curve : bool
        Whether to compute the service level of every crew size.
    """
    lag_s = aht_s * _mean_factor(queue)
    load, contacts = substep_loads(
        volume,
        np.where(lag_s > 0.0, lag_s, 1.0),
        is_open,
        interval_min=interval_min,
        method=method,
        overnight=overnight,
    )
    load = load / _mean_factor(queue)
    steps = np.flatnonzero(is_open & (volume > 0.0) & (aht_s > 0.0))
    patience = np.full(len(steps), np.inf if queue.patience_s is None else queue.patience_s)
    model = _model(queue, LoadRows(load[steps], contacts[steps], aht_s[steps], patience))
    needed = smallest_crew(model.meets, model.guess(), integer=False)
    agents, expected = np.where(is_open, queue.min_agents, 0.0), np.ones(len(volume))
    agents[steps] = np.maximum(needed, queue.min_agents)
    expected[steps] = model.level(agents[steps], np.arange(len(steps)))
    name = "chat" if isinstance(model, ChatModel) else "erlang_c" if queue.patience_s is None else "erlang_a"
    listed = service_curve(queue.id, model, steps, len(volume), agents[steps]) if curve else None
    mean_load = np.where(is_open, load.mean(axis=1), 0.0)
    mean_load[is_open & (aht_s <= 0.0)] = 0.0
    return QueueNeed(mean_load, agents, expected, f"{name}/{method}", listed)


def _is_parallel(queue: Queue) -> bool:
    return queue.channel in (Channel.CHAT, Channel.SOCIAL) and queue.max_parallel > 1


def _mean_factor(queue: Queue) -> float:
    """How much longer than alone a contact takes when agents are half full: it sets the lag of the load."""
    return 1.0 + queue.slowdown * 0.5 * (queue.max_parallel - 1) if _is_parallel(queue) else 1.0


def _model(queue: Queue, rows: LoadRows) -> AnswerModel:
    if not isinstance(queue.target, AnswerTarget):
        raise TypeError(f"queue {queue.id} has no answer-time target")
    caps = (queue.max_occupancy, queue.max_abandon_rate)
    if _is_parallel(queue):
        return ChatModel(rows, queue.target, *caps, ChatPool.linear(queue.max_parallel, queue.slowdown))
    return ErlangModel(rows, queue.target, *caps)
