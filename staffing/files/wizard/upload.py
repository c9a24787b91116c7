"""An uploaded CSV or XLSX file as columns of text with line numbers; encoding, separator and header are guessed."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from staffing.domain.arrays import IntArray
from staffing.files.faults import FaultLog
from staffing.files.table import Text
from staffing.files.uncollected import uncollected
from staffing.files.wizard.words import known_words
from staffing.files.wizard.workbook import OLD_KIND, read_workbook

MAX_BYTES = 50 * 1024 * 1024
ENCODINGS = ("utf-8", "utf-16", "gb18030", "cp1252")
SEPARATORS = (",", ";", "\t", "|")
HEADER_WITHIN = 30
"""Lines in which the header is looked for: exports carry a title, a date range and filters above it."""
SAMPLE_LINES = 50
TELL_ROWS = 10_000
"""Rows after which it is told how far the reading is."""

OnRows = Callable[[int, int], None]
"""Called with the rows read and about how many there are; what it raises ends the reading."""


@dataclass(frozen=True)
class Sheet:
    """Text cells of one table by column, stripped, and the line of the file at which each row starts.

    Attributes
    ----------
    file : str
        Name of the uploaded file.
    header_line : int
        Line of the header.
    columns : tuple of str
        Headers as they are written; a blank one is called after its place, as in ``column 3``.
    texts : tuple of (rows,) object arrays
        Cells of each column.
    line : (rows,) int array
        Line of each row, 1 being the first of the file.
    encoding, separator : str
        What was found; both are ``""`` for a workbook.
    sheets : tuple of str
        Names of a workbook's sheets; empty for a CSV file.
    """

    file: str
    header_line: int
    columns: tuple[str, ...]
    texts: tuple[Text, ...]
    line: IntArray
    encoding: str = ""
    separator: str = ""
    sheets: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.line)

    def cells(self, column: str) -> Text:
        """Cells of a column; blanks where there is none of that name."""
        if column in self.columns:
            return self.texts[self.columns.index(column)]
        return np.full(len(self.line), "", dtype=object)


@uncollected()
def read_sheet(
    name: str, data: bytes, *, encoding: str | None = None, sheet: str | None = None, on_rows: OnRows | None = None
) -> Sheet:
    """Read an uploaded table.

    Parameters
    ----------
    name : str
        File name, for messages; what the file is, is told by its bytes.
    data : bytes
        Content, at most `MAX_BYTES`.
    encoding : str or None
        One of `ENCODINGS`; None guesses: a byte-order mark, else UTF-8, else GB 18030 where the characters are common
        Chinese ones, else Windows-1252.
    sheet : str or None
        Sheet of a workbook; None takes the first that holds a table.
    on_rows : callable or None
        Called every `TELL_ROWS` rows with the rows read and about how many there are.

    Raises
    ------
    DataError
        When the file is too large, no table, damaged, or empty.
    """
    log = FaultLog()
    check_size(name, len(data), log)
    if not data.strip(b"\0 \t\r\n"):
        log.add("empty_file", name, row=1, expected=">= 2 rows")
        log.refuse()
    sheets: tuple[str, ...] = ()
    found, separator = "", ""
    if data[:4] == b"PK\x03\x04":
        sheets, records = read_workbook(name, data, sheet, log, on_rows)
    else:
        text, found = _text(name, data, encoding, log)
        separator, records = _records(name, text, log, on_rows)
    log.refuse()
    return _sheet(name, records, found, separator, sheets, log)


def read_upload(path: Path, *, encoding: str | None = None, sheet: str | None = None) -> Sheet:
    """`read_sheet` of a file on disk, whose size is looked at before it is read.

    Raises
    ------
    DataError
        As `read_sheet`, and when there is no such file.
    """
    log = FaultLog()
    if not path.is_file():
        log.add("missing_file", path.name, value=path, expected=path.name)
    else:
        check_size(path.name, path.stat().st_size, log)
    log.refuse()
    return read_sheet(path.name, path.read_bytes(), encoding=encoding, sheet=sheet)


def check_size(name: str, size: int, log: FaultLog) -> None:
    """Refuse a file of more than `MAX_BYTES` with a DataError."""
    if size > MAX_BYTES:
        log.add("too_large", name, value=_mb(size), expected=f"<= {_mb(MAX_BYTES)}")
        log.refuse()


def _text(name: str, data: bytes, encoding: str | None, log: FaultLog) -> tuple[str, str]:
    if data.startswith(OLD_KIND):
        log.add("old_workbook", name, value=".xls", expected=".xlsx | .csv")
        log.refuse()
    found = encoding or guess_encoding(data)
    if found != "utf-16" and b"\0" in data[:4096]:
        log.add("no_table", name, value="", expected=".csv | .xlsx")
        log.refuse()
    try:
        return data.decode("utf-8-sig" if found == "utf-8" else found), found
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        log.add("wrong_encoding", name, row=row, value=found, expected=" | ".join(ENCODINGS))
        log.refuse()
        raise


def guess_encoding(data: bytes) -> str:
    """One of `ENCODINGS` for the bytes of a text file.

    Western letters read as GB 18030 give rare signs, because each takes an ASCII letter with it; Chinese text gives
    signs of the common set GB 2312, whose two bytes are both above 160.

    Examples
    --------
    >>> guess_encoding("班组,来电".encode("gb18030")), guess_encoding("Müller;12".encode("cp1252"))
    ('gb18030', 'cp1252')
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    try:
        signs = [sign for sign in data.decode("gb18030") if sign > "\x7f"]
    except UnicodeDecodeError:
        return "cp1252"
    common = sum(_is_common(sign) for sign in set(signs))
    return "gb18030" if common >= 0.9 * len(set(signs)) else "cp1252"


