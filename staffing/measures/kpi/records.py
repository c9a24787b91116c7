"""What really happened, as columns: the rows that every measure adds up."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray, frozen, set_frozen

TABLES = ("intervals", "tickets", "surveys", "quality", "activity", "clients")
"""Tables of what happened; ``plan``, ``wishes`` and ``burdens`` come from a plan, ``reasons`` explain the activity."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of one table: `day` (proleptic ordinal), `queue` and `agent` (position, -1 unknown), named columns.

    All arrays have shape (rows,); a number that is not known is NaN, a moment is in seconds since 1970.
    """

    day: IntArray
    queue: IntArray
    agent: IntArray
    columns: Mapping[str, FloatArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shape = np.shape(self.day)
        for name in ("day", "queue", "agent"):
            set_frozen(self, name, np.int64, shape)
        object.__setattr__(self, "columns", {k: frozen(v, np.float64, shape) for k, v in self.columns.items()})

    def __len__(self) -> int:
        return len(self.day)

    def __getitem__(self, column: str) -> FloatArray:
        """A column, NaN everywhere where the table has none of that name."""
        found = self.columns.get(column)
        return np.full(len(self), np.nan) if found is None else found


@dataclass(frozen=True, eq=False)
class Records:
    """Tables by name, with the queues and agents that their positions mean.

    `team` (agents,) is the position of each agent's team in `teams`, `wage_per_h` (agents,) what an hour costs;
    `week_start` is the weekday a week begins with, Monday 0.
    """

    queues: tuple[str, ...]
    agents: tuple[str, ...]
    teams: tuple[str, ...]
    team: IntArray
    wage_per_h: FloatArray
    week_start: int = 0
    currency: str = ""
    tables: Mapping[str, Rows] = field(default_factory=dict)

    def __post_init__(self) -> None:
        set_frozen(self, "team", np.int64, (len(self.agents),))
        set_frozen(self, "wage_per_h", np.float64, (len(self.agents),))

    def rows(self, table: str) -> Rows | None:
        """A table, None where there is none or it is empty."""
        found = self.tables.get(table)
        return found if found is not None and len(found) else None

    def with_tables(self, tables: Mapping[str, Rows]) -> "Records":
        """The same with tables added or replaced."""
        return replace(self, tables={**self.tables, **tables})

    def span(self) -> tuple[int, int] | None:
        """First and last day with something that happened, else of the plan; None where there is nothing."""
        happened = [rows.day for name in TABLES if name != "clients" and (rows := self.rows(name)) is not None]
        days = happened or [rows.day for rows in self.tables.values() if len(rows)]
        if not days:
            return None
        return int(min(part.min() for part in days)), int(max(part.max() for part in days))
