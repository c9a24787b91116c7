"""What training costs in service: sessions placed by the solver beside the same sessions on Monday morning.

    python -m benchmarks.training [--time-limit 60] [--seeds 1 2 3] [--json FILE]

The sessions of `data/hr-centre/activities.csv` (courses, coaching, a meeting) are planned three ways with the same
demand, people and seeds: not at all, placed by the solver inside their week, and fixed to Monday from nine, group after
group. The price of service is that of agents short and of late or undone work, in the roster's own cost; the contacts
lost are those that the simulation did not serve in time. Told: what the sessions cost over the roster without them.
"""

from __future__ import annotations

import argparse
import json
import platform
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from statistics import mean
from typing import Any

from staffing.domain.centre import Scenario
from staffing.domain.people import Activity
from staffing.files import read_centre
from staffing.plan import Plan, PlanSettings
from staffing.planning import make_plan

ROOT = Path(__file__).resolve().parents[1]
SERVICE = ("short", "overdue", "undone", "span")
FIRST_HOUR = 9
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


def judged(plan: Plan) -> dict[str, float]:
    """Price of service, sessions not held, contacts not served in time."""
    assert plan.cost is not None
    assert plan.verdict is not None
    late = sum(
        row.contacts * (1 - row.service_level)
        for row in plan.verdict.rows
        if row.day is not None and row.service_level is not None
    )
    return {
        "service_cost": sum(plan.cost.components.get(name, 0.0) for name in SERVICE),
        "unplaced_cost": plan.cost.components.get("activity", 0.0),
        "late_contacts": late,
        "total_cost": plan.cost.total,
        "violations": len(plan.violations),
    }


def main() -> None:
    """Plan all ways with all seeds; print and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    args = parser.parse_args()
    scenario = read_centre(ROOT / "data" / "hr-centre")
    rows: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for seed in args.seeds:
        for way in WAYS:
            # Without rounds: raising rows after a simulation would answer the sessions with more agents.
            settings = PlanSettings(time_limit_s=args.time_limit, seed=seed, rounds=0)
            rows[way].append(judged(make_plan(changed(scenario, way), settings)))
            print(way, seed, {name: round(value, 1) for name, value in rows[way][-1].items()}, flush=True)
    found: dict[str, Any] = {
        "date": str(date.today()),
        "machine": platform.platform(),
        "time_limit_s": args.time_limit,
        "seeds": args.seeds,
        "runs": rows,
    }
    for measure in ("service_cost", "late_contacts"):
        none, placed, monday = (mean(row[measure] for row in rows[way]) for way in WAYS)
        found[measure] = {"placed": placed - none, "monday": monday - none}
        share = (placed - none) / (monday - none) if monday > none else float("nan")
        print(f"{measure}: placed {placed - none:+.1f}, Monday morning {monday - none:+.1f}, ratio {share:.2f}")
    args.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
