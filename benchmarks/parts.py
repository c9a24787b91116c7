"""Large problems searched whole and in parts, in the same seconds.

    python -m benchmarks.parts [CASE...] [--time-limit S] [--seed N] [--workers N] [--people N] [--json FILE]

The cases are made from the week instances of the shared data, which STAFFING_SHARED_DATA names:

``apart``   two sites of 600 people with a queue each and nothing else in common
``shared``  the same, and a third queue that half of the people of each site serve too, with a fifth of the work
``weeks``   eight weeks of 300 people, one queue

For each case and way one line: cost, the bound of the whole problem, gap, what the parts cost together before they were
improved as one, seconds and the audit. ``--people`` is the size of a site, half of which are those of ``weeks``.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.week_instances import read_week, week_problem
from benchmarks.week_variants import repeated
from benchmarks.weeks import locate
from staffing.audit import audit_roster
from staffing.domain.carried import Carried
from staffing.domain.problem import RosterProblem

WAYS = {"apart": ("whole", "auto"), "shared": ("whole", "sites"), "weeks": ("whole", "weeks")}
SITE, WEEKS = 600, 8
SHARED = 0.2
"""Share of the work that the third queue has."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one way made of one case."""

    case: str
    parts: str
    people: int
    days: int
    cost: float | None
    bound: float | None
    gap_total: float | None
    gap_flexible: float | None
    joined_cost: float | None
    seconds: float
    first_s: float | None
    audit_hard: int
    seed: int
    time_limit_s: float


def two_sites(people: int, shared: bool) -> RosterProblem:
    """Two sites of people from the week of a thousand, each with its own draw of them."""
    one = week_problem(read_week(locate("week_1000_1")))
    rng = np.random.default_rng(1)
    draws = [np.sort(rng.choice(len(one.agents), people, replace=False)) for _ in range(2)]
    rows = np.concatenate(draws)
    site = np.repeat([0, 1], people)
    names = tuple(
        replace(one.agents[row], id=f"{'ab'[s]}{n}") for n, (row, s) in enumerate(zip(rows, site, strict=True))
    )
    queues = ("first", "second", "both")[: 2 + shared]
    need = np.asarray(one.required[0]) * people / len(one.agents)
    parts = [1 - SHARED, 1 - SHARED, 2 * SHARED] if shared else [1.0, 1.0]
    speed = np.stack([site == 0, site == 1, np.arange(2 * people) % 2 == 0], axis=1)[:, : len(queues)].astype(float)
    wishes = [replace(wish, agent=place) for place, row in enumerate(rows) for wish in one.wishes if wish.agent == row]
    past = {field.name: getattr(one.carried, field.name)[rows] for field in fields(Carried)}
    nothing = np.zeros((len(queues), one.grid.n))
    return replace(
        one,
        agents=names,
        queues=queues,
        proficiency=speed,
        is_open=np.repeat(one.is_open, len(queues), axis=0),
        required=np.stack([share * need for share in parts]),
        severe_from=np.zeros((0, 0)),
        deadline=np.zeros(len(queues), dtype=bool),
        earliest_h=nothing,
        latest_h=nothing,
        blocked=one.blocked[rows],
        leave_days=one.leave_days[rows],
        last_end=one.last_end[rows],
        run_before=one.run_before[rows],
        wishes=tuple(wishes),
        pool_member=np.zeros((0, len(queues)), dtype=bool),
        pool_required=np.zeros((0, one.grid.n)),
        carried=Carried(**past),
        pattern=one.pattern[rows],
        paid_before=one.paid_before[rows],
    )


def case_problem(case: str, people: int) -> RosterProblem:
    """The problem of a case."""
    if case == "weeks":
        return week_problem(repeated(read_week(locate(f"week_{people // 2}_1")), WEEKS))
    return two_sites(people, case == "shared")


def run(case: str, parts: str, people: int, limit_s: float, seed: int, workers: int) -> Outcome:
    """Search and audit one case in one way."""
    from staffing.solver import solve_roster

    problem = case_problem(case, people)
    begun = perf_counter()
    result = solve_roster(problem, time_limit_s=limit_s, seed=seed, workers=workers, parts=parts)
    seconds = perf_counter() - begun
    assert result.roster is not None
    hard = sum(fault.severity == "hard" for fault in audit_roster(problem, result.roster))
    first = next((event.seconds for event in result.events if event.objective is not None), None)
    return Outcome(
        case,
        parts,
        len(problem.agents),
        problem.grid.days,
        result.objective,
        result.bound,
        result.gap_total,
        result.gap_flexible,
        result.joined_cost,
        round(seconds, 1),
        first,
        hard,
        seed,
        limit_s,
    )


def show(outcome: Outcome) -> str:
    """One line of the table."""

    def number(value: float | None, text: str) -> str:
        return "-" if value is None else format(value, text)

    return (
        f"{outcome.case:8} {outcome.parts:7} {outcome.people:6} {outcome.days:5} {number(outcome.cost, '.1f'):>10} "
        f"{number(outcome.bound, '.1f'):>10} {number(outcome.gap_total, '.2%'):>8} "
        f"{number(outcome.gap_flexible, '.2%'):>9} {number(outcome.joined_cost, '.1f'):>10} {outcome.seconds:6.1f} "
        f"{number(outcome.first_s, '.1f'):>7}  audit {outcome.audit_hard or 'clean'}"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", default=list(WAYS))
    parser.add_argument("--time-limit", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--people", type=int, default=SITE)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    given = parser.parse_args(arguments)
    heads = ("case", "parts", "people", "days", "cost", "bound", "total", "flexible", "joined", "s", "first s")
    print("{:8} {:7} {:>6} {:>5} {:>10} {:>10} {:>8} {:>9} {:>10} {:>6} {:>7}".format(*heads), flush=True)
    rows = json.loads(given.json.read_text(encoding="utf-8"))["rows"] if given.json.is_file() else []
    for case in given.cases:
        for parts in WAYS[case]:
            outcome = run(case, parts, given.people, given.time_limit, given.seed, given.workers)
            print(show(outcome), flush=True)
            told = asdict(outcome)
            keys = ("case", "parts", "people", "time_limit_s", "seed")
            rows = [row for row in rows if any(row[key] != told[key] for key in keys)]
            rows.append(told)
            record = {"date": date.today().isoformat(), "machine": platform.platform(), "rows": rows}
            given.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
