"""Requests for leave: what they do to their days."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from staffing.domain.leave import LeaveRequest, LeaveState
from staffing.domain.people import TimeOff
from staffing.planning.leave import leave_chances, leave_days, without_days
from tests.builders import MONDAY, SHANGHAI, make_agent, make_centre, make_email, make_queue, make_scenario
from tests.plans import make_plan_value, without_roster

TUESDAY = MONDAY + timedelta(days=1)


def request(agent: str = "a0", first: date = MONDAY, last: date | None = None, **changes) -> LeaveRequest:
    return LeaveRequest("r1", agent, first, last or first, **changes)


def test_hours_short_are_those_the_person_covered() -> None:
    """On Monday somebody else is left on the phone part of the day; on Tuesday nobody."""
    plan = make_plan_value()
    (monday,) = leave_days(plan.scenario, plan, request())
    (tuesday,) = leave_days(plan.scenario, plan, request(first=TUESDAY))
    assert (monday.date, monday.works, monday.at_work) == (MONDAY, True, 2)
    assert (tuesday.works, tuesday.at_work) == (True, 1)
    assert tuesday.short_before_h == pytest.approx(10.0 - 4.0)
    assert tuesday.short_after_h == pytest.approx(10.0)
    assert tuesday.more_short_h == pytest.approx(4.0)
    # Ann alone is on the phone from 08:00 to 10:00; the other one covers the rest of her four hours.
    assert monday.more_short_h >= 2.0


def test_a_day_off_costs_nothing() -> None:
    plan = make_plan_value()
    (day,) = leave_days(plan.scenario, plan, request("a1", TUESDAY))
    assert (day.works, day.more_short_h) == (False, 0.0)


def test_days_outside_the_plan_have_people_only() -> None:
    plan = make_plan_value()
    (later,) = leave_days(plan.scenario, plan, request(first=date(2026, 3, 2)))
    assert (later.employed, later.available, later.short_after_h, later.works) == (2, 1, None, None)
    assert leave_days(plan.scenario, None, request())[0].short_before_h is None
    assert leave_days(plan.scenario, without_roster(plan), request())[0].short_before_h is None


def test_who_counts_as_there() -> None:
    """People with a common queue; the absent, those who come later and those who ask too are told apart."""
    zone = ZoneInfo(SHANGHAI)
    people = (
        make_agent(0, ("phone", "email")),
        make_agent(1),
        make_agent(2, ("email",)),
        make_agent(3, ("chat",)),
        make_agent(4, start_date=TUESDAY),
        make_agent(5),
    )
    noon = datetime(2026, 1, 5, 12, tzinfo=zone)
    off = (
        TimeOff("a1", noon, noon + timedelta(hours=1), "sick"),
        TimeOff("a5", noon, noon + timedelta(hours=1), "training"),
        TimeOff("a2", noon - timedelta(days=1, hours=12), noon - timedelta(hours=12), "leave"),
    )
    centre = make_centre(queues=(make_queue(), make_queue("chat"), make_email()))
    scenario = make_scenario(centre, people, time_off=off)
    others = [
        LeaveRequest("r2", "a2", MONDAY, TUESDAY),
        LeaveRequest("r3", "a5", MONDAY, MONDAY, state=LeaveState.REFUSED),
        LeaveRequest("r4", "a3", MONDAY, MONDAY),
    ]
    monday, tuesday = leave_days(scenario, None, request(last=TUESDAY), others)
    assert (monday.employed, monday.away, monday.asked, monday.available) == (4, 1, 1, 2)
    assert (tuesday.employed, tuesday.away, tuesday.asked) == (5, 0, 1)


def test_an_unknown_person_is_refused() -> None:
    with pytest.raises(KeyError, match="nobody"):
        leave_days(make_scenario(), None, request("nobody"))


def test_only_the_days_asked_for_go() -> None:
    plan = make_plan_value()
    left = without_days(plan.roster, "a0", [MONDAY])
    assert {(shift.agent, shift.day) for shift in left.shifts()} == {(1, 0), (0, 1)}
    assert without_days(plan.roster, "nobody", [MONDAY]) is plan.roster


def test_chances_never_rise_when_somebody_stays_away() -> None:
    """The same simulated days with one person less; days outside the plan have none."""
    plan = make_plan_value()
    found = leave_chances(plan, request(last=TUESDAY), replications=10)
    assert set(found) == {MONDAY, TUESDAY}
    for before, after in found.values():
        assert after <= before
    assert leave_chances(plan, request(first=date(2026, 3, 2)), replications=2) == {}
    assert leave_chances(without_roster(plan), request()) == {}


def test_a_request_ends_after_it_begins() -> None:
    with pytest.raises(ValueError, match="expected"):
        request(first=TUESDAY, last=MONDAY)
    decided = request().decided_as(LeaveState.APPROVED, TUESDAY)
    assert (decided.is_open, decided.decided) == (False, TUESDAY)
    assert replace(decided, state=LeaveState.ASKED).is_open
