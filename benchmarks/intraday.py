"""The rest of the day, forecast again in the morning: real bank calls, beside leaving it and the raw ratio.

    python -m benchmarks.intraday [--days 64] [--json FILE]

For each of the last days of ``bank`` (half hours, 2003; see `benchmarks.forecast_peers`) a forecast is made the evening
before. At each cut-off the rest of the day is forecast in three ways and compared with what came: as it was (none),
times the ratio of the day so far (raw), and by `staffing.forecast.update_day` (ours). Errors are WAPE over the rest of
the day in half hours. Nothing after the evening before, but the day's own morning, is used.
"""

import argparse
import json
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from benchmarks.forecast_peers import bank_scenario, shared_folder
from staffing.forecast import forecast_demand, update_day

CUTS = (8, 9, 10, 11, 13, 15)
METHODS = ("none", "raw", "ours")


def run(days: int) -> list[dict[str, float]]:
    """WAPE of the rest of the day by cut-off and method."""
    scenario, table = bank_scenario(shared_folder())
    history = scenario.history
    grid, offered = history.grid, history.offered[0]
    whole = [day for day in range(grid.days) if np.isfinite(offered[grid.day_slice(day)]).sum() >= 28]
    errors = np.zeros((len(CUTS), len(METHODS)))
    contacts = np.zeros(len(CUTS))
    for number, day in enumerate(whole[-days:]):
        today = grid.first_day + timedelta(days=day)
        came = offered[grid.day_slice(day)]
        forecast = forecast_demand(scenario, table, today, 1)
        said = forecast.volume[0]
        for row, hour in enumerate(CUTS):
            cut = hour * 2
            rest = np.isfinite(came) & (np.arange(len(came)) >= cut)
            seen = np.isfinite(came) & (np.arange(len(came)) < cut)
            observed = np.where(seen, came, np.nan)[np.newaxis]
            ratio = came[seen].sum() / said[seen].sum()
            ours = update_day(scenario, table, forecast, observed).forecast.volume[0]
            for column, guess in enumerate((said, said * ratio, ours)):
                errors[row, column] += np.abs(guess[rest] - came[rest]).sum()
            contacts[row] += came[rest].sum()
        print(f"\r{number + 1}/{min(days, len(whole))}", end="", file=sys.stderr)
    print(file=sys.stderr)
    share = errors / contacts[:, np.newaxis]
    return [
        {"cut": float(hour), **dict(zip(METHODS, np.round(100 * row, 2).tolist(), strict=True))}
        for hour, row in zip(CUTS, share, strict=True)
    ]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=64)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    given = parser.parse_args()
    if not shared_folder().is_dir():
        print(f"shared data not found in {shared_folder()}; set STAFFING_SHARED_DATA")
        return
    rows = run(given.days)
    print(f"{'from':>6}" + "".join(f"{name:>8}" for name in METHODS) + "   WAPE % of the rest of the day")
    for row in rows:
        print(f"{row['cut']:>4.0f}:00" + "".join(f"{row[name]:>8.2f}" for name in METHODS))
    record = {"date": date.today().isoformat(), "days": given.days, "rows": rows}
    given.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
