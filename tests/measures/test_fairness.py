"""Fairness person by person: burdens by the day a shift starts on, wishes, hours, and what was carried over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from staffing.domain.calendar import DayKind
from staffing.domain.problem import AgentWish
from staffing.domain.rules import Costs
from staffing.files.fairness_csv import fairness_csv, periods_csv
from staffing.measures import period_fairness, person_fairness
from tests.builders import make_roster, make_table
from tests.plans import make_plan_value, without_roster

DAY = "phone 240 meal 30 phone 210"


def planned(*rows, **changes):
    """The small plan with another roster and other fields of its problem."""
    plan = make_plan_value()
    problem = replace(plan.problem, **changes)
    roster = make_roster(problem, *rows)
    return replace(plan, problem=problem, result=replace(plan.result, roster=roster))


def test_burdens_are_counted_by_the_day_a_shift_starts_on():
    """A Saturday, a late end, an early start and a public holiday each count once."""
    table = make_table(d2026_01_06=DayKind.HOLIDAY)
    plan = planned(
        (0, 0, "06:00", "phone 240"), (0, 1, "14:00", DAY), (0, 5, "08:00", DAY), (1, 0, "08:00", DAY), table=table
    )
    first, second = person_fairness(plan)
    counts = (first.shifts, first.weekend_days, first.nights, first.late, first.early, first.holidays)
    assert counts == (3, 1, 0, 1, 1, 1)
    assert (second.shifts, second.weekend_days, second.late) == (1, 0, 0)
    assert first.paid_h == pytest.approx(4 + 7.5 + 7.5)
    assert dict(first.queue_h)["phone"] == pytest.approx(4 + 7.5 + 7.5)
    assert (first.contract_min_h, first.contract_max_h) == (0, 40)


def test_wishes_count_even_when_they_are_free():
    """A wish that is not met is not granted, whatever its price."""
    wishes = (AgentWish(0, 0, "off", 1.0, None, ""), AgentWish(0, 1, "off", 1.0, None, ""))
    plan = planned((0, 0, "08:00", DAY), wishes=wishes, costs=Costs(wish_per_weight=0.0))
    first, second = person_fairness(plan)
    assert (first.wishes_asked, first.wishes_granted) == (2, 1)
    assert (second.wishes_asked, second.wishes_granted) == (0, 0)


def test_earlier_plans_are_carried_over_by_the_id_of_the_agent():
    """Two earlier plans add up; people they do not know carry nothing."""
    past = planned((0, 5, "08:00", DAY), (0, 6, "08:00", DAY))
    now = planned((0, 5, "08:00", DAY))
    first, second = person_fairness(now, [past, past])
    assert dict(first.before) == {"shifts": 4, "weekend_days": 4}
    assert first.with_before("weekend_days") == 5
    assert second.before == ()


def test_hours_and_wishes_are_carried_over_from_period_to_period():
    """Hours below the least of a contract are owed; each period starts from the sum of those before it."""
    past, now = planned((0, 5, "08:00", DAY)), planned((0, 5, "08:00", DAY), (0, 6, "08:00", DAY))
    later = replace(now, problem=shifted(now.problem))
    wishes = (AgentWish(0, 0, "off", 1.0, None, ""),)
    past = replace(past, problem=replace(past.problem, wishes=wishes))
    first, second = period_fairness(later, [past])
    assert first.first < second.first
    assert first.people[0].paid_before_h == 0
    owed = second.people[0]
    assert (owed.paid_before_h, owed.wishes_asked_before, owed.wishes_granted_before) == (7.5, 1, 1)
    assert dict(owed.before)["weekend_days"] == 1
    low = replace(owed, contract_min_h=20.0)
    assert (low.balance_h, replace(low, paid_h=45.0).balance_h, owed.balance_h) == (-5, 5, 0)
    lines = periods_csv(later, [past]).splitlines()
    assert lines[0].startswith("from,to,agent,")
    assert [line.split(",")[2] for line in lines[1:]] == ["a0", "a1", "a0", "a1"]


def shifted(problem):
    """The same problem a week later."""
    grid = replace(problem.grid, first_day=problem.grid.first_day + timedelta(days=7))
    return replace(problem, grid=grid)


def test_without_a_roster_there_is_nothing_to_share():
    """No roster, no rows; the file has its header only."""
    plan = without_roster(make_plan_value())
    assert person_fairness(plan) == ()
    assert fairness_csv(plan).count("\n") == 1


def test_the_file_names_agents_by_id():
    """One row for each agent, hours by queue in columns of their own."""
    lines = fairness_csv(planned((0, 0, "08:00", DAY))).splitlines()
    assert lines[0].split(",")[:3] == ["agent", "shifts", "weekend_days"]
    assert lines[0].endswith("h_phone,h_email")
    assert [line.split(",")[0] for line in lines[1:]] == ["a0", "a1"]
