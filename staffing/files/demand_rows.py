"""Rows of a user's own forecast, requirement or workload, on the centre's grid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from staffing.calendars import day_table
from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Centre
from staffing.domain.timegrid import TimeGrid
from staffing.errors import SettingsError
from staffing.files.cells import plain_text
from staffing.files.columns import numbers, unique_rows
from staffing.files.faults import FaultLog, choices
from staffing.files.history_gaps import open_mask
from staffing.files.history_times import history_grid, read_moments, steps_of
from staffing.files.table import Table, read_table


@dataclass(frozen=True)
class DemandRows:
    """A table on the grid: queue and step of each row, and access to its columns as matrices."""

    table: Table
    grid: TimeGrid
    queues: tuple[str, ...]
    row: IntArray
    queue: IntArray
    step: IntArray
    log: FaultLog

    def matrix(self, column: str) -> FloatArray:
        """(queues, steps), NaN where there is no row or a blank."""
        values = np.full((len(self.queues), self.grid.n), np.nan)
        values[self.queue, self.step] = numbers(self.table, column, self.log)[self.row]
        return values

    def given(self) -> BoolArray:
        seen = np.zeros((len(self.queues), self.grid.n), dtype=bool)
        seen[self.queue, self.step] = True
        return seen

    def first_text(self, column: str, default: str) -> tuple[str, ...]:
        """One text for each queue."""
        cells = self.table.cells(column)[self.row]
        found = [next((c for c in cells[self.queue == q] if c), default) for q in range(len(self.queues))]
        return tuple(plain_text(cell) for cell in found)


def read_rows(
    file: Path, required: Sequence[str], columns: Sequence[str], centre: Centre, log: FaultLog
) -> DemandRows | None:
    """Rows of a CSV file, None (and the faults) when its shape or grid is wrong.

    Raises
    ------
    SettingsError
        When there is no such file.
    """
    if not file.is_file():
        raise SettingsError(f"{file} is no file; expected a CSV file with the columns {', '.join(required)}")
    optional = [name for name in columns if name not in required]
    table = read_table(file.name, file.read_bytes(), required, optional, log)
    return None if table is None else rows_on_grid(table, centre, log)


def rows_on_grid(table: Table, centre: Centre, log: FaultLog) -> DemandRows | None:
    """Rows of a table with columns ``start`` and ``queue``; bad rows are reported and left out."""
    names = [plain_text(cell) for cell in table.cells("queue")]
    known = [queue.id for queue in centre.queues]
    for name in dict.fromkeys(names):
        if name not in known:
            line = int(table.line[names.index(name)])
            log.add("unknown_queue", table.file, row=line, column="queue", value=name, expected=choices(known, name))
    queues = tuple(name for name in known if name in set(names))
    place = {name: index for index, name in enumerate(queues)}
    queue = np.array([place.get(name, -1) for name in names], dtype=np.int64)
    times = read_moments(table, queue, ZoneInfo(centre.timezone), log)
    good = times.known & (queue >= 0)
    grid = history_grid(table, times, good, centre.timezone, centre.interval_min, log)
    if grid is None:
        return None
    step = steps_of(table, times, good, grid, log)
    if step is None:
        return None
    good &= step >= 0
    good &= unique_rows(table, queue, step, good, {}, grid, queues, log)
    row = np.flatnonzero(good)
    return DemandRows(table, grid, queues, row, queue[row], step[row], log) if len(row) else None


def horizon_table(centre: Centre, grid: TimeGrid) -> DayTable:
    """Day table of the rows' days; special days are not known here."""
    # A month more, so that deadlines in working days can be counted past the end.
    last = grid.dates[-1] + timedelta(days=31)
    found, _ = day_table(
        centre.country, centre.subdivision, (), grid.dates[0], last, categories=centre.holiday_categories
    )
    return found


def complete(rows: DemandRows, values: FloatArray, centre: Centre, table: DayTable, column: str) -> None:
    """Zero where the queue is closed; a hole in open hours of a day with rows is a fault, told once a queue."""
    given = rows.given()
    for index, name in enumerate(rows.queues):
        hours = centre.queue(name).hours
        is_open = np.ones(rows.grid.n, dtype=bool) if hours is None else open_mask(hours, table, rows.grid)
        told = np.bincount(rows.grid.day[given[index]], minlength=rows.grid.days) > 0
        holes = np.flatnonzero(np.isnan(values[index]) & (given[index] | (is_open & told[rows.grid.day])))
        if len(holes):
            expected = f"{rows.grid.iso(int(holes[0]))} ({len(holes)})"
            rows.log.add("slots_missing", rows.table.file, column=column, value=name, expected=expected)
    np.nan_to_num(values, copy=False)


def column_or(rows: DemandRows, column: str, default: FloatArray) -> FloatArray:
    """A column where it has values, `default` elsewhere."""
    if not rows.table.has(column):
        return default
    values = rows.matrix(column)
    return np.where(np.isnan(values), default, values)
