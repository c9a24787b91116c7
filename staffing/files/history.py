"""history.csv -> rows on the centre's grid: queues and numbers, each with its faults."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.timegrid import TimeGrid
from staffing.files.centre_toml import CentreDraft
from staffing.files.columns import numbers, unique_rows
from staffing.files.faults import FaultLog, choices
from staffing.files.history_times import history_grid, read_moments, steps_of
from staffing.files.table import Table

FILE = "history.csv"
REQUIRED = ("start", "queue", "offered")
MEASURES = ("handled", "abandoned", "aht_s", "wait_s", "within_target")
TOTALS = frozenset(
    (
        "total",
        "totals",
        "all",
        "sum",
        "overall",
        "all queues",
        "grand total",
        "subtotal",
        "合计",
        "总计",
        "总数",
        "汇总",
    )
)


@dataclass
class HistoryRows:
    """Good rows of the file: line, queue (position in `names`), step, and the measures (NaN where blank).

    `names` are the queues of the file in the order of the centre; `grid` spans whole days.
    """

    grid: TimeGrid
    names: tuple[str, ...]
    line: IntArray
    queue: IntArray
    step: IntArray
    values: dict[str, FloatArray] = field(default_factory=dict)

    def matrix(self, name: str) -> FloatArray:
        """A measure as (queues, steps), NaN where there is no row or a blank."""
        grid = np.full((len(self.names), self.grid.n), np.nan)
        grid[self.queue, self.step] = self.values[name]
        return grid

    def first_line(self, queue: int, steps: slice | None = None) -> int | None:
        """First line of a queue, or of its rows within `steps`."""
        mine = self.queue == queue
        if steps is not None:
            mine &= (self.step >= steps.start) & (self.step < steps.stop)
        return int(self.line[mine].min()) if mine.any() else None


def read_history_rows(table: Table, draft: CentreDraft, log: FaultLog) -> HistoryRows | None:
    """Rows on the grid, or None when the grid cannot be known; bad rows are reported and left out."""
    queue = _queues(table, draft, log)
    values = {name: numbers(table, name, log) for name in ("offered", *MEASURES) if table.has(name)}
    moments = read_moments(table, queue, draft.zone or ZoneInfo("UTC"), log)
    if draft.zone is None or draft.interval_min is None:
        return None
    good = moments.known.copy()
    grid = history_grid(table, moments, good, draft.zone.key, draft.interval_min, log)
    if grid is None:
        return None
    step = steps_of(table, moments, good, grid, log)
    if step is None:
        return None
    good &= (step >= 0) & (queue >= 0)
    good &= unique_rows(table, queue, step, good, values, grid, draft.queues, log)
    if not good.any():
        return None
    present = np.unique(queue[good])
    return HistoryRows(
        grid,
        tuple(draft.queues[place] for place in present),
        table.line[good],
        np.searchsorted(present, queue[good]),
        step[good],
        {name: column[good] for name, column in values.items()},
    )


def _queues(table: Table, draft: CentreDraft, log: FaultLog) -> IntArray:
    """Position of each row's queue in the centre, -1 where unknown; each unknown name is told once."""
    codes, names = pd.factorize(table.cells("queue"))
    place = {name: position for position, name in enumerate(draft.queues)}
    found = np.array([place.get(name, -1) for name in names], dtype=np.int64)
    misspelt = False
    for code, name in enumerate(names):
        total = name.casefold() in TOTALS
        if found[code] >= 0 and not total:
            continue
        rows = table.line[codes == code]
        found[code] = -1
        if not name:
            for line in rows.tolist():
                log.add("missing_value", FILE, row=line, column="queue", expected="queue")
        elif total:
            expected = choices([queue for queue in draft.queues if queue != name])
            log.add("total_row", FILE, row=int(rows[0]), column="queue", value=name, expected=expected)
        elif draft.queues:
            misspelt = True
            expected = choices(draft.queues, name)
            log.add("unknown_queue", FILE, row=int(rows[0]), column="queue", value=name, expected=expected)
    absent = [name for name in draft.queues if name not in set(names) and name not in draft.no_history]
    # A queue with a misspelt name is told already; it is not missing on top.
    for name in absent if not misspelt else ():
        log.add("queue_without_history", FILE, column="queue", value=name, expected=name)
    queues: IntArray = found[codes]
    return queues
