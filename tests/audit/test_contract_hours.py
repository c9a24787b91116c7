from dataclasses import replace

import pytest

from staffing.audit import audit_roster
from staffing.domain.people import Contract
from staffing.domain.problem import RosterProblem
from tests.audit.judging import FULL, broken, round_the_clock
from tests.builders import ANY_HOURS, make_agent, make_centre, make_problem, make_roster, make_scenario

# Five days of 450 paid minutes are 2250; three are 1350.
PART_TIME = replace(ANY_HOURS, weekly_minutes_min=900, weekly_minutes_max=1350)


def problem_of(contract: Contract, leave: int = 0, days: int = 7) -> RosterProblem:
    """Two agents of one contract, the second with `leave` days of leave in each week."""
    problem = make_problem(make_scenario(make_centre(contracts=(contract,)), agents=2), days=days)
    return replace(problem, leave_days=[[0] * problem.weeks, [leave] * problem.weeks])


def weeks_of(days: int, week: int = 0) -> list[tuple[int, int, str, str]]:
    """The first agent works two days a week, the second `days`."""
    first = [(0, 7 * week + day, "08:00", FULL) for day in range(2)]
    return first + [(1, 7 * week + day, "08:00", FULL) for day in range(days)]


@pytest.mark.parametrize(
    ("days", "overtime", "fault"),
    [(1, 0, "few"), (2, 0, ""), (3, 0, ""), (4, 0, "many"), (4, 449, "many"), (4, 450, "")],
)
def test_paid_minutes_stay_inside_the_contract(days: int, overtime: int, fault: str) -> None:
    """Unpaid meals do not count, both limits are legal, and allowed overtime raises the upper one."""
    problem = problem_of(replace(PART_TIME, overtime_minutes_max=overtime))
    found = audit_roster(problem, make_roster(problem, *weeks_of(days)))
    assert [(v.rule, v.agent, v.day, v.detail["fault"]) for v in found] == (
        [("contract_hours", 1, 0, fault)] if fault else []
    )


@pytest.mark.parametrize(
    ("leave", "days", "legal"), [(0, 5, True), (0, 4, False), (2, 3, True), (2, 4, False), (5, 0, True)]
)
def test_leave_lowers_both_limits(leave: int, days: int, legal: bool) -> None:
    """Each day of leave takes a fifth of a five-day week off the minimum and the maximum."""
    full_time = Contract("any", 2250, 2250, 5, 5, ("day",))
    problem = replace(problem_of(full_time, leave), agents=(make_agent(0, contract="other"), make_agent(1)))
    problem = replace(problem, contracts=(full_time, replace(ANY_HOURS, id="other")))
    rules = {rule for rule, _, _ in broken(problem, make_roster(problem, *weeks_of(days)))}
    assert rules == (set() if legal else {"contract_hours", "contract_days"})


def test_each_week_is_judged_alone() -> None:
    """Four days in the second of two weeks are told on the first day of that week."""
    problem = problem_of(PART_TIME, days=14)
    roster = make_roster(problem, *weeks_of(3), *weeks_of(4, week=1))
    assert broken(problem, roster) == [("contract_hours", 1, 7)]


def test_a_shift_counts_in_the_week_it_starts_in() -> None:
    """A night shift from Sunday to Monday is paid in the week of the Sunday."""
    problem = round_the_clock(days=14)
    contract = replace(problem.contracts[0], weekly_minutes_min=450, weekly_minutes_max=450)
    problem = replace(problem, contracts=(contract,))
    rows = [(0, 6, "22:00", FULL), (0, 8, "08:00", FULL)]
    assert broken(problem, make_roster(problem, *rows)) == []


def test_part_of_a_week_has_no_minimum() -> None:
    """Ten days are one week and three days: the three need not reach the weekly minimum, but keep the maximum."""
    problem = problem_of(replace(PART_TIME, weekly_minutes_max=900), days=10)
    assert broken(problem, make_roster(problem, *weeks_of(2))) == []
    late = [(1, 7 + day, "08:00", FULL) for day in range(3)]
    assert broken(problem, make_roster(problem, *weeks_of(2), *late)) == [("contract_hours", 1, 7)]


def test_nobody_at_work_breaks_the_minimum_of_everybody() -> None:
    """An empty roster is told for each agent and week with a minimum."""
    problem = problem_of(PART_TIME, days=14)
    assert broken(problem, make_roster(problem)) == [("contract_hours", a, d) for a in (0, 1) for d in (0, 7)]
