from dataclasses import replace

import numpy as np
import pytest

from staffing.audit.fits import paid_minutes, window_fits
from staffing.audit.shifts import NEVER, running_end, shift_table
from staffing.domain.shift import BreakType
from tests.audit.judging import FULL, HALF
from tests.builders import DAY_SHIFT, MEAL, make_agent, make_centre, make_problem, make_roster, make_scenario


def test_the_table_lists_the_shifts_of_the_roster() -> None:
    """Columns and `Roster.shifts` tell the same shifts, and absences belong to none."""
    problem = make_problem(agents=3)
    rows = [(0, 0, "08:00", FULL), (0, 3, "00:00", "leave 1440"), (0, 4, "09:00", HALF), (2, 0, "10:00", FULL)]
    roster = make_roster(problem, *rows)
    table = shift_table(roster)
    columns = (table.agent, table.day, table.start, table.end, table.first)
    told = [(s.agent, s.day, s.start, s.end, s.rows[0]) for s in roster.shifts()]
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == told
    assert table.row_shift.tolist() == [0, 0, 0, -1, 1, 2, 2, 2]
    assert table.worked(3, 7).sum(axis=1).tolist() == [2, 0, 1]


def test_a_roster_without_shifts_has_an_empty_table() -> None:
    """Neither no rows nor absences only are an error."""
    problem = make_problem()
    for rows in ([], [(0, 0, "00:00", "leave 1440")]):
        table = shift_table(make_roster(problem, *rows))
        assert len(table) == 0
        assert paid_minutes(problem, make_roster(problem, *rows), table).shape == (0,)
        assert window_fits(problem, table).shape == (0, 1)


def test_running_end_is_the_latest_end_before() -> None:
    """A row sees the latest end of the earlier rows of its own agent only."""
    ends = np.array([9, 3, 5])
    assert running_end(np.array([0, 0, 0]), ends).tolist() == [NEVER, 9, 9]
    assert running_end(np.array([0, 1, 1]), ends).tolist() == [NEVER, NEVER, 3]
    assert running_end(np.array([0, 0, 1]), -ends).tolist() == [NEVER, -9, NEVER]


@pytest.mark.parametrize(
    ("text", "paid"),
    [
        (FULL, 450),
        (HALF, 240),
        ("phone 360 meal 30 phone 90", 480),
        ("phone 480", 480),
        ("phone 300 break 30 phone 150", 480),
        ("phone 300 meal 90 phone 90", 450 - 60),
        ("phone 60 training 180 meal 30 phone 210", 450),
    ],
)
def test_paid_minutes_follow_the_type_that_fits(text: str, paid: int) -> None:
    """The meal at noon is unpaid, the late one of the other type is paid; in a wrong shift its kind decides."""
    late = replace(DAY_SHIFT, id="late", breaks=("late",))
    late_meal = BreakType("late", 30, paid=True, earliest_min=330, latest_min=390, kind="meal")
    contract = replace(make_centre().contracts[0], shifts=("day", "late"))
    centre = make_centre(shifts=(late, DAY_SHIFT), breaks=(MEAL, late_meal), contracts=(contract,))
    problem = make_problem(make_scenario(centre))
    roster = make_roster(problem, (0, 0, "08:00", text))
    assert paid_minutes(problem, roster, shift_table(roster)).tolist() == [paid]


def test_the_first_type_of_the_contract_decides() -> None:
    """Two types that fit alike but pay differently: the contract's order says which it is, for each contract."""
    paid_meal = replace(MEAL, id="paid", paid=True)
    generous = replace(DAY_SHIFT, id="generous", breaks=("paid",))
    base = make_centre().contracts[0]
    contracts = (replace(base, shifts=("day", "generous")), replace(base, id="other", shifts=("generous", "day")))
    centre = make_centre(shifts=(DAY_SHIFT, generous), breaks=(MEAL, paid_meal), contracts=contracts)
    agents = (make_agent(0), make_agent(1, contract="other"))
    problem = make_problem(make_scenario(centre, agents=agents))
    roster = make_roster(problem, (0, 0, "08:00", FULL), (1, 0, "08:00", FULL))
    assert paid_minutes(problem, roster, shift_table(roster)).tolist() == [450, 480]


def test_breaks_that_are_no_whole_slots_take_the_slots_they_touch() -> None:
    """A quarter of an hour in half-hour slots takes one slot, and counts as fifteen minutes of pay."""
    short = replace(MEAL, minutes=15)
    problem = make_problem(make_scenario(make_centre(breaks=(short,))))
    roster = make_roster(problem, (0, 0, "08:00", FULL))
    assert paid_minutes(problem, roster, shift_table(roster)).tolist() == [465]
