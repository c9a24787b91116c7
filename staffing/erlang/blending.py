"""Hours that idle agents of answer queues can give to deferred work.

Deferred work is taken up only while more agents are idle than a reserve (threshold rules: Bhulai and Koole 2003; Gans
and Zhou 2003) and laid down when a contact finds nobody else free, so callers do not notice. A conversation cannot be
laid down and is never blended: with the same reserve it would cost a crew of 49 a third of its service level. With c
agents the reserve is half the square root of c: the scale on which the number of busy agents moves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from staffing.domain.queue import IDLE_RESERVE, VOICE, Queue
from staffing.domain.requirement import Requirement
from staffing.erlang.special import Array

Skilled = Mapping[tuple[str, str], float]
"""(deferred queue, answer queue) -> share of the answer queue's agents who have the skill for the deferred one."""


def idle_agents(agents: Array, load_erl: Array) -> Array:
    """Agents who can be counted on to be idle, beyond the reserve; both arguments broadcast.

    >>> idle_agents(np.array([0.0, 16.0, 100.0]), np.array([0.0, 15.0, 80.0])).tolist()
    [0.0, 0.0, 15.0]
    """
    spare: Array = np.maximum(0.0, agents - load_erl - IDLE_RESERVE * np.sqrt(agents))
    return spare


@dataclass(frozen=True, eq=False)
class Crew:
    """Net agents who serve one answer queue, or several together, and their load, both (steps,); rows of the queues."""

    rows: tuple[int, ...]
    agents: Array
    load_erl: Array


def live_crews(requirement: Requirement, queues: Sequence[Queue]) -> tuple[Crew, ...]:
    """Crews of the answer queues, each agent in one: pools as a whole, the other queues each on its own."""
    crews: list[Crew] = []
    taken: set[int] = set()
    for pool in sorted(requirement.pools, key=lambda pool: -len(pool.queues)):
        rows = tuple(requirement.queues.index(queue) for queue in pool.queues)
        if taken.isdisjoint(rows):
            taken.update(rows)
            crews.append(Crew(rows, pool.agents, requirement.load_erl[list(rows)].sum(axis=0)))
    for row, queue in enumerate(queues):
        if not queue.has_deadline and row not in taken:
            crews.append(Crew((row,), requirement.agents[row], requirement.load_erl[row]))
    return tuple(crews)


def idle_credit(
    deferred: Sequence[Queue],
    queues: Sequence[Queue],
    crews: Sequence[Crew],
    step_h: float,
    skilled: Skilled | None,
) -> tuple[Array, Array]:
    """Agent-hours of each step that idle agents can give to each deferred queue, and to all of them together.

    Parameters
    ----------
    deferred : sequence of Queue
        Only the `blended` ones that are no conversations get anything.
    queues : sequence of Queue
        What the rows of the crews mean.
    crews : sequence of Crew
        A chat alone with its agent counts as one busy agent.
    step_h : float
        Hours of a step.
    skilled : mapping or None
        Shares of skilled agents, 0 where a pair is missing; None: everybody has the skill.

    Returns
    -------
    by_queue, together : ndarray
        Shapes (deferred, steps) and (steps,). Together no more is given than by the agents of each crew who have the
        skill that most of them have: different skills are taken to be the same people's.
    """
    hours = np.array([idle_agents(crew.agents, crew.load_erl) * step_h for crew in crews])
    share = np.zeros((len(deferred), len(crews)))
    for row, queue in enumerate(deferred):
        for column, crew in enumerate(crews):
            known = [1.0 if skilled is None else skilled.get((queue.id, queues[r].id), 0.0) for r in crew.rows]
            share[row, column] = float(np.mean(known)) if queue.blended and queue.channel not in VOICE else 0.0
    together: Array = share.max(axis=0, initial=0.0) @ hours
    return share @ hours, together
