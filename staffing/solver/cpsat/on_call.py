"""Places on on-call turns given out at least cost, exactly, with the shifts as they are."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from staffing.audit.on_call import Worked, audit_on_call, worked
from staffing.audit.price_on_call import on_call_cost
from staffing.domain.on_call import OnCallPlan, OnCallProblem, Pairs, cents
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Status, StopReason
from staffing.domain.roster import Roster
from staffing.solver.cpsat.watched import solve_watched

DETERMINISTIC = 1.0
"""Deterministic time for one second of a limit."""


def assign_on_call(
    problem: RosterProblem,
    duties: OnCallProblem,
    roster: Roster,
    *,
    time_limit_s: float = 10.0,
    seed: int = 1,
    workers: int = 2,
    reproducible: bool = False,
    should_stop: Callable[[], bool] | None = None,
    locked: Pairs = (),
) -> OnCallPlan:
    """Give out the places of every turn: open places, pay, fairness, wishes and changes cost least.

    A turn that nobody may take stays open and is priced. `locked` are places locked by hand, beside those of `duties`.

    Returns
    -------
    OnCallPlan
        ``optimal`` when proven, else ``feasible`` with the bound so far; ``infeasible`` when the locked places break a
        rule between them: then they are the plan and the audit tells what they break.
    """
    standing = tuple(sorted({*duties.locked, *locked}))
    model = _Model(duties, worked(problem, roster), standing)
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed % (1 << 31)
    solver.parameters.num_workers = 1 if reproducible else workers
    if reproducible:
        solver.parameters.max_deterministic_time = time_limit_s * DETERMINISTIC
    else:
        solver.parameters.max_time_in_seconds = time_limit_s
    status = solve_watched(solver, model.cp, should_stop)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        # With no time to find anything else, what stands is a plan as well: every other place is open.
        broken = any(fault.severity == "hard" for fault in audit_on_call(problem, duties, roster, standing))
        ending = (Status.INFEASIBLE, StopReason.NO_PLAN) if broken else (Status.FEASIBLE, StopReason.TIME_LIMIT)
        return OnCallPlan(duties, standing, *ending, on_call_cost(duties, standing), None, locked)
    pairs = tuple(sorted(pair for pair, chosen in model.has.items() if solver.boolean_value(chosen)))
    proven = status == cp_model.OPTIMAL
    stopped = should_stop is not None and should_stop()
    reason = StopReason.PROVEN if proven else StopReason.STOPPED if stopped else StopReason.TIME_LIMIT
    return OnCallPlan(
        problem=duties,
        pairs=pairs,
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        stop_reason=reason,
        cost=on_call_cost(duties, pairs),
        # The model counts in hundredths, so its bound is one of the cost.
        bound=math.ceil(solver.best_objective_bound - 1e-6) / 100,
        locked=tuple(pair for pair in locked if pair in pairs),
    )


@dataclass
class _Model:
    """One Boolean for each place that a person may have on its own; the rules between places are constraints."""

    duties: OnCallProblem
    ground: Worked
    standing: Pairs
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    has: dict[tuple[int, int], cp_model.IntVar] = field(default_factory=dict)
    prices: list[tuple[cp_model.IntVar, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.called = {(call.turn, call.agent) for call in self.duties.called}
        for turn in range(len(self.duties.turns)):
            for agent in range(len(self.duties.agents)):
                if (turn, agent) in self.standing or self._alone(turn, agent):
                    self.has[turn, agent] = self.cp.new_bool_var(f"on_{turn}_{agent}")
        for pair in self.standing:
            # A standing place that breaks a rule by itself leaves nothing to choose.
            self.cp.add(self.has[pair] == int(self._alone(*pair)))
            self.cp.add(self.has[pair] == 1)
        self._open()
        of_agent: dict[int, dict[int, cp_model.IntVar]] = {}
        for (turn, agent), var in self.has.items():
            of_agent.setdefault(agent, {})[turn] = var
        for agent, own in sorted(of_agent.items()):
            self._apart(agent, own)
            self._counted(agent, own)
            self._weekly_rest(agent, own)
            self._fair(agent, own)
        constant = self._places()
        self.cp.minimize(sum(price * var for var, price in self.prices) + constant)

    def _alone(self, number: int, agent: int) -> bool:
        """Whether the place breaks nothing by itself."""
        duties, turn = self.duties, self.duties.turns[number]
        if not (duties.agreed[agent, turn.duty] and duties.skilled[agent, turn.duty]):
            return False
        if any(start < turn.end and end > turn.start for start, end in duties.away_of.get(agent, ())):
            return False
        apart = self._rest_slots if duties.counting[turn.duty] else 0.0
        # A shift after a call is meant to lie in the turn; it keeps the rest itself.
        called = (number, agent) in self.called
        if not called and any(
            start < turn.end + apart and end + apart > turn.start for start, end in self.ground.shifts[agent]
        ):
            return False
        return not duties.rules.gap_days or turn.day - int(duties.last_day[agent]) > duties.rules.gap_days

    @property
    def _rest_slots(self) -> float:
        return self.duties.rest_h / self.duties.grid.step_h

    def _open(self) -> None:
        """Places nobody has, each at the same price."""
        of_turn: dict[int, list[cp_model.IntVar]] = {}
        for (place, _), var in self.has.items():
            of_turn.setdefault(place, []).append(var)
        for number, turn in enumerate(self.duties.turns):
            people = self.duties.duties[turn.duty].people
            open_places = self.cp.new_int_var(0, people, f"open_{number}")
            self.cp.add(sum(of_turn.get(number, [])) + open_places == people)
            self.prices.append((open_places, cents(self.duties.rules.open_price)))

    def _places(self) -> int:
        """Pay, wishes and changes of each place; what it costs that every published place goes, as a constant."""
        duties, known, before = self.duties, set(self.duties.known), set(self.duties.reference)
        for (number, agent), var in self.has.items():
            turn = duties.turns[number]
            price = duties.pay_cents(turn, agent) + cents(float(duties.wish_off[agent, turn.day]))
            price += sum(duties.called_cents(c) for c in duties.called if (c.turn, c.agent) == (number, agent))
            if number in known:
                price += duties.change_cents(turn) * (-1 if (number, agent) in before else 1)
            self.prices.append((var, price))
        return sum(duties.change_cents(duties.turns[number]) for number, _ in before if number in known)

    def _apart(self, agent: int, own: dict[int, cp_model.IntVar]) -> None:
        """Turns of one person that cannot both be theirs: at one time, too near, or without the rest between."""
        duties, gap = self.duties, self.duties.rules.gap_days
        numbers = sorted(own, key=lambda number: (duties.turns[number].start, number))
        for place, one in enumerate(numbers):
            first = duties.turns[one]
            for other in numbers[place + 1 :]:
                then = duties.turns[other]
                if then.start >= first.end + self._rest_slots and then.day - first.day > gap:
                    break
                both = duties.counting[first.duty] and duties.counting[then.duty]
                both &= not self.called & {(one, agent), (other, agent)}
                near = then.start < first.end + (self._rest_slots if both else 0.0)
                if near or (gap and abs(then.day - first.day) <= gap):
                    self.cp.add_bool_or(~own[one], ~own[other])

    def _counted(self, agent: int, own: dict[int, cp_model.IntVar]) -> None:
        """Turns of weeks and periods, and hours of weeks, at most."""
        duties, rules = self.duties, self.duties.rules
        weeks = _grouped(own, lambda number: duties.turns[number].day // 7)
        for week, numbers in weeks.items():
            if rules.max_per_week is not None:
                self.cp.add(sum(own[n] for n in numbers) <= rules.max_per_week)
            working = [n for n in numbers if duties.counting[duties.turns[n].duty]]
            left = int(duties.week_most_min[agent, week] - self.ground.paid_min[agent, week])
            minutes = {n: (duties.turns[n].end - duties.turns[n].start) * duties.grid.step_min for n in working}
            for n in working if left < 0 else ():
                self.cp.add(own[n] == 0)
            if working and left >= 0:
                self.cp.add(sum(minutes[n] * own[n] for n in working) <= left)
        if rules.max_per_period is None:
            return
        for number, numbers in _grouped(own, lambda n: int(duties.period_of_day[duties.turns[n].day])).items():
            used = int(duties.period_before[agent]) if number == 0 else 0
            self.cp.add(sum(own[n] for n in numbers) <= max(0, rules.max_per_period - used))

    def _weekly_rest(self, agent: int, own: dict[int, cp_model.IntVar]) -> None:
        """Some block of the weekly rest, which begins with the week or with the end of work, holds no turn."""
        duties, grid = self.duties, self.duties.grid
        working = [n for n in own if duties.counting[duties.turns[n].duty]]
        length = duties.weekly_rest_h / grid.step_h
        for week in range(grid.days // 7):
            first, last = int(grid.day_start[7 * week]), int(grid.day_start[7 * week + 7])
            inside = [n for n in working if duties.turns[n].start < last and duties.turns[n].end > first]
            if not inside:
                continue
            begins = {first, *(e for _, e in self.ground.shifts[agent] if first < e < last)}
            begins |= {duties.turns[n].end for n in inside if duties.turns[n].end < last}
            blocks = []
            for begin in sorted(begins):
                end = begin + length
                if end > last + 1e-9 or any(s < end and e > begin for s, e in self.ground.shifts[agent]):
                    continue
                block = self.cp.new_bool_var(f"rest_{agent}_{week}_{begin}")
                for n in inside:
                    if duties.turns[n].start < end and duties.turns[n].end > begin:
                        self.cp.add_implication(block, ~own[n])
                blocks.append(block)
            if blocks:
                self.cp.add_bool_or(blocks)
            else:
                self.cp.add(sum(own[n] for n in inside) == 0)

    def _fair(self, agent: int, own: dict[int, cp_model.IntVar]) -> None:
        """The k-th turn on one kind of day costs k times the price, those of the past counted."""
        duties, price = self.duties, cents(self.duties.rules.fairness)
        for kind, numbers in _grouped(own, lambda number: duties.turns[number].kind).items() if price else ():
            had = int(duties.before[agent, kind])
            steps = [self.cp.new_bool_var(f"fair_{agent}_{kind}_{k}") for k in range(len(numbers))]
            self.cp.add(sum(steps) == sum(own[n] for n in numbers))
            self.prices += [(step, price * (had + k)) for k, step in enumerate(steps, start=1)]


def _grouped(numbers: Iterable[int], of: Callable[[int], int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for number in sorted(numbers):
        found.setdefault(of(number), []).append(number)
    return found
