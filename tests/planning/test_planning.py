"""The whole pass keeps its promises on a tiny centre."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from staffing.audit import audit_roster, roster_cost
from staffing.domain.result import Status
from staffing.errors import SettingsError
from staffing.measures import coverage
from staffing.plan import PlanSettings
from staffing.planning import level_on_roster, make_plan, plan_days, plan_table
from staffing.warm import tiny_scenario
from tests.plans import make_plan_value


@pytest.fixture(scope="module")
def plan():
    steps: list[str] = []
    settings = PlanSettings(time_limit_s=0.4, replications=20, workers=1, reproducible=True, rounds=0)
    made = make_plan(tiny_scenario(), settings, on_step=steps.append)
    assert steps == ["forecast", "requirement", "roster", "simulation", "audit"]
    return made


def test_the_roster_is_legal_and_its_cost_is_the_audits(plan):
    """Solver and audit agree on rules and cost."""
    assert plan.roster is not None
    assert plan.is_legal
    assert audit_roster(plan.problem, plan.roster) == plan.violations
    assert plan.result.objective == pytest.approx(roster_cost(plan.problem, plan.roster).total)


def test_the_bound_is_below_the_cost(plan):
    """A proven bound never exceeds the roster it belongs to, and both gaps follow from it."""
    assert plan.result.bound is not None
    assert plan.result.bound <= plan.result.objective + 1e-6
    assert 0 <= plan.result.gap_total <= plan.result.gap_flexible


def test_the_method_of_the_requirement_is_the_one_asked_for(plan):
    """Load that moves by default, each interval as if steady when asked; the rows say which."""
    assert plan.requirement.method[0].endswith("/mol")
    settings = PlanSettings(time_limit_s=1.0, replications=0, workers=1, rounds=0, method="sipp")
    steady = make_plan(tiny_scenario(), settings, should_stop=lambda: True)
    assert steady.requirement.method[0].endswith("/sipp")


def test_every_queue_has_a_verdict(plan):
    """Each queue is judged over the week and on each day."""
    assert [row.queue for row in plan.verdict.week()] == ["phone", "chat", "email"]
    assert len(plan.verdict.rows) == 3 * 8
    for row in plan.verdict.week():
        assert 0 <= row.low95 <= row.service_level <= row.high95 <= 1
        assert 0 <= row.probability <= 1


def test_the_requirement_is_levelled_on_the_roster(plan):
    """A gap of a deadline queue is late work and nothing else, on average over each interval."""
    table = coverage(plan)
    row = plan.requirement.queues.index("email")
    ratio = plan.requirement.grid.step_min // plan.problem.grid.step_min
    per_interval = table.required[row].reshape(-1, ratio).mean(axis=1)
    np.testing.assert_allclose(per_interval, plan.requirement.agents_gross[row])


def test_levelling_leaves_answer_queues_alone():
    """Only deadline rows change."""
    value = make_plan_value()
    levelled = level_on_roster(value.requirement, value.problem, value.roster)
    np.testing.assert_array_equal(levelled.agents_gross[0], value.requirement.agents_gross[0])
    assert levelled.agents_gross[1].sum() * 0.5 == pytest.approx(6.0)


def test_the_same_seed_gives_the_same_roster(plan):
    """In reproducible mode nothing depends on the clock."""
    again = make_plan(tiny_scenario(), plan.settings)
    assert again.result.objective == plan.result.objective
    for name in ("agent", "day", "start", "end", "activity", "queue"):
        np.testing.assert_array_equal(getattr(again.roster, name), getattr(plan.roster, name))
    assert again.verdict.rows == plan.verdict.rows


def test_a_stop_keeps_a_legal_roster():
    """Asked to stop at once, the pass still ends with what it has."""
    stopped = make_plan(
        tiny_scenario(), PlanSettings(time_limit_s=30, replications=2, workers=1), should_stop=lambda: True
    )
    assert stopped.is_legal
    assert stopped.result.status in (Status.FEASIBLE, Status.OPTIMAL)


def test_a_centre_without_staff_is_a_result_not_an_error():
    """Nobody to roster: everything required is short, and nothing fails."""
    empty = make_plan(replace(tiny_scenario(), agents=()), PlanSettings(time_limit_s=2, replications=2, workers=1))
    assert coverage(empty).assigned.sum() == 0


@pytest.mark.parametrize("first", [date(2025, 11, 1), date(2028, 1, 1)])
def test_a_horizon_out_of_reach_is_refused(first):
    """The first day must lie after the start of the history and not years after its end."""
    with pytest.raises(SettingsError, match=str(first)):
        plan_days(tiny_scenario(), first, 1)


def test_the_default_week_is_the_first_after_the_history():
    """History to Sunday 4 January 2026: the plan starts on Monday the 5th."""
    scenario = tiny_scenario()
    assert plan_days(scenario, None, 2) == (date(2026, 1, 5), 14)
    table, notes = plan_table(scenario, date(2026, 1, 5), 7)
    assert table.on(date(2026, 2, 1)).kind == "ordinary"
    assert notes == ()
