"""forecast.csv, requirement.csv, requirement_curve.csv and workload.csv as text, and into a folder."""

from pathlib import Path

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.demand import Forecast
from staffing.domain.requirement import Requirement
from staffing.files.atomic import atomic_write
from staffing.files.cells import csv_text, moments, safe_text, shown_all

FORECAST = "forecast.csv"
QUEUES = "forecast_queues.csv"
REQUIREMENT = "requirement.csv"
CURVE = "requirement_curve.csv"
POOLS = "requirement_pool.csv"
WORKLOAD = "workload.csv"
FORECAST_COLUMNS = (
    "start",
    "queue",
    "volume",
    "low80",
    "high80",
    "low95",
    "high95",
    "aht_s",
    "day_cv",
    "interval_cv",
    "method",
    "base_volume",
    "base_aht_s",
)
QUEUE_COLUMNS = ("queue", "method", "contacts", "past_error", "notes")
REQUIREMENT_COLUMNS = (
    "start",
    "queue",
    "load_erl",
    "agents",
    "agents_gross",
    "expected_sl",
    "method",
    "is_open",
    "absent_share",
    "planned_share",
)
POOL_COLUMNS = ("start", "queues", "agents", "agents_gross", "expected_sl")
CURVE_COLUMNS = ("start", "queues", "agents", "service_level")
WORKLOAD_COLUMNS = ("start", "queue", "earliest_h", "latest_h", "gross_factor", "idle_h")
POOL = "+"
"""Joins the queues of a pool."""


def write_forecast(folder: Path, forecast: Forecast) -> None:
    """Write forecast.csv and forecast_queues.csv into `folder`, which is made when missing."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    atomic_write(folder / FORECAST, forecast_csv(forecast))
    atomic_write(folder / QUEUES, queues_csv(forecast))


def queues_csv(forecast: Forecast) -> str:
    """One row for each queue: how it was forecast, how well that did, and the codes of what should be known."""
    errors = np.full(len(forecast.queues), np.nan) if forecast.past_error is None else forecast.past_error
    rows = []
    for index, queue in enumerate(forecast.queues):
        codes = sorted({note.code for note in forecast.notes if ("queue", queue) in note.params})
        error = "" if np.isnan(errors[index]) else f"{errors[index]:.4f}"
        contacts = f"{forecast.volume[index].sum():.3f}"
        rows.append((safe_text(queue), safe_text(forecast.method[index]), contacts, error, ";".join(codes)))
    return csv_text(QUEUE_COLUMNS, rows)


def write_requirement(folder: Path, requirement: Requirement) -> None:
    """Write requirement.csv and what belongs to it into `folder`, which is made when missing."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in requirement_files(requirement).items():
        atomic_write(folder / name, content)
    if not requirement.pools:
        # Pools of an earlier requirement do not belong to this one.
        (folder / POOLS).unlink(missing_ok=True)


def requirement_files(requirement: Requirement) -> dict[str, str]:
    """Text of the files of a requirement; without pools there is no file of them."""
    pools = {POOLS: pool_csv(requirement)} if requirement.pools else {}
    return {
        REQUIREMENT: requirement_csv(requirement),
        CURVE: curve_csv(requirement),
        WORKLOAD: workload_csv(requirement),
        **pools,
    }


def forecast_csv(forecast: Forecast) -> str:
    """One row for each queue and step; `day_cv` is repeated over the steps of its day.

    Without override layers the base columns repeat the forecast.
    """
    base_volume = forecast.volume if forecast.base_volume is None else forecast.base_volume
    base_aht_s = forecast.aht_s if forecast.base_aht_s is None else forecast.base_aht_s
    starts = moments(forecast.grid)[:-1]
    rows: list[tuple[str, ...]] = []
    for index, queue in enumerate(forecast.queues):
        columns = [
            shown_all(getattr(forecast, name)[index])
            for name in ("volume", "low80", "high80", "low95", "high95", "aht_s")
        ]
        day_cv = shown_all(forecast.day_cv[index, forecast.grid.day])
        method = [safe_text(forecast.method[index])] * len(starts)
        names = [safe_text(queue)] * len(starts)
        below = (shown_all(base_volume[index]), shown_all(base_aht_s[index]))
        rows += zip(
            starts, names, *columns, day_cv, shown_all(forecast.interval_cv[index]), method, *below, strict=True
        )
    return csv_text(FORECAST_COLUMNS, rows)


def requirement_csv(requirement: Requirement) -> str:
    """One row for each queue and step, closed ones too."""
    starts = moments(requirement.grid)[:-1]
    rows: list[tuple[str, ...]] = []
    for index, queue in enumerate(requirement.queues):
        columns = [
            shown_all(getattr(requirement, name)[index])
            for name in ("load_erl", "agents", "agents_gross", "expected_sl")
        ]
        method = [safe_text(requirement.method[index])] * len(starts)
        is_open = ["1" if value else "0" for value in requirement.is_open[index].tolist()]
        known = (requirement.absent_share, requirement.planned_share)
        shares = [_shown_share(values, index, len(starts)) for values in known]
        rows += zip(starts, [safe_text(queue)] * len(starts), *columns, method, is_open, *shares, strict=True)
    return csv_text(REQUIREMENT_COLUMNS, rows)


def _shown_share(values: FloatArray | None, index: int, steps: int) -> list[str]:
    """A row of shares; blank where they are not known."""
    return [""] * steps if values is None else shown_all(values[index])


def pool_csv(requirement: Requirement) -> str:
    """What queues need together; steps in which nothing is needed are left out."""
    starts = moments(requirement.grid)[:-1]
    rows: list[tuple[str, ...]] = []
    for pool in requirement.pools:
        steps = np.flatnonzero(pool.agents > 0.0)
        name = safe_text(POOL.join(pool.queues))
        columns = [shown_all(values[steps]) for values in (pool.agents, pool.agents_gross, pool.expected_sl)]
        rows += zip([starts[step] for step in steps.tolist()], [name] * len(steps), *columns, strict=True)
    return csv_text(POOL_COLUMNS, rows)


def curve_csv(requirement: Requirement) -> str:
    """What each crew size buys; steps in which every crew gives level 1 (nothing to do) are left out."""
    starts = moments(requirement.grid)[:-1]
    rows: list[tuple[str, str, str, str]] = []
    for curve in requirement.curves:
        name = safe_text(POOL.join(curve.queues))
        for step in np.flatnonzero((curve.service_level < 1).any(axis=1)).tolist():
            levels = curve.service_level[step]
            # Levels beyond the last change say nothing new.
            size = int(np.flatnonzero(levels != levels[-1]).max(initial=-1)) + 2
            first = int(curve.first[step])
            for place, level in enumerate(shown_all(levels[:size])):
                rows.append((starts[step], name, str(first + place), level))
    return csv_text(CURVE_COLUMNS, rows)


def workload_csv(requirement: Requirement) -> str:
    """Cumulative hours of deadline queues at the end of each step, and hours idle agents do in it."""
    starts = moments(requirement.grid)[:-1]
    rows: list[tuple[str, ...]] = []
    for work in requirement.workload:
        factor = shown_all([work.gross_factor]) * len(starts)
        names = [safe_text(work.queue)] * len(starts)
        idle = np.zeros(len(starts)) if work.idle_h is None else work.idle_h
        hours = [shown_all(values) for values in (work.earliest_h, work.latest_h, idle)]
        rows += zip(starts, names, *hours[:2], factor, hours[2], strict=True)
    return csv_text(WORKLOAD_COLUMNS, rows)
