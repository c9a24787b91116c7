"""Turns that change hands: against the published plan, and within a re-plan, in table, workbook and words."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from staffing.domain.replanned import Replanned
from staffing.measures.on_call import TurnChange, replanned_turns, turn_changes
from staffing.plan import Plan
from staffing.planning.on_call import exchanged
from staffing.report import write_workbook
from staffing.report.on_call import change_words
from tests.on_call_case import on_call_plan
from tests.plans import make_plan_value


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Nights of a week; a0 has the even days, a1 the odd ones, nobody the last."""
    return on_call_plan()


def given(plan: Plan) -> Plan:
    """The plan with the third night given from a0 to a1, and the last night to a0."""
    assert plan.on_call is not None
    return exchanged(plan, (*(pair for pair in plan.on_call.pairs if pair[0] != 2), (2, 1), (6, 0)))


def test_turns_are_compared_by_duty_and_day(plan: Plan) -> None:
    """Who had it and who has it, both ways round; nothing against itself."""
    assert turn_changes(plan, plan) == ()
    third, last = turn_changes(plan, given(plan))
    assert (third.duty, third.before, third.after) == ("night", ("a0",), ("a1",))
    assert (last.before, last.after) == ((), ("a0",))
    assert third.start < last.start
    back = turn_changes(given(plan), plan)
    assert [(row.before, row.after) for row in back] == [(("a1",), ("a0",)), (("a0",), ())]


def test_a_duty_that_only_one_plan_has_counts(plan: Plan) -> None:
    """Six nights are held by somebody; days that only one plan has are none of its changes."""
    without = make_plan_value()
    assert [row.before for row in turn_changes(without, plan)] == [()] * 6
    assert [row.after for row in turn_changes(plan, without)] == [()] * 6
    later = replace(without, problem=replace(without.problem, grid=_later(without, 5)))
    assert len(turn_changes(later, plan)) == 1


def _later(plan: Plan, days: int):
    grid = plan.problem.grid
    return replace(grid, first_day=grid.first_day + timedelta(days=days))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_replan_lists_its_turns(plan: Plan, lang: str, tmp_path: Path) -> None:
    """Only turns that were published, each giving and taking at its price; on the sheet of changes too."""
    made = given(plan)
    assert made.on_call is not None
    assert plan.on_call is not None
    assert replanned_turns(made) == ()  # a first plan
    problem = replace(made.on_call.problem, known=(0, 1, 2), reference=plan.on_call.pairs[:3])
    made = replace(made, on_call=replace(made.on_call, problem=problem), replanned=Replanned(0, 0, (), ()))
    (change,) = replanned_turns(made)
    grid, turn = problem.grid, problem.turns[2]
    price = 2 * problem.rules.change_price
    assert change == TurnChange("night", grid.iso(turn.start), grid.iso(turn.end), ("a0",), ("a1",), price)
    told = change_words(change, lang, {"a1": "Ann"})
    assert "a0" in told
    assert "Ann" in told
    write_workbook(made, tmp_path / "roster.xlsx", lang=lang)
    sheet = openpyxl.load_workbook(tmp_path / "roster.xlsx").worksheets[3]
    (row,) = list(sheet.iter_rows(min_row=2, values_only=True))
    assert row[1] == grid.iso(turn.start)[:10]
    assert row[5:7] == (price, change_words(change, lang))
