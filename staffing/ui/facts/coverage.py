"""Short and over agents on any step: the base of heat maps and strips."""

from dataclasses import replace

import numpy as np

from staffing.domain.arrays import FloatArray
from staffing.measures import Coverage

NOTABLE = 0.05
"""Agents short that are worth a word: less is rounding."""


def open_gap(table: Coverage) -> FloatArray:
    """Assigned less required where the queue is open, 0 elsewhere, shape (queues, steps)."""
    return np.where(table.is_open, table.gap, 0.0)


def short(table: Coverage) -> FloatArray:
    """Agents missing over all queues, shape (steps,): one queue's surplus helps no other."""
    missing: FloatArray = np.maximum(0.0, -open_gap(table)).sum(axis=0)
    return missing


def over(table: Coverage) -> FloatArray:
    """Agents more than needed over all queues, shape (steps,)."""
    spare: FloatArray = np.maximum(0.0, open_gap(table)).sum(axis=0)
    return spare


def on_intervals(table: Coverage, interval_min: int) -> Coverage:
    """The same on a coarser step, as means over its slots."""
    grid = table.grid.with_step(interval_min)
    ratio = table.grid.n // grid.n
    if ratio == 1:
        return table
    mean = {
        name: getattr(table, name).reshape(len(table.queues), grid.n, ratio).mean(axis=2)
        for name in ("required", "assigned", "expected_sl")
    }
    return replace(table, grid=grid, is_open=table.is_open[:, ::ratio], **mean)


def of_queue(table: Coverage, queue: str | None) -> tuple[FloatArray, FloatArray]:
    """Required and assigned of one queue, or summed over all (None), both (steps,)."""
    rows = slice(None) if queue is None else slice(table.queues.index(queue), table.queues.index(queue) + 1)
    return table.required[rows].sum(axis=0), table.assigned[rows].sum(axis=0)
