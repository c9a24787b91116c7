"""How long a store of two years of 50 queues in quarter hours takes to fill, verify, save and restore.

3,504,000 rows of history of seven columns, and some versions of a plan. Restoring verifies every digest of the backup
before it touches the store, and counts it. Runs on SQLite and, where a server and the driver are installed, on
PostgreSQL.

    python -m benchmarks.store_restore [--queues 50] [--days 730] [--sqlite]
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.store_editors import engines
from staffing.planning.publishing import publish_plan
from staffing.store import Store, open_store
from staffing.store.access import local_actor
from staffing.store.backup import backup, restore
from staffing.store.centres import HistoryRow, put_centre
from staffing.store.checking import verify
from tests.plans import make_plan_value

RESULT = Path(__file__).with_suffix(".json")
FIRST_S, STEP_S, STEPS = 1_704_038_400, 900, 96


def history(queues: int, days: int) -> Iterator[HistoryRow]:
    """Random contacts of every quarter hour."""
    random = np.random.default_rng(1)
    start = (FIRST_S + STEP_S * np.arange(days * STEPS)).tolist()
    for queue in range(queues):
        offered = random.poisson(20, len(start)).astype(float)
        columns = (
            offered,
            offered - 1,
            np.ones(len(start)),
            random.uniform(200, 400, len(start)),
            offered * 9,
            offered,
        )
        yield from zip(
            [f"queue {queue:02d}"] * len(start), start, *(values.tolist() for values in columns), strict=True
        )


def timed(name: str, action: Callable[[], object], seconds: dict[str, float]) -> None:
    """Wall and CPU seconds of a step."""
    wall, cpu = time.perf_counter(), time.process_time()
    action()
    seconds[f"{name}_s"], seconds[f"{name}_cpu_s"] = (
        round(time.perf_counter() - wall, 1),
        round(time.process_time() - cpu, 1),
    )
    print(" ", name, seconds[f"{name}_s"], "s, CPU", seconds[f"{name}_cpu_s"], "s", flush=True)


def measure(store: Store, queues: int, days: int) -> dict[str, float]:
    """Fill, verify, save, spoil, restore."""
    me, seconds = local_actor("benchmark"), dict[str, float]()
    for _ in range(3):
        publish_plan(store, make_plan_value(seconds={"search": float(_)}), me)
    timed("fill", lambda: put_centre(store, "Centre", {"centre.toml": b""}, history(queues, days), me), seconds)
    timed("verify", lambda: verify(store), seconds)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "backup.db"
        timed("backup", lambda: backup(store, target, me), seconds)
        seconds["megabytes"] = round(target.stat().st_size / 1e6, 1)
        put_centre(store, "Centre", {"centre.toml": b"other"}, [], me)
        timed("restore", lambda: restore(store, target, me), seconds)
    checked = verify(store)
    seconds["rows"], seconds["damage"] = checked.counts["history_rows"], len(checked.damage)
    return seconds


def main() -> None:
    """Measure every engine and write the figures beside this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queues", type=int, default=50)
    parser.add_argument("--days", type=int, default=730)
    parser.add_argument("--sqlite", action="store_true", help="SQLite only")
    options = parser.parse_args()
    rows = {}
    with engines() as urls:
        for name, url in urls.items():
            if options.sqlite and name != "SQLite":
                continue
            print(name, flush=True)
            store = open_store(url, may_upgrade=True)
            rows[name] = measure(store, options.queues, options.days)
            store.close()
            print(rows[name], flush=True)
    RESULT.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
