from dataclasses import replace
from datetime import date, datetime

import pytest

from staffing.audit import audit_roster
from staffing.domain.people import TimeOff
from staffing.domain.problem import FixedTime, RosterProblem
from tests.audit.judging import FULL, HALF, broken, faults, round_the_clock
from tests.builders import make_agent, make_problem, make_roster, make_scenario

# Tuesday; midday for training, four hours of leave, and leave over a whole night.
TUESDAY = date(2026, 1, 6)
TRAINED = "phone 60 training 120 phone 60 meal 30 phone 210"


def off(kind: str, start: str, end: str, agent: str = "a1", day: date = TUESDAY) -> TimeOff:
    """Time fixed for an agent, by local clock."""
    return TimeOff(agent, datetime.fromisoformat(f"{day}T{start}"), datetime.fromisoformat(f"{day}T{end}"), kind)


def problem_with(*rows: TimeOff, **changes: object) -> RosterProblem:
    """Two agents, the second with time fixed."""
    return make_problem(make_scenario(agents=2, time_off=rows), **changes)  # type: ignore[arg-type]


def test_shifts_beside_an_absence_pass() -> None:
    """Leave in the afternoon allows a shift that ends when it starts, and says nothing about colleagues."""
    problem = problem_with(off("leave", "16:00", "18:00"))
    assert broken(problem, make_roster(problem, (1, 1, "08:00", FULL), (0, 1, "10:00", FULL))) == []


@pytest.mark.parametrize("kind", ["leave", "sick", "unavailable", "jury"])
def test_a_shift_over_an_absence_is_told(kind: str) -> None:
    """A shift that meets any kind of absence by half an hour is told with kind and minutes."""
    problem = problem_with(off(kind, "16:00", "18:00"))
    (found,) = audit_roster(problem, make_roster(problem, (1, 1, "08:30", FULL)))
    assert (found.rule, found.agent, found.day) == ("time_off", 1, 1)
    assert found.detail == {"fault": "absent", "kind": kind, "minutes": 30}


def test_a_day_outside_employment_is_no_day_to_work() -> None:
    """Before the first and after the last day of employment no shift may stand."""
    person = make_agent(1, start_date=date(2026, 1, 6), end_date=date(2026, 1, 8))
    problem = make_problem(make_scenario(agents=(make_agent(0), person)))
    roster = make_roster(problem, *((1, day, "08:00", HALF) for day in (0, 4)))
    assert broken(problem, roster) == [("time_off", 1, 0), ("time_off", 1, 4)]
    assert broken(problem, make_roster(problem, (1, 1, "08:00", HALF), (1, 3, "08:00", HALF))) == []
    assert {v.detail["kind"] for v in audit_roster(problem, roster)} == {"not_employed"}


def test_fixed_training_stands_in_a_shift() -> None:
    """Training fixed from 09:00 to 11:00 is a segment of that kind at that time."""
    problem = problem_with(off("training", "09:00", "11:00"))
    assert broken(problem, make_roster(problem, (1, 1, "08:00", TRAINED))) == []


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(1, 1, "08:00", FULL)],
        [(1, 1, "08:00", TRAINED.replace("training", "meeting"))],
        [(1, 1, "08:30", TRAINED)],
        [(1, 1, "08:00", TRAINED.replace("training 120", "training 90 phone 30"))],
        [(0, 1, "08:00", TRAINED)],
        [(1, 2, "08:00", TRAINED)],
    ],
)
def test_fixed_training_that_does_not_stand_is_told(rows: list[tuple[int, int, str, str]]) -> None:
    """No shift, another kind, another time, half of it, another agent or another day does not do."""
    problem = problem_with(off("training", "09:00", "11:00"))
    roster = make_roster(problem, *rows)
    assert broken(problem, roster) == [("time_off", 1, 1)]
    assert faults(problem, roster) == [("time_off", "missing")]


def test_who_is_absent_need_not_come_to_training() -> None:
    """Training during a sick day is not asked for."""
    problem = problem_with(off("training", "09:00", "11:00"), off("sick", "00:00", "23:30"))
    assert broken(problem, make_roster(problem)) == []


def test_leave_after_the_horizon_holds_for_the_last_night() -> None:
    """Leave that begins on the last evening and goes on is met by a night shift only beyond the horizon, and told."""
    problem = round_the_clock()
    first = problem.grid.n
    roster = make_roster(problem, (0, 6, "22:00", FULL))
    assert broken(problem, roster) == []
    leave = FixedTime(0, first - 2, first + 20, "leave", True, False)
    problem = replace(problem, fixed=(leave,))
    (found,) = audit_roster(problem, roster)
    assert (found.rule, found.day, found.detail["minutes"]) == ("time_off", 6, 360)
