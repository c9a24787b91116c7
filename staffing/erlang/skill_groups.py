"""Who can help whom: agents by the set of queues they serve, and the queues that are linked by common agents."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from staffing.erlang.special import Array

ALL_SETS = 8  # up to so many queues every subset is looked at
_ROUNDS = 200  # of proportional fitting
_ENOUGH = 1e-9


@dataclass(frozen=True, eq=False)
class SkillPool:
    """Queues linked by agents who serve more than one of them.

    `rows` are the queues' places in the requirement; `skills` (groups, queues of the pool) tells which of them a group
    serves, `people` (groups,) how many agents are in it.
    """

    rows: tuple[int, ...]
    skills: NDArray[np.bool_]
    people: Array

    @property
    def size(self) -> int:
        return len(self.rows)

    @property
    def cross_trained(self) -> float:
        """Agents who serve at least two of the queues."""
        return float(self.people[self.skills.sum(axis=1) > 1].sum())

    def assigned(self, need: ArrayLike) -> Array:
        """People of each group assigned to each queue, (groups, queues), so that the queues' totals are in proportion
        to `need` (queues,) as far as the skills allow: proportional fitting (Deming and Stephan 1940).
        """
        wanted = np.maximum(np.asarray(need, dtype=float), _ENOUGH)
        wanted = wanted / wanted.sum() * self.people.sum()
        weight = wanted.copy()
        for _ in range(_ROUNDS):
            shares = self.skills * weight
            placed = shares / shares.sum(axis=1, keepdims=True) * self.people[:, None]
            weight = np.maximum(weight * wanted / np.maximum(placed.sum(axis=0), _ENOUGH), _ENOUGH)
            weight /= weight.max()
        return np.asarray(placed)

    def reach(self, placed: Array, queues: Sequence[int]) -> Array:
        """Share of the people assigned to each queue (`placed`, see `assigned`) who serve any of `queues`."""
        able = self.skills[:, list(queues)].any(axis=1)
        total = placed.sum(axis=0)
        return np.asarray(np.where(total > _ENOUGH, able @ placed / np.maximum(total, _ENOUGH), 0.0))


def skill_pools(can_serve: ArrayLike, kinds: Sequence[Hashable | None]) -> tuple[SkillPool, ...]:
    """Sets of at least two queues of one kind, linked by agents who serve more than one of them.

    Parameters
    ----------
    can_serve : array_like
        Who serves what, shape (agents, queues): booleans, or speeds of which any above 0 counts.
    kinds : sequence
        Kind of each queue; only queues of one kind help each other, and None helps nobody.

    >>> pools = skill_pools([[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1]], ["voice", "voice", "voice"])
    >>> [(pool.rows, pool.skills.tolist(), pool.people.tolist()) for pool in pools]
    [((0, 1), [[False, True], [True, False], [True, True]], [1.0, 1.0, 1.0])]
    """
    able = np.asarray(can_serve) > 0
    if able.ndim != 2 or able.shape[1] != len(kinds):
        raise ValueError(f"can_serve has shape {able.shape}, expected (agents, {len(kinds)} queues)")
    pools = []
    for kind in dict.fromkeys(kind for kind in kinds if kind is not None):
        rows = [row for row, other in enumerate(kinds) if other == kind]
        for linked in _linked(able[:, rows]):
            members = tuple(rows[place] for place in linked)
            mine = able[:, members]
            skills, people = np.unique(mine[mine.any(axis=1)], axis=0, return_counts=True)
            pools.append(SkillPool(members, skills, people.astype(float)))
    return tuple(pools)


def _linked(able: NDArray[np.bool_]) -> list[list[int]]:
    """Connected sets of at least two columns; two columns are connected by a row that has both."""
    together = (able.T.astype(int) @ able.astype(int)) > 0
    left, sets = set(range(able.shape[1])), []
    while left:
        found, edge = set(), {min(left)}
        while edge:
            found |= edge
            edge = set(np.flatnonzero(together[sorted(edge)].any(axis=0)).tolist()) - found
        left -= found
        if len(found) > 1:
            sets.append(sorted(found))
    return sets


def subsets(size: int) -> list[tuple[int, ...]]:
    """Sets of queues whose common need may bind: all, or for more than `ALL_SETS` queues those of one, two, three, all
    but one and all.

    >>> subsets(3)
    [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)]
    >>> len(subsets(8)), len(subsets(10))
    (255, 186)
    """
    sizes = range(1, size + 1) if size <= ALL_SETS else sorted({1, 2, 3, size - 1, size})
    return [chosen for count in sizes for chosen in combinations(range(size), count)]
