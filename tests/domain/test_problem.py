from dataclasses import replace

import pytest

from staffing.domain.people import Contract, Role
from staffing.domain.problem import RosterProblem
from tests.builders import ANY_HOURS, make_agent, make_centre, make_problem, make_scenario


def problem_of(contract: Contract, leave: int) -> RosterProblem:
    """One agent with days of leave in the second of two weeks."""
    problem = make_problem(make_scenario(make_centre(contracts=(contract,))), days=14)
    return replace(problem, leave_days=[[0, leave]])


@pytest.mark.parametrize(
    ("leave", "limits"),
    [
        (0, (2280, 2400, 5, 6)),
        (1, (1824, 2000, 4, 5)),
        (4, (456, 800, 1, 2)),
        (5, (0, 400, 0, 1)),
        (7, (0, 0, 0, 0)),
    ],
)
def test_leave_lowers_minutes_and_days(leave: int, limits: tuple[int, int, int, int]) -> None:
    """Each leave day takes a day and the mean minutes of a day off both limits, in its week only."""
    problem = problem_of(Contract("any", 2280, 2400, 5, 6, ("day",)), leave)
    assert problem.week_limits(0, 1) == limits
    assert problem.week_limits(0, 0) == (2280, 2400, 5, 6)


@pytest.mark.parametrize(("leave", "limits"), [(0, (600, 2400, 0, 6)), (1, (0, 2000, 0, 5)), (7, (0, 0, 0, 0))])
def test_a_minimum_without_days_goes_with_the_first_leave_day(leave: int, limits: tuple[int, int, int, int]) -> None:
    """Where no number of days says what a day is worth, leave takes the minimum away."""
    problem = problem_of(replace(ANY_HOURS, weekly_minutes_min=600), leave)
    assert problem.week_limits(0, 1) == limits


def test_the_minimum_never_exceeds_the_maximum() -> None:
    """Five to six days with equal minutes: after leave the mean of five days is above that of six, and is cut."""
    problem = problem_of(Contract("any", 2400, 2400, 5, 6, ("day",)), 1)
    low, high, _, _ = problem.week_limits(0, 1)
    assert low <= high == 2000


def test_supervision_lists_agents_by_role() -> None:
    """Roles that supervise nobody, or without a span, ask for nobody."""
    roles = (Role("representative"), Role("head", ("representative", "trainee"), 8), Role("boss", ("head",), None))
    agents = [make_agent(i, role=role) for i, role in enumerate(("head", "trainee", "representative", "boss", "head"))]
    problem = make_problem(make_scenario(make_centre(roles=roles), agents=agents))
    ((name, heads, led, span),) = problem.supervision()
    assert (name, heads.tolist(), led.tolist(), span) == ("head", [0, 4], [1, 2], 8)


def test_own_wage_goes_before_the_centres() -> None:
    """Also when it is 0, as for a volunteer."""
    problem = make_problem(agents=(make_agent(0), make_agent(1, cost_per_h=0.0)))
    assert [problem.wage_per_h(agent) for agent in (0, 1)] == [problem.costs.wage_per_h, 0.0]


def test_a_contract_lists_its_shift_types_in_order() -> None:
    """The order of the contract, not that of the centre."""
    centre = make_centre()
    other = replace(centre.shifts[0], id="other")
    contract = replace(ANY_HOURS, shifts=("other", "day"))
    problem = make_problem(make_scenario(replace(centre, shifts=(centre.shifts[0], other), contracts=(contract,))))
    assert [shift.id for shift in problem.shift_types(0)] == ["other", "day"]


@pytest.mark.parametrize("array", ["proficiency", "required", "is_open", "blocked", "leave_days", "last_end"])
def test_arrays_of_another_shape_are_refused(array: str) -> None:
    """The message names the field."""
    problem = make_problem(agents=2)
    with pytest.raises(ValueError, match=f"RosterProblem.{array}"):
        replace(problem, **{array: getattr(problem, array)[:, None]})
