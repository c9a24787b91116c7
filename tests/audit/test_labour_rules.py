"""Each preset against the numbers of its statute: the last roster that keeps it, the first that does not."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from staffing.audit import audit_roster, roster_cost
from staffing.domain.calendar import DayKind
from staffing.domain.people import CarryIn
from staffing.domain.problem import RosterProblem
from staffing.domain.rules import WorkRules
from staffing.domain.shift import ShiftType
from staffing.files.labour_presets import read_preset
from tests.audit.judging import ALWAYS_OPEN, broken
from tests.builders import (
    ANY_HOURS,
    MEAL,
    make_centre,
    make_problem,
    make_queue,
    make_roster,
    make_scenario,
    make_table,
)

LENGTHS = tuple(range(60, 961, 30))
SATURDAY, SUNDAY = 5, 6
FREE = WorkRules(rest_h=0, weekly_rest_h=0, max_consecutive_days=31, notice_days=0)


def problem_of(*laws: str, carry_in: tuple[CarryIn, ...] = (), pause: bool = False, **changes: Any) -> RosterProblem:
    """Anybody may work from any half hour for any time; only the presets limit them."""
    free = ShiftType("any", 0, 1410, 30, LENGTHS, ("meal",) if pause else ())
    contract = replace(ANY_HOURS, shifts=("any",), days_max=7, weekly_minutes_max=9999)
    centre = make_centre(
        timezone=changes.pop("timezone", "Asia/Shanghai"),
        queues=(make_queue(hours=ALWAYS_OPEN),),
        shifts=(free,),
        breaks=(MEAL,),
        contracts=(contract,),
        rules=replace(FREE, labour=tuple(read_preset(law) for law in laws)),
    )
    problem = make_problem(make_scenario(centre, carry_in=carry_in), **changes)
    # The audit alone is asked: what the search would have taken out is put back.
    return replace(problem, shifts=(free,), contracts=(contract,), agents=make_scenario(centre).agents)


def rules_of(problem: RosterProblem, *shifts: tuple[int, str, str]) -> list[str]:
    """Names of the rules that the shifts (day, start, text) of the one agent break."""
    roster = make_roster(problem, *((0, *shift) for shift in shifts))
    return [rule for rule, _, _ in broken(problem, roster)]


def worked(day: int, hours: float, start: str = "09:00", first: date = date(2026, 1, 5)) -> CarryIn:
    """A shift so many days before the plan."""
    when = first - timedelta(days=day)
    begin = datetime.fromisoformat(f"{when}T{start}").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    return CarryIn("a0", when, begin, begin + timedelta(hours=hours))


def test_without_presets_nothing_is_asked() -> None:
    """Sixteen hours on seven days break nothing that nobody named."""
    assert rules_of(problem_of(), *((day, "06:00", "phone 960") for day in range(7))) == []


# China, Labour Law arts. 36, 38, 41, 44 and State Council Order 174


def test_china_three_hours_of_overtime_a_day_and_not_more() -> None:
    """Art. 41: eight hours and three are allowed, half an hour more is not."""
    assert rules_of(problem_of("cn"), (0, "08:00", "phone 660")) == []
    assert rules_of(problem_of("cn"), (0, "08:00", "phone 690")) == ["day_hours"]


def test_china_one_rest_day_a_week() -> None:
    """Art. 38: six days leave one of rest; on seven short days there is no block of 24 hours."""
    hours = [(day, "09:00", "phone 300") for day in range(7)]
    assert rules_of(problem_of("cn"), *hours[:6]) == []
    assert rules_of(problem_of("cn"), *hours) == ["weekly_rest"]


def test_china_thirty_six_hours_of_overtime_a_month() -> None:
    """Art. 41: in a calendar month 36 hours of overtime are allowed, 36 and a half are not."""
    twelve = [(day + 7 * week, "09:00", "phone 660") for week in range(3) for day in (0, 1, 2, 3)]
    assert rules_of(problem_of("cn", days=21), *twelve) == []
    assert rules_of(problem_of("cn", days=21), *twelve, (4, "09:00", "phone 510")) == ["month_overtime"]


def test_china_forty_hours_a_week() -> None:
    """Order 174 art. 3: the sixth day of eight hours is eight hours of overtime, on that day."""
    six = [(day, "09:00", "phone 480") for day in range(6)]
    done = tuple(worked(day, 8 + 3.5) for day in (1, 2, 3, 4)) + tuple(worked(day, 8 + 3.5) for day in (8, 9, 10, 11))
    assert rules_of(problem_of("cn", first_day=date(2026, 1, 19)), *six) == []
    late = tuple(replace(row, date=row.date + timedelta(days=14), start=row.start + timedelta(days=14),
                         end=row.end + timedelta(days=14)) for row in done)  # fmt: skip
    problem = problem_of("cn", carry_in=late, first_day=date(2026, 1, 19))
    assert problem.paid_before.sum() == 8 * 690
    # 28 hours were beyond eight a day (four weeks ago none); eight more make 36, half an hour more is too much.
    assert rules_of(problem, *six) == []
    assert rules_of(problem, *six[:5], (5, "09:00", "phone 510")) == ["month_overtime"]


def test_china_a_new_month_begins_anew() -> None:
    """Overtime of January is not held against February, nor the other way round."""
    done = tuple(worked(day, 11, first=date(2026, 2, 2)) for day in range(2, 14) if day not in (7, 8))
    problem = problem_of("cn", carry_in=done, first_day=date(2026, 2, 2))
    assert rules_of(problem, *((day, "09:00", "phone 600") for day in range(5))) == []
    own = problem_of("cn", carry_in=done, first_day=date(2026, 1, 26))
    assert own.paid_before[0, -1] == 0


def test_china_what_the_past_alone_used_up_is_not_told() -> None:
    """Who comes with 40 hours of overtime may work ordinary hours, and no overtime."""
    done = tuple(worked(day, 12, first=date(2026, 1, 19)) for day in range(2, 12))
    problem = problem_of("cn", carry_in=done, first_day=date(2026, 1, 19))
    assert rules_of(problem, (0, "09:00", "phone 480")) == []
    assert rules_of(problem, (0, "09:00", "phone 510")) == ["month_overtime"]


def test_china_pays_by_the_class_of_the_day() -> None:
    """Art. 44: 150 % for overtime, 200 % on a rest day, 300 % on a statutory holiday, all of it beyond the wage."""
    table = make_table(d2026_01_07=DayKind.HOLIDAY)
    problem = problem_of("cn", table=table)
    wage = problem.costs.wage_per_h

    def premium(*shifts: tuple[int, str, str]) -> float:
        roster = make_roster(problem, *((0, *shift) for shift in shifts))
        return roster_cost(problem, roster).components["premium"]

    assert premium((0, "09:00", "phone 480")) == 0
    assert premium((0, "09:00", "phone 600")) == pytest.approx(2 * 0.5 * wage)
    assert premium((2, "09:00", "phone 480")) == pytest.approx(8 * 2.0 * wage)
    five = [(day, "09:00", "phone 480") for day in (0, 1, 3, 4)]
    assert premium(*five, (5, "09:00", "phone 480")) == 0
    ordinary = [(day, "09:00", "phone 480") for day in (0, 1, 3, 4)] + [(5, "09:00", "phone 480")]
    assert premium(*ordinary, (6, "09:00", "phone 240")) == pytest.approx(4 * 1.0 * wage)


def test_china_a_weekend_day_worked_in_exchange_is_ordinary() -> None:
    """Adjusted workdays pay overtime at 150 %, the day off they are exchanged for at 200 %."""
    table = make_table(d2026_01_10=DayKind.WORKDAY, d2026_01_09=DayKind.OBSERVED)
    problem = problem_of("cn", table=table)
    wage = problem.costs.wage_per_h
    for day, rate in ((4, 1.0), (5, 0.5)):
        roster = make_roster(problem, (0, day, "09:00", "phone 600"))
        assert roster_cost(problem, roster).components["premium"] == pytest.approx(2 * rate * wage)


def test_overtime_priced_already_is_not_priced_twice() -> None:
    """Hours beyond the contract's week cost their overtime, and only what a rest day asks more."""
    contract = replace(ANY_HOURS, shifts=("any",), days_max=7, weekly_minutes_max=2400, overtime_minutes_max=600)
    problem = replace(problem_of("cn"), contracts=(contract,))
    wage = problem.costs.wage_per_h
    days = [(0, day, "09:00", "phone 480") for day in range(5)]
    cost = roster_cost(problem, make_roster(problem, *days, (0, 5, "09:00", "phone 240"))).components
    assert cost["overtime"] == pytest.approx(4 * 0.5 * wage)
    assert cost["premium"] == pytest.approx(4 * 1.0 * wage - cost["overtime"])


