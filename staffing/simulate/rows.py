"""Counts of all replications -> rows of the verdict."""

import math

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.note import Note
from staffing.domain.queue import AnswerTarget, DeadlineTarget, Queue
from staffing.domain.requirement import Requirement
from staffing.domain.verdict import QueueVerdict
from staffing.simulate.expected import Expected
from staffing.simulate.tally import ABANDONED, ARRIVED, JUDGED, Tally, level

WIDE_BAND = 0.02
"""A week's band with a half-width beyond this is worth a note."""


def kind_of(queue: Queue) -> str:
    """Denominator of the queue's service level; deferred work counts all that was due."""
    return queue.target.kind if isinstance(queue.target, AnswerTarget) and not queue.has_deadline else "offered"


def target_of(queue: Queue) -> float:
    """Service level or share aimed at."""
    return queue.target.share if isinstance(queue.target, DeadlineTarget) else queue.target.service_level


def verdict_rows(
    tally: Tally, queues: tuple[Queue, ...], requirement: Requirement, expected: Expected
) -> tuple[QueueVerdict, ...]:
    """One row per queue for the horizon, then one per queue and day."""
    days = range(requirement.grid.days)
    whole = [_row(tally, queue, row, None, requirement, expected) for row, queue in enumerate(queues)]
    daily = [_row(tally, queue, row, day, requirement, expected) for row, queue in enumerate(queues) for day in days]
    return (*whole, *daily)


def _row(
    tally: Tally, queue: Queue, row: int, day: int | None, requirement: Requirement, expected: Expected
) -> QueueVerdict:
    grid = requirement.grid
    days = slice(0, grid.days) if day is None else slice(day, day + 1)
    steps = slice(0, grid.n) if day is None else grid.day_slice(day)
    counts = tally.by_day[:, row, days].sum(axis=1)
    levels = level(counts[np.newaxis], (kind_of(queue),))[0]
    target = target_of(queue)
    known = levels[~np.isnan(levels)]
    low95, high95 = band(known)
    return QueueVerdict(
        queue=queue.id,
        day=day,
        target=target,
        expected_sl=expected.mean(row, steps),
        service_level=float(known.mean()) if len(known) else None,
        low95=low95,
        high95=high95,
        # The tolerance keeps a level such as 95/100 from falling short of 0.95 by rounding.
        probability=float(np.mean(known >= target - 1e-9)) if len(known) else None,
        occupancy=_mean_share(tally.busy_s[:, row, days].sum(axis=1), tally.staffed_s[:, row, days].sum(axis=1)),
        abandonment=None if queue.has_deadline else _mean_share(counts[:, ABANDONED], counts[:, JUDGED]),
        contacts=float(counts[:, ARRIVED].mean()),
        asked=queue.probability,
    )


def band(values: FloatArray, least: float = 0.0) -> tuple[float | None, float | None]:
    """95 % confidence band of the mean of `values` (Student), inside least..1; None for fewer than two."""
    if len(values) < 2:
        return None, None
    from scipy.special import stdtrit

    half = float(stdtrit(len(values) - 1, 0.975)) * float(values.std(ddof=1)) / math.sqrt(len(values))
    return max(least, float(values.mean()) - half), min(1.0, float(values.mean()) + half)


def chances_of_all(tally: Tally, queues: tuple[Queue, ...]) -> tuple[float | None, float | None]:
    """Shares of replications in which every queue kept its target on every day, and over the horizon.

    Queues and days without a contact have nothing to keep; None when no replication has any.
    """
    kinds = tuple(kind_of(queue) for queue in queues)
    target = np.array([target_of(queue) for queue in queues])
    daily = level(tally.by_day, kinds, axis=1)
    whole = level(tally.by_day.sum(axis=2), kinds, axis=1)
    if np.isnan(whole).all():
        return None, None
    kept_daily = np.isnan(daily) | (daily >= target[:, np.newaxis] - 1e-9)
    kept_whole = np.isnan(whole) | (whole >= target - 1e-9)
    return float(kept_daily.all(axis=(1, 2)).mean()), float(kept_whole.all(axis=1).mean())


def _mean_share(part: FloatArray, whole: FloatArray) -> float | None:
    """Mean over replications of part / whole; those with nothing to share out are left out."""
    some = whole > 0
    return float(np.mean(part[some] / whole[some])) if some.any() else None


def notes(tally: Tally, rows: tuple[QueueVerdict, ...], queues: tuple[Queue, ...]) -> tuple[Note, ...]:
    """What a reader of the rows should know.

    Codes: ``simulation_no_contacts``, ``simulation_not_due`` (all work is due beyond the horizon),
    ``simulation_wide_band`` (half_width), ``simulation_turned_away`` (contacts per replication that
    came while their queue was closed).
    """
    found = []
    replications = len(tally.by_day)
    for number, (row, queue) in enumerate(zip(rows, queues, strict=False)):
        name = ("queue", queue.id)
        arrived, judged = tally.by_day[:, number].sum(axis=(0, 1))[[ARRIVED, JUDGED]]
        if not arrived:
            found.append(Note("simulation_no_contacts", (name,)))
        elif not judged:
            found.append(Note("simulation_not_due", (name, ("share", 1.0))))
        if row.low95 is not None and row.high95 is not None and row.high95 - row.low95 > 2 * WIDE_BAND:
            found.append(Note("simulation_wide_band", (name, ("half_width", (row.high95 - row.low95) / 2))))
        if tally.turned_away[number]:
            mean = float(tally.turned_away[number] / replications)
            found.append(Note("simulation_turned_away", (name, ("contacts", mean))))
    return tuple(found)
