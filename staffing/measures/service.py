"""Service kept, and where it is worst."""

from dataclasses import dataclass

import numpy as np

from staffing.domain.verdict import Verdict
from staffing.measures.coverage import coverage
from staffing.plan import Plan


@dataclass(frozen=True, slots=True)
class Gap:
    """A run of slots of one queue and day in which agents are short."""

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

    Slots less than `threshold` agents short do not count.
    """
    table = coverage(plan)
    gap = np.where(table.is_open, table.gap, 0.0)
    found = []
    for row, queue in enumerate(table.queues):
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
                    float(table.expected_sl[row, start:end].min()),
                )
            )
    return tuple(sorted(found, key=lambda item: (-item.short_h, item.start, item.queue))[:count])
