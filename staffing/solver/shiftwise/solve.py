"""construct -> prices -> dive -> improve: the order of the steps of one search of a plan by shifts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from staffing.audit.shift_cover import audit_shifts, shift_cost
from staffing.domain.arrays import FloatArray, IntArray
from staffing.domain.result import SolveEvent, Status, StopReason
from staffing.domain.shift_cover import ShiftCoverProblem, ShiftResult
from staffing.solver.clock import Clock
from staffing.solver.shiftwise.bound import whole
from staffing.solver.shiftwise.case import Case, Workroom
from staffing.solver.shiftwise.choose import MOST, choose, promising
from staffing.solver.shiftwise.columns import Generator
from staffing.solver.shiftwise.construct import cheapest_in_turn, first_rosters, plain_roster, rolled_rosters
from staffing.solver.shiftwise.dive import day_shares, dive
from staffing.solver.shiftwise.exact import Effort, Part, solve_part, whole_part
from staffing.solver.shiftwise.loose import LooseBound, wishes_alone
from staffing.solver.shiftwise.repair import repair
from staffing.solver.shiftwise.stretch import BATCH, NOISE, ROUNDS, improve_stretch
from staffing.solver.shiftwise.turns import Turns

METHOD = "prices-oracle-dive-cpsat"
SMALL_CELLS = 3000
"""Employees x days x shifts up to which CP-SAT takes the whole problem."""
WIDE_CELLS, WIDE_BATCH = 8000, 0.25
"""Employees x days x shifts above which a dive takes larger steps, and their share of the open days."""
DIVES, DIVE_SPARE = 3, 100
"""Dives before repairs begin, and how much dearer than the best rosters a dive may become before it is given up."""
WIDE = 0.03
"""Gap from which CP-SAT takes a small problem whole: prices prove less there than branching does."""
CHOOSE_EVERY = 30
"""Repairs between two choices among all rosters known."""
STALE, DIVE_EVERY = 20, 10
"""Repairs in vain after which every so many steps begin anew from the relaxation."""
SPARES, NOISES, BATCHES = (0.1, 0.5, 2.0), (0.1, 0.3, 0.6), (0.05, 0.1, 0.2)
"""What such a dive may cost beyond the best, in shares of what is left above the bound; its chance and steps."""
STRETCH_SHARE = 0.2
"""Share of the time that one stretch may take."""
MANY = 600
"""Employees x shifts above which stretches start with one week instead of two."""
QUICK = 0.1
"""Share of the time after which column generation that has not converged is given prices to start from."""
TRUST = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.0, 0.0)
"""Weight of the climb's prices beside those of the others' rosters, turn by turn."""
REPAIRS, STEPS, SWEEPS = 100, 400, 2
"""Repairs, steps of the loose bound, and passes over all stretches in reproducible mode."""
WHOLE_WORKERS = 8
"""Strategies at work on a whole problem, also on fewer cores: fewer leave out those that raise the bound."""


def solve_shifts(
    problem: ShiftCoverProblem,
    *,
    time_limit_s: float = 60.0,
    seed: int = 1,
    workers: int = 2,
    reproducible: bool = False,
    on_event: Callable[[SolveEvent], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> ShiftResult:
    """Find cheap legal rosters and a lower bound of the cost of any.

    Parameters
    ----------
    time_limit_s, seed, workers, reproducible, on_event, should_stop
        As those of `staffing.solver.solve_roster`.

    Returns
    -------
    ShiftResult
        `roster` None when somebody has no legal roster (`blocked`, status ``infeasible``) or none was found in time.
    """
    clock = Clock(time_limit_s, reproducible, on_event, should_stop)
    room = Workroom(workers)
    try:
        return _Search(problem, clock, room, seed).run()
    finally:
        room.close()


class _Search:
    """The steps share the clock, the threads and the best rosters."""

    def __init__(self, problem: ShiftCoverProblem, clock: Clock, room: Workroom, seed: int) -> None:
        self.problem, self.clock, self.room, self.seed = problem, clock, room, seed
        self.rng = np.random.default_rng(seed)
        self.case = Case(problem, room)
        self.rosters: IntArray | None = None
        self.cost = math.inf
        self.steps, self.in_vain = 0, 0

    def run(self) -> ShiftResult:
        """All steps."""
        clock = self.clock
        clock.enter("construct")
        self.found_bound(wishes_alone(self.problem))
        too_long = self.case.too_long
        blocked, unknown = self.construct(too_long)
        if blocked or unknown:
            return self.result(blocked)
        if too_long:
            self.long_horizon()
        else:
            self.short_horizon()
        return self.result([])

    def go_on(self, share: float) -> Callable[[], bool]:
        """Whether the share of the time is not over; asked by every loop."""
        return lambda: self.clock.before(share)

    def while_time(self, share: float, most: int) -> Iterator[int]:
        """Counts while the share of the time is not over; in reproducible mode up to `most` instead."""
        number = 0
        while self.clock.before(share) and (number < most or not self.clock.reproducible):
            yield number
            number += 1

    @property
    def gap(self) -> float:
        """Share of the cost above the bound."""
        return (self.cost - (self.clock.bound or 0.0)) / max(self.cost, 1.0)

    def take(self, rosters: IntArray | None) -> bool:
        """Keep rosters that are cheaper and legal."""
        if rosters is None:
            return False
        cost = self.case.cost(rosters)
        if cost >= self.cost or audit_shifts(self.problem, rosters):
            return False
        self.rosters, self.cost = rosters.copy(), cost
        self.clock.found(objective=float(cost))
        return True

    def found_bound(self, bound: float) -> None:
        """Report a bound, rounded up to a whole number."""
        if math.isfinite(bound):
            self.clock.found(bound=float(whole(bound)))

    def construct(self, too_long: bool) -> tuple[list[int], list[int]]:
        """First rosters; (employees without any legal roster, employees for whom none was found)."""
        if too_long:
            rosters, missing = rolled_rosters(self.problem, self.room, self.rng)
        else:
            rosters, missing = first_rosters(self.case, self.rng)
        illegal = {fault.agent for fault in audit_shifts(self.problem, rosters) if fault.agent is not None}
        blocked: list[int] = []
        unknown: list[int] = []
        for employee in sorted(illegal | set(missing)):
            simple = plain_roster(self.case, employee) if too_long else None
            if simple is not None:
                rosters[employee] = simple
                continue
            part = Part((employee,), 0, self.problem.days)
            seconds = max(5.0, 0.2 * self.clock.limit_s)
            effort = Effort(seconds, self.room.workers, self.seed, self.clock.reproducible, first=True)
            answer = solve_part(self.problem, rosters, part, effort, lambda: self.clock.stopped, hint=False)
            if answer.rosters is not None:
                rosters = answer.rosters
            else:
                (blocked if answer.proven else unknown).append(employee)
        if not blocked and not unknown:
            self.take(rosters)
        return blocked, unknown

    def short_horizon(self) -> None:
        """Columns over the whole horizon, dives, CP-SAT."""
        clock, case = self.clock, self.case
        assert self.rosters is not None
        generator = Generator(case)
        current = self.rosters.copy()
        for _ in range(4):
            for employee in range(case.employees):
                generator.master.add(employee, current[employee])
            if not cheapest_in_turn(case, current, self.rng.permutation(case.employees), self.go_on(0.1)):
                break
        self.take(current)
        for employee in range(case.employees):
            generator.master.add(employee, current[employee])
        clock.enter("bound")
        done = generator.converge(self.go_on(QUICK), on_bound=self.found_bound)
        if not done:
            loose = self.climb(0.15)
            generator.start_from(loose.best_prices.cover)
            self.found_bound(generator.bound)
            self.turns(loose, self.share_after(0.05), generator)
            clock.enter("bound")
            done = generator.converge(self.go_on(0.5), on_bound=self.found_bound)
        if not done:
            clock.enter("improve")
            self.stretches(0.97)
            return
        relaxed = day_shares(generator)
        clock.enter("dive")
        cells = case.employees * case.days * case.kinds
        small, batch = cells <= SMALL_CELLS, BATCH if cells <= WIDE_CELLS else WIDE_BATCH
        landed = False
        for _ in range(DIVES):
            if not clock.before(0.6):
                break
            upper = self.cost + (DIVE_SPARE if self.steps else math.inf)
            self.steps += 1
            found = dive(generator, self.go_on(0.6), upper, self.rng, rounds=ROUNDS, batch=batch, noise=NOISE)
            landed = landed or found is not None
            self.take(found)
        if small and clock.before(0.5) and self.gap > WIDE:
            clock.enter("whole")
            self.exactly(whole_part(self.problem), 0.25 * min(clock.limit_s, clock.left_s), WHOLE_WORKERS)
        clock.enter("improve")
        if not landed and cells > WIDE_CELLS:
            # Repairs hold days of good rosters; without any, stretches of days get there sooner.
            self.stretches(0.97)
        for _ in self.while_time(0.98, REPAIRS):
            self.steps += 1
            before = self.cost
            self.repair(generator, relaxed)
            self.in_vain = self.in_vain + 1 if self.cost >= before else 0

    def repair(self, generator: Generator, relaxed: FloatArray) -> None:
        """One neighbourhood; now and then a choice among all rosters known, and a window by CP-SAT."""
        assert self.rosters is not None
        go_on = self.go_on(0.98)
        if self.steps % CHOOSE_EVERY == 0:
            limit = min(6.0, 0.1 * self.clock.limit_s, max(0.5, self.clock.left_s))
            seconds = None if self.clock.reproducible else limit
            self.take(choose(generator, int(self.cost), seconds))
            if len(generator.master.rosters) > MOST:
                generator.master.forget(promising(generator, self.cost))
        elif self.steps % CHOOSE_EVERY == CHOOSE_EVERY // 2:
            size = min(self.problem.days, 7 + int(self.rng.integers(0, 5)))
            begin = int(self.rng.integers(0, self.problem.days - size + 1))
            part = Part(tuple(range(len(self.problem.employees))), begin, begin + size)
            self.exactly(part, 3.0, self.room.workers, quick=True)
        elif self.in_vain >= STALE and self.steps % DIVE_EVERY == DIVE_EVERY - 1:
            self.dive_anew(generator)
        else:
            self.take(
                repair(
                    generator,
                    self.rosters,
                    self.cost,
                    relaxed,
                    go_on,
                    self.rng,
                    rounds=ROUNDS,
                    batch=BATCH,
                    noise=NOISE,
                )
            )

    def dive_anew(self, generator: Generator) -> None:
        """Rosters from the relaxation again, under chance; what they miss is known rosters for the next choice."""
        spare, noise, batch = (float(self.rng.choice(values)) for values in (SPARES, NOISES, BATCHES))
        upper = self.cost + max(1.0, spare * self.gap * self.cost)
        self.take(dive(generator, self.go_on(0.98), upper, self.rng, rounds=ROUNDS, batch=batch, noise=noise))

    def long_horizon(self) -> None:
        """Prices for the bound and the first good rosters, stretches for better ones."""
        loose = self.climb(0.2)
        self.turns(loose, self.share_after(0.1))
        self.clock.enter("improve")
        self.stretches(0.97)

    def climb(self, share: float) -> LooseBound:
        """The bound that needs no convergence, for a share of the time."""
        clock = self.clock
        clock.enter("bound")
        loose = LooseBound(self.case)
        begun, until = clock.elapsed_s, self.share_after(share)
        seconds = max(1e-9, until * clock.limit_s - begun)
        for number in self.while_time(until, STEPS):
            loose.advance(number / STEPS if clock.reproducible else (clock.elapsed_s - begun) / seconds)
            self.found_bound(loose.best)
        return loose

    def turns(self, loose: LooseBound, until: float, generator: Generator | None = None) -> None:
        """Rosters of the whole horizon from the climb's prices; `generator` gets them as columns."""
        assert self.rosters is not None
        self.clock.enter("improve")
        turns, rosters = Turns(loose), self.rosters.copy()
        for number in self.while_time(until, len(TRUST)):
            order = self.rng.permutation(self.case.employees)
            turns.around(rosters, TRUST[number % len(TRUST)], order, self.go_on(until))
            self.take(rosters)
            if generator is not None:
                for employee in range(self.case.employees):
                    generator.master.add(employee, rosters[employee])

    def share_after(self, share: float) -> float:
        """The share of the time that will be over when another `share` of it has passed, at most nearly all."""
        return min(0.95, self.clock.elapsed_s / self.clock.limit_s + share)

    def stretches(self, until: float) -> None:
        """Column generation on stretches whose length follows the time they take."""
        weeks = 1 if self.case.employees * self.case.kinds > MANY else 2
        for _ in self.while_time(until, SWEEPS):
            for begin, end in _stretches(self.problem, 7 * weeks):
                if not self.clock.before(until):
                    return
                assert self.rosters is not None
                # A stretch that takes too long must leave time for the others.
                ends = [self.go_on(min(until, self.share_after(share))) for share in (STRETCH_SHARE, STRETCH_SHARE / 2)]
                rosters = improve_stretch(self.problem, self.room, self.rosters, begin, end, ends[0], self.rng, ends[1])
                self.take(rosters)
            weeks = min(weeks + 1, 6)

    def exactly(self, part: Part, seconds: float, workers: int, *, quick: bool = False) -> bool:
        """CP-SAT on a part; whether it was proven best."""
        assert self.rosters is not None
        clock = self.clock
        effort = Effort(
            min(seconds, max(0.5, clock.left_s)), workers, self.seed + self.steps, clock.reproducible, quick
        )
        least = None if clock.bound is None else int(clock.bound)
        answer = solve_part(self.problem, self.rosters, part, effort, lambda: clock.stopped, at_least=least)
        self.take(answer.rosters)
        everything = len(part.employees) == len(self.problem.employees) and part.end - part.begin == self.problem.days
        if everything and answer.bound is not None:
            self.found_bound(answer.bound)
        return answer.proven

    def result(self, blocked: list[int]) -> ShiftResult:
        """How it ended."""
        clock = self.clock
        clock.enter("done")
        names = tuple(self.problem.employees[employee] for employee in blocked)
        bound = None if clock.bound is None else round(clock.bound)
        if self.rosters is None:
            status = Status.INFEASIBLE if blocked else Status.NONE
            reason = StopReason.NO_PLAN if blocked else self._stop_reason()
            return ShiftResult(None, status, reason, None, None, None, self.seed, METHOD, tuple(clock.events), names)
        proven = bound is not None and bound >= self.cost
        return ShiftResult(
            roster=self.rosters,
            status=Status.OPTIMAL if proven else Status.FEASIBLE,
            stop_reason=StopReason.PROVEN if proven else self._stop_reason(),
            objective=int(self.cost),
            bound=None if bound is None else min(bound, int(self.cost)),
            cost=shift_cost(self.problem, self.rosters),
            seed=self.seed,
            method=METHOD,
            events=tuple(clock.events),
        )

    def _stop_reason(self) -> StopReason:
        return StopReason.STOPPED if self.clock.stopped else StopReason.TIME_LIMIT


def _stretches(problem: ShiftCoverProblem, length: int) -> list[tuple[int, int]]:
    """Overlapping stretches that start on Mondays."""
    first = (7 - problem.first_weekday) % 7
    starts = [0, *range(first + length // 2 // 7 * 7, problem.days, max(7, length // 2 // 7 * 7))]
    found = []
    for start in starts:
        end = start + length
        end = problem.days if end >= problem.days else end - (end + problem.first_weekday) % 7
        if end > start:
            found.append((start, end))
    return list(dict.fromkeys(found))
