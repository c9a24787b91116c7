"""forecast.csv of the user's own; what it leaves out is assumed, and `method` says so."""

from pathlib import Path
from typing import Any

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.centre import Centre
from staffing.domain.demand import Forecast
from staffing.files.demand_rows import DemandRows, column_or, complete, horizon_table, read_rows
from staffing.files.demand_tables import FORECAST, FORECAST_COLUMNS
from staffing.files.faults import FaultLog

DAY_CV, INTERVAL_CV = 0.1, 0.05
"""Uncertainty assumed for a forecast that states none: of the day's level, and of each interval on top."""
Z80, Z95 = 1.2816, 1.96
BANDS = {"low80": -Z80, "high80": Z80, "low95": -Z95, "high95": Z95}


def read_forecast(file: Path, centre: Centre) -> Forecast:
    """A forecast.csv of the user's own: `start`, `queue` and `volume` at least.

    Bands that are not given are those of a normal distribution with the given or assumed variation; the handle time
    is the centre's. Steps outside opening hours may be left out and hold no contacts.

    Raises
    ------
    SettingsError
        When there is no such file.
    DataError
        With every fault of it.
    """
    file = Path(file)
    file = file / FORECAST if file.is_dir() else file
    log = FaultLog()
    forecast = forecast_of(file, centre, log)
    log.refuse()
    if forecast is None:
        raise AssertionError("a forecast without faults must have rows")
    return forecast


def forecast_of(file: Path, centre: Centre, log: FaultLog) -> Forecast | None:
    """The forecast of a file, None when it has no usable rows."""
    rows = read_rows(file, ("start", "queue", "volume"), FORECAST_COLUMNS, centre, log)
    if rows is None:
        return None
    volume = rows.matrix("volume")
    complete(rows, volume, centre, horizon_table(centre, rows.grid), "volume")
    aht_s = handle_times(rows, rows.matrix("aht_s"), centre)
    return with_bands(rows, volume, aht_s, "given")


def handle_times(rows: DemandRows, aht_s: FloatArray, centre: Centre) -> FloatArray:
    """Given handle times, completed by the queue's mean and by the centre's."""
    for index, name in enumerate(rows.queues):
        known = aht_s[index][aht_s[index] > 0]
        own = float(np.median(known)) if len(known) else centre.queue(name).aht_s
        if own is None:
            rows.log.add("missing_column", rows.table.file, row=1, column="aht_s", value=name, expected="aht_s")
            own = 0.0
        aht_s[index] = np.where(np.isnan(aht_s[index]), own, aht_s[index])
    return aht_s


def with_bands(rows: DemandRows, volume: FloatArray, aht_s: FloatArray, method: str) -> Forecast:
    """A forecast with its uncertainty: the file's where it states one, else what is assumed."""
    grid, has = rows.grid, rows.table.has
    days = len(rows.queues), grid.days
    day_cv = np.full(days, DAY_CV)
    if has("day_cv"):
        steps = rows.matrix("day_cv")
        known = np.where(np.isnan(steps), -1.0, steps)
        best = np.array([[known[q, grid.day_slice(d)].max() for d in range(grid.days)] for q in range(days[0])])
        day_cv = np.where(best >= 0, best, DAY_CV).reshape(days)
    interval_cv = column_or(rows, "interval_cv", np.full(volume.shape, INTERVAL_CV))
    spread = np.sqrt(volume + volume**2 * (day_cv[:, grid.day] ** 2 + interval_cv**2))
    bands: dict[str, Any] = {
        name: column_or(rows, name, np.maximum(0.0, volume + z * spread)) for name, z in BANDS.items()
    }
    absent = [name for name in ("day_cv", "interval_cv", *BANDS) if not has(name)]
    stated = rows.first_text("method", method) if rows.table.file == FORECAST else (method,) * days[0]
    methods = tuple(f"{text}; assumed: {', '.join(absent)}" if absent else text for text in stated)
    return Forecast(
        grid, rows.queues, volume, **bands, aht_s=aht_s, day_cv=day_cv, interval_cv=interval_cv, method=methods
    )
