"""When work derived from another queue arrives."""

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray
from staffing.domain.queue import QueueSource
from staffing.domain.timegrid import TimeGrid


def delayed(source: QueueSource, contacts: FloatArray, is_open: BoolArray, grid: TimeGrid) -> FloatArray:
    """Contacts of the source, moved to the steps in which the work derived from them arrives.

    Parameters
    ----------
    source : QueueSource
        `delay_h` moves by clock hours (a part of a step splits between two), then `delay_days` to the first open step
        of so many open days later. What leaves the grid is left out.
    contacts : ndarray
        By step of the source, shape (steps,); NaN is unknown and makes unknown what it moves to.
    is_open : ndarray
        Open steps of the derived queue, shape (steps,).
    grid : TimeGrid
        The steps.

    Examples
    --------
    Friday's contacts come on Monday at opening, those of the weekend too.

    >>> from datetime import date
    >>> grid = TimeGrid("UTC", date(2026, 1, 9), 4, 720)
    >>> is_open = np.array([0, 1, 0, 0, 0, 0, 0, 1], dtype=bool)
    >>> delayed(QueueSource("phone", 0.1, delay_days=1), np.ones(8), is_open, grid).tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 6.0]
    >>> delayed(QueueSource("phone", 0.1, delay_h=18), np.array([8.0, 0, 0, 0, 0, 0, 0, 0]), is_open, grid).tolist()
    [0.0, 4.0, 4.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    if source.delay_h > 0:
        steps, part = divmod(source.delay_h / grid.step_h, 1.0)
        later = _shifted(contacts, int(steps))
        contacts = later if part == 0 else (1.0 - part) * later + part * _shifted(contacts, int(steps) + 1)
    if source.delay_days == 0:
        return contacts
    open_steps = np.flatnonzero(is_open)
    open_days, place = np.unique(grid.day[open_steps], return_index=True)
    moved = np.zeros(grid.n)
    for day in range(grid.days):
        target = int(np.searchsorted(open_days, day, side="right")) + source.delay_days - 1
        if target < len(open_days):
            moved[open_steps[place[target]]] += contacts[grid.day_slice(day)].sum()
    return moved


def _shifted(values: FloatArray, steps: int) -> FloatArray:
    """The same `steps` later, nothing before."""
    return np.concatenate((np.zeros(min(steps, len(values))), values[: max(0, len(values) - steps)]))
