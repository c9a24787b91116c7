"""The cheapest mix of levers, exactly: their prices and that of the hours that stay missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.planning.levers.ground import Ground
from staffing.planning.levers.values import Lever

SECONDS = 10.0
"""Longest time of the model."""
TINY = 1e-6
"""Price of one lever more, so that of two equal mixes the smaller is taken."""


@dataclass(frozen=True, eq=False)
class Mix:
    """How often each lever is used, shape (levers,), and whether that is proven to be the cheapest."""

    used: IntArray
    proven: bool


def cheapest_mix(
    ground: Ground, levers: Sequence[Lever], *, per_h: float, people: int = 0, budget: float | None = None
) -> Mix:
    """Choose among `levers`, an agent-hour that stays missing (or late) priced at `per_h`.

    Each person is changed once at most, so that what is legal for each lever is legal for the mix; people from outside
    are at most `people` at any time. Agents of a row add up exactly; late deferred work is added up as if each lever
    were alone.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array, csr_array, vstack

    count = len(levers)
    if not count:
        return Mix(np.zeros(0, dtype=np.int64), True)
    hour = ground.problem.grid.step_h
    more = np.stack([lever.more for lever in levers])
    lowest = np.minimum(more, 0.0).sum(axis=0) * max(1, people)
    asked = (ground.missing > TINY) | (ground.missing - lowest > TINY)
    asked &= (np.abs(more) > TINY).any(axis=0)
    places = np.argwhere(asked)
    rows = len(places)
    # Columns: levers, missing agents of each place, late hours.
    width = count + rows + 1
    gains = more[:, places[:, 0], places[:, 1]].T if rows else np.zeros((0, count))
    relief = coo_array(gains)
    gap = csr_array(
        (
            np.concatenate([relief.data, np.ones(rows)]),
            (np.concatenate([relief.row, np.arange(rows)]), np.concatenate([relief.col, count + np.arange(rows)])),
        ),
        shape=(rows, width),
    )
    lacking = ground.missing[places[:, 0], places[:, 1]]
    late = csr_array(np.concatenate([[lever.late_h for lever in levers], np.zeros(rows), [1.0]])[None, :])
    once, most = _limits(levers, people, width)
    own = np.array([lever.price for lever in levers])
    cost = np.concatenate([own + TINY, np.full(rows, per_h * hour), [per_h]])
    table: Any = vstack([gap, late, csr_array(once)])
    low = np.concatenate([lacking, [ground.late_h], np.full(len(once), -np.inf)])
    high = np.concatenate([np.full(rows + 1, np.inf), most])
    limits = [LinearConstraint(table, low, high)]
    if budget is not None:
        limits.append(LinearConstraint(np.concatenate([own, np.zeros(rows + 1)])[None, :], -np.inf, budget))
    outside = np.array([lever.agent == "" for lever in levers])
    upper = np.concatenate([np.where(outside, max(people, 0), 1), np.full(rows + 1, np.inf)])
    whole = np.concatenate([np.ones(count), np.zeros(rows + 1)])
    best = milp(
        cost, constraints=limits, bounds=Bounds(0, upper), integrality=whole,
        options={"time_limit": SECONDS, "mip_rel_gap": 0.0},
    )  # fmt: skip
    if best.x is None:
        return Mix(np.zeros(count, dtype=np.int64), False)
    return Mix(np.rint(best.x[:count]).astype(np.int64), best.status == 0)


def _limits(levers: Sequence[Lever], people: int, width: int) -> tuple[FloatArray, FloatArray]:
    """Rows that allow each person one lever, and people from outside their number in every slot."""
    rows, most = [], []
    for agent in dict.fromkeys(lever.agent for lever in levers if lever.agent):
        row = np.zeros(width)
        row[[index for index, lever in enumerate(levers) if lever.agent == agent]] = 1.0
        rows.append(row)
        most.append(1.0)
    outside = [index for index, lever in enumerate(levers) if not lever.agent]
    for start in sorted({levers[index].start for index in outside}):
        row = np.zeros(width)
        row[[index for index in outside if levers[index].start <= start < levers[index].end]] = 1.0
        rows.append(row)
        most.append(float(people))
    return np.array(rows).reshape(-1, width), np.array(most)
