from dataclasses import replace

import pytest

from staffing.audit import audit_roster
from staffing.domain.calendar import DayKind
from tests.audit.judging import FULL, broken, round_the_clock
from tests.builders import make_problem, make_roster, make_scenario, make_table


def test_work_inside_the_hours_passes() -> None:
    """From opening to closing all is legal, and work without a queue at any time."""
    problem = make_problem(agents=2)
    rows = [(0, 0, "10:00", FULL), (1, 1, "08:00", "phone 240")]
    assert broken(problem, make_roster(problem, *rows)) == []


@pytest.mark.parametrize(("start", "text", "minutes"), [
    ("07:00", "phone 240", 60),
    ("16:30", "phone 240", 150),
    ("07:30", "phone 60 work 120 phone 60", 30),
])  # fmt: skip
def test_work_while_a_queue_is_closed_is_told(start: str, text: str, minutes: int) -> None:
    """Work before opening or after closing is told with the minutes outside the hours."""
    problem = round_the_clock(agents=2)
    problem = replace(problem, is_open=make_problem().is_open)
    roster = make_roster(problem, (1, 2, start, text))
    assert broken(problem, roster) == [("opening_hours", 1, 2)]
    assert audit_roster(problem, roster)[0].detail == {"queue": "phone", "minutes": minutes}


def test_a_closed_day_has_no_hours() -> None:
    """On a holiday without hours any work on the queue is told, and work without a queue is not."""
    table = make_table(d2026_01_06=DayKind.HOLIDAY)
    problem = make_problem(make_scenario(), table=table)
    assert not problem.is_open[:, problem.grid.day_slice(1)].any()
    assert broken(problem, make_roster(problem, (0, 1, "08:00", "phone 240"))) == [("opening_hours", 0, 1)]
    assert broken(problem, make_roster(problem, (0, 1, "08:00", "work 240"))) == []


def test_nothing_is_known_beyond_the_horizon() -> None:
    """A night shift of the last day is judged up to the end of the horizon."""
    problem = round_the_clock()
    roster = make_roster(problem, (0, 6, "22:00", FULL))
    assert broken(problem, roster) == []
    closed = replace(problem, is_open=problem.is_open & False)
    assert audit_roster(closed, roster)[0].detail["minutes"] == 120
