"""Which people and queues are tied together, and how a problem falls apart where they are not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import WORK

SITE_PEOPLE, SITE_SHARE = 100, 0.1
"""Least people of a site, and least share of everybody."""
LINKS_MAX = 2
"""Most queues (or pools of queues) that sites share."""


@dataclass(frozen=True, eq=False)
class People:
    """Some people with the queues they serve; `share` (queues,) is how much of each queue's work is theirs."""

    agents: IntArray
    queues: IntArray
    share: FloatArray


class _Ties:
    """Things that belong together (disjoint sets with path halving)."""

    def __init__(self, count: int) -> None:
        self.above = list(range(count))

    def root(self, thing: int) -> int:
        while self.above[thing] != thing:
            self.above[thing] = self.above[self.above[thing]]
            thing = self.above[thing]
        return thing

    def tie(self, things: Iterable[int]) -> None:
        roots = {self.root(thing) for thing in things}
        for root in roots:
            self.above[root] = min(roots)


def components(problem: RosterProblem) -> list[People]:
    """People who share nothing with the others: no queue, no supervisor, no session; the largest first.

    Searched apart they cost together what they cost as one problem. Every component has a queue: people without any
    are of the smallest, and queues that nobody serves of the largest.
    """
    queues = len(problem.queues)
    ties = _tied(problem, frozenset())
    groups: dict[int, list[int]] = {}
    for thing in range(queues + len(problem.agents)):
        groups.setdefault(ties.root(thing), []).append(thing)
    sets = [things for things in groups.values() if things[0] < queues <= things[-1]]
    sets.sort(key=lambda things: (-sum(thing >= queues for thing in things), things[0]))
    if not sets:
        return [_people(list(range(queues + len(problem.agents))), queues)]
    for things in groups.values():
        if things[-1] < queues:
            sets[0] += things
        elif things[0] >= queues:
            sets[-1] += things
    return [_people(sorted(things), queues) for things in sets]


def merged(parts: list[People], most: int) -> list[People]:
    """At most so many parts: the smallest are put together first."""
    parts = list(parts)
    while len(parts) > max(1, most):
        parts.sort(key=lambda part: (-len(part.agents), part.agents[0]))
        one, two = parts.pop(), parts.pop()
        agents, queues = (
            np.sort(np.concatenate(pair)) for pair in ((one.agents, two.agents), (one.queues, two.queues))
        )
        parts.append(People(agents, queues, np.maximum(one.share, two.share)))
    return sorted(parts, key=lambda part: (-len(part.agents), part.agents[0]))


def sites(problem: RosterProblem) -> list[People]:
    """People who share only one or two queues with the others; empty where there are no such groups of any size.

    The shared queues are chosen so that the smallest site has most people. Their work is divided by the hours that
    each site has beyond what its own queues need. People with nothing but shared queues are dealt out.
    """
    pools = [np.flatnonzero(row) for row in problem.pool_member]
    pooled = {int(queue) for pool in pools for queue in pool}
    units = [frozenset(int(q) for q in pool) for pool in pools]
    units += [frozenset({queue}) for queue in range(len(problem.queues)) if queue not in pooled]
    best: tuple[int, list[list[int]], frozenset[int]] = (0, [], frozenset())
    for count in range(1, LINKS_MAX + 1):
        for chosen in combinations(units, count):
            shared = frozenset[int]().union(*chosen)
            found = _large(problem, shared)
            if len(found) > 1 and len(found[-1]) > best[0]:
                best = (len(found[-1]), found, shared)
        if best[1]:
            break
    return _divided(problem, best[1], best[2]) if best[1] else []


