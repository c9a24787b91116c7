"""What the presets make of a centre, and that nothing inside the tightened limits breaks them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.audit import audit_roster
from staffing.domain.labour import BreakDuty, LabourRules
from staffing.domain.lawful import labour_notes, lawful_centre
from staffing.domain.overtime import overtime_by_day
from staffing.domain.people import CarryIn, Contract
from staffing.domain.rules import WorkRules
from staffing.domain.shift import ShiftType
from staffing.files.labour_presets import preset_names, read_preset
from staffing.solver import solve_roster
from tests.builders import ANY_HOURS, make_agent, make_centre, make_problem, make_scenario

LONG = ShiftType("long", 480, 1200, 60, (300, 480, 720, 780), ("meal",))
CHINA = WorkRules(labour=(read_preset("cn"),))
MAKE = LabourRules("x", "X", "", date(2026, 1, 1), day_minutes=480, week_minutes=2400)


def test_every_preset_names_its_source_and_date() -> None:
    """No number without the articles it comes from and the day somebody looked."""
    for name in preset_names():
        law = read_preset(name)
        assert law.title
        assert any(word in law.source for word in ("art", "Statutes"))
        assert date(2026, 1, 1) <= law.checked <= date(2100, 1, 1)


def test_a_centre_without_presets_is_left_as_it_is() -> None:
    """The very same value: nothing is made anew."""
    centre = make_centre()
    assert lawful_centre(centre) is centre
    assert labour_notes(centre) == ()


def test_hours_beyond_the_ordinary_week_become_overtime() -> None:
    """A contract of 44 to 46 hours keeps its hours; four to six of them are overtime, and none is a duty."""
    contract = Contract("c", 2640, 2760, 6, 7, ("day",), overtime_minutes_max=60)
    made = lawful_centre(make_centre(contracts=(contract,), rules=CHINA)).contracts[0]
    assert (made.weekly_minutes_min, made.weekly_minutes_max, made.overtime_minutes_max) == (2400, 2400, 420)
    assert (made.days_min, made.days_max) == (6, 6)


def test_nothing_is_loosened() -> None:
    """Limits that are tighter than the law's stay."""
    rules = WorkRules(rest_h=14, weekly_rest_h=48, notice_days=28, labour=(*CHINA.labour, read_preset("eu")))
    contract = Contract("c", 600, 1200, 2, 3, ("day",))
    made = lawful_centre(make_centre(contracts=(contract,), rules=rules))
    assert (made.rules.rest_h, made.rules.weekly_rest_h, made.rules.notice_days) == (14, 48, 28)
    assert made.contracts == (contract,)
    assert labour_notes(make_centre(contracts=(contract,), rules=rules))[2:] == ()


def test_forbidden_lengths_leave_the_shifts() -> None:
    """Twelve and a half paid hours are no shift in China; a type with no length left leaves the contracts."""
    centre = make_centre(shifts=(LONG,), contracts=(replace(ANY_HOURS, shifts=("long",)),), rules=CHINA)
    assert lawful_centre(centre).shifts[0].lengths_min == (300, 480)
    only = replace(LONG, lengths_min=(780,))
    bare = lawful_centre(replace(centre, shifts=(only,)))
    assert bare.shifts == (only,)
    assert bare.contracts[0].shifts == ()


def test_night_work_and_long_shifts_without_a_break_leave_too() -> None:
    """Europe: nine paid hours that may reach three hours into the night, and seven hours without a break."""
    rules = WorkRules(labour=(read_preset("eu"),))
    late = ShiftType("late", 960, 1080, 60, (480, 570), ("meal",))
    bare = ShiftType("bare", 480, 480, 60, (360, 420))
    made = lawful_centre(make_centre(shifts=(late, bare), rules=rules))
    assert [shift.lengths_min for shift in made.shifts] == [(480,), (360,)]


