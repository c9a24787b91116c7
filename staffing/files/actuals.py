"""Contacts of a day that is still running, in the columns of history.csv and the work left over."""

from pathlib import Path
from typing import Any

from staffing.domain.centre import Centre
from staffing.domain.day_actuals import DayActuals
from staffing.domain.demand import ContactHistory
from staffing.errors import SettingsError
from staffing.files.demand_rows import rows_on_grid
from staffing.files.faults import FaultLog
from staffing.files.history import MEASURES, REQUIRED
from staffing.files.table import read_table

BACKLOG = "backlog"
"""Contacts of a deadline queue that are not done at the end of the interval."""


def read_actuals(file: Path, centre: Centre) -> ContactHistory:
    """What has come so far: `start`, `queue` and `offered` at least; absent steps are unknown.

    Raises
    ------
    SettingsError
        When there is no such file.
    DataError
        With every fault of it.
    """
    return read_day_actuals(file, centre).came


def parse_actuals(name: str, data: bytes, centre: Centre) -> ContactHistory:
    """The same from the bytes of a CSV file called `name` in its faults.

    Raises
    ------
    DataError
        With every fault of it.
    """
    return parse_day_actuals(name, data, centre).came


def read_day_actuals(file: Path, centre: Centre) -> DayActuals:
    """What has come so far with all that the file tells of it: the columns of history.csv and `backlog`.

    Raises
    ------
    SettingsError
        When there is no such file.
    DataError
        With every fault of it.
    """
    file = Path(file)
    if not file.is_file():
        raise SettingsError(f"{file} is no file; expected a CSV file with the columns {', '.join(REQUIRED)}")
    return parse_day_actuals(file.name, file.read_bytes(), centre)


def parse_day_actuals(name: str, data: bytes, centre: Centre) -> DayActuals:
    """The same from the bytes of a CSV file called `name` in its faults.

    Raises
    ------
    DataError
        With every fault of it.
    """
    log = FaultLog()
    table = read_table(name, data, REQUIRED, (*MEASURES, BACKLOG), log)
    rows = None if table is None else rows_on_grid(table, centre, log)
    found: dict[str, Any] = {}
    if rows is not None:
        found = {
            measure: rows.matrix(measure) for measure in ("offered", *MEASURES, BACKLOG) if rows.table.has(measure)
        }
    log.refuse()
    if rows is None:
        raise AssertionError("contacts without faults must have rows")
    backlog = found.pop(BACKLOG, None)
    return DayActuals(ContactHistory(rows.grid, rows.queues, **found), backlog)
