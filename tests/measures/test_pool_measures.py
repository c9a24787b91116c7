"""Hours, gaps and coverage where queues share agents: nobody counted twice."""

from dataclasses import replace

import numpy as np
import pytest

from staffing.domain.requirement import ServiceCurve
from staffing.measures import coverage, short_hours, worst_gaps
from staffing.measures.least_crew import least_crew
from tests.plans import without_roster
from tests.pooled_plan import STEPS, pooled_plan


def test_requirement_pools_become_rows_of_slots() -> None:
    """Each slot of an interval needs what the pool needs; outside opening hours the pool does not count."""
    problem = pooled_plan().problem
    assert problem.pool_names == ("phone+video",)
    assert problem.pool_member.tolist() == [[True, True, False]]
    assert problem.pool_required.shape == (1, 7 * 96)
    assert problem.pool_counts.sum() == 7 * 40
    assert not pooled_plan(pool=2.0).problem.pool_counts.any()


def test_hours_count_the_pool_and_not_its_queues_beside_it() -> None:
    """Ten open hours on seven days need four agents on the pool and half a one on the chat."""
    plan = pooled_plan()
    hours = short_hours(plan)
    assert hours.required_h == pytest.approx(70 * 4.5)
    assert hours.assigned_h == pytest.approx(12)
    assert hours.short_h == pytest.approx(70 * 4.5 - 12)
    assert hours.over_h == 0.0
    assert short_hours(without_roster(plan)).short_h == pytest.approx(70 * 4.5)


def test_one_agent_who_fills_row_and_pool_is_missing_once() -> None:
    """Video lacks one and the pool one: one agent. Phone is one over its row, which is no surplus of the pool."""
    table = coverage(pooled_plan((1.0, 2.0, 0.0), 4.0))
    slot = table.grid.at(0, 540)
    assert table.gap[:, slot].tolist() == [1.0, -1.0, 0.0]
    assert table.pools is not None
    assert table.pools.gap[:, slot].tolist() == [-1.0]
    assert (table.needed[slot], table.missing[slot], table.surplus[slot]) == (4.0, 1.0, 0.0)


def test_agents_beyond_the_pool_are_over() -> None:
    """Three where the pool needs two and a half; without the pool, one more on the phone is over by itself."""
    slot = 32 + 4
    assert coverage(pooled_plan((1.0, 1.0, 0.0), 2.5)).surplus[slot] == pytest.approx(0.5)
    assert coverage(pooled_plan((1.5, 0.5, 0.0), 2.0)).surplus[slot] == pytest.approx(0.5 + 0.5)


def test_worst_gaps_name_the_pool_once() -> None:
    """Nobody comes from Tuesday on: the pool's four missing agents are one gap, not one more for each queue."""
    gaps = worst_gaps(pooled_plan(), count=20)
    assert {gap.queue for gap in gaps} == {"phone+video", "chat"}
    assert gaps[0].short_h == pytest.approx(40.0)
    assert gaps[0].worst == -4.0


def test_the_level_of_a_pooled_queue_is_the_pools() -> None:
    """Three rostered, 2.4 of them present: between 0.6 and 0.9 on the pool's curve, for phone and video alike."""
    table = coverage(pooled_plan())
    assert table.pools is not None
    slot = table.grid.at(0, 540)
    assert table.pools.expected_sl[0, slot] == pytest.approx(0.6 + 0.4 * 0.3)
    assert table.expected_sl[:2, slot].tolist() == pytest.approx([0.72, 0.72])
    assert table.expected_sl[2, slot] == 1.0  # no curve


def test_least_crew_is_the_smallest_of_all() -> None:
    """Against trying every crew of whole agents, for nested and overlapping pools."""
    rng = np.random.default_rng(3)
    crews = np.stack(np.meshgrid(*[np.arange(7)] * 3, indexing="ij")).reshape(3, -1)
    nested = np.array([[True, True, False], [True, True, True]])
    chain = np.array([[True, True, False], [False, True, True], [True, True, True]])
    for member in (nested, chain, nested[:1]):
        rows, pools = rng.integers(0, 3, (3, 30)).astype(float), rng.integers(0, 7, (len(member), 30)).astype(float)
        found = least_crew(member, rows, pools)
        for slot in range(30):
            fits = (crews >= rows[:, slot, None]).all(axis=0) & (member @ crews >= pools[:, slot, None]).all(axis=0)
            assert found[slot] == pytest.approx(crews[:, fits].sum(axis=0).min())


def test_three_pairs_share_halves() -> None:
    """Each pair of three queues needs one agent: half an agent on each queue is enough."""
    pairs = np.array([[True, True, False], [True, False, True], [False, True, True]])
    assert least_crew(pairs, np.zeros((3, 1)), np.ones((3, 1))).tolist() == pytest.approx([1.5])


def test_a_queue_with_agents_to_spare_keeps_its_own_level() -> None:
    """The phone's own two agents would give 0.99 without help, more than the short pool promises."""
    plan = pooled_plan()
    own = ServiceCurve(("phone",), np.zeros(STEPS), np.tile([0.0, 0.99], (STEPS, 1)))
    more = replace(plan, requirement=replace(plan.requirement, curves=(*plan.requirement.curves, own)))
    table = coverage(more)
    slot = table.grid.at(0, 540)
    assert table.expected_sl[:, slot].tolist() == pytest.approx([0.99, 0.72, 1.0])
