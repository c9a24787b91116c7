"""Who could fill a gap, at what cost, and which rule keeps everybody else from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import Any

import numpy as np

from staffing.audit import roster_cost
from staffing.domain.arrays import BoolArray, IntArray
from staffing.domain.problem import RosterProblem
from staffing.domain.roster import ABSENCE, Roster
from staffing.solver.explain.candidates import HALF, KINDS, Bench, Candidates, gap_candidates, swaps
from staffing.solver.explain.change import COLUMNS, Change, with_rows
from staffing.solver.explain.copies import copied_columns, copies
from staffing.solver.explain.shapes import change_of, columns_of
from staffing.solver.explain.trial import PERSONAL, TINY, Judge, broken_by, in_order, own_costs
from staffing.solver.explain.worth import all_rows, missing_at, open_gap, survey

LEGAL_TRIED = 2
"""Legal changes of a person that are compared by their cost."""
BATCH = 2000
"""Changes audited at once."""
SPARE = 3
"""People judged beyond those asked for: a rule of several people may forbid what looked best."""


@dataclass(frozen=True, slots=True)
class Filler:
    """A person who could fill the gap: the legal change, the audit's difference of cost, the hours filled."""

    agent: int
    kind: str
    change: Change
    cost: Mapping[str, float]
    total: float
    filled_h: float
    short_h: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """A person who could not: the rules that the nearest change breaks, the first in the audit's order first."""

    agent: int
    kind: str
    change: Change
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filling:
    """Answer for the slots [first, last): `short_h` is what is missing, `legal` how many people could help.

    `fillers` are the cheapest, `refusals` everybody who could not. Somebody who serves the queue all the time
    already stands in neither.
    """

    queues: tuple[int, ...]
    first: int
    last: int
    short_h: float
    legal: int
    fillers: tuple[Filler, ...]
    refusals: tuple[Refusal, ...]


def fillers(
    problem: RosterProblem,
    roster: Roster,
    queue: int | Sequence[int],
    slot: int,
    *,
    until: int | None = None,
    most: int = 10,
) -> tuple[Filler, ...]:
    """The cheapest legal ways to put one more person to work on `queue` from `slot` on; see `fill_gap`."""
    return fill_gap(problem, roster, queue, slot, until=until, most=most).fillers


def fill_gap(
    problem: RosterProblem,
    roster: Roster,
    queue: int | Sequence[int],
    slot: int,
    *,
    until: int | None = None,
    most: int = 10,
) -> Filling:
    """Who could work on a queue in a gap: those who fill half of it or more first, then by the difference of cost.

    For each person every change of one shift is tried: another queue for the time of the gap, breaks elsewhere, a
    longer or moved shift, a shift on a day off, and a day given up for it. Everything else stays as it is. Legal is
    what breaks no hard rule of the audit that the roster keeps.

    Parameters
    ----------
    queue : int or sequence of int
        Queue, or the queues of a pool: any of them will do.
    slot, until : int
        The gap [slot, until); without `until` the run of short slots of the day that begins at `slot`, or an hour
        where nobody is missing.
    most : int
        People listed at most.

    Raises
    ------
    ValueError
        When the slots lie outside the horizon or none of the queues is open in them.
    """
    queues = (queue,) if isinstance(queue, int | np.integer) else tuple(queue)
    if not 0 <= slot < problem.grid.n or (until is not None and not slot < until <= problem.grid.n):
        raise ValueError(f"slots are {slot} to {until}, expected slots of the horizon, 0 to {problem.grid.n}")
    if not queues or not all(0 <= one < len(problem.queues) for one in queues):
        raise ValueError(f"queue is {queue}, expected 0 to {len(problem.queues) - 1}")
    ground = survey(problem, roster)
    row = _row(problem, queues)
    last = open_gap(ground, row, slot) if until is None else until
    if not problem.is_open[list(queues), slot:last].any():
        raise ValueError(f"queue is {queue}, expected one that is open in slots {slot} to {last}")
    wanted = np.zeros(len(problem.queues), dtype=bool)
    wanted[list(queues)] = True
    short_h = float(missing_at(ground, row, slice(slot, last)).sum()) * problem.grid.step_h
    search = _Search(Bench(problem, roster, ground), wanted, (slot, last))
    search.run()
    found, legal = search.ranked(most, row)
    return Filling(tuple(int(q) for q in queues), slot, last, short_h, legal, found, search.refusals())


