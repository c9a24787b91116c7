"""A requirement folder of the user's own; what it leaves out is rebuilt, and `method` says so."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Centre
from staffing.domain.demand import Forecast
from staffing.domain.note import Note
from staffing.domain.requirement import Requirement, ServiceCurve, Workload
from staffing.domain.timegrid import TimeGrid
from staffing.files.cells import plain_text
from staffing.files.columns import numbers
from staffing.files.demand_rows import DemandRows, column_or, complete, horizon_table, read_rows, rows_on_grid
from staffing.files.demand_tables import (
    CURVE,
    CURVE_COLUMNS,
    FORECAST,
    POOL,
    POOLS,
    REQUIREMENT,
    REQUIREMENT_COLUMNS,
    WORKLOAD,
    WORKLOAD_COLUMNS,
)
from staffing.files.faults import FaultLog
from staffing.files.forecast_read import forecast_of, handle_times, with_bands
from staffing.files.history_times import read_moments, steps_of
from staffing.files.pool_read import read_pools
from staffing.files.table import read_table


def read_requirement(folder: Path, centre: Centre) -> tuple[Forecast, Requirement]:
    """requirement.csv of the user's own with `start`, `queue`, `load_erl` and `agents` at least, and its forecast.

    forecast.csv, requirement_curve.csv and workload.csv beside it are used; what is absent is rebuilt from the load,
    the handle time and the centre's targets.

    Raises
    ------
    SettingsError
        When there is no requirement.csv.
    DataError
        With every fault of every file.
    """
    folder = Path(folder)
    log = FaultLog()
    rows = read_rows(folder / REQUIREMENT, ("start", "queue", "load_erl", "agents"), REQUIREMENT_COLUMNS, centre, log)
    forecast = forecast_of(folder / FORECAST, centre, log) if (folder / FORECAST).is_file() else None
    if rows is None:
        log.refuse()
        raise AssertionError("a requirement without faults must have rows")
    table = horizon_table(centre, rows.grid)
    load, agents = rows.matrix("load_erl"), rows.matrix("agents")
    complete(rows, load, centre, table, "load_erl")
    complete(rows, agents, centre, table, "agents")
    if forecast is None:
        aht_s = handle_times(rows, np.full(load.shape, np.nan), centre)
        volume = load * (rows.grid.step_min * 60) / np.where(aht_s > 0, aht_s, 1.0)
        forecast = with_bands(rows, volume, aht_s, "given (volume from load_erl)")
    elif forecast.grid != rows.grid or forecast.queues != rows.queues:
        log.add(
            "other_horizon", FORECAST, value=forecast.grid.first_day, expected=f"{REQUIREMENT}: {rows.grid.first_day}"
        )
    log.refuse()
    requirement = _requirement(rows, load, agents, forecast, centre, table, folder)
    log.refuse()
    return forecast, requirement


def _requirement(
    rows: DemandRows,
    load: FloatArray,
    agents: FloatArray,
    forecast: Forecast,
    centre: Centre,
    table: DayTable,
    folder: Path,
) -> Requirement:
    """The user's agents on what our own step makes of the same volume: curves, workload and levels are rebuilt."""
    from staffing.erlang import require_agents

    log, has = rows.log, rows.table.has
    # The crews are the user's: what ours would be for a chance asked for is not looked at.
    plain = replace(centre, queues=tuple(replace(queue, probability=None) for queue in centre.queues))
    ours = require_agents(plain, forecast, table, curves=not (folder / CURVE).is_file())
    absent, planned = (_shares(rows, name, getattr(ours, name)) for name in ("absent_share", "planned_share"))
    late = np.array([centre.queue(queue).has_deadline for queue in rows.queues])
    factor = np.where(late[:, None], ours.gross_factor[:, None], 1.0 / (1.0 - absent))
    gross = column_or(rows, "agents_gross", agents * factor)
    is_open = ours.is_open if not has("is_open") else rows.matrix("is_open") > 0
    rebuilt = [name for name in ("agents_gross", "expected_sl") if not has(name)]
    curves = ours.curves
    if (folder / CURVE).is_file():
        curves = _curves(folder / CURVE, rows.grid, log)
    else:
        rebuilt.append(CURVE)
    workload, notes = ours.workload, ours.notes
    if (folder / WORKLOAD).is_file():
        given = _workload(folder / WORKLOAD, rows, centre, log)
        workload = tuple(given.get(work.queue, work) for work in ours.workload)
        # What was carried in is part of a given workload.
        notes = tuple(note for note in notes if dict(note.params).get("queue") not in given)
    elif workload:
        rebuilt.append(WORKLOAD)
    expected = np.array(ours.expected_sl)
    for curve in curves:
        if len(curve.queues) == 1 and curve.queues[0] in rows.queues:
            row = rows.queues.index(curve.queues[0])
            expected[row] = curve.at(agents[row])
    stated = rows.first_text("method", "given")
    methods = tuple(f"{text}; rebuilt: {', '.join(rebuilt)}" if rebuilt else text for text in stated)
    return replace(
        ours,
        load_erl=load,
        agents=agents,
        agents_gross=gross,
        expected_sl=column_or(rows, "expected_sl", expected),
        is_open=is_open,
        method=methods,
        curves=curves,
        pools=read_pools(folder / POOLS, rows.queues, rows.grid, log) if (folder / POOLS).is_file() else (),
        workload=workload,
        absent_share=absent,
        planned_share=planned,
        notes=(*notes, *(Note("requirement_rebuilt", (("part", part),)) for part in rebuilt)),
    )


