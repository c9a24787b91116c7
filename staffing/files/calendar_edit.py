"""Edits of special_days.csv and events.csv that leave every other row, column and cell as it was written."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from staffing.files import calendar_rows
from staffing.files.cells import safe_text
from staffing.files.raw_table import RawTable, parse_raw


def calendar_table(folder: Path, file: str, columns: Sequence[str]) -> RawTable:
    """A table of the centre as it was written; without rows where there is none."""
    path = Path(folder) / file
    found = parse_raw(file, path.read_bytes()) if path.is_file() else None
    return RawTable(file, tuple(columns)) if found is None else found


def marked_day(folder: Path, when: date, kind: str, name: str) -> RawTable:
    """special_days.csv of a centre with a day marked, or given back to the calendar where `kind` is empty."""
    columns = (*calendar_rows.SPECIAL_DAYS_REQUIRED, *calendar_rows.SPECIAL_DAYS_OPTIONAL)
    return with_day(calendar_table(folder, calendar_rows.SPECIAL_DAYS, columns), when, kind, name)


def with_day(table: RawTable, when: date, kind: str, name: str) -> RawTable:
    """The table with one row of that day, instead of any other of it; without one where `kind` is empty."""
    rows: list[Mapping[str, str]] = [row for row in table.rows if row.get("date", "") != when.isoformat()]
    if kind:
        rows.append({"date": when.isoformat(), "kind": kind, "name": safe_text(name.strip())})
        rows.sort(key=lambda row: row.get("date", ""))
    return table.with_rows(rows)
