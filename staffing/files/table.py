"""One CSV file as columns of text with line numbers; nothing is interpreted here."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from staffing.domain.arrays import IntArray
from staffing.files.dates import MOMENT
from staffing.files.faults import FaultLog, nearest
from staffing.files.uncollected import uncollected

SEPARATORS = (",", ";", "\t")
Text = NDArray[np.object_]


@dataclass(frozen=True)
class Table:
    """Text cells by column, stripped, and the line (header = 1) at which each row starts."""

    file: str
    line: IntArray
    columns: dict[str, Text]
    decimal_comma: bool
    ignored: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.line)

    def has(self, column: str) -> bool:
        return column in self.columns

    def cells(self, column: str) -> Text:
        """Text of a column; blanks where the file has no such column."""
        if column in self.columns:
            return self.columns[column]
        return np.full(len(self.line), "", dtype=object)

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Line and cells of each row."""
        names = list(self.columns)
        for line, *cells in zip(self.line.tolist(), *self.columns.values(), strict=True):
            yield line, dict(zip(names, cells, strict=True))


def decode(file: str, data: bytes, faults: FaultLog) -> str | None:
    """Text of a file: UTF-8 with or without a byte-order mark, or UTF-16 with one (Excel's Unicode text)."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        faults.add("not_utf8", file, row=row, value=repr(data[error.start : error.start + 4]), expected="UTF-8")
        return None


@uncollected()
def read_table(
    file: str,
    data: bytes,
    required: Sequence[str],
    optional: Sequence[str],
    faults: FaultLog,
    *,
    may_be_empty: bool = False,
) -> Table | None:
    """Columns of a CSV file, or None (and the faults) when its shape is wrong.

    Accepted: a byte-order mark, comma, semicolon or tab as separator (Excel's ``sep=`` line too), quoted cells, blank
    lines, columns in any order and letter case. Unknown columns are listed in `ignored` unless they look like a
    misspelt one.
    """
    text = decode(file, data, faults)
    if text is None:
        return None
    lines, skipped = text, 0
    hint = text[:6].lower()
    separator = ""
    if hint.startswith("sep=") and len(text) > 4:
        separator, _, lines = text[4], text.partition("\n")[0], text.partition("\n")[2]
        skipped = 1
    if not lines.strip():
        faults.add("empty_file", file, row=1, expected=",".join(required))
        return None
    separator = separator or _separator(lines)
    records = _records(file, lines, separator, skipped, faults)
    if records is None:
        return None
    header_line, header = records[0]
    names = _header(file, header_line, header, required, optional, faults)
    if names is None:
        return None
    body = [(line, cells) for line, cells in records[1:] if "".join(cells).strip()]
    if not body and not may_be_empty:
        faults.add("empty_file", file, row=header_line, expected=">= 1 row")
        return None
    return _table(file, body, names, separator, faults, {*required, *optional})


def _separator(text: str) -> str:
    header = next(line for line in text.splitlines() if line.strip())
    return max(SEPARATORS, key=header.count)


def _records(
    file: str, text: str, separator: str, skipped: int, faults: FaultLog
) -> list[tuple[int, list[str]]] | None:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records, line = [], 1 + skipped
    try:
        for cells in reader:
            if cells:
                records.append((line, cells))
            line = reader.line_num + 1 + skipped
    except csv.Error as error:
        faults.add("unreadable_csv", file, row=line, value=str(error), expected='"text"')
        return None
    return records


def _header(
    file: str, line: int, header: list[str], required: Sequence[str], optional: Sequence[str], faults: FaultLog
) -> list[str] | None:
    names = [cell.strip().lower() for cell in header]
    known = {*required, *optional}
    if not known & set(names) and any(MOMENT.fullmatch(cell.strip()) or _is_number(cell) for cell in header):
        faults.add("missing_header", file, row=line, value=",".join(header), expected=",".join(required))
        return None
    before = len(faults)
    for place, name in enumerate(names):
        if name in known and name in names[:place]:
            faults.add("duplicate_column", file, row=line, column=name, value=name, expected="1")
    absent = [name for name in (*required, *optional) if name not in names]
    for name in [name for name in names if name and name not in known]:
        meant = nearest(name, absent)
        if meant is not None:
            faults.add("misspelt_column", file, row=line, column=meant, value=name, expected=meant)
            absent.remove(meant)
    for name in absent:
        if name in required:
            faults.add("missing_column", file, row=line, column=name, value=",".join(header), expected=name)
    return names if len(faults) == before else None


def _table(
    file: str, body: list[tuple[int, list[str]]], names: list[str], separator: str, faults: FaultLog, known: set[str]
) -> Table | None:
    width, rows, before = len(names), [], len(faults)
    lines = np.array([line for line, _ in body], dtype=np.int64)
    for line, cells in body:
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            faults.add("field_count", file, row=line, value=len(cells), expected=str(width))
        rows.append(cells[:width] if len(cells) >= width else cells + [""] * (width - len(cells)))
    if len(faults) > before:
        return None
    columns: dict[str, Any] = {}
    for place, name in enumerate(names):
        if name in known:
            column = np.empty(len(rows), dtype=object)
            column[:] = [cells[place].strip() for cells in rows]
            columns[name] = column
    ignored = tuple(name for name in names if name and name not in known)
    return Table(file, lines, columns, separator != ",", ignored)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
