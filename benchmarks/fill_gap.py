"""Who could fill a gap: seconds for an answer, beside trying every change by a full audit and cost.

    python -m benchmarks.fill_gap [INSTANCE ...] [--gaps N] [--search S] [--json FILE]

INSTANCE is a week instance of the shared data (default ``week_100_1 week_300_1 week_300_3``). A roster is searched for
a few seconds, then the worst gaps are asked about. Every filler is applied, audited and priced again, every refusal is
applied and must break exactly the rules that it names.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np

from benchmarks.week_instances import read_week, week_problem
from benchmarks.weeks import locate
from staffing.audit import audit_roster, roster_cost
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import Roster
from staffing.solver import solve_roster
from staffing.solver.explain import Filling, fill_gap
from staffing.solver.explain.worth import missing_at, survey


def worst_places(problem: RosterProblem, roster: Roster, count: int) -> list[tuple[int, int]]:
    """(queue, first slot) of the runs of short slots with the most missing agents."""
    ground = survey(problem, roster)
    places = []
    for queue in range(len(problem.queues)):
        lack = missing_at(ground, queue, slice(0, problem.grid.n))
        short = np.concatenate([[False], lack > 0.05, [False]])
        edges = np.flatnonzero(np.diff(short.astype(int)))
        places += [(float(lack[a:b].sum()), queue, int(a)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return [place[1:] for place in sorted(places, reverse=True)[:count]]


def wrong(problem: RosterProblem, roster: Roster, answer: Filling) -> int:
    """Answers that the audit does not confirm."""

    def hard(one: Roster) -> set[tuple[Any, ...]]:
        rows = (v for v in audit_roster(problem, one) if v.severity == "hard")
        return {(v.rule, v.agent, v.day, tuple(sorted(v.detail.items()))) for v in rows}

    known, cost, faults = hard(roster), roster_cost(problem, roster).total, 0
    for filler in answer.fillers:
        changed = filler.change.apply(roster)
        faults += not hard(changed) <= known or abs(roster_cost(problem, changed).total - cost - filler.total) > 1e-6
    for refusal in answer.refusals:
        faults += {key[0] for key in hard(refusal.change.apply(roster)) - known} != set(refusal.rules)
    return faults


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("instances", nargs="*", default=["week_100_1", "week_300_1", "week_300_3"])
    parser.add_argument("--gaps", type=int, default=5)
    parser.add_argument("--search", type=float, default=15.0)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    options = parser.parse_args()
    rows = []
    heads = ("people", "gaps", "wall s", "worst", "cpu s", "help", "refused", "wrong")
    print(f"{'instance':<14}" + "".join(f"{head:>9}" for head in heads))
    for name in options.instances:
        problem = week_problem(read_week(locate(name)))
        roster = solve_roster(problem, time_limit_s=options.search, workers=2).roster
        assert roster is not None
        walls, cpus, legal, refused, faults = [], [], 0, 0, 0
        for queue, slot in worst_places(problem, roster, options.gaps):
            wall, cpu = perf_counter(), process_time()
            answer = fill_gap(problem, roster, queue, slot)
            walls.append(perf_counter() - wall)
            cpus.append(process_time() - cpu)
            legal, refused = legal + answer.legal, refused + len(answer.refusals)
            faults += wrong(problem, roster, answer)
        row = {
            "instance": name, "people": len(problem.agents), "gaps": len(walls), "wall_s": median(walls),
            "worst_wall_s": max(walls), "cpu_s": median(cpus), "legal": legal, "refused": refused, "wrong": faults,
        }  # fmt: skip
        rows.append(row)
        seconds = (f"{row[key]:.2f}" for key in ("wall_s", "worst_wall_s", "cpu_s"))
        cells = (len(problem.agents), len(walls), *seconds, legal, refused, faults)
        print(f"{name:<14}" + "".join(f"{cell:>9}" for cell in cells), flush=True)
    options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
