"""The usual policy, as a yardstick: hire one for each leaver, from a head count that is large enough."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from staffing.capacity.headcount import Entry
from staffing.capacity.hours import all_cuts
from staffing.capacity.judge import Judged, judge_entries
from staffing.capacity.plan import JUDGE_SEED, CapacityPlan

STEP, NEAR = 3, 0.05
"""People added at a time, one by one when the chance is near."""
MOST_STEPS = 60


@dataclass(frozen=True, eq=False)
class Replacing:
    """One for each leaver after a first round of `entries`, and what comes of it."""

    entries: tuple[Entry, ...]
    judged: Judged
    lowest: float


def replacing_at(plan: CapacityPlan, *, progress: Callable[[float], None] | None = None) -> Replacing:
    """One for each leaver at the service of `plan`.

    People are added once, at the earliest start of their group and without regard to rooms and class sizes, to the
    cheapest group of the set of queues that most often lacks hours in the worst week, until the lowest chance among the
    weeks the plan can help is the plan's. So the comparison is kind to the usual policy: its first round is where it is
    needed, training has no limits, and it is found in the very futures in which it is judged, which are the plan's.

    Parameters
    ----------
    plan : CapacityPlan
        Gives the world, the weeks that count, the futures and the service to reach.
    progress : callable, optional
        Told the lowest chance so far.

    Returns
    -------
    Replacing
        `lowest` is below the plan's where even many people do not help.
    """
    case, need, settings = plan.case, plan.need, plan.settings
    cuts, added = all_cuts(case, need), dict[int, int]()
    for _ in range(MOST_STEPS):
        entries = tuple(Entry(group, case.groups[group].lead_weeks, count) for group, count in sorted(added.items()))
        judged = judge_entries(
            case, need, entries, runs=settings.runs, seed=settings.seed + JUDGE_SEED, replace_leavers=True
        )
        chance = np.where(plan.reachable, judged.probability, 1.0)
        lowest, week = float(chance.min()), int(chance.argmin())
        if progress is not None:
            progress(lowest)
        lacking = judged.lacking_h[:, :, week] - cuts.supply(judged.extra_h)[:, :, week]
        worst = int(np.bincount(lacking.argmax(axis=1), minlength=len(cuts)).argmax())
        able = [g for g, group in enumerate(case.groups) if cuts.sources[worst, g] and group.offers]
        if lowest >= plan.lowest or not able:
            break
        cheapest = min(able, key=lambda g: case.groups[g].offers[0].wage_per_h)
        added[cheapest] = added.get(cheapest, 0) + (1 if lowest > plan.lowest - NEAR else STEP)
    return Replacing(entries, judged, lowest)
