"""The public week instances, solved by the product's own solver and priced by the instances' own definition.

    python -m benchmarks.weeks [FILE...] [--time-limit S] [--seed N] [--seeds COUNT] [--workers N]
        [--weeks N] [--deferrable SHARE] [--out DIR] [--json FILE] [--chart FILE] [--peers] [--behaviour]

Without FILE all promises of `week_promises` are measured, each with its own limit, and written to ``weeks.json`` beside
this module, with a chart of the gap against time in ``weeks.svg``.

FILE is a path, or a name such as ``week_100_1`` in the folder ``rosters`` of the shared data, which
STAFFING_SHARED_DATA names (default ``../shared/data``). Per instance one line with the flexible cost, a lower bound
of it, both gaps, seconds, seconds to the first legal roster and the audit, and a line for everything that the problem
states otherwise than the instance (`week_instances.differences`). ``--out`` writes ``NAME.csv`` with
``agent,day,shift,start,breaks``; ``--json`` a list of ``{instance, objective, bound, seconds, status}`` and more, in
flexible cost. With several seeds a line with the medians follows. ``--weeks`` repeats the week; ``--deferrable`` lets a
share of the work wait up to four hours (one queue only; such a roster is priced by the audit, and has no CSV).
``--peers`` runs other methods beside (`week_peers`), ``--behaviour`` tells whether ``reproducible`` repeats itself and
how soon a stop is obeyed (`week_behaviour`); ``--chart`` draws the gap against time.
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
from typing import Any

from benchmarks.roster_gap import generate
from benchmarks.week_behaviour import same_rosters, stop_delay
from benchmarks.week_chart import draw
from benchmarks.week_instances import WeekInstance, differences, read_week, week_problem
from benchmarks.week_judge import WorkedShift, outside_band, week_cost, worked_shifts, write_csv
from benchmarks.week_peers import head_count, plain_model
from benchmarks.week_promises import measure
from benchmarks.week_variants import deferrable, repeated
from staffing.domain.problem import RosterProblem
from staffing.domain.result import SolveResult


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
    curve: tuple[tuple[float, float | None, float | None], ...]
    """(seconds, cost, bound) as the search told them, in flexible cost of the problem stated."""


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
    instance: WeekInstance, *, time_limit_s: float, seed: int, workers: int, share: float = 0.0
) -> tuple[Outcome, list[WorkedShift]]:
    """Solve, audit and price one instance, with `share` of the work deferrable."""
    begun, cpu_begun = perf_counter(), process_time()
    problem = week_problem(instance)
    if share:
        problem = deferrable(problem, share)
    result, first_s = _solve(problem, time_limit_s, seed, workers)
    bound = _flexible_bound(instance, result)
    rows = worked_shifts(instance, result.roster) if result.roster else []
    seconds, cpu_s = perf_counter() - begun, process_time() - cpu_begun
    return _judge(instance, problem, result, rows, bound, (seconds, cpu_s), first_s), rows


def _solve(problem: RosterProblem, time_limit_s: float, seed: int, workers: int) -> tuple[SolveResult, float | None]:
    """Result, and the seconds to the first legal roster."""
    from staffing.solver import solve_roster

    several = len(problem.queues) > 1 and not problem.deadline.any()
    result = solve_roster(problem, time_limit_s=time_limit_s, seed=seed, workers=workers, divide_slots=several)
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
    if problem.deadline.any() and result.objective is not None:
        cost = {"audited": result.objective - instance.fixed}
    objective = math.fsum(cost.values()) if legal else None
    status = str(result.status)
    if result.roster is not None:
        # The solver's "optimal" speaks of the problem stated, not of the instance.
        proven = objective is not None and bound is not None and objective - bound <= 1e-5 * objective
        status = "optimal" if proven else "feasible" if legal else "infeasible"
    return Outcome(
        instance=f"{instance.name}_wait" if problem.deadline.any() else instance.name,
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
        curve=tuple(
            (event.seconds, _less(event.objective, instance), _less(event.bound, instance)) for event in result.events
        ),
    )


def _less(cost: float | None, instance: WeekInstance) -> float | None:
    """Flexible cost of the total one."""
    return None if cost is None else round(cost - instance.fixed, 4)


def middle(outcomes: Sequence[Outcome]) -> Outcome:
    """The outcome with the median gap; one without a legal roster counts as the worst."""
    ordered = sorted(outcomes, key=lambda outcome: math.inf if outcome.gap_total is None else outcome.gap_total)
    return ordered[len(ordered) // 2]


def _gap(objective: float | None, bound: float | None, fixed: float) -> float | None:
    """Share of the cost, with the full-time wage `fixed`, that lies above the bound."""
    return None if objective is None or bound is None else (objective - bound) / (objective + fixed)


def recorded(path: Path) -> list[Outcome]:
    """The median outcome of every row of a record that `week_promises.measure` wrote."""
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return [middle([Outcome(**run) for run in row["runs"]]) for row in rows]


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
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1, metavar="COUNT", help="so many seeds, from --seed on")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--weeks", type=int, default=1)
    parser.add_argument("--deferrable", type=float, default=0.0, metavar="SHARE")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--chart", type=Path)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--behaviour", action="store_true")
    given = parser.parse_args(arguments)
    if not given.files:
        target = given.json or Path(__file__).with_suffix(".json")
        measure(given.seed, given.seeds, given.workers, target)
        draw(recorded(target), given.chart or target.with_suffix(".svg"))
        return
    paths = [locate(name) for name in given.files]
    for problem in (generate(8, 1), generate(16, 1)):  # compiles the kernels, also of a search that is not proven
        _solve(problem, 3.0, 1, given.workers)
    titles = ("instance", "objective", "bound", "flexible", "total", "s", "cpu s", "first s", "MB")
    print("{:14} {:>10} {:>10} {:>9} {:>8} {:>6} {:>6} {:>7} {:>6}  result".format(*titles))
    told: list[dict[str, Any]] = []
    every: list[Outcome] = []
    for path in paths:
        instance = read_week(path)
        if given.weeks > 1:
            instance = repeated(instance, given.weeks)
        outcomes = []
        for seed in range(given.seed, given.seed + given.seeds):
            outcome, rows = run(
                instance, time_limit_s=given.time_limit, seed=seed, workers=given.workers, share=given.deferrable
            )
            outcomes.append(outcome)
            print(show(outcome), flush=True)
            if given.out and not given.deferrable:
                given.out.mkdir(parents=True, exist_ok=True)
                write_csv(given.out / f"{instance.name}.csv", rows)
        for line in differences(instance):
            print(f"    {line}", flush=True)
        if len(outcomes) > 1:
            print(f"    median of {len(outcomes)} seeds: {show(middle(outcomes))}", flush=True)
        if given.peers and len(instance.requirement) == 1:
            for peer in (plain_model(instance, given.time_limit, given.seed), head_count(instance, given.time_limit)):
                cost = "-" if peer.cost is None else f"{peer.cost:.1f}"
                print(f"    {peer.name}: {cost}, {peer.shifts} shifts, {peer.seconds:.1f} s; {peer.remark}", flush=True)
        if given.behaviour:
            problem = week_problem(instance)
            alike = same_rosters(problem, 5, given.time_limit, given.workers)
            print(f"    reproducible: {alike} of 5 runs alike", flush=True)
            print(f"    stop: obeyed after {stop_delay(problem, given.time_limit, given.workers):.2f} s", flush=True)
        told.extend({name: getattr(outcome, name) for name in Outcome.__slots__} for outcome in outcomes)
        every.append(middle(outcomes))
        if given.json:
            given.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        if given.chart:
            draw(every, given.chart)


if __name__ == "__main__":
    main()
