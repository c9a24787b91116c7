"""Columns of large tables: numbers at once, and rows that say the same thing twice."""

import numpy as np
import pandas as pd

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.timegrid import TimeGrid
from staffing.files.faults import FaultLog
from staffing.files.rows import number
from staffing.files.table import Table


def numbers(table: Table, column: str, log: FaultLog) -> FloatArray:
    """A column of numbers, NaN where blank; text and negative numbers are faults and NaN too."""
    cells = table.cells(column)
    codes, texts = pd.factorize(cells)
    parsed = [number(text, table.decimal_comma) if text else None for text in texts]
    values: FloatArray = np.array([np.nan if value is None else value for value in parsed])[codes]
    blank = np.array([not text for text in texts])[codes]
    for row in np.flatnonzero(np.isnan(values) & ~blank):
        log.add(
            "not_a_number",
            table.file,
            row=int(table.line[row]),
            column=column,
            value=cells[row],
            expected="number | blank",
        )
    for row in np.flatnonzero(values < 0):
        log.add("negative", table.file, row=int(table.line[row]), column=column, value=cells[row], expected=">= 0")
    return np.where(values < 0, np.nan, values)


def unique_rows(
    table: Table,
    queue: IntArray,
    step: IntArray,
    good: BoolArray,
    values: dict[str, FloatArray],
    grid: TimeGrid,
    names: tuple[str, ...],
    log: FaultLog,
) -> BoolArray:
    """Rows that are the first of their queue and step; the others are faults, exact copies and conflicts apart."""
    rows = np.flatnonzero(good)
    key = queue[rows] * grid.n + step[rows]
    again = pd.Series(key).duplicated().to_numpy()
    keep = good.copy()
    if not again.any():
        return keep
    first = dict(zip(key[~again].tolist(), rows[~again].tolist(), strict=True))
    for row, place in zip(rows[again].tolist(), key[again].tolist(), strict=True):
        keep[row] = False
        other = first[place]
        same = all(np.array_equal(v[[row]], v[[other]], equal_nan=True) for v in values.values())
        log.add(
            "duplicate_row" if same else "conflicting_rows",
            table.file,
            row=int(table.line[row]),
            column="start",
            value=f"{grid.iso(int(step[row]))} {names[queue[row]]}",
            expected=f"row {int(table.line[other])}",
        )
    return keep
