"""The public shift instances (Curtois and Qu 2014) by the product's own solver.

    python -m benchmarks.shift_instances [FILE...] [--time-limit S] [--workers N] [--seed N] [--peers]
        [--out DIR] [--json FILE]

Without FILE the instances of `MEASURED` are solved, and the results kept with their date in ``shift_instances.json``
beside this module, in place of earlier ones of the same time limit and seed. FILE is a path, or a name such as
``Instance5`` in the folder ``scheduling`` of the shared data, which STAFFING_SHARED_DATA names (default
``../shared/data``). Per instance one line with the cost, a lower bound, the gap, the best known cost where
``best_known.csv`` beside the file has it, seconds and the audit. ``--peers`` solves each instance once more with one
plain CP-SAT model of the whole problem in the same time. ``--out`` writes ``NAME.csv`` with ``employee,day,shift``
(days from 0, days off left out), which ``python -m benchmarks.shift_judge`` judges; ``--json`` a list of
``{instance, objective, bound, seconds, status}`` and more.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import re
import resource
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

from staffing.domain.arrays import IntArray
from staffing.domain.shift_cover import OFF, ShiftCoverProblem

MEASURED = tuple(f"Instance{number}" for number in (1, 2, 3, 4, 5, 7, 10, 14))
"""Instances whose results are kept."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one method made of one instance."""

    instance: str
    method: str
    objective: int | None
    bound: int | None
    gap: float | None
    best_known: int | None
    seconds: float
    cpu_s: float
    first_s: float | None
    status: str
    audit: int | None
    peak_mb: int
    seed: int
    time_limit_s: float


def locate(name: str) -> Path:
    """The file itself, or the one of that name in the shared data."""
    given = Path(name)
    if given.is_file():
        return given
    shared = os.environ.get("STAFFING_SHARED_DATA")
    folder = (Path(shared) if shared else Path(__file__).resolve().parents[2] / "shared" / "data") / "scheduling"
    for path in (folder / name, folder / f"{name}.txt"):
        if path.is_file():
            return path
    raise SystemExit(f"{name}: no such file, neither here nor in {folder}")


def best_known(path: Path) -> int | None:
    """Best known cost of the instance, from the table beside it."""
    number = re.search(r"(\d+)$", path.stem)
    table = path.parent / "best_known.csv"
    if number is None or not table.is_file():
        return None
    with table.open(encoding="utf-8-sig", newline="") as stream:
        found = {row["instance"]: int(row["best_known"]) for row in csv.DictReader(stream)}
    return found.get(number.group(1))


def plain_model(
    problem: ShiftCoverProblem, seconds: float, workers: int, seed: int
) -> tuple[IntArray | None, int | None]:
    """Peer: one CP-SAT model of the whole problem, without prices, oracle or hint."""
    import numpy as np

    from staffing.solver.shiftwise.bound import whole
    from staffing.solver.shiftwise.exact import Effort, solve_part, whole_part

    start = np.full((len(problem.employees), problem.days), OFF, dtype=np.int64)
    answer = solve_part(problem, start, whole_part(problem), Effort(seconds, workers, seed), lambda: False, hint=False)
    return answer.rosters, None if answer.bound is None else whole(answer.bound)


def run(
    path: Path, *, method: str, time_limit_s: float, seed: int, workers: int
) -> tuple[Outcome, list[list[str | int]]]:
    """Solve and audit one instance; the rows of its roster."""
    from staffing.audit.shift_cover import audit_shifts, shift_cost
    from staffing.files.shift_instance import read_shift_instance
    from staffing.solver.shiftwise import solve_shifts

    begun, cpu_begun = perf_counter(), process_time()
    problem = read_shift_instance(path)
    first_s = None
    if method == "plain CP-SAT":
        roster, bound = plain_model(problem, time_limit_s, workers, seed)
        status = "none" if roster is None else "feasible"
    else:
        result = solve_shifts(problem, time_limit_s=time_limit_s, seed=seed, workers=workers)
        roster, bound, status = result.roster, result.bound, str(result.status)
        first_s = next((event.seconds for event in result.events if event.objective is not None), None)
    seconds, cpu_s = perf_counter() - begun, process_time() - cpu_begun
    faults = None if roster is None else len(audit_shifts(problem, roster))
    objective = None if roster is None or faults else shift_cost(problem, roster).total
    if objective is not None:
        status = "optimal" if bound is not None and bound >= objective else "feasible"
    gap = None if objective is None or bound is None else (objective - bound) / objective if objective else 0.0
    rows: list[list[str | int]] = []
    if roster is not None:
        rows = [
            [employee, day, problem.shifts[shift]]
            for employee, days in zip(problem.employees, roster.tolist(), strict=True)
            for day, shift in enumerate(days)
            if shift != OFF
        ]
    outcome = Outcome(
        instance=path.stem,
        method=method,
        objective=objective,
        bound=bound,
        gap=gap,
        best_known=best_known(path),
        seconds=round(seconds, 2),
        cpu_s=round(cpu_s, 2),
        first_s=first_s,
        status=status,
        audit=faults,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        seed=seed,
        time_limit_s=time_limit_s,
    )
    return outcome, rows


