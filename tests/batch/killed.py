"""Runs a batch whose plans are finished values: ``python killed.py BATCH.toml``; planned teams go to runs.txt."""

import sys
from pathlib import Path

from staffing.batch import run_batch
from staffing.batch.running import _Desk
from staffing.files.batch_toml import read_batch
from tests.plans import make_plan_value


def plan(self, team):
    with (Path(sys.argv[1]).parent / "runs.txt").open("a", encoding="utf-8") as file:
        file.write(team.name + "\n")
    return make_plan_value()


if __name__ == "__main__":
    _Desk._plan = plan
    sys.exit(3 if run_batch(read_batch(Path(sys.argv[1]))).status == "nothing" else 0)
