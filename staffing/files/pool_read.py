"""requirement_pool.csv of the user's own: what queues that share agents need together."""

from pathlib import Path

import numpy as np

from staffing.domain.requirement import PoolNeed
from staffing.domain.timegrid import TimeGrid
from staffing.files.cells import plain_text
from staffing.files.columns import numbers
from staffing.files.demand_tables import POOL, POOL_COLUMNS
from staffing.files.faults import FaultLog, choices
from staffing.files.history_times import read_moments, steps_of
from staffing.files.table import read_table


def read_pools(file: Path, queues: tuple[str, ...], grid: TimeGrid, log: FaultLog) -> tuple[PoolNeed, ...]:
    """Pools of `queues` on `grid`; steps without a row need nobody. Faults go into the log."""
    table = read_table(file.name, file.read_bytes(), POOL_COLUMNS[:4], POOL_COLUMNS[4:], log, may_be_empty=True)
    if table is None or not len(table):
        return ()
    names = np.array([plain_text(cell) for cell in table.cells("queues")], dtype=object)
    times = read_moments(table, np.zeros(len(table), dtype=np.int64), grid.zone, log)
    step = steps_of(table, times, times.known.copy(), grid, log)
    given = {name: numbers(table, name, log) for name in POOL_COLUMNS[2:] if table.has(name)}
    bad = False
    for name in ("agents", "agents_gross"):
        for place in np.flatnonzero(np.isnan(given[name]) | (given[name] < 0.0))[:1]:
            line, value = int(table.line[place]), table.cells(name)[place]
            log.add("out_of_range", file.name, row=line, column=name, value=value, expected=">= 0")
            bad = True
    if step is None or bad:
        return ()
    pools = []
    for joined in dict.fromkeys(names.tolist()):
        members = tuple(joined.split(POOL))
        line = int(table.line[int(np.flatnonzero(names == joined)[0])])
        unknown = [queue for queue in members if queue not in queues]
        for queue in unknown:
            log.add("unknown_queue", file.name, row=line, column="queues", value=queue, expected=choices(queues, queue))
        if len(set(members)) < 2 and not unknown:
            log.add("out_of_range", file.name, row=line, column="queues", value=joined, expected="a+b")
        if unknown or len(set(members)) < 2:
            continue
        mine = np.flatnonzero((names == joined) & (step >= 0) & (step < grid.n))
        columns = {"agents": np.zeros(grid.n), "agents_gross": np.zeros(grid.n), "expected_sl": np.ones(grid.n)}
        for name in ("agents", "agents_gross"):
            columns[name][step[mine]] = given[name][mine]
        if "expected_sl" in given:
            columns["expected_sl"][step[mine]] = np.nan_to_num(given["expected_sl"][mine], nan=1.0)
        ordered = tuple(queue for queue in queues if queue in members)
        pools.append(PoolNeed(ordered, **columns))
    return tuple(pools)
