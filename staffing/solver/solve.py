"""`solve_roster`: a problem is searched whole, or in parts where people share nothing or the caller asks for it."""

from __future__ import annotations

from collections.abc import Callable

from staffing.domain.problem import RosterProblem
from staffing.domain.result import SolveEvent, SolveResult, Status, StopReason
from staffing.domain.roster import Roster
from staffing.solver.clock import Clock
from staffing.solver.order import AUTO, SITES, WEEKS, WHOLE, Order
from staffing.solver.parts.apart import search_apart
from staffing.solver.parts.coupled import by_site, by_week
from staffing.solver.parts.ties import components, merged, sites
from staffing.solver.parts.weeks import weeks_apart
from staffing.solver.pipeline import METHOD, search

PART_S = 3.0
"""Seconds of one thread that a part must have: the smallest parts are put together until each has."""


def solve_roster(
    problem: RosterProblem,
    *,
    time_limit_s: float = 60.0,
    seed: int = 1,
    workers: int = 2,
    reproducible: bool = False,
    on_event: Callable[[SolveEvent], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    start: Roster | None = None,
    divide_slots: bool = False,
    parts: str = AUTO,
) -> SolveResult:
    """Find a cheap legal roster and a lower bound of the cost of any.

    Parameters
    ----------
    time_limit_s
        Seconds of the search; compiling kernels for the first time comes on top.
    seed, workers
        Seed of everything random; threads.
    reproducible
        Limit every phase by counts, never by seconds: same problem and seed, same roster.
    on_event
        Called with progress from the calling thread.
    should_stop
        Asked often; once it says yes the best legal roster is returned within about two seconds.
    start
        A roster to begin with; shifts of it that are still legal are kept as the first solution.
    divide_slots
        Judge shifts as if everybody's time in a slot were divided among their queues as is best, as routing by skill
        does, where there are few queues; seats are then found for the shifts as they stand. Otherwise that is only the
        way to good shifts, which are improved further with whole seats. The objective is the audit's in any case.
    parts
        ``auto``: people who share nothing with the others (no queue, supervisor or session) are searched apart, which
        loses nothing. ``whole``: everybody at once. ``sites``: people who share only a queue or two are searched
        apart first, and ``weeks``: one week after another first; the rosters are put together and improved as one, and
        the bound is that of the whole. The result tells its parts.

    Returns
    -------
    SolveResult
        `roster` None only when there is nobody to plan. Agents without a legal week get no shift and are named in
        `reasons`; the status is then ``infeasible``.
    """
    order = Order(seed, max(1, workers), reproducible, divide_slots, parts)
    clock = Clock(time_limit_s, reproducible, on_event, should_stop)
    if not problem.agents:
        return _nothing(clock, seed)
    return solve(problem, order, clock, start)


def solve(problem: RosterProblem, order: Order, clock: Clock, start: Roster | None) -> SolveResult:
    """The problem in the parts that nothing ties, each of them cut further where `order` says so, or whole."""
    if order.parts != WHOLE:
        apart = merged(components(problem), int(clock.limit_s * order.workers / PART_S))
        if len(apart) > 1:
            return search_apart(problem, apart, order, clock, start, solve)
    if order.parts == SITES:
        coupled = sites(problem)
        if coupled:
            return by_site(problem, coupled, order, clock, start)
    if order.parts == WEEKS and weeks_apart(problem):
        return by_week(problem, order, clock, start)
    return search(problem, order, clock, start)[0]


def _nothing(clock: Clock, seed: int) -> SolveResult:
    clock.enter("done")
    return SolveResult(None, Status.NONE, StopReason.NO_PLAN, None, None, 0.0, None, seed, METHOD, tuple(clock.events))
