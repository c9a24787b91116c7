"""Levers: what each is called and costs, and that the mix is the cheapest there is."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from staffing.audit import audit_roster, roster_cost
from staffing.domain.assemble import roster_problem
from staffing.domain.people import Activity, Contract
from staffing.domain.roster import activity_code
from staffing.errors import SettingsError
from staffing.measures import short_hours
from staffing.plan import Plan
from staffing.planning.levers import KINDS, LeverSettings, find_levers, lever_data
from staffing.planning.levers.choose import cheapest_mix
from staffing.planning.levers.find import levers_for, time_off
from staffing.planning.levers.ground import survey
from tests.builders import (
    ANY_HOURS,
    DAY_SHIFT,
    MONDAY,
    ShiftRow,
    make_agent,
    make_centre,
    make_grid,
    make_queue,
    make_requirement,
    make_roster,
    make_scenario,
    make_table,
)
from tests.plans import make_plan_value, without_roster

HOUR = 2
FULL = "phone 240 meal 30 phone 210"


def plan_of(*shifts: ShiftRow, required: Any = 1.0, days: int = 1, **changes: Any) -> Plan:
    """A plan of the tiny centre, needed on Monday only; `changes` go to the scenario, `centre` to the centre."""
    centre = make_centre(currency="CNY", **changes.pop("centre", {}))
    agents = changes.pop("agents", 2)
    scenario = make_scenario(centre, agents, **changes)
    table = make_table()
    need = np.zeros((len(centre.queues), 7 * 48))
    need[:, : 48 * days] = np.broadcast_to(np.asarray(required, dtype=float), (len(centre.queues), 1))
    requirement = make_requirement(scenario, table, agents=need)
    problem = roster_problem(scenario, requirement, table)
    roster = make_roster(problem, *shifts)
    base = make_plan_value()
    cost = roster_cost(problem, roster)
    result = replace(base.result, roster=roster, cost=cost, objective=cost.total, bound=None)
    return replace(
        base, scenario=scenario, table=table, requirement=requirement, problem=problem, result=result, cost=cost,
        violations=audit_roster(problem, roster), verdict=None,
    )  # fmt: skip


def kinds(found: Any) -> list[str]:
    return [lever.kind for lever in found.chosen]


def test_a_plan_without_a_roster_is_refused() -> None:
    """There is nothing to pull on."""
    with pytest.raises(SettingsError, match="no roster"):
        find_levers(without_roster(make_plan_value()))


@pytest.mark.parametrize("bad", [{"kinds": ("magic",)}, {"gaps": 0}, {"rounds": 0}])
def test_settings_without_sense_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        LeverSettings(**bad)


def test_a_plan_without_gaps_needs_nothing() -> None:
    """Nobody is missing, nothing is offered, nothing is chosen."""
    plan = plan_of((0, 0, "08:00", FULL), (1, 0, "10:00", FULL), required=0.5)
    found = find_levers(plan)
    assert (found.offers, found.chosen, found.price) == ((), (), 0.0)
    assert found.after.roster is plan.roster


def test_a_stop_gives_the_mix_of_what_was_found() -> None:
    """Stopped at once nothing is found; stopped after the first lever that one is the mix, and nothing is proven."""
    plan = plan_of((0, 0, "08:00", FULL))
    nothing = find_levers(plan, should_stop=lambda: True)
    assert (nothing.chosen, nothing.offers) == ((), ())
    assert nothing.short_after_h == pytest.approx(nothing.short_before_h)
    asked: list[int] = []

    def after_one() -> bool:
        asked.append(1)
        return len(asked) > 1

    one = find_levers(plan, should_stop=after_one)
    assert len(one.offers) == 1 < len(find_levers(plan).offers)
    assert not one.proven


def test_a_day_off_becomes_a_shift_with_its_price() -> None:
    """The one who is off works: the wage, and the price of a shift added within the notice window."""
    plan = plan_of((0, 0, "08:00", FULL))
    found = find_levers(plan)
    assert kinds(found) == ["reserve"]
    (lever,) = found.chosen
    costs = plan.problem.costs
    paid_h = 4.0 if lever.change is not None and lever.change.rows[-1][2] - lever.change.rows[0][1] == 8 else 7.5
    assert lever.agent == "a1"
    assert lever.price == pytest.approx(paid_h * costs.wage_per_h + costs.change_added * costs.change_notice_factor)
    assert found.short_before_h == pytest.approx(short_hours(plan).short_h)
    assert found.short_after_h == pytest.approx(short_hours(found.after).short_h)
    assert found.short_after_h < found.short_before_h
    assert found.after.is_legal
    assert found.price == pytest.approx(lever.price)


def test_what_is_not_worth_its_price_is_left() -> None:
    """An hour worth next to nothing buys no shift; a budget of nothing neither."""
    plan = plan_of((0, 0, "08:00", FULL))
    assert find_levers(plan, LeverSettings(per_h=1.0)).chosen == ()
    assert find_levers(plan, LeverSettings(budget=10.0)).chosen == ()
    barred = tuple(kind for kind in KINDS if kind != "reserve")
    assert "reserve" not in kinds(find_levers(plan, LeverSettings(kinds=barred)))


def test_somebody_without_a_queue_or_with_another_one_is_lent_first() -> None:
    """A cross-trained person with nothing to do on chat costs less than a shift."""
    queues = (make_queue(), make_queue("chat"))
    agents = (make_agent(0), make_agent(1, ("phone", "chat")))
    fixed = replace(DAY_SHIFT, start_latest_min=480, lengths_min=(480,))
    need = np.array([[2.0], [0.0]])
    text = "phone 240 meal 30 {0} 210"
    lent = plan_of((0, 0, "08:00", FULL), (1, 0, "08:00", text.format("chat")),
                   required=need, agents=agents, centre={"queues": queues, "shifts": (fixed,)})  # fmt: skip
    found = find_levers(lent)
    assert "lend" in kinds(found)
    idle = plan_of((0, 0, "08:00", FULL), (1, 0, "08:00", text.format("work")),
                   required=need, agents=agents, centre={"queues": queues, "shifts": (fixed,)})  # fmt: skip
    assert "seat" in kinds(find_levers(idle))


def test_hours_beyond_the_contract_are_overtime() -> None:
    """Twenty hours a week and five beyond: the second shift of a week pays the overtime factor."""
    contract = Contract("any", 0, 240, 0, 6, ("day",), overtime_minutes_max=600)
    plan = plan_of((0, 0, "08:00", "phone 240"), required=1.0, days=2, agents=1, centre={"contracts": (contract,)})
    found = find_levers(plan)
    assert {lever.kind for lever in found.chosen} == {"overtime"}
    costs = plan.problem.costs
    lever = next(one for one in found.offers if one.kind == "overtime")
    assert lever.price >= 4 * costs.wage_per_h * costs.overtime_factor


def test_people_from_outside_cost_their_least_hours_and_are_limited() -> None:
    """Two may come, three are missing: two come, for at least the hours that are paid."""
    plan = plan_of((0, 0, "08:00", FULL), required=4.0, agents=1)
    settings = LeverSettings(temporary_people=2, temporary_per_h=50.0, temporary_min_h=4.0, kinds=("temporary",))
    found = find_levers(plan, settings)
    assert kinds(found) == ["temporary", "temporary"]
    slots = {(lever.start, lever.end) for lever in found.chosen}
    ((start, end),) = slots
    assert found.price == pytest.approx(2 * 50.0 * (end - start) / HOUR)
    assert found.after.roster is not None
    assert found.after.roster.agents == ("a0",)
    assert found.short_after_h == pytest.approx(found.short_before_h - 2 * (end - start) / HOUR)
    assert find_levers(plan, replace(settings, temporary_people=0)).chosen == ()


def test_training_moves_where_nobody_is_missing() -> None:
    """An hour of training in the gap goes to an hour in which a second agent is there anyway."""
    queues = (make_queue(),)
    grid = make_grid()
    activity = Activity("t", "training", ("a0",), 60, grid.local(16), grid.local(36))
    need = np.zeros((1, 7 * 48))
    need[0, 16:24] = 1.0
    plan = plan_of(
        (0, 0, "08:00", "phone 120 training 60 phone 60 meal 30 phone 210"), agents=1,
        centre={"queues": queues, "shifts": (replace(DAY_SHIFT, lengths_min=(480,)),)}, activities=(activity,),
    )  # fmt: skip
    requirement = make_requirement(plan.scenario, plan.table, agents=need)
    problem = roster_problem(plan.scenario, requirement, plan.table)
    plan = replace(plan, requirement=requirement, problem=problem)
    assert plan.roster is not None
    assert activity_code("training") in plan.roster.activity
    found = find_levers(plan)
    assert kinds(found) == ["training"]
    assert found.short_before_h == pytest.approx(1.0)
    assert found.short_after_h == pytest.approx(0.0)
    assert found.after.is_legal


def test_time_off_is_offered_only_beyond_the_contract() -> None:
    """Three where one is needed: whoever is above the minimum may go; with full minima nobody is asked."""
    shifts = [(agent, 0, "08:00", FULL) for agent in range(3)]
    free = plan_of(*shifts, agents=3)
    found = list(time_off(survey(free), frozenset()))
    assert found
    assert all(lever.price < 0 for lever in found)
    bound = replace(ANY_HOURS, weekly_minutes_min=450, days_min=1)
    kept = plan_of(*shifts, agents=3, centre={"contracts": (bound,)})
    assert list(time_off(survey(kept), frozenset())) == []
    mixed = plan_of(*shifts, agents=3, required=1.0)
    chosen = find_levers(mixed, LeverSettings(kinds=KINDS))
    assert chosen.short_after_h <= chosen.short_before_h + 1e-9


def test_the_mix_is_the_cheapest_of_all_subsets() -> None:
    """Every choice of levers, each person once, is tried: none is cheaper with its missing hours priced."""
    agents = tuple(make_agent(n, (f"phone:{speed}",), cost_per_h=wage) for n, (speed, wage) in
                   enumerate(((1.0, 40.0), (1.0, 60.0), (0.5, 20.0), (1.0, 45.0))))  # fmt: skip
    plan = plan_of((0, 0, "08:00", "phone 240"), required=2.0, agents=agents)
    ground = survey(plan)
    levers = list(levers_for(plan, ground, LeverSettings(), frozenset(), set()))[:9]
    assert len({lever.agent for lever in levers}) >= 3
    for per_h in (30.0, 90.0, 800.0):
        mix = cheapest_mix(ground, levers, per_h=per_h)

        def total(used: Any, per_h: float = per_h) -> float:
            more = sum((n * lever.more for n, lever in zip(used, levers, strict=True)), np.zeros_like(ground.missing))
            missing = float(np.maximum(0.0, ground.missing - more).sum()) / HOUR
            return sum(n * lever.price for n, lever in zip(used, levers, strict=True)) + per_h * missing

        best = min(
            total(used)
            for used in product((0, 1), repeat=len(levers))
            if max(sum(n for n, lever in zip(used, levers, strict=True) if lever.agent == agent.id) for agent in agents)
            <= 1
        )
        assert mix.proven
        assert total(mix.used.tolist()) == pytest.approx(best, abs=1e-4)


def test_nobody_is_changed_twice_and_the_rows_say_who() -> None:
    """Rows name person, day, hours before and after; kinds are ranked by the price of an hour."""
    plan = plan_of((0, 0, "08:00", "phone 240"), required=2.0, agents=4, days=2)
    found = find_levers(plan)
    data = lever_data(found)
    agents = [row["agent"] for row in data["chosen"]]
    assert len(agents) == len(set(agents))
    assert all(row["date"].startswith(str(MONDAY)[:8]) for row in data["chosen"])
    assert all(row["after"] for row in data["chosen"])
    per_h = [row["per_h"] for row in data["kinds"] if row["per_h"] is not None]
    assert per_h == sorted(per_h)
    assert data["legal"]
    assert data["short_after_h"] == pytest.approx(short_hours(found.after).short_h, abs=1e-3)
