"""Cells of CSV files that we write: rounded numbers, moments with offset, text no spreadsheet runs as a formula."""

import csv
import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from staffing.domain.timegrid import TimeGrid

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
GUARD = "'"


def safe_text(text: str) -> str:
    """Text that a spreadsheet shows instead of running: a quote before what could start a formula.

    Examples
    --------
    >>> safe_text("=1+1"), safe_text("Ana")
    ("'=1+1", 'Ana')
    """
    return GUARD + text if text.startswith(FORMULA_STARTS) else text


def plain_text(cell: str) -> str:
    """The text that `safe_text` was given."""
    return cell[1:] if cell.startswith(GUARD) and cell[1:].startswith(FORMULA_STARTS) else cell


def shown(value: float | int | None, digits: int = 6) -> str:
    """A number with at most so many decimals; blank for None and NaN.

    Examples
    --------
    >>> shown(0.1 + 0.2), shown(3.0), shown(-1e-9), shown(float("nan"))
    ('0.3', '3', '0', '')
    """
    if value is None or math.isnan(value):
        return ""
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def shown_all(values: Iterable[float], digits: int = 6) -> list[str]:
    """Numbers as cells."""
    return [shown(value, digits) for value in np.asarray(values, dtype=float).tolist()]


def moments(grid: TimeGrid) -> list[str]:
    """Start of each step as ISO 8601 with offset, and the end of the last one."""
    return [grid.iso(step) for step in range(grid.n + 1)]


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A CSV file with comma and line feed."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue()
