from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from staffing.audit import audit_roster
from staffing.domain.people import Contract
from staffing.domain.problem import RosterProblem
from staffing.domain.rules import WorkRules
from tests.audit.judging import ALWAYS_OPEN, ANY_TIME, HALF, broken
from tests.builders import (
    ANY_HOURS,
    MEAL,
    make_agent,
    make_centre,
    make_problem,
    make_queue,
    make_roster,
    make_scenario,
)

BAND = replace(
    ANY_HOURS, shifts=("any",), days_max=7, weekly_minutes_max=9999, start_band_min=120, start_band_step_min=60
)
FREE = replace(BAND, id="free", start_band_min=None)


def banded(contract: Contract = BAND, *, timezone: str = "Asia/Shanghai", **changes: Any) -> RosterProblem:
    """Shifts every half hour round the clock; agent 0 has a band of starts, agent 1 none."""
    centre = make_centre(
        timezone=timezone,
        queues=(make_queue(hours=ALWAYS_OPEN),),
        shifts=(ANY_TIME,),
        breaks=(MEAL,),
        contracts=(contract, FREE),
        rules=WorkRules(rest_h=0, weekly_rest_h=0, max_consecutive_days=14),
    )
    agents = [make_agent(0, contract=contract.id), make_agent(1, contract="free")]
    return make_problem(make_scenario(centre, agents), **changes)


def found(problem: RosterProblem, agent: int, starts: list[str]) -> list[tuple[str, int | None, int | None]]:
    rows = [(agent, day, clock, HALF) for day, clock in enumerate(starts) if clock]
    return broken(problem, make_roster(problem, *rows))


@pytest.mark.parametrize(
    ("starts", "legal"),
    [
        (["09:00", "11:00", "10:30"], True),
        (["09:00", "11:30"], False),
        (["09:30", "11:00"], True),  # the band begins at 09:00
        (["09:30", "11:30"], False),  # two hours apart, but no band begins at 09:30
        (["11:00", "", "", "09:00"], True),
        (["23:00", "", "00:00"], False),  # midnight is not one hour later
        (["10:00"], True),
        ([], True),
    ],
)
def test_starts_of_a_week_lie_in_one_band(starts: list[str], legal: bool) -> None:
    """Two hours from a full hour on; whoever has no band starts at any time."""
    problem = banded()
    assert found(problem, 0, starts) == ([] if legal else [("start_band", 0, 0)])
    assert found(problem, 1, starts) == []


def test_each_week_has_its_own_band() -> None:
    """Early and late weeks are legal; the second week is told on its first day, with both starts in minutes."""
    problem = banded(days=14)
    assert found(problem, 0, ["06:00"] * 7 + ["14:00"] * 7) == []
    roster = make_roster(problem, *((0, day, clock, HALF) for day, clock in ((6, "06:00"), (8, "14:30"), (9, "16:30"))))
    (row,) = audit_roster(problem, roster)
    assert (row.rule, row.severity, row.day) == ("start_band", "hard", 7)
    assert row.detail == {"earliest_min": 870, "latest_min": 990, "limit": 960}


def test_narrow_bands_leave_starts_out() -> None:
    """Bands of no width every two hours: only their own starts, each week the same one."""
    problem = banded(replace(BAND, start_band_min=0, start_band_step_min=120))
    assert found(problem, 0, ["08:00", "08:00"]) == []
    assert found(problem, 0, ["09:00"]) == [("start_band", 0, 0)]
    assert found(problem, 0, ["08:00", "10:00"]) == [("start_band", 0, 0)]


@pytest.mark.parametrize("first_day", [date(2026, 3, 23), date(2026, 10, 19)])
def test_the_band_is_read_off_the_clock(first_day: date) -> None:
    """On the Sunday of 23 or 25 hours 08:00 is still 08:00, also with a band of no width."""
    problem = banded(replace(BAND, start_band_min=0), timezone="Europe/Berlin", first_day=first_day)
    assert len(set(map(int, problem.grid.day_start[1:] - problem.grid.day_start[:-1]))) == 2
    assert found(problem, 0, ["08:00"] * 7) == []
    assert found(problem, 0, ["08:00"] * 6 + ["07:00"]) == [("start_band", 0, 0)]


def test_bad_bands_are_refused() -> None:
    """A width below nothing and a step of nothing are errors."""
    for change in ({"start_band_min": -1}, {"start_band_step_min": 0}):
        with pytest.raises(ValueError, match="start band"):
            replace(BAND, **change)  # type: ignore[arg-type]
