"""Each measure against a case worked by hand."""

from dataclasses import replace

import numpy as np
import pytest

from staffing.domain.problem import AgentWish
from staffing.measures.kpi import MEASURES, Records, Rows, kpi_book, with_plan
from staffing.measures.kpi.confidence import mean_interval, nps_interval, ratio_interval, wilson
from staffing.measures.kpi.spans import overlap_s
from tests.measures.kpi_cases import HOUR, INTERVALS, MONDAY, records, spans, table
from tests.plans import make_plan_value

# Worked by hand from the tables of kpi_cases: (top, bottom, value).
BY_HAND = {
    "volume": (60, 3, 60),
    "service_level": (32, 40, 0.8),  # mail knows no target: 8 + 24 of 10 + 30
    "asa": (270, 36, 7.5),
    "abandonment": (4, 60, 4 / 60),
    # Monday only, the day with activity: 9 x 300 s + 20 x 180 s of 3.5 + 5 + 3 hours at work.
    "occupancy": (6300, 11.5 * HOUR, 6300 / (11.5 * HOUR)),
    "first_response": (8, 4, 2),
    "resolution": (24, 3, 8),
    "first_contact": (1, 3, 1 / 3),
    "complaint_rate": (1, 4, 0.25),
    "csat": (14, 4, 3.5),
    "nps": (0, 5, 0),  # promoters 10 and 9, passive 8, detractors 3 and 0
    "retention": (2, 3, 2 / 3),  # of three clients on Monday one leaves that day
    "quality": (115, 150, 115 / 150),
    # a: 3.5 + 0.5 (a break in the meal) + 4 of 9 hours; c: 3 of 4; b is on leave.
    "adherence": (11 * HOUR, 13 * HOUR, 11 / 13),
    "shrinkage": (9 * HOUR, 20.5 * HOUR, 9 / 20.5),
    "shrinkage_break": (0.5 * HOUR, 20.5 * HOUR, 0.5 / 20.5),
    "shrinkage_training": (0.5 * HOUR, 20.5 * HOUR, 0.5 / 20.5),
    "shrinkage_leave": (8 * HOUR, 20.5 * HOUR, 8 / 20.5),
    "shrinkage_meal": (0, 20.5 * HOUR, 0),
    "shrinkage_meeting": (0, 20.5 * HOUR, 0),
    "shrinkage_coaching": (0, 20.5 * HOUR, 0),
    "shrinkage_other": (0, 20.5 * HOUR, 0),
    "shrinkage_sick": (0, 20.5 * HOUR, 0),
    "shrinkage_unavailable": (0, 20.5 * HOUR, 0),
    "forecast_wape": (2 + 2 + 6, 60, 10 / 60),
    "forecast_bias": (2 - 2 - 6, 60, -0.1),
    "plan_actual": (11.5 * HOUR, 12 * HOUR, 11.5 / 12),
    "overtime": (1, 5, 1),
    # a bears 3 where 2 were fair, b none where 1 was: one of four burdens would have to change hands.
    "fairness": (1, 4, 0.25),
    "wishes": (2, 3, 2 / 3),
    # a 9.5 h x 30, b 8 h x 20, c 3 h x 40; handled on Monday 9 + 20.
    "cost_per_contact": (285 + 160 + 120, 29, 565 / 29),
}


@pytest.mark.parametrize("code", [measure.code for measure in MEASURES])
def test_each_measure_equals_the_case_worked_by_hand(code: str) -> None:
    """Sums above and below the line, and the value."""
    book = kpi_book(records())
    assert book is not None
    figure = book.figure(code)
    top, bottom, value = BY_HAND[code]
    assert (figure.top, figure.bottom) == pytest.approx((top, bottom))
    assert figure.value == pytest.approx(value)


def test_shrinkage_is_the_sum_of_its_reasons() -> None:
    """Every paid second that is not work has one reason."""
    book = kpi_book(records())
    assert book is not None
    reasons = [figure.top for code, figure in book.total.items() if code.startswith("shrinkage_")]
    assert sum(reasons) == pytest.approx(book.figure("shrinkage").top)


def test_a_measure_without_its_table_says_no_data() -> None:
    """Nothing is guessed where a table is missing."""
    empty = Records(("phone",), (), (), np.zeros(0), np.zeros(0), tables={"intervals": INTERVALS})
    book = kpi_book(empty)
    assert book is not None
    told = {code for code, figure in book.total.items() if figure.value is not None}
    assert told == {"volume", "service_level", "asa", "abandonment", "forecast_wape", "forecast_bias"}
    assert all(book.figure(code).state == "none" for code in book.total.keys() - told)


def test_nothing_handled_is_no_division_by_zero() -> None:
    """Intervals without contacts have a volume of 0 and no other figure."""
    quiet = table((0, 0, -1, 0, 0, 0, NO_AHT, 0, 0), names="offered handled abandoned aht_s wait_s within_target")
    book = kpi_book(records(intervals=quiet))
    assert book is not None
    assert book.figure("volume").value == 0
    for code in ("service_level", "asa", "abandonment", "cost_per_contact"):
        assert book.figure(code).value is None
    assert book.figure("occupancy").value == 0


NO_AHT = float("nan")


def test_no_records_make_no_book() -> None:
    """Neither no tables nor a period outside them."""
    nothing = Records((), (), (), np.zeros(0), np.zeros(0))
    assert kpi_book(nothing) is None
    assert kpi_book(records(), first=MONDAY.replace(year=2030)) is None


