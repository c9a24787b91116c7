"""What the solver promises on the week instances: gaps within seconds, on two cores, as medians of the seeds."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Promise:
    """Largest gaps (shares of the cost) within `limit_s` seconds; None where nothing is promised."""

    instance: str
    limit_s: float
    flexible: float | None
    total: float | None
    weeks: int = 1
    deferrable: float = 0.0
    first_legal_s: float | None = None


PROMISES = (
    Promise("week_10_1", 60, None, 0.02),
    Promise("week_15_1", 60, None, 0.02),
    Promise("week_30_1", 60, None, 0.02),
    Promise("week_100_1", 60, 0.07, 0.020, first_legal_s=1.0),
    Promise("week_300_1", 90, 0.033, 0.009),
    Promise("week_1000_1", 120, 0.021, 0.0055, first_legal_s=8.0),
    Promise("week_5000_1", 300, 0.05, 0.013),
    Promise("week_100_3", 75, 0.10, 0.029),
    Promise("week_300_3", 100, 0.06, 0.015),
    Promise("week_1000_3", 150, 0.033, 0.008),
    Promise("week_100_1", 45, 0.02, 0.006, deferrable=0.1),
    Promise("week_100_1", 150, None, 0.024, weeks=4, first_legal_s=10.0),
)
MEMORY_MB = 1024
"""Largest peak of memory."""


def verdict(promise: Promise, runs: list[dict[str, Any]]) -> tuple[bool, str]:
    """Whether the medians of `runs` keep the promise, and a line that says so."""
    kept, parts = True, []
    for what, limit, shown in (
        ("gap_flexible", promise.flexible, "flexible {:.2%} (at most {:.1%})"),
        ("gap_total", promise.total, "total {:.2%} (at most {:.2%})"),
        ("first_legal_s", promise.first_legal_s, "first legal roster {:.1f} s (at most {:g} s)"),
        ("peak_mb", MEMORY_MB, "{:.0f} MB (at most {:g})"),
    ):
        if limit is None:
            continue
        values = [float("inf") if run[what] is None else float(run[what]) for run in runs]
        kept &= median(values) <= limit
        parts.append(shown.format(median(values), limit))
    return kept, f"{'kept' if kept else 'NOT KEPT'}: {', '.join(parts)}"


def measure(seed: int, seeds: int, workers: int, target: Path, only: tuple[Promise, ...] = PROMISES) -> bool:
    """Run every promise in a process of its own, which tells its memory; write the dated record to `target`."""
    rows, all_kept = [], True
    for promise in only:
        command = [sys.executable, "-m", "benchmarks.weeks", promise.instance, "--time-limit", str(promise.limit_s)]
        command += ["--seed", str(seed), "--seeds", str(seeds), "--workers", str(workers)]
        command += ["--weeks", str(promise.weeks), "--deferrable", str(promise.deferrable)]
        with tempfile.TemporaryDirectory() as folder:
            told = Path(folder) / "told.json"
            subprocess.run([*command, "--json", str(told)], check=True)
            runs = json.loads(told.read_text(encoding="utf-8"))
        kept, line = verdict(promise, runs)
        all_kept &= kept
        print(f"    {line}", flush=True)
        rows.append({"limit_s": promise.limit_s, "verdict": line, "runs": runs})
        record = {"date": date.today().isoformat(), "machine": platform.platform(), "workers": workers, "rows": rows}
        target.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return all_kept
