from datetime import timedelta

import pytest

from staffing.audit import audit_roster
from staffing.domain.rules import WorkRules
from tests.audit.judging import HALF, broken, round_the_clock
from tests.builders import MONDAY, make_roster

ONE = WorkRules(weekend_days_max=1, weekly_rest_h=0)


@pytest.mark.parametrize(("days", "told"), [([4, 5], []), ([6, 7], []), ([5, 6], [0]), ([5, 6, 12, 13], [0, 7])])
def test_weekend_days_of_a_week_are_limited(days: list[int], told: list[int]) -> None:
    """One Saturday or Sunday a week is legal, both are told on the first day of their week."""
    problem = round_the_clock(agents=2, rules=ONE, days=14)
    found = audit_roster(problem, make_roster(problem, *((1, day, "08:00", HALF) for day in days)))
    assert [(v.rule, v.agent, v.day, v.detail["days"]) for v in found] == [("weekends", 1, day, 2) for day in told]


def test_weeks_that_start_on_a_thursday_have_weekends_too() -> None:
    """Weekend days are found by their date, wherever the horizon starts."""
    problem = round_the_clock(rules=ONE, first_day=MONDAY + timedelta(days=3))
    assert broken(problem, make_roster(problem, (0, 5, "08:00", HALF), (0, 6, "08:00", HALF))) == []
    assert broken(problem, make_roster(problem, (0, 2, "08:00", HALF), (0, 3, "08:00", HALF))) == [("weekends", 0, 0)]


def test_a_friday_night_is_no_saturday() -> None:
    """A shift that starts on Friday and ends on Saturday works no weekend day."""
    problem = round_the_clock(rules=WorkRules(weekend_days_max=0, weekly_rest_h=0))
    assert broken(problem, make_roster(problem, (0, 4, "22:00", HALF))) == []
