"""Why this shift: everything else that a person's day could be, with everything around it as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

import numpy as np

from staffing.domain.problem import RosterProblem
from staffing.domain.roster import Roster
from staffing.solver.explain.candidates import Bench, Candidates
from staffing.solver.explain.change import Change
from staffing.solver.explain.fill import copied
from staffing.solver.explain.shapes import change_of, shape
from staffing.solver.explain.trial import Judge, broken_by, in_order
from staffing.solver.explain.worth import survey


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another day for the person: slots [start, end), both -1 for a day off.

    `rules` are the hard rules that it newly breaks, `cost` the difference of the audit's cost by component.
    """

    start: int
    end: int
    change: Change
    rules: tuple[str, ...]
    cost: Mapping[str, float]
    total: float


@dataclass(frozen=True, slots=True)
class Reasons:
    """The person's day as it is (slots, -1 for a day off) and its alternatives: legal ones first, the cheapest first.

    `costs` are what the day itself adds to the roster's cost, by component: that of the roster less that without
    the shift; empty on a day off.
    """

    agent: int
    day: int
    start: int
    end: int
    costs: Mapping[str, float]
    alternatives: tuple[Alternative, ...]


def why_shift(problem: RosterProblem, roster: Roster, agent: int, day: int) -> Reasons:
    """What else `agent` could do on `day`: every shift of the contract, each with its best breaks and queues, or off.

    Raises
    ------
    ValueError
        When there is no such person or day.
    """
    if not 0 <= agent < len(problem.agents) or not 0 <= day < problem.grid.days:
        raise ValueError(
            f"agent {agent}, day {day}: expected 0 to {len(problem.agents) - 1}, 0 to {problem.grid.days - 1}"
        )
    bench = Bench(problem, roster, survey(problem, roster))
    shift = int(bench.shift[agent, day])
    now = (-1, -1) if shift < 0 else (int(bench.table.start[shift]), int(bench.table.end[shift]))
    judge = Judge(problem, roster)
    off = Change(agent, (day,), ())
    found = [_off(problem, roster, judge, off)] if shift >= 0 else []
    costs = {name: -value for name, value in found[0].cost.items()} if found else {}
    found.extend(_shifts(bench, judge, agent, day))
    present = bench.rows_of[shift].tolist() if shift >= 0 else []
    rows = tuple(
        tuple(int(getattr(roster, name)[row]) for name in ("day", "start", "end", "activity", "queue"))
        for row in present
    )
    found = [one for one in found if one.change.rows != rows]
    found.sort(key=lambda one: (bool(one.rules), round(one.total, 6), one.start, one.end))
    return Reasons(agent, day, *now, costs, tuple(found))


def _off(problem: RosterProblem, roster: Roster, judge: Judge, change: Change) -> Alternative:
    changed = change.apply(roster)
    known = broken_by(problem, roster).get(change.agent, set())
    new = broken_by(problem, changed).get(change.agent, set()) - known
    rules = in_order(new) or judge.breaks_together(changed)
    cost = judge.costs(changed)
    return Alternative(-1, -1, change, rules, cost, fsum(cost.values()))


def _shifts(bench: Bench, judge: Judge, agent: int, day: int) -> list[Alternative]:
    """Every option of the day, audited all at once and priced one by one."""
    who, options = bench.pairs(day, np.array([agent]), None)
    if not len(who):
        return []
    none = np.zeros(len(bench.problem.queues), dtype=bool)
    setting = bench.setting(day, int(options[1].max()) + 1, none, (0, 0))
    shapes = shape(setting, bench.patterns, who, np.full(len(who), day), options)
    nothing = np.full(len(shapes), -1)
    all_ = Candidates(shapes, nothing, nothing, shapes.value, nothing)
    broken = broken_by(*copied(bench, all_, np.arange(len(shapes))))
    known = broken_by(bench.problem, bench.roster).get(agent, set())
    found = []
    for row in range(len(shapes)):
        change = change_of(shapes, row, -1, bench.roster)
        changed = change.apply(bench.roster)
        rules = in_order(broken.get(row, set()) - known) or judge.breaks_together(changed)
        cost = judge.costs(changed)
        found.append(
            Alternative(int(shapes.start[row]), int(shapes.end[row]), change, rules, cost, fsum(cost.values()))
        )
    return found
