"""A sheet of an XLSX workbook as rows of text."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from staffing.files.faults import FaultLog, choices

MAX_UNPACKED = 400 * 1024 * 1024
MAX_COLUMNS = 200
MAX_ROWS = 1_048_576


def read_workbook(
    name: str, data: bytes, sheet: str | None, log: FaultLog
) -> tuple[tuple[str, ...], list[tuple[int, list[str]]]]:
    """Names of the sheets, and the rows of one of them with their line numbers.

    Only values are read, never formulas or links. The unpacked size is checked before anything is unpacked.

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
        return names, _first_table([book[title] for title in (names if sheet is None else (sheet,))])


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
    except (zipfile.BadZipFile, OSError, ValueError):
        parts = []
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        log.add("no_table", name, value="", expected=".csv | .xlsx")
        log.refuse()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED:
        limit = f"<= {MAX_UNPACKED // 1024 // 1024} MB"
        log.add("too_large_unpacked", name, value=f"{unpacked / 1024 / 1024:.0f} MB", expected=limit)
        log.refuse()
    try:
        with closing(load_workbook(io.BytesIO(data), read_only=True, data_only=not formulas)) as book:
            yield book
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError, OSError, SyntaxError) as error:
        # A damaged part of the archive; the parser's own errors are SyntaxErrors.
        log.add("no_table", name, value=type(error).__name__, expected=".csv | .xlsx")
        log.refuse()
        raise


def _first_table(sheets: Sequence[Any]) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    for sheet in sheets:
        rows = _rows(sheet)
        if sum(any(cells) for _, cells in rows) >= 2:
            break
    return rows


def _rows(sheet: Any) -> list[tuple[int, list[str]]]:
    if not hasattr(sheet, "reset_dimensions"):
        return []  # a sheet that holds nothing but a chart
    # The size that a file claims may be wrong or made up; the rows themselves tell.
    sheet.reset_dimensions()
    found = []
    for line, values in enumerate(sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True), start=1):
        cells = [cell_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        found.append((line, cells))
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
