"""construct -> bound -> improve -> polish: the order of the steps of one search."""

from __future__ import annotations

from contextlib import closing

import numpy as np

from staffing.audit import audit_roster, roster_cost
from staffing.domain.arrays import FloatArray
from staffing.domain.problem import RosterProblem
from staffing.domain.result import SolveResult, Status, StopReason
from staffing.domain.roster import Roster
from staffing.solver.activities import place_activities, placed_pins
from staffing.solver.bound import Climb, Prices, Relaxation, gather
from staffing.solver.build import build_roster, read_roster
from staffing.solver.case import Case, compile_case
from staffing.solver.clock import Clock
from staffing.solver.construct import greedy
from staffing.solver.cpsat.rescue import rescue
from staffing.solver.cpsat.solve import Effort
from staffing.solver.divide import divided, seated, undivided_to_divided
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.moves.pool import Pool, new_pool
from staffing.solver.moves.state import State, new_state, rebuild
from staffing.solver.order import Order
from staffing.solver.polish import WHOLE_OPTIONS, polish_days, polish_queues, solve_whole
from staffing.solver.prime import prime
from staffing.solver.published import recognise
from staffing.solver.rebuild_weeks import FEW, Guide, rebuild_weeks, small_team, walk_moves
from staffing.solver.search import (
    SEATS_ONLY,
    SMALL,
    WEEKS_ONLY,
    improve,
    permutation,
    seated_moves,
    seats_after_counts,
    several_queues,
)
from staffing.solver.seats import seat_idle
from staffing.solver.workroom import Workroom

TINY_OPTIONS = 300
"""Up to so many options a problem is solved whole without a walk before."""
METHOD = "prices-oracle-annealing-cpsat"
MOVES_PER_S, DIVIDED_MOVES_PER_S, MIXED_MOVES_PER_S = 500_000, 200_000, 25_000
"""Small moves of each thread that count as a second in reproducible mode; fewer with divided slots, and fewer still
where work may move between queues."""
FIRST_STEPS, ALL_STEPS = 150, 2000
"""Evaluations of the bound before the first roster with prices, and in all at most."""
SAMPLE, SAMPLE_STEPS, SAMPLED = 400, 600, 1 / 60
"""People whose prices start the climb where there are five times as many, evaluations with them, and how long the steps
of the climb that follows are at first, in shares of a price's range."""
WARM, MIX, COOL_MIXED = (1.0, 0.1), (20.0, 0.5), (0.3, 0.03)
"""First and last heat of annealings: the quick one before the bound, the choice among weeks of the pool, the long one
where work may move between queues."""
HOT, COLD = (0.6, 10.0), 0.2
"""Least and largest first heat of the long annealing elsewhere, by the number of agents, and its last one."""
WAITING, WAITING_COLD = 0.5, 0.08
"""Share of that first heat where work may wait, and the last one: what is too much now is of use later."""
CHOOSING = 0.07
"""Share of the time that the choice among weeks of the pool has at least."""
LEAD = 0.5
"""Share of its time that the long annealing has before weeks of small teams are built anew."""
KEPT = ((400, 200), (2000, 80), (1 << 40, 24))
"""Weeks kept of every agent, by the largest number of agents."""


def search(problem: RosterProblem, order: Order, clock: Clock, start: Roster | None) -> tuple[SolveResult, Prices]:
    """One search of the whole of `problem`, and the best prices met."""
    with closing(Search(problem, clock, order)) as steps:
        return steps.result(*steps.run(start)), steps.climb.best_prices


def go_on(problem: RosterProblem, order: Order, clock: Clock, start: Roster, prices: Prices) -> SolveResult:
    """Improve a roster of `problem` that was put together from parts; the bound begins at their `prices`."""
    with closing(Search(problem, clock, order)) as steps:
        return steps.result(*steps.run_on(start, prices))


