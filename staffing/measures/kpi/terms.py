"""Numerators and denominators row by row: whatever they are grouped by, the parts add up to the whole."""

from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray, set_frozen
from staffing.measures.kpi.records import Rows

NO_ONE = 1 << 20
"""More queues or agents than anybody has: keeps the two parts of a unit apart."""


@dataclass(frozen=True, eq=False)
class Terms:
    """Rows of a measure, all arrays of shape (rows,): where they belong, and what they add to top and bottom.

    `unit` says which rows are one observation (a day, one person's day) for the interval of a ratio. `side` is 0 for
    rows that know both, 1 for those of a top and 2 for those of a bottom that come from tables of their own: a group
    with only one of these has no value.
    """

    day: IntArray
    queue: IntArray
    agent: IntArray
    top: FloatArray
    bottom: FloatArray
    unit: IntArray
    side: IntArray

    def __post_init__(self) -> None:
        shape = np.shape(self.day)
        for name in ("day", "queue", "agent", "unit", "side"):
            set_frozen(self, name, np.int64, shape)
        for name in ("top", "bottom"):
            set_frozen(self, name, np.float64, shape)

    def __len__(self) -> int:
        return len(self.day)

    def chosen(self, keep: BoolArray) -> "Terms":
        """Some of the rows."""
        names = ("day", "queue", "agent", "top", "bottom", "unit", "side")
        return Terms(*(getattr(self, name)[keep] for name in names))

    @property
    def is_whole(self) -> bool:
        """There is a row that knows both, or one of each side."""
        return bool((self.side == 0).any() or ((self.side == 1).any() and (self.side == 2).any()))


def terms(rows: Rows, top: FloatArray, bottom: FloatArray, unit: IntArray | None = None) -> Terms:
    """Terms of the rows whose top and bottom are known; each row is its own unit unless told otherwise."""
    known = np.isfinite(top) & np.isfinite(bottom)
    units = np.arange(len(rows)) if unit is None else unit
    side = np.zeros(int(known.sum()), dtype=np.int64)
    return Terms(rows.day[known], rows.queue[known], rows.agent[known], top[known], bottom[known], units[known], side)


def joined(tops: Terms, bottoms: Terms) -> Terms:
    """Terms whose top and bottom come from two tables; the days of both are the units."""
    zeros, nothing = np.zeros(len(bottoms)), np.zeros(len(tops))
    day = np.concatenate([tops.day, bottoms.day])
    return Terms(
        day,
        np.concatenate([tops.queue, bottoms.queue]),
        np.concatenate([tops.agent, bottoms.agent]),
        np.concatenate([tops.top, zeros]),
        np.concatenate([nothing, bottoms.bottom]),
        day,
        np.repeat([1, 2], [len(tops), len(bottoms)]),
    )


def only(rows: Rows, keep: BoolArray | IntArray) -> Rows:
    """Some of the rows, or all of them in another order."""
    return Rows(
        rows.day[keep], rows.queue[keep], rows.agent[keep], {name: col[keep] for name, col in rows.columns.items()}
    )


def on_common_days(first: Rows, second: Rows) -> tuple[Rows, Rows]:
    """Rows of the days that both tables know: a day without its other half says nothing."""
    days = np.intersect1d(first.day, second.day)
    return only(first, np.isin(first.day, days)), only(second, np.isin(second.day, days))


def of_people(rows: Rows) -> Rows:
    """The rows without their queue: a break belongs to a person, not to a queue."""
    return Rows(rows.day, np.full(len(rows), -1), rows.agent, rows.columns)


def person_day(rows: Rows) -> IntArray:
    """One number for each person and day."""
    units: IntArray = rows.day * NO_ONE + rows.agent + 1
    return units
