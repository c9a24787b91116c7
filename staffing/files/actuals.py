"""Contacts of a day that is still running, in the columns of history.csv."""

from pathlib import Path

from staffing.domain.centre import Centre
from staffing.domain.demand import ContactHistory
from staffing.errors import SettingsError
from staffing.files.demand_rows import rows_on_grid
from staffing.files.faults import FaultLog
from staffing.files.history import MEASURES, REQUIRED
from staffing.files.table import read_table


def read_actuals(file: Path, centre: Centre) -> ContactHistory:
    """What has come so far: `start`, `queue` and `offered` at least; absent steps are unknown.

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
    return parse_actuals(file.name, file.read_bytes(), centre)


def parse_actuals(name: str, data: bytes, centre: Centre) -> ContactHistory:
    """The same from the bytes of a CSV file called `name` in its faults.

    Raises
    ------
    DataError
        With every fault of it.
    """
    log = FaultLog()
    table = read_table(name, data, REQUIRED, MEASURES, log)
    rows = None if table is None else rows_on_grid(table, centre, log)
    offered = None if rows is None else rows.matrix("offered")
    log.refuse()
    if rows is None or offered is None:
        raise AssertionError("contacts without faults must have rows")
    return ContactHistory(rows.grid, rows.queues, offered)
