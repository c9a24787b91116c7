"""Planted conflicts at 50 people x 28 days: seconds to a checked minimal conflict, and to the ranked ways out.

    python -m benchmarks.conflicts [--people N] [--weeks N] [--ways-out] [--json FILE]

Direct conflicts stand between two or three rules of one person; counting conflicts only show when people are counted.
Minimality is checked by the finder itself; `tests/solver/explain/test_conflicts.py` compares it with brute force on
small cases.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.people import Contract
from staffing.domain.problem import RosterProblem
from staffing.domain.rules import WorkRules
from staffing.domain.shift import BreakType, ShiftType
from staffing.solver.explain import find_conflicts
from tests.builders import make_agent, make_centre, make_problem, make_queue, make_scenario

HOURS = (7, 21)


def centre(people: int, weeks: int, **rules: float) -> RosterProblem:
    """Two thirds work five days of eight hours, one third three to five days of four or five."""
    meal = BreakType("meal", 30, paid=False, earliest_min=180, latest_min=300, min_shift_min=360, kind="meal")
    day = ShiftType("day", 420, 720, 30, (480, 540), ("meal",))
    part = ShiftType("part", 420, 960, 30, (240, 300))
    contracts = (Contract("full", 2250, 2700, 5, 5, ("day",)), Contract("part", 720, 1500, 3, 5, ("part",)))
    queue = make_queue(hours=replace(make_queue().hours, weekday=(((HOURS[0] * 60, HOURS[1] * 60),),) * 7))
    given = make_centre(
        queues=(queue,), shifts=(day, part), breaks=(meal,), contracts=contracts, rules=replace(WorkRules(), **rules)
    )
    agents = [make_agent(i, contract="full" if i % 3 else "part") for i in range(people)]
    return make_problem(make_scenario(given, agents), days=7 * weeks)


def floors(problem: RosterProblem, agents: float, days: range | tuple[int, ...], hours: tuple[int, int]) -> FloatArray:
    """`agents` from hour to hour on some days, 3 elsewhere by day."""
    grid, found = problem.grid, np.zeros(problem.is_open.shape)
    for day in range(grid.days):
        found[0, grid.at(day, 9 * 60) : grid.at(day, 17 * 60)] = 3.0
    for day in days:
        found[0, grid.at(day, hours[0] * 60) : grid.at(day, hours[1] * 60)] = agents
    return found


def away(problem: RosterProblem, agent: int, days: range) -> RosterProblem:
    """Somebody unavailable, so that the contract is not lowered."""
    blocked = problem.blocked.copy()
    for day in days:
        blocked[agent, problem.grid.day_slice(day)] = True
    return replace(problem, blocked=blocked)


def cases(people: int, weeks: int) -> list[tuple[str, str, RosterProblem, FloatArray]]:
    """(name, kind, problem, floors) of every planted conflict."""
    plain = centre(people, weeks)
    one_day = centre(people, weeks, weekend_days_max=1)
    calm = floors(plain, 3.0, (), HOURS)
    run = plain.run_before.copy()
    run[4] = 6
    return [
        ("away against contract days", "direct", away(plain, 7, range(8, 12)), calm),
        ("away all week, contract hours", "direct", away(plain, 3, range(14, 21)), calm),
        ("two people at once", "direct", away(away(plain, 7, range(1, 5)), 9, range(9, 14)), calm),
        ("run before, then all days wanted", "direct", away(replace(plain, run_before=run), 4, range(3, 7)), calm),
        ("weekend rule, one weekend", "counting", one_day, floors(plain, 0.6 * people, (5, 6), (10, 15))),
        ("contract days, a whole week", "counting", plain, floors(plain, 0.72 * people, range(7, 14), (11, 13))),
        ("more than there are", "counting", plain, floors(plain, people + 1.0, (16,), (12, 13))),
        ("hours of a week", "counting", plain, floors(plain, 0.5 * people, range(21, 28), HOURS)),
        ("nothing", "none", plain, calm),
    ]


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--weeks", type=int, default=4)
    parser.add_argument("--ways-out", action="store_true")
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    options = parser.parse_args()
    rows = []
    for name, kind, problem, wanted in cases(options.people, options.weeks):
        wall, cpu = perf_counter(), process_time()
        found = find_conflicts(problem, wanted, ways_out=options.ways_out, most=1, seconds=120.0)
        wall, cpu = perf_counter() - wall, process_time() - cpu
        sizes = [dict(Counter(group.rule for group in one.groups)) for one in found.conflicts]
        minimal = all(one.minimal for one in found.conflicts)
        ways = [{"rules": one.rules, "groups": len(one.groups), "fewest": one.fewest} for one in found.relaxations]
        rows.append(
            {
                "case": name,
                "kind": kind,
                "kept": found.kept,
                "minimal": minimal,
                "conflicts": sizes,
                "wall_s": wall,
                "cpu_s": cpu,
                "questions": found.questions,
                "ways_out": ways,
            }
        )
        told = f"{name:<34}{kind:<10}{found.kept!s:<7}{minimal!s:<7}"
        print(f"{told}{wall:>7.1f} s {cpu:>7.1f} cpu s  {sizes}", flush=True)
    options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
