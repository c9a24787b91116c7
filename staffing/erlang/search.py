"""Where a condition turns: the smallest crew that keeps a target, the largest load a crew carries."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from staffing.erlang.special import Array

Meets = Callable[[Array, NDArray[np.intp]], NDArray[np.bool_]]
_HALVINGS = 30


def smallest_crew(meets: Meets, guess: Array, *, integer: bool, halvings: int = _HALVINGS) -> Array:
    """Smallest number of agents for which `meets` holds, by bracketing from a guess and halving.

    Parameters
    ----------
    meets : callable
        ``meets(agents, rows)`` -> bool per row; must turn true somewhere and not false again as agents grow.
    guess : ndarray
        Where to start looking, shape (rows,); only speed depends on it.
    integer : bool
        Whole agents, or real ones: then the upper end of the last bracket, which meets.
    halvings : int
        How often the last agent is halved for real ones: 30 find them to 1e-9 of an agent.

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
    if not integer:
        real = np.flatnonzero(high > 0.0)
        high[real] = halve(lambda c, i: meets(c, real[i]), high[real], high[real] - 1.0, halvings)[0]
    return high


def first_crew(keeps: Meets, most: Array, *, integer: bool, halvings: int = _HALVINGS) -> Array:
    """Smallest crew that keeps a promise of which nothing is known, by trying every whole one from 0 to `most`.

    Infinite where none does. A real crew is looked for between the smallest whole one and the one before it.

    >>> first_crew(lambda c, rows: (c > 1.5) & (c < 4.0), np.array([9.0, 1.0]), integer=True).tolist()
    [2.0, inf]
    """
    found, rows, crew = np.full(len(most), np.inf), np.arange(len(most)), 0.0
    while len(rows):
        good = keeps(np.full(len(rows), crew), rows)
        found[rows[good]] = crew
        rows = rows[~good & (crew < most[rows])]
        crew += 1.0
    if not integer:
        real = np.flatnonzero((found > 0.0) & (found < np.inf))
        found[real] = halve(lambda c, i: keeps(c, real[i]), found[real], found[real] - 1.0, halvings)[0]
    return found


def halve(meets: Meets, holds: Array, fails: Array, halvings: int) -> tuple[Array, Array]:
    """Narrow brackets whose one end meets and whose other end does not; either may be the larger.

    >>> holds, fails = halve(lambda x, rows: x * x <= 2.0, np.array([0.0]), np.array([2.0]), 40)
    >>> holds.round(6), fails.round(6)
    (array([1.414214]), array([1.414214]))
    """
    holds, fails, rows = holds.copy(), fails.copy(), np.arange(len(holds))
    for _ in range(halvings):
        middle = 0.5 * (holds + fails)
        good = meets(middle, rows)
        holds[good], fails[~good] = middle[good], middle[~good]
    return holds, fails


def turning_point(meets: Meets, guess: Array, *, ceiling: float) -> tuple[Array, Array]:
    """Where a condition that holds for small positive values and fails for large ones turns.

    Parameters
    ----------
    meets : callable
        ``meets(values, rows)`` -> bool per row; must not turn true again as values grow.
    guess : ndarray
        Where to start, positive, shape (rows,); only speed depends on it.
    ceiling : float
        A condition that still holds here is taken to hold always.

    Returns
    -------
    holds, fails : ndarray
        Neighbouring values, relatively 1e-14 apart: the condition holds at the one and fails at the other. Both are
        infinite where it always holds, both 0 where it holds nowhere above 1e-15 of the guess.

    >>> holds, fails = turning_point(lambda x, rows: x * x <= 2.0, np.array([100.0]), ceiling=1e9)
    >>> round(float(holds[0]), 9)
    1.414213562
    """
    low, high = guess.astype(float), guess.astype(float)
    good = meets(low, np.arange(len(guess)))
    up, down = np.flatnonzero(good), np.flatnonzero(~good)
    while len(up):
        low[up], high[up] = high[up], 2.0 * high[up]
        up = up[meets(high[up], up)]
        always = up[high[up] > ceiling]
        low[always] = high[always] = np.inf
        up = up[high[up] <= ceiling]
    while len(down):
        high[down], low[down] = low[down], 0.25 * low[down]
        down = down[~meets(low[down], down)]
        never = down[low[down] < 1e-15 * guess[down]]
        low[never] = high[never] = 0.0
        down = down[low[down] > 0.0]
    found = np.flatnonzero((high < np.inf) & (high > 0.0))
    low[found], high[found] = halve(lambda x, i: meets(x, found[i]), low[found], high[found], 48)
    return low, high
