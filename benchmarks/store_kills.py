"""A process that saves, imports and publishes is killed at random moments; nothing may be torn or lost.

The worker acknowledges each finished action by a line in a file of its own, which is synced. After each kill the store
is opened and verified whole, and every acknowledged action must be there.

    python -m benchmarks.store_kills [--kills 500] [--seed 1]
"""

import argparse
import json
import multiprocessing
import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from staffing.domain.roster_cells import Segment
from staffing.planning.archive import import_centre
from staffing.planning.drafts import Conflict, open_draft, read_draft, save_draft
from staffing.planning.publishing import publish_plan
from staffing.store import open_store
from staffing.store.access import local_actor
from staffing.store.centres import centre_files, history_rows
from staffing.store.checking import verify
from staffing.store.versions import published_version
from tests.files.tiny_centre import write_tiny_centre
from tests.plans import make_plan_value

RESULT = Path(__file__).with_suffix(".json")
ACTIONS = ("save", "import", "publish")


def work(url: str, action: str, begin: int, acks: Path, centre: Path) -> None:
    """Do one kind of action until killed; the number of each is written down when it is done."""
    store, me, number = open_store(url), local_actor("worker"), begin
    plan = make_plan_value()
    cell = (plan.problem.agents[0].id, str(plan.problem.grid.dates[0]))
    draft = open_draft(store, Path("-"), me, plan=plan)
    acks.with_suffix(".ready").touch()
    with acks.open("a", encoding="utf-8") as out:
        while True:
            number += 1
            if action == "save":
                day = (Segment(number, number + 1, "work", "", False),)
                seen = read_draft(store, draft.id)
                if isinstance(save_draft(store, draft.id, seen.revision, {cell: day}, me), Conflict):
                    raise RuntimeError("a conflict with nobody")
                done = str(number)
            elif action == "import":
                rows = centre / "special_days.csv"
                rows.write_text(f"date,kind,name\n2026-05-01,holiday,{number}\n", encoding="utf-8")
                import_centre(store, centre, me)
                done = str(number)
            else:
                done = str(publish_plan(store, replace(plan, seconds={"search": float(number)}), me))
            out.write(f"{done}\n")
            out.flush()
            os.fsync(out.fileno())


def last_ack(acks: Path) -> int | None:
    """The last number acknowledged; a line without its end was not finished."""
    text = acks.read_text(encoding="utf-8") if acks.exists() else ""
    lines = [line for line in text.splitlines(keepends=True) if line.endswith("\n")]
    return int(lines[-1]) if lines else None


def lost(url: str, action: str, acked: int | None, centre: str, rows: int) -> list[str]:
    """What is wrong with the store after a kill."""
    store = open_store(url)
    try:
        faults = [f"torn {row.object}: {row.detail}" for row in verify(store).damage]
        plan = make_plan_value()
        draft = open_draft(store, Path("-"), local_actor("worker"), plan=plan)
        cell = (plan.problem.agents[0].id, str(plan.problem.grid.dates[0]))
        if action == "save" and acked is not None and (cell not in draft.cells or draft.cells[cell][0].start < acked):
            faults.append(f"lost save {acked}")
        if action == "publish" and acked is not None and (published_version(store) or 0) < acked:
            faults.append(f"lost publication {acked}")
        if action == "import":
            files = centre_files(store, centre)
            kept = files.get("special_days.csv", b"0").decode().strip().rpartition(",")[2]
            if acked is not None and int(kept) < acked:
                faults.append(f"lost import {acked}")
            if sum(1 for _ in history_rows(store, centre)) != rows:
                faults.append("torn history")
        return faults
    finally:
        store.close()


def main() -> None:
    """Kill, look, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance, folder = random.Random(options.seed), Path(tempfile.mkdtemp())
    url, centre, begun = f"sqlite:///{folder}/store.db", write_tiny_centre(folder / "centre"), time.perf_counter()
    store = open_store(url)
    name = import_centre(store, centre, local_actor("worker"))
    rows = sum(1 for _ in history_rows(store, name))
    store.close()
    counts: Counter[str] = Counter()
    faults: list[str] = []
    begin = 1
    for kill in range(options.kills):
        action, acks = ACTIONS[kill % len(ACTIONS)], folder / f"acks-{kill}"
        process = multiprocessing.get_context("fork").Process(
            target=work, args=(url, action, begin, acks, centre), daemon=True
        )
        process.start()
        while not acks.with_suffix(".ready").exists():
            time.sleep(0.002)
        time.sleep(chance.uniform(0.0, 0.5))
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        acked = last_ack(acks)
        counts[action] += 1
        counts[f"{action} acknowledged"] += 0 if acked is None else sum(1 for _ in acks.open())
        faults += [f"kill {kill} ({action}): {fault}" for fault in lost(url, action, acked, name, rows)]
        begin += 1000
        if (kill + 1) % 50 == 0:
            print(kill + 1, dict(counts), "faults", len(faults), flush=True)
    figures = {
        "kills": options.kills,
        "torn": sum("torn" in fault for fault in faults),
        "lost": sum("lost" in fault for fault in faults),
        "seconds": round(time.perf_counter() - begun, 1),
        **counts,
    }
    print(*faults[:10], sep="\n")
    print(figures)
    RESULT.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
