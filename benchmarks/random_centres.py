"""Random tiny centres with every work rule: what the audit finds, and whether costs and bounds agree.

    python -m benchmarks.random_centres --centres 1000

Each centre of `tests/solver/random_centres.py` is solved shortly and judged by the audit. Counted are hard violations
of people who have shifts (there must be none), costs that the search and the audit see differently, and bounds above
the cost. People for whom no legal weeks were found have no shifts; they are counted apart.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

import numpy as np

from staffing.audit import audit_roster, roster_cost
from staffing.domain.problem import RosterProblem
from staffing.solver import solve_roster
from tests.solver.random_centres import random_centre


def judge(problem: RosterProblem, limit_s: float, seed: int) -> Counter[str]:
    """Counts of one centre."""
    result = solve_roster(problem, time_limit_s=limit_s, seed=seed)
    found: Counter[str] = Counter({"centres": 1, f"status {result.status.value}": 1})
    assert result.roster is not None
    assert result.objective is not None
    working = {shift.agent for shift in result.roster.shifts()}
    idle = set()
    for violation in audit_roster(problem, result.roster):
        if violation.severity == "hard":
            if violation.agent in working or violation.agent is None:
                found[f"violation {violation.rule}"] += 1
                found["violations"] += 1
            else:
                idle.add(violation.agent)
    found["people"] = len(problem.agents)
    found["people without legal weeks"] = len(idle)
    cost = roster_cost(problem, result.roster)
    (own,) = [event.objective for event in result.events if event.phase == "audit"]
    same = np.isclose(own or 0.0, cost.total, rtol=1e-6, atol=1e-6)
    found["cost mismatches"] = int(not same or not np.isclose(result.objective, cost.total, rtol=1e-9))
    if result.bound is not None:
        found["bounds"] = 1
        found["bounds above cost"] = int(result.bound > cost.total + 1e-6 * abs(cost.total) + 1e-6)
    return found


def main() -> None:
    """Run and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--centres", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="number of the first centre")
    parser.add_argument("--limit", type=float, default=0.5, help="seconds for each")
    arguments = parser.parse_args()
    total: Counter[str] = Counter()
    begun = time.monotonic()
    for seed in range(arguments.first, arguments.first + arguments.centres):
        found = judge(random_centre(seed), arguments.limit, seed)
        if found["violations"] or found["cost mismatches"] or found["bounds above cost"]:
            print(f"centre {seed}: {dict(found)}", flush=True)
        total += found
    for name in ("centres", "people", "people without legal weeks", "bounds"):
        print(f"{name:30} {total[name]}")
    for name in sorted(key for key in total if key.startswith("status ")):
        print(f"{name:30} {total[name]}")
    for name in ("violations", "cost mismatches", "bounds above cost"):
        print(f"{name:30} {total[name]}")
    print(f"{time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
