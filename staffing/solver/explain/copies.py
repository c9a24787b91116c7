"""The same people several times over, so that one audit judges many changes of each of them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np

from staffing.domain.arrays import IntArray
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import Roster
from staffing.solver.explain.change import COLUMNS

BY_QUEUE = (
    "is_open",
    "required",
    "severe_from",
    "short_weight",
    "deadline",
    "earliest_h",
    "latest_h",
    "pool_member",
    "pool_required",
)
"""Arrays of a problem whose first axis is no list of people."""


def copies(problem: RosterProblem, who: IntArray) -> RosterProblem:
    """The problem of the people `who`, each place of it a person of its own, for the rules of one person.

    Wishes, activities to be placed and the reference are left out: no rule of one person asks for them.
    """
    people = [problem.agents[agent] for agent in who.tolist()]
    if problem.locked is not None:
        people = [replace(person, id=f"{person.id}/{place}") for place, person in enumerate(people)]
    changes: dict[str, Any] = by_person(problem, who)
    fixed_of: dict[int, list[int]] = {}
    for number, row in enumerate(problem.fixed):
        fixed_of.setdefault(row.agent, []).append(number)
    changes["fixed"] = tuple(
        replace(problem.fixed[number], agent=place)
        for place, agent in enumerate(who.tolist())
        for number in fixed_of.get(agent, ())
    )
    changes |= {"agents": tuple(people), "activities": (), "wishes": (), "reference": None}
    if problem.locked is not None:
        names = {agent: place for place, agent in enumerate(problem.locked.agents)}
        source = np.array([names.get(problem.agents[agent].id, -1) for agent in who.tolist()], dtype=np.int64)
        changes["locked"] = rows_of_copies(problem.locked, source, tuple(person.id for person in people))
    return replace(problem, **changes)


def by_person(value: Any, who: IntArray) -> dict[str, Any]:
    """Fields of a value with one row for each person, taken for `who`; also those of values inside it."""
    found: dict[str, Any] = {}
    for field in fields(value):
        part = getattr(value, field.name)
        if isinstance(part, np.ndarray) and field.name not in BY_QUEUE:
            found[field.name] = part[who]
        elif field.name == "carried" and is_dataclass(part) and not isinstance(part, type):
            found[field.name] = replace(part, **by_person(part, who))
    return found


def rows_of_copies(roster: Roster, who: IntArray, names: tuple[str, ...]) -> Roster:
    """The roster of the people `who` (-1: nobody), each place of it a person of its own."""
    columns: dict[str, Any] = copied_columns(roster, who)
    return replace(roster, agents=names, **columns)


def copied_columns(roster: Roster, who: IntArray) -> dict[str, Any]:
    """Columns of the rows of each of `who`, the place in `who` as the agent."""
    first = np.searchsorted(roster.agent, who, side="left")
    count = np.where(who >= 0, np.searchsorted(roster.agent, who, side="right") - first, 0)
    place = np.repeat(np.arange(len(who)), count)
    row = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    return {name: place if name == "agent" else getattr(roster, name)[row] for name in COLUMNS}