def _row(problem: RosterProblem, queues: tuple[int, ...]) -> int:
    """Row of the coverage: the queue's, or that of the pool of these queues."""
    if len(queues) > 1:
        for number, member in enumerate(problem.pool_member):
            if set(np.flatnonzero(member).tolist()) == set(queues):
                return len(problem.queues) + number
    return int(queues[0])


class _Search:
    """Audits all candidates, then prices the best legal ones."""

    def __init__(self, bench: Bench, wanted: BoolArray, gap: tuple[int, int]) -> None:
        self.bench, self.wanted, self.gap = bench, wanted, gap
        self.people = len(bench.problem.agents)
        self.known = broken_by(bench.problem, bench.roster)
        self.legal: dict[int, list[tuple[Candidates, int]]] = {}
        self.nearest: dict[int, tuple[tuple[int, float], Candidates, int, tuple[str, ...]]] = {}

    def run(self) -> None:
        plain = gap_candidates(self.bench, self.wanted, self.gap)
        self._try(plain, LEGAL_TRIED)
        able = ((self.bench.problem.proficiency > 0) & self.wanted).any(axis=1)
        left = able & ~np.isin(np.arange(self.people), list(self.legal))
        later = swaps(self.bench, plain.take(left[plain.shapes.agent]))
        self._try(later, 1)

    def _try(self, all_: Candidates, enough: int) -> None:
        """Audit all candidates, keep each person's best legal ones, and of those who have none the nearest miss."""
        for first in range(0, len(all_), BATCH):
            rows = np.arange(first, min(first + BATCH, len(all_)))
            broken = broken_by(*copied(self.bench, all_, rows))
            for place, row in enumerate(rows.tolist()):
                agent = int(all_.shapes.agent[row])
                new = in_order(broken.get(place, set()) - self.known.get(agent, set()))
                rank = (len(new), -float(all_.saving[row]))
                if not new:
                    self.legal.setdefault(agent, []).append((all_, row))
                elif agent not in self.nearest or rank < self.nearest[agent][0]:
                    self.nearest[agent] = (rank, all_, row, new)
        for mine in self.legal.values():
            mine.sort(key=lambda place: (-float(place[0].saving[place[1]]), int(place[0].kind[place[1]])))
            del mine[enough:]

    def _joint(self, places: list[tuple[Candidates, IntArray]]) -> Roster:
        """The roster with all these changes, of different people, at once."""
        roster, days = self.bench.roster, self.bench.problem.grid.days
        given = np.zeros((self.people, days), dtype=bool)
        for all_, rows in places:
            agents, others = all_.shapes.agent[rows], all_.given_up[rows]
            given[agents, all_.shapes.day[rows]] = True
            given[agents[others >= 0], others[others >= 0]] = True
        inside = (roster.day >= 0) & (roster.day < days)
        gone = roster.on_shift & inside & given[roster.agent, np.clip(roster.day, 0, days - 1)]
        columns = [columns_of(all_.shapes, rows, roster) for all_, rows in places]
        new = {name: np.concatenate([part[name] for part in columns]) for name in COLUMNS}
        return with_rows(roster, ~gone, new)

    def ranked(self, most: int, row: int) -> tuple[tuple[Filler, ...], int]:
        """The cheapest fillers by the audit's cost, and how many people there are in all."""
        if not self.legal or most < 1:
            return (), len(self.legal)
        judge = Judge(self.bench.problem, self.bench.roster)
        options = self._priced(judge)
        best = [min(mine, key=lambda one: (one.total, one.kind)) for mine in options.values()]
        half = HALF * (self.gap[1] - self.gap[0])
        found: list[Filler] = []
        for one in sorted(best, key=lambda one: (one.filled < half, round(one.total, 6), one.kind, one.agent)):
            if len(found) >= most + SPARE:
                break
            filler = self._judged(judge, one, row)
            if filler is not None:
                found.append(filler)
        half_h = half * self.bench.problem.grid.step_h - TINY
        found.sort(key=lambda one: (one.filled_h < half_h, round(one.total, 6), KINDS.index(one.kind), one.agent))
        return tuple(found[:most]), len(self.legal)

    def _priced(self, judge: Judge) -> dict[int, list[_Priced]]:
        """Every legal change: service by the estimate, the person's own prices from one joint roster for all."""
        before = own_costs(judge.cost)
        found: dict[int, list[_Priced]] = {}
        for number in range(LEGAL_TRIED):
            parts: dict[int, tuple[Candidates, list[int]]] = {}
            for mine in self.legal.values():
                if len(mine) > number:
                    all_, row = mine[number]
                    parts.setdefault(id(all_), (all_, []))[1].append(row)
            places = [(all_, np.array(rows, dtype=np.int64)) for all_, rows in parts.values()]
            if not places:
                break
            after = own_costs(roster_cost(self.bench.problem, self._joint(places)))
            for all_, rows in places:
                for row in rows.tolist():
                    agent = int(all_.shapes.agent[row])
                    old, new = before.get(agent, {}), after.get(agent, {})
                    own = {name: new.get(name, 0.0) - old.get(name, 0.0) for name in PERSONAL}
                    total = sum(own.values()) - own["wage"] - float(all_.saving[row])
                    found.setdefault(agent, []).append(_Priced(agent, total, int(all_.kind[row]), own, all_, row))
        return found

    def _judged(self, judge: Judge, one: _Priced, row: int) -> Filler | None:
        change = change_of(one.all_.shapes, one.row, int(one.all_.given_up[one.row]), self.bench.roster)
        changed = change.apply(self.bench.roster)
        rules = judge.breaks_together(changed)
        if rules:
            self.nearest[one.agent] = ((len(rules), one.total), one.all_, one.row, rules)
            del self.legal[one.agent]
            return None
        problem = self.bench.problem
        cost = judge.costs(changed, one.own)
        ground = replace(self.bench.ground, cover=all_rows(problem, changed.coverage(problem.proficiency)))
        left = float(missing_at(ground, row, slice(*self.gap)).sum()) * problem.grid.step_h
        filled = one.filled * problem.grid.step_h
        return Filler(one.agent, KINDS[one.kind], change, cost, fsum(cost.values()), filled, left)

    def refusals(self) -> tuple[Refusal, ...]:
        """Everybody without a legal change, in order, with what the nearest one breaks."""
        found = []
        for agent in range(self.people):
            if agent in self.legal:
                continue
            if agent in self.nearest:
                _, all_, row, rules = self.nearest[agent]
                change = change_of(all_.shapes, row, int(all_.given_up[row]), self.bench.roster)
                found.append(Refusal(agent, KINDS[int(all_.kind[row])], change, rules))
        return tuple(found)


def copied(bench: Bench, all_: Candidates, rows: IntArray) -> tuple[RosterProblem, Roster]:
    """A copy of the person for each of the changes `rows`, with the change made."""
    roster, shapes = bench.roster, all_.shapes
    who = shapes.agent[rows]
    old = copied_columns(roster, who)
    place = old["agent"]
    gone = (old["day"] == shapes.day[rows][place]) | (old["day"] == all_.given_up[rows][place])
    keep = ~gone | np.isin(old["activity"], ABSENCE)
    new = columns_of(shapes, rows, roster, np.arange(len(rows)))
    columns: dict[str, Any] = {name: np.concatenate([old[name][keep], new[name]]) for name in COLUMNS}
    several = copies(bench.problem, who)
    return several, replace(roster, agents=tuple(person.id for person in several.agents), **columns)


@dataclass(frozen=True, eq=False)
class _Priced:
    """A legal change with its estimated cost and the exact differences of the person's own components."""

    agent: int
    total: float
    kind: int
    own: Mapping[str, float]
    all_: Candidates
    row: int

    @property
    def filled(self) -> int:
        return int(self.all_.filled[self.row])
