import importlib
import re
from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np
import pytest

from staffing.audit import RULES, audit_roster, roster_cost
from tests.audit.judging import FULL
from tests.builders import make_agent, make_centre, make_problem, make_roster, make_scenario

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "work-rules.md"
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| (\w+) \|", re.MULTILINE)


def test_the_page_of_work_rules_lists_the_rules() -> None:
    """Names, classes, severities and their order are the same in code and documentation."""
    modules = [importlib.import_module(f"staffing.audit.{name}") for name in RULES]
    in_code = [(name, module.CLASS, module.SEVERITY) for name, module in zip(RULES, modules, strict=True)]
    assert ROW.findall(PAGE.read_text(encoding="utf-8")) == in_code


def test_rules_report_in_order() -> None:
    """A roster that breaks several rules tells them in the order of the registry."""
    problem = replace(make_problem(agents=2), last_end=[0, 20])
    roster = make_roster(problem, (1, 0, "10:30", FULL), (0, 0, "08:00", "phone 480"))
    rules = [violation.rule for violation in audit_roster(problem, roster)]
    assert rules == ["shift_window", "breaks", "rest", "rest", "opening_hours"]
    assert [v.agent for v in RULES["rest"](problem, roster)] == [0, 1]


def test_nobody_and_nothing_is_a_legal_roster() -> None:
    """A centre without agents, and agents without shifts, break nothing as long as no minimum is asked."""
    for agents in (0, 1):
        problem = make_problem(agents=agents)
        assert audit_roster(problem, make_roster(problem)) == ()
        assert roster_cost(problem, make_roster(problem)).total > 0


@pytest.mark.parametrize("judge", [audit_roster, roster_cost])
def test_a_roster_of_another_problem_is_refused(judge) -> None:  # type: ignore[no-untyped-def]
    """Indices that mean other days, people or queues are an error, never a judgement."""
    problem = make_problem(agents=2)
    roster = make_roster(problem)
    with pytest.raises(ValueError, match="grid"):
        judge(make_problem(agents=2, days=14), roster)
    with pytest.raises(ValueError, match="agents"):
        judge(make_problem(agents=(make_agent(1), make_agent(0))), roster)
    with pytest.raises(ValueError, match="queues"):
        judge(problem, replace(roster, queues=("chat",)))


def test_a_centre_of_120_agents_is_judged_in_no_time() -> None:
    """Audit and cost of a week of quarter-hours take less than 0.3 s of CPU time."""
    problem = make_problem(make_scenario(make_centre(slot_min=15), agents=120), required=60.0)
    roster = make_roster(problem, *((agent, day, "09:00", FULL) for agent in range(120) for day in range(agent % 5, 7)))
    before = process_time()
    found, cost = audit_roster(problem, roster), roster_cost(problem, roster)
    assert process_time() - before < 0.3
    assert {violation.rule for violation in found} == {
        "contract_hours",
        "contract_days",
        "consecutive_days",
        "weekly_rest",
    }
    assert cost.total > 0


def test_details_are_codes_and_numbers() -> None:
    """No detail holds a sentence: words without a blank, or numbers of plain Python."""
    problem = replace(make_problem(agents=2), last_end=[0, 20])
    roster = make_roster(problem, (1, 0, "10:30", FULL), (0, 0, "08:00", "phone 480"))
    for violation in audit_roster(problem, roster):
        for value in violation.detail.values():
            assert type(value) in (str, int, float)
            assert " " not in str(value)
        assert not isinstance(violation.agent, np.integer)
        assert not isinstance(violation.day, np.integer)