class Search:
    """The steps share the compiled case, the relaxation and the clock."""

    def __init__(self, problem: RosterProblem, clock: Clock, order: Order) -> None:
        self.divide_slots = order.divide_slots
        self.problem, self.clock, self.seed, self.workers = problem, clock, order.seed, order.workers
        clock.enter("compile")
        self.case = compile_case(problem)
        # Compiling is no part of the time limit.
        with clock.aside():
            self.room = Workroom(self.case, order.workers)
            self.relaxation = Relaxation(self.case, self.room)
            prime(self.case, self.relaxation)
        self.climb = Climb(self.relaxation)

    def close(self) -> None:
        """End the threads."""
        self.room.close()

    def run(self, start: Roster | None) -> tuple[State, Case]:
        clock, case = self.clock, self.case
        clock.enter("construct")
        state = self.construct(case, 0.0)
        if case.agents > 5 * SAMPLE:
            self.guess_prices()
        self.raise_bound(FIRST_STEPS, 0.06)
        case, state = self.settle_activities(state)
        if start is not None:
            state = self.warm(case, start, state)
        state = self.better(case, state)
        empty = new_pool(case.tables, 1)
        several = several_queues(case)
        parts = divided(case) if several else None
        mixed = parts is None and seated_moves(case)
        seats = seats_after_counts(case)
        if len(case.tables.start) > TINY_OPTIONS:
            state = self.improve(case, [state] * self.workers, empty, 0.06, 0.16 if mixed else 0.09, WARM)[0]
        self.raise_bound(ALL_STEPS, 0.32 if mixed else 0.3 if parts is None else 0.24)
        state = self.whole(case, state)
        if parts is not None:
            state = self.divide(case, parts, state)
        elif mixed:
            state = self.improve(case, [state] * self.workers, empty, 0.32, 0.86, COOL_MIXED)[0]
        else:
            found = self.from_pool(case, state, 0.34 if several else 0.4, 0.65 if seats else 0.94)
            state = found if found.cost[0] < state.cost[0] else state
            if seats:
                state = self.improve(case, [state] * self.workers, empty, 0.65, 0.86, COOL_MIXED, seats=True)[0]
        if parts is None or not self.divide_slots:
            from_, until = (0.94, 0.98) if not several else (0.86, 0.93) if mixed or seats or parts else (0.94, 0.96)
            state = self.polish(case, state, from_, until)
        return self.queues(case, state), case

    def run_on(self, start: Roster, prices: Prices) -> tuple[State, Case]:
        """Improve the roster `start` under the rules of the whole; the bound climbs from `prices`."""
        clock, case = self.clock, self.case
        clock.enter("construct")
        case = case.pinned(placed_pins(case, start)) if self.problem.activities else case
        state = self.warm(case, start, self.construct(case, 0.0))
        self.climb = Climb(self.relaxation, start=prices, first=SAMPLED)
        self.raise_bound(ALL_STEPS, 0.4)
        several, mixed = several_queues(case), seated_moves(case)
        threads, empty = [state] * self.workers, new_pool(case.tables, 1)
        state = self.improve(case, threads, empty, 0.4, 0.86, COOL_MIXED if mixed else (HOT[0], COLD))[0]
        return self.queues(case, self.polish(case, state, 0.86, 0.93 if several else 0.98)), case

    def polish(self, case: Case, state: State, from_: float, until: float) -> State:
        """Parts of days by CP-SAT."""
        self.clock.enter("polish")
        return polish_days(case, state, self.clock, seed=self.seed, workers=self.workers, from_=from_, until=until)

    def queues(self, case: Case, state: State) -> State:
        """The queue of everybody by CP-SAT."""
        clock = self.clock
        clock.enter("queues")
        if several_queues(case):
            state = polish_queues(case, state, clock, seed=self.seed, workers=self.workers, from_=0.93, until=0.97)
        return seat_idle(case, state)

    def divide(self, case: Case, parts: Case, state: State) -> State:
        """Shifts found with slots divided among queues as is best, then the queue of everybody in each slot."""
        parted = 0.92 if self.divide_slots else 0.7
        found = seated(case, self.from_pool(parts, undivided_to_divided(parts, state), 0.34, parted))
        self.clock.found(objective=float(found.cost[0]))
        if found.cost[0] >= state.cost[0] and not self.divide_slots:
            found = state
        threads, empty = [found] * self.workers, new_pool(case.tables, 1)
        if self.divide_slots:
            return self.improve(case, threads, empty, parted, 0.95, COOL_MIXED, SEATS_ONLY, "queues")[0]
        return self.improve(case, threads, empty, parted, 0.86, COOL_MIXED)[0]

    def from_pool(self, case: Case, state: State, choose: float, until: float) -> State:
        """Good weeks of everybody, the ones that fit together (found by the share `choose` of the time), and a long
        annealing from there.
        """
        small, hot, cold = small_team(case), float(np.clip(100.0 / case.agents, *HOT)), COLD
        if case.tables.deadline.any():
            hot, cold = WAITING * hot, WAITING_COLD
        if small and case.agents <= FEW:
            return self.rebuilt(case, [state] * self.workers, self.pool(case), choose, until)
        pool, chosen = self.choose(case, state, choose)
        led = choose + LEAD * (until - choose) if small else until
        chosen = self.improve(case, chosen, pool, choose, led, (hot, cold), deals=True)
        return self.rebuilt(case, chosen, pool, led, until) if small else chosen[0]

    def rebuilt(self, case: Case, starts: list[State], pool: Pool, from_: float, until: float) -> State:
        """A small team: weeks of a few people built anew together until the share `until` of the time."""
        self.clock.enter("rebuild")
        prices = self.climb.best_prices
        self.room.price(prices.cover, prices.span)
        guide = Guide(self.room.value.copy(), self.problem.grid.step_h * self.problem.costs.wage_per_h, self.seed)
        rounds = int(MOVES_PER_S * (until - from_) * self.clock.limit_s / walk_moves(case))
        return rebuild_weeks(case, starts, pool, guide, self.clock, until=until, rounds=rounds)

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
        seats: bool = False,
        deals: bool = False,
    ) -> list[State]:
        """Anneal until the share `until` of the time; heats are told in paid slots of an agent."""
        self.clock.enter(phase)
        per_s = DIVIDED_MOVES_PER_S if case.tables.corner.shape[1] else MOVES_PER_S
        per_s = MIXED_MOVES_PER_S if seats or seated_moves(case) else per_s
        slot = self.problem.grid.step_h * self.problem.costs.wage_per_h
        return improve(
            case,
            starts,
            pool,
            self.clock,
            seed=self.seed,
            until=until,
            moves=int(per_s * (until - from_) * self.clock.limit_s),
            heat=(heat[0] * slot, heat[1] * slot),
            shares=shares,
            worth=self.climb.best_prices.cover,
            seats=seats,
            deals=deals,
        )

    def choose(self, case: Case, state: State, until: float) -> tuple[Pool, list[State]]:
        """Good weeks, and for each thread a roster of weeks that fit together, found by the share `until` of the time.

        Where the problem was small enough to be solved whole, one thread goes on from `state` unless it is the dearest.
        """
        pool, clock = self.pool(case), self.clock
        if not pool.filled.any():
            return pool, [state] * self.workers
        if not clock.reproducible:  # on a slow machine the bound and the pool may have taken longer
            until = max(until, clock.elapsed_s / clock.limit_s + CHOOSING)
        chosen = self.improve(case, [state] * self.workers, pool, until - 0.1, until, MIX, WEEKS_ONLY, "choose")
        if len(case.tables.start) <= WHOLE_OPTIONS and state.cost[0] < chosen[-1].cost[0]:
            chosen[-1] = state
        return pool, chosen

    def pool(self, case: Case) -> Pool:
        """Good weeks of everybody at prices near the best; none where time is short."""
        clock = self.clock
        if not clock.before(0.6):
            return new_pool(case.tables, 1)
        clock.enter("pool")
        own = case.settled is self.case.settled
        room = self.room if own else Workroom(case, self.workers)
        relaxation = self.relaxation if own else Relaxation(case, room)
        kept = next(kept for people, kept in KEPT if case.agents <= people)
        pool, bound = gather(relaxation, self.climb.best_prices, kept, clock)
        if own:
            self.climb.best = max(self.climb.best, bound)
            clock.found(bound=self.climb.best)
        else:
            room.close()
        return pool

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

    def guess_prices(self) -> None:
        """Begin the climb at the prices that a sample of the people comes to: many steps for the price of few."""
        self.clock.enter("bound")
        climb = Climb(self.relaxation.sample(SAMPLE))
        while climb.evaluations < SAMPLE_STEPS and self.clock.before(0.1):
            climb.step(self.progress(climb, SAMPLE_STEPS, 0.1))
        self.climb = Climb(self.relaxation, start=climb.best_prices, first=SAMPLED)

    def raise_bound(self, steps: int, until: float) -> None:
        """Climb until `steps` evaluations in all or the share `until` of the time."""
        self.clock.enter("bound")
        while self.climb.evaluations < steps and self.clock.before(until):
            self.climb.step(self.progress(self.climb, ALL_STEPS, 0.3))
            self.clock.found(bound=self.climb.best)

    def progress(self, climb: Climb, steps: int, until: float) -> float:
        """How far a climb of so many steps, or until that share of the time, has come."""
        counted = climb.evaluations / steps
        return counted if self.clock.reproducible else max(counted, self.clock.elapsed_s / (until * self.clock.limit_s))

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
