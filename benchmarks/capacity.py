"""Eighteen months of the sample centre: seconds, bound, promise kept, and the cost beside one hire for each leaver.

    python -m benchmarks.capacity [--weeks 78] [--time-limit 24] [--json FILE]

The plan is judged in 1,000 futures of attrition and demand that its search has not seen. The usual policy, one hire for
each leaver, is judged in the same futures, as it is and with as many people more from the first possible week as it
takes to reach the plan's lowest chance (`staffing.capacity.replacing_at`).
"""

import argparse
import json
import time
from datetime import date
from pathlib import Path

import numpy as np

from staffing.capacity import CapacitySettings, plan_capacity, replacing_at
from staffing.capacity.judge import COSTS, Judged, judge_entries
from staffing.capacity.plan import JUDGE_SEED, CapacityPlan
from staffing.files import read_capacity, read_centre
from staffing.planning import WhatIf, weekly_need, what_if

CENTRE = Path(__file__).parents[1] / "data" / "hr-centre"


def row(name: str, plan: CapacityPlan, judged: Judged, hired: float) -> dict[str, object]:
    """One policy in the futures of `plan`."""
    chance = judged.probability[plan.reachable]
    return {
        "policy": name,
        "lowest": round(float(chance.min()), 4),
        "mean": round(float(chance.mean()), 4),
        "hired": round(hired, 1),
        "cost": round(float(judged.cost.mean())),
        "per_contact": round(judged.cost_per_contact, 3),
        **{kind: round(float(judged.costs[:, place].sum(axis=1).mean())) for place, kind in enumerate(COSTS)},
    }


def hires(judged: Judged) -> float:
    """Mean number of people hired."""
    return float(judged.people.hired.sum(axis=(1, 2)).mean())


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=78)
    parser.add_argument("--time-limit", type=float, default=24.0)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    given = parser.parse_args()
    began = time.perf_counter()
    scenario = read_centre(CENTRE)
    inputs = read_capacity(CENTRE, scenario)
    need = weekly_need(scenario, weeks=given.weeks)
    known = time.perf_counter()
    settings = CapacitySettings(probability=inputs.probability, time_limit_s=given.time_limit)
    plan = plan_capacity(inputs.case, need, settings)
    done, worked = time.perf_counter(), time.process_time()
    print(
        f"need {known - began:.1f} s (error of weeks kept aside {need.checked_error:.2%}), plan {done - known:.1f} s, "
    )
    print(f"all {done - began:.1f} s ({worked:.0f} s of processor time); ", end="")
    print(f"cost {plan.chosen.objective:,.0f}, bound {plan.chosen.bound:,.0f}, ", end="")
    print(f"gap {plan.gap:.2%} ({plan.gap_flexible:.1%} of what is decided)")
    print(f"promise {settings.probability:.0%}: lowest of {int(plan.reachable.sum())} weeks {plan.lowest:.1%}")
    # Nobody's replacement is in the plan: its classes are all there is.
    usual = judge_entries(
        inputs.case, need, (), runs=settings.runs, seed=settings.seed + JUDGE_SEED, replace_leavers=True
    )
    equal = replacing_at(plan)
    rows = [
        row("plan", plan, plan.judged, hires(plan.judged)),
        row("nobody", plan, plan.nothing, 0.0),
        row("one for each leaver", plan, usual, hires(usual)),
        row("the same, equal service", plan, equal.judged, hires(equal.judged)),
    ]
    worse = plan_capacity(*what_if(inputs.case, need, WhatIf(attrition=2.0)), settings)
    rows.append(row("plan, attrition doubled", worse, worse.judged, hires(worse.judged)))
    print(f"{'':26}{'lowest':>8}{'mean':>8}{'hired':>7}{'cost':>13}{'a contact':>10}")
    for line in rows:
        print(
            f"{line['policy']:26}{line['lowest']:>8.1%}{line['mean']:>8.1%}{line['hired']:>7.1f}"
            f"{line['cost']:>13,}{line['per_contact']:>10.3f}"
        )
    record = {
        "date": date.today().isoformat(),
        "weeks": given.weeks,
        "seconds": {
            "need": round(known - began, 1),
            "plan": round(done - known, 1),
            "all": round(done - began, 1),
            "processor": round(worked, 1),
        },
        "need_error": round(need.checked_error, 4),
        "objective": round(plan.chosen.objective),
        "bound": round(plan.chosen.bound),
        "gap": round(plan.gap, 5),
        "gap_flexible": round(plan.gap_flexible, 4),
        "probability": settings.probability,
        "weeks_in_reach": int(np.sum(plan.reachable)),
        "rows": rows,
    }
    given.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
