"""The problem of some of the people, and the roster of all of them from those of the parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from staffing.domain.arrays import IntArray
from staffing.domain.carried import Carried
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import Roster
from staffing.solver.parts.ties import People


@dataclass(frozen=True, eq=False)
class PartProblem(RosterProblem):
    """A part of a larger problem: `carried.duties` are counted from the least of everybody, not of these people."""

    @cached_property
    def duties_before(self) -> IntArray:
        return np.asarray(self.carried.duties, dtype=np.int64)


def people_problem(problem: RosterProblem, people: People) -> PartProblem:
    """`problem` for these people and queues alone, with their share of the work.

    Locked and reference rosters stay whole: agents and queues are looked up in them by name.
    """
    chosen, queues = people.agents, people.queues
    number = {int(agent): place for place, agent in enumerate(chosen)}
    share = people.share[queues][:, None]
    pools = np.array(
        [bool(row.any()) and bool(np.isin(np.flatnonzero(row), queues).all()) for row in problem.pool_member]
    )
    pools = np.flatnonzero(pools)
    pool_share = np.array([people.share[row].max() for row in problem.pool_member[pools]]).reshape(-1, 1)
    rows = np.concatenate([queues, len(problem.queues) + pools]).astype(np.int64)
    severe = problem.severe_from
    if severe.size:
        whole = len(severe) > len(problem.queues)
        severe = severe[rows] * np.concatenate([share, pool_share]) if whole else severe[queues] * share
    past = {field.name: getattr(problem.carried, field.name)[chosen] for field in fields(Carried)}
    changes: dict[str, Any] = {
        "agents": tuple(problem.agents[agent] for agent in chosen),
        "queues": tuple(problem.queues[queue] for queue in queues),
        "proficiency": problem.proficiency[np.ix_(chosen, queues)],
        "is_open": problem.is_open[queues],
        "required": problem.required[queues] * share,
        "deadline": problem.deadline[queues],
        "earliest_h": problem.earliest_h[queues] * share,
        "latest_h": problem.latest_h[queues] * share,
        "blocked": problem.blocked[chosen],
        "leave_days": problem.leave_days[chosen],
        "last_end": problem.last_end[chosen],
        "run_before": problem.run_before[chosen],
        "fixed": tuple(replace(row, agent=number[row.agent]) for row in problem.fixed if row.agent in number),
        "activities": tuple(
            replace(row, agents=tuple(number[agent] for agent in row.agents if agent in number))
            for row in problem.activities
            if any(agent in number for agent in row.agents)
        ),
        "wishes": tuple(replace(row, agent=number[row.agent]) for row in problem.wishes if row.agent in number),
        "reserves": tuple(name for name in problem.reserves if problem.queues.index(name) in queues),
        "pool_member": problem.pool_member[np.ix_(pools, queues)],
        "pool_required": problem.pool_required[pools] * pool_share,
        "carried": Carried(**{**past, "duties": problem.duties_before[chosen]}),
        "pattern": problem.pattern[chosen],
        "paid_before": problem.paid_before[chosen],
        "severe_from": severe,
        "short_weight": problem.short_weight[rows] if problem.short_weight.size else problem.short_weight,
    }
    return part_of(problem, changes)


def part_of(problem: RosterProblem, changes: dict[str, Any]) -> PartProblem:
    """`problem` as a part, with other values of the fields named."""
    values: dict[str, Any] = {field.name: getattr(problem, field.name) for field in fields(RosterProblem)}
    return PartProblem(**{**values, **changes})


def joined(problem: RosterProblem, rosters: Sequence[Roster]) -> Roster:
    """The roster of everybody from those of the parts, whose days may begin later than those of `problem`."""
    agents = {agent.id: number for number, agent in enumerate(problem.agents)}
    queues = {name: number for number, name in enumerate(problem.queues)}
    columns: dict[str, list[np.ndarray]] = {
        name: [] for name in ("agent", "day", "start", "end", "activity", "queue", "locked")
    }
    for roster in rosters:
        day = (roster.grid.first_day - problem.grid.first_day).days
        slot = int(problem.grid.day_start[day])
        agent_to = np.array([agents[name] for name in roster.agents], dtype=np.int64)
        queue_to = np.array([*(queues[name] for name in roster.queues), -1], dtype=np.int64)
        moved = (agent_to[roster.agent], roster.day + day, roster.start + slot, roster.end + slot)
        own = (*moved, roster.activity, queue_to[roster.queue], roster.locked)
        for name, values in zip(columns, own, strict=True):
            columns[name].append(np.asarray(values))
    rows: dict[str, Any] = {
        name: np.concatenate(values) if values else np.zeros(0, dtype=np.int64) for name, values in columns.items()
    }
    return Roster(problem.grid, tuple(agents), problem.queues, **rows)
