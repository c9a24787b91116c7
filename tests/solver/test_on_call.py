"""On-call places given out: exact against brute force, legal, its cost the audit's, and open where nobody may."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.audit.on_call import audit_on_call
from staffing.audit.price_on_call import on_call_cost
from staffing.domain.on_call import NamedTurn, OnCallDuty, OnCallProblem, OnCallRules
from staffing.domain.people import TimeOff, Wish
from staffing.domain.problem import RosterProblem
from staffing.domain.result import Status, StopReason
from staffing.domain.roster import Roster
from staffing.solver.cpsat.on_call import assign_on_call
from tests.builders import MONDAY, SHANGHAI
from tests.on_call_case import NIGHT, on_call_case, people

DAYTIME = OnCallDuty("day", 8 * 60, 16 * 60, weekdays=(0, 5, 6), pay=15.0)


def hard(problem: RosterProblem, duties: OnCallProblem, roster: Roster, pairs: Any) -> bool:
    return any(fault.severity == "hard" for fault in audit_on_call(problem, duties, roster, pairs))


def cheapest(problem: RosterProblem, duties: OnCallProblem, roster: Roster) -> float | None:
    """Least cost over every way to give each turn to nobody, one or two people; None where none is legal."""
    crew = range(len(duties.agents))
    choices = []
    for turn in duties.turns:
        own: list[tuple[int, ...]] = [(), *((agent,) for agent in crew)]
        if duties.duties[turn.duty].people > 1:
            own += [(a, b) for a in crew for b in crew if a < b]
        choices.append(own)
    best = None
    for chosen in product(*choices):
        pairs = tuple((turn, agent) for turn, own in enumerate(chosen) for agent in own)
        cost = on_call_cost(duties, pairs).total
        if (best is None or cost < best) and not hard(problem, duties, roster, pairs):
            best = cost
    return best


@st.composite
def cases(draw: st.DrawFn) -> tuple[RosterProblem, OnCallProblem, Roster]:
    """Two or three people over three days, with every rule likely to bind somewhere."""
    duties = (replace(NIGHT, counts_as_work=draw(st.booleans()), people=draw(st.sampled_from([1, 1, 2]))),)
    if draw(st.booleans()):
        duties += (replace(DAYTIME, end_min=draw(st.sampled_from([16 * 60, 20 * 60])), weekdays=(1, 2)),)
    crew = list(people(draw(st.integers(1, 3 if len(duties) == 1 else 2)), duties))
    if draw(st.booleans()):
        crew[0] = replace(crew[0], cost_per_h=90.0, on_call=crew[0].on_call[:1])
    rules = OnCallRules(
        max_per_week=draw(st.sampled_from([None, 1, 2])),
        max_per_period=draw(st.sampled_from([None, 2])),
        gap_days=draw(st.integers(0, 2)),
        open_price=draw(st.sampled_from([15.0, 500.0])),
        fairness=draw(st.sampled_from([0.0, 7.35])),
    )
    zone, start = ZoneInfo(SHANGHAI), datetime.combine(MONDAY, datetime.min.time(), ZoneInfo(SHANGHAI))
    scenario: dict[str, Any] = {}
    if draw(st.booleans()):
        begin = start + timedelta(days=draw(st.integers(0, 3)), hours=draw(st.sampled_from([0, 12])))
        scenario["time_off"] = (TimeOff("a0", begin.astimezone(zone), begin + timedelta(hours=24), "leave"),)
    if draw(st.booleans()):
        scenario["wishes"] = (Wish("a0", MONDAY + timedelta(days=draw(st.integers(0, 2))), "off", 1.5),)
    shifts = [
        (agent, day, draw(st.sampled_from(["07:00", "09:00", "12:00"])), "phone 480")
        for agent in range(len(crew))
        for day in draw(st.sets(st.integers(0, 2), max_size=2))
    ]
    published = tuple(
        NamedTurn(
            "night",
            MONDAY + timedelta(days=day),
            crew[draw(st.integers(0, len(crew) - 1))].id,
            called_min=draw(st.sampled_from([0, 90])),
        )
        for day in draw(st.sets(st.integers(0, 2), max_size=2))
    )
    return on_call_case(
        *shifts,
        duties=duties,
        agents=tuple(crew),
        rules=rules,
        days=3,
        published=published,
        published_days=(0, 3) if published else (0, 0),
        frozen_until=draw(st.sampled_from([0, 0, 60])),
        work_rules={"rest_h": draw(st.sampled_from([0.0, 11.0]))},
        scenario_changes=scenario,
        notice_until=draw(st.sampled_from([0, 96])),
    )


@given(cases())
@settings(max_examples=20)
def test_places_are_exact(case: tuple[RosterProblem, OnCallProblem, Roster]) -> None:
    """The found cost is the least there is, equals the audit's and the bound; no hard rule is broken."""
    problem, duties, roster = case
    found = assign_on_call(problem, duties, roster, workers=1)
    least = cheapest(problem, duties, roster)
    if least is None:
        assert (found.status, found.stop_reason) == (Status.INFEASIBLE, StopReason.NO_PLAN)
        assert found.pairs == duties.locked
        return
    assert found.status is Status.OPTIMAL
    assert not hard(problem, duties, roster, found.pairs)
    assert found.cost == on_call_cost(duties, found.pairs)
    assert found.bound == pytest.approx(least, abs=1e-9)
    assert found.cost.total == pytest.approx(least, abs=1e-9)
    assert found.gap == pytest.approx(0.0, abs=1e-12)


