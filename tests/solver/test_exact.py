"""Bound <= optimum <= cost, on problems so small that every roster can be tried."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.domain.people import Contract
from staffing.domain.queue import OpeningHours
from staffing.domain.requirement import Workload
from staffing.domain.rules import Costs, WorkRules
from tests.builders import make_agent, make_email, make_queue
from tests.solver.tiny import cheapest_of_all, solved, tiny_problem

LEVELS = st.lists(st.sampled_from([0.0, 0.4, 1.0, 1.7, 2.0, 3.0]), min_size=24, max_size=24)


@settings(max_examples=5)
@given(LEVELS, st.sampled_from([1.0, 0.8]))
def test_two_agents_one_day(levels: list[float], speed: float) -> None:
    """The proven optimum is the cheapest of all rosters, and the bound does not pass it."""
    agents = [make_agent(0), make_agent(1, [f"phone:{speed}"])]
    problem = tiny_problem(agents=agents, required=np.array([levels]))
    result = solved(problem)
    best = cheapest_of_all(problem)
    assert result.objective == pytest.approx(best, rel=1e-6)
    assert result.status == "optimal"
    assert result.bound is not None
    assert result.bound <= best + 1e-3


@settings(max_examples=4)
@given(LEVELS, LEVELS, st.integers(0, 2))
def test_one_agent_two_days(one: list[float], two: list[float], days_min: int) -> None:
    """Weekly limits, overtime and days of a single agent, against all rosters."""
    contract = Contract("any", 0, 360, 0, 2 - days_min % 2, ("day",), overtime_minutes_max=240)
    problem = tiny_problem(required=np.array([one + two]), days=2, contract=contract)
    result = solved(problem)
    assert result.objective == pytest.approx(cheapest_of_all(problem), rel=1e-6)


@settings(max_examples=4)
@given(
    st.lists(st.floats(0.2, 2.5), min_size=48, max_size=48),
    st.floats(0.0, 12.0),
    st.integers(1, 8),
    st.sampled_from([Costs(), Costs(short_per_h=90.0, over_per_h=25.0, overdue_per_h=15.0)]),
)
def test_bound_holds_with_deferred_work(levels: list[float], work_h: float, late: int, costs: Costs) -> None:
    """Two queues, one of them deferred, two skills: the bound of the prices stays below every roster found."""
    needed = np.array([levels, [0.0] * 48])
    arrivals = np.repeat([0.0, 0.3, 0.6, 1.0], 12) * work_h
    due = np.concatenate([np.zeros(late), arrivals[:-late]])
    problem = tiny_problem(
        agents=[make_agent(0, ["phone", "email:0.9"]), make_agent(1, ["email"]), make_agent(2)],
        required=needed,
        days=2,
        costs=costs,
        centre_changes={"queues": (make_queue(), make_email())},
        workload=(Workload("email", arrivals, due),),
        rules=WorkRules(rest_h=12.0),
    )
    result = solved(problem, 1.5)
    assert result.bound is not None
    assert result.status in ("optimal", "feasible")


def test_zero_demand_costs_nothing_beyond_the_contract() -> None:
    """Nobody is called in when nothing is to be done and the contract allows it."""
    result = solved(tiny_problem(agents=2, required=0.0))
    assert result.objective == 0.0
    assert result.bound == pytest.approx(0.0, abs=1e-6)
    assert result.status == "optimal"


def test_closed_day_is_not_staffed() -> None:
    """Work is placed on the open day only."""
    closed = OpeningHours(weekday=((), *(((480, 1080),),) * 6), holiday=())
    problem = tiny_problem(days=2, centre_changes={"queues": (make_queue(hours=closed),)})
    result = solved(problem)
    assert result.roster is not None
    assert {shift.day for shift in result.roster.shifts()} == {1}
