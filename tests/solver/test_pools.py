"""Pools: sets of queues that need agents together; the same cost, bound and optimum as by trying all."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.domain.queue import OpeningHours
from staffing.domain.requirement import Workload
from staffing.domain.rules import Costs
from staffing.solver import solve_roster
from staffing.solver.bound import Relaxation
from staffing.solver.case import compile_case
from staffing.solver.workroom import Workroom
from tests.builders import make_email, make_queue
from tests.solver.pooled import BOTH, cheapest_with_queues, pooled_problem
from tests.solver.tiny import check, solved

FLEXIBLE = ["phone", "video"]
LEVELS = st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0]), min_size=6, max_size=6)


def daily(levels: list[float]) -> np.ndarray:
    """Levels of the hours from eight o'clock on."""
    row = np.zeros(24)
    row[8 : 8 + len(levels)] = levels
    return row


def shifts_of(problem, **options) -> list[int]:  # type: ignore[no-untyped-def]
    """Agents with a shift in the roster found."""
    roster = solved(problem, 2.0, **options).roster
    assert roster is not None
    return [shift.agent for shift in roster.shifts()]


def test_two_flexible_agents_do_what_takes_three_dedicated_ones() -> None:
    """Two queues need 1.5 agents each alone, two agents together: flexible people save the third and the fourth."""
    need = np.outer([1.0, 1.0], daily([0.0, 1.5, 1.5, 1.5]))
    alone = pooled_problem([["phone"], ["phone"], ["video"], ["video"]], need, {})
    assert len(shifts_of(alone)) == 4
    together = pooled_problem(
        [FLEXIBLE, FLEXIBLE, ["phone"], ["video"]], need / 3, {"phone+video": daily([0.0, 2.0, 2.0, 2.0])}
    )
    result = solved(together)
    assert result.roster is not None
    assert result.cost is not None
    assert len(list(result.roster.shifts())) == 2
    assert result.cost.components["short"] == result.cost.components["over"] == 0.0
    assert result.status == "optimal"


def test_the_pool_calls_somebody_in_whom_no_queue_asks_for() -> None:
    """Each queue's own need is filled by one agent; only the pool asks for the second, who may be of either skill."""
    need = np.outer([1.0, 0.0], daily([1.0, 1.0, 1.0]))
    crew = [["phone"], ["video"]]
    assert shifts_of(pooled_problem(crew, need, {})) == [0]
    assert shifts_of(pooled_problem(crew, need, {"phone+video": daily([2.0, 2.0, 2.0])})) == [0, 1]


def test_a_missing_agent_of_a_pool_costs_what_a_missing_agent_of_a_queue_does() -> None:
    """Three are needed for three hours where one can come: one missing at the low price, one at the severe."""
    problem = pooled_problem([FLEXIBLE], 0.0, {"phone+video": daily([3.0, 3.0, 3.0])})
    result = solved(problem)
    assert result.cost is not None
    costs = problem.costs
    expected = 3 * (costs.short_per_h + costs.short_severe_per_h)
    assert result.cost.components["short"] == pytest.approx(expected)
    assert [(term.detail, term.queue, term.day) for term in result.cost.terms if term.component == "short"] == [
        ("phone+video", None, 0)
    ]
    assert result.status == "optimal"


@settings(max_examples=5)
@given(LEVELS, LEVELS, LEVELS, st.sampled_from([1.0, 0.7]), st.sampled_from([Costs(), Costs(over_per_h=0.0)]))
def test_the_optimum_is_the_cheapest_of_all_rosters(
    one: list[float], two: list[float], more: list[float], speed: float, costs: Costs
) -> None:
    """Two agents, one flexible: proven optimum and bound against every assignment of every hour."""
    rows = np.stack([daily(one), daily(two)])
    pool = rows.sum(axis=0) + daily(more) - 0.5
    problem = pooled_problem([["phone"], ["phone:0.9", f"video:{speed}"]], rows, {"phone+video": pool}, costs=costs)
    best = cheapest_with_queues(problem)
    result = solved(problem, 3.0)
    assert result.objective == pytest.approx(best, rel=1e-6)
    assert result.status == "optimal"
    assert result.bound is not None
    assert result.bound <= best + 1e-3


@settings(max_examples=3)
@given(st.integers(0, 10_000))
def test_no_price_lifts_the_bound_above_the_optimum(seed: int) -> None:
    """Weak duality with nested and overlapping pools, at random prices."""
    rng = np.random.default_rng(seed)
    names = ("phone", "video", "chat")
    pools = {"phone+video": rng.uniform(0, 3, 24), "video+chat": rng.uniform(0, 3, 24), "+".join(names): 2.4}
    skills = [["phone", "video:0.8"], ["video", "chat"]]
    problem = pooled_problem(skills, rng.uniform(0, 0.8, (3, 24)), pools, names=names)
    best = cheapest_with_queues(problem)
    case = compile_case(problem)
    relaxation = Relaxation(case, Workroom(case))
    for _ in range(40):
        cover = rng.uniform(relaxation.low, relaxation.high * rng.uniform(0, 1))
        bound, slope = relaxation.evaluate(relaxation.clip(cover, relaxation.span_high))
        assert bound <= best + 1e-6
        assert slope.shape == (cover.size,)


