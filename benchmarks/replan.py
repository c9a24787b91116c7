"""Re-planning: absences on the published sample week, fewest people against an exact model, free changes.

    python -m benchmarks.replan [--absences 10] [--centres 40] [--seconds 30] [--only PART] [--json FILE]

1. One person who works is away for one day of the stored plan of `data/hr-centre`; the whole pass is timed: repair,
   search of 5 s, simulation, audit (kernels warm). Told: seconds, people and days changed, hours short.
2. Small centres of four to six people and three days with a random published roster and one absence: the people that
   the product's re-plan touches beside the fewest of all, by an exact model over everybody, for service no worse.
3. With the prices of changes 0, the cost of the re-plan beside a fresh search with the same seconds.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from staffing.audit import roster_cost
from staffing.audit.changes import shift_changes
from staffing.domain.assemble import roster_problem
from staffing.domain.calendar import CalendarDay, DayKind, DayTable
from staffing.domain.centre import Centre, Scenario
from staffing.domain.demand import ContactHistory
from staffing.domain.people import Agent, Contract, Skill, TimeOff
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import AnswerTarget, Channel, OpeningHours, Queue
from staffing.domain.replanned import CurvePoint
from staffing.domain.requirement import Requirement
from staffing.domain.roster import Roster
from staffing.domain.shift import BreakType, ShiftType
from staffing.domain.timegrid import TimeGrid
from staffing.files import read_centre, read_plan
from staffing.plan import Plan
from staffing.planning import ReplanSettings, replan
from staffing.planning.again import fewer_people
from staffing.planning.curve import short_hours
from staffing.planning.standing import Published
from staffing.solver import solve_roster
from staffing.solver.cpsat.fewest import fewest_people
from staffing.solver.cpsat.solve import Effort
from staffing.solver.repair import repair_roster

DATA = Path(__file__).resolve().parents[1] / "data"
PARTS = ("absences", "small_centres", "free_changes")
MONDAY = date(2026, 1, 5)
SLOTS = 24


def absences(count: int, seed: int) -> list[dict[str, Any]]:
    """Re-plans of the sample week, each for one person away on one working day."""
    before, scenario = read_plan(DATA / "hr-centre-plan"), read_centre(DATA / "hr-centre")
    if before.roster is None:
        raise SystemExit("the stored plan has no roster")
    rng = np.random.default_rng(seed)
    shifts = list(before.roster.shifts())
    rows = []
    # The first is not counted: it loads what later ones find ready.
    for number, pick in enumerate([shifts[0], *(shifts[i] for i in rng.choice(len(shifts), count, replace=False))]):
        day = before.problem.grid.dates[pick.day]
        start = datetime.combine(day, datetime.min.time(), before.problem.grid.zone)
        off = TimeOff(before.problem.agents[pick.agent].id, start, start + timedelta(days=1), "sick")
        begun = time.perf_counter()
        plan = _again(replace(scenario, time_off=(*scenario.time_off, off)), before, 5.0, 1.0)
        seconds = time.perf_counter() - begun
        if number and plan.replanned is not None:
            curve, changes = plan.replanned.curve, plan.replanned.changes
            rows.append(
                {
                    "seconds": round(seconds, 1),
                    "people": len({change.agent for change in changes}),
                    "changes": len(changes),
                    "is_monotone": falls(curve),
                    "short_h_kept": round(curve[0].short_h, 1),
                    "short_h": round(curve[-1].short_h, 1),
                    "violations": sum(row.severity == "hard" for row in plan.violations),
                    "steps_s": plan.seconds,
                }
            )
    return rows


def told(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Seconds over the re-plans, whether each curve falls, and each one."""
    for row in rows:
        print(row)
    seconds = [row["seconds"] for row in rows]
    return {
        "median_s": round(median(seconds), 1),
        "most_s": max(seconds),
        "not_monotone": sum(not row["is_monotone"] for row in rows),
        "rows": rows,
    }


def falls(curve: tuple[CurvePoint, ...]) -> bool:
    """More changes on a curve never cost more and never leave more hours short."""
    pairs = list(pairwise(curve))
    return all(a.changes < b.changes and a.cost >= b.cost and a.short_h >= b.short_h - 1e-6 for a, b in pairs)


def _again(scenario: Scenario, before: Plan, seconds: float, factor: float) -> Plan:
    settings = replace(before.settings, first_day=before.problem.grid.first_day, time_limit_s=seconds)
    return replan(scenario, before, settings, ReplanSettings(price_factor=factor))


