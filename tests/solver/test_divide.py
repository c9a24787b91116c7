"""Divided slots: their cost against linear programmes, kept exact by moves, and whole seats found for everybody."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from benchmarks.roster_gap import generate
from staffing.audit import audit_roster, roster_cost
from staffing.domain.problem import RosterProblem
from staffing.solver.build import build_roster
from staffing.solver.case import Case, compile_case
from staffing.solver.clock import Clock
from staffing.solver.divide import divided, seated, undivided_to_divided
from staffing.solver.moves.board import new_board, swift
from staffing.solver.moves.crew import new_crew
from staffing.solver.moves.edit import new_desk
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.moves.pool import Pool
from staffing.solver.moves.state import AWAY, State, copy_state, rebuild
from staffing.solver.moves.swift import swift_walk
from staffing.solver.moves.walk import walk
from staffing.solver.rebuild_weeks import Guide, rebuild_weeks, small_team
from staffing.solver.search import SMALL
from tests.builders import make_problem
from tests.solver.test_walk import MOVES, ready
from tests.solver.tiny import check, solved

SPEEDS = {
    2: np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.9], [0.8, 1.0]]),
    3: np.array([[1.0, 0.0, 0.0], [1.0, 0.9, 0.0], [0.0, 1.0, 0.9], [0.9, 0.0, 1.0], [0.0, 0.0, 0.0], [1.0, 0.9, 0.9]]),
}


def problem_of(queues: int, days: int = 7) -> RosterProblem:
    """Six people on two or three queues of whole and broken requirements; the last queue opens two hours later."""
    problem = make_problem(agents=6, required=3.0, days=days)
    n = problem.grid.n
    rng = np.random.default_rng(queues)
    is_open = np.repeat(np.asarray(problem.is_open), queues, axis=0)
    for day in range(days):
        first = problem.grid.day_start[day] + int(np.argmax(is_open[-1, problem.grid.day_start[day] :]))
        is_open[-1, first : first + round(2 / problem.grid.step_h)] = False
    required = np.round(rng.uniform(0.0, 4.0, (queues, n)), 1) * is_open
    speeds = SPEEDS[queues]
    return replace(
        problem,
        queues=tuple("abc"[:queues]),
        proficiency=speeds[np.arange(6) % len(speeds)],
        is_open=is_open,
        required=required,
        deadline=np.zeros(queues, dtype=bool),
        earliest_h=np.zeros((queues, n)),
        latest_h=np.zeros((queues, n)),
        pool_member=np.zeros((0, queues), dtype=bool),
        pool_required=np.zeros((0, n)),
        activities=(),
    )


def parts_of(case: Case) -> Case:
    parts = divided(case)
    assert parts is not None
    return parts


def slot_by_programme(case: Case, slot: int, crew: np.ndarray) -> float:
    """Least cost of one slot with `crew` (groups,) at work: time on queues, idle time, shortage in two steps."""
    tb = case.tables
    arcs = [
        (g, q) for g in range(len(tb.prof)) for q in range(tb.prof.shape[1]) if tb.prof[g, q] and tb.is_open[q, slot]
    ]
    skilled, open_ = np.flatnonzero(tb.skilled), np.flatnonzero(tb.is_open[: tb.prof.shape[1], slot])
    columns = len(arcs) + len(skilled) + 2 * len(open_)
    price, upper = np.zeros(columns), np.full(columns, np.inf)
    rows, right = [], []
    for i, g in enumerate(skilled):
        row = np.zeros(columns)
        row[len(arcs) + i] = 1.0
        row[[j for j, (who, _) in enumerate(arcs) if who == g]] = 1.0
        price[len(arcs) + i] = tb.over
        rows.append(row)
        right.append(crew[g])
    for i, q in enumerate(open_):
        row = np.zeros(columns)
        for j, (who, queue) in enumerate(arcs):
            row[j] = tb.prof[who, q] if queue == q else 0.0
        at = len(arcs) + len(skilled) + 2 * i
        row[at : at + 2], price[at : at + 2], upper[at] = 1.0, (tb.short, tb.severe), tb.severe_from[q, slot]
        rows.append(row)
        right.append(tb.required[q, slot])
    if not rows:
        return 0.0
    bounds = np.column_stack([np.zeros(columns), upper])
    found = linprog(price, A_eq=np.array(rows), b_eq=np.array(right), bounds=bounds, method="highs")  # type: ignore[call-overload]
    return float(found.fun)


@pytest.mark.parametrize("queues", [2, 3])
def test_cost_of_a_slot_is_the_programmes(queues: int) -> None:
    """The maximum over corners is the optimum of the linear programme, with queues closed and requirements of 0."""
    case = compile_case(problem_of(queues, days=1))
    tb, rng = parts_of(case).tables, np.random.default_rng(9)
    for slot in rng.choice(tb.slots, 25, replace=False):
        crew = rng.integers(0, 4, len(tb.prof))
        cost = (tb.corner_base[slot].astype(float) - crew @ tb.corner).max() / tb.corner_unit
        assert np.isclose(cost, slot_by_programme(case, int(slot), crew), atol=1e-4)


def counted(
    parts: Case, state: State, pool: Pool, moves: int, heat: tuple[float, float], shares: np.ndarray, seed: int
) -> int:
    """Moves on counts of agents, changing `state`; how many were taken."""
    tb = parts.tables
    assert swift(tb)
    return swift_walk(tb, state, new_desk(tb), new_board(tb), None, new_crew(tb), pool, moves, *heat, shares, seed)


def seated_ones(
    parts: Case, state: State, pool: Pool, moves: int, heat: tuple[float, float], shares: np.ndarray, seed: int
) -> int:
    """The same moves one seat at a time, as where settled work or supervision asks for seats."""
    tb = parts.tables
    return walk(tb, state, new_desk(tb), pool, moves, *heat, shares, seed)


@pytest.mark.parametrize("moves", [counted, seated_ones])
@pytest.mark.parametrize("queues", [2, 3])
def test_moves_keep_the_cost_and_seats_are_whole(queues: int, moves: Callable[..., int]) -> None:
    """After many moves the cost kept is the one counted afresh; seated, the roster is legal and costs what it says."""
    problem = problem_of(queues)
    case, state, pool = ready(problem)
    parts = parts_of(case)
    found = undivided_to_divided(parts, state)
    assert found.cost[0] <= state.cost[0] + 0.1 * problem.costs.over_per_h * float((state.queue != AWAY).sum())
    assert moves(parts, found, pool, 4000, (30.0, 1.0), SMALL, 3)
    assert np.isclose(found.cost[0], rebuild(parts.tables, copy_state(found)), atol=1e-3)
    seats = seated(case, found)
    assert np.array_equal(seats.choice, found.choice)
    _audited(problem, case, seats)


def test_what_divided_slots_cost_is_never_told() -> None:
    """No roster costs that little: a search that was told would end too soon, and show a price that nobody gets."""
    case, state, pool = ready(problem_of(2))
    parts, clock = parts_of(case), Clock(60.0, True)
    assert small_team(parts)
    guide = Guide(np.zeros((len(parts.tables.prof), parts.tables.pin.shape[1])), 100.0, 1)
    rebuild_weeks(parts, [undivided_to_divided(parts, state)], pool, guide, clock, until=0.9, rounds=1)
    assert clock.objective is None


@pytest.mark.parametrize("move", range(MOVES))
def test_counted_moves_of_one_kind(move: int) -> None:
    """The cost told on the way is that of the roster, everybody stays legal, and a refused move leaves no trace."""
    case, state, pool = ready(problem_of(3))
    parts = parts_of(case)
    tb, shares = parts.tables, np.eye(MOVES)[move]
    found, board = undivided_to_divided(parts, state), new_board(tb)
    crew, desk = new_crew(tb), new_desk(tb)
    swift_walk(tb, found, desk, board, None, crew, pool, 1500, 60.0, 5.0, shares, 7)
    assert np.isclose(float(board.told[0]), float(found.cost[0]), atol=1e-3)
    assert all(legal_weeks(tb, agent, found.choice[agent]) for agent in range(parts.agents))
    for seed in range(15):
        before = copy_state(found)
        taken = swift_walk(tb, found, desk, board, None, crew, pool, 1, 1e-12, 1e-12, shares, seed)
        assert np.isclose(float(board.told[0]), float(found.cost[0]), atol=1e-3)
        if not taken:
            worked = before.choice >= 0
            assert np.array_equal(found.choice, before.choice)
            assert np.array_equal(found.breaks[worked], before.breaks[worked])
            assert np.array_equal(found.score, before.score)


def _audited(problem: RosterProblem, case: Case, state: State) -> None:
    roster = build_roster(case, state)
    assert not [v for v in audit_roster(problem, roster) if v.severity == "hard"]
    assert np.isclose(state.cost[0], roster_cost(problem, roster).total, rtol=1e-6)


def test_the_whole_search_with_divided_slots() -> None:
    """Roster, cost and bound of the search agree with the audit, also in counted mode."""
    problem = problem_of(2)
    result = solved(problem, 1.5)
    again = [solved(problem, 0.5, reproducible=True) for _ in range(2)]
    assert again[0].objective == again[1].objective
    check(problem, result)


def test_where_slots_are_not_divided() -> None:
    """One queue each, deferred work, pools that count and many queues are left to whole seats."""
    two = problem_of(2, days=1)
    assert divided(compile_case(make_problem(agents=3, days=1))) is None
    assert divided(compile_case(replace(two, deadline=np.array([False, True])))) is None
    pooled = replace(two, pool_member=np.ones((1, 2), dtype=bool), pool_required=np.full((1, two.grid.n), 9.0))
    assert divided(compile_case(pooled)) is None
    assert divided(compile_case(generate(9, 1))) is None
