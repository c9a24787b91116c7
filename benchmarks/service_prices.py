"""Missing agents priced by the service that goes with them, against one price for all: what callers get of it.

    python -m benchmarks.service_prices [--centre DIR ...] [--volume 1.0 1.1] [--time-limit 30] [--seeds 1 2 3]

Without --centre: the sample centre and the bank of STAFFING_SHARED_DATA. Each centre's next week is rostered twice with
the same people, seconds and seeds, with `short_by_service` off and on, at each volume relative to the forecast; the
requirement is that of the volume. Both rosters are judged on the same simulated contacts. Printed for the answer
queues: contacts answered late, days on which the target is kept (mean chance), the mean service level of the worst
twentieth of the intervals, hours missing and the search's gap.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from staffing.domain.assemble import roster_problem
from staffing.domain.centre import Scenario
from staffing.domain.demand import Forecast
from staffing.files.centre import read_centre
from staffing.planning.steps import judge, level_on_roster, make_forecast, make_requirement, plan_days, plan_table
from staffing.sample import write_bank_centre
from staffing.solver import solve_roster

CALLS = Path("calls", "bank_calls_5min_2003.csv")
BANDS = ("volume", "low80", "high80", "low95", "high95")
SIMULATED = 987_654
"""Seed of the judge; no search sees it."""


def compare(scenario: Scenario, volume: float, seeds: list[int], limit_s: float, replications: int) -> list[Any]:
    """One row for each seed, without and with prices by service."""
    first, days = plan_days(scenario, None, 1)
    table, _ = plan_table(scenario, first, days)
    forecast = make_forecast(scenario, table, first, days)
    forecast = replace(forecast, **{name: getattr(forecast, name) * volume for name in BANDS})
    requirement = make_requirement(scenario, forecast, table)
    rows = []
    for seed in seeds:
        for by_service in (False, True):
            costs = replace(scenario.centre.costs, short_by_service=by_service)
            priced = replace(scenario, centre=replace(scenario.centre, costs=costs))
            problem = roster_problem(priced, requirement, table)
            found = solve_roster(problem, time_limit_s=limit_s, seed=seed)
            if found.roster is None:
                raise SystemExit("no legal roster was found")
            levelled = level_on_roster(requirement, problem, found.roster)
            verdict = judge(
                priced, forecast, levelled, problem, found.roster, replications=replications, seed=SIMULATED, fixes=0
            )
            cover = found.roster.coverage(problem.proficiency)
            counts = problem.is_open & ~problem.deadline[:, None]
            missing = float((np.maximum(0.0, problem.required - cover) * counts).sum() * problem.grid.step_h)
            row: dict[str, Any] = {"volume": volume, "seed": seed, "by_service": by_service, "missing_h": missing}
            rows.append(row | figures(priced, forecast, verdict) | {"gap_total": found.gap_total})
    return rows


def figures(scenario: Scenario, forecast: Forecast, verdict: Any) -> dict[str, float]:
    """Service of the answer queues."""
    answered = [queue.id for queue in scenario.centre.queues if not queue.has_deadline and queue.id in forecast.queues]
    weeks = [row for row in verdict.week() if row.queue in answered and row.service_level is not None]
    days = [row.probability for row in verdict.days() if row.queue in answered and row.probability is not None]
    levels = np.concatenate([verdict.interval_sl[forecast.queues.index(queue)] for queue in answered])
    levels = np.sort(levels[~np.isnan(levels)])
    return {
        "late": float(sum((1.0 - row.service_level) * row.contacts for row in weeks)),
        "days_kept": float(np.mean(days)),
        "worst": float(levels[: max(1, len(levels) // 20)].mean()),
    }


def centres(folders: list[Path], home: Path) -> list[tuple[str, Scenario]]:
    """The centres asked for, or the sample centre and the bank."""
    if folders:
        return [(folder.name, read_centre(folder)) for folder in folders]
    found = [("hr-centre", read_centre(Path("data/hr-centre")))]
    shared = os.environ.get("STAFFING_SHARED_DATA")
    if shared:
        write_bank_centre(home / "bank", Path(shared) / CALLS)
        found.append(("bank", read_centre(home / "bank")))
    return found


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--centre", type=Path, nargs="*", default=[])
    parser.add_argument("--volume", type=float, nargs="+", default=[1.0, 1.1])
    parser.add_argument("--time-limit", type=float, default=30.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--replications", type=int, default=100)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    told = []
    with tempfile.TemporaryDirectory() as home:
        for name, scenario in centres(given.centre, Path(home)):
            for volume in given.volume:
                for row in compare(scenario, volume, given.seeds, given.time_limit, given.replications):
                    told.append({"centre": name, **row})
                    print(
                        f"{name:10} x{volume:<4} seed {row['seed']} {'service' if row['by_service'] else 'agents':8}"
                        f"late {row['late']:8.1f}  days kept {row['days_kept']:.3f}  worst {row['worst']:.3f}"
                        f"  missing {row['missing_h']:6.1f} h  gap {row['gap_total'] or 0:.4f}",
                        flush=True,
                    )
    if given.json:
        given.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
