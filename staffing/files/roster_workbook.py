"""The roster of an exported workbook that somebody edited, as the days that differ from the plan's."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, pairwise
from typing import Any

import numpy as np

from staffing.domain.problem import RosterProblem
from staffing.domain.roster import ABSENCE, ACTIVITIES, WORK, Roster
from staffing.domain.roster_cells import Cell, Day, Segment, cells_of, roster_digest, roster_with
from staffing.domain.timegrid import DAY_MIN
from staffing.files.dates import ISO_MOMENT, MOMENT, parse_clock, parse_moment
from staffing.files.faults import FaultLog, choices
from staffing.files.hours import clock_steps
from staffing.files.rows import Row
from staffing.files.table import Table
from staffing.files.wizard.upload import HEADER_WITHIN, check_size
from staffing.files.wizard.workbook import MAX_COLUMNS, MAX_ROWS, cell_text, opened_workbook

COLUMNS = ("agent_id", "date", "start", "end", "activity", "queue", "locked")
MARKS = {"": False, "x": True, "✓": True, "1": True, "true": True, "0": False, "false": False}
TIME = "HH:MM | YYYY-MM-DD HH:MM"
MERGED = re.compile(rb'<mergeCell\s[^>]*ref="([A-Z0-9:]+)"')
Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, eq=False)
class RosterUpload:
    """What an edited workbook would change.

    Attributes
    ----------
    roster : Roster
        The roster as it would stand.
    cells : mapping of (agent id, ISO date) to segments
        The days that somebody edited, as they are to be; ``()`` empties one.
    replaced : tuple of (agent id, ISO date)
        Those of them that were changed in the roster too since the workbook was written.
    is_known : bool
        The workbook was written from one of the rosters it was compared with. Otherwise everything that differs counts
        as edited, also what somebody else changed meanwhile.
    """

    roster: Roster
    cells: Mapping[Cell, Day]
    replaced: tuple[Cell, ...]
    is_known: bool


def read_roster_workbook(
    name: str,
    data: bytes,
    problem: RosterProblem,
    rosters: Iterable[Roster],
    facts: Mapping[str, str],
    names: Names,
) -> RosterUpload:
    """Read the roster sheet of an exported workbook back.

    Parameters
    ----------
    name, data : str, bytes
        The file.
    problem : RosterProblem
        Of the plan.
    rosters : iterable of Roster
        The roster that the edits are put into, then others of the plan that the workbook may have been written from;
        these are asked for one by one until the right one is found.
    facts, names : mapping
        `staffing.report.roster_facts` of the plan, and `staffing.report.sheet_words`.

    Returns
    -------
    RosterUpload
        Rules are not looked at: an edit may break them, and the audit tells.

    Raises
    ------
    DataError
        With every fault of the file: its sheet, row, column, value, and what would be right.

    Notes
    -----
    Absences stand in no row and stay as they are. Hidden rows count like all others, so that a filter removes nobody.
    A formula is refused: its value may be old, or none.
    """
    log = FaultLog()
    check_size(name, len(data), log)
    with opened_workbook(name, data, log, formulas=True) as book:
        sheets = {sheet.title: sheet for sheet in book.worksheets}  # without those that hold nothing but a chart
        found = [title for title in sheets if title.casefold() in names["sheet"]]
        if not found:
            wanted = " | ".join(names["sheet"])
            log.add("unknown_sheet", name, value=wanted, expected=choices(book.sheetnames))
            log.refuse()
        told = _facts(sheets.values(), names["fact"])
        sheet = sheets[found[0]]
        file = f"{name} / {found[0]}"
        columns, table = _table(sheet, file, names["column"], log)
        for cells in _merged(data, sheet):
            log.add("merged_cells", file, value=cells, expected="A1")
    if told.get("centre", facts["centre"].strip()) != facts["centre"].strip():
        log.add("other_centre", name, value=told["centre"], expected=facts["centre"])
    if told.get("period", facts["period"]) != facts["period"]:
        log.add("other_period", name, value=told["period"], expected=facts["period"])
    others = iter(rosters)
    now, digest = next(others), told.get("roster_digest")
    tried = chain((now,), others) if digest else ()
    base = next((roster for roster in tried if roster_digest(roster) == digest), None)
    reader = _Reader(problem, base or now, now, names["activity"], FaultLog())
    days = {} if table is None else reader.read(table)
    for fault in reader.log.all():
        column = columns.get(fault.column, fault.column) if fault.column else None
        log.add(fault.code, file, row=fault.row, column=column, value=fault.value, expected=fault.expected)
    log.refuse()
    return _upload(now, base, days)


def _upload(now: Roster, base: Roster | None, days: Mapping[Cell, Day]) -> RosterUpload:
    """The days that differ from the roster the workbook was written from, put into the roster as it is now."""
    planned = cells_of(base or now)
    edited = {cell: days.get(cell, ()) for cell in days.keys() | planned.keys()}
    edited = {cell: day for cell, day in sorted(edited.items()) if day != _plain(planned.get(cell, ()))}
    standing = planned if base is None or base is now else cells_of(now)
    cells = {cell: day for cell, day in edited.items() if day != standing.get(cell, ())}
    replaced = tuple(cell for cell in cells if standing.get(cell, ()) != planned.get(cell, ()))
    return RosterUpload(roster_with(now, cells) if cells else now, cells, replaced, base is not None)


def _plain(day: Day) -> Day:
    """A day as the sheet can hold it: a queue belongs to work alone."""
    return tuple(row if row.activity == ACTIVITIES[WORK] else row._replace(queue="") for row in day)


def _free(day: Day) -> Day:
    return tuple(row._replace(locked=False) for row in day)


def _facts(sheets: Iterable[Any], labels: Mapping[str, str]) -> dict[str, str]:
    """Facts of the summary, wherever it was moved, by their labels in the first column; empty where it is gone."""
    for sheet in sheets:
        rows = sheet.iter_rows(max_row=HEADER_WITHIN, max_col=2, values_only=True)
        pairs = ((cell_text(row[0]).casefold(), cell_text(row[1])) for row in rows if len(row) == 2)
        found = {labels[label]: value for label, value in pairs if label in labels and value}
        if len(found) > 1:  # other sheets may have one of the words as a heading
            return found
    return {}


def _merged(data: bytes, sheet: Any) -> list[str]:
    """Ranges of merged cells: reading row by row does not tell them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [found.decode() for found in MERGED.findall(archive.read(sheet._worksheet_path))]