def _is_common(sign: str) -> bool:
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def guess_separator(text: str) -> str:
    r"""The separator that cuts the most lines into the same number of cells, two at least; a comma where none does.

    Examples
    --------
    >>> guess_separator("a;b\n1,5;2\n2,5;3\n")
    ';'
    """
    lines = [line for line in text.splitlines()[: 4 * SAMPLE_LINES] if line.strip()][:SAMPLE_LINES]
    best, most = ",", (0, 0)
    for separator in SEPARATORS:
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=separator) if len(cells) > 1)
        if widths:
            width, count = widths.most_common(1)[0]
            if (count, width) > most:
                best, most = separator, (count, width)
    return best


def _records(name: str, text: str, log: FaultLog, on_rows: OnRows | None) -> tuple[str, list[tuple[int, list[str]]]]:
    hint, skipped = text[:4].lower(), 0
    if hint == "sep=" and len(text) > 4:
        separator, text, skipped = text[4], text.partition("\n")[2], 1
    else:
        separator = guess_separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records, line, total = [], 1 + skipped, text.count("\n") + 1
    try:
        for cells in reader:
            records.append((line, list(map(str.strip, cells))))
            line = reader.line_num + 1 + skipped
            if on_rows is not None and len(records) % TELL_ROWS == 0:
                on_rows(len(records), total)
    except csv.Error as error:
        log.add("unreadable_csv", name, row=line, value=str(error), expected='"text"')
    return separator, records


def _sheet(
    name: str,
    records: Sequence[tuple[int, list[str]]],
    encoding: str,
    separator: str,
    sheets: tuple[str, ...],
    log: FaultLog,
) -> Sheet:
    filled = [(line, cells) for line, cells in records if any(cells)]
    if not filled:
        log.add("empty_file", name, row=1, expected=">= 2 rows")
        log.refuse()
    place = _header(filled[:HEADER_WITHIN])
    header_line, header = filled[place]
    while header and not header[-1]:
        header = header[:-1]
    width = len(header)
    body = filled[place + 1 :]
    for line, cells in body:
        if len(cells) > width and any(cells[width:]):
            log.add("field_count", name, row=line, value=len(cells), expected=str(width))
    if not body:
        log.add("empty_file", name, row=header_line, expected=">= 1 row")
    log.refuse()
    full = [cells if len(cells) >= width else [*cells, *[""] * (width - len(cells))] for _, cells in body]
    texts = []
    for column in range(width):
        cut: Text = np.empty(len(body), dtype=object)
        cut[:] = [cells[column] for cells in full]
        texts.append(cut)
    lines = np.array([line for line, _ in body], dtype=np.int64)
    return Sheet(name, header_line, _unique(header), tuple(texts), lines, encoding, separator, sheets)


def _header(rows: Sequence[tuple[int, list[str]]]) -> int:
    """The first row with the most words that name columns; else the first with as many cells as most rows."""
    known = [known_words(cells) for _, cells in rows]
    if max(known) >= 2:
        return known.index(max(known))
    widths = [sum(map(bool, cells)) for _, cells in rows]
    usual = Counter(widths).most_common(1)[0][0]
    return next(place for place, width in enumerate(widths) if width >= usual)


def _unique(header: Sequence[str]) -> tuple[str, ...]:
    """Headers that can be told apart: blank ones by their place, repeated ones numbered."""
    names: list[str] = []
    for place, cell in enumerate(header, start=1):
        name = " ".join(cell.split()) or f"column {place}"
        again = 2
        while name in names:
            name = f"{' '.join(cell.split()) or f'column {place}'} ({again})"
            again += 1
        names.append(name)
    return tuple(names)


def _mb(size: int) -> str:
    return f"{size / 1024 / 1024:.0f} MB"