def show(outcome: Outcome) -> str:
    """One line of the table."""

    def number(value: float | None, text: str) -> str:
        return "-" if value is None else format(value, text)

    over = None
    if outcome.objective is not None and outcome.best_known:
        over = outcome.objective / outcome.best_known - 1
    audit = "no roster" if outcome.audit is None else "clean" if not outcome.audit else f"{outcome.audit} rules broken"
    return (
        f"{outcome.instance:12} {outcome.method:12} {number(outcome.objective, 'd'):>8} "
        f"{number(outcome.bound, 'd'):>8} {number(outcome.gap, '.2%'):>8} {number(outcome.best_known, 'd'):>8} "
        f"{number(over, '+.2%'):>8} "
        f"{outcome.seconds:7.1f} {outcome.cpu_s:7.1f} {outcome.peak_mb:6}  {outcome.status}, audit {audit}"
    )


def warm() -> None:
    """Compile the kernels, which is left out of the times."""
    from staffing.solver.shiftwise import solve_shifts
    from staffing.warm import tiny_shift_cover

    solve_shifts(tiny_shift_cover(), time_limit_s=2.0, seed=1, workers=1)


def keep(target: Path, outcomes: list[Outcome], workers: int) -> None:
    """Write the outcomes to the dated record, in place of those of the same time limit and seed."""
    runs = json.loads(target.read_text(encoding="utf-8"))["runs"] if target.is_file() else []
    limit, seed = outcomes[0].time_limit_s, outcomes[0].seed
    runs = [run for run in runs if (run["time_limit_s"], run["seed"]) != (limit, seed)]
    run = {"date": date.today().isoformat(), "machine": platform.platform(), "workers": workers}
    run |= {"time_limit_s": limit, "seed": seed, "rows": [asdict(outcome) for outcome in outcomes]}
    runs.append(run)
    runs.sort(key=lambda run: (run["time_limit_s"], run["seed"]))
    target.write_text(json.dumps({"runs": runs}, indent=1) + "\n", encoding="utf-8")


def write_roster(path: Path, rows: list[list[str | int]]) -> None:
    """The roster as ``employee,day,shift``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["employee", "day", "shift"])
        writer.writerows(rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    paths = [locate(name) for name in given.files or MEASURED]
    warm()
    titles = ("instance", "method", "cost", "bound", "gap", "known", "over", "s", "cpu s", "MB")
    print("{:12} {:12} {:>8} {:>8} {:>8} {:>8} {:>8} {:>7} {:>7} {:>6}  result".format(*titles))
    outcomes, own = [], []
    for path in paths:
        options = {"time_limit_s": given.time_limit, "seed": given.seed, "workers": given.workers}
        outcome, rows = run(path, method="staffing", **options)
        print(show(outcome), flush=True)
        outcomes.append(asdict(outcome))
        own.append(outcome)
        if given.out:
            write_roster(given.out / f"{path.stem}.csv", rows)
        if given.peers:
            peer, _ = run(path, method="plain CP-SAT", **options)
            print(show(peer), flush=True)
            outcomes[-1]["peer"] = asdict(peer)
        if given.json:
            given.json.write_text(json.dumps(outcomes, indent=1) + "\n", encoding="utf-8")
        if not given.files:
            keep(Path(__file__).with_suffix(".json"), own, given.workers)


if __name__ == "__main__":
    main()
