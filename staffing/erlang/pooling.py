"""What queues need together when agents serve more than one of them, and what each still needs of its own.

One crew for all is cheaper than a crew for each queue, because peaks rarely meet: the pooled Erlang system has the sum
of the loads, the mean handle time of the contacts, and the hardest of the targets. Between "nobody helps" (the queues'
own needs added up) and "everybody helps" (the pooled system) lies the share of the gain that the skills at hand bring
(`gain_share`): a few flexible people bring most of it (Wallace and Whitt 2005; for chains Jordan and Graves 1995).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from staffing.erlang.skill_groups import SkillPool, subsets
from staffing.erlang.special import Array

_POINTS = 512
_SPREADS = 1.0  # the shortage looked at: loads of one standard deviation above the mean
_HELP = 0.5  # how much of the help of a few flexible people comes at the right moment
_LOCAL = 0.6  # how much of the gain remains where help must be passed on from queue to queue
_BLOCK = 4_000_000  # values at once, to bound memory


def gain_share(load_erl: ArrayLike, pool: SkillPool) -> Array:
    """Share of the gain of full pooling that the agents' skills bring, between 0 and 1.

    The contacts that would be in service were nobody short are taken as independent normal variables with mean and
    variance `load_erl`. Contacts of a set of queues need not wait as long as they are no more than the agents who serve
    any of the set (Hall 1935; the cuts of Cezik and L'Ecuyer 2008). The crew with which the queue worst off is short as
    rarely as a lone queue of mean plus one standard deviation lies between the crews for no help and for full help: its
    place there is the gain. Two factors, fitted to simulated crews, allow for what such a snapshot leaves out: people
    who are busy with the wrong contact (`_HELP`), and help passed on from queue to queue (`_LOCAL`).

    Parameters
    ----------
    load_erl : array_like
        Load of the pool's queues in erlangs, shape (queues of the pool, steps).
    pool : SkillPool
        Who serves what.

    Returns
    -------
    ndarray
        Shape (steps,); 0 where fewer than two queues have load.

    >>> both = SkillPool((0, 1), np.array([[True, True]]), np.array([10.0]))
    >>> some = SkillPool((0, 1), np.array([[True, False], [False, True], [True, True]]), np.array([4.0, 4.0, 2.0]))
    >>> none = SkillPool((0, 1), np.array([[True, False], [False, True]]), np.array([5.0, 5.0]))
    >>> [round(float(gain_share([[20.0], [20.0]], pool)[0]), 2) for pool in (none, some, both)]
    [0.0, 0.51, 1.0]
    """
    load = np.asarray(load_erl, dtype=float)
    if load.ndim != 2 or len(load) != pool.size or not np.all(load >= 0.0):
        raise ValueError(f"load_erl has shape {load.shape}, expected ({pool.size} queues, steps) of loads >= 0")
    root = np.sqrt(load)
    mean = (load + root).mean(axis=1)
    placed = pool.assigned(mean)
    result = np.zeros(load.shape[1])
    steps = np.flatnonzero((load > 0.0).sum(axis=0) > 1)
    for block in np.array_split(steps, max(1, len(steps) * pool.size * _POINTS // _BLOCK)):
        if len(block):
            result[block] = _place_between(load[:, block], pool, placed)
    reach = np.array([pool.reach(placed, (queue,)) for queue in range(pool.size)])
    direct = float(reach[~np.eye(pool.size, dtype=bool)].mean())
    return np.asarray(np.clip(result, 0.0, 1.0) * (_LOCAL + (1.0 - _LOCAL) * np.sqrt(direct)))


def _place_between(load: Array, pool: SkillPool, placed: Array) -> Array:
    """Place of the crew with which no queue is short too often between no help (0) and full help (1), (steps,)."""
    root = np.sqrt(load)
    own = load + _SPREADS * root
    alone = own.sum(axis=0)
    present = np.maximum(load[:, None, :] + root[:, None, :] * _normal_points(pool.size)[:, :, None], 0.0)
    worst = np.zeros(present.shape)
    for chosen in subsets(pool.size):
        inside = list(chosen)
        helped = pool.reach(placed, inside)
        helped = helped * (_HELP + (1.0 - _HELP) * helped)
        helped[inside] = 1.0
        crew = present[inside].sum(axis=0) / np.maximum(helped @ own / alone, 1e-12)
        worst[inside] = np.maximum(worst[inside], crew)
    rarely = float(ndtr(_SPREADS))
    together = np.quantile(present.sum(axis=0), rarely, axis=0)
    needed = np.quantile(worst, rarely, axis=1).max(axis=0)
    return np.asarray((alone - needed) / np.maximum(alone - together, 1e-9))


def _normal_points(size: int) -> Array:
    """Evenly spread points of independent normal variables, (size, points): the lattice of Roberts (2018), mirrored."""
    ratio = 2.0
    for _ in range(50):
        ratio = (1.0 + ratio) ** (1.0 / (size + 1))
    place = (np.arange(1, _POINTS // 2 + 1) * (1.0 / ratio) ** np.arange(1, size + 1)[:, None] + 0.5) % 1.0
    points = ndtri(np.clip(place, 1e-9, 1.0 - 1e-9))
    return np.concatenate((points, -points), axis=1)


@dataclass(frozen=True, eq=False)
class PooledRows:
    """Net agents of a pool's queues: `own` (queues, steps) each of its own, `together` by set of queues (steps,)."""

    own: Array
    together: dict[tuple[int, ...], Array]


def pooled_rows(
    need: ArrayLike, pooled: ArrayLike, load_erl: ArrayLike, floor: ArrayLike, pool: SkillPool
) -> PooledRows:
    """The crew that queues need when they share agents, as rows for a roster: all together, and each of its own.

    The crew is ``pooled + (1 - gain) (sum of the own needs - pooled)``; what is saved is taken from the queues by the
    square root of their load. A roster may assign flexible people to any of their queues, which changes nothing as they
    help wherever they are needed. So a set of queues needs of its own only the people who serve nothing outside the
    set, and no less than its load, or where the whole crew is smaller than the load, its share of the crew.

    Parameters
    ----------
    need : array_like
        Agents of each queue when nobody helps, (queues, steps).
    pooled : array_like
        Agents when everybody serves everything, (steps,).
    load_erl, floor : array_like
        Work in agents who are busy all the time, and agents that each queue is not to go below, (queues, steps).
    pool : SkillPool
        Who serves what.

    Returns
    -------
    PooledRows
        Sets that say no more than their parts are left out; the set of all is always there.

    >>> both = SkillPool((0, 1), np.array([[True, True]]), np.array([10.0]))
    >>> rows = pooled_rows([[13.0], [13.0]], [24.0], [[10.0], [10.0]], np.zeros((2, 1)), both)
    >>> rows.own.tolist(), {queues: agents.tolist() for queues, agents in rows.together.items()}
    ([[10.0], [10.0]], {(0, 1): [24.0]})
    """
    alone, load = np.asarray(need, dtype=float), np.asarray(load_erl, dtype=float)
    total = alone.sum(axis=0)
    saved = gain_share(load, pool) * np.maximum(total - np.asarray(pooled, dtype=float), 0.0)
    root = np.sqrt(load)
    crew = np.maximum(alone - saved * root / np.maximum(root.sum(axis=0), 1e-12), 0.0)
    # Impatient contacts may need fewer agents than their load.
    busy = load * np.minimum(1.0, (total - saved) / np.maximum(load.sum(axis=0), 1e-12))
    least = np.maximum(busy, np.asarray(floor, dtype=float))
    placed = pool.assigned(alone.mean(axis=1))
    everything = tuple(range(pool.size))
    own = np.zeros(alone.shape)
    sets: dict[tuple[int, ...], Array] = {}
    for chosen in subsets(pool.size):
        inside = list(chosen)
        outside = [queue for queue in everything if queue not in chosen]
        free = pool.reach(placed, outside)[inside] if outside else np.zeros(len(inside))
        bound = (1.0 - free) @ crew[inside]
        if len(chosen) == 1:
            row = chosen[0]
            own[row] = np.where(saved > 0.0, np.minimum(alone[row], np.maximum(bound, least[row])), alone[row])
        elif chosen == everything:
            sets[chosen] = np.maximum(total - saved, own.sum(axis=0))
        elif np.any(bound > own[inside].sum(axis=0) + 0.05):
            sets[chosen] = np.maximum(bound, own[inside].sum(axis=0))
    return PooledRows(own, sets)
