"""What contradicts what: minimal sets of named groups that no roster keeps together, and the cheapest way out.

Every person alone, then every week, then the whole horizon is asked whether it can be kept. A contradiction is cut
down family by family, then inside the families, until nothing can be left out (deletion filter, Chinneck and Dravnieks
1991), and checked again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from staffing.domain.arrays import FloatArray
from staffing.domain.problem import RosterProblem
from staffing.solver.explain.feasible import Solver, restricted
from staffing.solver.explain.system import Group, System, make_system

COUPLING = ("min_agents", "span", "activities")
"""Families that concern several people."""
GLANCE_S = 0.5
"""Seconds of a question whose answer is mostly found at once."""
MOST = 12
"""Conflicts told at most."""
Report = Callable[[str, int, int], None]
"""Hears of progress: step, done, in all."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Groups that cannot all be kept; `minimal`: checked that without any one of them the others can."""

    groups: tuple[Group, ...]
    minimal: bool


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A way out: give up `groups`, and everything else can be kept.

    `rules` are the families that were allowed to give way, `fewest`: proven that no smaller weight of these families
    will do.
    """

    rules: tuple[str, ...]
    groups: tuple[Group, ...]
    weight: float
    fewest: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """`kept` True: nothing contradicts (breaks and queues left out), False: `conflicts` do, None: not known in time.

    `relaxations` are ranked, the lightest first.
    """

    kept: bool | None
    conflicts: tuple[Conflict, ...]
    relaxations: tuple[Relaxation, ...]
    groups: int
    questions: int
    seconds: float


def find_conflicts(
    problem: RosterProblem,
    floors: FloatArray | None = None,
    *,
    weights: Mapping[str, float] | None = None,
    ways_out: bool = True,
    most: int = MOST,
    seconds: float = 60.0,
    workers: int = 2,
    seed: int = 1,
    should_stop: Callable[[], bool] | None = None,
    on_progress: Report | None = None,
) -> Findings:
    """Look for contradictions among rules, leave, locked shifts, contract minima and minimum staffing.

    Parameters
    ----------
    floors : (queues, slots), optional
        Agents wanted at least, whatever it costs, by queue and slot.
    weights
        How much giving up one group of each rule weighs, 1 where not told.
    ways_out
        Whether to rank what could be given up.
    most
        Conflicts to be found at most. They share no group.
    seconds
        No new search begins after this.
    """
    search = _Search(make_system(problem, floors), workers, seed, seconds, should_stop, on_progress)
    kept, conflicts = search.conflicts(most)
    relaxations = search.ways_out(conflicts, weights or {}) if ways_out and conflicts else ()
    groups = search.system.groups
    told = tuple(Conflict(tuple(groups[n] for n in sorted(core)), minimal) for core, minimal in conflicts)
    return Findings(kept, told, relaxations, len(groups), search.questions, search.elapsed_s)


Core = tuple[tuple[int, ...], bool]


class _Search:
    def __init__(
        self,
        system: System,
        workers: int,
        seed: int,
        seconds: float,
        should_stop: Callable[[], bool] | None,
        on_progress: Report | None,
    ) -> None:
        self.system, self.seconds = system, seconds
        self.solver, self.checker = Solver(system, seed=seed, workers=workers), Solver(system, seed=seed + 1)
        self._stop, self._tell = should_stop, on_progress or (lambda *_: None)
        self._begun = time.monotonic()
        self.unknown = False
        self._needed: set[int] = set()

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._begun

    @property
    def questions(self) -> int:
        return self.solver.asked[0] + self.checker.asked[0]

    @property
    def over(self) -> bool:
        return self.elapsed_s > self.seconds or (self._stop is not None and self._stop())

    def kept(self, groups: tuple[int, ...], *, simplify: bool = False) -> bool | None:
        left = max(1.0, self.seconds - self.elapsed_s)
        solver = self.checker if simplify else self.solver
        return solver.ask(groups, seconds=left, simplify=simplify).kept

    def conflicts(self, most: int) -> tuple[bool | None, list[Core]]:
        """Conflicts without common groups, and whether what is left can be kept."""
        left = set(range(len(self.system.groups)))
        found: list[Core] = []
        parts = list(self._parts())
        answer: bool | None = True
        for number, part in enumerate(parts):
            self._tell("conflicts", number, len(parts))
            while len(found) < most:
                if self.over:
                    return (False if found else None), found
                groups = tuple(group for group in part if group in left)
                core = self._start(groups)
                if core is None:
                    answer = None if self.unknown else answer
                    break
                found.append(self.minimal(core))
                left -= set(found[-1][0])
            if number == len(parts) - 2 and found:
                break  # the whole horizon is asked only where no part of it explains anything
        return (False if found else answer), found

    def _parts(self) -> Iterator[tuple[int, ...]]:
        """Each person alone where not all people are all right alone, each week, everything."""
        groups = self.system.groups
        own = tuple(number for number, group in enumerate(groups) if group.agent is not None)
        by_person: dict[int, list[int]] = {}
        by_week: dict[int, list[int]] = {}
        for number, group in enumerate(groups):
            if group.agent is not None:
                by_person.setdefault(group.agent, []).append(number)
            by_week.setdefault((group.day or 0) // 7, []).append(number)
        if self.kept(own) is not True:
            yield from (tuple(mine) for _, mine in sorted(by_person.items()))
        coupled = any(group.rule in COUPLING for group in groups)
        if coupled and len(by_week) > 1:
            yield from (tuple(mine) for _, mine in sorted(by_week.items()))
        yield tuple(range(len(groups))) if coupled else ()

    def _start(self, groups: tuple[int, ...]) -> tuple[int, ...] | None:
        """A contradictory part of `groups`, or None when they can be kept or it is not known."""
        self.unknown = False
        if not groups:
            return None
        several = any(self.system.groups[group].rule in COUPLING for group in groups)
        linear = self.solver.certificate(groups) if several else None
        if linear is not None and self.kept(linear) is False:
            return linear
        answer = self.kept(groups)
        self.unknown = answer is None
        return groups if answer is False else None

    def minimal(self, core: tuple[int, ...]) -> Core:
        """Leave out whole families, then halves and eighths, then group after group."""
        part, kept = restricted(self.system, core)
        before = self.solver, self.checker
        self._needed = set()
        self.solver, self.checker = before[0].on(part), before[1].on(part)
        try:
            found, minimal = self._cut_down(list(range(len(kept))), part.groups)
        finally:
            self.solver, self.checker = before
        return tuple(kept[group] for group in found), minimal

    def _cut_down(self, now: list[int], names: tuple[Group, ...]) -> Core:
        families: dict[str, list[int]] = {}
        for group in now:
            families.setdefault(names[group].rule, []).append(group)
        for family in sorted(families, key=lambda rule: (rule in COUPLING, -len(families[rule]))):
            without = [group for group in now if names[group].rule != family]
            now = self._part_of(without, set()) or now
        for size in sorted({max(1, len(now) // 2), max(1, len(now) // 8), 1}, reverse=True):
            order = sorted(now, key=lambda group: (names[group].rule in COUPLING, names[group].rule, group))
            for first in range(0, len(order), size):
                if self.over:
                    return tuple(now), False
                chunk = set(order[first : first + size])
                gone = chunk.intersection(now)
                if gone:
                    now = self._part_of([group for group in now if group not in gone], gone) or now
        return tuple(now), self._checked(tuple(now))

    def _part_of(self, groups: list[int], gone: set[int]) -> list[int] | None:
        """A contradictory part of `groups`, None when they can be kept or it is not known.

        A group without which the rest can be kept is needed by every part of that rest.
        """
        # By now most single groups are needed: a choice without one is mostly found at once.
        answer = self.solver.ask(groups, seconds=GLANCE_S).kept if len(gone) == 1 and groups else None
        if not answer:
            linear = self.solver.certificate(groups) if groups else None
            if linear is not None:
                return list(linear)
            answer = self.kept(tuple(groups)) if groups else True
        if answer and len(gone) == 1:
            self._needed |= gone
        return groups if answer is False else None

    def _checked(self, core: tuple[int, ...]) -> bool:
        """Together impossible, asked anew another way; and a choice is known that keeps all but any one."""
        if self.kept(core, simplify=True) is not False:
            return False
        for one in set(core) - self._needed:
            rest = tuple(group for group in core if group != one)
            if self.over or (rest and self.kept(rest) is not True):
                return False
        return True

    def ways_out(self, conflicts: list[Core], weights: Mapping[str, float]) -> tuple[Relaxation, ...]:
        """For each family of the conflicts the least of it that must go, then the least of all of them together."""
        names = self.system.groups
        families = sorted({names[group].rule for core, _ in conflicts for group in core})
        asked: list[tuple[str, ...]] = [(family,) for family in families]
        if len(families) > 1:
            asked.append(tuple(families))
        everything = tuple(range(len(names)))
        found: dict[frozenset[int], Relaxation] = {}
        for number, rules in enumerate(asked):
            self._tell("ways_out", number, len(asked))
            if self.over:
                break
            priced = {n: weights.get(g.rule, 1.0) for n, g in enumerate(names) if g.rule in rules}
            left = max(1.0, (self.seconds - self.elapsed_s) / (len(asked) - number))
            answer = self.checker.ask(everything, weights=priced, seconds=left, simplify=True)
            if not answer.kept:
                continue
            groups = tuple(names[group] for group in sorted(answer.given_up))
            weight = sum(priced[group] for group in answer.given_up)
            found.setdefault(frozenset(answer.given_up), Relaxation(rules, groups, weight, answer.proven))
        return tuple(sorted(found.values(), key=lambda way: (way.weight, len(way.groups), way.rules)))
