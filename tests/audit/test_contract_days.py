from dataclasses import replace

import pytest

from staffing.audit import audit_roster
from tests.audit.judging import HALF, broken
from tests.builders import ANY_HOURS, make_centre, make_problem, make_roster, make_scenario

TWO_OR_THREE = replace(ANY_HOURS, days_min=2, days_max=3)


@pytest.mark.parametrize(
    ("days", "leave", "fault"), [(1, 0, "few"), (2, 0, ""), (3, 0, ""), (4, 0, "many"), (1, 1, ""), (3, 1, "many")]
)
def test_days_worked_stay_inside_the_contract(days: int, leave: int, fault: str) -> None:
    """Both limits are legal, one more or less is not, and each leave day lowers both."""
    problem = make_problem(make_scenario(make_centre(contracts=(TWO_OR_THREE,)), agents=2))
    problem = replace(problem, leave_days=[[0], [leave]])
    rows = [(0, 0, "08:00", HALF), (0, 1, "08:00", HALF), *((1, day, "08:00", HALF) for day in range(days))]
    found = audit_roster(problem, make_roster(problem, *rows))
    assert [(v.rule, v.agent, v.day, v.detail["fault"]) for v in found] == (
        [("contract_days", 1, 0, fault)] if fault else []
    )


def test_part_of_a_week_has_no_minimum() -> None:
    """The last three of ten days need not hold the days of a whole week."""
    problem = make_problem(make_scenario(make_centre(contracts=(TWO_OR_THREE,))), days=10)
    week = [(0, day, "08:00", HALF) for day in (0, 2)]
    assert broken(problem, make_roster(problem, *week)) == []
