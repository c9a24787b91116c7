import pickle
from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from staffing.audit import roster_cost
from staffing.domain.people import Role
from staffing.domain.problem import AgentWish, OpenActivity, RosterProblem
from staffing.domain.requirement import Workload
from staffing.domain.result import RosterCost
from staffing.domain.rules import Costs
from tests.audit.judging import FULL, HALF, round_the_clock
from tests.builders import (
    DAY_SHIFT,
    MONDAY,
    make_agent,
    make_centre,
    make_email,
    make_problem,
    make_queue,
    make_roster,
    make_scenario,
    make_table,
)

COMPONENTS = [
    "short",
    "over",
    "idle",
    "overdue",
    "undone",
    "wage",
    "overtime",
    "wish",
    "fairness",
    "span",
    "switch",
    "activity",
    "change",
]
# Prices without common factors, so that a wrong one shows.
COSTS = Costs(
    wage_per_h=41,
    short_per_h=310,
    short_severe_per_h=830,
    severe_share=0.25,
    over_per_h=11,
    overdue_per_h=83,
    span_per_h=409,
    wish_per_weight=19,
    switch_per_change=3,
    overtime_factor=1.5,
)
Row = tuple[int, int, str, str]


def day_problem(required: float = 0.0, agents: Any = 2, days: int = 1, **changes: Any) -> RosterProblem:
    """One day (or more) of the tiny centre at the prices above."""
    scenario = make_scenario(make_centre(costs=COSTS), agents=agents)
    return make_problem(scenario, required=required, days=days, **changes)


def cost_of(problem: RosterProblem, *rows: Row) -> RosterCost:
    """The cost, its terms summed by component on the way."""
    cost = roster_cost(problem, make_roster(problem, *rows))
    sums: dict[str, float] = defaultdict(float)
    for term in cost.terms:
        assert term.value != 0
        sums[term.component] += term.value
    assert list(cost.components) == COMPONENTS
    assert cost.components == pytest.approx({name: sums[name] for name in COMPONENTS})
    return cost


def origins(cost: RosterCost, component: str) -> list[tuple[float, int | None, int | None, int | None, str]]:
    """(value, agent, day, queue, detail) of each term of a component."""
    terms = [term for term in cost.terms if term.component == component]
    return [(pytest.approx(term.value), term.agent, term.day, term.queue, term.detail) for term in terms]


def test_missing_agents_cost_more_when_many_are_missing() -> None:
    """Of 8 required a quarter may be missing at the low price, of 2 always one; the rest is severe.

    Ten open hours each day. First day: 8 missing, 2 low and 6 severe. Second: 2 missing, 1 low and 1 severe.
    """
    problem = day_problem(required=np.repeat([[8.0, 2.0]], 48, axis=1), days=2)
    cost = cost_of(problem)
    assert origins(cost, "short") == [
        (10 * (2 * 310 + 6 * 830), None, 0, 0, ""),
        (10 * (310 + 830), None, 1, 0, ""),
    ]
    assert cost.total == pytest.approx(10 * (2 * 310 + 6 * 830) + 10 * (310 + 830))


def test_missing_agents_at_the_lower_price_may_be_stated() -> None:
    """Three of 8 at the low price where the problem says so, whatever the share; none of the 2 of the second day."""
    required = np.repeat([[8.0, 2.0]], 48, axis=1)
    problem = day_problem(required=required, days=2)
    problem = replace(problem, severe_from=np.where(np.asarray(problem.required) > 4, 3.0, 0.0))
    cost = cost_of(problem)
    assert cost.components["short"] == pytest.approx(10 * (3 * 310 + 5 * 830) + 10 * 2 * 830)


def test_a_missing_agent_costs_what_its_slot_weighs() -> None:
    """Half the price on the first day, twice on the second; nothing else changes with it."""
    required = np.repeat([[8.0, 2.0]], 48, axis=1)
    problem = day_problem(required=required, days=2)
    problem = replace(problem, short_weight=np.where(np.asarray(problem.required) > 4, 0.5, 2.0))
    cost = cost_of(problem)
    assert origins(cost, "short") == [
        (10 * 0.5 * (2 * 310 + 6 * 830), None, 0, 0, ""),
        (10 * 2.0 * (310 + 830), None, 1, 0, ""),
    ]


def test_proficiency_counts_in_coverage() -> None:
    """Of two required, agents with 0.8 and 0.5 leave 0.7 missing while they work."""
    problem = day_problem(2.0, agents=(make_agent(0, ["phone:0.8"]), make_agent(1, ["phone:0.5"])))
    cost = cost_of(problem, (0, 0, "08:00", HALF), (1, 0, "08:00", HALF))
    assert cost.components["short"] == pytest.approx(4 * 0.7 * 310 + 6 * (310 + 830))
    assert cost.components["over"] == 0


