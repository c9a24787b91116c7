from dataclasses import replace
from datetime import date

import pytest

from staffing.audit import audit_roster
from staffing.domain.rules import WorkRules
from tests.audit.judging import HALF, broken, round_the_clock
from tests.builders import make_roster

FORTY = WorkRules(weekly_rest_h=40)


@pytest.mark.parametrize(
    ("days", "longest_h"),
    [
        ([], 168),
        ([0, 1, 2, 3, 4], 60),  # Friday 12:00 to Sunday 24:00
        ([0, 1, 2, 4, 5], 44),  # Wednesday 12:00 to Friday 08:00
        ([2, 3, 4, 5, 6], 56),  # Monday 00:00 to Wednesday 08:00
        ([0, 1, 2, 3, 4, 5], 36),  # Saturday 12:00 to Sunday 24:00
        ([1, 2, 3, 4, 5, 6], 32),  # Monday 00:00 to Tuesday 08:00
    ],
)
def test_a_week_holds_one_long_block(days: list[int], longest_h: int) -> None:
    """The longest block counts wherever it lies in the week, and is told when it is too short."""
    problem = round_the_clock(agents=2, rules=FORTY)
    found = audit_roster(problem, make_roster(problem, *((1, day, "08:00", HALF) for day in days)))
    told = [(v.rule, v.agent, v.day, v.detail["rest_h"]) for v in found]
    assert told == ([] if longest_h >= 40 else [("weekly_rest", 1, 0, longest_h)])


def test_a_block_over_the_end_of_the_week_does_not_count() -> None:
    """36 hours at the end of a week and 8 at the start of the next are no block of 44 in either."""
    problem = round_the_clock(rules=FORTY, days=14)
    days = [0, 1, 2, 3, 4, 5, 7, 8, 9, 10]
    assert broken(problem, make_roster(problem, *((0, day, "08:00", HALF) for day in days))) == [("weekly_rest", 0, 0)]


def test_a_night_shift_shortens_the_week_after() -> None:
    """A shift that reaches into a week, from the week or the horizon before, is no rest there."""
    rules = WorkRules(weekly_rest_h=32)
    problem = round_the_clock(rules=rules, days=14)
    days = [(0, day, "08:00", HALF) for day in (8, 9, 10, 11, 12, 13)]
    assert broken(problem, make_roster(problem, *days)) == []
    assert broken(problem, make_roster(problem, (0, 6, "22:00", HALF), *days)) == [("weekly_rest", 0, 7)]
    problem = replace(round_the_clock(rules=rules), last_end=[4])
    days = [(0, day, "08:00", HALF) for day in (1, 2, 3, 4, 5, 6)]
    assert broken(problem, make_roster(problem, *days)) == [("weekly_rest", 0, 0)]


def test_a_day_of_23_hours_is_no_day_of_rest_of_24() -> None:
    """On the week of the spring change a free Sunday after work until midnight is one hour short."""
    rules = WorkRules(weekly_rest_h=24)
    for first_day, legal in ((date(2026, 3, 2), False), (date(2026, 3, 9), True)):
        problem = round_the_clock(timezone="America/New_York", rules=rules, first_day=first_day)
        rows = [(0, day, f"{8 + 3 * day:02}:00", HALF) for day in range(5)] + [(0, 5, "20:00", HALF)]
        assert broken(problem, make_roster(problem, *rows)) == ([] if legal else [("weekly_rest", 0, 0)])


def test_part_of_a_week_is_not_judged() -> None:
    """One day with a shift cannot hold a day of rest, and need not."""
    problem = round_the_clock(rules=WorkRules(), days=1)
    assert broken(problem, make_roster(problem, (0, 0, "08:00", HALF))) == []
