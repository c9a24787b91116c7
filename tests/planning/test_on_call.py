"""On-call duties in a whole pass: planned, explained, exchanged, stored, and planned again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from staffing.domain.on_call import Away, OnCallDuty
from staffing.domain.people import TimeOff
from staffing.errors import SettingsError
from staffing.plan import Plan, PlanSettings
from staffing.planning import ReplanSettings, make_plan, replan
from staffing.planning.forgetting import erase_person
from staffing.planning.intraday import IntradaySettings, read_situation, steer
from staffing.planning.levers import LeverSettings, find_levers
from staffing.planning.on_call import (
    callable_problem,
    exchanged,
    explain_turn,
    free_for_turns,
    plan_on_call,
    turn_of,
    with_calls,
)
from staffing.planning.publishing import RefusedPlanError, submit_plan, version_plan
from staffing.store import open_store
from staffing.store.access import Actor, Role
from tests.on_call_case import on_call_plan
from tests.planning.intraday_small import BUSY, came, day_plan
from tests.planning.small import MONDAY, phones
from tests.planning.test_levers import FULL, plan_of

SETTINGS = PlanSettings(first_day=MONDAY, time_limit_s=1.0, replications=0, workers=1, reproducible=True, rounds=0)
EVENING = OnCallDuty("evening", 17 * 60, 33 * 60, pay=10.0, response_min=45)
BOSS = Actor("boss", Role.ADMINISTRATOR)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return on_call_plan()


@pytest.fixture(scope="module")
def ordered():
    """Eight people on the phone of whom four have agreed to be on call in the evening."""
    made = phones(8)
    agents = tuple(replace(a, on_call=("evening",) if n < 4 else ()) for n, a in enumerate(made.scenario.agents))
    centre = replace(made.scenario.centre, slot_min=30, on_call=(EVENING,))
    return replace(made, scenario=replace(made.scenario, centre=centre, agents=agents))


@pytest.fixture(scope="module")
def before(ordered):
    """A published plan of two days."""
    return make_plan(ordered.scenario, SETTINGS, forecast=ordered.forecast, requirement=ordered.lowered(0.5))


def test_a_pass_gives_out_the_turns(before) -> None:
    """Every turn has somebody who agreed and is not at work then; the plan is legal and proven."""
    assert before.on_call.open == (0, 0)
    assert {agent for _, agent in before.on_call.pairs} <= {0, 1, 2, 3}
    assert before.is_legal
    assert before.on_call.bound == pytest.approx(before.on_call.cost.total)
    assert "on_call" not in before.seconds  # a reproducible plan tells no times


def test_planning_again_keeps_the_turns_of_the_rest(ordered, before) -> None:
    """Inside the notice window everybody keeps their turn; only the one who is ill is replaced, at a price."""
    turn, ill = before.on_call.pairs[0]
    start = datetime(2026, 1, 5, tzinfo=UTC)
    away = TimeOff(before.problem.agents[ill].id, start, start + timedelta(hours=34), "sick")
    after = replan(
        replace(ordered.scenario, time_off=(away,)),
        before,
        SETTINGS,
        ReplanSettings(demand="published"),
    )
    kept = [pair for pair in before.on_call.pairs if pair in after.on_call.pairs]
    assert kept == [pair for pair in before.on_call.pairs if pair[1] != ill or pair[0] != turn][: len(kept)]
    assert (turn, ill) not in after.on_call.pairs
    assert after.on_call.open == (0, 0)
    assert after.on_call.problem.locked == tuple(pair for pair in before.on_call.pairs if pair[1] != ill)
    assert after.on_call.cost.components["on_call_change"] > 0
    assert after.is_legal
    cheap = replan(ordered.scenario, before, SETTINGS, ReplanSettings(demand="published", price_factor=0.0))
    assert cheap.on_call.problem.rules.change_price == 0


def test_who_could_have_a_turn(plan: Plan) -> None:
    """The holder, who could take it and what that costs, and what keeps others from it."""
    answer = explain_turn(plan, turn_of(plan, "night", date(2026, 1, 6)))
    assert [(row.agent, row.has_turn) for row in answer.candidates] == [(1, True), (0, False)]
    # Four nights instead of three, one less for the other: 4 x 10 against 3 x 10 ... of weekdays only.
    assert answer.candidates[1].change == pytest.approx(10 * 4 - 10 * 2)
    open_turn = explain_turn(plan, 6)
    assert open_turn.open_places == 1
    assert {row.agent for row in open_turn.candidates} == {0, 1}
    assert all(row.change < 0 for row in open_turn.candidates)
    with pytest.raises(SettingsError, match="expected one of night"):
        turn_of(plan, "day", date(2026, 1, 6))
    with pytest.raises(SettingsError, match="on which night is held"):
        turn_of(plan, "night", date(2026, 2, 6))
    with pytest.raises(SettingsError, match="no on-call duties"):
        turn_of(replace(plan, on_call=None), "night", date(2026, 1, 6))


def test_places_exchanged_by_hand_are_judged(plan: Plan) -> None:
    """A swap is priced; a place against the rules is told, and no such plan is stored."""
    assert plan.on_call is not None
    swapped = exchanged(plan, tuple((turn, 1 - agent) for turn, agent in plan.on_call.pairs))
    assert swapped.on_call is not None
    assert swapped.on_call.locked == ()
    assert swapped.on_call.method == "by hand"
    shift = next(shift for shift in plan.roster.shifts()) if plan.roster else None
    assert shift is not None
    early = replace(plan.on_call.problem.turns[0], start=shift.start, end=shift.end)
    problem = replace(plan.on_call.problem, turns=(early, *plan.on_call.problem.turns[1:]))
    wrong = exchanged(replace(plan, on_call=replace(plan.on_call, problem=problem)), plan.on_call.pairs)
    assert "on_call_shift" in [fault.rule for fault in wrong.violations]
    assert not wrong.is_legal
    with pytest.raises(ValueError, match="no on-call duties"):
        exchanged(replace(plan, on_call=None), ())


def test_the_store_keeps_turns_without_people(plan: Plan, tmp_path: Path) -> None:
    """A version carries the turns, refuses illegal ones, and forgets who had them when a person is erased."""
    assert plan.on_call is not None
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    twice = exchanged(plan, (*plan.on_call.pairs, (0, 1)))
    with pytest.raises(RefusedPlanError):
        submit_plan(store, twice, BOSS)
    number = submit_plan(store, plan, BOSS)
    assert [row.agent for row in version_plan(store, number).on_call.named()][:2] == ["a0", "a1"]  # type: ignore[union-attr]
    assert erase_person(store, plan.scenario.centre.name, "a0", BOSS, tmp_path)
    after = version_plan(store, number).on_call
    assert after is not None
    assert after.named()[0].agent.startswith("former-")
    assert after.problem.agents[1] == "a1"
    store.close()


STAND_BY = OnCallDuty("standby", 7 * 60, 19 * 60, weekdays=(0,), pay=15.0, called_factor=1.25, called_min=360)


def called_plan(kind: str) -> Plan:
    """The tiny plan for levers or for a running day, with the last agent on call on Monday from 07:00 to 19:00."""
    plan = plan_of((0, 0, "08:00", FULL)) if kind == "levers" else day_plan(*BUSY[2:], (0, 0, "08:00", FULL))
    last = len(plan.scenario.agents) - 1 if kind == "levers" else 1
    agents = tuple(
        replace(agent, on_call=("standby",)) if n == last else agent for n, agent in enumerate(plan.scenario.agents)
    )
    scenario = replace(plan.scenario, agents=agents, centre=replace(plan.scenario.centre, on_call=(STAND_BY,)))
    problem = replace(plan.problem, agents=agents)
    assert plan.roster is not None
    made = plan_on_call(scenario, problem, plan.roster, SETTINGS)
    assert made is not None
    assert made.pairs == ((0, last),)
    return replace(plan, scenario=scenario, problem=problem, on_call=made)


def test_who_is_on_call_is_the_first_lever() -> None:
    """A call costs the wage and its own pay, no price of a change; the plan tells the call and stays legal."""
    plan = called_plan("levers")
    found = find_levers(plan)
    assert [lever.kind for lever in found.chosen] == ["on_call"]
    (lever,) = found.chosen
    assert lever.change is not None
    start, end = lever.change.rows[0][1], lever.change.rows[-1][2]
    assert start >= plan.problem.grid.at(0, 7 * 60 + STAND_BY.response_min)
    elapsed, wage = (end - start) / 2, plan.problem.costs.wage_per_h
    paid = 4.0 if elapsed == 4 else elapsed - 0.5
    assert lever.price == pytest.approx(wage * paid + wage * (1.25 * max(elapsed, 6.0) - elapsed))
    after = found.after
    assert after.on_call is not None
    assert [(call.turn, call.agent, call.minutes) for call in after.on_call.problem.called] == [(0, 1, 60 * elapsed)]
    assert after.on_call.cost.components["on_call_called"] == pytest.approx(wage * (1.25 * max(elapsed, 6.0) - elapsed))
    assert [fault.rule for fault in after.violations if fault.rule.startswith("on_call")] == []
    again = plan_on_call(after.scenario, after.problem, found.roster, SETTINGS, reference=after)
    assert again is not None
    assert again.pairs == after.on_call.pairs
    assert again.cost.total == pytest.approx(after.on_call.cost.total)
    # Planning again leaves the shift where it is; when it is taken away by hand, nobody was called.
    stands = free_for_turns(after.scenario, after.problem, after, 48)
    assert not stands.blocked[1].any()
    assert [(shift.agent, shift.start, shift.end) for shift in stands.locked.shifts()] == [(1, start, end)]
    assert with_calls(after, found.roster) is after
    longer = replace(found.roster, end=np.where(found.roster.end == end, end + 1, found.roster.end))
    assert [call.minutes for call in with_calls(after, longer).on_call.problem.called] == [60 * elapsed + 30]
    undone = with_calls(after, plan.roster).on_call
    assert (undone.problem.called, undone.cost.components["on_call_called"]) == ((), 0.0)
    barred = find_levers(plan, LeverSettings(kinds=("reserve",)))
    assert [lever.kind for lever in barred.chosen] == []


def test_blocked_time_on_call_is_open_for_calls() -> None:
    """Planning again blocks a published turn; who is called may still work in it, unless away."""
    plan = called_plan("levers")
    assert plan.on_call is not None
    blocked = free_for_turns(plan.scenario, plan.problem, plan, 48)
    assert blocked.blocked[1, 14:38].all()
    works = replace(plan.scenario.centre, on_call=(replace(STAND_BY, counts_as_work=True),))
    rested = free_for_turns(replace(plan.scenario, centre=works), plan.problem, plan, 48).blocked[1]
    assert rested[: 38 + 22].all()
    assert not rested[38 + 22 :].any()
    again = callable_problem(replace(plan, problem=blocked))
    assert not again.blocked[1].any()
    ill = replace(plan.on_call, problem=replace(plan.on_call.problem, away=(Away(1, 0, 48),)))
    assert callable_problem(replace(plan, problem=blocked, on_call=ill)).blocked[1, 14:38].all()


def test_the_running_day_calls_who_is_on_call() -> None:
    """Called now, they are at work after their way to work, though others need two hours of notice."""
    plan = called_plan("day")
    situation = read_situation(plan, came(plan, 18, 2.0), at="09:00")
    answer = steer(situation, IntradaySettings(replications=4))
    called = [one for one in answer.proposals if one.kind == "on_call"]
    assert called
    assert called[0].agent == "a1"
    soonest = situation.now + 1
    assert soonest <= called[0].start < situation.now + 4
    assert called[0].price > 0
