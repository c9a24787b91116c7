"""Queues with an answer-time target: load per interval -> agents, expected service level and curve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from staffing.domain.queue import AnswerTarget, Channel, Queue
from staffing.domain.requirement import ServiceCurve
from staffing.erlang.chat import ChatPool
from staffing.erlang.curves import service_curve
from staffing.erlang.delay import Index
from staffing.erlang.models import AnswerModel, ChatModel, ErlangModel, LoadRows
from staffing.erlang.moments import crew_loads
from staffing.erlang.risk import Risk, risk_crews
from staffing.erlang.search import smallest_crew
from staffing.erlang.special import Array
from staffing.erlang.timevarying import substep_loads

_ROUNDS = 6
_SETTLED = 0.05  # agents
_ROUNDING = 1e-6  # of a service level


@dataclass(frozen=True, eq=False)
class QueueNeed:
    """One queue's row of the requirement, arrays (steps,); `agents` net and real-valued.

    Where a probability was asked for: `rostered` those who come, on average, of a roster large enough for absence too;
    `demand_factor` and `load_factor` (days,) the loads that `agents` and `rostered` are made for. `lines_short`
    intervals have too few lines for the target, whatever the crew.
    """

    load_erl: Array
    agents: Array
    expected_sl: Array
    method: str
    curve: ServiceCurve | None = None
    rostered: Array | None = None
    demand_factor: Array | None = None
    load_factor: Array | None = None
    lines_short: int = 0


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
    risk: Risk | None = None,
    waiting: Array | None = None,
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
    risk : Risk, optional
        What is uncertain and the probability with which each day's target must be kept; None keeps it on average.
    waiting : ndarray, optional
        Contacts beside the volume that are in line when an interval begins, shape (steps,), such as those who queued
        before opening. They are work, not judged themselves; ``sipp`` and parallel contacts do not see them.
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
    if method == "mol" and isinstance(model, ErlangModel):
        moving = partial(
            crew_loads,
            contacts,
            aht_s=np.where(aht_s > 0.0, aht_s, 1.0),
            patience_s=np.inf if queue.patience_s is None else queue.patience_s,
            is_open=is_open,
            interval_s=interval_min * 60.0,
            running=overnight,
            waiting=waiting,
        )
        base = np.where(is_open, queue.min_agents, 0.0)
        model, needed = _settled(model, needed, steps, base, moving)
    agents, expected = np.where(is_open, queue.min_agents, 0.0), np.ones(len(volume))
    agents[steps] = np.maximum(needed, queue.min_agents)
    rostered, certain, factor, planned = None, None, None, model
    if risk is not None:
        crews = risk_crews(partial(_model, queue), model.rows, steps, agents[steps], risk)
        rostered, certain, factor = agents.copy(), crews.demand_factor, crews.load_factor
        agents[steps], rostered[steps] = crews.agents, crews.rostered
        method += f"/p{risk.probability:g}"
        load_erl = model.rows.load_erl * certain[risk.day[steps]][:, None]
        planned = replace(model, rows=replace(model.rows, load_erl=load_erl))
    expected[steps] = model.level(agents[steps], np.arange(len(steps)))
    name = "chat" if isinstance(model, ChatModel) else "erlang_c" if queue.patience_s is None else "erlang_a"
    listed = service_curve(queue.id, model, steps, len(volume), agents[steps]) if curve else None
    mean_load = np.where(is_open, load.mean(axis=1), 0.0)
    mean_load[is_open & (aht_s <= 0.0)] = 0.0
    short = _lines_short(planned, agents[steps])
    return QueueNeed(mean_load, agents, expected, f"{name}/{method}", listed, rostered, certain, factor, short)


def _lines_short(model: AnswerModel, agents: Array) -> int:
    """Rows whose crew misses the target because more agents than lines do nothing."""
    if model.target is None or model.rows.lines is None:
        return 0
    level = model.level(agents, np.arange(len(agents)))
    return int((level < model.target.service_level - _ROUNDING).sum())


def _settled(
    model: ErlangModel, needed: Array, steps: Index, base: Array, moving: Callable[[Array], Array]
) -> tuple[ErlangModel, Array]:
    """The model with the load that its own smallest crew meets, and that crew.

    A crew that lets few wait leaves a load unlike that of one that lets many leave, and an interval's line is the next
    one's load: crew and load are found in turn. Going a part of the way damps the swing to and fro.
    """
    crew, first, lines = base.copy(), model.rows.load_erl, model.rows.lines
    for _ in range(_ROUNDS):
        crew[steps] = np.maximum(needed, base[steps])
        load = moving(crew)[steps]
        if lines is not None:
            # Who is blocked does not wait: with few lines an overload is turned away, not put off.
            load = np.where(np.isfinite(lines)[:, None], np.maximum(load, first), load)
        model = replace(model, rows=replace(model.rows, load_erl=load))
        found = smallest_crew(model.meets, needed, integer=False, halvings=8)
        change = found - needed
        needed = needed + 0.7 * change
        if np.abs(change).max(initial=0.0) < _SETTLED:
            break
    return model, smallest_crew(model.meets, needed, integer=False)


def _is_parallel(queue: Queue) -> bool:
    return queue.channel in (Channel.CHAT, Channel.SOCIAL) and queue.max_parallel > 1


def _mean_factor(queue: Queue) -> float:
    """How much longer than alone a contact takes when agents are half full: it sets the lag of the load."""
    return ChatPool(queue.handle_factors).half_full if _is_parallel(queue) else 1.0


def _model(queue: Queue, rows: LoadRows) -> AnswerModel:
    if not isinstance(queue.target, AnswerTarget):
        raise TypeError(f"queue {queue.id} has no answer-time target")
    caps = (queue.max_occupancy, queue.max_abandon_rate)
    if _is_parallel(queue):
        return ChatModel(rows, queue.target, *caps, ChatPool(queue.handle_factors))
    return ErlangModel(rows.limited(queue.lines, queue.balk_share), queue.target, *caps)