def _shares(rows: DemandRows, column: str, ours: FloatArray | None) -> FloatArray:
    """A column of shares below 1; the centre's own where it says nothing."""
    shares = column_or(rows, column, np.zeros((len(rows.queues), rows.grid.n)) if ours is None else np.array(ours))
    wrong = shares[~((shares >= 0.0) & (shares < 1.0))]
    if len(wrong):
        rows.log.add("out_of_range", REQUIREMENT, column=column, value=f"{wrong[0]:g}", expected=">= 0, < 1")
    return np.where((shares >= 0.0) & (shares < 1.0), shares, 0.0)


def _curves(file: Path, grid: TimeGrid, log: FaultLog) -> tuple[ServiceCurve, ...]:
    table = read_table(file.name, file.read_bytes(), CURVE_COLUMNS, (), log, may_be_empty=True)
    if table is None or not len(table):
        return ()
    names = np.array([plain_text(cell) for cell in table.cells("queues")], dtype=object)
    sizes, levels = numbers(table, "agents", log), numbers(table, "service_level", log)
    none = np.zeros(len(table), dtype=np.int64)
    times = read_moments(table, none, grid.zone, log)
    step = steps_of(table, times, times.known.copy(), grid, log)
    if step is None or np.isnan(sizes).any() or np.isnan(levels).any():
        return ()
    curves = []
    for name in dict.fromkeys(names.tolist()):
        mine = np.flatnonzero((names == name) & (step >= 0) & (step < grid.n))
        mine = mine[np.lexsort((sizes[mine], step[mine]))]
        first, counts = np.unique(step[mine], return_index=True)
        parts = np.split(mine, counts[1:])
        width = max((len(part) for part in parts), default=1)
        begin, grown = np.zeros(grid.n, dtype=np.int64), np.ones((grid.n, width))
        for where, part in zip(first.tolist(), parts, strict=True):
            begin[where] = int(sizes[part[0]])
            grown[where] = np.pad(levels[part], (0, width - len(part)), mode="edge")
        curves.append(ServiceCurve(tuple(name.split(POOL)), begin, grown))
    return tuple(curves)


def _workload(file: Path, rows: DemandRows, centre: Centre, log: FaultLog) -> dict[str, Workload]:
    table = read_table(file.name, file.read_bytes(), WORKLOAD_COLUMNS[:4], WORKLOAD_COLUMNS[4:], log, may_be_empty=True)
    if table is None or not len(table):
        return {}
    tubes = rows_on_grid(table, centre, log)
    if tubes is None:
        return {}
    if tubes.grid != rows.grid:
        log.add("other_horizon", WORKLOAD, value=tubes.grid.first_day, expected=f"{REQUIREMENT}: {rows.grid.first_day}")
        return {}
    earliest, latest = tubes.matrix("earliest_h"), tubes.matrix("latest_h")
    factors = column_or(tubes, "gross_factor", np.ones(earliest.shape))
    idle = column_or(tubes, "idle_h", np.zeros(earliest.shape))
    found = {}
    for index, name in enumerate(tubes.queues):
        hours = earliest[index], latest[index]
        falls = any(np.isnan(values).any() or (np.diff(values) < -1e-6).any() for values in hours)
        if falls or (hours[1] > hours[0] + 1e-6).any():
            log.add("bad_workload", WORKLOAD, column="latest_h", value=name, expected="latest_h <= earliest_h, rising")
            continue
        if not (idle[index] >= 0.0).all():
            log.add("bad_workload", WORKLOAD, column="idle_h", value=name, expected="idle_h >= 0")
            continue
        helped = idle[index] if idle[index].any() else None
        found[name] = Workload(name, *hours, gross_factor=float(factors[index, 0]), idle_h=helped)
    return found
