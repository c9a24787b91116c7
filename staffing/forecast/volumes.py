"""What each queue's own model says, before deflection, cutting and bands."""

from dataclasses import dataclass, replace

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.domain.note import Note
from staffing.domain.timegrid import TimeGrid

LEAD_DAYS = 10
"""Days forecast before the horizon, so that work arriving while a queue is closed is not lost at its edge."""


@dataclass(frozen=True, eq=False)
class QueueVolume:
    """Expected contacts and relative uncertainty of one queue on the wide grid (lead days and horizon).

    Attributes
    ----------
    volume, interval_cv : (steps,)
    day_cv : (days,)
    method : str
        Members used, ``mean4``, ``mean8``, ``derived:QUEUE``, ``schedule:PERIOD``, ``siblings:QUEUE+QUEUE``,
        ``zero`` or ``no_history``.
    past_error : float
        WAPE of the queue's intervals over past weekly origins; NaN where there were too few, or no own history.
    known_days : int
        Days of own history.
    """

    volume: FloatArray
    interval_cv: FloatArray
    day_cv: FloatArray
    method: str
    notes: tuple[Note, ...] = ()
    past_error: float = float("nan")
    known_days: int = 0

    def deflected(self, share: float) -> "QueueVolume":
        """The same with `share` of the contacts taken by self-service."""
        return self if share == 0 else replace(self, volume=self.volume * (1.0 - share))


def silent(steps: int, days: int, method: str, *notes: Note) -> QueueVolume:
    """No contacts at all."""
    return QueueVolume(np.zeros(steps), np.zeros(steps), np.zeros(days), method, notes)


def total_by_day(volume: FloatArray, grid: TimeGrid) -> FloatArray:
    """Contacts of each day, shape (days,)."""
    result: FloatArray = np.add.reduceat(volume, grid.day_start[:-1])
    return result