def test_what_was_tightened_is_told_with_both_values() -> None:
    """One note for the preset, one for each limit that changed."""
    contract = Contract("c", 0, 2640, 0, 7, ("day",))
    notes = labour_notes(make_centre(contracts=(contract,), rules=replace(CHINA, weekly_rest_h=0)))
    assert notes[0].code == "labour_rules"
    told = {dict(note.params)["key"]: (dict(note.params)["before"], dict(note.params)["after"]) for note in notes[1:]}
    assert told == {
        "rules: weekly_rest_h": ("0", "24"),
        "contract c: weekly_minutes_max": ("2640", "2400"),
        "contract c: overtime_minutes_max": ("0", "240"),
        "contract c: days_max": ("7", "6"),
    }


@pytest.mark.parametrize("bad", [
    {"overtime_month_minutes": 10},
    {"average_week_minutes": 2880},
    {"night_shift_minutes_max": 480},
])  # fmt: skip
def test_half_a_rule_is_refused(bad: dict[str, Any]) -> None:
    """A limit without what it is counted by is an error of whoever wrote the preset."""
    with pytest.raises(ValueError, match="labour rules x"):
        LabourRules("x", "X", "", date(2026, 1, 1), **bad)


def test_the_longer_shift_asks_for_the_longer_break() -> None:
    """Of several duties the largest that applies holds."""
    law = replace(MAKE, breaks=(BreakDuty(360, 30), BreakDuty(540, 45)))
    assert [law.break_minutes(length) for length in (360, 390, 540, 541)] == [None, 30, 30, 45]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 16), min_size=1, max_size=40), st.integers(0, 6))
def test_no_minute_is_overtime_twice(hours: list[int], first: int) -> None:
    """Overtime is what lies beyond eight hours of each day, and beyond forty of what is left of each week."""
    paid = 60 * np.array([hours], dtype=np.int64)
    beyond = overtime_by_day(MAKE, paid, first)
    assert (beyond >= 0).all()
    assert (beyond <= paid).all()
    edges = sorted({0, *range(first, len(hours), 7), len(hours)})
    for start, stop in pairwise(edges):
        plain = np.minimum(paid[0, start:stop], 480)
        asked = (paid[0, start:stop] - plain).sum() + max(0, plain.sum() - 2400)
        assert beyond[0, start:stop].sum() == asked


@pytest.mark.parametrize("laws", [("cn",), ("cn", "eu", "fair_workweek")])
def test_what_the_search_finds_the_audit_accepts(laws: tuple[str, ...]) -> None:
    """Two weeks short of people, with people who have much, little and no overtime left, break no preset."""
    zone = ZoneInfo("Asia/Shanghai")
    rows = []
    for number, hours in enumerate((0.0, 10.0, 11.0, 12.0)):
        for day in (1, 2, 3, 4, 8, 9, 10, 11):
            when = date(2026, 3, 16) - timedelta(days=day)
            start = datetime(when.year, when.month, when.day, 8, tzinfo=zone)
            if hours:
                rows.append(CarryIn(f"a{number}", when, start, start + timedelta(hours=hours)))
    contract = Contract("c", 0, 2700, 0, 7, ("long",), overtime_minutes_max=900)
    rules = WorkRules(labour=tuple(read_preset(law) for law in laws), weekly_rest_h=0, rest_h=8)
    centre = make_centre(shifts=(LONG,), contracts=(contract,), rules=rules, slot_min=30)
    scenario = make_scenario(centre, agents=[make_agent(n, contract="c") for n in range(4)], carry_in=tuple(rows))
    problem = make_problem(scenario, days=14, first_day=date(2026, 3, 16), required=4.0)
    if "cn" in laws:
        assert len({problem.contract_of(agent).overtime_minutes_max for agent in range(4)}) > 1
    result = solve_roster(problem, time_limit_s=1.5, seed=1, workers=1)
    assert result.roster is not None
    assert [row for row in audit_roster(problem, result.roster) if row.severity == "hard"] == []
    assert result.roster.on_shift.sum() > 20
