"""Parts that share nothing: each is searched for itself, cost and bound of the whole are the sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from staffing.audit import audit_roster, roster_cost
from staffing.compute import run_all
from staffing.domain.problem import RosterProblem
from staffing.domain.result import PartResult, SolveResult, Status, StopReason
from staffing.domain.roster import Roster
from staffing.solver.clock import Clock
from staffing.solver.order import Order
from staffing.solver.parts.board import Board
from staffing.solver.parts.take import joined, people_problem
from staffing.solver.parts.ties import People

Solve = Callable[[RosterProblem, Order, Clock, Roster | None], SolveResult]
R = TypeVar("R")

EVEN = 1.25
"""How much more than an even share of the people the fullest lane may have."""
LEAST_S = 0.1
"""Seconds that a part is given also where the others took too long."""
BASE = 5
"""People that a part counts for beyond its own: few people need more time each."""


def search_apart(
    problem: RosterProblem, parts: Sequence[People], order: Order, clock: Clock, start: Roster | None, solve: Solve
) -> SolveResult:
    """Search every part with its share of the seconds and threads; the audit judges all of them as one."""
    problems = [people_problem(problem, part) for part in parts]
    sizes = [len(part.agents) for part in parts]

    def one(number: int, own: Order, own_clock: Clock) -> SolveResult:
        return solve(problems[number], own, own_clock, start)

    results = run_lanes(one, sizes, order, clock, clock.limit_s)
    return _together(problem, parts, results, clock, order)


def run_lanes(
    one: Callable[[int, Order, Clock], R], sizes: Sequence[int], order: Order, clock: Clock, limit_s: float
) -> list[R]:
    """`one` for every part, in lanes side by side; results in the order of the parts.

    A lane does its parts one after another, each in its share of the lane's seconds, the smallest first: what it leaves
    goes to the larger ones.
    """
    lanes = lanes_for(sizes, order.workers)
    own = replace(order, workers=order.workers // len(lanes))
    board = Board(clock, len(sizes))
    results: dict[int, R] = {}

    def run(lane: tuple[int, ...]) -> None:
        left_s, left = limit_s, sum(sizes[number] + BASE for number in lane)
        for number in lane:
            weight = sizes[number] + BASE
            part_s = max(LEAST_S, left_s * weight / left)
            part_clock = Clock(part_s, clock.reproducible, board.writer(number), lambda: board.stopped)
            try:
                results[number] = one(number, own, part_clock)
            except BaseException:
                board.stopped = True  # the other lanes need not go on
                raise
            left -= weight
            left_s = max(0.0, left_s - (part_s if clock.reproducible else part_clock.elapsed_s))

    run_all(run, lanes, executor=f"threads:{len(lanes)}", should_stop=board.look)
    board.look()
    return [results[number] for number in range(len(sizes))]


def lanes_for(sizes: Sequence[int], workers: int) -> list[tuple[int, ...]]:
    """Parts dealt out to as many lanes as can be filled about evenly, one thread or more for each.

    >>> lanes_for([60, 50, 10], 2), lanes_for([90, 10], 2)
    ([(0,), (2, 1)], [(1, 0)])
    """
    total = sum(sizes)
    for count in range(min(workers, len(sizes)), 0, -1):
        lanes: list[list[int]] = [[] for _ in range(count)]
        load = np.zeros(count)
        for number in sorted(range(len(sizes)), key=lambda number: -sizes[number]):
            lane = int(load.argmin())
            lanes[lane].insert(0, number)
            load[lane] += sizes[number]
        if count == 1 or load.max() <= EVEN * total / count:
            break
    return [tuple(lane) for lane in lanes]


def _together(
    problem: RosterProblem, parts: Sequence[People], results: Sequence[SolveResult], clock: Clock, order: Order
) -> SolveResult:
    rosters = [result.roster for result in results if result.roster is not None]
    roster = joined(problem, rosters)
    reasons = tuple(v for v in audit_roster(problem, roster) if v.severity == "hard")
    cost = roster_cost(problem, roster)
    bounds = [result.bound for result in results]
    bound = None if any(value is None for value in bounds) else float(sum(value or 0.0 for value in bounds))
    clock.objective = float(sum(_searched(result) for result in results))
    clock.bound = bound
    clock.enter("audit")
    clock.objective = cost.total
    proven = all(result.status is Status.OPTIMAL for result in results)
    status = Status.INFEASIBLE if reasons else Status.OPTIMAL if proven else Status.FEASIBLE
    unproven = StopReason.STOPPED if clock.stopped else StopReason.TIME_LIMIT
    clock.enter("done")
    improved = [result.joined_cost for result in results]
    return SolveResult(
        roster=roster,
        status=status,
        stop_reason=StopReason.PROVEN if proven else unproven,
        objective=cost.total,
        bound=bound,
        fixed_cost=cost.fixed,
        cost=cost,
        seed=order.seed,
        method=results[0].method,
        events=tuple(clock.events),
        reasons=reasons,
        parts=tuple(told for part, result in zip(parts, results, strict=True) for told in _told(problem, part, result)),
        joined_cost=None
        if all(value is None for value in improved)
        else float(
            sum(
                (result.objective or 0.0) if value is None else value
                for result, value in zip(results, improved, strict=True)
            )
        ),
    )


def _searched(result: SolveResult) -> float:
    """What the search of a part believed its roster to cost, before the audit."""
    return next(event.objective or 0.0 for event in result.events if event.phase == "audit")


def _told(problem: RosterProblem, part: People, result: SolveResult) -> tuple[PartResult, ...]:
    """The part itself, and its own parts where it was cut further."""
    return (part_result(problem, "component", part, result), *result.parts)


def part_result(problem: RosterProblem, cut: str, part: People, result: SolveResult) -> PartResult:
    """How the search of some people ended."""
    names = tuple(problem.queues[queue] for queue in part.queues)
    days = problem.grid.days
    return PartResult(cut, len(part.agents), names, 0, days, result.objective, result.bound)