def small_problem(rng: np.random.Generator) -> RosterProblem:
    """A phone queue of hour slots, four to six people, three days, a published roster, one of them away on one day."""
    people = int(rng.integers(4, 7))
    hours = OpeningHours((((480, 1080),),) * 7, ())
    queue = Queue("phone", Channel.PHONE, AnswerTarget(0.8, 20.0), hours=hours, aht_s=300.0)
    meal = BreakType("meal", 60, paid=False, earliest_min=120, latest_min=180, min_shift_min=300, kind="meal")
    centre = Centre(
        name="small",
        timezone="UTC",
        interval_min=60,
        slot_min=60,
        queues=(queue,),
        shifts=(ShiftType("day", 480, 720, 60, (240, 360), ("meal",)),),
        breaks=(meal,),
        contracts=(Contract("any", 0, 1200, 0, 3, ("day",)),),
    )
    agents = tuple(Agent(f"a{i}", "", "t", "agent", "any", (Skill("phone"),)) for i in range(people))
    history = ContactHistory(TimeGrid("UTC", MONDAY - timedelta(days=7), 7, 60), ("phone",), np.zeros((1, 7 * SLOTS)))
    grid = TimeGrid("UTC", MONDAY, 3, 60)
    is_open = ((grid.minute >= 480) & (grid.minute < 1080))[None]
    need = np.where(is_open, rng.integers(1, people - 1, (1, grid.n)), 0).astype(float)
    requirement = Requirement(grid, ("phone",), need * 0.8, need, need, np.ones_like(need), is_open, ("given",))
    days = (CalendarDay(when, DayKind.ORDINARY, "", when.weekday(), True) for when in grid.dates)
    scenario = Scenario(centre, history, agents)
    problem = roster_problem(scenario, requirement, DayTable(tuple(days)))
    published = solve_roster(problem, time_limit_s=0.4, seed=1, workers=1, reproducible=True).roster
    assert published is not None
    shifts = list(published.shifts())
    pick = shifts[int(rng.integers(len(shifts)))]
    blocked = np.array(problem.blocked)
    blocked[pick.agent, problem.grid.day_slice(pick.day)] = True
    return Published(published, 0, problem.grid.n).stated(replace(problem, blocked=blocked))


def small_centres(count: int, seed: int) -> dict[str, Any]:
    """People touched by the product beside the exact fewest for service no worse."""
    rng = np.random.default_rng(seed)
    effort = Effort(20.0, 2, 1, False)
    ours, fewest, more, unproven = [], [], 0, 0
    for _ in range(count):
        problem = small_problem(rng)
        assert problem.reference is not None
        start = repair_roster(problem, problem.reference).rosters[-1]
        result = solve_roster(problem, time_limit_s=1.0, seed=1, workers=2, start=start)
        result = fewer_people(problem, result, Effort(5.0, 2, 1, False))
        assert result.roster is not None
        touched = len({change.agent for change in shift_changes(problem, result.roster)})
        exact = fewest_people(problem, result.roster, range(len(problem.agents)), effort)
        if exact is None or not exact.proven:
            unproven += 1
            continue
        ours.append(touched)
        fewest.append(exact.people)
        more += touched > exact.people
    return {
        "centres": len(ours), "unproven": unproven, "people": sum(ours), "fewest": sum(fewest), "touch_more": more,
    }  # fmt: skip


def free_changes(seconds: float) -> dict[str, float]:
    """Cost of a re-plan with free changes and of a fresh search, of the stored plan's problem."""
    before = read_plan(DATA / "hr-centre-plan")
    if before.roster is None:
        raise SystemExit("the stored plan has no roster")
    free = replace(before.problem.costs, change_moved=0.0, change_added=0.0, change_removed=0.0, change_breaks=0.0)
    problem = replace(before.problem, costs=free)
    again = Published(before.roster).stated(problem)
    costs = {}
    for name, asked, start in (("fresh", problem, None), ("replanned", again, before.roster)):
        found: Roster | None = solve_roster(asked, time_limit_s=seconds, seed=1, start=start).roster
        assert found is not None
        costs[name] = round(roster_cost(problem, found).total, 1)
    costs["ratio"] = round(costs["replanned"] / costs["fresh"], 5)
    costs["short_h"] = round(short_hours(problem, before.roster), 2)
    return costs


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--absences", type=int, default=10)
    parser.add_argument("--centres", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=PARTS, help="measure this part again, keep the others of the file")
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    given = parser.parse_args()
    # A part alone takes its place beside the others, each with its own date.
    report: dict[str, Any] = json.loads(given.json.read_text(encoding="utf-8")) if given.only else {}
    report["machine"] = platform.platform()
    for part in (given.only,) if given.only else PARTS:
        if part == "absences":
            report[part] = {"date": str(date.today()), **told(absences(given.absences, given.seed))}
        elif part == "small_centres":
            report[part] = {"date": str(date.today()), **small_centres(given.centres, given.seed)}
        else:
            report[part] = {"date": str(date.today()), **free_changes(given.seconds)}
        print(f"{part}:", {name: value for name, value in report[part].items() if name != "rows"})
    given.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
