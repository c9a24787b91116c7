"""The shifts of a roster in columns, so that rules need no loop over segments."""

from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import BoolArray, IntArray
from staffing.domain.roster import Roster


@dataclass(frozen=True, eq=False)
class ShiftTable:
    """Shifts in order of agent and start, arrays (shifts,); `row_shift` (segments,) is -1 for absences.

    `first` is the row of the first segment. A shift is what `Roster.shifts` calls one: neighbouring
    segments of one agent with one day.
    """

    agent: IntArray
    day: IntArray
    start: IntArray
    end: IntArray
    first: IntArray
    row_shift: IntArray

    def __len__(self) -> int:
        return len(self.agent)

    def within(self, days: int) -> BoolArray:
        """Shifts whose day lies in the horizon, shape (shifts,)."""
        return (self.day >= 0) & (self.day < days)

    def worked(self, agents: int, days: int) -> BoolArray:
        """Days on which a shift starts, shape (agents, days)."""
        days_worked = np.zeros((agents, days), dtype=bool)
        inside = self.within(days)
        days_worked[self.agent[inside], self.day[inside]] = True
        return days_worked


NEVER = -(2**40)
"""End of an agent's time before the first row, far below every step."""


def running_end(agent: IntArray, end: IntArray) -> IntArray:
    """Latest `end` in the agent's rows before each row, `NEVER` in the first; rows are sorted by agent."""
    if not len(agent):
        return end
    base = agent * (end.max() - end.min() + 1)
    before = np.full(len(agent), NEVER, dtype=np.int64)
    before[1:] = np.maximum.accumulate(end + base)[:-1] - base[1:]
    first = np.ones(len(agent), dtype=bool)
    first[1:] = agent[1:] != agent[:-1]
    return np.where(first, NEVER, before)


def shift_table(roster: Roster) -> ShiftTable:
    """Columns of the shifts of `roster`."""
    rows = np.flatnonzero(roster.on_shift)
    agent, day = roster.agent[rows], roster.day[rows]
    opens = np.ones(len(rows), dtype=bool)
    opens[1:] = (agent[1:] != agent[:-1]) | (day[1:] != day[:-1])
    heads = np.flatnonzero(opens)
    row_shift = np.full(len(roster), -1, dtype=np.int64)
    row_shift[rows] = np.cumsum(opens) - 1
    end = np.maximum.reduceat(roster.end[rows], heads) if len(rows) else np.zeros(0, dtype=np.int64)
    first = rows[heads]
    return ShiftTable(agent[heads], day[heads], roster.start[first], end, first, row_shift)
