"""Small moves and the pool: exact costs, legal weeks, every edit undone, good weeks gathered once."""

import numpy as np
import pytest

from benchmarks.roster_gap import generate
from staffing.audit import audit_roster, roster_cost
from staffing.domain.problem import RosterProblem
from staffing.solver.bound import Climb, Relaxation, gather
from staffing.solver.build import build_roster, read_roster
from staffing.solver.case import Case, compile_case
from staffing.solver.clock import Clock
from staffing.solver.construct import greedy
from staffing.solver.moves.edit import new_desk
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.moves.pool import Pool, new_pool, remember
from staffing.solver.moves.state import State, copy_state, new_state, rebuild
from staffing.solver.moves.walk import walk
from staffing.solver.search import SMALL, improve
from staffing.solver.seats import seat_idle
from staffing.solver.workroom import Workroom
from tests.builders import make_problem, make_roster
from tests.solver.tiny import tiny_problem

MOVES = 9
"""Kinds of moves of `walk`."""


def ready(problem: RosterProblem) -> tuple[Case, State, Pool]:
    """A constructed roster, and weeks that the bound has gathered."""
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
    order = np.flatnonzero(state.skip == 0)
    table, back, cost = room.rooms[0]
    room.price(climb.best_prices.cover, climb.best_prices.span)
    greedy(case.tables, state, order, room.value, 0.3, table, back, cost, np.zeros(case.agents, dtype=np.int64))
    return case, state, pool


PROBLEMS = {
    "queues": generate(9, 2),
    "weeks": generate(6, 3, 14),
    "plain": make_problem(agents=6, required=3.0, days=7),
}


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("move", range(MOVES))
def test_cost_stays_exact_and_weeks_legal(name: str, move: int) -> None:
    """After many moves of one kind the cost kept is the audit's, and nobody breaks a rule."""
    problem = PROBLEMS[name]
    case, state, pool = ready(problem)
    shares = np.zeros(MOVES)
    shares[move] = 1.0
    walk(case.tables, state, new_desk(case.tables), pool, 1500, 60.0, 5.0, shares, 7)
    kept = float(state.cost[0])
    assert np.isclose(kept, rebuild(case.tables, copy_state(state)), rtol=1e-9, atol=1e-6)
    planned = [agent for agent in range(case.agents) if not state.skip[agent]]
    assert all(legal_weeks(case.tables, agent, state.choice[agent]) for agent in planned)
    roster = build_roster(case, state)
    assert [v for v in audit_roster(problem, roster) if v.severity == "hard" and v.agent in planned] == []
    if not problem.activities:
        assert np.isclose(kept, roster_cost(problem, roster).total, rtol=1e-6)


@pytest.mark.parametrize("name", PROBLEMS)
def test_refused_moves_leave_no_trace(name: str) -> None:
    """With no heat at all nothing dearer is taken: what was refused is undone to the last number."""
    case, state, pool = ready(PROBLEMS[name])
    desk = new_desk(case.tables)
    for seed in range(30):
        before = copy_state(state)
        if walk(case.tables, state, desk, pool, 1, 1e-12, 1e-12, SMALL, seed):
            assert state.cost[0] <= before.cost[0] + 1e-6
            continue
        for field in ("choice", "queue", "heads", "led", "cost"):
            assert np.array_equal(getattr(state, field), getattr(before, field))
        for field in ("cover", "done"):
            assert np.allclose(getattr(state, field), getattr(before, field), atol=1e-9)
        worked = before.choice >= 0
        assert np.array_equal(state.breaks[worked], before.breaks[worked])


def test_moves_make_rosters_cheaper() -> None:
    """A cool walk of all moves brings the cost down, with each seed; same seed, same roster."""
    case, state, pool = ready(generate(9, 2))
    ends = []
    for seed in (1, 1, 2):
        (best, *_) = improve(
            case, [state], pool, Clock(60.0, True), seed=seed, until=1.0, moves=20_000, heat=(10.0, 1.0)
        )
        assert best.cost[0] < state.cost[0]
        ends.append(best)
    assert np.array_equal(ends[0].choice, ends[1].choice)
    assert np.array_equal(ends[0].queue, ends[1].queue)


def test_pool_keeps_each_week_once() -> None:
    """A week seen again takes no new row; when full, the oldest goes."""
    case, state, _ = ready(make_problem(agents=2, required=2.0, days=7))
    tb = case.tables
    pool = new_pool(tb, 2)
    choice, breaks = state.choice.copy(), state.breaks.copy()
    remember(tb, pool, choice, breaks)
    remember(tb, pool, choice, breaks)
    assert pool.filled.tolist() == [1, 1]
    day = int(np.flatnonzero(choice[0] >= 0)[0])
    for _ in range(2):
        choice[0, day] = tb.first[day] if choice[0, day] != tb.first[day] else -1
        remember(tb, pool, choice, breaks)
    assert pool.filled.tolist() == [2, 1]
    assert pool.choice[0, 0, day] == choice[0, day]


def test_gathered_weeks_are_legal() -> None:
    """Every week of the pool is one of the agent's legal ones."""
    case, _, pool = ready(generate(9, 2))
    assert (pool.filled > 0).any()
    for agent in range(case.agents):
        for row in range(pool.filled[agent]):
            assert legal_weeks(case.tables, agent, pool.choice[agent, row])


def test_idle_people_are_seated_where_they_are_missing() -> None:
    """Somebody at work without a queue while it is short is given it; where nothing is short nothing changes."""
    problem = tiny_problem(agents=2, required=1.0)
    case = compile_case(problem)
    roster = make_roster(problem, (0, 0, "08:00", "work 180"), (1, 0, "10:00", "phone 180"))
    state = read_roster(case, roster)
    rebuild(case.tables, state)
    seated = seat_idle(case, state)
    assert seated.cost[0] < state.cost[0]
    assert (seated.queue[0, 8:10] == 0).all()
    assert seated.queue[0, 10] == -1
    assert seat_idle(case, seated) is seated
