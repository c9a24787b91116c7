"""The stored demo plan is still true: legal, and as dear as it says."""

import json
from pathlib import Path

import pytest

from staffing.audit import audit_roster, roster_cost
from staffing.files import read_centre, read_plan
from staffing.measures import short_hours

DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.fixture(scope="module")
def plan():
    return read_plan(DATA / "hr-centre-plan")


def test_the_demo_roster_passes_the_audit(plan):
    """No rule is broken, hard or soft."""
    assert audit_roster(plan.problem, plan.roster) == ()


def test_the_demo_plan_costs_what_it_says(plan):
    """The stored cost, component by component, is what the audit adds up today."""
    stored = json.loads((DATA / "hr-centre-plan" / "plan.json").read_text(encoding="utf-8"))
    cost = roster_cost(plan.problem, plan.roster)
    assert stored["objective"] == pytest.approx(cost.total, abs=1e-4)
    assert stored["cost"] == pytest.approx(dict(cost.components), abs=1e-4)
    assert stored["bound"] <= cost.total


def test_the_demo_plan_is_clean(plan):
    """At most 2 % of the required hours are short, and every queue has a simulated level with its probability."""
    assert short_hours(plan).short_share <= 0.02
    assert {row.queue for row in plan.verdict.week()} == {queue.id for queue in plan.scenario.centre.queues}
    assert all(row.probability is not None for row in plan.verdict.week() if row.contacts > 0)


def test_the_demo_plan_belongs_to_the_sample(plan):
    """It was made from the sample centre as it is stored beside it."""
    assert plan.scenario.digest == read_centre(DATA / "hr-centre").digest