def _table(sheet: Any, file: str, headings: Mapping[str, str], log: FaultLog) -> tuple[dict[str, str], Table | None]:
    """Headings as they are written by column, and the rows below them; None where a column is missing."""
    rows = _cells(sheet)
    header: dict[str, int] = {}
    columns: dict[str, str] = {}
    line = 1
    for line, row in rows:
        texts = [cell_text(cell.value) for cell in row]
        known = [(headings[text.casefold()], place) for place, text in enumerate(texts) if text.casefold() in headings]
        if len({column for column, _ in known}) >= 3 or line >= HEADER_WITHIN:
            header = dict(reversed(known))
            columns = {column: texts[place] for column, place in header.items()}
            twice = {texts[place] for column, place in known if header[column] != place}
            for title in sorted(twice):
                log.add("duplicate_column", file, row=line, column=title, value=title, expected="1")
            break
    missing = [column for column in COLUMNS if column not in header]
    for column in missing:
        titles = " | ".join(title for title, known_column in headings.items() if known_column == column)
        log.add("missing_column", file, row=line, column=titles, expected=titles)
    if missing:
        return columns, None
    lines, texts_of = [], []
    for line, row in rows:
        cells = {column: row[place] for column, place in header.items() if place < len(row)}
        found = {column: cell_text(cell.value) for column, cell in cells.items()}
        if not any(found.values()):
            continue
        formulas = [column for column, cell in cells.items() if cell.data_type == "f" and column in COLUMNS]
        for column in formulas:
            log.add("formula_cell", file, row=line, column=columns[column], value=found[column], expected=column)
        if not formulas:
            lines.append(line)
            texts_of.append(found)
    values: dict[str, Any] = {}
    for column in COLUMNS:
        values[column] = np.empty(len(lines), dtype=object)
        values[column][:] = [found.get(column, "") for found in texts_of]
    return columns, Table(file, np.array(lines, dtype=np.int64), values, False)