@settings(max_examples=5)
@given(st.integers(0, 10_000))
def test_random_centres_cost_what_the_audit_says(seed: int) -> None:
    """Three pooled queues of own hours and a deferred one, speeds, switches and supervisors: one cost, one bound."""
    rng = np.random.default_rng(seed)
    names = ("phone", "video", "chat", "email")
    short_day = OpeningHours((((600, 960),),) * 7, ())
    queues = (make_queue("phone"), make_queue("video", hours=short_day), make_queue("chat"), make_email())
    arrived = np.cumsum(rng.uniform(0, 0.5, 48))
    due = np.concatenate([np.zeros(5), arrived[:-5]])
    need = rng.uniform(0, 1.5, (4, 48)) * (np.arange(4) < 3)[:, None]
    everybody = [f"{name}:{rng.choice([0.6, 1.0, 1.3])}" for name in names]
    skills = [everybody, *([str(s) for s in rng.choice(everybody, 2, replace=False)] for _ in range(4))]
    problem = pooled_problem(
        skills,
        need,
        {"phone+video": rng.uniform(1, 4, 48), "video+chat": 2.7, "phone+video+chat": rng.uniform(2, 6, 48)},
        names=names,
        days=2,
        workload=(Workload("email", arrived, due),),
        costs=Costs(over_per_h=float(rng.choice([0.0, 10.0, 60.0]))),
        centre_changes={"queues": queues},
    )
    result = solve_roster(problem, time_limit_s=1.0, seed=seed)
    check(problem, result)
    assert result.bound is not None
    assert result.status in ("optimal", "feasible")


def test_a_pool_that_asks_for_nothing_more_changes_nothing() -> None:
    """A pool need that its queues' own needs imply leaves roster and bound as they are without it."""
    need = np.outer([1.0, 0.7], daily([1.0, 2.0, 1.0, 2.0, 1.0]))
    crew = [["phone"], FLEXIBLE, ["video"], FLEXIBLE]
    plain, idle = (pooled_problem(crew, need, pools) for pools in ({}, {"phone+video": need.sum(axis=0)}))
    one, two = (solve_roster(problem, seed=2, reproducible=True, time_limit_s=1.0) for problem in (plain, idle))
    assert one.roster is not None
    assert two.roster is not None
    for name in ("agent", "start", "end", "activity", "queue"):
        assert np.array_equal(getattr(one.roster, name), getattr(two.roster, name))
    assert (one.objective, one.bound) == (two.objective, two.bound)


def test_teams_too_large_for_one_model_are_annealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty agents over three days: annealing and exact models of parts of days keep cost and bound."""
    monkeypatch.setattr("staffing.solver.pipeline.WHOLE_OPTIONS", 0)
    rng = np.random.default_rng(4)
    crew = [[["phone"], ["video"], FLEXIBLE, ["phone:0.9", "video:0.8"]][number % 4] for number in range(20)]
    need = np.outer([3.0, 2.0], np.tile(daily([1.0, 2.0, 2.0, 1.5, 1.0]), 3))
    pool = need.sum(axis=0) * rng.uniform(1.0, 1.4, 72)
    result = solved(pooled_problem(crew, need, {"phone+video": pool}, days=3), 0.5, reproducible=True)
    assert {"polish", "queues"} <= {event.phase for event in result.events}
    assert result.gap_total is not None
    assert result.gap_total < 0.04


def test_pools_are_checked() -> None:
    """A pool has two answer queues at least and is stated once; problems without pools have empty arrays."""
    problem = pooled_problem([FLEXIBLE], 1.0, {"phone+video": 2.0})
    assert problem.pool_names == ("phone+video",)
    with pytest.raises(ValueError, match="at least two answer queues"):
        replace(problem, pool_member=[[True, False]])
    with pytest.raises(ValueError, match="at least two answer queues"):
        replace(problem, deadline=[False, True])
    with pytest.raises(ValueError, match="two pools hold the same queues"):
        replace(problem, pool_member=[[True, True]] * 2, pool_required=np.zeros((2, 24)))
    bare = replace(problem, pool_member=np.zeros((0, 2)), pool_required=np.zeros((0, 24)))
    assert bare.pool_member.shape == (0, len(BOTH))
    assert bare.pool_counts.shape == (0, 24)
