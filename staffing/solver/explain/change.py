"""One person's days put otherwise: the smallest thing that an explanation proposes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from staffing.domain.arrays import BoolArray, IntArray
from staffing.domain.roster import Roster

Row = tuple[int, int, int, int, int]
"""Day, start, end, activity code, queue (-1: none) of a segment."""
COLUMNS = ("agent", "day", "start", "end", "activity", "queue", "locked")


@dataclass(frozen=True, slots=True)
class Change:
    """The shifts of `agent` on `days` become `rows`; a day without a row becomes a day off."""

    agent: int
    days: tuple[int, ...]
    rows: tuple[Row, ...]

    def apply(self, roster: Roster) -> Roster:
        """The roster with the change made; segments that stay as they were keep their lock."""
        gone = roster.on_shift & (roster.agent == self.agent) & np.isin(roster.day, self.days)
        locked = {
            (int(roster.start[row]), int(roster.end[row]), int(roster.activity[row]))
            for row in np.flatnonzero(gone & roster.locked)
        }
        table = np.array(self.rows, dtype=np.int64).reshape(-1, 5).T
        keep = [(start, end, code) in locked for _, start, end, code, _ in self.rows]
        new = (np.full(table.shape[1], self.agent), *table, np.array(keep, dtype=bool))
        return with_rows(roster, ~gone, dict(zip(COLUMNS, new, strict=True)))


def with_rows(roster: Roster, keep: BoolArray, new: dict[str, IntArray]) -> Roster:
    """`roster` with the rows `keep` and the columns `new`."""
    columns: dict[str, Any] = {name: np.concatenate([getattr(roster, name)[keep], new[name]]) for name in COLUMNS}
    return replace(roster, **columns)
