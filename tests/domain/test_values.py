from dataclasses import FrozenInstanceError, fields, replace
from datetime import timedelta

import numpy as np
import pytest

from staffing.domain.arrays import frozen
from staffing.domain.people import Contract, Wish
from staffing.domain.requirement import ServiceCurve, Workload
from staffing.domain.result import CostTerm, RosterCost, SolveResult, Status, StopReason
from staffing.domain.shift import BreakType
from tests.builders import (
    DAY_SHIFT,
    MEAL,
    MONDAY,
    make_centre,
    make_grid,
    make_history,
    make_problem,
    make_requirement,
    make_roster,
    make_scenario,
)

PROBLEM = make_problem(agents=2)
VALUES = [
    PROBLEM,
    make_roster(PROBLEM, (0, 0, "08:00", "phone 240")),
    make_requirement(make_scenario()),
    make_history(make_centre()),
    make_grid(),
    Workload("email", np.zeros(3), np.zeros(3)),
    ServiceCurve(("phone",), np.zeros(1), np.ones((1, 2))),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_values_are_frozen_with_their_arrays(value: object) -> None:
    """Neither a field nor an element of an array can be changed."""
    names = [field.name for field in fields(value)]  # type: ignore[arg-type]
    with pytest.raises(FrozenInstanceError):
        setattr(value, names[0], None)
    arrays = [getattr(value, name) for name in names if isinstance(getattr(value, name), np.ndarray)]
    assert arrays
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_a_value_does_not_share_the_array_it_was_made_from() -> None:
    """Changing the input afterwards does not reach the value, and the input stays writable."""
    mine = np.zeros(PROBLEM.required.shape)
    problem = replace(PROBLEM, required=mine)
    mine[:] = 5
    assert problem.required.sum() == 0


def test_frozen_checks_the_shape() -> None:
    """A wrong shape is told with the expected one."""
    with pytest.raises(ValueError, match=r"shape \(2,\), expected \(3,\)"):
        frozen([1, 2], np.int64, (3,))


@pytest.mark.parametrize(("length", "breaks", "paid"), [(240, 0, 240), (359, 0, 359), (360, 1, 330), (480, 1, 450)])
def test_breaks_of_a_length(length: int, breaks: int, paid: int) -> None:
    """A shift long enough gets its meal, and the unpaid meal is not paid."""
    types = {"meal": MEAL}
    assert len(DAY_SHIFT.breaks_for(length, types)) == breaks
    assert DAY_SHIFT.paid_min(length, types) == paid
    assert DAY_SHIFT.paid_min(length, {"meal": replace(MEAL, paid=True)}) == length


def test_starts_of_a_window() -> None:
    """The last step that fits the window belongs to it."""
    assert DAY_SHIFT.starts_min == (480, 510, 540, 570, 600)
    assert replace(DAY_SHIFT, start_step_min=50).starts_min == (480, 530, 580)


@pytest.mark.parametrize(
    "make",
    [
        lambda: BreakType("b", 0, True, 0, 60),
        lambda: BreakType("b", 15, True, 90, 60),
        lambda: BreakType("b", 15, True, 0, 60, kind="nap"),
        lambda: replace(DAY_SHIFT, start_earliest_min=700),
        lambda: replace(DAY_SHIFT, start_step_min=0),
        lambda: replace(DAY_SHIFT, lengths_min=()),
        lambda: replace(DAY_SHIFT, lengths_min=(1500,)),
        lambda: Contract("c", 600, 500, 0, 5, ()),
        lambda: Contract("c", 0, 500, 0, 8, ()),
        lambda: Wish("a", MONDAY, "rain"),
    ],
)
def test_values_out_of_range_are_refused(make) -> None:  # type: ignore[no-untyped-def]
    """Breaks, shifts, contracts and wishes that make no sense cannot be made."""
    with pytest.raises(ValueError, match=r"\w"):
        make()


@pytest.mark.parametrize("week_start", range(7))
def test_a_plan_starts_with_the_week_after_the_history(week_start: int) -> None:
    """The first day of a plan is the first week start after the last day of history."""
    for extra in range(7):
        centre = make_centre(week_start=week_start)
        history = make_history(centre, end=MONDAY + timedelta(days=extra))
        first = make_scenario(centre, history=history).next_week_start
        assert first.weekday() == week_start
        assert 1 <= (first - history.grid.dates[-1]).days <= 7


def test_costs_add_up() -> None:
    """The total is the sum of the components, the flexible part leaves the fixed out."""
    cost = RosterCost({"short": 10.0, "wage": 90.0}, 60.0, (CostTerm("short", 10.0),))
    assert (cost.total, cost.flexible) == (100.0, 40.0)


@pytest.mark.parametrize(
    ("objective", "bound", "fixed", "total", "flexible"),
    [
        (100.0, 90.0, 60.0, 0.1, 0.25),
        (100.0, 100.0, 0.0, 0.0, 0.0),
        (100.0, 101.0, 0.0, 0.0, 0.0),
        (100.0, None, 0.0, None, None),
        (None, 90.0, 0.0, None, None),
        (0.0, 0.0, 0.0, 0.0, 0.0),
    ],
)
def test_gaps(
    objective: float | None, bound: float | None, fixed: float, total: float | None, flexible: float | None
) -> None:
    """Both gaps are shares of what is at stake, never negative, and unknown without a bound or a roster."""
    result = SolveResult(None, Status.NONE, StopReason.NO_PLAN, objective, bound, fixed, None, 0, "none")
    assert result.gap_total == (pytest.approx(total) if total is not None else None)
    assert result.gap_flexible == (pytest.approx(flexible) if flexible is not None else None)
