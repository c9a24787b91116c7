from dataclasses import replace

import pytest

from staffing.audit import audit_roster
from tests.audit.judging import HALF, broken, round_the_clock
from tests.builders import make_roster


@pytest.mark.parametrize(
    ("run_before", "days", "told"),
    [
        (0, [0, 1, 2, 3, 4, 5], []),
        (0, [0, 1, 2, 3, 4, 5, 6], [(6, 7)]),
        (3, [0, 1, 2], []),
        (3, [0, 1, 2, 3, 4], [(3, 8)]),
        (9, [1, 2], []),
        (9, [0, 1], [(0, 11)]),
        (6, [0, 2, 3], [(0, 7)]),
        (0, list(range(14)), [(6, 14)]),
        (2, [*range(5), *range(6, 13)], [(4, 7), (12, 7)]),
    ],
)
def test_at_most_six_days_in_a_row(run_before: int, days: list[int], told: list[tuple[int, int]]) -> None:
    """A run, with the days before the horizon, is told once on its first day too many, with its whole length."""
    problem = replace(round_the_clock(agents=2, days=14), run_before=[0, run_before])
    roster = make_roster(problem, *((1, day, "08:00", HALF) for day in days))
    found = [v for v in audit_roster(problem, roster) if v.rule != "weekends"]
    assert [(v.rule, v.agent, v.day, v.detail["days"]) for v in found] == [
        ("consecutive_days", 1, day, length) for day, length in told
    ]


def test_a_night_shift_works_one_day() -> None:
    """A shift past midnight counts for the day it starts on only."""
    problem = replace(round_the_clock(), run_before=[0])
    assert broken(problem, make_roster(problem, *((0, day, "22:00", HALF) for day in range(6)))) == []