def test_too_many_agents_cost_too() -> None:
    """Two agents where half an agent is required are 1.5 over for four hours; closed hours cost nothing."""
    problem = day_problem(0.5)
    cost = cost_of(problem, (0, 0, "08:00", HALF), (1, 0, "08:00", HALF))
    assert origins(cost, "over") == [(4 * 1.5 * 11, None, 0, 0, "")]
    assert cost.components["short"] == pytest.approx(6 * 0.5 * 310)
    closed = replace(problem, is_open=problem.is_open & False)
    assert cost_of(closed, (0, 0, "08:00", HALF)).components["over"] == 0


def email_problem() -> RosterProblem:
    """Phone and e-mail on two days; 3 h arrive at 08:00 of the first, due in the slot of 12:00; 2 h due at the end."""
    centre = make_centre(costs=COSTS, queues=(make_queue(), make_email()))
    earliest, latest = np.zeros(96), np.zeros(96)
    earliest[16:], latest[24:] = 3, 3
    earliest[90:], latest[95] = 5, 5
    agents = (make_agent(0, ["phone", "email"]), make_agent(1, ["email:0.5"]), make_agent(2, ()))
    work = Workload("email", earliest, latest)
    return make_problem(make_scenario(centre, agents=agents), required=0.0, days=2, workload=(work,))


def test_deferred_work_is_overdue_while_open_and_undone_at_the_end() -> None:
    """Nobody works: 3 h overdue for six open hours and the next day's ten; at the end all 5 h are undone."""
    cost = cost_of(email_problem())
    assert origins(cost, "overdue") == [
        (pytest.approx(0.5 * 83 * 3 * 12), None, 0, 1, ""),
        (pytest.approx(0.5 * 83 * 3 * 20), None, 1, 1, ""),
    ]
    assert origins(cost, "undone") == [(5 * 830, None, None, 1, "")]


def test_who_finds_no_work_is_idle() -> None:
    """Four hours on three hours of e-mail leave one idle; so is work without a queue, but not of the unskilled."""
    problem = email_problem()
    rows = [(0, 0, "08:00", "email 240"), (1, 1, "08:00", "work 120 email 120"), (2, 0, "08:00", "work 240")]
    cost = cost_of(problem, *rows)
    assert sorted(origins(cost, "idle"), key=str) == sorted(
        [(1 * 11, None, 0, 1, ""), (2 * 0.5 * 11, None, 1, 1, ""), (2 * 11, 1, 1, None, "")], key=str
    )
    assert cost.components["overdue"] == 0
    assert origins(cost, "undone") == [(2 * 830, None, None, 1, "")]


def test_wages_are_paid_hours_at_the_own_rate() -> None:
    """Unpaid meals are not paid, training is; the agent's own rate goes before the centre's."""
    problem = day_problem(agents=(make_agent(0), make_agent(1, cost_per_h=100.0), make_agent(2)), days=7)
    rows = [(0, 0, "08:00", FULL), (0, 1, "08:00", HALF), (1, 0, "08:00", "phone 60 training 180")]
    cost = cost_of(problem, *rows)
    assert origins(cost, "wage") == [(11.5 * 41, 0, None, None, ""), (4 * 100, 1, None, None, "")]
    assert cost.fixed == 0


def test_overtime_costs_the_premium_beyond_the_weekly_maximum() -> None:
    """15 paid hours with a maximum of 12 cost half a wage for 3 hours, in the week in which they are worked."""
    problem = day_problem(days=14)
    contract = replace(problem.contracts[0], weekly_minutes_max=720, overtime_minutes_max=600)
    problem = replace(problem, contracts=(contract,))
    rows = [(1, 0, "08:00", FULL), (1, 7, "08:00", FULL), (1, 8, "08:00", FULL)]
    cost = cost_of(problem, *rows)
    assert origins(cost, "overtime") == [(3 * 41 * 0.5, 1, 7, None, "")]
    assert cost.components["wage"] == pytest.approx(22.5 * 41)


def test_the_fixed_part_is_the_minimum_as_far_as_it_is_worked() -> None:
    """Of a minimum of 10 hours an agent who works 7.5 makes 7.5 fixed, one who works 15 makes 10, one on leave 5."""
    problem = day_problem(agents=3, days=7)
    contract = replace(problem.contracts[0], weekly_minutes_min=600, days_min=2)
    problem = replace(problem, contracts=(contract,), leave_days=[[0], [0], [1]])
    rows = [(0, 0, "08:00", FULL), (1, 0, "08:00", FULL), (1, 1, "08:00", FULL), (2, 0, "08:00", FULL)]
    cost = cost_of(problem, *rows)
    assert cost.fixed == pytest.approx((7.5 + 10 + 5) * 41)
    assert cost.flexible == pytest.approx(cost.total - cost.fixed)


