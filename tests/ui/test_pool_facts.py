"""What the screens say of pools."""

import numpy as np
import pytest

from staffing.measures import coverage, worst_gaps
from staffing.ui.facts.coverage import of_queue, on_intervals, over, short
from staffing.ui.facts.people import shown_agents
from staffing.ui.facts.tables import gap_rows
from staffing.ui.words import Words
from tests.pooled_plan import STEPS, pooled_plan

NAMES = {"phone": "Hotline", "video": "Video", "chat": "Chat"}


def test_coarser_steps_keep_the_pools() -> None:
    """Half-hours hold the means of their quarters, of pools too."""
    table = on_intervals(coverage(pooled_plan()), 30)
    assert table.pools is not None
    assert table.pools.required.shape == table.pools.is_open.shape == (1, STEPS)
    assert table.missing.sum() * table.grid.step_h == pytest.approx(70 * 4.5 - 12)


def test_totals_count_nobody_twice() -> None:
    """Over all queues four are needed on the pool and half a one on the chat, and three are there."""
    table = coverage(pooled_plan())
    slot = table.grid.at(0, 540)
    required, assigned = of_queue(table, None)
    assert (required[slot], assigned[slot], short(table)[slot], over(table)[slot]) == (4.5, 3.0, 1.5, 0.0)
    assert of_queue(table, "phone")[0][slot] == 1.0


def test_a_gap_of_a_pool_is_named_by_its_queues() -> None:
    """The worst gap is the pool's, in the queues' own names."""
    plan = pooled_plan()
    rows = gap_rows(worst_gaps(plan, 1), plan.problem.grid, NAMES, Words("en"))
    assert rows[0]["name"] == "Hotline + Video"


def test_people_on_a_short_pool_are_shown_as_such() -> None:
    """Both queues have what they need of their own, and the pool is short: its people count as on a short queue."""
    plan = pooled_plan()
    table = coverage(plan)
    assert not np.any(table.gap[:2, table.grid.at(0, 540)] < 0)
    assert shown_agents(plan, table, only_short=True) == [0, 1, 2]
    assert shown_agents(plan, coverage(pooled_plan(pool=3.0)), only_short=True) == []
