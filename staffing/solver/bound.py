"""Lower bound of the cost of any legal roster, by prices per queue and slot.

One price per (queue, slot), per (pool of queues, slot) and per (supervising role, slot) replaces the link between
people. At any prices

    bound = agents' best weeks + cheapest coverage of every answered row + cheapest time of every batch of deferred work

is at most the cost of every legal roster; docs/explanation/solver.md says why and what is left out. The prices
climb along their slopes.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

import numpy as np

from staffing.domain.arrays import BoolArray, FloatArray
from staffing.domain.roster import WORK
from staffing.solver.batches import make_batches
from staffing.solver.case import Case
from staffing.solver.clock import Clock
from staffing.solver.coverage_rows import outermost_rows
from staffing.solver.moves.pool import Pool, new_pool, remember
from staffing.solver.oracle.dual import answered_terms, tube_terms
from staffing.solver.oracle.week_ends import NEVER
from staffing.solver.workroom import Workroom

NEAR_STEP = 1 / 3000
"""Steps about the best prices by which good weeks are gathered, in shares of a price's range."""
FOLLOW, SPREAD, TINY = 0.9, 0.99, 1e-9
"""How much of the past the means of the slopes and of their squares keep; and what keeps a division from 0."""


@dataclass(frozen=True, eq=False)
class Prices:
    """Worth of coverage (rows, slots), queues then pools, and of supervisors (roles, slots), per agent-slot."""

    cover: FloatArray
    span: FloatArray

    @property
    def flat(self) -> FloatArray:
        return np.concatenate([self.cover.ravel(), self.span.ravel()])


class Relaxation:
    """The priced problem: evaluates bounds and slopes. `skip` names agents without any legal week."""

    def __init__(self, case: Case, room: Workroom) -> None:
        tb = case.tables
        self.case, self.room = case, room
        self.batches = make_batches(tb)
        self.skip = self._without_week()
        # Agents left out of an evaluation, and how many each of the others stands for.
        self.out, self.each = self.skip, 1.0
        open_ = tb.is_open
        present = ~case.settled.blocked[:, : tb.slots] & ~self.skip[:, None]
        speeds = case.problem.proficiency
        # An agent on a pool works on one of its queues, at best on the one served fastest.
        fastest = [(speeds * queues).max(axis=1) for queues in case.problem.pool_member]
        by_row = np.column_stack([speeds, *fastest])
        self.most = np.where(open_, by_row.T @ present.astype(float), 0.0)
        pooled = [speeds[:, queues].ravel() for queues in case.problem.pool_member]
        self.grain = np.array([_grain(able) for able in (*speeds.T, *pooled)])
        # One agent more on a row saves its price of an agent too many at the least; a deadline queue's is the idle one.
        self.low = np.where(open_, -tb.over_at, 0.0)
        top = np.where(tb.deadline[:, None], tb.slot_h * tb.undone, tb.weight * max(tb.short, tb.severe))
        self.high = np.where(open_, top, 0.0)
        self.span_high = np.full((len(tb.span), tb.slots), tb.span_price)
        self.fixed_cover, self.fixed_heads, self.fixed_led, self.fixed_idle = settled_work(case, self.skip)
        # An agent in an activity still to be placed is taken to work; all that this can add to the true cost is the
        # idle price of those slots, which is given back here.
        self.free_slots = sum(
            activity.slots for activity in case.problem.activities for agent in activity.agents if not self.skip[agent]
        )
        self.weeks = room.new_weeks()

    def _without_week(self) -> BoolArray:
        """Agents who have no legal week whatever the prices."""
        tb, room = self.case.tables, self.room
        weeks = room.new_weeks()
        room.price(np.zeros(tb.is_open.shape), np.zeros((len(tb.span), tb.slots)))
        room.sweep(weeks, np.zeros(self.case.agents, dtype=bool), carry=False)
        return np.asarray((weeks.total >= NEVER / 2).any(axis=1))

    def first_prices(self) -> tuple[Prices, ...]:
        """Prices to start from: what an agent costs where somebody is needed, nothing, and what one too many costs.

        The first is near the truth where agents are scarce or may stay at home, the others where their hours are fixed
        and suffice.
        """
        tb = self.case.tables
        wage = tb.slot_h * self.case.problem.costs.wage_per_h
        # Within a pool the need is priced once, on the outermost.
        needed = tb.is_open & ((tb.required > 0) & outermost_rows(self.case.problem) | tb.deadline[:, None])
        scarce = np.where(needed, np.where(tb.deadline[:, None], 0.5 * wage, 1.2 * wage), 0.0)
        none = np.zeros_like(self.span_high)
        return tuple(self.clip(start, none) for start in (scarce, 0.0 * scarce, 0.5 * self.low, self.low))

    def clip(self, cover: FloatArray, span: FloatArray) -> Prices:
        """Prices inside the range in which the bound can be best."""
        return Prices(np.clip(cover, self.low, self.high), np.clip(span, 0.0, self.span_high))

    def sample(self, people: int) -> Relaxation:
        """An estimate from some `people` that stand for all: the prices it climbs to are near, its bound is none."""
        part, kind = copy(self), self.case.tables.kind
        able = np.flatnonzero(~self.skip)
        able = able[np.argsort(kind[able], kind="stable")]
        chosen = able[np.linspace(0, len(able) - 1, min(people, len(able))).astype(np.int64)]
        part.out = np.ones(len(self.skip), dtype=bool)
        part.out[chosen] = False
        part.each = len(able) / max(1, len(chosen))
        part.weeks = self.room.new_weeks()
        return part

    def evaluate(self, prices: Prices) -> tuple[float, FloatArray]:
        """Bound at `prices` and its slope (flat like ``Prices.flat``); the weeks are left in `self.weeks`."""
        tb, room = self.case.tables, self.room
        room.price(prices.cover, prices.span)
        room.sweep(self.weeks, self.out, carry=False)
        slope = np.zeros(tb.is_open.shape)
        total = self.weeks.total
        bound = self.each * float(total[~self.out].sum()) + float(total[self.skip].sum())
        bound += self.fixed_idle - tb.over * self.free_slots
        bound += answered_terms(tb, prices.cover, self.most, self.grain, slope)
        b = self.batches
        bound += tube_terms(tb, prices.cover, b.first, b.hours, b.arrives, b.due, slope)
        cover, heads, led = (self.each * part for part in room.coverage(self.weeks))
        bound -= float((prices.cover * self.fixed_cover).sum())
        span = (led + self.fixed_led) / tb.span[:, None] - heads - self.fixed_heads
        fixed = self.fixed_led / tb.span[:, None] - self.fixed_heads
        bound += float((prices.span * fixed).sum())
        return bound, np.concatenate([(slope - cover - self.fixed_cover).ravel(), span.ravel()])


