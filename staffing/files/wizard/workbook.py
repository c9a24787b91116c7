"""A sheet of an XLSX workbook as rows of text."""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from staffing.files.faults import FaultLog, choices

MAX_UNPACKED = 400 * 1024 * 1024
MAX_COLUMNS = 200
MAX_ROWS = 1_048_576
OLD_KIND = b"\xd0\xcf\x11\xe0"
"""How workbooks of the old kind begin, and those with a password."""
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError),
    *(LookupError, ValueError, TypeError, SyntaxError, NotImplementedError, RuntimeError),
)
"""What a damaged or encrypted part of the archive ends in; the parser's own errors are SyntaxErrors."""
TELL_ROWS = 2_000
"""Rows after which it is told how far the reading is."""


def read_workbook(
    name: str,
    data: bytes,
    sheet: str | None,
    log: FaultLog,
    on_rows: Callable[[int, int], None] | None = None,
) -> tuple[tuple[str, ...], list[tuple[int, list[str]]]]:
    """Names of the sheets, and the rows of one of them with their line numbers.

    Only values are read, never formulas or links. The unpacked size is checked before anything is unpacked.
    `on_rows` is called every `TELL_ROWS` rows with the rows read and how many the sheet says to have.

    Raises
    ------
    DataError
        When the file is no workbook, damaged, or too large.
    """
    with opened_workbook(name, data, log) as book:
        names = tuple(book.sheetnames)
        if sheet is not None and sheet not in names:
            log.add("unknown_sheet", name, column=sheet, value=sheet, expected=choices(names, sheet))
            log.refuse()
        return names, _first_table([book[title] for title in (names if sheet is None else (sheet,))], on_rows)


@contextmanager
def opened_workbook(name: str, data: bytes, log: FaultLog, *, formulas: bool = False) -> Iterator[Any]:
    """A workbook opened for reading row by row; with `formulas` their text stands in place of their values.

    Raises
    ------
    DataError
        When the file is no workbook, damaged (also where that shows only later, inside the block), or too large.
    """
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except DAMAGED:
        parts = []
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        is_old = data.startswith(OLD_KIND)
        log.add("old_workbook" if is_old else "no_table", name, value=".xls" if is_old else "", expected=".xlsx")
        log.refuse()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED:
        limit = f"<= {MAX_UNPACKED // 1024 // 1024} MB"
        log.add("too_large_unpacked", name, value=f"{unpacked / 1024 / 1024:.0f} MB", expected=limit)
        log.refuse()
    try:
        with closing(load_workbook(io.BytesIO(data), read_only=True, data_only=not formulas)) as book:
            yield book
    except DAMAGED as error:
        log.add("no_table", name, value=type(error).__name__, expected=".xlsx")
        log.refuse()
        raise


def _first_table(sheets: Sequence[Any], on_rows: Callable[[int, int], None] | None) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    for sheet in sheets:
        rows = _rows(sheet, on_rows)
        if sum(any(cells) for _, cells in rows) >= 2:
            break
    return rows


def _rows(sheet: Any, on_rows: Callable[[int, int], None] | None) -> list[tuple[int, list[str]]]:
    if not hasattr(sheet, "reset_dimensions"):
        return []  # a sheet that holds nothing but a chart
    claimed = min(sheet.max_row or 0, MAX_ROWS)
    # The size that a file claims may be wrong or made up; the rows themselves tell.
    sheet.reset_dimensions()
    found = []
    for line, values in enumerate(sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True), start=1):
        cells = [cell_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        found.append((line, cells))
        if on_rows is not None and line % TELL_ROWS == 0:
            on_rows(line, max(claimed, line))
    return found


def cell_text(value: object) -> str:
    """A cell as somebody would type it: ISO dates and times, whole numbers without a point.

    Examples
    --------
    >>> cell_text(3.0), cell_text(datetime(2026, 2, 2, 8, 29, 59, 999_995)), cell_text(timedelta(minutes=4, seconds=5))
    ('3', '2026-02-02T08:30', '0:04:05')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        # Workbooks keep moments as fractions of days, which miss the second by a little.
        moment = (value + timedelta(milliseconds=500)).replace(microsecond=0)
        if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
            return moment.date().isoformat()
        return moment.isoformat(timespec="seconds" if moment.second else "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return str(value).strip()
