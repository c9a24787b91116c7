"""Accuracy of the Erlang formulas and of the smallest crew, against 50-digit arithmetic and counting up.

    python -m benchmarks.erlang_accuracy [--targets 500] [--loads 200] [--seed 1] [--json FILE]

Worst relative error of each measure on its grid (see `benchmarks.erlang_exact`); values below 1e-100 must come out as
good as 0. Then the crews of random Erlang C cases, loads 1e-3 to 2000 erlangs and some without load, that differ from
those found by the textbook recursion agent by agent.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.erlang_exact import (
    EXTREMES,
    LINES,
    blocking_errors,
    blocking_grid,
    counted_up_crews,
    impatient_errors,
    impatient_grid,
    lines_errors,
)


def worst(errors: Callable[..., dict[str, float]], grid: list[Any]) -> dict[str, float]:
    """Largest error of each measure over a grid."""
    found: dict[str, float] = {}
    for point in grid:
        for name, error in errors(*point).items():
            found[name] = max(found.get(name, 0.0), error)
    return found


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--targets", type=int, default=500)
    parser.add_argument("--loads", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    given = parser.parse_args()
    rows: list[dict[str, object]] = []
    for name, errors, grid in (
        ("Erlang B and C", blocking_errors, blocking_grid()),
        ("Erlang A", impatient_errors, impatient_grid()),
        ("Erlang A, extreme points", impatient_errors, EXTREMES),
        ("lines and balking", lines_errors, LINES),
    ):
        found = worst(errors, grid)
        rows.append({"grid": name, "points": len(grid), "worst_relative_error": found})
        print(f"{name}, {len(grid)} points: " + ", ".join(f"{key} {value:.1e}" for key, value in found.items()))
    start = time.process_time()
    differ, cases = counted_up_crews(given.targets, given.loads, given.seed), given.targets * given.loads
    print(
        f"required agents: {cases} random cases, {differ} differ from counting up ({time.process_time() - start:.1f} s)"
    )
    rows.append({"grid": "required agents", "points": cases, "differ": differ})
    record = {"date": date.today().isoformat(), "machine": platform.platform(), "seed": given.seed, "rows": rows}
    given.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
