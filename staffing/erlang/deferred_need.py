"""The rows of deadline queues: levelled beside the live ones, idle live agents doing blended work first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from staffing.domain.note import Note
from staffing.domain.queue import Queue
from staffing.domain.requirement import Requirement, Workload
from staffing.erlang.blending import Skilled, idle_credit, live_crews
from staffing.erlang.levelling import level_workloads
from staffing.erlang.shrinkage import gross_agents
from staffing.erlang.special import Array


def with_deferred(
    requirement: Requirement,
    queues: Sequence[Queue],
    tubes: Mapping[int, Workload],
    safety: Array,
    *,
    skilled: Skilled | None,
    presence: float | None = None,
) -> Requirement:
    """The requirement with the rows and workloads of its deadline queues.

    Parameters
    ----------
    requirement : Requirement
        With the rows and pools of the answer queues.
    queues : sequence of Queue
        In the requirement's order.
    tubes : mapping
        Row -> tube of each deadline queue.
    safety : ndarray
        Capacity per hour of mean work, shape (queues,).
    skilled, presence
        As in `require_agents`.
    """
    late = sorted(tubes)
    if not late:
        return requirement
    grid, deferred = requirement.grid, [queues[row] for row in late]
    crews = live_crews(requirement, queues)
    helped: dict[str, Array] = {}
    if crews and any(queue.blended for queue in deferred):
        by_queue, together = idle_credit(deferred, queues, crews, grid.step_h, skilled)
        helped = {"idle_h": by_queue, "idle_together_h": together, "safety": safety[late]}
    levelled = level_workloads(
        [tubes[row] for row in late],
        requirement.is_open[late],
        grid.step_h,
        np.asarray(grid.day),
        min_agents=np.array([queue.min_agents for queue in deferred]),
        live_agents=np.sum([crew.agents for crew in crews], axis=0) if crews else None,
        **helped,
    )
    agents, gross = np.array(requirement.agents), np.array(requirement.agents_gross)
    absent = requirement.absence(np.array([queue.unplanned_shrinkage for queue in queues]))
    agents[late] = levelled.agents
    gross[late] = gross_agents(levelled.agents, absent[late], probability=presence) * safety[late, None]
    workload, notes = [], list(requirement.notes)
    for place, queue in enumerate(deferred):
        work = tubes[late[place]]
        if queue.blended:
            work = replace(work, idle_h=levelled.idle_h[place])
            notes += _notes(queue, float(levelled.idle_h[place].sum()), skilled)
        workload.append(work)
    return replace(requirement, agents=agents, agents_gross=gross, workload=tuple(workload), notes=tuple(notes))


def _notes(queue: Queue, idle_h: float, skilled: Skilled | None) -> list[Note]:
    notes = [Note("requirement_idle_hours", (("queue", queue.id), ("hours", round(idle_h, 1))))]
    if skilled is None and idle_h > 0.0:
        notes.append(Note("requirement_blended_assumed", (("queue", queue.id),)))
    return notes
