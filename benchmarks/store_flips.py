"""Single bits of stored plans are flipped in the database file, and every read has to notice.

A flip counts when it hits something that is stored (the plain rows, read without our code, are no longer what they
were, or cannot be read at all); flips into unused bytes are told apart. A counted flip is found when reading the
version raises `StoreDamagedError` or `staffing db verify` names damage.

    python -m benchmarks.store_flips [--flips 300] [--seed 1]
"""

import argparse
import json
import random
import shutil
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from staffing.errors import SettingsError
from staffing.planning.publishing import publish_plan, version_plan
from staffing.store import StoreDamagedError, open_store
from staffing.store.access import local_actor
from staffing.store.checking import verify
from tests.plans import make_plan_value

RESULT = Path(__file__).with_suffix(".json")
TABLES = ("plan_body", "plan_version")
PLANS = 8


def rows(path: Path) -> list[tuple[object, ...]] | str:
    """Everything in the tables of plans, read past our code; the error where it cannot be read."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            return [row for table in TABLES for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1")]
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return type(error).__name__


def pages(path: Path) -> list[int]:
    """Numbers of the pages that hold plans, their indexes included."""
    marks = ", ".join("?" * len(TABLES))
    owned = f"SELECT name FROM sqlite_schema WHERE tbl_name IN ({marks})"
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(f"SELECT pageno FROM dbstat WHERE name IN ({owned})", TABLES).fetchall()
    return [row[0] for row in found]


def noticed(path: Path) -> str:
    """How our code notices the flip: by reading, by verifying, or not at all."""
    try:
        store = open_store(f"sqlite:///{path}")
    except SettingsError:
        return "opening"
    try:
        for n in range(1, PLANS + 1):
            version_plan(store, n)
    except StoreDamagedError:
        return "reading"
    except KeyError:
        return "missing"
    else:
        return "verify" if verify(store).damage else ""
    finally:
        store.close()


def main() -> None:
    """Flip until enough flips have hit something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flips", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance, folder = random.Random(options.seed), Path(tempfile.mkdtemp())
    path, plan = folder / "store.db", make_plan_value()
    store = open_store(f"sqlite:///{path}")
    for number in range(PLANS):
        publish_plan(
            store, replace(plan, seconds={"search": float(number)}), local_actor("benchmark"), f"plan {number}"
        )
    store.forget_deleted()
    store.close()
    whole, places = path.read_bytes(), pages(path)
    size, truth = int.from_bytes(whole[16:18], "big"), rows(path)
    counts: Counter[str] = Counter()
    while counts["hit"] < options.flips:
        where = (chance.choice(places) - 1) * size + chance.randrange(size)
        bit = 1 << chance.randrange(8)
        trial = folder / "trial.db"
        for end in ("-wal", "-shm", "-turn"):
            Path(f"{trial}{end}").unlink(missing_ok=True)
        trial.write_bytes(whole[:where] + bytes([whole[where] ^ bit]) + whole[where + 1 :])
        found = noticed(trial)
        if rows(trial) == truth:
            counts["unused bytes" if not found else "unused bytes, noticed"] += 1
            continue
        counts["hit"] += 1
        counts[found or "MISSED"] += 1
    print(dict(counts))
    RESULT.write_text(json.dumps(dict(counts), indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
