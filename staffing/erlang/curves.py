"""What each crew size buys, interval by interval: the data with which a roster prices a missing agent."""

from __future__ import annotations

import numpy as np

from staffing.domain.requirement import ServiceCurve
from staffing.erlang.delay import Index
from staffing.erlang.models import AnswerModel
from staffing.erlang.search import smallest_crew
from staffing.erlang.special import Array

NOTHING, EVERYTHING = 0.001, 0.9995  # levels at which a curve may start and stop
_FROM_ZERO = 40  # crews up to this size are listed from 0
_BLOCK = 300_000  # evaluations at once, to bound memory


def service_curve(queue: str, model: AnswerModel, steps: Index, n_steps: int, needed: Array) -> ServiceCurve:
    """Curve of one queue from nothing to as good as everything, at least to the needed agents and one more.

    Parameters
    ----------
    queue : str
        Its id.
    model : AnswerModel
        One row per interval with load.
    steps : ndarray
        The step of each row; the other steps get level 1 for every crew.
    n_steps : int
        Steps of the grid.
    needed : ndarray
        Required agents per row, shape (rows,).
    """
    rows = np.arange(len(steps))
    if not len(rows):
        return ServiceCurve((queue,), np.zeros(n_steps, dtype=np.int64), np.ones((n_steps, 1)))
    guess = np.maximum(needed, 1.0)
    most = model.enough()  # where lines are short, no crew may reach everything
    first = smallest_crew(lambda c, i: (model.level(c, i) > NOTHING) | (c >= most[i]), 0.8 * guess, integer=True) - 1.0
    last = smallest_crew(lambda c, i: (model.level(c, i) >= EVERYTHING) | (c >= most[i]), 1.2 * guess, integer=True)
    last = np.maximum(last, np.ceil(needed) + 1.0)
    first = np.where(last <= _FROM_ZERO, 0.0, np.maximum(first, 0.0))
    sizes = int((last - first).max()) + 1
    crews = first[:, None] + np.arange(sizes)
    level = np.concatenate([_levels(model, part, crews[part]) for part in _blocks(rows, sizes, model)])
    begin, levels = np.zeros(n_steps, dtype=np.int64), np.ones((n_steps, sizes))
    begin[steps], levels[steps] = first.astype(np.int64), level
    return ServiceCurve((queue,), begin, levels)


def _levels(model: AnswerModel, rows: Index, crews: Array) -> Array:
    """Levels of a block, never falling along a row: rounding noise of 1e-15 would look like a loss."""
    level = model.level(crews.ravel(), np.repeat(rows, crews.shape[1])).reshape(crews.shape)
    return np.maximum.accumulate(level, axis=1)


def _blocks(rows: Index, sizes: int, model: AnswerModel) -> list[Index]:
    per_row = sizes * model.rows.load_erl.shape[1]
    return np.array_split(rows, max(1, len(rows) * per_row // _BLOCK))