def _large(problem: RosterProblem, shared: frozenset[int]) -> list[list[int]]:
    """Sites without the `shared` queues, as agents and the largest first; empty where less than two are large."""
    queues, people = len(problem.queues), len(problem.agents)
    ties = _tied(problem, shared, supervised=False)
    groups: dict[int, list[int]] = {}
    for agent in range(people):
        groups.setdefault(ties.root(queues + agent), []).append(agent)
    least = max(SITE_PEOPLE, SITE_SHARE * people)
    large = sorted((group for group in groups.values() if len(group) >= least), key=lambda group: (-len(group), group))
    if len(large) < 2:
        return []
    small = [agent for group in groups.values() if len(group) < least for agent in group]
    tied = {queue: ties.root(queue) for queue in range(queues) if queue not in shared}
    homes = {ties.root(queues + group[0]) for group in large}
    if any(root not in homes for queue, root in tied.items() if (problem.proficiency[:, queue] > 0).any()):
        return []  # a queue of a group that is too small to stand alone
    kinds = sorted(small, key=lambda agent: (tuple(problem.proficiency[agent]), agent))
    weights = np.array([len(group) for group in large], dtype=float)
    for agent in kinds:
        home = int(np.argmin([len(group) / weight for group, weight in zip(large, weights, strict=True)]))
        large[home].append(agent)
    return [sorted(group) for group in large]


def _divided(problem: RosterProblem, groups: list[list[int]], shared: frozenset[int]) -> list[People]:
    """The sites with their queues; one that nobody serves is of the first."""
    queues = len(problem.queues)
    able = np.array([(problem.proficiency[group] > 0).any(axis=0) for group in groups])
    spare = np.array([_spare_h(problem, group, shared) for group in groups])
    found = []
    taken = able.any(axis=0)
    for number, group in enumerate(groups):
        share = np.where(able[number], 1.0, 0.0)
        for queue in shared:
            there = np.where(able[:, queue], spare, 0.0)
            there = there if there.sum() > 0 else able[:, queue].astype(float)
            share[queue] = there[number] / there.sum() if there.sum() > 0 else float(number == 0)
        if number == 0:
            share[~taken] = 1.0
        found.append(People(np.array(group, dtype=np.int64), np.flatnonzero(share > 0), share[:queues]))
    return found


def _spare_h(problem: RosterProblem, group: list[int], shared: frozenset[int]) -> float:
    """Paid hours of those who can serve shared queues, less what the queues of their own need."""
    chosen = problem.proficiency[group]
    joint = np.isin(np.arange(len(problem.queues)), list(shared))
    own = (chosen > 0).any(axis=0) & ~joint
    hours = sum(problem.week_limits(a, w)[1] for a in group for w in range(problem.weeks)) / 60
    need = problem.required[own].sum() * problem.grid.step_h + problem.earliest_h[own, -1].sum()
    # Of a paid hour about four fifths are work: breaks and time that nobody needs are not.
    return max(0.0, 0.8 * hours - float(need))


def _people(things: list[int], queues: int) -> People:
    agents = np.array([thing - queues for thing in things if thing >= queues], dtype=np.int64)
    own = np.array([thing for thing in things if thing < queues], dtype=np.int64)
    share = np.zeros(queues)
    share[own] = 1.0
    return People(agents, own, share)


def _tied(problem: RosterProblem, without: frozenset[int], *, supervised: bool = True) -> _Ties:
    """Queues, then agents, tied by skills, pools, locked work, sessions and supervision; `without` some queues."""
    queues = len(problem.queues)
    ties = _Ties(queues + len(problem.agents))
    for queue, column in enumerate(problem.proficiency.T):
        if queue not in without:
            ties.tie([queue, *(queues + np.flatnonzero(column > 0)).tolist()])
    for pool in problem.pool_member:
        ties.tie(int(queue) for queue in np.flatnonzero(pool) if int(queue) not in without)
    for agent, queue in _locked_work(problem):
        if queue not in without:
            ties.tie((queue, queues + agent))
    for activity in problem.activities:
        ties.tie(queues + agent for agent in activity.agents)
    if supervised:
        for _, heads, led, _ in problem.supervision():
            if len(led):
                ties.tie((queues + np.concatenate([heads, led])).tolist())
    return ties


def _locked_work(problem: RosterProblem) -> set[tuple[int, int]]:
    """(agent, queue) of locked work."""
    locked = problem.locked
    if locked is None:
        return set()
    agents = {agent.id: number for number, agent in enumerate(problem.agents)}
    queues = {name: number for number, name in enumerate(problem.queues)}
    rows = np.flatnonzero((locked.activity == WORK) & (locked.queue >= 0))
    found = {(locked.agents[locked.agent[row]], locked.queues[locked.queue[row]]) for row in rows}
    return {(agents[agent], queues[queue]) for agent, queue in found if agent in agents and queue in queues}
