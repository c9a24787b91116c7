"""A plan in many possible futures: how often each week keeps its targets, and what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil

import numpy as np

from staffing.capacity.headcount import Entry, HeadCount, simulate_heads
from staffing.capacity.hours import (
    all_cuts,
    cheapest_extra,
    draw_factors,
    extra_caps,
    extra_prices,
    own_hours,
    present_share,
)
from staffing.capacity.values import CapacityCase, WeeklyNeed
from staffing.domain.arrays import BoolArray, FloatArray

COSTS = ("wages", "hiring", "training", "overtime", "outside")


@dataclass(frozen=True, eq=False)
class Judged:
    """What happened in `runs` possible futures.

    Attributes
    ----------
    kept : (runs, weeks) of bool
        Whether every queue had its hours, overtime and bought hours included.
    short_h : (runs, weeks)
        Hours that the worst set of queues lacked.
    costs : (runs, components, weeks)
        By `COSTS`.
    extra_h : (runs, sources, weeks)
        Overtime of each group, then bought hours, as required hours covered.
    contacts : (runs, weeks)
    people : HeadCount
    lacking_h : (runs, cuts, weeks)
        Hours lacking before anything is added; negative: to spare.
    """

    kept: BoolArray
    short_h: FloatArray
    costs: FloatArray
    extra_h: FloatArray
    contacts: FloatArray
    people: HeadCount
    lacking_h: FloatArray = field(repr=False)

    @property
    def probability(self) -> FloatArray:
        """Chance that each week keeps its targets, (weeks,)."""
        return np.asarray(self.kept.mean(axis=0))

    @property
    def cost(self) -> FloatArray:
        """Cost of each run, (runs,)."""
        return np.asarray(self.costs.sum(axis=(1, 2)))

    @property
    def cost_per_contact(self) -> float:
        """Mean cost over mean contacts; 0 where there are none."""
        contacts = float(self.contacts.sum(axis=1).mean())
        return float(self.cost.mean()) / contacts if contacts > 0 else 0.0


def judge_entries(
    case: CapacityCase,
    need: WeeklyNeed,
    entries: Sequence[Entry],
    *,
    runs: int = 1000,
    seed: int = 1,
    replace_leavers: bool = False,
) -> Judged:
    """Simulate attrition and demand under a plan.

    Parameters
    ----------
    case, need, entries
        As in `simulate_heads`.
    runs, seed : int
        Plans judged with one seed meet the same demand.
    replace_leavers : bool
        Hire one for each leaver on top.

    Returns
    -------
    Judged
    """
    people = simulate_heads(case, need, entries, runs=runs, seed=seed, replace_leavers=replace_leavers)
    present = present_share(case, need)
    own = own_hours(people, present)
    cuts = all_cuts(case, need)
    factor = draw_factors(need, runs, seed)
    padded = np.concatenate([own, np.zeros((runs, len(case.outside), need.weeks))], axis=1)
    lacking = cuts.need(need.hours(factor)) - cuts.supply(padded)
    prices = extra_prices(case, present)
    added = cheapest_extra(cuts, lacking, extra_caps(case, own, need), prices)
    costs = np.zeros((runs, len(COSTS), need.weeks))
    costs[:, 0] = people.wages.sum(axis=1)
    hire = np.array([group.hire_cost for group in case.groups])
    # Replacements come one by one; their share of a full class is the kindest price.
    seat = np.array([group.class_cost / group.class_max for group in case.groups])
    planned = planned_costs(case, entries, need.weeks)
    by_plan = np.zeros((len(case.groups), need.weeks))
    for entry in entries:
        if entry.source is None:
            by_plan[entry.group, entry.week] += entry.count
    replaced = people.hired - by_plan
    costs[:, 1] = np.einsum("g,rgw->rw", hire, people.hired.astype(float))
    costs[:, 2] = planned + np.einsum("g,rgw->rw", seat, replaced)
    groups = len(case.groups)
    costs[:, 3] = (added.hours[:, :groups] * prices[:groups]).sum(axis=1)
    costs[:, 4] = (added.hours[:, groups:] * prices[groups:]).sum(axis=1)
    contacts = (need.contacts * factor).sum(axis=1)
    return Judged(added.kept, added.short_h, costs, added.hours, contacts, people, lacking)


def planned_costs(case: CapacityCase, entries: Sequence[Entry], weeks: int) -> FloatArray:
    """Cost of classes and of cross-training in each week, (weeks,)."""
    cost, sizes = np.zeros(weeks), dict[tuple[int, int], int]()
    for entry in entries:
        if entry.source is None:
            sizes[entry.group, entry.week] = sizes.get((entry.group, entry.week), 0) + entry.count
        else:
            cost[entry.week] += entry.count * entry.cost
    for (group, week), size in sizes.items():
        cost[week] += case.groups[group].class_cost * ceil(size / case.groups[group].class_max)
    return cost
