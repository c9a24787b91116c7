"""Service interval by interval: bands from batches of replications, and each queue's worst interval."""

import math

import numpy as np

from staffing.domain.arrays import FloatArray, frozen
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import Queue
from staffing.domain.requirement import Requirement
from staffing.domain.roster import Roster
from staffing.domain.verdict import WorstInterval
from staffing.simulate.rows import kind_of, target_of
from staffing.simulate.tally import Tally, judged_parts

BUSY_SHARE = 0.1
"""Intervals with a smaller share of the contacts of the queue's busiest interval are not judged alone."""
FEW = 100
"""Nor are those with fewer contacts than this over all replications."""


def interval_bands(parts: list[Tally], kinds: tuple[str, ...]) -> tuple[FloatArray | None, FloatArray | None]:
    """95 % bands of the service level of each queue and interval; None for fewer than two batches.

    The level is a ratio of sums over replications, so its error follows from the batches' residuals
    ``good - level * base`` (ratio estimator, Cochran 1977), with Student's factor for the number of batches.

    Parameters
    ----------
    parts : list of Tally
        Batches of replications.
    kinds
        Kind of each queue's service level.

    Returns
    -------
    (low, high)
        Shape (queues, intervals), inside 0..1, NaN without contacts.
    """
    if len(parts) < 2:
        return None, None
    from scipy.special import stdtrit

    pairs = [judged_parts(part.by_step, kinds) for part in parts]
    good = np.sum([pair[0] for pair in pairs], axis=0).astype(np.float64)
    base = np.sum([pair[1] for pair in pairs], axis=0).astype(np.float64)
    level = np.divide(good, base, out=np.full(base.shape, np.nan), where=base > 0)
    squares = np.sum([(pair[0] - level * pair[1]) ** 2 for pair in pairs], axis=0)
    factor = float(stdtrit(len(parts) - 1, 0.975)) * math.sqrt(len(parts) / (len(parts) - 1))
    half = factor * np.sqrt(squares) / np.where(base > 0, base, np.nan)
    return frozen(np.clip(level - half, 0.0, 1.0)), frozen(np.clip(level + half, 0.0, 1.0))


def worst_intervals(
    total: Tally,
    bands: tuple[FloatArray | None, FloatArray | None],
    problem: RosterProblem,
    roster: Roster,
    queues: tuple[Queue, ...],
    requirement: Requirement,
) -> tuple[WorstInterval, ...]:
    """The worst interval of each queue, in the order of the queues; queues without a busy interval have none."""
    good, base = judged_parts(total.by_step, tuple(kind_of(queue) for queue in queues))
    agents = on_intervals(roster.coverage(problem.proficiency), requirement)
    replications = len(total.by_day)
    found = []
    for row, queue in enumerate(queues):
        busy = base[row] >= max(FEW, BUSY_SHARE * base[row].max(initial=0))
        if not busy.any():
            continue
        level = np.where(busy, good[row] / np.maximum(base[row], 1), np.inf)
        # Of intervals that are equally bad the one with most contacts matters most.
        step = int(np.lexsort((-base[row], level))[0])
        low, high = (None if band is None else float(band[row, step]) for band in bands)
        found.append(
            WorstInterval(
                queue=queue.id,
                step=step,
                target=target_of(queue),
                service_level=float(level[step]),
                low95=low,
                high95=high,
                contacts=float(base[row, step] / replications),
                required=float(requirement.agents_gross[row, step]),
                rostered=float(agents[row, step]),
            )
        )
    return tuple(found)


def on_intervals(slots: FloatArray, requirement: Requirement) -> FloatArray:
    """Means over the intervals of `requirement` of values (queues, slots)."""
    mean: FloatArray = slots.reshape(len(slots), requirement.grid.n, -1).mean(axis=2)
    return mean
