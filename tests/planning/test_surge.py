"""Surges: the requirement over scenarios, the ready-made scenarios, and the robust roster beside the present one."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.domain.requirement import PoolNeed, Workload
from staffing.domain.scenario import LoadChange, WhatIf
from staffing.errors import SettingsError
from staffing.planning.surge import (
    campaign_whatifs,
    holiday_whatifs,
    plan_surge,
    robust_requirement,
    weighted_quantile,
)
from tests.builders import make_requirement, make_scenario
from tests.planning.small import phones
from tests.plans import make_plan_value, without_roster

LIKELY = np.array([0.25, 0.5, 0.25])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=1, max_size=5),
    st.floats(0.01, 1.0),
    st.data(),
)
def test_the_quantile_is_reached_with_its_share(rows: list[list[int]], share: float, data: st.DataObject) -> None:
    """At least the share of the weight needs no more, and a smaller value of the list would not do."""
    values = np.array(rows, dtype=float)
    weight = np.array(data.draw(st.lists(st.integers(1, 5), min_size=len(rows), max_size=len(rows))), dtype=float)
    weight /= weight.sum()
    found = weighted_quantile(values, weight, share)
    for column in range(3):
        enough = weight[values[:, column] <= found[column]].sum()
        assert enough >= share - 1e-9
        assert weight[values[:, column] < found[column]].sum() < share
        assert found[column] in values[:, column]


def test_every_row_takes_its_own_quantile() -> None:
    """Half of the weight: the middle; all of it: the most; deferred work stays a tube."""
    scenario = make_scenario()
    steps = 7 * 48
    needs = []
    for agents, hours in ((1.0, 4.0), (2.0, 6.0), (5.0, 5.0)):
        arrived, due = np.full(steps, hours), np.zeros(steps)
        due[20:] = hours - 1.0
        need = make_requirement(scenario, agents=agents, workload=(Workload("phone", arrived, due),))
        needs.append(need)
    middle, most = (robust_requirement(needs, LIKELY, share) for share in (0.5, 1.0))
    assert middle.agents_gross.max() == 2.0
    assert most.agents_gross.max() == 5.0
    assert most.workload[0].earliest_h.max() == 6.0
    assert np.all(most.workload[0].latest_h <= most.workload[0].earliest_h)


def test_a_pool_that_one_scenario_lacks_counts_as_its_queues() -> None:
    """Pooled needs of 3 and 4, and two queues of 5 each without a pool: all of the weight asks for 10 together."""
    plan = make_plan_value()
    need = plan.requirement
    flat = np.ones(need.grid.n)
    own = replace(need, agents=np.full_like(need.agents, 5.0), agents_gross=np.full_like(need.agents, 5.0))
    pooled = [replace(need, pools=(PoolNeed(need.queues, flat * n, flat * n, flat),)) for n in (3.0, 4.0)]
    found = robust_requirement([*pooled, own], LIKELY, 1.0)
    assert found.pools[0].agents_gross.tolist() == (10 * flat).tolist()
    assert robust_requirement([*pooled, own], LIKELY, 0.7).pools[0].agents_gross.max() == 4.0


def test_needs_of_different_queues_are_no_scenarios_of_one_plan() -> None:
    need = make_requirement(make_scenario())
    with pytest.raises(ValueError, match="queues or grids"):
        robust_requirement([need, replace(need, queues=("other",))], np.array([0.5, 0.5]), 0.9)


def test_a_holiday_rises_before_and_falls_on_its_days() -> None:
    """Three scenarios of weight one together; the middle one is what was asked for."""
    first, last = date(2026, 2, 16), date(2026, 2, 22)
    milder, expected, stronger = holiday_whatifs(first, last, before=2.0, during=0.3, absent=0.1)
    assert sum(one.weight for one in (milder, expected, stronger)) == 1.0
    assert [load.volume for load in expected.loads] == [2.0, 0.3]
    assert expected.loads[0].end == first - timedelta(days=1)
    assert (expected.loads[1].start, expected.loads[1].end) == (first, last)
    assert expected.absences[0].share == 0.1
    assert milder.loads[0].volume < 2.0 < stronger.loads[0].volume
    assert milder.absences[0].share < 0.1 < stronger.absences[0].share
    assert holiday_whatifs(first, last, absent=0.0)[1].absences == ()


def test_a_campaign_has_three_strengths() -> None:
    day = date(2026, 3, 2)
    assert [one.loads[0].volume for one in campaign_whatifs(day, day, 1.4)] == pytest.approx([1.3, 1.4, 1.5])
    assert campaign_whatifs(day, day, 1.4, aht=1.1)[1].loads[0].aht == 1.1


@pytest.mark.parametrize(("bad", "word"), [
    ({"share": 0.0}, "--share"),
    ({"share": 1.1}, "--share"),
    ({"whatifs": ()}, "no scenario"),
    ({"whatifs": (WhatIf("a", weight=0.0),)}, "no weight"),
])  # fmt: skip
def test_what_cannot_be_planned_is_told(bad: dict[str, object], word: str) -> None:
    with pytest.raises(SettingsError, match=word):
        plan_surge(make_plan_value(), **{"whatifs": (WhatIf("a"),), **bad})  # type: ignore[arg-type]


def test_a_plan_without_a_roster_is_refused() -> None:
    with pytest.raises(SettingsError, match="no roster"):
        plan_surge(without_roster(make_plan_value()), (WhatIf("a"),))


def test_the_robust_roster_serves_the_surge_and_says_what_it_costs() -> None:
    """A roster just enough for what is expected, and one for a half more: fewer hours short, more wages."""
    from staffing.plan import PlanSettings
    from staffing.planning import make_plan

    given = phones(16)
    quiet = PlanSettings(
        first_day=given.requirement.grid.first_day, time_limit_s=1.0, rounds=0, replications=2, workers=1
    )
    plan = make_plan(given.scenario, quiet, forecast=given.forecast, requirement=given.requirement)
    more = WhatIf("more", loads=(LoadChange(volume=1.5),), weight=1.0)
    as_is = WhatIf("as it is", weight=1.0)
    found = plan_surge(plan, (as_is, more), share=1.0, time_limit_s=1.0, replications=8)
    assert [row.name for row in found.rows] == ["as it is", "more"]
    assert [row.likelihood for row in found.rows] == [0.5, 0.5]
    surge = found.rows[1]
    assert surge.present.short_h is not None
    assert surge.robust.short_h is not None
    assert surge.robust.short_h < surge.present.short_h - 5.0
    assert (surge.robust.probability_week or 0.0) >= (surge.present.probability_week or 0.0)
    wages = [found.expected("wages", robust=robust) for robust in (False, True)]
    assert wages[0] is not None
    assert wages[1] is not None
    assert wages[1] > wages[0]
    assert found.plan.is_legal
    assert found.plan.replanned is not None
    assert len(found.plan.replanned.changes) > 0
    assert found.present is plan