@pytest.mark.parametrize(
    ("kind", "minute", "shift", "unmet_at_nine", "unmet_when_off"),
    [
        ("off", None, "", True, False),
        ("work", None, "", False, True),
        ("start>=", 540, "", False, False),
        ("start>=", 570, "", True, False),
        ("start<=", 540, "", False, False),
        ("start<=", 510, "", True, False),
        ("shift", None, "day", False, False),
        ("shift", None, "late", True, False),
        ("shift", None, "gone", True, False),
    ],
)
def test_wishes(kind: str, minute: int | None, shift: str, unmet_at_nine: bool, unmet_when_off: bool) -> None:
    """Each kind of wish is met or not by a shift at 09:00, and by a day off."""
    problem = day_problem(days=7)
    late = replace(DAY_SHIFT, id="late", start_earliest_min=600)
    wish = AgentWish(1, 3, kind, 2.5, minute, shift)
    problem = replace(problem, shifts=(*problem.shifts, late), wishes=(wish,))
    price = (2.5 * 19, 1, 3, None, kind)
    other = [(0, 3, "08:00", HALF), (1, 2, "08:00", HALF)]
    assert origins(cost_of(problem, (1, 3, "09:00", HALF), *other), "wish") == [price] * unmet_at_nine
    assert origins(cost_of(problem, *other), "wish") == [price] * unmet_when_off


def test_missing_supervisors_are_priced_by_the_hour() -> None:
    """Three led by none need two supervisors for spans of two; the one of them at a meal is missing too."""
    centre = make_centre(costs=COSTS, roles=(Role("head", ("representative",), 2),))
    agents = (*(make_agent(i) for i in range(3)), make_agent(3, (), role="head"))
    problem = make_problem(make_scenario(centre, agents=agents), required=0.0, days=2)
    rows = [(i, 1, "08:00", HALF) for i in range(3)]
    assert origins(cost_of(problem, *rows), "span") == [(4 * 2 * 409, None, 1, None, "head")]
    rows.append((3, 1, "08:00", "work 180 meal 30 work 270"))
    assert origins(cost_of(problem, *rows), "span") == [((4 + 0.5) * 409, None, 1, None, "head")]


def test_changes_of_queue_without_a_break_cost() -> None:
    """Phone to chat, to none and back are three changes; over the meal, or to the same queue, there is none."""
    centre = make_centre(costs=COSTS, queues=(make_queue(), make_queue("chat")))
    problem = make_problem(make_scenario(centre, agents=(make_agent(0), make_agent(1, ["phone", "chat"]))), days=2)
    rows = [
        (1, 0, "08:00", "phone 60 chat 60 work 60 phone 30 phone 30 meal 30 chat 210"),
        (0, 0, "08:00", FULL),
        (1, 1, "08:00", "phone 60 training 60 chat 120"),
    ]
    assert origins(cost_of(problem, *rows), "switch") == [(3 * 3, 1, 0, None, "")]


def test_activities_that_are_not_placed_cost_their_hours() -> None:
    """A course of 90 minutes for two agents, one of whom gets it, costs the other's hours."""
    course = OpenActivity("course", "training", (0, 1), 3, 16, 36, together=False, capacity=None)
    problem = replace(day_problem(), activities=(course,))
    cost = cost_of(problem, (0, 0, "08:00", "training 90 phone 150"))
    assert origins(cost, "activity") == [(1.5 * 830, 1, None, None, "course")]
    assert cost_of(problem).components["activity"] == pytest.approx(2 * 1.5 * 830)


def test_only_slots_of_the_horizon_count() -> None:
    """A night shift of the last day is over and idle for two hours only, but all of it is paid."""
    problem = replace(round_the_clock(required=0.0), costs=COSTS)
    cost = cost_of(problem, (0, 6, "22:00", FULL))
    assert origins(cost, "over") == [(2 * 11, None, 6, 0, "")]
    assert origins(cost, "wage") == [(7.5 * 41, 0, None, None, "")]
    cost = cost_of(problem, (0, 6, "22:00", "work 240 meal 30 phone 210"))
    assert origins(cost, "idle") == [(2 * 11, 0, 6, None, "")]
    assert cost.components["switch"] == 0
    cost = cost_of(problem, (0, 6, "22:00", "phone 120 work 120 meal 30 work 210"))
    assert cost.components["switch"] == 0


@pytest.mark.parametrize(("first_day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (MONDAY, 24)])
def test_a_day_costs_its_elapsed_hours(first_day: date, hours: int) -> None:
    """One agent missing all day is missing 23, 24 or 25 hours."""
    problem = round_the_clock(timezone="America/New_York", first_day=first_day, days=1, table=make_table(first_day))
    cost = cost_of(replace(problem, costs=COSTS))
    assert origins(cost, "short") == [(hours * 310, None, 0, 0, "")]


def test_no_demand_and_nobody_cost_nothing() -> None:
    """With zero contacts and no shifts all components are there, and 0."""
    cost = cost_of(day_problem(0.0))
    assert cost.components == dict.fromkeys(COMPONENTS, 0.0)
    assert cost.terms == ()


def test_a_cost_can_be_sent_to_another_process() -> None:
    """Pickling keeps it equal."""
    cost = cost_of(day_problem(1.0), (0, 0, "08:00", FULL))
    assert pickle.loads(pickle.dumps(cost)) == cost
