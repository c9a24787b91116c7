"""Weeks that change hands: the same people at work, the least price, legal; what is settled stays."""

from dataclasses import replace
from functools import cache
from itertools import permutations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.roster_gap import generate
from staffing.audit import audit_roster, roster_cost
from staffing.domain.problem import AgentWish, RosterProblem
from staffing.solver import deal
from staffing.solver.build import build_roster
from staffing.solver.case import Case, compile_case
from staffing.solver.deal import deal_weeks
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.moves.state import State, copy_state, rebuild
from tests.builders import make_problem
from tests.solver.test_walk import ready

PEOPLE = 5


@cache
def plain(days: int) -> tuple[RosterProblem, State]:
    """Five people who serve the same, and a roster made without regard to any wish."""
    problem = make_problem(agents=PEOPLE, required=2.0, days=days)
    return problem, ready(problem)[1]


def wishing(days: int, days_off: list[list[int]]) -> tuple[Case, State]:
    """The same roster where each would like the days given off, at 30 each."""
    problem, state = plain(days)
    wishes = tuple(AgentWish(agent, day, "off", 30.0, None, "") for agent, row in enumerate(days_off) for day in row)
    case, again = compile_case(replace(problem, wishes=wishes)), copy_state(state)
    rebuild(case.tables, again)
    return case, again


def worked(case: Case, state: State, week: int) -> list[list[tuple[int, int]]]:
    """Starts and ends of everybody's shifts of a week, in order."""
    tb = case.tables
    rows = state.choice[:, 7 * week : 7 * week + 7]
    return sorted([(int(tb.start[o]), int(tb.end[o])) if o >= 0 else (-1, -1) for o in row] for row in rows)


def cheapest(case: Case, state: State) -> float:
    """Least cost of one week over all ways to deal the weeks out; options are alike for all, one after another."""
    tb, least = case.tables, float(state.cost[0])
    offset = state.choice - tb.first[:-1].reshape(PEOPLE, tb.days)
    for order in permutations(range(PEOPLE)):
        dealt = copy_state(state)
        for taker, giver in enumerate(order):
            own = offset[giver] + tb.first[taker * tb.days : (taker + 1) * tb.days]
            dealt.choice[taker] = np.where(state.choice[giver] >= 0, own, -1)
            dealt.breaks[taker], dealt.queue[taker] = state.breaks[giver], state.queue[giver]
        if all(legal_weeks(tb, agent, dealt.choice[agent]) for agent in range(PEOPLE)):
            least = min(least, rebuild(tb, dealt))
    return least


wishes = st.lists(st.lists(st.integers(0, 6), max_size=5, unique=True), min_size=PEOPLE, max_size=PEOPLE)


@settings(max_examples=2, deadline=None)
@given(wishes)
@example([[], [0, 4], [0], [], []])
def test_the_cheapest_of_all_ways(days_off: list[list[int]]) -> None:
    """Where no week is left out for being too dear for one of them."""
    case, state = wishing(7, days_off)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deal, "DEAREST", np.inf)
        dealt = deal_weeks(case, state)
    assert np.isclose(dealt.cost[0], cheapest(case, state))


@settings(max_examples=8, deadline=None)
@given(wishes)
def test_same_work_legal_and_priced_as_by_the_audit(days_off: list[list[int]]) -> None:
    case, state = wishing(14, [row + [day + 7 for day in row[::2]] for row in days_off])
    before = copy_state(state)
    dealt = deal_weeks(case, state)
    for field in ("choice", "breaks", "queue", "cover", "cost"):
        assert np.array_equal(getattr(before, field), getattr(state, field))
    assert dealt.cost[0] <= state.cost[0]
    assert np.allclose(dealt.cover, state.cover)
    assert all(worked(case, dealt, week) == worked(case, state, week) for week in range(2))
    roster = build_roster(case, dealt)
    assert [fault for fault in audit_roster(case.problem, roster) if fault.severity == "hard"] == []
    assert np.isclose(dealt.cost[0], roster_cost(case.problem, roster).total)


def test_two_people_who_want_each_others_days_change_places() -> None:
    case, state = wishing(7, [[]] * PEOPLE)
    one, other = (np.flatnonzero(state.choice[agent] >= 0) for agent in (0, 1))
    mine, theirs = np.setdiff1d(one, other), np.setdiff1d(other, one)
    assert min(len(mine), len(theirs)) > 0
    case, state = wishing(7, [list(mine), list(theirs), [], [], []])
    assert deal_weeks(case, state).cost[0] < state.cost[0] - 30.0


@pytest.mark.parametrize("problem", [generate(6, 3, 14), generate(9, 2)], ids=["weeks", "settled"])
def test_skills_and_settled_work_keep_their_weeks(problem: RosterProblem) -> None:
    case, state, _ = ready(problem)
    tb = case.tables
    dealt = deal_weeks(case, state)
    assert np.allclose(dealt.cover, state.cover)
    assert np.array_equal(dealt.choice[tb.has_pin], state.choice[tb.has_pin])
    assert np.isclose(dealt.cost[0], rebuild(tb, copy_state(dealt)))


def test_where_duties_of_weeks_hang_together_nothing_changes() -> None:
    case, state = wishing(7, [[0, 1], [], [], [], []])
    tables = case.tables._replace(long=case.tables.long._replace(fair=1.0))
    assert deal_weeks(replace(case, tables=tables), state) is state
