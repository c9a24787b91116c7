"""Contacts that arrive while a queue is closed wait for its next open interval."""

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray


def next_open(open_steps: BoolArray) -> IntArray:
    """Index of the first open step at or after each step, shape (steps,); the number of steps when none follows."""
    steps = len(open_steps)
    places = np.where(open_steps, np.arange(steps), steps)
    result: IntArray = np.minimum.accumulate(places[::-1])[::-1]
    return result


def to_next_open(values: FloatArray, open_steps: BoolArray) -> FloatArray:
    """Move values, shape (steps,), to the first open step at or after them; what no open step follows is left out.

    Examples
    --------
    >>> import numpy as np
    >>> to_next_open(np.array([1.0, 2.0, 4.0, 8.0]), np.array([False, False, True, False]))
    array([0., 0., 7., 0.])
    """
    moved = np.zeros(len(values) + 1)
    np.add.at(moved, next_open(open_steps), values)
    moved[:-1][~open_steps] = 0.0
    return moved[:-1]
