"""Deferred work as batches: hours that arrive together and are due together, taken first in, first out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.solver.tables import Tables

TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Batches:
    """Rows first[q] to first[q + 1] belong to queue q: hours, slot of arrival, slot due (`slots`: not inside)."""

    first: IntArray
    hours: FloatArray
    arrives: IntArray
    due: IntArray


def make_batches(tb: Tables) -> Batches:
    """Cut each tube at all its steps; the work between two cuts arrives at one slot and is due at one slot."""
    first, hours, arrives, due = [0], [], [], []
    for queue in range(len(tb.early)):
        early, late = np.maximum.accumulate(tb.early[queue]), np.maximum.accumulate(tb.late[queue])
        if tb.deadline[queue] and early[-1] > TINY:
            cuts = np.unique(np.round(np.concatenate([[0.0], early, late]), 9))
            cuts = cuts[np.append(np.diff(cuts) > TINY, True)]
            middle = (cuts[1:] + cuts[:-1]) / 2
            hours.append(np.diff(cuts))
            arrives.append(np.searchsorted(early, middle))
            due.append(np.searchsorted(late, middle))
        first.append(first[-1] + (len(hours[-1]) if tb.deadline[queue] and early[-1] > TINY else 0))
    empty = np.zeros(0)
    return Batches(
        np.array(first, dtype=np.int64),
        np.concatenate(hours) if hours else empty,
        (np.concatenate(arrives) if arrives else empty).astype(np.int64),
        (np.concatenate(due) if due else empty).astype(np.int64),
    )
