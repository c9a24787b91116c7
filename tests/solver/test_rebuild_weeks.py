"""Weeks of a few people built anew together: legal, exactly priced, never dearer, the same twice."""

import numpy as np
import pytest

from benchmarks.roster_gap import generate
from staffing.audit import audit_roster, roster_cost
from staffing.domain.problem import RosterProblem
from staffing.solver.bound import Climb, Relaxation, gather
from staffing.solver.build import build_roster
from staffing.solver.case import Case, compile_case
from staffing.solver.clock import Clock
from staffing.solver.construct import greedy
from staffing.solver.moves.pool import Pool
from staffing.solver.moves.state import State, new_state, rebuild
from staffing.solver.rebuild_weeks import BATCH, TEAM, Guide, Rebuilder, rebuild_weeks, small_team
from staffing.solver.workroom import Workroom
from tests.builders import make_problem
from tests.solver.test_swift import PROBLEMS


def ready(problem: RosterProblem) -> tuple[Case, State, Pool, Guide]:
    """A roster planned without regard to what is needed, and all that is needed to better it."""
    case = compile_case(problem)
    room = Workroom(case)
    relaxation = Relaxation(case, room)
    climb = Climb(relaxation)
    for step in range(30):
        climb.step(step / 30)
    pool, _ = gather(relaxation, climb.best_prices, 5, Clock(60.0, True))
    state = new_state(case.tables)
    state.skip[:] = relaxation.skip
    rebuild(case.tables, state)
    table, back, cost = room.rooms[0]
    failed = np.zeros(case.agents, dtype=np.int64)
    nothing = np.zeros_like(room.value)
    greedy(case.tables, state, np.flatnonzero(state.skip == 0), nothing, 1.0, table, back, cost, failed)
    assert not failed.any()
    room.price(climb.best_prices.cover, climb.best_prices.span)
    return case, state, pool, Guide(room.value.copy(), problem.grid.step_h * problem.costs.wage_per_h, 1)


@pytest.mark.parametrize("name", PROBLEMS)
def test_rosters_are_legal_exact_and_repeat_themselves(name: str) -> None:
    """Two threads of a reproducible search: the audit's cost, no rule broken, the same shifts twice."""
    problem = PROBLEMS[name]
    case, state, pool, guide = ready(problem)
    limits = case.tables.low.copy(), case.tables.top.copy()
    assert small_team(case)
    before = state.choice.copy(), float(state.cost[0])
    found = [
        rebuild_weeks(case, [state, state], pool, guide, Clock(60.0, True), until=0.9, rounds=2 * BATCH)
        for _ in range(2)
    ]
    assert np.array_equal(found[0].choice, found[1].choice)
    assert found[0].cost[0] < before[1]
    assert np.array_equal(state.choice, before[0])
    assert np.array_equal(limits[0], case.tables.low)
    assert np.array_equal(limits[1], case.tables.top)
    roster = build_roster(case, found[0])
    assert [fault for fault in audit_roster(problem, roster) if fault.severity == "hard"] == []
    assert np.isclose(float(found[0].cost[0]), roster_cost(problem, roster).total, rtol=1e-9)


def test_without_heat_nothing_dearer_is_taken() -> None:
    """The roster at hand is replaced by one that costs no more, and what is kept is the cheapest."""
    case, state, pool, guide = ready(PROBLEMS["one"])
    builder = Rebuilder(case, state, pool, guide, 0)
    cost = float(state.cost[0])
    for _ in range(6):
        builder.run(1, 1e-9)
        assert builder.now.cost[0] <= cost + 1e-6
        cost = float(builder.now.cost[0])
        assert np.isclose(builder.best.cost[0], cost)


def test_people_without_a_week_stay_out() -> None:
    """Somebody left out of the roster gets no shift."""
    case, state, pool, guide = ready(PROBLEMS["one"])
    state.choice[2], state.queue[2], state.skip[2] = -1, -2, 1
    rebuild(case.tables, state)
    found = rebuild_weeks(case, [state], pool, guide, Clock(60.0, True), until=0.9, rounds=2 * BATCH)
    assert (found.choice[2] == -1).all()
    assert (found.choice[[0, 1, 3]] >= 0).any()


def test_large_teams_and_queues_to_choose_are_left_alone() -> None:
    """Only few people with one queue each are built anew."""
    one = make_problem(agents=3, required=1.0, days=7)
    assert small_team(compile_case(one))
    assert not small_team(compile_case(make_problem(agents=TEAM + 1, required=1.0, days=7)))
    assert not small_team(compile_case(generate(8, 1)))
