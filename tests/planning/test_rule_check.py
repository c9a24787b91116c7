"""Whether the rules of a centre can be kept at all, before any search."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from staffing.domain.people import Contract, TimeOff
from staffing.domain.rules import WorkRules
from staffing.planning.rule_check import check_rules
from staffing.report.rule_checked import check_data, own_ways_words
from tests.builders import make_agent, make_centre, make_queue, make_scenario

FULL = Contract("any", 2250, 2400, 5, 5, ("day",))
CENTRE = make_centre(contracts=(FULL,))


def test_a_centre_that_can_be_kept() -> None:
    """Nothing contradicts, and nobody had to forecast or search a roster for that."""
    steps: list[str] = []
    found = check_rules(make_scenario(CENTRE, 2), seconds=20, workers=1, on_step=steps.append)
    assert (found.findings.kept, found.findings.conflicts) == (True, ())
    assert steps == ["conflicts"]
    assert found.problem.grid.days == 7


def test_a_contract_that_the_rules_forbid() -> None:
    """Five days of a week with four days off in it: the person, the rules in the way, and the way out."""
    closed = replace(CENTRE, rules=WorkRules(max_consecutive_days=1, weekend_days_max=0))
    told: list[str] = []
    found = check_rules(make_scenario(closed, 1), seconds=20, workers=1, on_progress=lambda step, *_: told.append(step))
    assert found.findings.kept is False
    known = {"contract_days", "contract_hours", "consecutive_days", "weekends"}
    for conflict in found.findings.conflicts:
        assert conflict.minimal
        assert {group.rule for group in conflict.groups} <= known
        assert {group.agent for group in conflict.groups} == {0}
    assert all(group.agent == 0 for way in found.own[0] for group in way.groups)
    assert "conflicts" in told
    rows = check_data(found.problem, found.findings, found.own)["conflicts"]
    assert all(row["ways_out"] and own_ways_words(row, "en") for row in rows)


def test_least_staffing_that_nobody_can_give() -> None:
    """Three agents at least where two can serve: minimum staffing is in the conflict; one fewer is all right."""
    for least, kept in ((3.0, False), (0.0, True)):
        centre = replace(
            CENTRE, queues=(make_queue(min_agents=least),), contracts=(replace(FULL, weekly_minutes_min=0, days_min=0),)
        )
        found = check_rules(make_scenario(centre, 2), most=1, seconds=20, workers=1)
        assert found.findings.kept is kept
    centre = replace(
        CENTRE, queues=(make_queue(min_agents=3.0),), contracts=(replace(FULL, weekly_minutes_min=0, days_min=0),)
    )
    found = check_rules(make_scenario(centre, 2), most=1, seconds=20, workers=1)
    assert {group.rule for group in found.findings.conflicts[0].groups} == {"min_agents"}
    assert found.own == {}
    assert [way.rules for way in found.findings.relaxations] == [("min_agents",)]


def test_leave_is_no_conflict_where_it_lowers_the_contract() -> None:
    """Leave lowers the hours and days asked for; being unavailable does not."""
    scenario = make_scenario(CENTRE, 1)
    week = scenario.next_week_start
    zone = ZoneInfo("Asia/Shanghai")
    start, end = (datetime.combine(week + timedelta(days=d), time(), zone) for d in (0, 4))
    for kind, kept in (("leave", True), ("unavailable", False)):
        away = replace(scenario, time_off=(TimeOff("a0", start, end, kind),))
        assert check_rules(away, seconds=20, workers=1).findings.kept is kept


def test_asking_for_a_share_of_the_need() -> None:
    """With a share the requirement is worked out first; more than everybody can give is a conflict."""
    steps: list[str] = []
    scenario = make_scenario(
        replace(CENTRE, contracts=(replace(FULL, weekly_minutes_min=0, days_min=0),)), [make_agent(0)]
    )
    found = check_rules(scenario, share=1.0, most=1, seconds=20, workers=1, on_step=steps.append)
    assert steps == ["forecast", "requirement", "conflicts"]
    assert found.findings.kept is False
    assert found.problem.required.max() > 1


def test_stopping_tells_what_is_known() -> None:
    """A check that is stopped at once says that it does not know."""
    found = check_rules(make_scenario(CENTRE, 2), seconds=20, workers=1, should_stop=lambda: True)
    assert found.findings.kept is None
