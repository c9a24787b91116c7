"""construct -> bound -> improve -> polish: the order of the steps of one search."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from staffing.audit import audit_roster, roster_cost
from staffing.domain.arrays import FloatArray
from staffing.domain.problem import RosterProblem
from staffing.domain.result import SolveEvent, SolveResult, Status, StopReason
from staffing.domain.roster import Roster
from staffing.solver.activities import place_activities
from staffing.solver.bound import Climb, Relaxation, gather
from staffing.solver.build import build_roster, read_roster
from staffing.solver.case import Case, compile_case
from staffing.solver.clock import Clock
from staffing.solver.construct import greedy
from staffing.solver.cpsat.rescue import rescue
from staffing.solver.cpsat.solve import Effort
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.moves.pool import Pool, new_pool
from staffing.solver.moves.state import State, new_state, rebuild
from staffing.solver.polish import WHOLE_OPTIONS, polish_days, polish_queues, solve_whole
from staffing.solver.prime import prime
from staffing.solver.published import recognise
from staffing.solver.search import SMALL, WEEKS_ONLY, improve, permutation, several_queues
from staffing.solver.seats import seat_idle
from staffing.solver.workroom import Workroom

TINY_OPTIONS = 300
"""Up to so many options a problem is solved whole without a walk before."""
METHOD = "prices-oracle-annealing-cpsat"
MOVES_PER_S, MIXED_MOVES_PER_S = 200_000, 25_000
"""Small moves of each thread that count as a second in reproducible mode; where work may move between queues, fewer."""
FIRST_STEPS, ALL_STEPS = 150, 2500
"""Evaluations of the bound before the first roster with prices, and after it at most."""
WARM, MIX, COOL_MIXED = (1.0, 0.1), (40.0, 1.0), (0.3, 0.03)
"""First and last heat of annealings: the quick one before the bound, the choice among weeks of the pool, the long one
where work may move between queues."""
HOT, COLD = (0.6, 10.0), 0.2
"""Least and largest first heat of the long annealing elsewhere, by the number of agents, and its last one."""
KEPT = ((400, 60), (2000, 40), (1 << 40, 18))
"""Weeks kept of every agent, by the largest number of agents."""


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

    Returns
    -------
    SolveResult
        `roster` None only when there is nobody to plan. Agents without a legal week get no shift and are named in
        `reasons`; the status is then ``infeasible``.
    """
    clock = Clock(time_limit_s, reproducible, on_event, should_stop)
    if not problem.agents:
        return _nothing(problem, clock, seed)
    search = _Search(problem, clock, seed, max(1, workers))
    try:
        state, case = search.run(start)
    finally:
        search.room.close()
    return search.result(state, case)


