"""Whether twenty people who save the same draft at once lose anything, and how long a save takes.

Every edit adds one to the counter of a cell that others edit too: it reads the draft, thinks, saves, and after a
conflict begins again. Thinking takes up to `--think` seconds, 10 ms unless told: all press as fast as they can. At the
end each counter must equal the number of acknowledged saves. Runs on SQLite and, where a server and the driver are
installed, on PostgreSQL.

    python -m benchmarks.store_editors [--editors 20] [--edits 40] [--cells 14] [--think 0.01]
"""

import argparse
import json
import multiprocessing
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from staffing.domain.roster_cells import Cell, Segment
from staffing.planning.drafts import Conflict, open_draft, read_draft, save_draft
from staffing.store import open_store
from staffing.store.access import Actor, Role
from staffing.store.checking import verify
from tests.plans import make_plan_value
from tests.store.servers import postgres, programs

RESULT = Path(__file__).with_suffix(".json")


def edit(url: str, draft_id: str, number: int, edits: int, cells: list[Cell], think_s: float) -> dict[str, object]:
    """One editor: acknowledged saves by cell, seconds of each save and of each edit with its retries, conflicts."""
    store, me, chance = open_store(url), Actor(f"editor {number}", Role.PLANNER), random.Random(number)
    saves, whole, kept, conflicts = [], [], Counter(), 0
    for _ in range(edits):
        cell, begun = chance.choice(cells), time.perf_counter()
        seen = read_draft(store, draft_id)
        while True:
            time.sleep(chance.random() * think_s)
            count = seen.cells[cell][0].start if cell in seen.cells else 0
            day = (Segment(count + 1, count + 2 + number, "work", "", False),)  # equal edits would be no conflict
            asked = time.perf_counter()
            found = save_draft(store, draft_id, seen.revision, {cell: day}, me)
            saves.append(time.perf_counter() - asked)
            if not isinstance(found, Conflict):
                break
            conflicts, seen = conflicts + 1, found.draft
        whole.append(time.perf_counter() - begun)
        kept[cell] += 1
    store.close()
    return {"kept": kept, "saves": saves, "whole": whole, "conflicts": conflicts}


def measure(url: str, editors: int, edits: int, cells: int, think_s: float) -> dict[str, object]:
    """All editors at once on one store."""
    store = open_store(url, may_upgrade=True)
    plan = make_plan_value()
    draft = open_draft(store, Path("-"), Actor("first", Role.PLANNER), plan=plan)
    agents, dates = [agent.id for agent in plan.problem.agents], [str(day) for day in plan.problem.grid.dates]
    shared = [(agent, date) for date in dates for agent in agents][:cells]
    store.close()
    # Forked, so that twenty editors do not load the libraries twenty times; each opens the store itself.
    with multiprocessing.get_context("fork").Pool(editors) as pool:
        found = pool.starmap(
            edit, [(url, draft.id, number, edits, shared, think_s) for number in range(editors)], chunksize=1
        )
    store = open_store(url)
    end = read_draft(store, draft.id)
    kept: Counter[Cell] = sum((part["kept"] for part in found), Counter())
    lost = sum(abs(count - end.cells[cell][0].start) for cell, count in kept.items())
    damage = len(verify(store).damage)
    store.close()
    saves, whole = (np.concatenate([part[name] for part in found]) for name in ("saves", "whole"))
    return {
        "editors": editors,
        "think_s": think_s,
        "load": round(os.getloadavg()[0], 1),
        "edits": int(kept.total()),
        "revisions": end.revision,
        "lost": int(lost),
        "damage": damage,
        "conflicts": sum(part["conflicts"] for part in found),
        **{
            f"{name}_{label}_ms": round(float(np.quantile(values, share)) * 1000, 1)
            for name, values in (("save", saves), ("edit", whole))
            for label, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))
        },
    }


@contextmanager
def engines() -> Iterator[dict[str, str]]:
    """URLs of an empty database of each engine there is."""
    with tempfile.TemporaryDirectory() as folder:
        urls = {"SQLite": f"sqlite:///{folder}/store.db"}
        if programs() is None:
            yield urls
            return
        with postgres() as url:
            yield urls | {"PostgreSQL": url}


def main() -> None:
    """Measure every engine and write the figures beside this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--editors", type=int, default=20)
    parser.add_argument("--edits", type=int, default=40)
    parser.add_argument("--cells", type=int, default=14)
    parser.add_argument("--think", type=float, default=0.01, metavar="S")
    options = parser.parse_args()
    rows = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    with engines() as urls:
        for name, url in urls.items():
            key = f"{name}, thinking up to {options.think:g} s"
            rows[key] = measure(url, options.editors, options.edits, options.cells, options.think)
            print(name, *(f"{key} {value}" for key, value in rows[key].items()), sep="  ", flush=True)
    RESULT.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
