"""The smallest crew of skill groups that keeps every target: proposed by formulas, settled and proved by simulation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray, IntArray
from staffing.domain.queue import AnswerTarget
from staffing.planning.steps import VERDICT_SEED

if TYPE_CHECKING:
    from staffing.simulate.crew import SteadyDemand

CONTACTS = 400_000
"""Contacts that a crew is judged by."""
REPLICATIONS = 20
_TRIES = 5
_SURE = 1.645
"""Standard errors that a level must lie above its target: 95 % on one side."""
_CAREFUL = 2.5
"""The same while skills are taken away: of many crews that look good some only were lucky."""


@dataclass(frozen=True, eq=False)
class CrewAdvice:
    """A recommended crew.

    `assigned` (groups, queues) are the agents of each group by the queue they look at first; `service_level` and
    `half_width` (queues,) what the crew reaches on draws that the search did not see, with its 95 % band;
    `keeps_targets` tells whether all targets are below it. `alone` are the agents that the queues would need without
    common skills, each rounded up.
    """

    groups: tuple[str, ...]
    assigned: IntArray
    service_level: FloatArray
    half_width: FloatArray
    keeps_targets: bool
    alone: int
    simulations: int

    @property
    def agents(self) -> dict[str, int]:
        """Agents of each group."""
        return dict(zip(self.groups, self.assigned.sum(axis=1).tolist(), strict=True))

    @property
    def total(self) -> int:
        return int(self.assigned.sum())

    @property
    def saved(self) -> int:
        """Agents saved by common skills."""
        return self.alone - self.total


def designs(names: Sequence[str]) -> dict[str, dict[str, tuple[int, ...]]]:
    """Ways to share queues among agents: everybody serves all, or dedicated agents with some who serve all.

    >>> designs(("phone", "video"))["mixed"]
    {'phone': (0,), 'video': (1,), 'phone+video': (0, 1)}
    """
    everything = {"+".join(names): tuple(range(len(names)))}
    return {"flexible": everything, "mixed": {name: (place,) for place, name in enumerate(names)} | everything}


def recommend_crew(
    volume: Sequence[float],
    *,
    interval_s: float,
    aht_s: Sequence[float],
    targets: Sequence[AnswerTarget],
    groups: Mapping[str, Sequence[int]],
    patience_s: Sequence[float | None] | None = None,
    seed: int = 1,
    contacts: int = CONTACTS,
) -> CrewAdvice:
    """The fewest agents that keep all targets under steady demand, and among equal crews the fewest skills.

    The pooled Erlang system (Wallace and Whitt 2005) gives the first crew, all of it in the widest groups. Agents are
    then added where the queue worst off gains most, or taken away, until nobody can be spared; last, agents of wide
    groups are replaced by agents of narrower ones as long as the targets are kept. All crews of the search meet the
    same contacts (common random numbers; Cezik and L'Ecuyer 2008 on simulated cuts), the verdict has fresh ones.

    Parameters
    ----------
    volume, aht_s : sequence of float
        Contacts per interval and mean handle time in seconds, for each queue.
    interval_s : float
        Length of the interval in seconds.
    targets : sequence of AnswerTarget
        For each queue.
    groups : mapping
        Name -> places of the queues that its agents serve, such as ``{"A": [0], "B": [1], "AB": [0, 1]}``.
    patience_s : sequence of float or None, optional
        Mean patience for each queue; None: nobody leaves.
    seed, contacts : int
        Of the simulation.

    Returns
    -------
    CrewAdvice

    Raises
    ------
    ValueError
        When lengths differ, there are no contacts, a group serves nothing known, or a queue has no group.
    """
    from staffing.simulate.crew import steady_demand

    served = len(volume)
    skills = _skills(groups, served)
    patience = (None,) * served if patience_s is None else tuple(patience_s)
    if not len(aht_s) == len(targets) == len(patience) == served:
        raise ValueError(f"volume has {served} queues, expected as many of aht_s, targets and patience_s")
    if not sum(volume) > 0.0:
        raise ValueError(f"volume is {list(volume)}, expected contacts in some queue")
    need = _needs(volume, aht_s, interval_s, targets, patience)
    together = _pooled(volume, aht_s, interval_s, targets, patience, skills)

    def judge(drawn: int) -> _Judge:
        demand = steady_demand(
            volume,
            interval_s=interval_s,
            aht_s=aht_s,
            targets=targets,
            patience_s=patience,
            contacts=contacts,
            replications=REPLICATIONS,
            seed=drawn,
        )
        return _Judge(demand, skills, np.array([target.service_level for target in targets]))

    search, verdict = judge(seed), judge(seed + VERDICT_SEED)
    crew = _fewest(search, _first_crew(need, together, skills))
    for _ in range(_TRIES):
        path = _fewest_skills(search, crew)
        crew = next((narrow for narrow in reversed(path) if verdict.keeps(narrow)), crew)
        if verdict.keeps(crew):
            break
        crew = max(_one_more(crew, skills), key=search.margin)
    level, error = verdict.levels(crew)
    return CrewAdvice(
        groups=tuple(groups),
        assigned=crew,
        service_level=level,
        half_width=1.96 * error,
        keeps_targets=verdict.keeps(crew),
        alone=int(np.ceil(need - 1e-6).sum()),
        simulations=search.simulations + verdict.simulations,
    )


@dataclass(slots=True)
class _Judge:
    """Levels of crews on one set of draws."""

    demand: SteadyDemand
    skills: BoolArray
    wanted: FloatArray
    simulations: int = 0

    def levels(self, crew: IntArray) -> tuple[FloatArray, FloatArray]:
        """Mean and standard error of each queue's level; 1 and 0 for a queue without contacts."""
        from staffing.simulate.crew import crew_levels

        self.simulations += 1
        found = np.nan_to_num(crew_levels(self.demand, self.skills, crew), nan=1.0)
        return found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(len(found))

    def keeps(self, crew: IntArray) -> bool:
        return self.margin(crew) >= 0.0

    def margin(self, crew: IntArray, sure: float = _SURE) -> float:
        """How far the queue worst off is above its target, less `sure` standard errors."""
        level, error = self.levels(crew)
        return float((level - sure * error - self.wanted).min())


def _skills(groups: Mapping[str, Sequence[int]], served: int) -> BoolArray:
    skills: BoolArray = np.zeros((len(groups), served), dtype=bool)
    for row, (name, places) in enumerate(groups.items()):
        if not places or min(places) < 0 or max(places) >= served:
            raise ValueError(f"group {name} serves {tuple(places)}, expected places of {served} queues")
        skills[row, list(places)] = True
    if not skills.any(axis=0).all():
        raise ValueError(f"queues {np.flatnonzero(~skills.any(axis=0)).tolist()} have no group that serves them")
    return skills


def _needs(
    volume: Sequence[float],
    aht_s: Sequence[float],
    interval_s: float,
    targets: Sequence[AnswerTarget],
    patience_s: Sequence[float | None],
) -> FloatArray:
    """Real-valued agents of each queue when nobody helps, (queues,)."""
    from staffing.erlang import required_agents

    rows = zip(volume, aht_s, targets, patience_s, strict=True)
    return np.array(
        [
            float(required_agents(v, interval_s=interval_s, aht_s=h, target=t, patience_s=p, integer=False))
            for v, h, t, p in rows
        ]
    )


def _pooled(
    volume: Sequence[float],
    aht_s: Sequence[float],
    interval_s: float,
    targets: Sequence[AnswerTarget],
    patience_s: Sequence[float | None],
    skills: BoolArray,
) -> list[tuple[tuple[int, ...], float]]:
    """Sets of queues linked by groups, and the agents of each set when everybody serves all of it."""
    from staffing.erlang.skill_groups import skill_pools

    calls, handle_s = np.asarray(volume, dtype=float), np.asarray(aht_s, dtype=float)
    sets = [pool.rows for pool in skill_pools(skills, ["same"] * len(calls))]
    sets += [(queue,) for queue in range(len(calls)) if not any(queue in rows for rows in sets)]
    found = []
    for rows in sets:
        inside = list(rows)
        total = float(calls[inside].sum())
        mean_s = float((calls * handle_s)[inside].sum()) / total if total > 0.0 else float(handle_s[inside[0]])
        leaving = sum(calls[queue] / patience for queue in rows if (patience := patience_s[queue]) is not None)
        patience_mean = total / leaving if leaving > 0.0 else None
        alike = _needs(
            [total] * len(rows),
            [mean_s] * len(rows),
            interval_s,
            [targets[q] for q in rows],
            [patience_mean] * len(rows),
        )
        found.append((rows, float(alike.max())))
    return found


def _first_crew(need: FloatArray, together: list[tuple[tuple[int, ...], float]], skills: BoolArray) -> IntArray:
    """The pooled systems, staffed from the widest groups: each queue has its share of the agents."""
    inside: BoolArray = np.all(skills[:, None, :] <= skills[None, :, :], axis=2)
    widest = np.logical_not(np.any(inside & ~inside.T, axis=1))
    crew = np.zeros(skills.shape, dtype=np.int64)
    for rows, agents in together:
        shares = _whole(need[list(rows)], int(np.ceil(agents - 1e-6)))
        for queue, count in zip(rows, shares, strict=True):
            able = np.flatnonzero(widest & skills[:, queue])
            crew[able, queue] = _whole(np.ones(len(able)), count)
    return crew


def _whole(weight: FloatArray, count: int) -> IntArray:
    """`count` split in proportion to `weight`, by largest remainders."""
    exact = weight / max(float(weight.sum()), 1e-12) * count
    parts = np.floor(exact).astype(np.int64)
    most = np.argsort(parts - exact, kind="stable")[: count - int(parts.sum())]
    parts[most] += 1
    return parts


def _one_more(crew: IntArray, skills: BoolArray) -> Iterator[IntArray]:
    for group, queue in np.argwhere(skills).tolist():
        more = crew.copy()
        more[group, queue] += 1
        yield more


def _one_less(crew: IntArray) -> Iterator[IntArray]:
    for group, queue in np.argwhere(crew > 0).tolist():
        less = crew.copy()
        less[group, queue] -= 1
        yield less


def _fewest(search: _Judge, crew: IntArray) -> IntArray:
    """Agents added until the targets are kept, then taken away as long as they are."""
    grown = False
    while search.margin(crew) < 0.0:
        crew = max(_one_more(crew, search.skills), key=search.margin)
        grown = True
    while not grown:
        less = max(_one_less(crew), key=search.margin)
        if search.margin(less) < 0.0:
            break
        crew = less
    return crew


def _fewest_skills(search: _Judge, crew: IntArray) -> list[IntArray]:
    """Agents replaced by agents with fewer skills, many at a time as long as that holds, then one by one: the crews on
    the way.
    """
    path = [crew]
    batch = int(crew.sum()) // 2
    while batch >= 1:
        tried = [_narrowed(crew, search.skills, group, batch) for group in range(len(crew))]
        options = [option for option in tried if option is not None]
        if batch == 1:
            options += list(_narrowed_one(crew, search.skills))
        margins = [search.margin(option, _CAREFUL) for option in options]
        if margins and max(margins) >= 0.0:
            crew = options[int(np.argmax(margins))]
            path.append(crew)
        else:
            batch //= 2
    return path


def _narrowed(crew: IntArray, skills: BoolArray, group: int, batch: int) -> IntArray | None:
    """`batch` agents of a group, of all its queues, replaced by those with the fewest skills; None: not so many."""
    if crew[group].sum() < batch:
        return None
    option = crew.copy()
    for queue, count in enumerate(_whole(crew[group].astype(np.float64), batch).tolist()):
        narrower = _narrower(skills, group, queue)
        if count and narrower:
            option[group, queue] -= count
            option[min(narrower, key=lambda other: int(skills[other].sum())), queue] += count
    return None if np.array_equal(option, crew) else option


def _narrowed_one(crew: IntArray, skills: BoolArray) -> Iterator[IntArray]:
    for group, queue in np.argwhere(crew > 0).tolist():
        for other in _narrower(skills, group, queue):
            option = crew.copy()
            option[group, queue] -= 1
            option[other, queue] += 1
            yield option


def _narrower(skills: BoolArray, group: int, queue: int) -> list[int]:
    """Groups that serve `queue` and only a part of what `group` serves."""
    less = (skills <= skills[group]).all(axis=1) & (skills.sum(axis=1) < skills[group].sum()) & skills[:, queue]
    return [int(other) for other in np.flatnonzero(less)]
