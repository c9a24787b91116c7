"""Forecasts of many queues at once: a year of half hours each, four weeks ahead with back-tested bands.

    python -m benchmarks.forecast_many [--queues 1000] [--workers 2] [--seed 1] [--json FILE]

The queues are seeded: 5 to 200 contacts an interval from 08:00 to 20:00, weekday and month effects, day and interval
noise, Poisson counts. Prints the CPU seconds of one queue alone, warm, the least of five runs: the day-regression
members fitted and said four weeks ahead, which is what Prophet does; the lean set that more than 200 queues get, with
back-tested bands; and all members, with them. Where Prophet is installed it is run in the same way, and the ratios of
its clock and CPU seconds (those of its own processes included) to each of the three are printed.
"""

import argparse
import importlib.util
import json
import logging
import platform
import resource
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np

from staffing.calendars import day_table
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Centre, Scenario
from staffing.domain.demand import ContactHistory
from staffing.domain.queue import AnswerTarget, Channel, OpeningHours, Queue
from staffing.domain.timegrid import TimeGrid
from staffing.forecast import forecast_demand, many
from staffing.forecast.frame import queue_frame
from staffing.forecast.members import fit_day_model
from staffing.forecast.threads import one_thread

FIRST, DAYS = date(2024, 9, 2), 365
HOURS = OpeningHours((((480, 1200),),) * 7, ((480, 1200),))


def centre_of(queues: int, seed: int) -> tuple[Scenario, DayTable]:
    """A centre of seeded queues."""
    rng = np.random.default_rng(seed)
    grid = TimeGrid("UTC", FIRST, DAYS, 30)
    table, _ = day_table("", "", (), FIRST, FIRST + timedelta(days=DAYS + 60))
    is_open = HOURS.mask(table, grid)
    shape = np.exp(-(((grid.minute / 60 - 11) / 3) ** 2)) + 0.6 * np.exp(-(((grid.minute / 60 - 16) / 2) ** 2)) + 0.1
    week = np.array([1.2, 1.05, 1.0, 0.95, 0.95, 0.5, 0.4])[grid.weekday[grid.day]]
    offered = np.empty((queues, grid.n))
    for row in range(queues):
        level = rng.uniform(5, 200) * np.exp(0.08 * rng.standard_normal(grid.days))[grid.day]
        noise = np.exp(0.05 * rng.standard_normal(grid.n))
        offered[row] = rng.poisson(is_open * level * shape * week * noise)
    target = AnswerTarget(0.8, 20)
    made = tuple(Queue(f"q{row}", Channel.PHONE, target, hours=HOURS, aht_s=240.0) for row in range(queues))
    history = ContactHistory(grid, tuple(queue.id for queue in made), offered)
    return Scenario(Centre("Many", "UTC", 30, made), history), table


def prophet_s(scenario: Scenario) -> tuple[float, float] | None:
    """Seconds on the clock and CPU seconds of a warm Prophet for the first queue; None where it is not installed."""
    if importlib.util.find_spec("prophet") is None:
        return None
    import pandas as pd
    from prophet import Prophet

    logging.getLogger("cmdstanpy").setLevel(logging.ERROR)
    grid = scenario.history.grid
    frame = pd.DataFrame({"ds": [grid.local(step).replace(tzinfo=None) for step in range(grid.n)]})
    frame["y"] = scenario.history.offered[0]

    def forecast() -> None:
        model = Prophet()
        model.fit(frame)
        model.predict(model.make_future_dataframe(28 * 48, freq="30min", include_history=False))

    return spent(forecast)


def spent(work: Callable[[], object], times: int = 5) -> tuple[float, float]:
    """Least seconds on the clock and least CPU seconds, other processes' included, of several runs after a first."""

    def cpu() -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(part.ru_utime + part.ru_stime for part in used)

    work()
    runs = []
    for _ in range(times):
        begin, used = time.perf_counter(), cpu()
        work()
        runs.append((time.perf_counter() - begin, cpu() - used))
    return min(run[0] for run in runs), min(run[1] for run in runs)


def members_only(scenario: Scenario, table: DayTable, first_day: date) -> None:
    """What Prophet does: fit the day-regression members to the history and say the next four weeks, no back-test."""
    grid = TimeGrid(scenario.centre.timezone, first_day, 28, scenario.centre.interval_min)
    with one_thread():
        frame = queue_frame(scenario, table, scenario.centre.queues[0], grid)
        fit_day_model(frame).forecast(frame.origin, slice(frame.origin, frame.days))


def with_bands(scenario: Scenario, table: DayTable, first_day: date, lean_above: int) -> None:
    """A whole forecast with back-tested bands; the lean set of members above so many queues."""
    kept, many.LEAN_ABOVE = many.LEAN_ABOVE, lean_above
    try:
        forecast_demand(scenario, table, first_day, 28)
    finally:
        many.LEAN_ABOVE = kept


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queues", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    given = parser.parse_args()
    first_day = FIRST + timedelta(days=DAYS)
    one, table = centre_of(1, given.seed)
    members = spent(partial(members_only, one, table, first_day))
    lean, full = (spent(partial(with_bands, one, table, first_day, above)) for above in (0, 200))
    peer = prophet_s(one)
    scenario, table = centre_of(given.queues, given.seed)
    start = time.perf_counter()
    forecast = forecast_demand(scenario, table, first_day, 28, workers=given.workers)
    seconds = time.perf_counter() - start
    assert forecast.past_error is not None
    record = {
        "date": date.today().isoformat(),
        "machine": platform.platform(),
        "queues": given.queues,
        "workers": given.workers,
        "one_queue_members_cpu_s": round(members[1], 3),
        "one_queue_lean_cpu_s": round(lean[1], 3),
        "one_queue_cpu_s": round(full[1], 3),
        "lean_queues": sum(method.endswith("+lean") for method in forecast.method),
        "all_queues_s": round(seconds, 1),
        "prophet_one_queue_cpu_s": None if peer is None else round(peer[1], 3),
        **{
            f"prophet_ratio_{what}_{name}": None if peer is None else round(peer[place] / own[place], 1)
            for what, own in (("members", members), ("lean", lean), ("full", full))
            for place, name in enumerate(("wall", "cpu"))
        },
        "mean_past_error": round(float(np.nanmean(forecast.past_error)), 4),
    }
    for key, value in record.items():
        print(f"{key:26} {value}")
    given.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
