"""Moves where everybody serves one queue at most: the same costs and rules as the walk with queues to choose."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.roster_gap import generate
from staffing.audit import audit_roster, roster_cost
from staffing.domain.people import Contract
from staffing.domain.problem import RosterProblem
from staffing.domain.rules import WorkRules
from staffing.solver.bound import Relaxation
from staffing.solver.build import build_roster
from staffing.solver.case import compile_case
from staffing.solver.moves.board import new_board, swift
from staffing.solver.moves.edit import new_desk
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.moves.state import copy_state, rebuild
from staffing.solver.moves.swift import swift_walk
from staffing.solver.search import SMALL
from staffing.solver.workroom import Workroom
from tests.builders import make_agent, make_centre, make_problem, make_queue, make_scenario
from tests.solver.test_walk import MOVES, ready


def two_queues() -> RosterProblem:
    """Agents of one queue each, at different speeds, one who serves none, in start bands and with overtime."""
    centre = make_centre(
        queues=(make_queue(), make_queue("chat")),
        contracts=(Contract("any", 480, 1800, 2, 5, ("day",), 60, start_band_min=90),),
    )
    skills = (("phone",), ("phone",), ("chat",), ("chat:0.9",), ("phone:0.8",), ())
    agents = tuple(make_agent(number, own) for number, own in enumerate(skills))
    return make_problem(make_scenario(centre, agents), required=1.5, days=14)


PROBLEMS = {
    "one": make_problem(agents=6, required=3.0, days=7),
    "two": two_queues(),
    "fair": make_problem(agents=5, required=2.0, days=14, rules=WorkRules(weekends_max_per_period=1, fairness=7.0)),
}


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("move", range(MOVES))
def test_cost_stays_exact_and_weeks_legal(name: str, move: int) -> None:
    """After many moves of one kind the cost kept is the audit's, and nobody breaks a rule."""
    problem = PROBLEMS[name]
    case, state, pool = ready(problem)
    tb = case.tables
    assert swift(tb)
    shares = np.zeros(MOVES)
    shares[move] = 1.0
    swift_walk(tb, state, new_desk(tb), new_board(tb), None, None, pool, 1500, 60.0, 5.0, shares, 7)
    assert all(legal_weeks(tb, agent, state.choice[agent]) for agent in range(case.agents))
    roster = build_roster(case, state)
    assert [fault for fault in audit_roster(problem, roster) if fault.severity == "hard"] == []
    assert np.isclose(float(state.cost[0]), roster_cost(problem, roster).total, rtol=1e-9)


@pytest.mark.parametrize("name", PROBLEMS)
def test_refused_moves_leave_no_trace(name: str) -> None:
    """With no heat at all nothing dearer is taken, and the cost told on the way is that of the roster."""
    case, state, pool = ready(PROBLEMS[name])
    tb, board = case.tables, new_board(case.tables)
    swift_walk(tb, state, new_desk(tb), board, None, None, pool, 0, 1.0, 1.0, SMALL, 1)
    for seed in range(40):
        before = copy_state(state)
        taken = swift_walk(tb, state, new_desk(tb), board, None, None, pool, 1, 1e-12, 1e-12, SMALL, seed)
        assert np.isclose(float(state.cost[0]), rebuild(tb, copy_state(state)))
        if taken:
            assert state.cost[0] <= before.cost[0] + 1e-6
        else:
            assert np.array_equal(state.choice, before.choice)
            assert np.array_equal(state.queue, before.queue)
            assert np.array_equal(state.cover, before.cover)
            worked = before.choice >= 0
            assert np.array_equal(state.breaks[worked], before.breaks[worked])


def test_same_seed_same_roster() -> None:
    """A cool walk makes the roster cheaper; the seed alone decides which one it ends with."""
    ends = []
    for seed in (1, 1, 2):
        case, state, pool = ready(PROBLEMS["two"])
        first = float(state.cost[0])
        tb = case.tables
        swift_walk(tb, state, new_desk(tb), new_board(tb), None, None, pool, 5000, 20.0, 0.1, SMALL, seed)
        assert state.cost[0] < first
        ends.append(state)
    assert np.array_equal(ends[0].choice, ends[1].choice)
    assert not np.array_equal(ends[0].breaks, ends[2].breaks)


def test_where_it_holds() -> None:
    """Several queues a person, spans of control, settled work, or hours when a queue is shut: not for these moves."""
    assert not swift(compile_case(generate(9, 2)).tables)
    problem = PROBLEMS["one"]
    shut = np.array(problem.is_open)
    shut[0, 24] = False
    closed = replace(problem, is_open=shut, required=np.where(shut, problem.required, 0.0))
    assert closed.costs.switch_per_change > 0
    assert not swift(compile_case(closed).tables)
    assert swift(compile_case(replace(closed, costs=replace(closed.costs, switch_per_change=0.0))).tables)


def test_prices_of_a_sample_are_near() -> None:
    """Everybody as the sample: the same evaluation. Every third of people alike: the estimate of the whole bound."""
    case = compile_case(make_problem(agents=9, required=4.0, days=7))
    relaxation = Relaxation(case, Workroom(case))
    prices = relaxation.first_prices()[0]
    bound, slope = relaxation.evaluate(prices)
    for people in (9, 3, 50):
        guess, direction = relaxation.sample(people).evaluate(prices)
        assert np.isclose(guess, bound)
        assert np.allclose(direction, slope)
    again, _ = relaxation.evaluate(prices)
    assert again == bound
