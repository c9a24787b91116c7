"""Kills of batch runs at random moments: whole plans, no double publications, few steps done again.

    python -m benchmarks.batch_kills [--kills 200] [--teams 3] [--seed 1] [--json FILE]

A child process runs a batch with the policy always whose plans are the stored plan of `data/hr-centre`; it is killed
(SIGKILL) after a random part of the time that a whole run takes. When it gets through, the inputs of one team change
and it starts again. Told: kills, plan steps done, those done again beyond need, plan folders whose files do not match
their digests, versions in the store beyond the plans made, and seconds of the command `staffing batch` with nothing to
do, once one team's input has been refused: best and worst of five, with compiled modules as after an installation.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[1] / "data" / "hr-centre-plan"


def child(folder: Path) -> int:
    """One run of the batch; each planned team is told to steps.txt."""
    from staffing.batch import run_batch
    from staffing.batch.running import _Desk
    from staffing.files import read_plan
    from staffing.files.batch_toml import read_batch
    from staffing.store import open_store

    def plan(self: Any, team: Any) -> Any:
        state = hashlib.sha256((team.centre / "centre.toml").read_bytes()).hexdigest()
        found = read_plan(DATA)
        with (folder / "steps.txt").open("a", encoding="utf-8") as file:
            file.write(f"{team.name} {state}\n")
        scenario = replace(found.scenario, centre=replace(found.scenario.centre, name=f"{team.name} {state[:8]}"))
        return replace(found, scenario=scenario)

    @contextmanager
    def opened() -> Any:
        store = open_store(f"sqlite:///{folder / 'store.db'}")
        try:
            yield store
        finally:
            store.close()

    _Desk._plan = plan  # type: ignore[method-assign]
    _Desk._write = _write  # type: ignore[method-assign]
    end = run_batch(read_batch(folder / "batch.toml"), open_store=opened)
    return 3 if end.status == "nothing" else 0


def _write(self: Any, team: Any, plan: Any) -> None:
    from staffing.files import write_plan

    write_plan(plan, self.order.out / team.name)


def prepare(folder: Path, teams: int) -> None:
    """A batch of so many teams."""
    rows = ['out = "plans"', 'publish = "always"']
    for number in range(teams):
        (folder / f"t{number}").mkdir()
        (folder / f"t{number}" / "centre.toml").write_text("# 0\n", encoding="utf-8")
        rows += ["[[team]]", f'name = "t{number}"', f'centre = "t{number}"']
    (folder / "batch.toml").write_text("\n".join(rows) + "\n", encoding="utf-8")


def start(folder: Path) -> subprocess.Popen[bytes]:
    """A run as a process of its own."""
    return subprocess.Popen([sys.executable, "-m", "benchmarks.batch_kills", "--child", str(folder)])


def damaged(folder: Path) -> int:
    """Files of plan folders that do not match the digests in plan.json."""
    wrong = 0
    for path in (folder / "plans").glob("*/plan.json"):
        for name, digest in json.loads(path.read_text(encoding="utf-8"))["files"].items():
            wrong += hashlib.sha256((path.parent / name).read_bytes()).hexdigest() != digest
    return wrong


def main() -> None:
    """Kill and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--teams", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", type=Path)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    given = parser.parse_args()
    if given.child is not None:
        sys.exit(child(given.child))
    rng = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as name:
        report = measure(Path(name), given.kills, given.teams, rng)
    report = {"date": str(date.today()), "machine": platform.platform(), **report}
    for key, value in report.items():
        print(f"{key:<22} {value}")
    given.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def measure(folder: Path, kills: int, teams: int, rng: random.Random) -> dict[str, Any]:
    """The figures of so many kills."""
    prepare(folder, teams)
    begun = time.perf_counter()
    start(folder).wait()
    whole_s = time.perf_counter() - begun
    done, changes, wrong = 0, teams, 0
    while done < kills:
        process = start(folder)
        time.sleep(rng.random() * whole_s)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            done += 1
            process.wait()
        else:
            picked = rng.randrange(teams)
            (folder / f"t{picked}" / "centre.toml").write_text(f"# {changes}\n", encoding="utf-8")
            changes += 1
        wrong += damaged(folder)
    start(folder).wait()
    from staffing.store import open_store
    from staffing.store.versions import versions

    store = open_store(f"sqlite:///{folder / 'store.db'}")
    stored = versions(store)
    store.close()
    steps = (folder / "steps.txt").read_text(encoding="utf-8").split("\n")[:-1]
    return {
        "kills": done,
        "plan_steps": len(steps),
        "needed": len(set(steps)),
        "done_again": len(steps) - len(set(steps)),
        "damaged_files": wrong + damaged(folder),
        "versions": len(stored),
        "double_versions": len(stored) - len({row.centre for row in stored}),
        "whole_run_s": round(whole_s, 2),
        **nothing_to_do(folder),
    }


def nothing_to_do(folder: Path) -> dict[str, Any]:
    """Codes and seconds of the command when nothing changed since the last run, one team's input being refused."""
    (folder / "t0" / "centre.toml").write_text("name = ", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"STAFFING_HOME": str(folder / "home"), "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    environment["STAFFING_DB_URL"] = f"sqlite:///{folder / 'store.db'}"
    codes, seconds = [], []
    for _ in range(6):
        begun = time.perf_counter()
        command = [sys.executable, "-m", "staffing", "batch", str(folder / "batch.toml")]
        codes.append(subprocess.run(command, env=environment, check=False, capture_output=True).returncode)
        seconds.append(time.perf_counter() - begun)
    return {
        "refused_code": codes[0],
        "nothing_to_do_codes": codes[1:],
        "nothing_to_do_s": round(min(seconds[1:]), 2),
        "nothing_to_do_worst_s": round(max(seconds[1:]), 2),
    }


if __name__ == "__main__":
    main()
