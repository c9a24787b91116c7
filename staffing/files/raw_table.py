"""A CSV file of a centre as it was written: text cells that can be changed without touching the others."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from staffing.files.faults import FaultLog
from staffing.files.table import SEPARATORS, decode

Cells = Mapping[str, str]


@dataclass(frozen=True)
class RawTable:
    """Rows of text by column; separator, byte-order mark, order and unknown columns stay as they were.

    `columns` are the headings as written, stripped; `rows` hold the cells by heading in small letters; `lines` are the
    lines of the file at which the rows start (0: a row that is in no file yet).
    """

    file: str
    columns: tuple[str, ...]
    rows: tuple[Cells, ...] = ()
    lines: tuple[int, ...] = ()
    separator: str = ","
    has_mark: bool = False
    has_hint: bool = False

    def __post_init__(self) -> None:
        if not self.lines and self.rows:
            object.__setattr__(self, "lines", (0,) * len(self.rows))
        if len(self.lines) != len(self.rows):
            raise ValueError(f"lines are {len(self.lines)}, expected one for each of {len(self.rows)} rows")

    @property
    def names(self) -> tuple[str, ...]:
        """Headings in small letters."""
        return tuple(column.lower() for column in self.columns)

    def with_rows(self, rows: Iterable[Cells]) -> "RawTable":
        """The same table with other rows; columns that only they have are added at the end."""
        found = tuple(dict(row) for row in rows)
        known = set(self.names)
        more = [name for row in found for name in row if name not in known and row[name]]
        return replace(self, columns=(*self.columns, *dict.fromkeys(more)), rows=found, lines=(0,) * len(found))

    def to_bytes(self) -> bytes:
        """The file, lines ended by line feeds."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=self.separator, lineterminator="\n")
        writer.writerow(self.columns)
        names = self.names
        writer.writerows([row.get(name, "") for name in names] for row in self.rows)
        hint = f"sep={self.separator}\n" if self.has_hint else ""
        return ("\ufeff" * self.has_mark + hint + out.getvalue()).encode("utf-8")


def parse_raw(file: str, data: bytes) -> RawTable | None:
    r"""The table of a CSV file; None where it is empty or no text.

    Nothing is checked: a faulty file is refused by its reader. Blank rows go.

    >>> table = parse_raw("x.csv", b"id;note\na;1,5\n")
    >>> table.rows, table.separator
    (({'id': 'a', 'note': '1,5'},), ';')
    >>> table.to_bytes()
    b'id;note\na;1,5\n'
    """
    text = decode(file, data, FaultLog())
    if text is None or not text.strip():
        return None
    has_hint = text[:4].lower() == "sep=" and len(text) > 4
    separator, skipped = (text[4] if has_hint else ""), int(has_hint)
    text = text.partition("\n")[2] if has_hint else text
    header = next((line for line in text.splitlines() if line.strip()), "")
    separator = separator or max(SEPARATORS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    records, line = [], 1 + skipped
    for cells in reader:
        if any(cell.strip() for cell in cells):
            records.append((line, [cell.strip() for cell in cells]))
        line = reader.line_num + 1 + skipped
    if not records:
        return None
    columns = tuple(cell or f"column {place}" for place, cell in enumerate(records[0][1], start=1))
    rows = tuple(_cells(columns, cells) for _, cells in records[1:])
    lines = tuple(line for line, _ in records[1:])
    has_mark = data.startswith(b"\xef\xbb\xbf")
    return RawTable(file, columns, rows, lines, separator, has_mark, has_hint)


def _cells(columns: tuple[str, ...], cells: list[str]) -> dict[str, str]:
    """Cells by heading; of two columns with one heading the first counts."""
    row: dict[str, str] = {}
    for place, column in enumerate(columns):
        row.setdefault(column.lower(), cells[place] if place < len(cells) else "")
    return row
