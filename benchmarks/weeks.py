"""The public week instances, solved by the product's own solver and priced by the instances' own definition.

    python -m benchmarks.weeks FILE... --time-limit S [--seed N] [--workers N] [--hold-bands] [--out DIR] [--json FILE]

FILE is a path, or a name such as ``week_100_1`` in the folder ``rosters`` of the shared data, which
STAFFING_SHARED_DATA names (default ``../shared/data``). Per instance one line with the flexible cost, a lower bound
of it, both gaps, seconds, seconds to the first legal roster and the audit, and a line for everything that the problem
states otherwise than the instance (`week_instances.differences`). ``--out`` writes ``NAME.csv`` with
``agent,day,shift,start,breaks``; ``--json`` a list of ``{instance, objective, bound, seconds, status}`` and more, in
flexible cost.

The start band is no rule of the problem. Without ``--hold-bands`` it is left out, and a roster that breaks it has no
objective and the status ``infeasible``; its bound is one of the instance all the same. With ``--hold-bands`` two
searches share the time: one without the rule, which gives the bound, and one in which each person is held to the band
nearest to what the first gave them.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.roster_gap import generate
from benchmarks.week_instances import WeekInstance, differences, read_week, week_problem
from benchmarks.week_judge import WorkedShift, nearest_bands, outside_band, week_cost, worked_shifts, write_csv
from staffing.domain.problem import RosterProblem
from staffing.domain.result import SolveResult

FIRST_SHARE = 0.4
"""Share of the time for the search without start bands when the bands are held."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one instance came to, in flexible cost; `objective` None where the roster breaks a rule of the instance."""

    instance: str
    objective: float | None
    bound: float | None
    seconds: float
    cpu_s: float
    status: str
    gap_flexible: float | None
    gap_total: float | None
    first_legal_s: float | None
    cost: dict[str, float]
    audit_hard: int
    outside_band: int
    peak_mb: int
    seed: int


def locate(name: str) -> Path:
    """The file itself, or the one of that name in the shared data."""
    given = Path(name)
    if given.is_file():
        return given
    shared = os.environ.get("STAFFING_SHARED_DATA")
    folder = (Path(shared) if shared else Path(__file__).resolve().parents[2] / "shared" / "data") / "rosters"
    for path in (folder / name, folder / f"{name}.json.gz"):
        if path.is_file():
            return path
    raise SystemExit(f"{name}: no such file, neither here nor in {folder}")


def run(
    instance: WeekInstance, *, time_limit_s: float, seed: int, workers: int, hold: bool
) -> tuple[Outcome, list[WorkedShift]]:
    """Solve, audit and price one instance."""
    begun, cpu_begun = perf_counter(), process_time()
    problem = week_problem(instance)
    share = FIRST_SHARE if hold else 1.0
    result, first_s = _solve(problem, share * time_limit_s, seed, workers)
    bound = _flexible_bound(instance, result)
    rows = worked_shifts(instance, result.roster) if result.roster else []
    if hold:
        problem = week_problem(instance, nearest_bands(instance, rows))
        later_s = perf_counter() - begun
        result, first_s = _solve(problem, time_limit_s - later_s, seed, workers)
        rows = worked_shifts(instance, result.roster) if result.roster else []
        first_s = None if first_s is None else first_s + later_s
    seconds, cpu_s = perf_counter() - begun, process_time() - cpu_begun
    return _judge(instance, problem, result, rows, bound, (seconds, cpu_s), first_s), rows


def _solve(problem: RosterProblem, time_limit_s: float, seed: int, workers: int) -> tuple[SolveResult, float | None]:
    """Result, and the seconds to the first legal roster."""
    from staffing.solver import solve_roster

    result = solve_roster(problem, time_limit_s=time_limit_s, seed=seed, workers=workers)
    return result, next((event.seconds for event in result.events if event.objective is not None), None)


