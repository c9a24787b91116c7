from dataclasses import replace
from datetime import date

import pytest

from staffing.audit import audit_roster
from staffing.domain.rules import WorkRules
from tests.audit.judging import HALF, broken, round_the_clock
from tests.builders import make_roster

SATURDAY, SUNDAY = 5, 6


def test_eleven_hours_are_enough() -> None:
    """From 22:00 to 09:00 is just the rest that the rule asks for."""
    problem = round_the_clock(agents=2)
    assert broken(problem, make_roster(problem, (1, 0, "18:00", HALF), (1, 1, "09:00", HALF))) == []


def test_half_an_hour_less_is_not() -> None:
    """A start at 08:30 after 22:00 is told on the day of the later shift, with the hours of rest."""
    problem = round_the_clock(agents=2)
    (found,) = audit_roster(problem, make_roster(problem, (1, 0, "18:00", HALF), (1, 1, "08:30", HALF)))
    assert (found.rule, found.agent, found.day, found.detail) == ("rest", 1, 1, {"rest_h": 10.5, "limit_h": 11.0})


def test_the_rest_of_another_agent_does_not_matter() -> None:
    """The last shift of one agent and the first of the next in the list are not compared."""
    problem = round_the_clock(agents=2)
    assert broken(problem, make_roster(problem, (0, 1, "18:00", HALF), (1, 1, "08:00", HALF))) == []


@pytest.mark.parametrize(("last_end", "legal"), [(-6, True), (-5, False), (4, False), (-1_000_000, True)])
def test_the_shift_before_the_horizon_counts(last_end: int, legal: bool) -> None:
    """After work until 21:00 of the day before, 08:00 is the first legal start; a night shift may reach in."""
    problem = replace(round_the_clock(), last_end=[last_end])
    roster = make_roster(problem, (0, 0, "08:00", HALF))
    assert broken(problem, roster) == ([] if legal else [("rest", 0, 0)])


@pytest.mark.parametrize(("first_day", "start", "legal"), [
    (date(2026, 3, 2), "09:00", False),
    (date(2026, 3, 2), "10:00", True),
    (date(2026, 10, 26), "08:00", True),
    (date(2026, 10, 26), "07:30", False),
])  # fmt: skip
def test_rest_is_elapsed_time(first_day: date, start: str, legal: bool) -> None:
    """The night in which clocks go forward is an hour shorter than the clock says, the one back an hour longer."""
    problem = round_the_clock(timezone="America/New_York", first_day=first_day)
    roster = make_roster(problem, (0, SATURDAY, "18:00", HALF), (0, SUNDAY, start, HALF))
    assert broken(problem, roster) == ([] if legal else [("rest", 0, SUNDAY)])


def test_the_rule_of_the_centre_holds() -> None:
    """A centre that asks for twelve hours of rest gets twelve."""
    problem = round_the_clock(rules=WorkRules(rest_h=12, weekly_rest_h=0))
    roster = make_roster(problem, (0, 0, "18:00", HALF), (0, 1, "09:00", HALF))
    assert broken(problem, roster) == [("rest", 0, 1)]