@dataclass(eq=False)
class Climb:
    """State of the search for the best prices; `step` may be called until it no longer helps.

    Every price has a step of its own: the mean of its slopes over the root of the mean of their squares (Adam: Kingma,
    Ba 2015), in shares of the price's range, falling from `first` to `last`.
    """

    relaxation: Relaxation
    start: Prices | None = None
    first: float = 1 / 30
    last: float = 1 / 20_000

    def __post_init__(self) -> None:
        self.best = -np.inf
        for start in self.relaxation.first_prices() if self.start is None else (self.start,):
            bound, _ = self.relaxation.evaluate(start)
            if bound > self.best:
                self.best, self.prices = bound, start
        self.best_prices = self.prices
        rel = self.relaxation
        self.range = np.concatenate([(rel.high - rel.low).ravel(), rel.span_high.ravel()])
        self.mean, self.square = np.zeros(len(self.range)), np.zeros(len(self.range))
        self.evaluations = 0

    def step(self, progress: float) -> float:
        """One evaluation and one move; `progress` from 0 to 1 tells how far the climb is and how short steps are."""
        bound, slope = self.relaxation.evaluate(self.prices)
        self.evaluations += 1
        if bound > self.best + 1e-9 * abs(bound):
            self.best, self.best_prices = bound, self.prices
        self.mean = FOLLOW * self.mean + (1 - FOLLOW) * slope
        self.square = SPREAD * self.square + (1 - SPREAD) * np.square(slope)
        mean = self.mean / (1 - FOLLOW**self.evaluations)
        spread = np.sqrt(self.square / (1 - SPREAD**self.evaluations))
        rate = self.first * (self.last / self.first) ** min(1.0, progress)
        moved = self.prices.flat + rate * self.range * mean / (spread + TINY)
        cover, span = self.prices.cover, self.prices.span
        self.prices = self.relaxation.clip(
            moved[: cover.size].reshape(cover.shape), moved[cover.size :].reshape(span.shape)
        )
        return bound


def gather(relaxation: Relaxation, prices: Prices, kept: int, clock: Clock) -> tuple[Pool, float]:
    """Up to `kept` good horizons of every agent, from short steps about `prices`; and the best bound met."""
    tb = relaxation.case.tables
    pool = new_pool(tb, kept)
    climb = Climb(relaxation, start=prices, first=NEAR_STEP, last=NEAR_STEP)
    for number in range(3 * kept):
        if clock.stopped:
            break
        climb.step(1.0)
        if number % 3 == 0:
            remember(tb, pool, relaxation.weeks.choice, relaxation.weeks.breaks)
    return pool, climb.best


def settled_work(case: Case, skip: BoolArray) -> tuple[FloatArray, FloatArray, FloatArray, float]:
    """What locked work delivers: coverage, supervisors, supervised (roles, slots), and its idle price."""
    tb = case.tables
    cover = np.zeros((tb.prof.shape[1], tb.slots))
    heads, led = np.zeros((len(tb.span), tb.slots)), np.zeros((len(tb.span), tb.slots))
    idle = 0.0
    for pin in case.settled.pins:
        if pin.code != WORK or skip[pin.agent]:
            continue
        span = slice(pin.start, min(pin.end, tb.slots))
        group = tb.group[pin.agent]
        if pin.queue >= 0:
            cover[pin.queue, span] += tb.prof[group, pin.queue]
        elif tb.skilled[group]:
            idle += tb.over * max(0, span.stop - span.start)
        heads[tb.heads[group], span] += 1
        led[tb.led[group], span] += 1
    return case.with_pools(cover), heads, led, idle


def _grain(speeds: FloatArray) -> float:
    """Common divisor of the speeds of a queue's agents, 0 where they have none down to a thousandth."""
    able = speeds[speeds > 0]
    whole = np.round(able * 1000).astype(np.int64)
    if not len(able) or np.any(np.abs(able * 1000 - whole) > 1e-6):
        return 0.0
    return float(np.gcd.reduce(whole)) / 1000
