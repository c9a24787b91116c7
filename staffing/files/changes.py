"""What differs between a roster and the one it was made from: one entry per person and day."""

from collections.abc import Mapping
from dataclasses import dataclass

from staffing.domain.roster import ABSENCE, ACTIVITIES, Roster
from staffing.domain.roster_cells import Cell, Day, cells_of
from staffing.domain.timegrid import TimeGrid


@dataclass(frozen=True, slots=True)
class Change:
    """One person's day that differs: `kind` is ``added``, ``removed``, ``moved`` or ``inside`` (same hours)."""

    agent: str
    date: str
    kind: str
    before: tuple[str, str] | None
    after: tuple[str, str] | None


def roster_changes(reference: Roster, roster: Roster) -> tuple[Change, ...]:
    """Changed shifts of the days that both rosters have, by agent and date."""
    old, new = _shifts(reference), _shifts(roster)
    days = set(map(str, reference.grid.dates)) & set(map(str, roster.grid.dates))
    changes = []
    for agent, date in sorted(key for key in old.keys() | new.keys() if key[1] in days):
        before, after = old.get((agent, date)), new.get((agent, date))
        if before == after:
            continue
        if before is None or after is None:
            kind = "added" if before is None else "removed"
        else:
            kind = "moved" if before[0] != after[0] else "inside"
        changes.append(Change(agent, date, kind, before and before[0], after and after[0]))
    return tuple(changes)


def cell_changes(before: Roster, cells: Mapping[Cell, Day]) -> tuple[Change, ...]:
    """What days put into a roster change, by agent and date; other queues or locks alone are ``inside`` too."""
    planned = cells_of(before, {agent for agent, _ in cells})
    changes = []
    for cell in sorted(cells):
        old, new = (_hours(before.grid, day) for day in (planned.get(cell, ()), cells[cell]))
        kind = "inside" if old == new else "added" if old is None else "removed" if new is None else "moved"
        changes.append(Change(*cell, kind, old, new))
    return tuple(changes)


def _hours(grid: TimeGrid, day: Day) -> tuple[str, str] | None:
    """First and last moment of the shift of a day."""
    steps = [(row.start, row.end) for row in day if ACTIVITIES.index(row.activity) not in ABSENCE]
    return (grid.iso(min(steps)[0]), grid.iso(max(end for _, end in steps))) if steps else None


_Day = tuple[tuple[str, str], tuple[tuple[str, str, str], ...]]


def _shifts(roster: Roster) -> dict[tuple[str, str], _Day]:
    """Hours and segments of each shift by agent and date; queues do not count, hours and activities do."""
    grid = roster.grid
    found: dict[tuple[str, str], _Day] = {}
    for shift in roster.shifts():
        segments: list[tuple[str, str, str]] = []
        for row in shift.rows:
            kind = ACTIVITIES[int(roster.activity[row])]
            start, end = grid.iso(int(roster.start[row])), grid.iso(int(roster.end[row]))
            if segments and segments[-1][2] == kind and segments[-1][1] == start:
                segments[-1] = (segments[-1][0], end, kind)
            else:
                segments.append((start, end, kind))
        key = roster.agents[shift.agent], str(grid.dates[shift.day])
        found[key] = (grid.iso(shift.start), grid.iso(shift.end)), tuple(segments)
    return found
