"""From people to hours that keep targets, and from need to what has to be added at the least cost."""

from dataclasses import dataclass

import numpy as np

from staffing.capacity.cuts import Cuts, find_cuts
from staffing.capacity.headcount import HeadCount
from staffing.capacity.values import CapacityCase, WeeklyNeed
from staffing.domain.arrays import BoolArray, FloatArray

ENOUGH_H = 1e-6


def present_share(case: CapacityCase, need: WeeklyNeed) -> FloatArray:
    """Share of paid hours that meets requirement, (groups, weeks): not absent as planned, on break or misplaced."""
    share = np.full((len(case.groups), need.weeks), (1.0 - case.break_share) * case.roster_fit)
    for row, group in enumerate(case.groups):
        for lost in absence_shares(case, need, group.id).values():
            share[row] *= 1.0 - lost
    return share


def absence_shares(case: CapacityCase, need: WeeklyNeed, group: str) -> dict[str, FloatArray]:
    """Share of each week lost to each planned reason, (weeks,); a reason that holds on some days counts for those."""
    found: dict[str, FloatArray] = {}
    for reason in case.absences:
        if not reason.concerns(group):
            continue
        days = np.array(
            [
                [
                    (reason.start is None or reason.start.toordinal() <= day)
                    and (reason.end is None or day <= reason.end.toordinal())
                    for day in range(start.toordinal(), start.toordinal() + 7)
                ]
                for start in need.starts
            ]
        )
        lost = reason.share * days.mean(axis=1)
        before = found.get(reason.name, np.zeros(need.weeks))
        found[reason.name] = before + lost - before * lost
    return found


def all_cuts(case: CapacityCase, need: WeeklyNeed) -> Cuts:
    """Conditions over groups first, then what can be bought outside."""
    return find_cuts([*(group.queues for group in case.groups), *(buy.queues for buy in case.outside)], need.queues)


def extra_caps(case: CapacityCase, own_h: FloatArray, need: WeeklyNeed) -> FloatArray:
    """Hours that can be added at most, by source: overtime of each group, then each outside one.

    `own_h` (..., groups, weeks); the result (..., sources, weeks).
    """
    share = np.array([group.overtime_share for group in case.groups])[:, np.newaxis]
    bought = np.array([buy.max_h for buy in case.outside]).reshape(-1, 1)
    outside = np.broadcast_to(bought, (*own_h.shape[:-2], len(case.outside), need.weeks))
    return np.concatenate([own_h * share, outside], axis=-2)


def extra_prices(case: CapacityCase, present: FloatArray) -> FloatArray:
    """Price of one required hour of each source, (sources, weeks)."""
    rows = [
        group.wage_per_h * case.overtime_factor / ((1.0 - case.break_share) * case.roster_fit) for group in case.groups
    ]
    prices = np.array(rows)[:, np.newaxis] * np.ones(present.shape[1])
    bought = np.array([buy.price_per_h for buy in case.outside]).reshape(-1, 1) * np.ones(present.shape[1])
    return np.concatenate([prices, bought])


@dataclass(frozen=True, eq=False)
class Added:
    """What had to be added: `hours` (..., sources, weeks), and whether it was enough, (..., weeks).

    `short_h` (..., weeks) are the hours that the worst set of queues still lacks.
    """

    hours: FloatArray
    kept: BoolArray
    short_h: FloatArray


def cheapest_extra(cuts: Cuts, lacking: FloatArray, caps: FloatArray, prices: FloatArray) -> Added:
    """Least-cost hours to add so that every cut has what it lacks.

    The hours that cover all cuts form a contra-polymatroid, so the greedy choice is the cheapest: start from all that
    can be added and give back the dearest as far as no cut goes short, then the next (Edmonds 1970).

    Parameters
    ----------
    cuts : Cuts
    lacking : (..., cuts, weeks)
        Hours each cut lacks; negative where it has more than enough.
    caps : (..., sources, weeks)
    prices : (sources, weeks)
        The order is that of the mean price.

    Returns
    -------
    Added
        Where even everything is not enough, everything that helps is added.
    """
    short = np.maximum(0.0, (lacking - cuts.supply(caps)).max(axis=-2))
    kept = short <= ENOUGH_H
    hours = np.array(caps)
    for source in np.argsort(-prices.mean(axis=1), kind="stable"):
        mine = np.flatnonzero(cuts.sources[:, source])
        if not len(mine):
            hours[..., source, :] = 0.0
            continue
        others = np.array(cuts.sources[mine], dtype=float)
        others[:, source] = 0.0
        left = lacking[..., mine, :] - np.einsum("cs,...sw->...cw", others, hours, optimize=True)
        hours[..., source, :] = np.clip(left.max(axis=-2), 0.0, caps[..., source, :])
    return Added(hours, kept, short)


def own_hours(people: HeadCount, present: FloatArray) -> FloatArray:
    """Required hours that the people of each group cover, (runs, groups, weeks)."""
    return people.ready_h * present


def draw_factors(need: WeeklyNeed, runs: int, seed: int) -> FloatArray:
    """Possible volumes relative to the forecast, (runs, queues, weeks), mean 1.

    The level moves together in all queues and slowly, by a first-order autoregression with a memory of half a year;
    each queue has its own luck of the week on top.
    """
    rng = np.random.default_rng([seed, 7])
    memory = np.exp(-1.0 / 26.0)
    shock = rng.standard_normal((runs, need.weeks))
    level = np.empty_like(shock)
    level[:, 0] = shock[:, 0]
    for week in range(1, need.weeks):
        level[:, week] = memory * level[:, week - 1] + np.sqrt(1.0 - memory**2) * shock[:, week]
    own = rng.standard_normal((runs, *need.need_h.shape))
    spread = need.level_sd * level[:, np.newaxis] + need.noise_sd * own
    return np.exp(spread - (need.level_sd**2 + need.noise_sd**2) / 2.0)
