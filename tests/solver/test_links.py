"""Rules that link days and weeks inside the search: the oracle against all combinations, and whole solves."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import numpy as np
import pytest

from staffing.domain.people import Contract
from staffing.domain.problem import RosterProblem
from staffing.domain.queue import OpeningHours
from staffing.domain.result import SolveResult
from staffing.domain.rotation import Rotation
from staffing.domain.rules import Costs, WorkRules
from staffing.domain.shift import BreakType, ShiftType
from staffing.solver.case import compile_case
from staffing.solver.moves.legal import legal_weeks
from staffing.solver.oracle.linked import linked_week
from staffing.solver.oracle.week_ends import NEVER, room_needed
from tests.builders import MONDAY, make_agent, make_centre, make_problem, make_queue, make_scenario
from tests.solver.tiny import solved

ALWAYS = OpeningHours((((0, 1440),),) * 7, ((0, 1440),))
TYPES = (ShiftType("night", 1320, 1320, 60, (480,)), ShiftType("morning", 480, 480, 60, (240, 480)))
FREE = WorkRules(rest_h=0.0, weekly_rest_h=0.0, max_consecutive_days=31)
PAIR = (("night", "morning"),)


def linked(
    rules: WorkRules,
    *,
    agents: int | list[Any] = 1,
    days: int = 7,
    required: Any = 1.0,
    shifts: tuple[ShiftType, ...] = TYPES,
    contract: dict[str, Any] | None = None,
    costs: Costs | None = None,
    breaks: tuple[BreakType, ...] = (),
    rotations: tuple[Rotation, ...] = (),
    **changes: Any,
) -> RosterProblem:
    """Hour slots, a queue that is always open, nights and mornings."""
    terms = replace(
        Contract("any", 0, 3000, 0, 7, tuple(s.id for s in shifts), overtime_minutes_max=600), **contract or {}
    )
    centre = make_centre(
        interval_min=60, slot_min=60, queues=(make_queue(hours=ALWAYS),), shifts=shifts, breaks=breaks,
        contracts=(terms,), rules=rules, costs=costs or Costs(), rotations=rotations,
    )  # fmt: skip
    people = [make_agent(i) for i in range(agents)] if isinstance(agents, int) else agents
    return make_problem(make_scenario(centre, people), required=required, days=days, **changes)


def worked(result: SolveResult, agent: int = 0) -> dict[int, int]:
    """Day -> hour of the start."""
    assert result.roster is not None
    midnight = result.roster.grid.day_start
    return {s.day: s.start - int(midnight[s.day]) for s in result.roster.shifts() if s.agent == agent}


def at_hours(days: int, *hours: int) -> np.ndarray:
    """One agent needed in these hours of every day."""
    need = np.zeros((1, 24 * days))
    for hour in hours:
        need[0, hour::24] = 1.0
    return need


def test_the_linked_week_is_the_cheapest_of_all_legal_weeks() -> None:
    """The branching search against every combination of seven days, at random costs and limits."""
    rng = np.random.default_rng(3)
    bound_by = 0
    for trial in range(14):
        rules = replace(
            FREE,
            rest_h=float(rng.choice([0.0, 4.0])),
            forbidden_successions=PAIR if trial % 2 else (),
            nights_max_per_week=int(rng.integers(1, 8)),
            nights_max_consecutive=int(rng.integers(1, 4)) if trial % 3 else None,
            nights_max_per_period=int(rng.integers(1, 6)) if trial % 4 == 0 else None,
            weekends_max_per_period=int(rng.integers(0, 2)) if trial % 4 == 1 else None,
        )
        limits = {"period_minutes_min": 960, "period_minutes_max": int(rng.integers(3, 6)) * 480}
        problem = linked(rules, contract=limits if trial % 5 == 0 else {})
        tb = compile_case(problem).tables
        cost = rng.normal(-30, 60, len(tb.start))
        before, choice, room = cost.copy(), np.zeros(7, dtype=np.int64), room_needed(tb)
        nobody = np.full(7, -1, dtype=np.int64)
        found = linked_week(
            tb, 0, 0, cost, int(tb.last_end[0]), 0, nobody, True, np.empty((8, room)),
            np.empty((8, room), dtype=np.int64), choice,
        )  # fmt: skip
        assert np.array_equal(cost, before)
        best, loose = NEVER, NEVER
        free = compile_case(linked(replace(FREE, rest_h=rules.rest_h))).tables
        for options in product(*[[-1, *range(tb.first[d], tb.first[d + 1])] for d in range(7)]):
            row = np.array(options, dtype=np.int64)
            on = row[row >= 0]
            extra = max(0, int(tb.paid[on].sum()) - int(tb.high[0, 0])) * float(tb.extra_per_min[0])
            value = float(cost[on].sum()) + extra
            if value < best and legal_weeks(tb, 0, row):
                best = value
            if value < loose and legal_weeks(free, 0, row):
                loose = value
        assert legal_weeks(tb, 0, choice)
        assert found == pytest.approx(best)
        bound_by += best > loose + 1e-6
    assert bound_by >= 7


def test_successions() -> None:
    """Nights and mornings wanted every day: both alternate with a rest of one day; without the rule they touch."""
    need = at_hours(3, *range(8, 16), 22, 23)
    needed = {"required": need, "days": 3, "contract": {"weekly_minutes_max": 1440}}
    plain = worked(solved(linked(FREE, **needed)))
    ruled = worked(solved(linked(replace(FREE, forbidden_successions=PAIR), **needed)))
    assert not any(plain_day + 1 in ruled and ruled[plain_day + 1] == 8 for plain_day, at in ruled.items() if at == 22)
    assert len(plain) == 3
    # The other order stays allowed: a morning, then a night.
    other = {"required": _first_morning_then_night(), "days": 2}
    both = worked(solved(linked(replace(FREE, forbidden_successions=PAIR), **other)))
    assert both == {0: 8, 1: 22}
    banned = replace(FREE, forbidden_successions=(("morning", "night"),))
    assert len(worked(solved(linked(banned, **other)))) == 1


def _first_morning_then_night() -> np.ndarray:
    need = np.zeros((1, 48))
    need[0, 8:16] = 1.0
    need[0, 46:] = 4.0
    return need


def test_nights() -> None:
    """At most so many nights of a week, of the plan, and in a row."""
    need = at_hours(14, 22, 23)
    for limits, most in (({"nights_max_per_week": 2}, 4), ({"nights_max_per_period": 3}, 3)):
        found = worked(solved(linked(replace(FREE, **limits), required=need, days=14)))
        assert list(found.values()).count(22) == most
    row = worked(solved(linked(replace(FREE, nights_max_consecutive=2), required=at_hours(7, 22, 23))))
    assert not any({day, day + 1, day + 2} <= row.keys() for day in row)
    assert len(row) == 5


def test_hours_of_a_period() -> None:
    """More than one week would give, less than both would: the two weeks together keep the limits."""
    most = solved(linked(FREE, days=14, required=at_hours(14, *range(8, 16)), contract={"period_minutes_max": 2400}))
    assert most.roster is not None
    assert int((most.roster.end - most.roster.start).sum()) * 60 == 2400
    least = solved(linked(FREE, days=14, required=0.0, contract={"period_minutes_min": 2880}))
    assert least.roster is not None
    assert int((least.roster.end - least.roster.start).sum()) * 60 == 2880


def test_weekends_of_a_period() -> None:
    """Two agents share the four weekends, two each, though the demand is on weekends alone."""
    rules = replace(FREE, weekends_max_per_period=2)
    need = at_hours(28, *range(8, 16)) * np.repeat(np.arange(28) % 7 >= 5, 24)
    result = solved(linked(rules, agents=2, days=28, required=need))
    weekends = [{day // 7 for day in worked(result, agent)} for agent in (0, 1)]
    assert [len(own) for own in weekends] == [2, 2]
    assert weekends[0] | weekends[1] == {0, 1, 2, 3}


def test_fairness() -> None:
    """Weekends go round when they have a rising price: nobody has two while another has none."""
    need = at_hours(14, *range(8, 16)) * np.repeat(np.arange(14) % 7 == 5, 24)
    fair = solved(linked(replace(FREE, fairness=5.0), agents=2, days=14, required=need))
    assert [len(worked(fair, agent)) for agent in (0, 1)] == [1, 1]
    assert fair.cost is not None
    assert fair.cost.components["fairness"] == 10.0


def test_rotation() -> None:
    """The pattern is worked without demand, and nothing on its days off."""
    pattern = Rotation("fixed", MONDAY, (("morning", "off", "night", "off", "off", "off", "off"),))
    agents = [make_agent(0, rotation="fixed")]
    for required in (0.0, 3.0):
        result = solved(linked(FREE, agents=agents, rotations=(pattern,), required=required))
        assert worked(result) == {0: 8, 2: 22}


def test_a_split_shift_is_worked_in_its_two_parts() -> None:
    """Demand in the morning and in the evening: one split shift covers both, its pause is not paid."""
    siesta = BreakType("siesta", 240, paid=False, earliest_min=180, latest_min=300, spacing_min=120, kind="split")
    split = ShiftType("split", 480, 480, 60, (720,), ("siesta",))
    need = at_hours(1, 8, 9, 10, 11, 16, 17, 18, 19)
    result = solved(linked(FREE, days=1, required=need, shifts=(split,), breaks=(siesta,)))
    assert result.cost is not None
    assert result.cost.components["short"] == 0.0
    assert result.cost.components["wage"] == 8 * 40.0
    assert result.cost.components["over"] == 0.0


def test_no_weekend_day_at_all() -> None:
    """A limit of 0 weekend days leaves Saturday and Sunday free, also where only they are wanted."""
    need = at_hours(7, *range(8, 16)) * np.repeat(np.arange(7) >= 4, 24)
    assert set(worked(solved(linked(replace(FREE, weekend_days_max=0), required=need)))) == {4}


def test_a_person_whose_weeks_do_not_fit_together_is_rescued() -> None:
    """Periods from Thursday to Wednesday: the best week and the best next week share one period and exceed it."""
    rules = replace(FREE, period_weeks=1, period_start=MONDAY + timedelta(days=3))
    need = at_hours(14, *range(8, 16)) * np.repeat(np.isin(np.arange(14), (4, 7)), 24) * 5.0
    problem = linked(rules, required=need, days=14, contract={"period_minutes_max": 480, "weekly_minutes_max": 480})
    result = solved(problem)
    assert result.status in ("feasible", "optimal")
    assert sorted(worked(result)) in ([4], [7])
