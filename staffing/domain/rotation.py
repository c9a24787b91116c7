"""Fixed patterns: which shift, or none, a person has on each day of a cycle of weeks."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from staffing.domain.arrays import IntArray
from staffing.domain.people import Agent
from staffing.domain.shift import ShiftType
from staffing.domain.timegrid import TimeGrid

ANY, OFF = "any", "off"
"""Words of a pattern beside the ids of shift types."""
FREE_DAY, DAY_OFF = -2, -1
"""Codes of a pattern in indices; 0 and more is a shift type."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """Weeks of seven words, Monday first: a shift type's id, ``off`` or ``any``; `start` lies in the first week."""

    id: str
    start: date
    weeks: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if not self.weeks or any(len(week) != 7 for week in self.weeks):
            raise ValueError(f"rotation {self.id}: weeks is {self.weeks}, expected at least one week of seven words")

    def word(self, when: date, week: int = 1) -> str:
        """What the pattern says for the day `when` of a person who is in `week` (1: the first) at its start.

        >>> pattern = Rotation("two", date(2026, 1, 5), (("early",) * 5 + ("off",) * 2, ("late",) * 7))
        >>> [pattern.word(date(2026, 1, day)) for day in (5, 10, 12)]
        ['early', 'off', 'late']
        >>> pattern.word(date(2026, 1, 5), week=2)
        'late'
        """
        begin = self.start - timedelta(days=self.start.weekday())
        number = (when - begin).days // 7 + week - 1
        return self.weeks[number % len(self.weeks)][when.weekday()]


def patterns(
    agents: tuple[Agent, ...], rotations: tuple[Rotation, ...], shifts: tuple[ShiftType, ...], grid: TimeGrid
) -> IntArray:
    """Pattern of every agent and day, shape (agents, days): `FREE_DAY`, `DAY_OFF` or the number of a shift type."""
    by_id = {rotation.id: rotation for rotation in rotations}
    code = {ANY: FREE_DAY, OFF: DAY_OFF} | {shift.id: number for number, shift in enumerate(shifts)}
    rows = np.full((len(agents), grid.days), FREE_DAY, dtype=np.int64)
    for row, agent in enumerate(agents):
        if agent.rotation in by_id:
            rotation = by_id[agent.rotation]
            rows[row] = [code[rotation.word(when, agent.rotation_week)] for when in grid.dates]
    return rows
