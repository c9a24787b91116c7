"""The roster: who does what when, as columns of segments."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray, set_frozen
from staffing.domain.timegrid import TimeGrid

ACTIVITIES = ("work", "break", "meal", "training", "meeting", "coaching", "other", "leave", "sick", "unavailable")
"""Vocabulary of segments; the index is the code in `Roster.activity`."""
WORK, BREAK, MEAL = 0, 1, 2
OFF_PHONE = (3, 4, 5, 6)
ABSENCE = (7, 8, 9)


def activity_code(kind: str) -> int:
    """Code of an activity; an unknown absence kind counts as leave."""
    return ACTIVITIES.index(kind) if kind in ACTIVITIES else ACTIVITIES.index("leave")


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of one agent: steps [start, end) and the rows of its segments."""

    agent: int
    day: int
    start: int
    end: int
    rows: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Roster:
    """Segments in columns, sorted by agent and start; all arrays have shape (segments,).

    `agent` and `queue` index into `agents` and `queues` (queue -1: none), `day` is the day the
    shift starts on, `start` and `end` are steps of `grid` (the end may lie beyond the horizon),
    `activity` a code of `ACTIVITIES`. Absences are rows of their own and no part of a shift.
    """

    grid: TimeGrid
    agents: tuple[str, ...]
    queues: tuple[str, ...]
    agent: IntArray
    day: IntArray
    start: IntArray
    end: IntArray
    activity: IntArray
    queue: IntArray
    locked: BoolArray

    def __post_init__(self) -> None:
        order = np.lexsort((np.asarray(self.start), np.asarray(self.agent)))
        for name in ("agent", "day", "start", "end", "activity", "queue"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.int64)[order])
            set_frozen(self, name, np.int64, (len(order),))
        object.__setattr__(self, "locked", np.asarray(self.locked, dtype=bool)[order])
        set_frozen(self, "locked", np.bool_, (len(order),))
        if len(order) and not -1 <= self.queue.min() <= self.queue.max() < len(self.queues):
            raise ValueError(
                f"queue is {self.queue.min()} to {self.queue.max()}, expected -1 to {len(self.queues) - 1}"
            )

    def __len__(self) -> int:
        return len(self.agent)

    @property
    def on_shift(self) -> BoolArray:
        """Segments that belong to a shift (everything but absences), shape (segments,)."""
        return ~np.isin(self.activity, ABSENCE)

    def shifts(self) -> Iterator[Shift]:
        """Shifts in order of agent and day. Segments of one agent and day form one shift."""
        rows = np.flatnonzero(self.on_shift)
        if not len(rows):
            return
        key = self.agent[rows] * (2 * self.grid.days + 7) + self.day[rows]
        for group in np.split(rows, np.flatnonzero(np.diff(key)) + 1):
            first, last = group[0], group[-1]
            yield Shift(
                int(self.agent[first]),
                int(self.day[first]),
                int(self.start[first]),
                int(self.end[last]),
                tuple(int(row) for row in group),
            )

    def coverage(self, proficiency: FloatArray) -> FloatArray:
        """Agents at work by queue and step, weighed by `proficiency` (agents, queues); shape (queues, steps)."""
        change = np.zeros((len(self.queues), self.grid.n + 1))
        rows = np.flatnonzero((self.activity == WORK) & (self.queue >= 0))
        start, end = np.clip(self.start[rows], 0, self.grid.n), np.clip(self.end[rows], 0, self.grid.n)
        weight = proficiency[self.agent[rows], self.queue[rows]]
        np.add.at(change, (self.queue[rows], start), weight)
        np.add.at(change, (self.queue[rows], end), -weight)
        levels: FloatArray = np.cumsum(change[:, :-1], axis=1)
        return np.where(np.abs(levels) < 1e-9, 0.0, levels)

    def at_work(self) -> BoolArray:
        """Whether each agent has activity work in each step, shape (agents, steps)."""
        return self._presence(self.activity == WORK)

    def present(self) -> BoolArray:
        """Whether each agent is inside a shift (breaks and off-phone time included), shape (agents, steps)."""
        return self._presence(self.on_shift)

    def _presence(self, rows: BoolArray) -> BoolArray:
        seen = np.zeros((len(self.agents), self.grid.n), dtype=bool)
        for row in np.flatnonzero(rows):
            seen[self.agent[row], max(0, self.start[row]) : max(0, self.end[row])] = True
        return seen

    def queue_at(self) -> IntArray:
        """Queue each agent serves in each step, -1 where none, shape (agents, steps)."""
        serving = np.full((len(self.agents), self.grid.n), -1, dtype=np.int64)
        for row in np.flatnonzero((self.activity == WORK) & (self.queue >= 0)):
            serving[self.agent[row], max(0, self.start[row]) : max(0, self.end[row])] = self.queue[row]
        return serving