# European Union, directive 2003/88/EC


def test_eu_eleven_hours_of_rest_in_elapsed_time() -> None:
    """Art. 3, over the night in which clocks go forward: 22:00 to 09:00 are ten hours there."""
    problem = problem_of("eu")
    assert rules_of(problem, (0, "18:00", "phone 240"), (1, "09:00", "phone 240")) == []
    assert rules_of(problem, (0, "18:00", "phone 240"), (1, "08:30", "phone 240")) == ["rest"]
    spring = problem_of("eu", timezone="Europe/Berlin", first_day=date(2026, 3, 23))
    assert rules_of(spring, (SATURDAY, "18:00", "phone 240"), (SUNDAY, "09:00", "phone 240")) == ["rest"]
    assert rules_of(spring, (SATURDAY, "18:00", "phone 240"), (SUNDAY, "10:00", "phone 240")) == []


def test_eu_twenty_four_and_eleven_hours_in_every_week() -> None:
    """Art. 5: 35 hours in one block, not 34 and a half."""
    early = [(day, "12:00", "phone 300") for day in range(5)]
    assert rules_of(problem_of("eu"), *early, (6, "04:00", "phone 300")) == []
    assert rules_of(problem_of("eu"), *early, (6, "03:30", "phone 300")) == ["weekly_rest"]