def _cells(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    # The size that a file claims may be wrong or made up; the rows themselves tell.
    sheet.reset_dimensions()
    yield from enumerate(sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS), start=1)


class _Reader:
    """Rows of the sheet as days of a roster; what cannot be is a fault of its cell."""

    def __init__(
        self, problem: RosterProblem, base: Roster, now: Roster, activities: Mapping[str, str], log: FaultLog
    ) -> None:
        self.log = log
        self._problem, self._grid, self._activities = problem, problem.grid, activities
        self._base = {cell: _plain(day) for cell, day in cells_of(base).items()}
        self._now = self._base if now is base else {cell: _plain(day) for cell, day in cells_of(now).items()}
        self._agents = {agent.id for agent in problem.agents}
        self._queues = {queue.casefold(): queue for queue in problem.queues}
        self._dates = set(map(str, problem.grid.dates))
        # Some rosters have work that belongs to no queue.
        self._needs_queue = bool((base.queue[base.activity == WORK] >= 0).all())

    def read(self, table: Table) -> dict[Cell, Day]:
        """Every day of the roster: absences as they were, shifts as the rows have them."""
        rows: dict[Cell, list[tuple[Segment, Row]]] = {}
        for line, cells in table.rows():
            row = Row(table, line, cells, self.log)
            found = self._segment(row)
            if found is not None:
                rows.setdefault(found[0], []).append((found[1], row))
        days = {cell: tuple(row for row in day if self._stays(cell, row)) for cell, day in self._base.items()}
        for cell, pieces in rows.items():
            pieces.sort(key=lambda piece: piece[0])
            self._check_day(cell, pieces)
            days[cell] = self._locked_whole(cell, (*days.get(cell, ()), *(segment for segment, _ in pieces)))
        if not len(self.log):  # a row that cannot be read is no change of its shift
            self._check_locked(days, {cell: pieces[0][1].line for cell, pieces in rows.items()})
        return {cell: day for cell, day in days.items() if day}

    def _stays(self, cell: Cell, segment: Segment) -> bool:
        """What no row holds: absences, and shifts of days beyond the plan."""
        return ACTIVITIES.index(segment.activity) in ABSENCE or cell[1] not in self._dates

    def _segment(self, row: Row) -> tuple[Cell, Segment] | None:
        agent, day = row.known("unknown_agent", "agent_id", self._agents), row.date("date")
        if day is not None and str(day) not in self._dates:
            first, last = self._grid.dates[0], self._grid.dates[-1]
            row.fault("outside_plan", "date", day, f"{first} ... {last}")
            day = None
        activity = self._activity(row)
        queue = self._queue(row, activity)
        locked = MARKS.get(row.text("locked").casefold())
        if locked is None:
            row.fault("not_one_of", "locked", row.text("locked"), "x | ")
        if day is None:
            return None
        begins = self._moment(row, "start", day)
        ends = self._moment(row, "end", day, begins)
        if begins is None or ends is None:
            return None
        if not day <= begins.date() <= day + timedelta(days=1):
            row.fault("wrong_day", "start", row.text("start"), str(day))
        elif ends.timestamp() <= begins.timestamp():
            row.fault("ends_before_start", "end", row.text("end"), f"> {row.text('start')}")
        elif ends - begins > timedelta(days=1):
            row.fault("out_of_range", "end", row.text("end"), "<= 24:00 h")
        start, end = self._slot(row, "start", begins), self._slot(row, "end", ends)
        if not row.ok or start is None or end is None:
            return None
        return (agent, str(day)), Segment(start, end, activity, queue, bool(locked))

    def _activity(self, row: Row) -> str:
        word = row.required("activity")
        kind = self._activities.get(word.casefold(), "")
        if kind and ACTIVITIES.index(kind) in ABSENCE:
            row.fault("absence_row", "activity", word, "time_off.csv")
        elif word and not kind:
            known = [label for label, one in self._activities.items() if ACTIVITIES.index(one) not in ABSENCE]
            row.fault("not_one_of", "activity", word, choices(known, word))
        return kind

    def _queue(self, row: Row, activity: str) -> str:
        word = row.text("queue")
        if word and word.casefold() not in self._queues:
            row.fault("unknown_queue", "queue", word, choices(self._problem.queues, word))
        elif not word and activity == ACTIVITIES[WORK] and self._needs_queue:
            row.fault("missing_value", "queue", "", "queue")
        return self._queues.get(word.casefold(), "") if activity == ACTIVITIES[WORK] else ""

    def _moment(self, row: Row, column: str, day: date, after: datetime | None = None) -> datetime | None:
        """A moment in full, or a time of day: of the row's date or, for an end, the first one after the start."""
        cell = row.required(column)
        if not cell:
            return None
        if MOMENT.fullmatch(cell):  # a date alone is how a workbook holds midnight
            return row.moment(column, self._grid.zone)
        # Workbooks write times of day with seconds.
        minutes = parse_clock(cell.removesuffix(":00") if cell.count(":") == 2 else cell)
        if minutes is None:
            row.fault("not_a_time", column, cell, TIME)
            return None
        if column == "end":
            if after is None:
                return None
            day = after.date() + timedelta(days=int(minutes <= after.hour * 60 + after.minute))
        later, minutes = divmod(minutes, DAY_MIN)
        written = f"{day + timedelta(days=later)}T{minutes // 60:02d}:{minutes % 60:02d}"
        parsed = parse_moment(written, self._grid.zone)
        if parsed.moment is None or parsed.ambiguous:
            row.fault("ambiguous_time" if parsed.ambiguous else parsed.code, column, written, f"{ISO_MOMENT}+HH:MM")
            return None
        return parsed.moment

    def _slot(self, row: Row, column: str, moment: datetime) -> int | None:
        try:
            return self._grid.index(moment)
        except ValueError:
            row.fault("off_slot", column, row.text(column), clock_steps(self._grid.step_min))
            return None

    def _check_day(self, cell: Cell, pieces: list[tuple[Segment, Row]]) -> None:
        """A shift begins on its date, and nobody does two things at once in it."""
        first, row = pieces[0]
        if str(self._grid.local(first.start).date()) != cell[1] and self._base.get(cell, ())[:1] != (first,):
            row.fault("wrong_day", "start", row.text("start"), cell[1])
        for (one, before), (other, row) in pairwise(pieces):
            if other.start < one.end:
                row.fault("overlap", "start", row.text("start"), f"row {before.line}")

    def _locked_whole(self, cell: Cell, segments: Iterable[Segment]) -> Day:
        """The day in order; one mark locks the whole shift, but where the roster itself has a part of it locked."""
        day = tuple(sorted(segments))
        if day == self._base.get(cell, ()) or not any(row.locked for row in day):
            return day
        return tuple(row if self._stays(cell, row) else row._replace(locked=True) for row in day)

    def _check_locked(self, days: Mapping[Cell, Day], lines: Mapping[Cell, int]) -> None:
        """A shift that is locked now stays as it is; only its lock may go, once it is otherwise untouched."""
        for cell, day in self._now.items():
            shift = [segment for segment in day if not self._stays(cell, segment)]
            edited = days.get(cell, ())
            if not any(segment.locked for segment in shift) or edited == self._base.get(cell, ()):
                continue
            if _free(edited) != _free(day):
                first, last = (self._grid.local(step) for step in (shift[0].start, shift[-1].end))
                hours = f"{first:%H:%M}-{last:%H:%M}"
                line = lines.get(cell)
                self.log.add("locked_shift", "", row=line, column="locked", value=" ".join(cell), expected=hours)
