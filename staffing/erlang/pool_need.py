"""The pools of a requirement: what queues need together where people serve several of them, interval by interval."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from staffing.domain.note import Note
from staffing.domain.queue import AnswerTarget, Queue
from staffing.domain.requirement import PoolNeed, Requirement, ServiceCurve
from staffing.erlang.answer import QueueNeed, answer_need
from staffing.erlang.chat import ChatPool
from staffing.erlang.pooling import pooled_rows
from staffing.erlang.skill_groups import SkillPool, skill_pools
from staffing.erlang.special import Array

POOL = "+"
_WORTH = 0.25  # agents that a pool must save in some interval to be worth its rows


def with_pools(
    requirement: Requirement,
    queues: Sequence[Queue],
    volume: Array,
    aht_s: Array,
    can_serve: ArrayLike,
    *,
    method: str,
    overnight: Sequence[bool],
    curves: bool = True,
) -> Requirement:
    """The requirement with the rows of queues that share agents lowered, and what they need together.

    Only answer queues of one family, urgency, number of parallel contacts and share that balks help each other, and
    none whose lines are limited. Where nobody serves two of them, or too few for a quarter of an agent, nothing
    changes.

    Parameters
    ----------
    requirement : Requirement
        With each queue's own need, as if nobody helped.
    queues : sequence of Queue
        In the requirement's order.
    volume, aht_s : ndarray
        Contacts the crew is made for, and their mean handle time in seconds, (queues, steps).
    can_serve : array_like
        Who serves what, (agents, queues): booleans, or speeds.
    method, curves
        As in `answer_need`.
    overnight : sequence of bool
        Which queues continue a running centre.
    """
    rows, gross, expected = np.array(requirement.agents), np.array(requirement.agents_gross), requirement.expected_sl
    pools: list[PoolNeed] = []
    notes: list[Note] = []
    listed = list(requirement.curves)
    for pool in skill_pools(can_serve, [_kind(queue) for queue in queues]):
        places = list(pool.rows)
        members = [queues[row] for row in places]
        need = requirement.agents[places]
        is_open = requirement.is_open[places]
        offered = np.where(is_open, volume[places], 0.0)
        running = any(overnight[row] for row in places)
        together = _common_need(
            members, offered, aht_s[places], is_open, requirement.grid.step_min, method, running, curves
        )
        speed = np.array([_speed(queue) for queue in members])[:, None]
        load = requirement.load_erl[places] / speed
        capped = np.array([1.0 / q.max_occupancy if q.max_occupancy else 0.0 for q in members])[:, None]
        least = np.maximum(np.array([queue.min_agents for queue in members])[:, None] * is_open, load * capped)
        found = pooled_rows(need, together.agents, load, least, pool)
        everybody = found.together[tuple(range(pool.size))]
        saved = need.sum(axis=0) - everybody
        if saved.max() < _WORTH:
            continue
        factor = _ratio(requirement.agents_gross[places], need)
        rows[places] = found.own
        gross[places] = found.own * factor
        common = _ratio(requirement.agents_gross[places].sum(axis=0), need.sum(axis=0))
        for inside, agents in found.together.items():
            whole = len(inside) == pool.size
            weight = offered[list(inside)]
            level = together.expected_sl if whole else _mean(expected[places][list(inside)], weight)
            pools.append(PoolNeed(tuple(members[place].id for place in inside), agents, agents * common, level))
        if together.curve is not None:
            listed.append(_shifted(together.curve, tuple(q.id for q in members), everybody - together.agents))
        notes.append(_gain_note(members, pool, need.sum(axis=0), everybody))
    return replace(
        requirement,
        agents=rows,
        agents_gross=gross,
        curves=tuple(listed),
        pools=tuple(pools),
        notes=(*requirement.notes, *notes),
    )


def _kind(queue: Queue) -> Hashable | None:
    """What queues must have in common to help each other; None for those that are planned alone."""
    if queue.has_deadline or queue.urgency == "extra_urgent" or queue.family == "other" or queue.lines is not None:
        return None
    return queue.family, queue.urgency, queue.handle_factors, queue.balk_share


def _speed(queue: Queue) -> float:
    """Contacts' worth of work an agent does at once when full."""
    return float(ChatPool(queue.handle_factors).speed[-1])


def _common_need(
    members: Sequence[Queue],
    volume: Array,
    aht_s: Array,
    is_open: NDArray[np.bool_],
    interval_min: float,
    method: str,
    overnight: bool,
    curves: bool,
) -> QueueNeed:
    """Need of one queue with all the contacts, for the target of the members that asks for most agents."""
    total = volume.sum(axis=0)
    work = (volume * aht_s).sum(axis=0)
    by_queue = volume.sum(axis=1)
    leaving = sum(by_queue[k] / q.patience_s for k, q in enumerate(members) if q.patience_s)
    load = (volume * aht_s).sum(axis=1)
    capped = sum(load[k] / (q.max_occupancy or 1.0) for k, q in enumerate(members))
    limits = [queue.max_abandon_rate for queue in members if queue.max_abandon_rate is not None]
    occupancy = float(load.sum() / capped) if capped > 0.0 else 1.0
    needs = []
    for target in dict.fromkeys(queue.target for queue in members):
        if not isinstance(target, AnswerTarget):
            raise TypeError(f"a pooled queue has the target {target}, expected an answer time")
        common = Queue(
            POOL.join(queue.id for queue in members),
            members[0].channel,
            target,
            patience_s=float(by_queue.sum() / leaving) if leaving > 0.0 else None,
            max_occupancy=occupancy if occupancy < 1.0 else None,
            max_abandon_rate=min(limits, default=None),
            max_parallel=members[0].max_parallel,
            slowdown=members[0].slowdown,
            parallel_factors=members[0].parallel_factors,
            balk_share=members[0].balk_share,
        )
        handle_s = np.divide(work, total, out=np.zeros_like(work), where=total > 0.0)
        needs.append(
            answer_need(
                common,
                total,
                handle_s,
                np.asarray(is_open.any(axis=0)),
                interval_min=interval_min,
                method=method,
                overnight=overnight,
                curve=curves,
            )
        )
    return max(needs, key=lambda need: float(need.agents.sum()))


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.ones_like(part), where=whole > 0.0)


def _mean(values: Array, weight: Array) -> Array:
    total = weight.sum(axis=0)
    return np.asarray(np.where(total > 0.0, (values * weight).sum(axis=0) / np.maximum(total, 1e-12), 1.0))


def _shifted(curve: ServiceCurve, queues: tuple[str, ...], more: Array) -> ServiceCurve:
    """The curve of the pooled system for a crew that needs so many agents more because not everybody helps."""
    first = np.asarray(curve.first) + np.ceil(more - 1e-9).astype(np.int64)
    sizes = curve.service_level.shape[1]
    return ServiceCurve(queues, first, np.stack([curve.at(first + size - more) for size in range(sizes)], axis=1))


def _gain_note(members: Sequence[Queue], pool: SkillPool, alone: Array, together: Array) -> Note:
    """What common skills save at the time when most agents are needed."""
    peak = int(np.argmax(alone))
    before, after = round(float(alone[peak]), 1), round(float(together[peak]), 1)
    return Note(
        "requirement_pooling_gain",
        (
            ("queues", POOL.join(queue.id for queue in members)),
            ("people", pool.cross_trained),
            ("alone", before),
            ("together", after),
            ("saved", round(before - after, 1)),
        ),
    )
