"""forecast.csv, requirement.csv, requirement_curve.csv and workload.csv as text, and into a folder."""

from pathlib import Path

import numpy as np

from staffing.domain.demand import Forecast
from staffing.domain.requirement import Requirement
from staffing.files.atomic import atomic_write
from staffing.files.cells import csv_text, moments, safe_text, shown_all

FORECAST = "forecast.csv"
REQUIREMENT = "requirement.csv"
CURVE = "requirement_curve.csv"
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
)
REQUIREMENT_COLUMNS = (
    "start",
    "queue",
    "load_erl",
    "agents",
    "agents_gross",
    "expected_sl",
    "method",
    "is_open",
)
CURVE_COLUMNS = ("start", "queues", "agents", "service_level")
WORKLOAD_COLUMNS = ("start", "queue", "earliest_h", "latest_h", "gross_factor")
POOL = "+"
"""Joins the queues of a pooled curve."""


def write_forecast(folder: Path, forecast: Forecast) -> None:
    """Write forecast.csv into `folder`, which is made when missing."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    atomic_write(folder / FORECAST, forecast_csv(forecast))


def write_requirement(folder: Path, requirement: Requirement) -> None:
    """Write requirement.csv, requirement_curve.csv and workload.csv into `folder`, which is made when missing."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in requirement_files(requirement).items():
        atomic_write(folder / name, content)


def requirement_files(requirement: Requirement) -> dict[str, str]:
    """Text of the three files of a requirement."""
    return {
        REQUIREMENT: requirement_csv(requirement),
        CURVE: curve_csv(requirement),
        WORKLOAD: workload_csv(requirement),
    }


def forecast_csv(forecast: Forecast) -> str:
    """One row for each queue and step; `day_cv` is repeated over the steps of its day."""
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
        rows += zip(starts, names, *columns, day_cv, shown_all(forecast.interval_cv[index]), method, strict=True)
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
        rows += zip(starts, [safe_text(queue)] * len(starts), *columns, method, is_open, strict=True)
    return csv_text(REQUIREMENT_COLUMNS, rows)


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
    """Cumulative hours of deadline queues at the end of each step."""
    starts = moments(requirement.grid)[:-1]
    rows: list[tuple[str, ...]] = []
    for work in requirement.workload:
        factor = shown_all([work.gross_factor]) * len(starts)
        names = [safe_text(work.queue)] * len(starts)
        rows += zip(starts, names, shown_all(work.earliest_h), shown_all(work.latest_h), factor, strict=True)
    return csv_text(WORKLOAD_COLUMNS, rows)
