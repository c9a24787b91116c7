from dataclasses import replace

import pytest

from staffing.audit import audit_roster
from staffing.domain.problem import RosterProblem
from staffing.domain.shift import BreakType
from tests.audit.judging import FULL, HALF, broken
from tests.builders import DAY_SHIFT, MEAL, make_centre, make_problem, make_roster, make_scenario

PAUSE = BreakType("pause", 15, paid=True, earliest_min=60, latest_min=180, spacing_min=60)
TEA = BreakType("tea", 15, paid=True, earliest_min=270, latest_min=465, spacing_min=60, min_shift_min=360)


def three_breaks() -> RosterProblem:
    """Pause, meal and tea with an hour between them, in quarter-hour slots."""
    shift = replace(DAY_SHIFT, breaks=("pause", "meal", "tea"))
    centre = make_centre(slot_min=15, shifts=(shift,), breaks=(PAUSE, replace(MEAL, spacing_min=60), TEA))
    return make_problem(make_scenario(centre, agents=2))


@pytest.mark.parametrize(
    "text",
    [
        "phone 60 break 15 phone 105 meal 30 phone 60 break 15 phone 195",
        "phone 180 break 15 phone 60 meal 30 phone 60 break 15 phone 120",
        "phone 120 break 15 phone 105",
    ],
)
def test_breaks_in_their_windows_pass(text: str) -> None:
    """Earliest and latest places, and a short shift that gets fewer breaks, are legal."""
    problem = three_breaks()
    assert broken(problem, make_roster(problem, (1, 4, "08:00", text))) == []


@pytest.mark.parametrize(
    ("fault", "place", "text"),
    [
        ("count", 0, "phone 480"),
        ("count", 2, "phone 90 break 15 phone 135 meal 30 phone 210"),
        ("count", 4, "phone 90 break 15 phone 45 break 15 phone 75 meal 30 phone 60 break 15 phone 135"),
        ("kind", 1, "phone 90 break 15 phone 135 break 30 phone 60 break 15 phone 135"),
        ("minutes", 1, "phone 90 break 15 phone 135 meal 15 phone 75 break 15 phone 135"),
        ("window", 0, "phone 45 break 15 phone 180 meal 30 phone 60 break 15 phone 135"),
        ("window", 0, "phone 195 break 15 phone 60 meal 30 phone 60 break 15 phone 105"),
        ("spacing", 1, "phone 180 break 15 phone 45 meal 30 phone 60 break 15 phone 135"),
        ("spacing", 2, "phone 90 break 15 phone 135 meal 30 phone 45 break 15 phone 150"),
        ("spacing", 2, "phone 90 break 15 phone 135 meal 30 phone 165 break 15 phone 30"),
    ],
)
def test_wrong_breaks_are_told(fault: str, place: int, text: str) -> None:
    """A break too few or many, of the wrong kind or length, too early, late or near is told with its place."""
    problem = three_breaks()
    roster = make_roster(problem, (1, 4, "08:00", text))
    assert broken(problem, roster) == [("breaks", 1, 4)]
    (found,) = audit_roster(problem, roster)
    assert (found.detail["fault"], found.detail["place"], found.detail["shift"]) == (fault, place, "day")


def test_any_type_that_fits_start_length_and_breaks_will_do() -> None:
    """Start, length and breaks must fit one type together; a start that fits none is not blamed on the breaks."""
    early = replace(DAY_SHIFT, id="early", start_latest_min=540)
    late = replace(DAY_SHIFT, id="late", start_earliest_min=540, breaks=("late_meal",))
    late_meal = replace(MEAL, id="late_meal", earliest_min=330, latest_min=390)
    contract = replace(make_centre().contracts[0], shifts=("early", "late"))
    centre = make_centre(shifts=(early, late), breaks=(MEAL, late_meal), contracts=(contract,))
    problem = make_problem(make_scenario(centre))
    after = "phone 360 meal 30 phone 90"
    assert broken(problem, make_roster(problem, (0, 0, "09:00", FULL))) == []
    assert broken(problem, make_roster(problem, (0, 0, "09:00", after))) == []
    assert broken(problem, make_roster(problem, (0, 0, "08:00", after))) == [("breaks", 0, 0)]
    assert broken(problem, make_roster(problem, (0, 0, "10:00", FULL))) == [("breaks", 0, 0)]
    assert broken(problem, make_roster(problem, (0, 0, "07:00", "work 60 phone 300 meal 30 phone 90"))) == [
        ("shift_window", 0, 0)
    ]


def test_breaks_of_a_type_of_another_contract_do_not_do() -> None:
    """A start that the contract allows with the breaks of a type that it does not name is told."""
    late_meal = replace(MEAL, id="late_meal", earliest_min=330, latest_min=390)
    foreign = replace(DAY_SHIFT, id="foreign", breaks=("late_meal",))
    problem = make_problem(make_scenario(make_centre(shifts=(foreign, DAY_SHIFT), breaks=(MEAL, late_meal))))
    assert broken(problem, make_roster(problem, (0, 0, "09:00", FULL))) == []
    assert broken(problem, make_roster(problem, (0, 0, "09:00", "phone 360 meal 30 phone 90"))) == [("breaks", 0, 0)]


def test_the_breaks_belong_to_the_length_that_is_worked() -> None:
    """A meal in a short shift that gets none is told."""
    problem = make_problem()
    assert broken(problem, make_roster(problem, (0, 0, "08:00", HALF))) == []
    assert broken(problem, make_roster(problem, (0, 0, "08:00", "phone 180 meal 30 phone 30"))) == [("breaks", 0, 0)]


def test_breaks_beyond_the_horizon_count() -> None:
    """A night shift of the last day has its meal after the horizon's end, and it is judged there."""
    night = replace(DAY_SHIFT, start_earliest_min=1260, start_latest_min=1320)
    problem = make_problem(make_scenario(make_centre(shifts=(night,))))
    good = "work 240 meal 30 work 210"
    assert broken(problem, make_roster(problem, (0, 6, "22:00", good))) == []
    assert broken(problem, make_roster(problem, (0, 6, "22:00", "work 480"))) == [("breaks", 0, 6)]