def _flexible_bound(instance: WeekInstance, result: SolveResult) -> float | None:
    """Bound without the full-time wage; None where it speaks of whole agents only and the instance divides slots."""
    if result.bound is None:
        return None
    whole_agents = any(event.phase == "whole" for event in result.events)
    if len(instance.requirement) > 1 and whole_agents:
        return None
    return result.bound - instance.fixed


def _judge(
    instance: WeekInstance,
    problem: RosterProblem,
    result: SolveResult,
    rows: list[WorkedShift],
    bound: float | None,
    seconds: tuple[float, float],
    first_s: float | None,
) -> Outcome:
    from staffing.audit import audit_roster

    hard = sum(fault.severity == "hard" for fault in audit_roster(problem, result.roster)) if result.roster else 0
    astray = outside_band(instance, rows)
    legal = result.roster is not None and not hard and not astray
    cost = week_cost(instance, rows)
    objective = math.fsum(cost.values()) if legal else None
    status = str(result.status)
    if result.roster is not None:
        # The solver's "optimal" speaks of the problem stated, not of the instance.
        proven = objective is not None and bound is not None and objective - bound <= 1e-5 * objective
        status = "optimal" if proven else "feasible" if legal else "infeasible"
    return Outcome(
        instance=instance.name,
        objective=None if objective is None else round(objective, 4),
        bound=None if bound is None else round(bound, 4),
        seconds=round(seconds[0], 2),
        cpu_s=round(seconds[1], 2),
        status=status,
        gap_flexible=_gap(objective, bound, 0.0),
        gap_total=_gap(objective, bound, instance.fixed),
        first_legal_s=first_s if legal else None,
        cost={name: round(value, 4) for name, value in cost.items()},
        audit_hard=hard,
        outside_band=astray,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        seed=result.seed,
    )


def _gap(objective: float | None, bound: float | None, fixed: float) -> float | None:
    """Share of the cost, with the full-time wage `fixed`, that lies above the bound."""
    return None if objective is None or bound is None else (objective - bound) / (objective + fixed)


def show(outcome: Outcome) -> str:
    """One line of the table."""

    def number(value: float | None, text: str) -> str:
        return "-" if value is None else format(value, text)

    audit = "clean" if not outcome.audit_hard else f"{outcome.audit_hard} hard"
    if outcome.outside_band:
        audit += f", {outcome.outside_band} people outside a start band (cost {math.fsum(outcome.cost.values()):.1f})"
    return (
        f"{outcome.instance:14} {number(outcome.objective, '.1f'):>10} {number(outcome.bound, '.1f'):>10} "
        f"{number(outcome.gap_flexible, '.2%'):>9} {number(outcome.gap_total, '.2%'):>8} "
        f"{outcome.seconds:6.1f} {outcome.cpu_s:6.1f} {number(outcome.first_legal_s, '.1f'):>7} "
        f"{outcome.peak_mb:6}  {outcome.status}, audit {audit}"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--hold-bands", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    paths = [locate(name) for name in given.files]
    _solve(generate(8, 1), 2.0, 1, given.workers)  # compiles the kernels
    titles = ("instance", "objective", "bound", "flexible", "total", "s", "cpu s", "first s", "MB")
    print("{:14} {:>10} {:>10} {:>9} {:>8} {:>6} {:>6} {:>7} {:>6}  result".format(*titles))
    outcomes = []
    for path in paths:
        instance = read_week(path)
        outcome, rows = run(
            instance, time_limit_s=given.time_limit, seed=given.seed, workers=given.workers, hold=given.hold_bands
        )
        outcomes.append({name: getattr(outcome, name) for name in Outcome.__slots__})
        print(show(outcome), flush=True)
        for line in differences(instance, held=given.hold_bands):
            print(f"    {line}", flush=True)
        if given.out:
            given.out.mkdir(parents=True, exist_ok=True)
            write_csv(given.out / f"{instance.name}.csv", rows)
        if given.json:
            given.json.write_text(json.dumps(outcomes, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
