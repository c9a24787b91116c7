"""Many teams unattended: sample centres of 121 people, two weeks around Spring Festival, one of them with broken input.

    python -m benchmarks.batch_teams [--teams 10] [--seconds 60] [--executor serial] [--json FILE]

Each team is a sample HR centre of another seed. The batch runs as a command of its own, as a timer would start it.
Told: wall and CPU seconds, each team's state and figures, the exit code (4: one team's input was refused, the others
are done), and a second run with nothing new to do.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from staffing.sample.hr_centre import write_hr_centre

FIRST_DAY = "2026-02-09"
WEEKS = 2
BROKEN = "broken"


def prepare(folder: Path, teams: int, seconds: float, executor: str, replications: int) -> Path:
    """Centres and BATCH.toml; the last centre has a wish for a day that does not exist."""
    rows = [
        'out = "plans"\n', f'replications = {replications}\nexecutor = "{executor}"\n',
    ]  # fmt: skip
    names = [*(f"team-{number:02}" for number in range(1, teams + 1)), BROKEN]
    for seed, name in enumerate(names, start=1):
        write_hr_centre(folder / name, seed=seed)
        rows.append(f'[[team]]\nname = "{name}"\ncentre = "{name}"\nfrom = {FIRST_DAY}\nweeks = {WEEKS}\n')
        rows.append(f"time_limit_s = {seconds:g}\n")
    wishes = folder / BROKEN / "wishes.csv"
    wishes.write_text(wishes.read_text(encoding="utf-8") + "A001,2026-02-30,off,1\n", encoding="utf-8")
    order = folder / "batch.toml"
    order.write_text("\n".join(rows), encoding="utf-8")
    return order


def run(order: Path) -> dict[str, Any]:
    """One run of the command: exit code, wall seconds and CPU seconds of it and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    env = {**os.environ, "STAFFING_HOME": str(order.parent / "home")}
    done = subprocess.run([sys.executable, "-m", "staffing", "batch", str(order)], env=env, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"code": done.returncode, "wall_s": round(time.perf_counter() - started, 1), "cpu_s": round(cpu, 1)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teams", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--executor", default="serial")
    parser.add_argument("--replications", type=int, default=100)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    given = parser.parse_args()
    report: dict[str, Any] = {
        "date": str(date.today()), "machine": platform.platform(), "cores": os.cpu_count(), "teams": given.teams,
        "seconds_per_search": given.seconds, "executor": given.executor, "weeks": WEEKS, "from": FIRST_DAY,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        order = prepare(Path(folder), given.teams, given.seconds, given.executor, given.replications)
        report["load_before"] = round(os.getloadavg()[0], 1)
        report["first_run"] = run(order)
        summary = json.loads((order.parent / "plans" / "summary.json").read_text(encoding="utf-8"))
        keys = (
            "name",
            "state",
            "seconds",
            "objective",
            "gap_total",
            "short_h",
            "service_floor",
            "violations",
            "rules_broken",
        )
        report["results"] = [{key: row.get(key) for key in keys} for row in summary["teams"]]
        report["second_run"] = run(order)
    for row in report["results"]:
        print(row)
    print("first run:", report["first_run"], "second run:", report["second_run"])
    given.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