def test_eu_forty_eight_hours_a_week_on_average() -> None:
    """Art. 6: 48 hours of work in a week are fine, 48 and a half are not."""
    week = [(day, "08:00", "phone 300 meal 30 phone 270") for day in range(5)]
    problem = problem_of("eu", pause=True)
    assert rules_of(problem, *week[:4], (4, "08:00", "phone 300 meal 30 phone 180"), (5, "08:00", "phone 120")) == []
    assert rules_of(problem, *week, (5, "08:00", "phone 60")) == ["average_hours"]


def test_eu_the_average_reaches_back() -> None:
    """Sixteen easy weeks before make a week of 57 hours legal; sixteen weeks of 48 do not."""
    week = [(day, "08:00", "phone 300 meal 30 phone 390") for day in range(5)]
    for hours, found in ((9, []), (9.6, ["average_hours"])):
        done = tuple(worked(7 * week + day, hours) for week in range(16) for day in (1, 2, 3, 4, 7))
        problem = problem_of("eu", pause=True, carry_in=done)
        assert problem.paid_before.shape[1] == 112
        assert rules_of(problem, *week) == found


def test_eu_a_break_when_the_day_is_longer_than_six_hours() -> None:
    """Art. 4: six hours need none, half an hour more does."""
    problem = problem_of("eu")
    assert rules_of(problem, (0, "09:00", "phone 360")) == []
    assert rules_of(problem, (0, "09:00", "phone 390")) == ["break_duty"]
    assert "break_duty" not in rules_of(problem_of("eu", pause=True), (0, "09:00", "phone 210 meal 30 phone 150"))


def test_eu_eight_hours_of_night_work() -> None:
    """Art. 8: with three hours of the night eight hours are allowed, with less any; elapsed in the doubled hour."""
    problem = problem_of("eu", pause=True)
    nine = "phone 240 meal 30 phone 300"
    assert rules_of(problem, (0, "22:00", "phone 240 meal 30 phone 240")) == []
    assert rules_of(problem, (0, "22:00", nine)) == ["night_length"]
    assert rules_of(problem, (0, "16:30", nine)) == ["night_length"]
    assert rules_of(problem, (0, "16:00", nine)) == []
    autumn = problem_of("eu", pause=True, timezone="Europe/Berlin", first_day=date(2026, 10, 19))
    # Ten hours on the clock from 20:00 to 05:30 are ten and a half: an hour is there twice.
    assert rules_of(autumn, (SATURDAY, "20:00", "phone 240 meal 30 phone 300")) == ["night_length"]


# Fair workweek, ORS 653.436, 653.442, 653.455


def test_fair_workweek_ten_hours_between_shifts() -> None:
    """ORS 653.442: ten hours are enough, nine and a half are not."""
    problem = problem_of("fair_workweek")
    assert rules_of(problem, (0, "18:00", "phone 240"), (1, "08:00", "phone 240")) == []
    assert rules_of(problem, (0, "18:00", "phone 240"), (1, "07:30", "phone 240")) == ["rest"]


def test_fair_workweek_pays_for_changes_without_fourteen_days_notice() -> None:
    """ORS 653.455: an hour's pay for a shift moved or added, half of the hours of one taken away; nothing later."""
    problem = problem_of("fair_workweek")
    assert problem.rules.notice_days == 14
    published = make_roster(problem, (0, 0, "08:00", "phone 480"))
    moved, gone = make_roster(problem, (0, 0, "10:00", "phone 480")), make_roster(problem)
    added = make_roster(problem, (0, 0, "08:00", "phone 480"), (0, 1, "08:00", "phone 480"))
    wage = problem.costs.wage_per_h
    near = replace(problem, reference=published, notice_until=problem.grid.n)
    assert roster_cost(near, moved).components["change"] >= wage
    assert roster_cost(near, added).components["change"] >= wage
    assert roster_cost(near, gone).components["change"] >= 4 * wage
    far = replace(near, notice_until=0)
    assert roster_cost(far, moved).components["change"] == problem.costs.change_moved


def test_the_violations_tell_the_preset_and_both_figures() -> None:
    """Detail holds the law, what was found and the limit."""
    problem = problem_of("cn", "eu")
    (found,) = (
        row
        for row in audit_roster(problem, make_roster(problem, (0, 0, "08:00", "phone 690")))
        if row.rule == "day_hours"
    )
    assert found.detail == {"law": "cn", "paid_min": 690, "limit_min": 660}
