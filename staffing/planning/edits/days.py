"""One agent's day as pieces, and a roster with some of its days replaced."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np

from staffing.domain.roster import ACTIVITIES, BREAK, MEAL, OFF_PHONE, WORK, Roster

PAUSES = (BREAK, MEAL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment of a shift: slots [start, end), activity code, queue index (-1: none)."""

    start: int
    end: int
    activity: int
    queue: int = -1
    locked: bool = False

    @property
    def is_pause(self) -> bool:
        return self.activity in PAUSES

    def at(self, start: int) -> "Piece":
        """The same piece from another slot on."""
        return Piece(start, start + self.end - self.start, self.activity, self.queue, self.locked)


Day = tuple[Piece, ...]
"""The pieces of one shift in order; empty for a day off."""
Key = tuple[int, int]
"""Agent and day, as indices."""
Label = tuple[int, int, int]
"""Activity code, queue index and, but for work, the piece a slot belongs to: two meetings in a row stay two."""


def work_on(queue: int) -> Label:
    """A slot of work on a queue (-1: none)."""
    return (WORK, queue, -1)


def busy_with(activity: int, piece: int) -> Label:
    """A slot of something else than work, part of the piece of that number."""
    return (activity, -1, piece)


def is_locked(day: Day) -> bool:
    """Whether any piece of the shift is locked."""
    return any(piece.locked for piece in day)


def spread(day: Day) -> list[Label]:
    """What is done in each slot of a shift, its pauses taken as a continuation of the work around them."""
    labels: list[Label] = []
    work = next((work_on(piece.queue) for piece in day if piece.activity == WORK), work_on(-1))
    for piece in day:
        if piece.activity == WORK:
            work = work_on(piece.queue)
        label = work if piece.activity == WORK or piece.is_pause else busy_with(piece.activity, piece.start)
        labels += [label] * (piece.end - piece.start)
    return labels


def compose(start: int, labels: Sequence[Label], pauses: Iterable[Piece]) -> Day:
    """Pieces of a shift from what is done in each slot and its pauses; equal neighbours become one piece."""
    slots = list(labels)
    for pause in pauses:
        for slot in range(max(start, pause.start), min(start + len(slots), pause.end)):
            slots[slot - start] = busy_with(pause.activity, pause.start)
    pieces, first = [], 0
    for place in range(1, len(slots) + 1):
        if place == len(slots) or slots[place] != slots[first]:
            activity, queue, _ = slots[first]
            pieces.append(Piece(start + first, start + place, activity, queue))
            first = place
    return tuple(pieces)


@dataclass(frozen=True, eq=False)
class Working:
    """`base` with the days of `changed` in place of its own; absences stand as they are."""

    base: Roster
    changed: Mapping[Key, Day]

    def day(self, agent: int, day: int) -> Day:
        """Pieces of an agent's shift on a day."""
        if (agent, day) in self.changed:
            return self.changed[agent, day]
        first, last = np.searchsorted(self.base.agent, (agent, agent + 1))
        rows = np.flatnonzero((self.base.day[first:last] == day) & self.base.on_shift[first:last]) + first
        return tuple(_piece(self.base, int(row)) for row in rows)

    def with_days(self, changed: Mapping[Key, Day]) -> "Working":
        """The same with more days replaced."""
        return Working(self.base, {**self.changed, **changed})

    @cached_property
    def roster(self) -> Roster:
        """The roster as columns."""
        if not self.changed:
            return self.base
        base, width = self.base, 2 * self.base.grid.days + 7
        keys = np.array([agent * width + day for agent, day in self.changed], dtype=np.int64)
        kept = ~(base.on_shift & np.isin(base.agent * width + base.day, keys))
        rows = np.array(list(self._rows()), dtype=np.int64).reshape(-1, 7)
        columns = {
            name: np.concatenate([getattr(base, name)[kept], rows[:, place]])
            for place, name in enumerate(("agent", "day", "start", "end", "activity", "queue", "locked"))
        }
        # The roster sorts by agent and start; of overlapping shifts, the earlier day's comes first.
        order = np.lexsort((columns["end"], columns["day"]))
        return Roster(base.grid, base.agents, base.queues, **{name: column[order] for name, column in columns.items()})

    def _rows(self) -> Iterator[tuple[int, ...]]:
        for (agent, day), pieces in self.changed.items():
            for p in pieces:
                yield agent, day, p.start, p.end, p.activity, p.queue, int(p.locked)


def _piece(roster: Roster, row: int) -> Piece:
    return Piece(
        int(roster.start[row]),
        int(roster.end[row]),
        int(roster.activity[row]),
        int(roster.queue[row]),
        bool(roster.locked[row]),
    )


def same_rosters(one: Roster, other: Roster) -> bool:
    """Whether two rosters say the same: grid, people, queues and every segment."""
    names = ("agent", "day", "start", "end", "activity", "queue", "locked")
    return (
        (one.grid, one.agents, one.queues) == (other.grid, other.agents, other.queues)
        and len(one) == len(other)
        and all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)
    )


def differing_days(one: Roster, other: Roster) -> set[Key]:
    """Agent-days on which two rosters of the same people differ."""
    names = ("agent", "day", "start", "end", "activity", "queue", "locked")
    sets = [set(zip(*(getattr(roster, name).tolist() for name in names), strict=True)) for roster in (one, other)]
    return {(row[0], row[1]) for row in chain(sets[0] - sets[1], sets[1] - sets[0])}


def activity_of(word: str) -> int | None:
    """Code of an activity that a planner may place inside a shift, or None."""
    code = ACTIVITIES.index(word) if word in ACTIVITIES else -1
    return code if code in (WORK, *OFF_PHONE) else None
