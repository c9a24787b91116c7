"""Times of history.csv: wall clocks over clock changes, the grid they should lie on, and their steps."""

from dataclasses import dataclass
from datetime import date
from math import gcd
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from staffing.domain.arrays import BoolArray, IntArray
from staffing.domain.timegrid import DAY_MIN, TimeGrid
from staffing.files.dates import ISO_DATE, ISO_MOMENT, parse_moment
from staffing.files.faults import FaultLog
from staffing.files.hours import clock_steps
from staffing.files.table import Table

OFF_GRID_SHARE = 0.2
"""More rows than this off the grid mean another grid, told once."""
FAR_DAYS = 366 * 6
"""Days farther than this from the middle of the history are typing errors."""


@dataclass(frozen=True)
class Moments:
    """Rows of the file: seconds since 1970, local minute and day, and whether the time could be read."""

    epoch_s: IntArray
    minute: IntArray
    day: IntArray
    known: BoolArray


def read_moments(table: Table, queue: IntArray, zone: ZoneInfo, log: FaultLog) -> Moments:
    """Times of the column ``start``; a wall clock that occurs twice needs both of its rows, in order."""
    cells = table.cells("start")
    codes, texts = pd.factorize(cells)
    parsed = [parse_moment(text, zone) for text in texts]
    first = [item.moment for item in parsed]
    epoch = np.array([0 if m is None else int(m.timestamp()) for m in first], dtype=np.int64)
    second = np.array([0 if m is None else int(m.replace(fold=1).timestamp()) for m in first], dtype=np.int64)
    minute = np.array([0 if m is None else m.hour * 60 + m.minute for m in first], dtype=np.int64)
    day = np.array([0 if m is None else m.date().toordinal() for m in first], dtype=np.int64)
    known = np.array([m is not None for m in first])[codes]
    epoch_s = epoch[codes]
    for row in np.flatnonzero(~known):
        code = parsed[codes[row]].code if cells[row] else "missing_value"
        log.add(code, table.file, row=int(table.line[row]), column="start", value=cells[row], expected=ISO_MOMENT)
    repeated = np.array([item.ambiguous for item in parsed])[codes] & known
    if repeated.any():
        late, unclear = _repeated_hour(queue, codes, minute[codes], day[codes], repeated)
        epoch_s = np.where(late, second[codes], epoch_s)
        for row in np.flatnonzero(unclear):
            expected = f"{ISO_MOMENT}+HH:MM"
            log.add(
                "ambiguous_time",
                table.file,
                row=int(table.line[row]),
                column="start",
                value=cells[row],
                expected=expected,
            )
        known &= ~unclear
    return Moments(epoch_s, minute[codes], day[codes], known)


def _repeated_hour(
    queue: IntArray, codes: IntArray, minute: IntArray, day: IntArray, repeated: BoolArray
) -> tuple[BoolArray, BoolArray]:
    """Which rows of the repeated hour are its second pass, and which cannot be told."""
    frame = pd.DataFrame({"queue": queue, "code": codes})[repeated]
    pairs = frame.groupby(["queue", "code"])["code"]
    late, unclear = np.zeros(len(codes), dtype=bool), np.zeros(len(codes), dtype=bool)
    late[frame.index] = pairs.cumcount().to_numpy() == 1
    unclear[frame.index] = pairs.transform("size").to_numpy() < 2
    for name, when in sorted(set(zip(queue[repeated].tolist(), day[repeated].tolist(), strict=True))):
        that_day = (queue == name) & (day == when)
        # In order of time the clock falls back once at most; more falls mean another order.
        if np.sum(np.diff(minute[that_day]) < 0) > 1:
            unclear |= that_day & repeated
    return late & ~unclear, unclear


def history_grid(
    table: Table, moments: Moments, good: BoolArray, timezone: str, interval_min: int, log: FaultLog
) -> TimeGrid | None:
    """Whole days from the first to the last row; rows far away from the rest are faults and leave `good`."""
    if not good.any():
        return None
    middle = int(np.median(moments.day[good]))
    far = good & (np.abs(moments.day - middle) > FAR_DAYS)
    for row in np.flatnonzero(far):
        near = date.fromordinal(middle).year
        log.add(
            "far_date",
            table.file,
            row=int(table.line[row]),
            column="start",
            value=table.cells("start")[row],
            expected=f"{near - 5}..{near + 5}",
        )
    good &= ~far
    first, last = int(moments.day[good].min()), int(moments.day[good].max())
    try:
        return TimeGrid(timezone, date.fromordinal(first), last - first + 1, interval_min)
    except ValueError:
        # A clock change that is no whole number of steps, such as half an hour on an hourly grid.
        log.add("grid_does_not_fit_zone", "centre.toml", column="interval_min", value=interval_min, expected="30 | 15")
        return None


def steps_of(table: Table, moments: Moments, good: BoolArray, grid: TimeGrid, log: FaultLog) -> IntArray | None:
    """Step of each row, -1 where it has none; None when the whole file is on another grid."""
    daily = grid.step_min == DAY_MIN
    step_s = grid.step_min * 60
    elapsed = moments.epoch_s - grid.start_epoch_s
    step = moments.day - grid.first_day.toordinal() if daily else elapsed // step_s
    off = good & ((moments.minute != 0) if daily else (elapsed % step_s != 0))
    minutes = np.unique(moments.minute[good])
    found = gcd(DAY_MIN, *minutes.tolist())
    days = len(np.unique(moments.day[good]))
    coarse = found > grid.step_min and (len(minutes) > 1 or (found == DAY_MIN and days > 1))
    if off.sum() > OFF_GRID_SHARE * good.sum() or coarse:
        line = int(table.line[np.flatnonzero(off if off.any() else good)[0]])
        log.add(
            "wrong_grid",
            table.file,
            row=line,
            column="start",
            value=f"{found} min",
            expected=f"{grid.step_min} min",
        )
        return None
    expected = ISO_DATE if daily else clock_steps(grid.step_min)
    for row in np.flatnonzero(off):
        log.add(
            "off_grid",
            table.file,
            row=int(table.line[row]),
            column="start",
            value=table.cells("start")[row],
            expected=expected,
        )
    return np.where(good & ~off, step, -1)
