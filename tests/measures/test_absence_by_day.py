"""Presence is one thing: coverage and the judge's promise take off the absence of the same day."""

from dataclasses import replace

import numpy as np
import pytest

from staffing.domain.assemble import roster_problem
from staffing.domain.demand import Forecast
from staffing.domain.requirement import Requirement
from staffing.domain.shrinkage import ShrinkageReason
from staffing.erlang import require_agents
from staffing.measures import coverage
from staffing.plan import Plan
from staffing.simulate.expected import Expected, expected_levels
from tests.builders import make_centre, make_grid, make_queue, make_roster, make_scenario, make_table
from tests.plans import make_plan_value
from tests.pooled_plan import pooled_plan

TUESDAY = make_grid(2).dates[1]
DAY = "phone 240 meal 30 phone 210"


def made() -> Plan:
    """Sixteen agents on two like days, half of them from 08:00, half from 09:30; on Tuesday three in ten stay away."""
    reason = ShrinkageReason("flu", 0.3, start=TUESDAY, end=TUESDAY)
    centre = make_centre(slot_min=15, queues=(make_queue(),), shrinkage=(reason,))
    scenario, grid, table = make_scenario(centre, 16), make_grid(2), make_table()
    contacts = 30.0 + 10.0 * np.sin(np.arange(grid.n) / 5.0)[np.newaxis]
    rest = (np.full_like(contacts, 300.0), np.zeros((1, 2)), np.zeros_like(contacts), ("x",))
    forecast = Forecast(grid, ("phone",), *(contacts,) * 5, *rest)
    need = require_agents(centre, forecast, table)
    problem = roster_problem(scenario, need, table)
    shifts = [(agent, day, "08:00" if agent < 8 else "09:30", DAY) for agent in range(16) for day in range(2)]
    plan = make_plan_value()
    result = replace(plan.result, roster=make_roster(problem, *shifts))
    return replace(
        plan, scenario=scenario, table=table, forecast=forecast, requirement=need, problem=problem, result=result
    )


def promised(plan: Plan) -> Expected:
    """What the judge expects of the plan's roster before it plays."""
    aht_s = np.full(plan.requirement.agents.shape, 300.0)
    return expected_levels(plan.problem, plan.roster, plan.scenario.centre.queues, plan.requirement, aht_s)


def by_interval(levels: np.ndarray, need: Requirement) -> np.ndarray:
    """Means of the slots of each interval."""
    return levels.reshape(len(levels), need.grid.n, -1).mean(axis=2)


def test_coverage_and_the_verdict_expect_the_same_of_each_day() -> None:
    """The day means of coverage, weighted by load, are the verdict's; the same agents reach less on Tuesday."""
    plan = made()
    need, expected = plan.requirement, promised(plan)
    shown = by_interval(coverage(plan).expected_sl, need)
    days = [need.grid.day_slice(day) for day in range(2)]
    assert need.absent_share is not None
    assert [float(need.absent_share[0, day].max()) for day in days] == pytest.approx([0.0, 0.3])
    means = [float(np.average(shown[0, day], weights=need.load_erl[0, day])) for day in days]
    assert means == pytest.approx([expected.mean(0, day) for day in days], abs=1e-9)
    assert means[0] > means[1] + 0.05


def test_a_pool_loses_the_absent_of_each_day() -> None:
    """Three are rostered on two queues on Monday morning: all come, or seven in ten of them."""
    plan = pooled_plan()
    levels = []
    for share in (0.0, 0.3):
        absent = np.zeros(plan.requirement.agents.shape)
        absent[:, plan.requirement.grid.day_slice(0)] = share
        # Absent on another day as well, which must not matter on Monday.
        absent[:, plan.requirement.grid.day_slice(2)] = 0.9
        changed = replace(plan, requirement=replace(plan.requirement, absent_share=absent))
        table, slot = coverage(changed), plan.problem.grid.at(0, 540)
        assert table.pools is not None
        levels.append(float(table.pools.expected_sl[0, slot]))
        shown = by_interval(table.expected_sl, changed.requirement)
        steps = plan.requirement.grid.day_slice(0)
        both = promised(changed)
        weight = both.weight[0, steps]
        assert np.average(shown[0, steps], weights=weight) == pytest.approx(both.mean(0, steps), abs=1e-9)
    assert levels == pytest.approx([0.9, 0.6 + 0.1 * 0.3])
