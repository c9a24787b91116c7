"""Pay by the class of the day: the search avoids what is dear, and agrees with the audit."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.random_centres import judge
from staffing.audit import roster_cost
from staffing.domain.calendar import DayKind, DayTable
from staffing.domain.labour import LabourRules, PayClasses
from staffing.domain.people import Contract
from staffing.domain.problem import RosterProblem
from staffing.domain.rules import WorkRules
from staffing.domain.shift import ShiftType
from staffing.files.labour_presets import read_preset
from staffing.solver.case import compile_case
from tests.builders import make_agent, make_table
from tests.solver.random_centres import random_centre
from tests.solver.tiny import solved, tiny_problem

CHINA = WorkRules(rest_h=0, weekly_rest_h=0, labour=(read_preset("cn"),))
ONCE = Contract("once", 0, 2400, 0, 1, ("day",))
SIX = ShiftType("day", 540, 540, 60, (360,), ())
HOLIDAY = make_table(days=21, d2026_01_07=DayKind.HOLIDAY)
"""Wednesday, the third day."""


def two_days() -> RosterProblem:
    """One agent is needed on Tuesday and on Wednesday, the holiday, for six hours."""
    required = np.zeros((1, 72))
    required[:, 33:39] = required[:, 57:63] = 1.0
    people = [make_agent(0, cost_per_h=40.0), make_agent(1, cost_per_h=45.0)]
    problem = tiny_problem(
        agents=people, days=3, shift=SIX, breaks=(), contract=ONCE, rules=CHINA, table=HOLIDAY
    )  # fmt: skip
    return replace(problem, required=required, is_open=np.ones((1, 72), dtype=bool))


def test_the_holiday_goes_to_whom_it_costs_least() -> None:
    """Both work one day each; three times a wage is cheaper with the lower wage."""
    problem = two_days()
    found = solved(problem)
    assert found.roster is not None
    day_of = {int(shift.agent): int(shift.day) for shift in found.roster.shifts()}
    assert day_of == {0: 2, 1: 1}
    assert roster_cost(problem, found.roster).components["premium"] == pytest.approx(6 * 2 * 40.0)
    assert found.bound == pytest.approx(found.objective)


def test_work_that_can_be_done_on_another_day_is_not_done_on_a_holiday() -> None:
    """Nobody is needed; a contract of one day is worked on a day that is paid once."""
    due = replace(ONCE, days_min=1, weekly_minutes_min=360)
    problem = replace(two_days(), required=np.zeros((1, 72)), contracts=(due,))
    found = solved(problem)
    assert found.roster is not None
    assert all(shift.day != 2 for shift in found.roster.shifts())


def test_hours_beyond_the_ordinary_day_are_priced_where_no_week_can_be_too_long() -> None:
    """Ten hours on a Tuesday cost two halves of a wage more; who may work overtime is left to the audit."""
    long_day = ShiftType("day", 540, 540, 60, (600,), ())
    tight = replace(ONCE, weekly_minutes_max=1200, days_max=2)
    problem = tiny_problem(days=2, shift=long_day, breaks=(), contract=tight, rules=CHINA, table=HOLIDAY)
    wage = problem.costs.wage_per_h
    assert compile_case(problem).tables.price.tolist() == [pytest.approx(11 * wage)] * 2
    solved(problem)
    free = replace(tight, overtime_minutes_max=600)
    other = tiny_problem(days=2, shift=long_day, breaks=(), contract=free, rules=CHINA, table=HOLIDAY)
    assert compile_case(other).tables.price.tolist() == [pytest.approx(10 * wage)] * 2


@pytest.mark.parametrize("number", range(3))
def test_search_and_audit_agree_in_random_centres(number: int) -> None:
    """All centres with a holiday among their days, where nobody may work overtime."""
    base = random_centre(number)
    law = LabourRules("x", "X", "", base.grid.first_day, day_minutes=360, pay=PayClasses(1.5, 2.0, 3.0))
    contracts = tuple(replace(contract, overtime_minutes_max=0) for contract in base.contracts)
    days = tuple(replace(day, kind=DayKind.HOLIDAY) if place % 5 == 1 else day for place, day in enumerate(base.table))
    table = DayTable(days)
    problem = replace(base, contracts=contracts, rules=replace(base.rules, labour=(law,)), table=table)
    found = judge(problem, 0.5, number)
    assert {name: found[name] for name in ("violations", "cost mismatches", "bounds above cost")} == {
        "violations": 0,
        "cost mismatches": 0,
        "bounds above cost": 0,
    }
