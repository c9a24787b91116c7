"""Figures of a plan worked out by hand."""

import numpy as np
import pytest

from staffing.measures import coverage, fairness, service_floor, short_hours, worst_gaps
from tests.plans import make_plan_value, without_roster


def test_coverage_of_an_answer_queue_is_required_against_assigned():
    """On Monday at 10:30 both agents serve the phone where one is required."""
    plan = make_plan_value()
    table = coverage(plan)
    step = plan.problem.grid.at(0, 630)
    assert table.required[0, step] == 1.0
    assert table.assigned[0, step] == 2.0
    assert table.gap[0, step] == 1.0
    assert table.expected_sl[0, step] == pytest.approx(0.99)


def test_a_gap_of_a_deadline_queue_is_exactly_late_work():
    """Five hours are due on Tuesday at 10:00, 6.5 hours could be done on Monday: nothing is late."""
    plan = make_plan_value()
    table = coverage(plan)
    assert plan.problem.deadline.tolist() == [False, True]
    assert np.minimum(table.gap[1], 0).sum() == 0
    assert table.required[1].sum() * table.grid.step_h == pytest.approx(6.0)


def test_without_a_roster_everything_required_is_short():
    """No roster covers nothing: all phone hours and the five due hours are short."""
    plan = without_roster(make_plan_value())
    hours = short_hours(plan)
    assert hours.assigned_h == 0.0
    assert hours.short_h == pytest.approx(7 * 10 + 5)
    assert hours.short_share == pytest.approx(1.0)
    assert fairness(plan) is None


def test_short_hours_are_those_of_open_slots():
    """The phone is covered 08:00-12:00, 10:00-14:00 on Monday and 09:00-13:00 on Tuesday."""
    hours = short_hours(make_plan_value())
    assert hours.short_h == pytest.approx(7 * 10 - 6 - 4)
    assert hours.over_h == pytest.approx(2 + (3.5 + 3.5 - 6))


def test_worst_gaps_come_longest_first():
    """Five whole days without anybody are the worst gaps, at most as many as asked for."""
    gaps = worst_gaps(make_plan_value(), count=3)
    assert [gap.day for gap in gaps] == [2, 3, 4]
    assert gaps[0].short_h == pytest.approx(10.0)
    assert gaps[0].worst == -1.0
    assert gaps[0].queue == "phone"


def test_service_floor_is_the_weakest_queue():
    """A queue above its target counts as kept, never as more."""
    plan = make_plan_value()
    assert plan.verdict is not None
    assert service_floor(plan.verdict) == 1.0


def test_fairness_counts_people_not_names():
    """Agent 0 has two shifts and 12 paid hours less the meal, agent 1 one shift."""
    figures = fairness(make_plan_value())
    assert figures is not None
    assert figures.weekend_days.high == 0
    assert figures.paid_h.high == pytest.approx(7.5 + 4.0)
    assert figures.paid_h.low == pytest.approx(7.5)
    assert figures.wishes_granted is None
