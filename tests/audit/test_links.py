"""Rules that link days and weeks: forbidden successions, nights, hours and weekends of periods, fixed patterns."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from math import fsum
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from staffing.audit import audit_roster, cost_terms, roster_cost
from staffing.domain.people import CarryIn, TimeOff, Wish
from staffing.domain.problem import RosterProblem
from staffing.domain.rotation import Rotation
from staffing.domain.rules import Costs, WorkRules
from staffing.domain.shift import BreakType, ShiftType
from tests.audit.judging import ALWAYS_OPEN, HALF, broken, faults, round_the_clock
from tests.builders import (
    ANY_HOURS,
    MONDAY,
    make_agent,
    make_centre,
    make_problem,
    make_queue,
    make_roster,
    make_scenario,
)

ZONE = ZoneInfo("Asia/Shanghai")
NIGHT = ShiftType("night", 1320, 1380, 30, (480,))
MORNING = ShiftType("morning", 360, 480, 30, (480,))
LATE = ShiftType("late", 840, 900, 30, (480,))
EIGHT = "phone 480"
FREE = WorkRules(rest_h=0, weekly_rest_h=0, max_consecutive_days=31)


def three_types(rules: WorkRules, **changes: Any) -> RosterProblem:
    """Nights, mornings and late shifts on a queue that is always open."""
    shifts = changes.pop("shifts", (NIGHT, MORNING, LATE))
    contract = replace(ANY_HOURS, shifts=tuple(shift.id for shift in shifts), days_max=7, weekly_minutes_max=9999)
    contract = replace(contract, **changes.pop("contract", {}))
    centre = make_centre(
        queues=(make_queue(hours=ALWAYS_OPEN),), shifts=shifts, contracts=(contract,), rules=rules,
        **changes.pop("centre", {}),
    )  # fmt: skip
    agents = changes.pop("agents", 1)
    scenario = make_scenario(centre, agents, **changes.pop("scenario", {}))
    return make_problem(scenario, **changes)


def past(*rows: tuple[int, str, str], kind: str = "work") -> dict[str, tuple[CarryIn, ...]]:
    """Shifts of agent 0 so many days before the horizon, from one clock time to another."""
    carried = []
    for back, start, end in rows:
        day = MONDAY - timedelta(days=back)
        begin = datetime.fromisoformat(f"{day}T{start}").replace(tzinfo=ZONE)
        stop = datetime.fromisoformat(f"{day}T{end}").replace(tzinfo=ZONE)
        carried.append(CarryIn("a0", day, begin, stop + timedelta(days=stop <= begin), kind))
    return {"carry_in": tuple(carried)}


ONE_PAIR = replace(FREE, forbidden_successions=(("night", "morning"),))


@pytest.mark.parametrize(
    ("first", "second", "gap", "told"),
    [
        ("22:00", "08:00", 1, True),
        ("22:00", "14:00", 1, False),
        ("22:00", "22:00", 1, False),
        ("08:00", "22:00", 1, False),
        ("08:00", "08:00", 1, False),
        ("14:00", "08:00", 1, False),
        ("22:00", "08:00", 2, False),
    ],
)
def test_a_night_morning_rule_forbids_only_that(first: str, second: str, gap: int, told: bool) -> None:
    """The pair in this order on neighbouring days, and nothing else."""
    problem = three_types(ONE_PAIR)
    roster = make_roster(problem, (0, 2, first, EIGHT), (0, 2 + gap, second, EIGHT))
    assert broken(problem, roster) == ([("successions", 0, 3)] if told else [])


def test_the_shift_before_the_horizon_may_not_be_followed_either() -> None:
    """A night of the eve forbids a morning of the first day, a night two days before does not."""
    morning = (0, 0, "08:00", EIGHT)
    for back, told in ((1, [("successions", 0, 0)]), (2, [])):
        problem = three_types(ONE_PAIR, scenario=past((back, "22:00", "06:00")))
        assert broken(problem, make_roster(problem, morning)) == told


def test_a_shift_counts_as_the_first_type_that_fits() -> None:
    """Where two types fit, the order of the contract decides which one a pair speaks of."""
    early = replace(MORNING, id="early")
    for shifts, told in (((NIGHT, MORNING, early), True), ((NIGHT, early, MORNING), False)):
        problem = three_types(ONE_PAIR, shifts=shifts)
        roster = make_roster(problem, (0, 0, "22:00", EIGHT), (0, 1, "08:00", EIGHT))
        assert broken(problem, roster) == ([("successions", 0, 1)] if told else [])


def nights(*days: int) -> list[tuple[int, int, str, str]]:
    return [(0, day, "22:00", EIGHT) for day in days]


@pytest.mark.parametrize(
    ("limits", "days", "told"),
    [
        ({"nights_max_per_week": 2}, (0, 2, 7, 9), []),
        ({"nights_max_per_week": 2}, (0, 2, 4), [("week", 0)]),
        ({"nights_max_per_period": 3}, (0, 5, 9), []),
        ({"nights_max_per_period": 3}, (0, 5, 9, 13), [("period", 0)]),
        ({"nights_max_consecutive": 2}, (0, 1, 3, 4), []),
        ({"nights_max_consecutive": 2}, (5, 6, 7, 8), [("row", 7), ("row", 8)]),
    ],
)
def test_nights_are_limited(limits: dict[str, int], days: tuple[int, ...], told: list[tuple[str, int]]) -> None:
    """In a week, in the period, in a row; the pair of each."""
    problem = three_types(replace(FREE, **limits), days=14)
    found = audit_roster(problem, make_roster(problem, *nights(*days)))
    assert [(v.detail["fault"], v.day) for v in found if v.rule == "nights"] == told
    assert {v.rule for v in found} <= {"nights"}


def test_what_makes_a_night() -> None:
    """Three hours between 23:00 and 06:00 of elapsed time, by default."""
    rules = replace(FREE, nights_max_per_week=0)
    shift = replace(LATE, start_latest_min=1320, lengths_min=(480,))
    problem = three_types(rules, shifts=(shift,))
    assert broken(problem, make_roster(problem, (0, 0, "17:30", EIGHT))) == []
    assert broken(problem, make_roster(problem, (0, 0, "18:00", EIGHT))) == [("nights", 0, 0)]
    early = three_types(replace(rules, night_hours=(1200, 1260), night_minutes_min=60), shifts=(shift,))
    assert broken(early, make_roster(early, (0, 0, "18:00", EIGHT))) == [("nights", 0, 0)]
    assert broken(early, make_roster(early, (0, 0, "21:00", EIGHT))) == []


def test_nights_before_the_horizon_count() -> None:
    """A run of nights goes on over the edge; of a period only what lies in it counts; the past alone is not told."""
    row = replace(FREE, nights_max_consecutive=2)
    before = past((2, "22:00", "06:00"), (1, "22:00", "06:00"))
    problem = three_types(row, scenario=before)
    assert faults(problem, make_roster(problem, *nights(0))) == [("nights", "row")]
    assert faults(problem, make_roster(problem, *nights(1, 2))) == []
    period = replace(FREE, nights_max_per_period=1, period_weeks=2, period_start=MONDAY - timedelta(days=7))
    problem = three_types(period, scenario=before)
    assert broken(problem, make_roster(problem)) == []
    assert faults(problem, make_roster(problem, *nights(3))) == [("nights", "period")]
    fresh = three_types(replace(period, period_start=MONDAY), scenario=before)
    assert broken(fresh, make_roster(fresh, *nights(3))) == []


@pytest.mark.parametrize(
    ("days", "told"), [((5, 6, 19), []), ((6, 12), []), ((5, 13, 20), [0]), ((5, 6, 12, 13, 27), [0])]
)
def test_weekends_of_a_period_are_limited(days: tuple[int, ...], told: list[int]) -> None:
    """Both days of a weekend count once."""
    problem = three_types(replace(FREE, weekends_max_per_period=2), days=28)
    roster = make_roster(problem, *((0, day, "08:00", EIGHT) for day in days))
    assert broken(problem, roster) == [("period_weekends", 0, day) for day in told]


def test_a_weekend_begun_before_the_horizon_counts_once() -> None:
    """A plan that begins on a Sunday: the Saturday before it is of the same weekend."""
    sunday = MONDAY + timedelta(days=6)
    begin = datetime(2026, 1, 10, 8, tzinfo=ZONE)
    scenario = {"carry_in": (CarryIn("a0", begin.date(), begin, begin + timedelta(hours=8)),)}
    rules = replace(FREE, weekends_max_per_period=1, period_weeks=4, period_start=MONDAY)
    problem = three_types(rules, scenario=scenario, first_day=sunday)
    assert broken(problem, make_roster(problem, (0, 0, "08:00", EIGHT))) == []
    assert broken(problem, make_roster(problem, (0, 6, "08:00", EIGHT))) == [("period_weekends", 0, 0)]


def test_hours_of_a_period() -> None:
    """The pair of both limits over two weeks, each week within its own."""
    limits = {"period_minutes_min": 960, "period_minutes_max": 1440}
    problem = three_types(FREE, days=14, contract=limits)
    for days, told in (((0,), ["few"]), ((0, 7), []), ((0, 7, 8), []), ((0, 1, 7, 8), ["many"])):
        roster = make_roster(problem, *((0, day, "08:00", EIGHT) for day in days))
        assert faults(problem, roster) == [("period_hours", fault) for fault in told]


def test_hours_before_the_horizon_and_leave_count() -> None:
    """The first of two weeks is taken from carry_in; leave lowers both limits; what goes on has no minimum."""
    limits = {"period_minutes_min": 960, "period_minutes_max": 1440, "days_max": 5}
    begun = replace(FREE, period_weeks=2, period_start=MONDAY - timedelta(days=7))
    problem = three_types(begun, contract=limits, scenario=past((7, "08:00", "16:00"), (6, "08:00", "16:00")))
    for days, told in (((), []), ((0,), []), ((0, 1), ["many"])):
        roster = make_roster(problem, *((0, day, "08:00", EIGHT) for day in days))
        assert faults(problem, roster) == [("period_hours", fault) for fault in told]
    goes_on = three_types(replace(begun, period_start=MONDAY), contract=limits)
    assert broken(goes_on, make_roster(goes_on)) == []
    absent = past(*((back, "08:00", "16:00") for back in range(3, 8)), kind="leave")
    halved = three_types(begun, contract=limits, scenario=absent)
    assert halved.period_limits(0, 0) == (480, 720)


PATTERN = Rotation("fixed", MONDAY, (("morning",) * 4 + ("any", "off", "off"), ("late",) * 5 + ("off", "off")))


def rotating(week: int = 1, **changes: Any) -> RosterProblem:
    person = make_agent(0, rotation="fixed", rotation_week=week)
    return three_types(FREE, agents=(person,), centre={"rotations": (PATTERN,)}, **changes)


def test_a_fixed_pattern_is_kept() -> None:
    """What the pattern says is legal; a shift on a day off, another type or none at all is told on its day."""
    problem = rotating()
    kept = [(0, day, "08:00", EIGHT) for day in range(4)]
    assert broken(problem, make_roster(problem, *kept)) == []
    assert broken(problem, make_roster(problem, *kept, (0, 4, "22:00", EIGHT))) == []
    assert faults(problem, make_roster(problem, *kept, (0, 5, "08:00", EIGHT))) == [("rotation", "off")]
    assert faults(problem, make_roster(problem, *kept[:3])) == [("rotation", "missing")]
    assert faults(problem, make_roster(problem, *kept[:3], (0, 3, "14:00", EIGHT))) == [("rotation", "other")]
    other = rotating(2)
    assert broken(other, make_roster(other, *((0, day, "14:00", EIGHT) for day in range(5)))) == []
    assert len(broken(other, make_roster(other, *kept))) == 5


def test_leave_and_locked_shifts_excuse_from_the_pattern() -> None:
    """Nobody works a pattern while absent, and a locked shift stands whatever the pattern says."""
    day = datetime(2026, 1, 6, tzinfo=ZONE)
    leave = {"time_off": (TimeOff("a0", day, day + timedelta(days=1), "leave"),)}
    problem = rotating(scenario=leave)
    assert broken(problem, make_roster(problem, *((0, day, "08:00", EIGHT) for day in (0, 2, 3)))) == []
    plain = rotating()
    locked = make_roster(plain, (0, 5, "08:00", EIGHT), locked=True)
    problem = rotating(locked=locked)
    kept = [(0, day, "08:00", EIGHT) for day in (0, 1, 2, 3, 5)]
    assert broken(problem, make_roster(problem, *kept, locked=True)) == []


def test_fairness_rises_with_what_a_person_has() -> None:
    """Each further duty of a kind is dearer by the price, and the past counts beyond the least of all."""
    rules = replace(FREE, fairness=5.0)
    saturdays = past((9, "08:00", "16:00"), (2, "08:00", "16:00"))
    problem = three_types(rules, agents=2, scenario=saturdays)
    roster = make_roster(
        problem, (0, 5, "08:00", EIGHT), (0, 0, "22:00", EIGHT), (0, 2, "22:00", EIGHT), (1, 5, "14:00", EIGHT)
    )
    cost = roster_cost(problem, roster)
    terms = {(t.agent, t.day, t.detail): t.value for t in cost.terms if t.component == "fairness"}
    assert terms == {
        (0, 5, "weekend"): 15.0, (0, 0, "night"): 5.0, (0, 2, "night"): 10.0, (1, 5, "weekend"): 5.0,
        (1, 5, "late"): 5.0,
    }  # fmt: skip
    assert cost.components["fairness"] == 40.0
    assert cost_terms(problem, roster) == cost.terms
    assert fsum(term.value for term in cost.terms) == pytest.approx(cost.total)
    assert roster_cost(three_types(FREE, agents=2), roster).components["fairness"] == 0.0


def test_seniority_weighs_wishes() -> None:
    """Ten years at 5 % a year make a wish weigh one and a half times as much."""
    costs = Costs(seniority_per_year=0.05)
    people = (make_agent(0, seniority=10.0), make_agent(1))
    wishes = {"wishes": (Wish("a0", MONDAY, "off", 2.0), Wish("a1", MONDAY, "off", 2.0))}
    problem = three_types(FREE, agents=people, centre={"costs": costs}, scenario=wishes)
    roster = make_roster(problem, (0, 0, "08:00", EIGHT), (1, 0, "08:00", EIGHT))
    unmet = [term.value for term in roster_cost(problem, roster).terms if term.component == "wish"]
    assert unmet == pytest.approx([60.0, 40.0])


def test_a_split_shift() -> None:
    """The long pause is not paid, nobody is at work in it, and the two parts are one shift of one day."""
    siesta = BreakType("siesta", 240, paid=False, earliest_min=180, latest_min=300, spacing_min=120, kind="split")
    split = ShiftType("split", 480, 480, 30, (720,), ("siesta",))
    problem = three_types(FREE, shifts=(split,), centre={"breaks": (siesta,)}, contract={"days_max": 1})
    roster = make_roster(problem, (0, 0, "08:00", "phone 240 break 240 phone 240"))
    assert broken(problem, roster) == []
    assert roster_cost(problem, roster).components["wage"] == pytest.approx(8 * problem.wage_per_h(0))
    cover = roster.coverage(problem.proficiency)[0]
    assert cover[16:24].sum() == 8
    assert cover[24:32].sum() == 0
    assert cover[32:40].sum() == 8
    assert faults(problem, make_roster(problem, (0, 0, "08:00", "phone 120 break 240 phone 360"))) == [
        ("breaks", "window")
    ]
    late = make_roster(problem, (0, 0, "08:00", "phone 330 break 240 phone 150"))
    assert faults(problem, late) == [("breaks", "window")]


def test_periods_by_date() -> None:
    """Periods of two weeks that begin in the middle of the horizon; the first began before, the last goes on."""
    rules = replace(FREE, period_weeks=2, period_start=date(2026, 1, 12))
    periods = three_types(rules, days=28).periods
    assert periods.of_day.tolist() == [0] * 7 + [1] * 14 + [2] * 7
    assert periods.ends.tolist() == [True, True, False]
    assert periods.first == (date(2025, 12, 29), date(2026, 1, 12), date(2026, 1, 26))


def test_rules_without_limits_never_bind() -> None:
    """By default none of these rules says anything, whatever is worked."""
    problem = round_the_clock(days=14)
    roster = make_roster(problem, *((0, day, "22:00", HALF) for day in range(6)))
    assert broken(problem, roster) == []
    assert np.array_equal(problem.carried.minutes, [0])
