"""Each rule of a plan by shifts, kept and broken, and its cost by component."""

import numpy as np
import pytest

from staffing.audit.shift_cover import SHIFT_RULES, audit_shifts, shift_cost
from staffing.domain.shift_cover import OFF
from tests.shift_tiny import shift_problem

LINES = str.maketrans("-AB", "012")


def roster(*lines: str) -> np.ndarray:
    """One line per person, ``-`` for a day off."""
    return np.array([[int(cell) - 1 for cell in line.translate(LINES)] for line in lines])


def barred() -> np.ndarray:
    """A may not be worked the day after B."""
    follow = np.ones((2, 2), dtype=np.bool_)
    follow[1, 0] = False
    return follow


def leave() -> np.ndarray:
    """The third day is off."""
    return np.arange(7)[None, :] == 2


CASES = {
    "shift_day_off": ({"day_off": leave()}, "AA-AAAA", "AAAAAAA"),
    "shift_succession": ({"may_follow": barred()}, "ABB-A--", "ABA----"),
    "shift_count": ({"shifts_max": [[7, 2]]}, "AABB-AA", "BBB----"),
    "shift_minutes": ({"minutes_min": [960], "minutes_max": [1440]}, "A-B-A--", "AAAA---"),
    "shift_run": ({"run_min": [2], "run_max": [3]}, "A--BBB-", "-A--BB-"),
    "shift_days_off_run": ({"off_min": [2]}, "-AA--A-", "AA-AAAA"),
    "shift_weekends": ({"weekends_max": [0]}, "AAAAA--", "AAAAA-A"),
}


def test_every_rule_is_tried():
    """No rule without its two cases."""
    assert set(CASES) == set(SHIFT_RULES)


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_forbids_what_it_says_and_nothing_else(rule):
    """The kept roster breaks nothing; the broken one breaks this rule and only this one."""
    changes, kept, broken = CASES[rule]
    problem = shift_problem(**changes)
    assert audit_shifts(problem, roster(kept)) == ()
    faults = audit_shifts(problem, roster(broken))
    assert {fault.rule for fault in faults} == {rule}
    assert all(fault.agent == 0 and fault.severity == "hard" for fault in faults)


@pytest.mark.parametrize(("line", "rules"), [("A---BBB", []), ("AAAA---", ["shift_run"]), ("---AAAA", ["shift_run"])])
def test_runs_at_the_ends(line, rules):
    """A run that touches an end is never too short, but may be too long."""
    problem = shift_problem(run_min=[2], run_max=[3])
    assert [fault.rule for fault in audit_shifts(problem, roster(line))] == rules


def test_too_few_minutes_are_broken_too():
    """Minutes have a lower limit."""
    faults = audit_shifts(shift_problem(minutes_min=[960]), roster("A------"))
    assert [fault.detail["minutes"] for fault in faults] == [480]


def test_a_weekend_counts_once():
    """Saturday and Sunday of one week are one weekend; a horizon that starts on Sunday has half a one."""
    assert audit_shifts(shift_problem(weekends_max=[1]), roster("-----AA")) == ()
    problem = shift_problem(weekends_max=[1], first_weekday=6)
    assert problem.weekends == ((0,), (6,))
    assert [fault.rule for fault in audit_shifts(problem, roster("A-----A"))] == ["shift_weekends"]


def test_cost_by_component():
    """One missing, one too many, a wish not granted, an unwanted shift given."""
    need, on, off = np.zeros((7, 2)), np.zeros((1, 7, 2)), np.zeros((1, 7, 2))
    need[0, 0], on[0, 1, 0], off[0, 2, 1] = 2, 5, 3
    problem = shift_problem(
        required=need, under=np.full((7, 2), 10), over=np.full((7, 2), 1), on_weight=on, off_weight=off
    )
    cost = shift_cost(problem, roster("ABB----"))
    assert (cost.under, cost.over, cost.on_requests, cost.off_requests) == (10, 2, 5, 3)
    assert cost.total == 20


@pytest.mark.parametrize("wrong", [np.full((2, 7), OFF), np.full((1, 7), 2)])
def test_a_roster_of_another_shape_is_refused(wrong):
    """Shape and shift numbers must fit."""
    with pytest.raises(ValueError, match="roster"):
        audit_shifts(shift_problem(), wrong)


@pytest.mark.parametrize(
    "changes",
    [
        {"minutes": [0, 480]},
        {"under": np.full((7, 2), -1)},
        {"employees": ()},
        {"shifts": ("A", "A")},
        {"first_weekday": 7},
    ],
)
def test_impossible_problems_are_refused(changes):
    """Values are checked when the problem is made."""
    with pytest.raises(ValueError, match="ShiftCoverProblem"):
        shift_problem(**changes)
