"""Many intervals, few kinds: the largest load each crew carries, computed once, and then a look-up per interval."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from staffing.erlang.delay import Index
from staffing.erlang.models import ErlangModel, LoadRows
from staffing.erlang.search import smallest_crew
from staffing.erlang.special import Array

_FEW = 200  # intervals of a kind from which a table is worth its making
_HALVINGS = 60


def whole_crews(model: ErlangModel) -> Array:
    """Smallest whole crew of each row, shape (rows,); one sub-step per row, every load > 0.

    Rows of one handle time and patience share a table when they are many more than its crews; the others are
    searched. Both ways give the same crews.
    """
    rows = model.rows
    crews = np.zeros(len(rows.aht_s))
    handle, by_handle = _kinds(rows.aht_s)
    mean, by_mean = _kinds(rows.patience_s)
    if handle * mean * _FEW > len(crews):
        return smallest_crew(model.meets, model.guess(), integer=True)
    if handle * mean == 1:
        return _one_kind(model)
    kind = by_handle * mean + by_mean
    order = np.argsort(kind, kind="stable")
    for members in np.split(order, np.cumsum(np.bincount(kind, minlength=handle * mean))[:-1]):
        if len(members):
            crews[members] = _one_kind(replace(model, rows=rows.take(members)))
    return crews


def _kinds(values: Array) -> tuple[int, Index]:
    """Number of distinct values, and which of them each one is."""
    if not len(values) or values.min() == values.max():
        return 1, np.zeros(len(values), dtype=np.intp)
    distinct, which = np.unique(values, return_inverse=True)
    return len(distinct), which


def _one_kind(model: ErlangModel) -> Array:
    load = model.rows.load_erl[:, 0]
    ends = np.array([load.argmin(), load.argmax()])
    part = replace(model, rows=model.rows.take(ends))
    first, last = smallest_crew(part.meets, part.guess(), integer=True)
    if last - first > 0.1 * len(load):
        return smallest_crew(model.meets, model.guess(), integer=True)
    carried = _largest_loads(model, np.arange(first, last), load[ends[0]], load[ends[1]])
    return np.asarray(first + np.searchsorted(carried, load), dtype=float)


def _largest_loads(model: ErlangModel, crews: Array, low_erl: float, high_erl: float) -> Array:
    """Largest load at which each crew still keeps the target; it does at `low_erl` and not at `high_erl`."""
    low, high = np.full(len(crews), low_erl), np.full(len(crews), high_erl)
    aht_s, patience_s = (np.full(len(crews), values[0]) for values in (model.rows.aht_s, model.rows.patience_s))
    index = np.arange(len(crews))
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        trial = replace(model, rows=LoadRows(middle[:, None], np.ones((len(crews), 1)), aht_s, patience_s))
        good = trial.meets(crews, index)
        low, high = np.where(good, middle, low), np.where(good, high, middle)
    return np.maximum.accumulate(low)