def test_two_weeks_keep_the_weekly_rest_and_are_the_same_again() -> None:
    """Time on call that is working time leaves each whole week its long rest; one seed gives one plan."""
    case = on_call_case(
        *((agent, day, "08:00", "phone 480") for agent in range(4) for day in (agent, agent + 7)),
        duties=(replace(NIGHT, counts_as_work=True), DAYTIME),
        agents=4,
        days=14,
        work_rules={"weekly_rest_h": 90.0},
        scenario_changes={"wishes": (Wish("a1", MONDAY, "off", 3.0),)},
    )
    first, again = (assign_on_call(*case, seed=3, reproducible=True) for _ in range(2))
    assert not hard(*case, first.pairs)
    assert first.pairs == again.pairs
    assert first.bound is not None
    assert first.bound <= first.cost.total
    looser = case[0], replace(case[1], weekly_rest_h=24.0), case[2]
    assert assign_on_call(*looser, workers=1).cost.total < first.cost.total


def test_shares_are_even_by_kind_of_day() -> None:
    """Four people over four weeks: nights of weekdays and of weekends differ by one at most."""
    problem, duties, roster = on_call_case(agents=4, days=28)
    found = assign_on_call(problem, duties, roster, workers=1)
    for kind in (0, 1):
        counts = [sum(duties.turns[t].kind == kind for t, a in found.pairs if a == agent) for agent in range(4)]
        assert max(counts) - min(counts) <= 1
    assert sum(found.open) == 0


def test_a_turn_that_nobody_may_take_stays_open() -> None:
    """Everybody is at work until midnight: the plan says so and costs the open place."""
    late = [(agent, 2, "16:00", "phone 480") for agent in range(2)]
    problem, duties, roster = on_call_case(*late)
    found = assign_on_call(problem, duties, roster, workers=1)
    assert [day for day, places in enumerate(found.open) if places] == [2]
    assert found.cost.components["on_call_open"] == 1000
    assert [fault.rule for fault in audit_on_call(problem, duties, roster, found.pairs)] == ["on_call_open"]


def test_a_published_plan_stays_where_nothing_is_better() -> None:
    """Changes have a price: the published places stay; with one person ill only theirs go to somebody else."""
    problem, duties, roster = on_call_case(agents=3, rules=OnCallRules(max_per_week=4))
    first = assign_on_call(problem, duties, roster, workers=1)
    case: dict[str, Any] = {
        "agents": 3,
        "rules": OnCallRules(max_per_week=4),
        "published": first.named(),
        "published_days": (0, 7),
    }
    again = assign_on_call(*on_call_case(**case), workers=1)
    assert again.pairs == first.pairs
    assert again.cost.components["on_call_change"] == 0
    ill = TimeOff(
        "a0", datetime(2026, 1, 5, tzinfo=ZoneInfo(SHANGHAI)), datetime(2026, 1, 7, tzinfo=ZoneInfo(SHANGHAI)), "sick"
    )
    after = assign_on_call(*on_call_case(**case, scenario_changes={"time_off": (ill,)}), workers=1)
    lost = [pair for pair in first.pairs if pair not in after.pairs]
    assert {agent for _, agent in lost} == {0}
    assert all(turn <= 1 for turn, _ in lost)


def test_places_locked_by_hand_stand() -> None:
    """A dearer choice stays where somebody locked it."""
    crew = (replace(people(1)[0], cost_per_h=500.0), people(2)[1])
    case = on_call_case(agents=crew, days=1)
    assert assign_on_call(*case, workers=1).pairs == ((0, 1),)
    held = assign_on_call(*case, workers=1, locked=((0, 0),))
    assert held.pairs == held.locked == ((0, 0),)
    assert held.named() == (NamedTurn("night", date(2026, 1, 5), "a0", locked=True),)


def test_a_call_excuses_from_nothing_but_the_shift_in_its_turn() -> None:
    """Who takes back their consent after a call gets no turn; rest is asked for between turns without a call only."""
    called = NamedTurn("night", MONDAY, "a0", called_min=120)
    crew = (replace(people(1)[0], on_call=()), people(2)[1])
    problem, duties, roster = on_call_case(agents=crew, published=(called,), published_days=(0, 7))
    found = assign_on_call(problem, duties, roster, workers=1)
    assert not hard(problem, duties, roster, found.pairs)
    assert found.open == (0,) * 7
    evening, late = (
        OnCallDuty(name, at * 60, at * 60 + 60, counts_as_work=True) for name, at in (("e", 18), ("l", 22))
    )
    standing = (replace(called, duty="e"), replace(called, duty="l", called_min=0, locked=True))
    case = on_call_case(duties=(evening, late), days=2, published=standing, published_days=(0, 2))
    found = assign_on_call(*case, workers=1)
    assert found.status is Status.OPTIMAL
    assert {(0, 0), (1, 0)} <= set(found.pairs)
