"""Planning by shifts: the oracle, the bound and the whole search against brute force."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.audit.shift_cover import audit_shifts, shift_cost
from staffing.domain.result import Status, StopReason
from staffing.domain.shift_cover import OFF
from staffing.solver.shiftwise import case as case_module
from staffing.solver.shiftwise import solve as search_module
from staffing.solver.shiftwise import solve_shifts
from staffing.solver.shiftwise.bound import evaluate, whole
from staffing.solver.shiftwise.case import ANY, Case, Workroom
from staffing.solver.shiftwise.choose import choose
from staffing.solver.shiftwise.columns import Generator
from staffing.solver.shiftwise.construct import plain_roster, rolled_rosters
from staffing.solver.shiftwise.exact import Effort, Part, solve_part, whole_part
from staffing.solver.shiftwise.loose import LooseBound, wishes_alone
from staffing.solver.shiftwise.loose_oracle import Prices
from staffing.solver.shiftwise.stretch import improve_stretch
from staffing.solver.shiftwise.turns import Turns
from tests.shift_tiny import legal_rosters, shift_problem, shift_problems


@pytest.fixture(scope="module")
def room():
    made = Workroom(2)
    yield made
    made.close()


def best_by_force(problem):
    """Least cost of all legal rosters, None when somebody has none."""
    own = [legal_rosters(problem, employee) for employee in range(len(problem.employees))]
    costs = [shift_cost(problem, np.array(rosters)).total for rosters in product(*own)]
    return min(costs, default=None)


@settings(max_examples=20)
@given(shift_problems(days=5), st.integers(0, 1000))
def test_the_oracle_finds_the_cheapest_legal_roster(room, problem, seed):
    """Its value is the least over all legal rosters, which are those of the audit; None where there is none."""
    case = Case(problem, room)
    price = np.random.default_rng(seed).normal(size=(problem.days, 2)) * 10
    value, found = case.best(0, np.where(case.wish[0] < 1e9, price, case.wish[0]), grow=True)
    legal = legal_rosters(problem, 0)
    costs = [sum(price[day, shift] for day, shift in enumerate(days) if shift != OFF) for days in legal]
    if found is None:
        assert legal == []
    else:
        assert value == pytest.approx(min(costs))
        assert audit_shifts(problem, found[None, :]) == ()


@settings(max_examples=30)
@given(shift_problems(days=5), st.integers(0, 1000))
def test_limits_that_are_priced_bound_the_cheapest_legal_roster(room, problem, seed):
    """Without room to count kinds of shifts: the roster keeps all limits, and none costs less than the value."""
    legal = legal_rosters(problem, 0)
    price = np.random.default_rng(seed).normal(size=(problem.days, 2)) * 10
    with pytest.MonkeyPatch.context() as patch:
        for name in ("ROOM_TO_START", "ROOM_TO_GROW", "ROOM_LIMIT"):
            patch.setattr(case_module, name, 0)
        case = Case(problem, room)
        value, found = case.legal(0, np.where(case.wish[0] < 1e9, price, case.wish[0]))
    costs = [sum(price[day, shift] for day, shift in enumerate(days) if shift != OFF) for days in legal]
    assert value <= min(costs, default=1e15) + 1e-9
    if found is not None:
        assert audit_shifts(problem, found[None, :]) == ()
        assert value <= price[np.flatnonzero(found != OFF), found[found != OFF]].sum() + 1e-9


@settings(max_examples=30)
@given(shift_problems(days=8, kinds=1), st.integers(0, 1000))
def test_the_oracle_of_a_stretch_keeps_what_is_around(room, problem, seed):
    """Held days outside of the stretch stay, and the whole roster is the cheapest legal one that has them."""
    legal = legal_rosters(problem, 0)
    if not legal:
        return
    around = legal[seed % len(legal)]
    begin = next(day for day in range(2, 8) if (day + problem.first_weekday) % 7 != 6)
    end = next(day for day in range(6 - seed % 3, 9) if (day + problem.first_weekday) % 7 != 6)
    case = Case(problem, room, around[None, :], begin, end)
    price = np.random.default_rng(seed).normal(size=(end - begin, 1)) * 10
    value, found = case.best(0, np.where(case.wish[0] < 1e9, price, case.wish[0]), grow=True)
    same = [days for days in legal if (days[:begin] == around[:begin]).all() and (days[end:] == around[end:]).all()]
    costs = [price[days[begin:end] != OFF].sum() for days in same]
    assert value == pytest.approx(min(costs))
    assert found is not None
    assert audit_shifts(problem, np.concatenate([around[:begin], found, around[end:]])[None, :]) == ()


@settings(max_examples=12)
@given(shift_problems(people=2, days=5))
def test_the_search_proves_what_brute_force_finds(problem):
    """Status, cost and bound agree with trying everything; the roster is legal and costs what the audit says."""
    best = best_by_force(problem)
    result = solve_shifts(problem, time_limit_s=20.0, workers=1)
    if best is None:
        assert (result.status, result.roster, result.stop_reason) == (Status.INFEASIBLE, None, StopReason.NO_PLAN)
        assert result.blocked
        return
    assert result.status == Status.OPTIMAL
    assert result.objective == result.bound == best
    assert audit_shifts(problem, result.roster) == ()
    assert shift_cost(problem, result.roster).total == best
    assert result.gap == 0.0


@settings(max_examples=12)
@given(shift_problems(people=2, days=5), st.integers(0, 1000))
def test_any_prices_give_a_bound(room, problem, seed):
    """Counted or priced totals, whatever the prices: never above the least cost."""
    best = best_by_force(problem)
    if best is None:
        return
    case, rng = Case(problem, room), np.random.default_rng(seed)
    dual = rng.uniform(-case.over, case.under)
    assert whole(evaluate(case, dual).bound) <= best
    loose = LooseBound(case)
    for number in range(20):
        assert loose.advance(number / 20) <= best + 1e-6
    assert evaluate(case, loose.best_prices.cover).bound <= best + 1e-6
    assert wishes_alone(problem) <= best


@settings(max_examples=12)
@given(shift_problems(people=2, days=5), st.integers(0, 1000))
def test_rosters_with_priced_totals_are_the_cheapest(room, problem, seed):
    """Nothing counted: hours, weekends and kinds cost their prices, against trying all that break totals only."""
    rng = np.random.default_rng(seed)
    case = Case(problem, room)
    hour, weekend, kind = rng.normal(size=2) * 5, rng.uniform(0, 5, 2), rng.uniform(0, 3, (2, 2))
    prices = Prices(rng.normal(size=(5, 2)) * 10, hour, weekend, kind)
    value, rosters = LooseBound(case).cheapest(prices)
    open_kinds = np.where(problem.shifts_max > 0, 5, 0)
    anything = {"minutes_min": np.zeros(2), "minutes_max": np.full(2, 10**6), "weekends_max": np.full(2, 5)}
    free = replace(problem, shifts_max=open_kinds, **anything)
    hours = problem.minutes / problem.minutes.max()

    def cost(employee, roster):
        days = np.flatnonzero(roster != OFF)
        total = case.wish[employee, days, roster[days]].sum() - prices.cover[days, roster[days]].sum()
        total += (hour[employee] * hours + kind[employee])[roster[days]].sum()
        return total + weekend[employee] * sum(any(roster[day] != OFF for day in pair) for pair in problem.weekends)

    for employee in range(2):
        legal = legal_rosters(free, employee)
        assert value[employee] == pytest.approx(min(cost(employee, roster) for roster in legal))
        assert value[employee] == pytest.approx(cost(employee, rosters[employee]))
        assert any((roster == rosters[employee]).all() for roster in legal)


def two_weeks(people=6):
    """Two weeks of two shifts with wishes, tight enough to leave a gap to work on."""
    rng = np.random.default_rng(3)
    follow = np.ones((2, 2), dtype=np.bool_)
    follow[1, 0] = False
    return shift_problem(
        people,
        14,
        2,
        may_follow=follow,
        minutes_min=np.full(people, 7 * 480),
        minutes_max=np.full(people, 9 * 480),
        run_min=np.full(people, 2),
        run_max=np.full(people, 5),
        off_min=np.full(people, 2),
        weekends_max=np.full(people, 1),
        on_weight=rng.integers(0, 4, (people, 14, 2)),
        required=rng.integers(1, 3, (14, 2)),
        under=np.full((14, 2), 30),
        over=np.full((14, 2), 2),
    )


def test_same_seed_same_roster():
    """In reproducible mode nothing depends on the clock."""
    problem = two_weeks()
    first, second = (solve_shifts(problem, time_limit_s=5.0, seed=4, workers=2, reproducible=True) for _ in range(2))
    assert (first.roster == second.roster).all()
    assert first.bound == second.bound


def test_a_stop_keeps_the_best_so_far():
    """Asked to stop at once, the search still returns a legal roster and says why it ended."""
    problem = two_weeks()
    result = solve_shifts(problem, time_limit_s=60.0, should_stop=lambda: True)
    assert result.stop_reason == StopReason.STOPPED
    assert audit_shifts(problem, result.roster) == ()
    assert result.bound <= result.objective


def test_events_tell_of_progress():
    """Costs fall, bounds rise, the last event is the end."""
    events = []
    solve_shifts(two_weeks(), time_limit_s=10.0, on_event=events.append)
    costs = [event.objective for event in events if event.objective is not None]
    bounds = [event.bound for event in events if event.bound is not None]
    assert costs == sorted(costs, reverse=True)
    assert bounds == sorted(bounds)
    assert events[-1].phase == "done"


def test_dives_anew_improve_by_themselves(monkeypatch):
    """Where repairs help nothing the search begins anew from the relaxation: cheaper, legal, never below the bound."""
    for name, value in {"DIVES": 0, "WIDE": 1.0, "STALE": 0, "DIVE_EVERY": 1, "REPAIRS": 4}.items():
        monkeypatch.setattr(search_module, name, value)
    problem, events = two_weeks(), []
    result = solve_shifts(problem, time_limit_s=5.0, reproducible=True, on_event=events.append)
    before = next(event.objective for event in events if event.phase == "improve")
    assert result.objective < before
    assert audit_shifts(problem, result.roster) == ()
    assert result.bound <= result.objective


def test_all_ways_agree(room):
    """Column generation, choice, CP-SAT and stretches: legal rosters, equal proof, nothing above the bound."""
    problem = two_weeks(2)
    case = Case(problem, room)
    generator = Generator(case)
    first, missing = rolled_rosters(problem, room, np.random.default_rng(1))
    assert missing == []
    for employee in range(2):
        generator.master.add(employee, first[employee])
    assert generator.converge(lambda: True)
    start = np.full((2, 14), OFF)
    exact = solve_part(problem, start, whole_part(problem), Effort(30.0, 2, 1), lambda: False, hint=False)
    best = case.cost(exact.rosters)
    assert exact.proven
    assert exact.bound == pytest.approx(best)
    assert whole(generator.bound) <= best
    assert generator.master.value <= best + 1e-6
    chosen = choose(generator, 10_000, 10.0)
    assert audit_shifts(problem, chosen) == ()
    assert case.cost(chosen) >= best
    better = improve_stretch(problem, room, first, 0, 7, lambda: True, np.random.default_rng(1))
    assert audit_shifts(problem, better) == ()
    assert best <= case.cost(better) <= case.cost(first)
    window = solve_part(problem, first, Part((0, 1), 3, 10), Effort(10.0, 2, 1), lambda: False)
    assert audit_shifts(problem, window.rosters) == ()
    assert case.cost(window.rosters) <= case.cost(first)
    assert window.bound == pytest.approx(case.cost(window.rosters))
    assert (case.held == ANY).all()


def test_held_days_are_kept(room):
    """A held shift and a held day off are in the cheapest roster."""
    problem = two_weeks()
    case = Case(problem, room)
    case.hold(0, 3, 1)
    case.hold(0, 4, OFF)
    _, found = case.best(0, case.wish[0])
    assert (found[3], found[4]) == (1, OFF)
    case.loosen(0, np.array([3, 4]))
    assert (case.held == ANY).all()


def test_a_plain_roster_keeps_every_limit(room):
    """The fallback of long horizons is legal."""
    problem = two_weeks()
    found = plain_roster(Case(problem, room), 0)
    everybody = np.array([found] * len(problem.employees))
    assert [fault for fault in audit_shifts(problem, everybody) if fault.agent == 0] == []


def test_the_climb_nears_the_bound_of_column_generation(room):
    """Nothing counted, a few hundred evaluations; and rosters in turn from its prices are legal and good."""
    problem = two_weeks()
    case = Case(problem, room)
    loose = LooseBound(case)
    for number in range(400):
        loose.advance(number / 400)
    turns, rosters = Turns(loose), np.full((6, 14), OFF, dtype=np.int64)
    for trust in (0.9, 0.5, 0.2, 0.0):
        turns.around(rosters, trust, np.arange(6), lambda: True)
    assert audit_shifts(problem, rosters) == ()
    generator = Generator(case)
    generator.start_from(loose.best_prices.cover)
    first = generator.bound
    for employee in range(6):
        generator.master.add(employee, rosters[employee])
    assert generator.converge(lambda: True)
    assert 0.8 * generator.bound <= loose.best <= first + 1e-6
    assert first <= generator.bound <= case.cost(rosters) <= 1.5 * generator.bound


def test_horizons_too_long_for_the_exact_search(monkeypatch):
    """Prices of totals, turns and stretches alone: legal, repeatable, a bound beyond what the wishes give."""
    problem = two_weeks()
    monkeypatch.setattr(Case, "too_long", property(lambda case: case.days > 7))
    first, second = (solve_shifts(problem, time_limit_s=5.0, seed=2, reproducible=True) for _ in range(2))
    assert (first.roster == second.roster).all()
    assert first.bound == second.bound
    assert audit_shifts(problem, first.roster) == ()
    assert wishes_alone(problem) < first.bound <= first.objective <= 1.5 * first.bound


def test_slow_column_generation_is_given_prices(monkeypatch):
    """Where prices do not settle at once the climb helps: phases tell so, the bound stays one."""
    monkeypatch.setattr(search_module, "QUICK", 0.0)
    problem, events = two_weeks(), []
    result = solve_shifts(problem, time_limit_s=2.0, on_event=events.append)
    assert [event.phase for event in events].count("bound") >= 2
    assert audit_shifts(problem, result.roster) == ()
    assert wishes_alone(problem) < result.bound <= result.objective
