"""Many intervals, few kinds: the largest load each crew carries, computed once, and then a look-up per interval."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from staffing.erlang.delay import Index
from staffing.erlang.models import Bools, ErlangModel
from staffing.erlang.search import halve, smallest_crew
from staffing.erlang.special import Array

_FEW = 200  # intervals of a kind from which a table is worth its making
_HALVINGS = 60


def whole_crews(model: ErlangModel) -> Array:
    """Smallest whole crew of each row, shape (rows,); one sub-step per row, every load > 0.

    Rows of one handle time, patience, lines and balking share a table when they are many more than its crews; the
    others are searched. Both ways give the same crews.
    """
    rows = model.rows
    crews = np.zeros(len(rows.aht_s))
    kinds, kind = 1, np.zeros(len(crews), dtype=np.intp)
    for values in (rows.aht_s, rows.patience_s, rows.lines, rows.balk_share):
        if values is not None:
            number, which = _kinds(values)
            kinds, kind = kinds * number, kind if number == 1 else kind * number + which
        if kinds * _FEW > len(crews):
            return _search(model)
    if kinds == 1:
        return _one_kind(model)
    order = np.argsort(kind, kind="stable")
    for members in np.split(order, np.cumsum(np.bincount(kind, minlength=kinds))[:-1]):
        if len(members):
            crews[members] = _one_kind(replace(model, rows=rows.take(members)))
    return crews


def _search(model: ErlangModel) -> Array:
    return smallest_crew(model.meets, model.guess(), integer=True)


def _kinds(values: Array) -> tuple[int, Index]:
    """Number of distinct values, and which of them each one is."""
    if not len(values) or values.min() == values.max():
        return 1, np.zeros(len(values), dtype=np.intp)
    distinct, which = np.unique(values, return_inverse=True)
    return len(distinct), which


def _one_kind(model: ErlangModel) -> Array:
    load = model.rows.load_erl[:, 0]
    ends = np.array([load.argmin(), load.argmax()])
    first, last = _search(replace(model, rows=model.rows.take(ends)))
    if last - first > 0.1 * len(load):
        return _search(model)
    carried = _largest_loads(model, np.arange(first, last), load[ends[0]], load[ends[1]])
    return np.asarray(first + np.searchsorted(carried, load), dtype=float)


def _largest_loads(model: ErlangModel, crews: Array, low_erl: float, high_erl: float) -> Array:
    """Largest load at which each crew still keeps the target; it does at `low_erl` and not at `high_erl`."""
    one = np.zeros(len(crews), dtype=np.intp)

    def meets(load: Array, index: Index) -> Bools:
        return model.at(one[index], load).keeps(crews[index], np.arange(len(index)))

    low, _ = halve(meets, np.full(len(crews), low_erl), np.full(len(crews), high_erl), _HALVINGS)
    return np.maximum.accumulate(low)
