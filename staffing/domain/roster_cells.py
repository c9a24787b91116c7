"""A roster as cells, one for each person and day: what is edited, compared and merged."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from staffing.domain.roster import ACTIVITIES, Roster

Cell = tuple[str, str]
"""Agent id and ISO date of the day the shift starts on."""


class Segment(NamedTuple):
    """Steps [start, end) of the roster's grid; `queue` is blank where there is none."""

    start: int
    end: int
    activity: str
    queue: str
    locked: bool


Day = tuple[Segment, ...]
"""Everything of one person's day in order, absences included; empty where there is nothing."""


def cells_of(roster: Roster, agents: Collection[str] | None = None) -> dict[Cell, Day]:
    """Every day that holds something, by agent and date; of those agents only, where they are given."""
    found: dict[Cell, list[Segment]] = {}
    columns = (roster.agent, roster.day, roster.start, roster.end, roster.activity, roster.queue, roster.locked)
    if agents is not None:
        wanted = [index for index, agent in enumerate(roster.agents) if agent in agents]
        rows = np.flatnonzero(np.isin(roster.agent, wanted))
        columns = tuple(column[rows] for column in columns)  # type: ignore[assignment]
    for agent, day, start, end, activity, queue, locked in zip(*(column.tolist() for column in columns), strict=True):
        cell = roster.agents[agent], str(roster.grid.first_day + timedelta(days=day))
        name = roster.queues[queue] if queue >= 0 else ""
        found.setdefault(cell, []).append(Segment(start, end, ACTIVITIES[activity], name, locked))
    return {cell: tuple(sorted(segments)) for cell, segments in found.items()}


def changed_cells(before: Roster, after: Roster) -> dict[Cell, Day]:
    """The days of `after` that differ from `before`; an emptied day is ``()``."""
    old, new = cells_of(before), cells_of(after)
    return {cell: new.get(cell, ()) for cell in sorted(old.keys() | new.keys()) if old.get(cell) != new.get(cell)}


def roster_digest(roster: Roster) -> str:
    """SHA-256 of everything a roster says: its days, people, queues and every segment, in whatever order.

    Rosters of one centre and period that say the same have the same digest, wherever they were read from.
    """
    grid = roster.grid
    columns = (roster.agent, roster.day, roster.start, roster.end, roster.activity, roster.queue, roster.locked)
    table = np.stack([np.asarray(column, dtype="<i8") for column in columns])
    order = np.lexsort(table[::-1])
    facts = (grid.timezone, str(grid.first_day), grid.days, grid.step_min, roster.agents, roster.queues)
    return hashlib.sha256(repr(facts).encode() + table[:, order].tobytes()).hexdigest()


def roster_with(roster: Roster, cells: Mapping[Cell, Day]) -> Roster:
    """`roster` with the days of `cells` in place of its own.

    Raises
    ------
    ValueError
        When a cell names an agent, queue or activity that the roster does not know.
    """
    return _made_of(cells_of(roster) | {cell: tuple(sorted(day)) for cell, day in cells.items()}, roster)


def check_cells(roster: Roster, cells: Mapping[Cell, Day]) -> None:
    """Refuse what `roster_with` would refuse, without going through the rest of the roster.

    Raises
    ------
    ValueError
        When a cell names an agent, queue or activity that the roster does not know.
    """
    _made_of(cells, roster)


def _made_of(days: Mapping[Cell, Day], roster: Roster) -> Roster:
    """A roster of nothing but `days`, with the people and queues of `roster`."""
    agents = {agent: index for index, agent in enumerate(roster.agents)}
    queues = {queue: index for index, queue in enumerate(roster.queues)} | {"": -1}
    rows = []
    for (ident, when), day in days.items():
        if ident not in agents:
            raise ValueError(f"agent is {ident!r}, expected one of the roster")
        ahead = (date.fromisoformat(when) - roster.grid.first_day).days
        for segment in day:
            if segment.queue not in queues or segment.activity not in ACTIVITIES:
                raise ValueError(f"segment is {segment}, expected a queue of the roster and a known activity")
            if segment.end <= segment.start:
                raise ValueError(f"segment is {segment}, expected an end after its start")
            code = ACTIVITIES.index(segment.activity)
            row = (agents[ident], ahead, segment.start, segment.end, code, queues[segment.queue], segment.locked)
            rows.append(row)
    table = np.array(rows, dtype=np.int64).reshape(-1, 7)
    return Roster(
        grid=roster.grid,
        agents=roster.agents,
        queues=roster.queues,
        agent=table[:, 0],
        day=table[:, 1],
        start=table[:, 2],
        end=table[:, 3],
        activity=table[:, 4],
        queue=table[:, 5],
        locked=table[:, 6] > 0,
    )
