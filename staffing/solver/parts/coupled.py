"""Parts that share something: searched apart first, put together, improved as one; the bound is that of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from staffing.audit import roster_cost
from staffing.domain.problem import RosterProblem
from staffing.domain.result import PartResult, SolveResult
from staffing.domain.roster import Roster
from staffing.solver.bound import Prices
from staffing.solver.clock import Clock
from staffing.solver.order import Order
from staffing.solver.parts.apart import part_result, run_lanes
from staffing.solver.parts.board import forward, phases
from staffing.solver.parts.take import joined, people_problem
from staffing.solver.parts.ties import People
from staffing.solver.parts.weeks import week_problem
from staffing.solver.pipeline import go_on, search

APART = 0.6
"""Share of the time in which the parts are searched apart."""


def by_site(
    problem: RosterProblem, parts: Sequence[People], order: Order, clock: Clock, start: Roster | None
) -> SolveResult:
    """Sites that share a queue or two, each with its share of that work, then everybody."""
    problems = [people_problem(problem, part) for part in parts]

    def one(number: int, own: Order, own_clock: Clock) -> tuple[SolveResult, Prices]:
        return search(problems[number], own, own_clock, start)

    found = run_lanes(one, [len(part.agents) for part in parts], order, clock, APART * clock.limit_s)
    roster = joined(problem, [result.roster for result, _ in found if result.roster is not None])
    rows, slots = len(problem.queues) + len(problem.pool_member), problem.grid.n
    cover, weight = np.zeros((rows, slots)), np.zeros((rows, 1))
    for part, own, (_, prices) in zip(parts, problems, found, strict=True):
        queues = len(own.queues)
        cover[part.queues] += part.share[part.queues, None] * prices.cover[:queues]
        weight[part.queues] += part.share[part.queues, None]
        for name, row in zip(own.pool_names, prices.cover[queues:], strict=True):
            pool = len(problem.queues) + problem.pool_names.index(name)
            cover[pool], weight[pool] = cover[pool] + row, weight[pool] + 1.0
    span = np.mean([prices.span for _, prices in found], axis=0)
    told = [part_result(problem, "site", part, result) for part, (result, _) in zip(parts, found, strict=True)]
    return _improved(problem, roster, Prices(cover / np.maximum(weight, 1e-9), span), told, order, clock)


def by_week(problem: RosterProblem, order: Order, clock: Clock, start: Roster | None) -> SolveResult:
    """One week after another, each with what the weeks before it leave, then all of them."""
    roster = joined(problem, [])
    found, told, cover, span = [], [], [], []
    for week in range(problem.weeks):
        own = week_problem(problem, week, roster)
        part_s = APART * clock.limit_s / problem.weeks
        part_clock = Clock(part_s, clock.reproducible, phases(clock), lambda: clock.stopped)
        result, prices = search(own, order, part_clock, start)
        found.append(result.roster or joined(own, []))
        roster = joined(problem, found)
        cover.append(prices.cover)
        span.append(prices.span)
        days = (7 * week, own.grid.days)
        told.append(PartResult("week", len(own.agents), own.queues, *days, result.objective, result.bound))
    whole = Prices(np.concatenate(cover, axis=1), np.concatenate(span, axis=1))
    return _improved(problem, roster, whole, told, order, clock)


def _improved(
    problem: RosterProblem, roster: Roster, prices: Prices, told: Sequence[PartResult], order: Order, clock: Clock
) -> SolveResult:
    """The joined roster improved under the rules of the whole, with what it cost before."""
    joined_cost = roster_cost(problem, roster).total
    left_s = (1.0 - APART) * clock.limit_s if clock.reproducible else max(0.1, clock.left_s)
    rest = Clock(left_s, clock.reproducible, forward(clock), lambda: clock.stopped)
    clock.objective = clock.bound = None
    result = go_on(problem, order, rest, roster, prices)
    clock.enter("done")
    return replace(result, events=tuple(clock.events), parts=tuple(told), joined_cost=joined_cost)