class _Search:
    """The steps share the compiled case, the relaxation and the clock."""

    def __init__(self, problem: RosterProblem, clock: Clock, seed: int, workers: int) -> None:
        self.problem, self.clock, self.seed, self.workers = problem, clock, seed, workers
        clock.enter("compile")
        self.case = compile_case(problem)
        # Compiling is no part of the time limit.
        with clock.aside():
            self.room = Workroom(self.case, workers)
            self.relaxation = Relaxation(self.case, self.room)
            prime(self.case, self.relaxation)
        self.climb = Climb(self.relaxation)

    def run(self, start: Roster | None) -> tuple[State, Case]:
        clock, case = self.clock, self.case
        clock.enter("construct")
        state = self.construct(case, 0.0)
        self.raise_bound(FIRST_STEPS, 0.06)
        case, state = self.settle_activities(state)
        if start is not None:
            state = self.warm(case, start, state)
        state = self.better(case, state)
        mixed, empty = several_queues(case), new_pool(case.tables, 1)
        if len(case.tables.start) > TINY_OPTIONS:
            state = self.improve(case, [state] * self.workers, empty, 0.06, 0.16 if mixed else 0.09, WARM)[0]
        self.climb.restart()
        self.raise_bound(FIRST_STEPS + ALL_STEPS, 0.32 if mixed else 0.3)
        state = self.whole(case, state)
        if mixed:
            state = self.improve(case, [state] * self.workers, empty, 0.32, 0.86, COOL_MIXED)[0]
        else:
            pool, chosen = self.choose(case, state)
            hot = float(np.clip(100.0 / case.agents, *HOT))
            found = self.improve(case, chosen, pool, 0.4, 0.9, (hot, COLD))[0]
            state = found if found.cost[0] < state.cost[0] else state
        clock.enter("polish")
        from_, until = (0.86, 0.93) if mixed else (0.9, 0.98)
        state = polish_days(case, state, clock, seed=self.seed, workers=self.workers, from_=from_, until=until)
        clock.enter("queues")
        if mixed:
            state = polish_queues(case, state, clock, seed=self.seed, workers=self.workers, from_=0.93, until=0.97)
        return seat_idle(case, state), case

    def improve(
        self,
        case: Case,
        starts: list[State],
        pool: Pool,
        from_: float,
        until: float,
        heat: tuple[float, float],
        shares: FloatArray = SMALL,
        phase: str = "improve",
    ) -> list[State]:
        """Anneal until the share `until` of the time; heats are told in paid slots of an agent."""
        self.clock.enter(phase)
        slot = self.problem.grid.step_h * self.problem.costs.wage_per_h
        return improve(
            case,
            starts,
            pool,
            self.clock,
            seed=self.seed,
            until=until,
            moves=int(
                (MIXED_MOVES_PER_S if several_queues(case) else MOVES_PER_S) * (until - from_) * self.clock.limit_s
            ),
            heat=(heat[0] * slot, heat[1] * slot),
            shares=shares,
        )

    def choose(self, case: Case, state: State) -> tuple[Pool, list[State]]:
        """Good weeks, and for each thread a roster of weeks that fit together, to go on from.

        Where the problem was small enough to be solved whole, one thread goes on from `state` unless it is the dearest.
        """
        clock, pool = self.clock, new_pool(case.tables, 1)
        if not clock.before(0.6):
            return pool, [state] * self.workers
        clock.enter("pool")
        own = case is self.case
        room = self.room if own else Workroom(case, self.workers)
        relaxation = self.relaxation if own else Relaxation(case, room)
        kept = next(kept for people, kept in KEPT if case.agents <= people)
        pool, bound = gather(relaxation, self.climb.best_prices, kept, clock)
        if own:
            self.climb.best = max(self.climb.best, bound)
            clock.found(bound=self.climb.best)
        else:
            room.close()
        chosen = self.improve(case, [state] * self.workers, pool, 0.3, 0.4, MIX, WEEKS_ONLY, "choose")
        if len(case.tables.start) <= WHOLE_OPTIONS and state.cost[0] < chosen[-1].cost[0]:
            chosen[-1] = state
        return pool, chosen

    def whole(self, case: Case, state: State) -> State:
        """Solve a small problem whole; the bound of the exact model is kept when it is the higher one."""
        clock = self.clock
        if not clock.before(0.6) or len(case.tables.start) > WHOLE_OPTIONS:
            return state
        clock.enter("whole")
        seconds = 0.5 * clock.limit_s if clock.reproducible else 0.6 * clock.left_s
        outcome = solve_whole(
            case, state, clock, Effort(max(0.2, seconds), self.workers, self.seed, clock.reproducible)
        )
        if outcome is None:
            return state
        clock.found(objective=float(outcome.state.cost[0]))
        if outcome.bound is not None and not self.problem.activities:
            self.climb.best = max(self.climb.best, outcome.bound)
            clock.found(bound=self.climb.best)
        return outcome.state

    def construct(self, case: Case, share: float, number: int = 0) -> State:
        """A legal roster, agent after agent; `share` is the weight of the relaxation's prices."""
        state = new_state(case.tables)
        state.skip[:] = self.relaxation.skip
        rebuild(case.tables, state)
        order = permutation(case.agents, self.seed * 31 + number)
        order = order[state.skip[order] == 0]
        failed = np.zeros(case.agents, dtype=np.int64)
        prices = self.climb.best_prices
        self.room.price(prices.cover, prices.span)
        table, back, cost = self.room.rooms[0]
        greedy(case.tables, state, order, self.room.value, share, table, back, cost, failed)
        state.skip[:] |= failed
        if failed.any() and number == 0:
            state = rescue(case, state, np.flatnonzero(failed), self.clock)
        if not (failed & state.skip).any():
            self.clock.found(objective=float(state.cost[0]))
        return state

    def better(self, case: Case, state: State) -> State:
        """The cheaper of `state` and some newly constructed rosters."""
        for number, share in enumerate((0.5, 0.3, 0.7, 0.1)):
            if not self.clock.before(0.3):
                break
            other = self.construct(case, share, number + 1)
            if (other.skip.sum(), other.cost[0]) < (state.skip.sum(), state.cost[0]):
                state = other
        return state

    def raise_bound(self, steps: int, until: float) -> None:
        """Climb until `steps` evaluations in all or the share `until` of the time."""
        self.clock.enter("bound")
        while self.climb.evaluations < steps and self.climb.factor > 1e-4 and self.clock.before(until):
            self.climb.step(self.clock.objective if self.clock.objective is not None else np.inf)
            self.clock.found(bound=self.climb.best)

    def settle_activities(self, state: State) -> tuple[Case, State]:
        """Place activities; the roster is constructed again around them."""
        if not self.problem.activities or self.clock.stopped:
            return self.case, state
        self.clock.enter("activities")
        prices = self.climb.best_prices
        self.room.price(prices.cover, prices.span)
        pins = place_activities(self.case, self.room.value, self.relaxation.skip)
        case = self.case.pinned(pins)
        self.clock.objective = None
        return case, self.construct(case, 0.4)

    def warm(self, case: Case, start: Roster, state: State) -> State:
        """The given roster where it is legal, completed by new weeks, if it is cheaper than `state`."""
        given = read_roster(case, start)
        given.skip[:] = state.skip
        todo = []
        for agent in range(case.agents):
            if given.skip[agent] or not legal_weeks(case.tables, agent, given.choice[agent]):
                given.choice[agent] = -1
                given.queue[agent] = -2
                if not given.skip[agent]:
                    todo.append(agent)
        rebuild(case.tables, given)
        table, back, cost = self.room.rooms[0]
        failed = np.zeros(case.agents, dtype=np.int64)
        order = np.array(todo, dtype=np.int64)
        greedy(case.tables, given, order, self.room.value, 0.2, table, back, cost, failed)
        return given if not failed.any() and given.cost[0] < state.cost[0] else state

    def result(self, state: State, case: Case) -> SolveResult:
        """Audit, price and hand over."""
        clock = self.clock
        recognise(case, state)
        roster = build_roster(case, state)
        reasons = tuple(v for v in audit_roster(self.problem, roster) if v.severity == "hard")
        cost = roster_cost(self.problem, roster)
        # Without a legal sequence of weeks for somebody, the roster is not one of those that the bound speaks of.
        comparable = bool((state.skip == self.relaxation.skip).all())
        bound = self.climb.best if comparable and np.isfinite(self.climb.best) else None
        clock.objective = float(state.cost[0]) + cost.components["activity"]
        clock.bound = bound
        clock.enter("audit")
        clock.objective = cost.total
        if clock.closed:
            status, stop = Status.OPTIMAL, StopReason.PROVEN
        else:
            status = Status.FEASIBLE
            stop = StopReason.STOPPED if clock.stopped else StopReason.TIME_LIMIT
        if reasons:
            status = Status.INFEASIBLE
        clock.enter("done")
        return SolveResult(
            roster=roster,
            status=status,
            stop_reason=stop,
            objective=cost.total,
            bound=bound,
            fixed_cost=cost.fixed,
            cost=cost,
            seed=self.seed,
            method=METHOD,
            events=tuple(clock.events),
            reasons=reasons,
        )


def _nothing(problem: RosterProblem, clock: Clock, seed: int) -> SolveResult:
    clock.enter("done")
    return SolveResult(None, Status.NONE, StopReason.NO_PLAN, None, None, 0.0, None, seed, METHOD, tuple(clock.events))
