"""Short and over agents on any step: the base of heat maps and strips."""

from dataclasses import replace
from typing import Any

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.measures import Coverage, PoolCoverage

NOTABLE = 0.05
"""Agents short that are worth a word: less is rounding."""


def open_gap(table: Coverage) -> FloatArray:
    """Assigned less required where the queue is open, 0 elsewhere, shape (queues, steps)."""
    return np.where(table.is_open, table.gap, 0.0)


def short(table: Coverage) -> FloatArray:
    """Agents missing over all queues, shape (steps,): one queue's surplus helps no other."""
    return table.missing


def over(table: Coverage) -> FloatArray:
    """Agents more than needed over all queues, shape (steps,)."""
    return table.surplus


def on_intervals(table: Coverage, interval_min: int) -> Coverage:
    """The same on a coarser step, as means over its slots."""
    grid = table.grid.with_step(interval_min)
    ratio = table.grid.n // grid.n
    if ratio == 1:
        return table
    pools = table.pools
    if pools is not None:
        outermost = pools.outermost[:, ::ratio]
        pools = replace(pools, is_open=pools.is_open[:, ::ratio], outermost=outermost, **_means(pools, ratio))
    return replace(table, grid=grid, is_open=table.is_open[:, ::ratio], pools=pools, **_means(table, ratio))


def _means(table: Coverage | PoolCoverage, ratio: int) -> dict[str, Any]:
    names = ("required", "assigned", "expected_sl")
    return {name: getattr(table, name).reshape(len(table.required), -1, ratio).mean(axis=2) for name in names}


def of_queue(table: Coverage, queue: str | None) -> tuple[FloatArray, FloatArray]:
    """Required and assigned of one queue, or over all (None) with nobody counted twice, both (steps,)."""
    if queue is None:
        return table.needed, table.assigned.sum(axis=0)
    row = table.queues.index(queue)
    return table.required[row], table.assigned[row]
