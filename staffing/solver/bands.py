"""Bands of starts: where a contract keeps a person's starts of a week together, and which shifts each band holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import BoolArray, IntArray
from staffing.domain.people import Contract


@dataclass(frozen=True, eq=False)
class StartBands:
    """The bands of one person's options.

    Attributes
    ----------
    first, last : (options,)
        First and last band that hold each option; shifts go together when their ranges have a band in common.
    cell, cells
        Options of one cell lie in the same bands; the cells of a band follow each other.
    cell_from, cell_to : (bands,)
        First cell of each band and the one after its last.
    """

    first: IntArray
    last: IntArray
    cell: IntArray
    cells: int
    cell_from: IntArray
    cell_to: IntArray

    @property
    def count(self) -> int:
        """How many bands there are."""
        return len(self.cell_from)


def in_some_band(contract: Contract, minute: IntArray) -> BoolArray:
    """Whether starts at wall-clock `minute` lie in any band of the contract, the shape of `minute`."""
    width = contract.start_band_min
    return np.ones(minute.shape, dtype=bool) if width is None else minute % contract.start_band_step_min <= width


def start_bands(contract: Contract, minute: IntArray) -> StartBands:
    """Bands of the starts at wall-clock `minute` (options,), each of them in some band; one band without the rule.

    Only bands that begin at some start's own step count, and none whose starts all lie in the one before.
    """
    width, step = contract.start_band_min, contract.start_band_step_min
    if width is None or not len(minute):
        none = np.zeros(len(minute), dtype=np.int64)
        return StartBands(none, none, none, 1, np.array([0]), np.array([1]))
    starts, of_start = np.unique(minute, return_inverse=True)
    kept: list[int] = []
    reach = -1
    for band in np.unique(starts // step):
        furthest = int(starts[starts <= band * step + width].max())
        if furthest > reach:
            kept.append(int(band))
            reach = furthest
    number = np.array(kept, dtype=np.int64)
    first = np.searchsorted(number, -((width - starts) // step), side="left")
    last = np.searchsorted(number, starts // step, side="right") - 1
    opens = (np.diff(first, prepend=-1) != 0) | (np.diff(last, prepend=-1) != 0)
    cell = np.cumsum(opens) - 1
    begin = np.searchsorted(last[opens], np.arange(len(kept)), side="left")
    end = np.searchsorted(first[opens], np.arange(len(kept)), side="right")
    return StartBands(first[of_start], last[of_start], cell[of_start], int(cell[-1]) + 1, begin, end)
