"""A sheet of interval volumes -> history.csv, with the line each row came from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import gcd

import numpy as np
import pandas as pd

from staffing.domain.arrays import BoolArray, IntArray
from staffing.domain.note import Note
from staffing.domain.timegrid import DAY_MIN
from staffing.files.cells import csv_text, shown
from staffing.files.dates import ISO_MOMENT
from staffing.files.faults import FaultLog
from staffing.files.history import MEASURES, TOTALS
from staffing.files.models import ID
from staffing.files.table import Text
from staffing.files.uncollected import uncollected
from staffing.files.wizard.figures import UNITS, guess_unit, has_decimal_comma, parse_number, parse_seconds
from staffing.files.wizard.moments import ORDERS, guess_order, parse_day, parse_moment, parse_time
from staffing.files.wizard.upload import Sheet

INTERVALS = (60, 30, 15, 10, 5)
TIMES = ("aht_s", "wait_s")


@dataclass(frozen=True)
class HistoryMap:
    """Which column holds what, and how it is written; ``""`` is guessed from the cells.

    `columns` are headers of the sheet by our names: `start`, or `date` and `time`; `offered`; and where there are,
    `queue`, `handled`, `abandoned`, `aht_s`, `wait_s`, `within_target`. `one_queue` names the queue of a sheet without
    a column for it.
    """

    columns: Mapping[str, str]
    order: str = ""
    unit: str = ""
    one_queue: str = "phone"


@dataclass(frozen=True)
class History:
    """history.csv and where it came from.

    Attributes
    ----------
    file : str
        Name of the uploaded file.
    text : str
        The new history.csv.
    lines : (rows,) int array
        Line of the uploaded file for each row of `text`.
    columns : mapping
        Headers of the uploaded file by our columns.
    queues : mapping
        Names of the queues as they are written in the file, by id.
    interval_min : int
        Length of an interval in minutes.
    """

    file: str
    text: str
    lines: IntArray
    columns: Mapping[str, str]
    queues: Mapping[str, str]
    interval_min: int
    notes: tuple[Note, ...] = field(default=())


def check_columns(sheet: Sheet, columns: Mapping[str, str], needed: tuple[tuple[str, ...], ...], log: FaultLog) -> None:
    """Note columns that are not there, taken twice, or needed and not named; of each group one is enough."""
    for role, header in columns.items():
        if header not in sheet.columns:
            log.add("missing_column", sheet.file, row=sheet.header_line, column=header, expected=role)
    twice = {header for header in columns.values() if list(columns.values()).count(header) > 1}
    for header in sorted(twice):
        log.add("duplicate_column", sheet.file, row=sheet.header_line, column=header, value=header, expected="1")
    for group in needed:
        if not any(role in columns for role in group):
            shown_headers = ", ".join(sheet.columns)
            log.add(
                "missing_column", sheet.file, row=sheet.header_line, column=" | ".join(group), value=shown_headers,
                expected=group[0],
            )  # fmt: skip


@uncollected()
def convert_history(sheet: Sheet, how: HistoryMap) -> History:
    """The history.csv of a sheet.

    Rows of totals are left out with a note, and so are rows without a queue, a time and a number of contacts.

    Raises
    ------
    DataError
        With every fault, by line and header of the uploaded file.
    """
    log, columns = FaultLog(), dict(how.columns)
    check_columns(sheet, columns, (("start", "date"), ("offered",)), log)
    if "date" in columns and "time" not in columns and "start" not in columns:
        log.add("missing_column", sheet.file, row=sheet.header_line, column="time", expected="time")
    if how.order and how.order not in ORDERS:
        raise ValueError(f"order is {how.order!r}, expected one of {', '.join(ORDERS)}")
    if how.unit and how.unit not in UNITS:
        raise ValueError(f"unit is {how.unit!r}, expected one of {', '.join(UNITS)}")
    log.refuse()
    kept = _kept(sheet, columns)
    start, minutes = _starts(sheet, columns, how.order, kept, log)
    names = sheet.cells(columns["queue"])[kept] if "queue" in columns else np.full(kept.sum(), how.one_queue, object)
    queues = queue_ids(names)
    by_name = {name: ident for ident, name in queues.items()}
    lines = sheet.line[kept]
    if "queue" in columns:
        for place in np.flatnonzero(names == ""):
            log.add("missing_value", sheet.file, row=int(lines[place]), column=columns["queue"], expected="queue")
    measures = [name for name in ("offered", *MEASURES) if name in columns]
    # One decimal sign for the whole sheet: "1.212" alone could be either.
    comma = any(has_decimal_comma(pd.unique(sheet.cells(columns[name])[kept])) for name in measures)
    cells = {name: _measure(sheet, columns[name], name, how.unit, comma, kept, log) for name in measures}
    interval_min = _interval(minutes)
    if interval_min == DAY_MIN:
        expected = "5 | 10 | 15 | 30 | 60 min"
        log.add("daily_rows", sheet.file, row=int(lines[0]) if len(lines) else None, column=_moment_header(columns),
                value="1440 min", expected=expected)  # fmt: skip
    log.refuse()
    rows = zip(start, (by_name[name] for name in names), *cells.values(), strict=True)
    left_out = int((~kept).sum())
    notes = (Note("import_rows_left_out", (("file", sheet.file), ("rows", left_out))),) if left_out else ()
    headers = {**columns, "start": _moment_header(columns)}
    return History(
        sheet.file, csv_text(("start", "queue", *measures), rows), lines, headers, queues, interval_min, notes
    )


def queue_ids(names: Text) -> dict[str, str]:
    """An id fit for file names for each name of a queue, in the order of their first row; blank names have none.

    Examples
    --------
    >>> queue_ids(np.array(["Sales/DE", "热线", "Sales-DE", "热线"], dtype=object))
    {'Sales-DE': 'Sales/DE', '热线': '热线', 'Sales-DE 2': 'Sales-DE'}
    """
    found: dict[str, str] = {}
    for name in pd.unique(names).tolist():
        ident = base = as_id(name)
        again = 2
        while ident in found:
            ident = f"{base} {again}"
            again += 1
        if base:
            found[ident] = name
    return found


def as_id(name: str) -> str:
    """`name` with signs that no id may have replaced by dashes."""
    ident = re.sub(r"[^\w .@-]+", "-", " ".join(name.split())).strip(" .@-")[:60]
    return ident if ID.fullmatch(ident) else ident.lstrip("_ .@-") or ("queue" if name else "")


def _kept(sheet: Sheet, columns: Mapping[str, str]) -> BoolArray:
    """Rows that are no total and not blank in all columns that count."""
    total = np.zeros(len(sheet), dtype=bool)
    blank = np.ones(len(sheet), dtype=bool)
    places = [role for role in ("queue", "start", "date", "time") if role in columns]
    # A number without time and queue is a sum; where there is no queue, its time may just be missing.
    for role in places if "queue" in columns else (*places, "offered"):
        cells = sheet.cells(columns[role])
        blank &= cells == ""
        if role != "offered":
            codes, texts = pd.factorize(cells)
            total |= np.array([text.casefold().rstrip(":：") in TOTALS for text in texts], dtype=bool)[codes]
    return ~total & ~blank


def _starts(
    sheet: Sheet, columns: Mapping[str, str], order: str, kept: BoolArray, log: FaultLog
) -> tuple[list[str], set[int]]:
    """Start of each row as ISO 8601, and the minutes of the day that occur."""
    apart = "start" not in columns
    day_header = columns["date"] if apart else columns["start"]
    codes, texts = pd.factorize(sheet.cells(day_header)[kept])
    lines = sheet.line[kept]
    if not order:
        guessed = guess_order(texts)
        order = guessed.name
        if not guessed.sure:
            log.add(
                "date_order", sheet.file, row=int(lines[0]), column=day_header, value=texts[0], expected="dmy | mdy"
            )
    if apart:
        days = [parse_day(text, order)[:2] for text in texts]
        first = [("" if day is None else day.isoformat(), code) for day, code in days]
        clock_codes, clocks = pd.factorize(sheet.cells(columns["time"])[kept])
        second = [_clock(text) for text in clocks]
        _report(first, codes, texts, sheet.file, day_header, lines, "YYYY-MM-DD", log)
        times = [(text, "" if text else "not_a_time") for text in second]
        _report(times, clock_codes, clocks, sheet.file, columns["time"], lines, "HH:MM", log)
        starts = [f"{first[a][0]}T{second[b]}" for a, b in zip(codes.tolist(), clock_codes.tolist(), strict=True)]
        known = second
    else:
        moments = [parse_moment(text, order) for text in texts]
        _report(moments, codes, texts, sheet.file, day_header, lines, ISO_MOMENT, log)
        starts = [moments[code][0] for code in codes.tolist()]
        known = [moment[11:] for moment, _ in moments]
    minutes = {int(text[:2]) * 60 + int(text[3:5]) for text in known if text}
    return starts, minutes


def _clock(text: str) -> str:
    found = parse_time(text)
    return "" if found is None else "".join(found)


def _report(
    parsed: list[tuple[str, str]],
    codes: IntArray,
    texts: Text,
    file: str,
    header: str,
    lines: IntArray,
    expected: str,
    log: FaultLog,
) -> None:
    bad = np.array([bool(code) for _, code in parsed], dtype=bool)
    for place in np.flatnonzero(bad[codes]) if len(bad) else ():
        text = texts[codes[place]]
        code = parsed[codes[place]][1] if text else "missing_value"
        log.add(code, file, row=int(lines[place]), column=header, value=text, expected=expected)


def _measure(
    sheet: Sheet,
    header: str,
    name: str,
    unit: str,
    comma: bool,
    kept: BoolArray,
    log: FaultLog,
) -> list[str]:
    """Cells of a column of numbers, durations in seconds; blank stays blank."""
    codes, texts = pd.factorize(sheet.cells(header)[kept])
    if name in TIMES:
        unit = unit or guess_unit(header, texts)
        values = [parse_seconds(text, unit, comma) for text in texts]
    else:
        values = [parse_number(text, comma) for text in texts]
    parsed = [("", "not_a_number" if text and value is None else "") for text, value in zip(texts, values, strict=True)]
    _report(parsed, codes, texts, sheet.file, header, sheet.line[kept], "number", log)
    cells = [shown(value) for value in values]
    return [cells[code] for code in codes.tolist()]


def _interval(minutes: set[int]) -> int:
    """Length of the intervals by the times of day that occur; a whole day where all are midnight."""
    step = gcd(DAY_MIN, *minutes)
    return DAY_MIN if step == DAY_MIN else next((size for size in INTERVALS if step % size == 0), INTERVALS[-1])


def _moment_header(columns: Mapping[str, str]) -> str:
    return columns.get("start") or columns["date"]