def test_overtime_is_what_lies_outside_the_shift() -> None:
    """Early and late hours count, a gap inside a shift does not, unpaid time neither."""
    plan = spans((0, 0, 0, 9, 17, "work", 1))
    done = spans((0, 0, 0, 8, 12, "work", 1), (0, 0, 0, 13, 18, "work", 1), (0, -1, 0, 18, 19, "meal", 0))
    book = kpi_book(records(plan=plan, activity=done))
    assert book is not None
    assert book.figure("overtime").value == pytest.approx(2)


def test_a_cost_needs_contacts_and_hours() -> None:
    """By queue the mail, whose time at work nobody noted, has no occupancy and no cost."""
    book = kpi_book(records(), by="queue")
    assert book is not None
    assert book.figure("occupancy", "mail").value is None
    assert book.figure("cost_per_contact", "mail").value is None
    assert book.figure("occupancy", "phone").value == pytest.approx(2700 / (11.5 * HOUR))


def test_wilson_against_published_values() -> None:
    """0 of 10 and 81 of 263, the latter from Newcombe (1998)."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    low, high = wilson(0, 10) or (1.0, 0.0)
    assert low == pytest.approx(0, abs=1e-12)
    assert high == pytest.approx(0.27753, abs=1e-5)
    assert wilson(0, 0) is None


def test_interval_of_a_mean_by_hand() -> None:
    """Mean 4, deviation 1, three values: t = 4.3027 at two degrees of freedom."""
    half = 4.302653 / 3**0.5
    assert mean_interval(np.array([3.0, 4.0, 5.0])) == pytest.approx((4 - half, 4 + half), abs=1e-6)
    assert mean_interval(np.array([3.0])) is None
    assert mean_interval(np.array([5.0, 5.0, 5.0])) is None


def test_interval_of_a_ratio_by_hand() -> None:
    """1/2 and 3/2: ratio 1, residuals -1 and 1, so half = 12.7062 sqrt(2/1 x 2) / 4."""
    half = 12.706205 * 2 / 4
    found = ratio_interval(np.array([1.0, 3.0]), np.array([2.0, 2.0]))
    assert found == pytest.approx((1 - half, 1 + half), abs=1e-5)
    assert ratio_interval(np.array([1.0]), np.array([2.0])) is None
    assert ratio_interval(np.zeros(3), np.zeros(3)) is None
    assert ratio_interval(np.zeros(3), np.ones(3)) is None


def test_interval_of_the_net_promoter_score_by_hand() -> None:
    """6 promoters, 2 detractors of 10: with one answer of each kind more, p = 7/13 and d = 3/13."""
    p, d = 7 / 13, 3 / 13
    half = 1.959964 * ((p + d - (p - d) ** 2) / 13) ** 0.5
    assert nps_interval(6, 2, 10) == pytest.approx((p - d - half, p - d + half), abs=1e-6)
    for count in (1, 5, 500):
        low, high = nps_interval(count, 0, count) or (0.0, 0.0)
        assert low < 1 <= high
    assert nps_interval(0, 0, 0) is None


def test_overlap_keeps_keys_apart() -> None:
    """Only spans of the same key count, and a span may meet several."""
    key, start, end = np.array([0, 1]), np.array([0.0, 0.0]), np.array([100.0, 100.0])
    other = np.array([0, 0, 1]), np.array([10.0, 50.0, 90.0]), np.array([20.0, 70.0, 200.0])
    assert overlap_s(key, start, end, *other).tolist() == [30.0, 10.0]


def test_a_plan_brings_its_roster_its_wishes_and_its_forecast() -> None:
    """On the plan's days its roster counts, on others the schedule that was there; own forecasts stay."""
    plan = make_plan_value()
    problem = replace(plan.problem, wishes=(AgentWish(0, 0, *OFF), AgentWish(1, 2, *OFF)))
    plan = replace(plan, problem=problem)
    first = problem.grid.first_day.toordinal()
    before = Rows(
        np.array([first - 1]), np.array([-1]), np.array([0]), {"start_s": HOURS, "end_s": 2 * HOURS, "kind": ZERO}
    )
    start_s = np.array([float(problem.grid.epoch_s(step)) for step in (0, 1)])
    contacts = Rows(
        np.array([first, first]),
        np.array([0, 0]),
        np.array([-1, -1]),
        {"start_s": start_s, "forecast": np.array([7.0, np.nan])},
    )
    agents = tuple(agent.id for agent in problem.agents)
    bare = Records(
        problem.queues, agents, (), np.array([-1, -1]), np.ones(2), tables={"plan": before, "intervals": contacts}
    )
    found = with_plan(bare, plan)
    rows, wishes, intervals = (found.rows(name) for name in ("plan", "wishes", "intervals"))
    assert rows is not None
    assert wishes is not None
    assert intervals is not None
    # Two shifts of 8.5 h and one of 4 h, after the hour of the day before.
    assert (rows["end_s"] - rows["start_s"]).sum() / HOUR == pytest.approx(1 + 8 + 8 + 4)
    assert rows.day.min() == first - 1
    assert wishes["granted"].tolist() == [0, 1]
    assert intervals["forecast"].tolist() == [7, 2]
    assert with_plan(found, plan).rows("plan")["end_s"].sum() == rows["end_s"].sum()  # type: ignore[index]


OFF = ("off", 1.0, None, "")
HOURS, ZERO = np.array([HOUR]), np.array([0.0])
