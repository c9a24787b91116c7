"""Who could serve what: people, hours, and the times that hang on one of them."""

from dataclasses import replace
from datetime import date

import pytest

from staffing.domain.people import Contract
from staffing.domain.queue import OpeningHours
from staffing.measures.supply import employed, queue_supply
from tests.builders import MONDAY, make_agent, make_centre, make_email, make_queue, make_scenario

FULL = Contract("any", 1200, 2400, 3, 5, ("day",))


def supply(people: list, **changes: object):
    centre = make_centre(queues=(make_queue(), make_email(skill="mail")), contracts=(FULL,), **changes)
    return {row.queue: row for row in queue_supply(make_scenario(centre, people))}


def test_people_strength_and_hours_of_a_queue() -> None:
    """A skill names a queue or its skill; hours are the contract's, whatever else somebody serves."""
    found = supply([make_agent(0, ("phone:0.8", "mail")), make_agent(1), make_agent(2, ())])
    assert (found["phone"].people, found["phone"].strength) == (2, pytest.approx(1.8))
    assert (found["phone"].hours_min, found["phone"].hours_max) == (40.0, 80.0)
    assert found["phone"].open_h == 70
    assert found["phone"].at_once == pytest.approx(80 / 70)
    assert (found["email"].people, found["email"].only) == (1, ("a0",))
    assert found["phone"].only == ("a0", "a1")


def test_a_queue_hangs_on_one_person() -> None:
    """Nobody or one who can, one whose shift reaches, or hours that do not fill the opening hours once."""
    assert supply([make_agent(0)])["email"].is_fragile
    assert supply([make_agent(0), make_agent(1)])["phone"].is_fragile is False
    early = replace(FULL, id="early", shifts=())
    centre = make_centre(contracts=(FULL, early))
    people = [make_agent(0), make_agent(1, contract="early")]
    (row,) = queue_supply(make_scenario(centre, people))
    assert (row.people, row.thinnest, row.is_fragile) == (2, 1, True)
    short = replace(FULL, weekly_minutes_min=0, weekly_minutes_max=600)
    (row,) = queue_supply(make_scenario(make_centre(contracts=(short,)), 3))
    assert row.at_once < 1
    assert row.is_fragile


def test_a_time_that_no_shift_reaches() -> None:
    """The day shift ends at 18:00 at the latest: a queue open until 20:00 has nobody then, on Monday first."""
    late = OpeningHours((((480, 1200),),) * 7, ())
    centre = make_centre(queues=(make_queue(hours=late),), contracts=(FULL,))
    (row,) = queue_supply(make_scenario(centre, 4))
    assert (row.thinnest, row.thinnest_at) == (0, 18 * 60)
    closed = make_centre(queues=(make_queue(hours=OpeningHours(((),) * 7, ())),), contracts=(FULL,))
    (row,) = queue_supply(make_scenario(closed, 4))
    assert (row.thinnest_at, row.is_fragile, row.at_once) == (None, False, 4.0)


def test_more_people_never_make_less_supply() -> None:
    """Direction: each person added raises or keeps every figure."""
    before = supply([make_agent(0)])["phone"]
    for count in range(2, 6):
        now = supply([make_agent(n) for n in range(count)])["phone"]
        assert (now.people, now.hours_max, now.thinnest) >= (before.people, before.hours_max, before.thinnest)
        before = now


def test_only_those_employed_count() -> None:
    """First and last day of employment belong to it."""
    people = (make_agent(0, start_date=date(2026, 1, 5)), make_agent(1, end_date=date(2026, 1, 4)), make_agent(2))
    assert [agent.id for agent in employed(people, MONDAY)] == ["a0", "a2"]
    assert [agent.id for agent in employed(people, date(2026, 1, 4))] == ["a1", "a2"]
