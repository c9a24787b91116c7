"""Levelling of deferred work: two weeks of half hours, four classes of deadlines, with and without idle live agents.

    python -m benchmarks.levelling [--repeat 5] [--seed 1] [--json FILE] [--skip-peer]

One phone queue (07:00 to 20:00 every day) and work due in 2 and in 8 working hours (08:00 to 18:00 from Monday to
Friday) and in 24 and in 48 hours on the clock (07:00 to 20:00 every day), arriving at all hours. The program's peak is
compared with that of a second program that knows nothing but the peak and is written with sums since the start instead
of cumulative variables; its time shows what that costs. Work is checked item by item: taken in order of arrival, every
piece due in the horizon is done by then. Times are CPU seconds of this process, medians of `--repeat` runs.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from staffing.calendars import day_table
from staffing.domain.centre import Centre
from staffing.domain.demand import Forecast
from staffing.domain.queue import AnswerTarget, Channel, DeadlineTarget, DeadlineUnit, OpeningHours, Queue
from staffing.domain.requirement import Requirement, Workload
from staffing.domain.timegrid import TimeGrid
from staffing.erlang import require_agents
from staffing.erlang.blending import idle_credit, live_crews
from staffing.erlang.levelling import Levelled, level_workloads

Array = NDArray[np.float64]
DAILY = OpeningHours((((420, 1200),),) * 7, ((420, 1200),))
WEEKDAYS = OpeningHours((((480, 1080),),) * 5 + ((), ()))
CLASSES = (
    ("mail", DeadlineTarget(2, DeadlineUnit.WORKING_HOURS), WEEKDAYS, 0.2),
    ("ticket", DeadlineTarget(8, DeadlineUnit.WORKING_HOURS), WEEKDAYS, 0.3),
    ("case", DeadlineTarget(24, DeadlineUnit.HOURS), DAILY, 0.3),
    ("paper", DeadlineTarget(48, DeadlineUnit.HOURS), DAILY, 0.2),
)
DEFERRED_H = 2268.0
PHONE_PEAK = 390.0


def requirement(seed: int) -> tuple[tuple[Queue, ...], Requirement]:
    """Two weeks of the centre; nobody is known, so every phone agent may do deferred work."""
    phone = Queue("phone", Channel.PHONE, AnswerTarget(0.95, 15), hours=DAILY, patience_s=180.0, max_occupancy=0.85)
    queues = (phone, *(Queue(n, Channel.TICKET, t, hours=h, blended=True) for n, t, h, _ in CLASSES))
    grid = TimeGrid("UTC", date(2026, 1, 5), 14, 30)
    table, _ = day_table("", "", (), date(2025, 12, 1), date(2026, 3, 1))
    centre = Centre("Levelling", "UTC", 30, queues)
    hour = grid.minute / 60.0
    wave = np.exp(-(((hour - 10.5) / 2.2) ** 2)) + 0.8 * np.exp(-(((hour - 15.5) / 2.5) ** 2))
    is_open = (hour >= 7) & (hour < 20)
    calls = np.where(is_open, PHONE_PEAK * np.maximum(0.12, wave / wave.max()), 0.0)
    calls *= np.where(grid.weekday[grid.day] >= 5, 0.55, 1.0)
    rng = np.random.default_rng(seed)
    volume, aht_s = [calls], [np.full(grid.n, 300.0)]
    for _, _, _, share in CLASSES:
        arriving = (0.08 + wave) * np.where(grid.weekday[grid.day] >= 5, 0.5, 1.0) * rng.gamma(20.0, 0.05, grid.n)
        volume.append(arriving / arriving.sum() * DEFERRED_H * share * 6.0)
        aht_s.append(np.full(grid.n, 600.0))
    rows = np.array(volume)
    none = np.zeros((len(queues), grid.days))
    names = tuple(queue.id for queue in queues)
    forecast = Forecast(grid, names, rows, rows, rows, rows, rows, np.array(aht_s), none, 0.0 * rows, ("x",) * 5)
    return queues, require_agents(centre, forecast, table, carried_h=dict.fromkeys(names[1:], 0.0), curves=False)


def lowest_peak(tubes: list[Workload], is_open: NDArray[np.bool_], step_h: float, live: Array) -> float:
    """Peak of live and deferred agents alone, from a program with the work of each step as variable."""
    queue, step = np.nonzero(is_open)
    size = len(queue)
    blocks = [np.flatnonzero(queue == row) for row in range(len(tubes))]
    sums = sparse.block_diag([np.tril(np.ones((len(b), len(b)))) for b in blocks], format="csr")
    sums = sparse.hstack([sums, sparse.csr_array((size, 1))])
    earliest = np.array([w.earliest_h for w in tubes])[queue, step]
    latest = np.array([w.latest_h for w in tubes])[queue, step]
    at_once = sparse.csr_array((np.full(size, 1.0 / step_h), (step, np.arange(size))), shape=(is_open.shape[1], size))
    at_once = sparse.hstack([at_once, sparse.csr_array(np.full((is_open.shape[1], 1), -1.0))])
    rows: Any = sparse.vstack([sums, -sums, at_once], format="csr")
    bound = np.concatenate((earliest, -np.minimum(latest, earliest), -live))
    cost = np.zeros(size + 1)
    cost[-1] = 1.0
    result = linprog(cost, A_ub=rows, b_ub=bound, bounds=(0, None), method="highs")
    return float(result.x[-1])


def all_done(level: Levelled, tubes: list[Workload]) -> bool:
    """Whether each piece of work is done between its arrival and the end of the step it falls due in.

    First in, first out within a class is the order of due moments, so piece by piece is: the work done by the end of
    each step is no more than had arrived and no less than was due.
    """
    return all(
        bool(np.all(done >= tube.latest_h - 1e-6) and np.all(done <= tube.earliest_h + 1e-6))
        for done, tube in zip(level.done_h, tubes, strict=True)
    )


def timed(work: Callable[[], Any], repeat: int) -> tuple[Any, float]:
    """Result and the median of the CPU seconds."""
    seconds = []
    for _ in range(repeat):
        start = time.process_time()
        result = work()
        seconds.append(time.process_time() - start)
    return result, float(np.median(seconds))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    parser.add_argument("--skip-peer", action="store_true", help="leave out the second program (about half a minute)")
    options = parser.parse_args()
    queues, need = requirement(options.seed)
    step_h, live = need.grid.step_h, need.agents[0]
    tubes = [replace(work, idle_h=None) for work in need.workload]
    is_open, day = need.is_open[1:], np.asarray(need.grid.day)
    by_queue, together = idle_credit(queues[1:], queues, live_crews(need, queues), step_h, None)
    plain, plain_s = timed(lambda: level_workloads(tubes, is_open, step_h, day, live_agents=live), options.repeat)
    helped = {"live_agents": live, "idle_h": by_queue, "idle_together_h": together}
    mixed, mixed_s = timed(lambda: level_workloads(tubes, is_open, step_h, day, **helped), options.repeat)
    at_once = np.zeros(need.grid.n)
    for tube, opened in zip(tubes, is_open, strict=True):
        at_once[opened] += np.diff(tube.earliest_h[opened], prepend=0.0) / step_h
    figures: dict[str, float | bool] = {
        "live_h": float(live.sum()) * step_h,
        "deferred_h": float(sum(tube.earliest_h[-1] for tube in tubes)),
        "due_h": float(sum(tube.latest_h[-1] for tube in tubes)),
        "idle_h_offered": float(together.sum()),
        "seconds": plain_s,
        "seconds_with_idle": mixed_s,
        "peak_live": float(live.max()),
        "peak_done_on_arrival": float((live + at_once).max()),
        "peak": plain.peak,
        "peak_with_idle": mixed.peak,
        "extra_h": float(plain.agents.sum()) * step_h,
        "extra_h_with_idle": float(mixed.agents.sum()) * step_h,
        "all_done": all_done(plain, tubes),
        "all_done_with_idle": all_done(mixed, tubes),
    }
    nobody = np.zeros(need.grid.n)
    figures["peak_without_phone"] = level_workloads(tubes, is_open, step_h, day).peak
    if not options.skip_peer:
        peak, peer_s = timed(lambda: lowest_peak(tubes, is_open, step_h, live), 1)
        figures |= {"peak_of_second_program": peak, "seconds_of_second_program": peer_s}
        figures["same_without_phone"] = lowest_peak(tubes, is_open, step_h, nobody)
    for name, value in figures.items():
        print(f"{name:28} {value if isinstance(value, bool) else round(value, 4)}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
