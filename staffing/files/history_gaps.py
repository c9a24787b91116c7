"""What history.csv does not say: closed time, absent days and absent slots."""

import numpy as np

from staffing.domain.arrays import BoolArray
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Centre
from staffing.domain.demand import ContactHistory
from staffing.domain.note import Note
from staffing.domain.queue import OpeningHours
from staffing.domain.timegrid import DAY_MIN, TimeGrid
from staffing.files.faults import FaultLog
from staffing.files.history import FILE, MEASURES, HistoryRows

SLOTS_MISSING_SHARE = 0.2
DAYS_MISSING_SHARE, DAYS_MISSING_MIN = 0.1, 3


def open_mask(hours: OpeningHours, table: DayTable, grid: TimeGrid) -> BoolArray:
    """Open steps; on a daily grid the days with any open time."""
    if grid.step_min < DAY_MIN:
        return hours.mask(table, grid)
    return np.array([bool(hours.spans(table, grid, day)) for day in range(grid.days)])


def contact_history(
    centre: Centre, rows: HistoryRows, table: DayTable, log: FaultLog
) -> tuple[ContactHistory, tuple[Note, ...]]:
    """Arrays on the grid: closed steps without a row hold 0, open ones stay unknown and are counted in notes."""
    offered = rows.matrix("offered")
    notes = []
    masks: dict[OpeningHours, BoolArray] = {}
    for index, name in enumerate(rows.names):
        queue = centre.queue(name)
        if queue.hours is None:
            raise ValueError(f"queue {name} has no hours yet")
        if queue.hours not in masks:
            masks[queue.hours] = open_mask(queue.hours, table, rows.grid)
        is_open = masks[queue.hours]
        notes += _absent(rows, index, is_open, offered[index], log)
        outside = float(np.nansum(offered[index, ~is_open]))
        if outside > 0 and not queue.has_deadline:
            share = outside / max(float(np.nansum(offered[index])), 1e-9)
            notes.append(Note("contacts_outside_hours", (("queue", name), ("contacts", outside), ("share", share))))
        offered[index, ~is_open & np.isnan(offered[index])] = 0.0
    measures = {name: rows.matrix(name) for name in MEASURES if name in rows.values}
    return ContactHistory(rows.grid, rows.names, offered, **measures, notes=tuple(notes)), tuple(notes)


def _absent(rows: HistoryRows, queue: int, is_open: BoolArray, offered: np.ndarray, log: FaultLog) -> list[Note]:
    """Notes on absent days and slots of one queue; a fault when slots are absent as a habit."""
    grid, name = rows.grid, rows.names[queue]
    slots = np.bincount(grid.day[is_open], minlength=grid.days)
    unknown = np.bincount(grid.day[is_open & np.isnan(offered)], minlength=grid.days)
    # A blank cell says that the number is unknown; only a row that is not there may have meant zero.
    there = np.zeros(grid.n, dtype=bool)
    there[rows.step[rows.queue == queue]] = True
    absent = np.bincount(grid.day[is_open & ~there & _usual(rows, queue)], minlength=grid.days)
    reported = np.zeros(grid.days, dtype=bool)
    reported[grid.day[rows.step[rows.queue == queue]]] = True
    notes = []
    gone = (slots > 0) & ~reported
    if gone.any():
        first = str(grid.dates[int(np.flatnonzero(gone)[0])])
        notes.append(Note("days_unknown", (("queue", name), ("days", float(gone.sum())), ("first", first))))
    partly = (slots > 0) & reported & (unknown > 0)
    thin = partly & (absent > SLOTS_MISSING_SHARE * slots)
    if thin.sum() >= DAYS_MISSING_MIN and thin.sum() > DAYS_MISSING_SHARE * reported.sum():
        day = int(np.flatnonzero(thin)[0])
        log.add(
            "slots_missing",
            FILE,
            row=rows.first_line(queue, grid.day_slice(day)),
            column="start",
            value=f"{name}: {int(absent[thin].sum())} / {int(slots[thin].sum())} ({int(thin.sum())} d)",
            expected=f"{int(slots[day])} rows on {grid.dates[day]}",
        )
    elif partly.any():
        notes.append(
            Note(
                "slots_unknown",
                (("queue", name), ("slots", float(unknown[partly].sum())), ("days", float(partly.sum()))),
            )
        )
    return notes


def _usual(rows: HistoryRows, queue: int) -> BoolArray:
    """Steps between the first and the last time of their weekday that was ever reported.

    Hours that open earlier or later than the history does are new hours, not holes in the file.
    """
    grid = rows.grid
    step = rows.step[rows.queue == queue]
    first, last = np.full(7, DAY_MIN), np.full(7, -1)
    weekday = grid.weekday[grid.day]
    np.minimum.at(first, weekday[step], grid.minute[step])
    np.maximum.at(last, weekday[step], grid.minute[step])
    usual: BoolArray = (grid.minute >= first[weekday]) & (grid.minute <= last[weekday])
    return usual
