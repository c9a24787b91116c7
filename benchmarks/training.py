"""What training costs in service: sessions placed by the solver beside the same sessions on Monday morning.

    python -m benchmarks.training [--time-limit 40] [--seeds 1 2 3] [--json FILE]

The sessions of `data/hr-centre/activities.csv` (courses, coaching, a meeting) are planned three ways with the same
demand, people and seeds: not at all, placed by the solver inside their week, and fixed to Monday from nine, group after
group. The comparison is of the same sessions: a short search tells which of them can be held on that Monday at all
(people are away, or off), and only those are asked for in every way; what a search still leaves out is told. The price
of service is that of agents short and of late or undone work, in the roster's own cost; the contacts lost are those
that the simulation did not serve in time. Told: what the sessions cost over the roster without them, the median of the
seeds.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from staffing.audit.activities import unplaced
from staffing.domain.centre import Scenario
from staffing.domain.demand import Forecast
from staffing.domain.people import Activity
from staffing.domain.requirement import Requirement
from staffing.files import read_centre
from staffing.plan import Plan, PlanSettings
from staffing.planning import make_forecast, make_plan, make_requirement, plan_days, plan_table

ROOT = Path(__file__).resolve().parents[1]
SERVICE = ("short", "overdue", "undone", "span")
FIRST_HOUR = 9
LOOK_S = 12.0
"""Seconds of the search that tells which sessions can be held on Monday."""
WAYS = ("none", "placed", "monday")


def on_monday(activity: Activity) -> Activity:
    """The same session with no choice: its Monday, from nine, group after group."""
    groups = 1 if activity.together else -(-len(activity.agents) // (activity.capacity or len(activity.agents)))
    day = activity.earliest.date() - timedelta(days=activity.earliest.weekday())
    begin = datetime.combine(day, time(FIRST_HOUR), activity.earliest.tzinfo)
    return replace(activity, earliest=begin, latest=begin + timedelta(minutes=groups * activity.minutes))


def changed(scenario: Scenario, way: str) -> Scenario:
    """The centre without sessions, as it is, or with all of them on Monday."""
    if way == "placed":
        return scenario
    return replace(scenario, activities=() if way == "none" else tuple(map(on_monday, scenario.activities)))


def left_out(plan: Plan) -> list[tuple[str, str]]:
    """(activity, agent) of what the roster does not hold."""
    assert plan.roster is not None
    return [(row.id, plan.problem.agents[agent].id) for row, agent, _ in unplaced(plan.problem, plan.roster)]


def only(scenario: Scenario, without: list[tuple[str, str]]) -> Scenario:
    """The centre whose sessions leave out these people."""
    kept = []
    for row in scenario.activities:
        agents = tuple(agent for agent in row.agents if (row.id, agent) not in without)
        # Fewer people need no more groups, so that Monday's window still holds them.
        kept += [replace(row, agents=agents)] if agents else []
    return replace(scenario, activities=tuple(kept))


def judged(plan: Plan) -> dict[str, float]:
    """Price of service, sessions not held, contacts not served in time."""
    assert plan.cost is not None
    assert plan.verdict is not None
    late = sum(
        row.contacts * (1 - row.service_level)
        for row in plan.verdict.rows
        if row.day is not None and row.service_level is not None
    )
    components: Mapping[str, float] = plan.cost.components
    return {
        "service_cost": sum(components.get(name, 0.0) for name in SERVICE),
        "flexible_cost": plan.cost.total - components.get("activity", 0.0) - plan.cost.fixed,
        "not_held": len(left_out(plan)),
        "late_contacts": late,
        "total_cost": plan.cost.total,
        "violations": len(plan.violations),
    }


def planned(
    scenario: Scenario, demand: tuple[Forecast, Requirement], seconds: float, seed: int, reproducible: bool
) -> Plan:
    """One plan. Without rounds: raising rows after a simulation would answer the sessions with more agents."""
    settings = PlanSettings(time_limit_s=seconds, seed=seed, rounds=0, reproducible=reproducible)
    return make_plan(scenario, settings, forecast=demand[0], requirement=demand[1])


def main() -> None:
    """Plan all ways with all seeds; print and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--time-limit", type=float, default=40.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--reproducible", action="store_true")
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    args = parser.parse_args()
    scenario = read_centre(ROOT / "data" / "hr-centre")
    first, days = plan_days(scenario, None, 1)
    table, _ = plan_table(scenario, first, days)
    forecast = make_forecast(scenario, table, first, days)
    demand = (forecast, make_requirement(scenario, forecast, table))
    sessions = sum(len(row.agents) for row in scenario.activities)
    cannot = left_out(planned(changed(scenario, "monday"), demand, LOOK_S, 1, args.reproducible))
    asked = only(scenario, cannot)
    same = sessions - len(cannot)
    print(f"{sessions} sessions of people, {len(cannot)} of them not possible on Monday; compared: {same}", flush=True)
    rows: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for seed in args.seeds:
        for way in WAYS:
            plan = planned(changed(asked, way), demand, args.time_limit, seed, args.reproducible)
            rows[way].append(judged(plan))
            print(way, seed, {name: round(value, 1) for name, value in rows[way][-1].items()}, flush=True)
    found: dict[str, Any] = {
        "date": str(date.today()),
        "machine": platform.platform(),
        "time_limit_s": args.time_limit,
        "reproducible": args.reproducible,
        "seeds": args.seeds,
        "sessions": sessions,
        "compared": same,
        "runs": rows,
    }
    for measure in ("service_cost", "flexible_cost", "late_contacts"):
        middle = {way: median(row[measure] for row in rows[way]) for way in WAYS}
        placed, monday = middle["placed"] - middle["none"], middle["monday"] - middle["none"]
        ratio = placed / monday if monday > 0 else float("nan")
        found[measure] = {"placed": placed, "monday": monday, "ratio": ratio}
        print(f"{measure}: placed {placed:+.1f}, Monday morning {monday:+.1f}, ratio {ratio:.2f}")
    args.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
