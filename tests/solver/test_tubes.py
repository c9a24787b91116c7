"""Deferred work in the moves that count agents: the audit's cost, legal weeks, every edit undone."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.week_variants import deferrable
from staffing.audit import audit_roster, roster_cost
from staffing.domain.problem import RosterProblem
from staffing.solver.build import build_roster
from staffing.solver.moves.board import new_board, swift
from staffing.solver.moves.edit import new_desk
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.moves.state import copy_state, rebuild
from staffing.solver.moves.swift import swift_walk
from staffing.solver.moves.tubes import new_chain
from staffing.solver.search import SMALL
from tests.builders import make_problem
from tests.solver.test_walk import MOVES, ready


def shared() -> RosterProblem:
    """Everybody serves both queues; a third of the work may wait."""
    problem = deferrable(make_problem(agents=7, required=3.0, days=7), 0.3)
    return replace(problem, costs=replace(problem.costs, switch_per_change=0.0))


def mixed_team() -> RosterProblem:
    """Somebody answers only, somebody does deferred work only, at a speed of their own; shorter hours of answering."""
    problem = shared()
    proficiency = np.array(problem.proficiency)
    proficiency[:, :] = 0.9
    proficiency[0], proficiency[1], proficiency[2], proficiency[3] = (1.0, 0.0), (0.0, 0.8), (0.0, 1.0), (0.0, 0.0)
    return replace(problem, proficiency=proficiency)


PROBLEMS = {"shared": shared(), "team": mixed_team()}


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
    worth = np.full(tb.is_open.shape, 3.0)
    board = new_board(tb)
    swift_walk(tb, state, new_desk(tb), board, new_chain(tb, worth), None, pool, 800, 60.0, 5.0, shares, 7)
    kept = float(state.cost[0])
    assert np.isclose(board.told[0], kept, rtol=1e-9, atol=1e-6)
    planned = [agent for agent in range(case.agents) if not state.skip[agent]]
    assert all(legal_weeks(tb, agent, state.choice[agent]) for agent in planned)
    roster = build_roster(case, state)
    assert [v for v in audit_roster(problem, roster) if v.severity == "hard" and v.agent in planned] == []
    assert np.isclose(kept, roster_cost(problem, roster).total, rtol=1e-6)


@pytest.mark.parametrize("name", PROBLEMS)
def test_refused_moves_leave_no_trace(name: str) -> None:
    """With no heat at all nothing dearer is taken, and what is not taken changes nothing."""
    case, state, pool = ready(PROBLEMS[name])
    tb = case.tables
    board, chain = new_board(tb), new_chain(tb)
    swift_walk(tb, state, new_desk(tb), board, chain, None, pool, 0, 1.0, 1.0, SMALL, 1)
    for seed in range(40):
        before = copy_state(state)
        taken = swift_walk(tb, state, new_desk(tb), board, chain, None, pool, 1, 1e-12, 1e-12, SMALL, seed)
        assert np.isclose(float(state.cost[0]), rebuild(tb, copy_state(state)))
        if taken:
            assert state.cost[0] <= before.cost[0] + 1e-6
        else:
            for field in ("choice", "queue", "cover", "done"):
                assert np.array_equal(getattr(state, field), getattr(before, field))
