"""Each rule of on-call duties by a pair of tiny cases, one that keeps it and one that breaks it; and the cost."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from staffing.audit.on_call import audit_on_call, why_not, worked
from staffing.audit.price_on_call import on_call_cost
from staffing.domain.calendar import DayKind
from staffing.domain.on_call import NamedTurn, OnCallDuty, OnCallRules, Pairs
from staffing.domain.people import CarryIn, Skill, TimeOff, Wish
from tests.builders import MONDAY, SHANGHAI, make_table
from tests.on_call_case import NIGHT, on_call_case, people

ZONE = ZoneInfo(SHANGHAI)
FULL = "phone 240 meal 30 phone 210"
LATE = replace(NIGHT, id="late", start_min=20 * 60, end_min=24 * 60)
AT_WORK = replace(NIGHT, counts_as_work=True)


def at(day: int, hour: int) -> datetime:
    return datetime.combine(MONDAY + timedelta(days=day), datetime.min.time(), ZONE) + timedelta(hours=hour)


def carry(day: int) -> CarryIn:
    return CarryIn("a0", MONDAY + timedelta(days=day), at(day, 18), at(day, 32), "on_call")


def off(start: datetime, end: datetime, kind: str = "leave") -> dict[str, Any]:
    return {"scenario_changes": {"time_off": (TimeOff("a0", start, end, kind),)}}


def broken(pairs: Pairs, *shifts: Any, **case: Any) -> list[str]:
    """Hard rules that these places break."""
    problem, duties, roster = on_call_case(*shifts, **case)
    return [fault.rule for fault in audit_on_call(problem, duties, roster, pairs) if fault.severity == "hard"]


ONE = ((0, 0),)
TWO = ((0, 0), (1, 0))
PAIRS_OF_CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "on_call_consent": (
        {"pairs": ONE},
        {"pairs": ONE, "agents": (replace(people(1)[0], on_call=()),)},
    ),
    "on_call_skill": (
        {"pairs": ONE, "duties": (replace(NIGHT, queues=("phone",)),)},
        {
            "pairs": ONE,
            "duties": (replace(NIGHT, queues=("phone",)),),
            "agents": (replace(people(1)[0], skills=(Skill("mail"),)),),
        },
    ),
    "on_call_absent": (
        {"pairs": ONE, **off(at(1, 8), at(1, 24))},
        {"pairs": ONE, **off(at(1, 7), at(1, 24), "sick")},
    ),
    "on_call_shift": (
        {"pairs": ONE, "shifts": ((0, 0, "09:30", FULL), (0, 1, "08:00", FULL))},
        {"pairs": ONE, "shifts": ((0, 1, "07:30", FULL),)},
    ),
    "on_call_overlap": (
        {"pairs": ((0, 0), (1, 1)), "duties": (NIGHT, LATE)},
        {"pairs": TWO, "duties": (NIGHT, LATE)},
    ),
    "on_call_week": (
        {"pairs": ((0, 0), (6, 0), (7, 0)), "rules": OnCallRules(max_per_week=2), "days": 14},
        {"pairs": ((0, 0), (1, 0), (6, 0)), "rules": OnCallRules(max_per_week=2), "days": 14},
    ),
    "on_call_period": (
        {"pairs": TWO, "rules": OnCallRules(max_per_period=2)},
        {
            "pairs": TWO,
            "rules": OnCallRules(max_per_period=2),
            "work_rules": {"period_weeks": 4, "period_start": MONDAY - timedelta(days=7)},
            "scenario_changes": {"carry_in": (carry(-3),)},
        },
    ),
    "on_call_gap": (
        {"pairs": ((0, 0), (3, 0)), "rules": OnCallRules(gap_days=2)},
        {"pairs": ((0, 0), (2, 0)), "rules": OnCallRules(gap_days=2)},
    ),
    "on_call_rest": (
        {"pairs": ONE, "duties": (AT_WORK,), "shifts": ((0, 1, "19:00", "phone 240"),)},
        {"pairs": ONE, "duties": (AT_WORK,), "shifts": ((0, 1, "18:30", "phone 240"),)},
    ),
    "on_call_hours": (
        {"pairs": TWO, "duties": (AT_WORK,), "work_rules": {"rest_h": 0}},
        {"pairs": (*TWO, (2, 0)), "duties": (AT_WORK,), "work_rules": {"rest_h": 0}},
    ),
    "on_call_weekly_rest": (
        {"pairs": ((1, 0), (3, 0)), "duties": (AT_WORK,), "work_rules": {"weekly_rest_h": 64}},
        {"pairs": ((1, 0), (3, 0)), "duties": (AT_WORK,), "work_rules": {"weekly_rest_h": 65}},
    ),
}


@pytest.mark.parametrize("rule", PAIRS_OF_CASES)
def test_each_rule_forbids_its_own_case_only(rule: str) -> None:
    """The kept case breaks no rule, the broken one that rule alone."""
    kept, wrong = (dict(case) for case in PAIRS_OF_CASES[rule])
    assert broken(kept.pop("pairs"), *kept.pop("shifts", ()), **kept) == []
    assert broken(wrong.pop("pairs"), *wrong.pop("shifts", ()), **wrong) == [rule]


def test_time_on_call_away_from_work_needs_no_rest() -> None:
    """Stand-by that is no working time may follow a shift at once, and the next shift may follow it."""
    assert broken(ONE, (0, 0, "09:30", FULL), (0, 1, "08:00", FULL)) == []
    both = {"rest_h": 11.0, "weekly_rest_h": 160.0}
    assert broken(ONE, (0, 0, "09:30", FULL), work_rules=both) == []


def test_gap_counts_the_past() -> None:
    """A turn two days before the horizon is too near for a gap of two days on its first day, not on its second."""
    past = {"rules": OnCallRules(gap_days=2), "scenario_changes": {"carry_in": (carry(-2),)}}
    assert broken(ONE, **past) == ["on_call_gap"]
    assert broken(((1, 0),), **past) == []


def test_turns_of_the_day_before_run_into_the_horizon() -> None:
    """Until eight on Monday neither a shift nor a turn; told by carry_in.csv and published, a past turn counts once."""
    early = replace(NIGHT, id="early", start_min=6 * 60, end_min=10 * 60)
    case: dict[str, Any] = {"duties": (early, NIGHT), "rules": OnCallRules(gap_days=1)}
    case |= {"scenario_changes": {"carry_in": (carry(-1),)}}
    problem, duties, _ = on_call_case(**case)
    assert problem.blocked[0, :16].all()
    assert not problem.blocked[0, 16:].any()
    assert not problem.blocked[1].any()
    assert broken(ONE, **case | {"rules": None}) == ["on_call_absent"]
    again = on_call_case(**case, published=(NamedTurn("night", MONDAY - timedelta(days=1), "a0"),))[1]
    alone = on_call_case(
        duties=(early, NIGHT), published=(NamedTurn("night", MONDAY - timedelta(days=1), "a0"),), agents=2
    )[1]
    for told in (duties, again, alone):
        assert told.last_day.tolist()[0] == -1
        assert told.before.sum() == 1
        assert [(row.agent, row.start, row.end) for row in told.away] == [(0, 0, 16)]


def test_too_many_and_too_few_people() -> None:
    """More people than asked for are illegal; a place that nobody has is told and priced."""
    problem, duties, roster = on_call_case(days=1)
    assert [f.rule for f in audit_on_call(problem, duties, roster, ((0, 0), (0, 1)))] == ["on_call_people"]
    (open_place,) = audit_on_call(problem, duties, roster, ())
    assert (open_place.rule, open_place.severity, open_place.day) == ("on_call_open", "soft", 0)
    with pytest.raises(ValueError, match="turn 9"):
        audit_on_call(problem, duties, roster, ((9, 0),))
    with pytest.raises(ValueError, match="twice"):
        audit_on_call(problem, duties, roster, ((0, 0), (0, 0)))


def test_a_frozen_place_stands_unless_its_person_cannot() -> None:
    """What was published before the frozen moment stands; not for somebody who is on leave by now."""
    published = (NamedTurn("night", MONDAY, "a0"), NamedTurn("night", MONDAY + timedelta(days=5), "a0"))
    case = {"published": published, "published_days": (0, 7), "frozen_until": 48}
    assert broken(((0, 1),), **case) == ["on_call_locked"]
    assert broken(((0, 0),), **case) == []
    assert broken(((0, 1),), **case, **off(at(0, 0), at(2, 0))) == []
    assert broken(((0, 1), (5, 0)), **{**case, "published": (replace(published[1], locked=True),)}) == []
    assert broken((), **{**case, "published": (replace(published[1], locked=True),)}) == ["on_call_locked"]


def test_why_not_tells_the_rules_of_one_person() -> None:
    """Only what the turn itself would break is told; nothing where the person could take it."""
    problem, duties, roster = on_call_case((0, 1, "07:30", FULL), rules=OnCallRules(max_per_week=1))
    ground = worked(problem, roster)
    assert [f.rule for f in why_not(duties, ground, ((3, 0),), 0, 0)] == ["on_call_shift", "on_call_week"]
    assert why_not(duties, ground, ((3, 0),), 0, 1) == ()


def test_cost_of_places() -> None:
    """Pay per turn and hour, wishes, fairness by kind of day with the past, open places, changes with notice."""
    wish = Wish("a0", MONDAY, "off", 2.0)
    problem, duties, _ = on_call_case(
        scenario_changes={"wishes": (wish,), "carry_in": (carry(-5), carry(-6))},
        published=(NamedTurn("night", MONDAY, "a1"),),
        published_days=(0, 1),
        notice_until=1000,
        days=7,
    )
    cost = on_call_cost(duties, ((0, 0), (1, 0), (5, 0)))
    # 20 for the turn and a tenth of 40 an hour for 14 hours.
    assert cost.components["on_call_pay"] == pytest.approx(3 * (20 + 0.1 * 40 * 14))
    assert cost.components["on_call_wish"] == 2 * problem.costs.wish_per_weight
    # Two more than the other before: the third and fourth of ordinary days, the first of a weekend.
    assert cost.components["on_call_fairness"] == 10 * (3 + 4 + 1)
    assert cost.components["on_call_open"] == 4 * 1000
    assert cost.components["on_call_change"] == 2 * 30 * problem.costs.change_notice_factor
    assert cost.total == pytest.approx(sum(term.value for term in cost.terms))
    assert on_call_cost(duties, ((0, 0),)).terms[0].detail == "night"


def test_days_of_a_duty() -> None:
    """Weekdays, dates besides and holidays decide on which days a duty is held; the kind of the day is its first."""
    table = make_table(d2026_01_07=DayKind.HOLIDAY, d2026_01_10=DayKind.WORKDAY)
    weekdays = OnCallDuty("x", 0, 60, weekdays=(1, 2), dates=(date(2026, 1, 11),))

    def days(duty: OnCallDuty) -> list[tuple[int, int]]:
        _, duties, _ = on_call_case(duties=(duty,), table=table)
        return [(turn.day, turn.kind) for turn in duties.turns]

    assert days(weekdays) == [(1, 0), (2, 2), (6, 1)]
    assert days(replace(weekdays, holidays="never")) == [(1, 0), (6, 1)]
    assert days(replace(weekdays, weekdays=(1, 5), holidays="also")) == [(1, 0), (2, 2), (5, 0), (6, 1)]


def test_a_preset_may_make_all_time_on_call_working_time() -> None:
    """Without that, only duties that say so count."""
    _, duties, _ = on_call_case(duties=(NIGHT, replace(AT_WORK, id="near")))
    assert duties.counting.tolist() == [False, True]
    from staffing.domain.labour import LabourRules

    law = LabourRules("x", "X", "", date(2026, 1, 1), stand_by_counts=True)
    _, duties, _ = on_call_case(work_rules={"labour": (law,)})
    assert duties.counting.tolist() == [True]


def test_bad_duties_are_refused() -> None:
    """A window of more than a day or none at all, nobody, and an unknown word are errors."""
    for bad in ({"end_min": 18 * 60}, {"end_min": 48 * 60}, {"people": 0}, {"holidays": "maybe"}):
        with pytest.raises(ValueError, match="on-call duty night"):
            replace(NIGHT, **bad)
