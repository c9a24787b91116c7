"""The smallest crew that keeps a target: search over any monotone model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from staffing.erlang.special import Array

Meets = Callable[[Array, NDArray[np.intp]], NDArray[np.bool_]]
_HALVINGS = 30  # real-valued agents are found to 1e-9 of an agent


def smallest_crew(meets: Meets, guess: Array, *, integer: bool) -> Array:
    """Smallest number of agents for which `meets` holds, by bracketing from a guess and halving.

    Parameters
    ----------
    meets : callable
        ``meets(agents, rows)`` -> bool per row; must not turn false again as agents grow.
    guess : ndarray
        Where to start looking, shape (rows,); only speed depends on it.
    integer : bool
        Whole agents, or real ones: then the upper end of the last bracket, which meets.

    >>> smallest_crew(lambda c, rows: c >= np.array([3.25, 0.0])[rows], np.array([9.0, 1.0]), integer=True).tolist()
    [4.0, 0.0]
    """
    rows = np.arange(len(guess))
    high = np.ceil(np.maximum(guess, 0.0))
    low = high.copy()
    step = np.maximum(1.0, np.floor(np.sqrt(high) / 4.0))
    good = meets(high, rows)
    down, up = rows[good], rows[~good]
    while len(up):  # low fails, look for a high that meets
        low[up] = high[up]
        high[up] += step[up]
        step[up] *= 2.0
        up = up[~meets(high[up], up)]
    while len(down):  # high meets, look for a low that fails; -1 stands for "no crew is too small"
        low[down] = np.maximum(high[down] - step[down], -1.0)
        step[down] *= 2.0
        probe = down[low[down] >= 0.0]
        down = probe[meets(low[probe], probe)]
        high[down] = low[down]
    while len(active := rows[high - low > 1.0]):
        middle = np.floor(0.5 * (low[active] + high[active]))
        good = meets(middle, active)
        high[active[good]], low[active[~good]] = middle[good], middle[~good]
    return high if integer else _refine(meets, high)


def _refine(meets: Meets, whole: Array) -> Array:
    rows = np.flatnonzero(whole > 0.0)
    high = whole.copy()
    low = whole - 1.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low[rows] + high[rows])
        good = meets(middle, rows)
        high[rows[good]], low[rows[~good]] = middle[good], middle[~good]
    return high
