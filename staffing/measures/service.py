"""Service kept, and where it is worst."""

from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray
from staffing.domain.verdict import Verdict
from staffing.measures.coverage import Coverage, coverage
from staffing.plan import Plan


@dataclass(frozen=True, slots=True)
class Gap:
    """A run of slots of one day in which agents are short on a queue, or on a pool (``phone+video``)."""

    queue: str
    day: int
    start: int
    end: int
    short_h: float
    worst: float
    expected_sl: float


def service_floor(verdict: Verdict) -> float | None:
    """Smallest simulated service relative to its target over the queues, 1 where all targets are kept."""
    shares = [min(1.0, row.service_level / row.target) for row in verdict.week() if row.service_level is not None]
    return min(shares) if shares else None


def worst_gaps(plan: Plan, count: int = 3, threshold: float = 0.05) -> tuple[Gap, ...]:
    """The `count` runs of short slots with the most missing agent-hours.

    Slots less than `threshold` agents short do not count, nor those of a queue or pool that is part of a pool as
    short in that slot: the same agents are missing there.
    """
    table = coverage(plan)
    names, levels = table.queues, table.expected_sl
    gap = np.where(table.is_open, table.gap, 0.0)
    if table.pools is not None:
        names, levels = names + table.pools.names, np.concatenate([levels, table.pools.expected_sl])
        gap = _once(np.concatenate([gap, np.where(table.pools.is_open, table.pools.gap, 0.0)]), table.pools.member)
    found = []
    for row, queue in enumerate(names):
        short = np.concatenate([[False], gap[row] < -threshold, [False]])
        edges = np.flatnonzero(np.diff(short.astype(int)))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            missing = gap[row, start:end]
            found.append(
                Gap(
                    queue,
                    int(table.grid.day_of(start)),
                    int(start),
                    int(end),
                    float(-missing.sum() * table.grid.step_h),
                    float(missing.min()),
                    float(levels[row, start:end].min()),
                )
            )
    return tuple(sorted(found, key=lambda item: (-item.short_h, item.start, item.queue))[:count])


def _once(gap: FloatArray, member: BoolArray) -> FloatArray:
    """Gaps (rows, slots) of queues and pools without those of rows inside a pool that is at least as short."""
    sets = np.concatenate([np.eye(member.shape[1], dtype=bool), member])
    kept = gap.copy()
    for row, queues in enumerate(sets):
        around = (sets | ~queues).all(axis=1) & (sets.sum(axis=1) > queues.sum())
        kept[row, gap[row] >= gap[around].min(axis=0, initial=0.0)] = 0.0
    return kept


def served_share(plan: Plan, table: Coverage, queue: str, slots: slice) -> float | None:
    """Share of a queue's contacts, or of its work that falls due, served in time by the roster; None without any.

    By the curves of the requirement, not simulated.
    """
    row = table.queues.index(queue)
    if plan.problem.deadline[row]:
        weight = np.diff(plan.problem.latest_h[row], prepend=0.0)[slots]
    else:
        ratio = plan.requirement.grid.step_min // table.grid.step_min
        volume = plan.forecast.volume[plan.forecast.queues.index(queue)]
        weight = np.where(table.is_open[row], np.repeat(volume, ratio) / ratio, 0.0)[slots]
    total = float(weight.sum())
    return float((weight * table.expected_sl[row, slots]).sum() / total) if total > 0 else None
