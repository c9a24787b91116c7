"""The whole chain on the real bank calls: history, forecast, requirement, roster, audit, simulation.

    python -m benchmarks.bank [--share 0.25] [--aht-s 180] [--time-limit 60] [--seeds 1 2 3] [--json FILE]

The series is read from ``calls/bank_calls_5min_2003.csv`` in the folder of shared data that STAFFING_SHARED_DATA names
(default ``../shared/data``); where it is absent the benchmark says so and does nothing. The week planned is the one
after the last day of the series, so the forecast cannot be scored on it: its accuracy on past weeks is printed first,
beside the mean of the last four weeks.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np

from staffing.domain.centre import Scenario
from staffing.files import read_centre
from staffing.forecast import backtest
from staffing.plan import Plan, PlanSettings
from staffing.planning import make_plan, plan_table
from staffing.sample import write_bank_centre

SCORES = ("days", "forecast_days", "wape", "wape_mean4", "ratio_mean4", "floor", "bias", "coverage80", "coverage95")
CALLS = Path("calls", "bank_calls_5min_2003.csv")


def series() -> Path | None:
    """The real series, or None where the shared data are not."""
    shared = os.environ.get("STAFFING_SHARED_DATA")
    folder = Path(shared) if shared else Path(__file__).resolve().parents[2] / "shared" / "data"
    path = folder / CALLS
    return path if path.is_file() else None


def accuracy(scenario: Scenario, origins: int) -> list[dict[str, object]]:
    """Back-test of the forecast beside its peer."""
    table, _ = plan_table(scenario, scenario.history.grid.dates[-1], 1)
    return [asdict(row) for row in backtest(scenario, table, origins=origins, weeks=1).scores]


def figures(plan: Plan, seconds: float) -> dict[str, object]:
    """What a plan reached."""
    problem, roster, result = plan.problem, plan.roster, plan.result
    required_h = float(problem.required.sum()) * problem.grid.step_h
    row: dict[str, object] = {
        "seed": plan.settings.seed,
        "status": result.status.value,
        "seconds": round(seconds, 1),
        "required_h": round(required_h, 1),
        "objective": result.objective,
        "bound": result.bound,
        "gap_total": result.gap_total,
        "gap_flexible": result.gap_flexible,
        "violations": len(plan.violations),
    }
    if roster is not None:
        cover = roster.coverage(problem.proficiency)
        row["rostered_h"] = round(float(cover.sum()) * problem.grid.step_h, 1)
        short = np.maximum(0.0, problem.required - cover)
        row["short_share"] = round(float(short.sum()) * problem.grid.step_h / required_h, 5)
    if plan.verdict is not None:
        week = plan.verdict.week()[0]
        row |= {"service_level": week.service_level, "probability": week.probability, "occupancy": week.occupancy}
    return row


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, default=0.25)
    parser.add_argument("--aht-s", type=float, default=180.0)
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--origins", type=int, default=6)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    given = parser.parse_args()
    calls = series()
    if calls is None:
        print("no shared data: STAFFING_SHARED_DATA names no folder with", CALLS.as_posix(), file=sys.stderr)
        return
    record: dict[str, object] = {
        "date": date.today().isoformat(),
        "machine": platform.platform(),
        "share": given.share,
        "aht_s": given.aht_s,
        "limit_s": given.time_limit,
    }
    with tempfile.TemporaryDirectory() as name:
        write_bank_centre(Path(name), calls, share=given.share, aht_s=given.aht_s)
        scenario = read_centre(Path(name))
        record["agents"] = len(scenario.agents)
        past = record["backtest"] = accuracy(scenario, given.origins)
        print(f"{len(scenario.agents)} agents; back-test from {given.origins} past weeks:")
        _table([line for line in past if line["horizon"] == "all"], SCORES)
        rows: list[dict[str, object]] = []
        for seed in given.seeds:
            begin = time.perf_counter()
            settings = PlanSettings(time_limit_s=given.time_limit, workers=given.workers, seed=seed)
            plan = make_plan(scenario, settings)
            rows.append(figures(plan, time.perf_counter() - begin))
        print(f"\nweek of {plan.forecast.grid.first_day}, {given.time_limit:g} s:")
        _table(rows, tuple(rows[-1]))
    record["rows"] = rows
    given.json.write_text(json.dumps(record, indent=1, default=str) + "\n", encoding="utf-8")


def _table(rows: list[dict[str, object]], columns: tuple[str, ...]) -> None:
    cells = [list(columns)] + [[_shown(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
    for line in cells:
        print("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))


def _shown(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else "-" if value is None else str(value)


if __name__ == "__main__":
    main()
