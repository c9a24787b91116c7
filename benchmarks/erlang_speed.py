"""Speed of `staffing.erlang.required_agents`, beside pyworkforce on the same intervals.

    python -m benchmarks.erlang_speed [--rows 1000000] [--peer-rows 2000] [--seed 1] [--json FILE]

Half hours with up to 300 erlangs, 80 % in 20 s: one handle time for all, a handle time for each, and Erlang A with a
patience. Times are CPU seconds of this process. The peer is pyworkforce (0.5.1 is the last for Python 3.11; Erlang C
only); it works one interval at a time, so it gets fewer rows and its time per row counts. Where it is not installed the
table says so. Crews are compared as well: pyworkforce starts its search above the load, so it may ask for one more.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import platform
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from staffing.domain.queue import AnswerTarget
from staffing.erlang import required_agents

Array = NDArray[np.float64]
INTERVAL_S = 1800.0
TARGET = AnswerTarget(0.8, 20)
PATIENCE_S = 180.0


def timed(work: Callable[[], Array]) -> tuple[Array, float]:
    """Result and CPU seconds."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def peer() -> tuple[Any, str] | None:
    """pyworkforce's ErlangC and version, or None where it is not installed."""
    try:
        return importlib.import_module("pyworkforce.queuing").ErlangC, importlib.metadata.version("pyworkforce")
    except ImportError:
        return None


def peer_crews(erlang_c: Any, volume: Array, aht_s: Array) -> Array:
    """One pyworkforce object per interval; its `asa` is the answer-time threshold, in minutes like the rest."""
    crews = []
    for contacts, seconds in zip(volume, aht_s, strict=True):
        model = erlang_c(transactions=contacts, aht=seconds / 60, interval=INTERVAL_S / 60, asa=20 / 60)
        crews.append(model.required_positions(service_level=0.8, max_occupancy=1.0)["raw_positions"])
    return np.array(crews, dtype=float)


def run(rows: int, peer_rows: int, seed: int) -> tuple[str, list[dict[str, object]]]:
    """One line per case."""
    rng = np.random.default_rng(seed)
    load = rng.uniform(0.1, 300.0, rows)
    other = peer()
    lines: list[dict[str, object]] = []
    for name, aht_s, patience_s in (
        ("Erlang C, one AHT", np.full(rows, 300.0), None),
        ("Erlang C, AHT per interval", rng.uniform(120.0, 900.0, rows), None),
        ("Erlang A, one AHT and patience", np.full(rows, 300.0), PATIENCE_S),
        ("Erlang A, AHT per interval", rng.uniform(120.0, 900.0, rows), PATIENCE_S),
    ):
        volume = load * INTERVAL_S / aht_s
        ask = partial(required_agents, volume, interval_s=INTERVAL_S, aht_s=aht_s, target=TARGET, patience_s=patience_s)
        crews, seconds = timed(ask)
        line: dict[str, object] = {"case": name, "rows": rows, "cpu_s": round(seconds, 3)}
        if other is not None and patience_s is None:
            few = slice(0, peer_rows)
            theirs, their_s = timed(partial(peer_crews, other[0], volume[few], aht_s[few]))
            line["peer_us_per_row"] = round(their_s / len(theirs) * 1e6, 1)
            line["ratio"] = round((their_s / len(theirs)) / (seconds / rows), 1)
            line["crews_differ"] = int(np.sum(theirs != crews[few]))
        lines.append(line)
    return f"pyworkforce {other[1]}" if other else "pyworkforce is not installed: no peer", lines


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--peer-rows", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    given = parser.parse_args()
    other, lines = run(given.rows, given.peer_rows, given.seed)
    print(f"{given.rows} intervals, seed {given.seed}; {other}")
    print(f"{'case':32} {'cpu s':>8} {'us/row':>8} {'peer us/row':>12} {'ratio':>8} {'crews differ':>13}")
    for line in lines:
        each = float(str(line["cpu_s"])) / given.rows * 1e6
        theirs = [line.get(key, "-") for key in ("peer_us_per_row", "ratio", "crews_differ")]
        print(f"{line['case']:32} {line['cpu_s']:8} {each:8.2f} {theirs[0]:>12} {theirs[1]:>8} {theirs[2]:>13}")
    record = {"date": date.today().isoformat(), "machine": platform.platform(), "seed": given.seed, "peer": other}
    given.json.write_text(json.dumps(record | {"rows": lines}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
