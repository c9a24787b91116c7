"""Rules switched off, and the most that any roster could have."""

import numpy as np
import pytest

from staffing.audit import RULES
from staffing.domain.people import Contract
from staffing.domain.rules import WorkRules
from staffing.solver.explain import ceilings, rule_prices
from staffing.solver.explain.trial import rule_class
from staffing.solver.explain.without import NEVER_SWITCHED, WITHOUT, without
from tests.builders import make_agent, make_centre, make_problem, make_scenario
from tests.solver.tiny import tiny_problem


def test_every_rule_can_be_switched_off_or_is_said_not_to():
    """A new rule needs a word on how a problem looks without it."""
    assert set(RULES) == set(NEVER_SWITCHED) | (set(WITHOUT) - {"wishes"})


@pytest.mark.parametrize("rule", sorted(WITHOUT))
def test_a_problem_without_a_rule_is_another_one_or_none(rule: str):
    """Switching off changes something, or is said to change nothing; doing it twice changes nothing more."""
    problem = tiny_problem(agents=2, days=7, rules=WorkRules(11.0, 3, 30.0, 1))
    changed = without(problem, rule)
    if changed is not None:
        assert without(changed, rule) is None or rule == "shift_window"
    assert rule_class("rest") == "tour"


def test_a_rule_in_the_way_has_its_price():
    """One weekend day at most, somebody wanted on both: without the rule nothing is short."""
    required = np.zeros((1, 24 * 7))
    for day in (5, 6):
        required[0, 24 * day + 8 : 24 * day + 11] = 1.0
    problem = tiny_problem(agents=1, days=7, required=required, rules=WorkRules(0.0, 7, 0.0, 1))
    base, weekends = rule_prices(problem, None, rules=["weekends"], seconds=6.0, workers=1)
    assert (base.rule, weekends.rule) == ("", "weekends")
    assert base.result is not None
    assert weekends.result is not None
    assert base.result.cost.components["short"] > 0
    assert weekends.result.cost.components["short"] == 0
    assert weekends.result.objective < base.result.objective


def test_stopping_leaves_the_rest_unsearched():
    """What was not begun has no result."""
    problem = tiny_problem(agents=1, days=7)
    found = rule_prices(problem, None, rules=["rest", "wishes"], should_stop=lambda: True)
    assert [one.result for one in found] == [None] * len(found)


def test_the_most_people_are_counted_by_what_keeps_the_others_away():
    """Absent, no shift, and ruled out: one of each, and one who could."""
    late = Contract("late", 0, 2400, 0, 6, ())
    full = Contract("any", 2880, 2880, 6, 6, ("day",))
    free = Contract("free", 0, 2400, 0, 6, ("day",))
    centre = make_centre(contracts=(late, full, free))
    agents = [
        make_agent(0, contract="free"),
        make_agent(1, contract="free"),
        make_agent(2, contract="late"),
        make_agent(3, contract="free", skills=()),
    ]
    problem = make_problem(make_scenario(centre, agents), required=2.0)
    blocked = problem.blocked.copy()
    blocked[1] = True
    slot = problem.grid.at(0, 600)
    (one,) = ceilings(make_problem(make_scenario(centre, agents), required=2.0, blocked=blocked), [((0,), slot)])
    assert (one.skilled, one.away, one.no_shift, one.occupied, one.ruled_out) == (3, 1, 1, 0, 0)
    assert (one.most, one.required, one.is_short) == (1.0, 2.0, True)


def test_who_has_worked_six_days_is_ruled_out_on_the_seventh():
    """A run carried in keeps somebody away on the first day, not on the second."""
    problem = tiny_problem(agents=2, days=7, rules=WorkRules(0.0, 6, 0.0, 2), run_before=np.array([6, 0]))
    first, second = ceilings(problem, [((0,), 9), ((0,), 24 + 9)])
    assert (first.ruled_out, first.most) == (1, 1.0)
    assert (second.ruled_out, second.most) == (0, 2.0)
