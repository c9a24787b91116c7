"""New queues: profile, weekdays and calendar of queues like them, at their own level.

A handful of days tells how much comes, but hardly when. So the forecast of queues of the same channel, of the same
skill where there are any, is scaled by what came in the new queue relative to what came in them on the same days.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Event, Scenario
from staffing.domain.note import Note
from staffing.domain.queue import Queue
from staffing.domain.timegrid import TimeGrid
from staffing.forecast.frame import QueueFrame, queue_frame
from staffing.forecast.series import from_cells
from staffing.forecast.volumes import LEAD_DAYS, QueueVolume, total_by_day

YOUNG_DAYS = 10
"""A queue with fewer known days looks at its siblings,"""
GROWN_DAYS = 28
"""which have at least so many."""
UNLIKE = 1.1
"""Siblings whose days fit worse than the mean of the queue's other days, by more than this factor, are not followed."""
SHAPE_CV = 0.1
"""How much the intervals of siblings differ beyond their own uncertainty."""
NAMED = 3


@dataclass(frozen=True, slots=True)
class Likeness:
    """What the days known of both tell: `factor` is the queue's volume relative to its siblings' together."""

    factor: float
    days: int
    contacts: float


def with_siblings(
    scenario: Scenario,
    table: DayTable,
    queues: Sequence[Queue],
    volumes: Mapping[str, QueueVolume],
    first_day: date,
    days: int,
) -> dict[str, QueueVolume]:
    """`volumes` with those of new queues replaced by what their siblings say, where siblings are like them."""
    result = dict(volumes)
    young = [queue for queue in queues if _contacts(volumes[queue.id]) and volumes[queue.id].known_days < YOUNG_DAYS]
    grid = TimeGrid(scenario.centre.timezone, first_day, days, scenario.centre.interval_min)
    before = first_day - timedelta(days=LEAD_DAYS)
    wide = TimeGrid(scenario.centre.timezone, before, days + LEAD_DAYS, scenario.centre.interval_min)

    @cache
    def frame_of(queue_id: str) -> QueueFrame:
        return queue_frame(scenario, table, scenario.centre.queue(queue_id), grid)

    for queue in young:
        siblings = _siblings(scenario, queue, queues, volumes)
        found = _likeness(queue, siblings, frame_of) if siblings else None
        if found is not None:
            own, like = volumes[queue.id], [volumes[sibling.id] for sibling in siblings]
            together = np.sum([volume.volume for volume in like], axis=0)
            is_open = _open(frame_of(queue.id), wide) if queue.hours is not None else together > 0
            result[queue.id] = _scaled(own, like, found, is_open, wide, _named(queue, siblings, own.known_days))
    return result


def _contacts(volume: QueueVolume) -> bool:
    return bool(volume.known_days) and bool(volume.volume.any())


def _siblings(
    scenario: Scenario, queue: Queue, queues: Sequence[Queue], volumes: Mapping[str, QueueVolume]
) -> list[Queue]:
    """Queues of the same channel, with enough history and the same events; only those of the same skill, if any."""

    def events(queue_id: str) -> list[Event]:
        return [event for event in scenario.events if not event.queues or queue_id in event.queues]

    found = [
        other
        for other in queues
        if other.id != queue.id
        and other.channel is queue.channel
        and volumes[other.id].known_days >= GROWN_DAYS
        and _contacts(volumes[other.id])
        and events(other.id) == events(queue.id)
    ]
    same = [other for other in found if queue.skill and other.skill == queue.skill]
    return sorted(same or found, key=lambda other: -float(volumes[other.id].volume.sum()))


def _likeness(queue: Queue, siblings: Sequence[Queue], frame_of: Callable[[str], QueueFrame]) -> Likeness | None:
    """Compare days known of the queue and of all its siblings; None where there are none, or they are too different."""
    origin = frame_of(queue.id).origin
    own, *others = [frame_of(each.id).series.until(origin) for each in (queue, *siblings)]
    usable = own.known & np.all([other.known | ~other.is_open.any(axis=1) for other in others], axis=0)
    counts = own.counts[usable]
    together = np.sum([np.nan_to_num(other.counts[usable]) for other in others], axis=0)
    seen = np.isfinite(counts)
    contacts, base = float(counts[seen].sum()), float(together[seen].sum())
    if not (contacts > 0 and base > 0):
        return None
    factor = contacts / base
    if len(counts) > 1:
        rest = (np.nansum(counts, axis=0) - np.nan_to_num(counts)) / np.maximum(seen.sum(axis=0) - seen, 1)
        if _error(counts, factor * together) > UNLIKE * _error(counts, rest):
            return None
    return Likeness(factor, len(counts), contacts)


def _error(counts: FloatArray, said: FloatArray) -> float:
    return float(np.nansum(np.abs(counts - said)))


def _open(frame: QueueFrame, wide: TimeGrid) -> BoolArray:
    """Open steps of `wide`; none before the first day of the frame."""
    first = frame.days - wide.days
    rows = frame.series.is_open[max(0, first) :]
    pad = np.zeros((max(0, -first), frame.series.cells))
    return from_cells(np.vstack([pad, rows]), wide) > 0


def _named(queue: Queue, siblings: Sequence[Queue], days: int) -> tuple[str, Note]:
    """Method and note that tell the siblings, the busiest first."""
    names = ", ".join(sibling.name or sibling.id for sibling in siblings[:NAMED])
    names += ", …" if len(siblings) > NAMED else ""
    note = Note("forecast_sibling", (("queue", queue.id), ("days", days), ("siblings", names)))
    return f"siblings:{'+'.join(sibling.id for sibling in siblings[:NAMED])}", note


def _scaled(
    own: QueueVolume,
    like: Sequence[QueueVolume],
    found: Likeness,
    is_open: BoolArray,
    wide: TimeGrid,
    named: tuple[str, Note],
) -> QueueVolume:
    """Siblings' volume at the queue's level in its open intervals; its own where no sibling is open."""
    together = found.factor * np.sum([volume.volume for volume in like], axis=0)
    volume = np.where(is_open, np.where(together > 0, together, own.volume), 0.0)
    day_cv = np.mean([volume.day_cv for volume in like], axis=0)
    level = 1.0 / found.contacts + day_cv**2 / found.days
    interval_cv = np.hypot(np.mean([volume.interval_cv for volume in like], axis=0), SHAPE_CV)
    return replace(
        own,
        volume=volume,
        interval_cv=np.where(volume > 0, interval_cv, 0.0),
        day_cv=np.maximum(own.day_cv, np.sqrt(day_cv**2 + level)) * (total_by_day(volume, wide) > 0),
        method=named[0],
        notes=(*own.notes, named[1]),
    )
