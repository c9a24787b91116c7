"""Parts add up to the whole, whatever they are grouped by."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.measures.kpi import (
    BY_CODE,
    GROUPINGS,
    MEASURES,
    Direction,
    Figure,
    Records,
    Rows,
    kpi_book,
    month_of,
    periods_in,
    verdict,
    week_of,
    with_plan,
)
from tests.measures.kpi_cases import DAY, MONDAY, records, spans, table
from tests.plans import make_plan_value

ADDING = [measure.code for measure in MEASURES if not measure.stock]


def random_records(seed: int, days: int) -> Records:
    """Records of random days, with unknown queues and agents and with blanks."""
    rng = np.random.default_rng(seed)

    def rows(count: int, **columns: np.ndarray) -> Rows:
        day = DAY + rng.integers(0, days, count)
        return Rows(day, rng.integers(-1, 2, count), rng.integers(-1, 3, count), columns)

    n = int(rng.integers(0, 40))
    offered = rng.poisson(5, n).astype(float)
    handled = np.floor(offered * rng.random(n))
    blank = np.where(rng.random(n) < 0.2, np.nan, 1.0)
    intervals = rows(
        n,
        offered=offered,
        handled=handled,
        abandoned=offered - handled,
        aht_s=np.full(n, 240.0),
        wait_s=10 * handled * blank,
        within_target=np.floor(handled * 0.8) * blank,
        forecast=rng.random(n) * 10,
    )
    work = []
    for agent in range(3):
        for day in range(days):
            kind = ("work", "break", "training", "sick")[int(rng.integers(4))]
            work.append((day, int(rng.integers(-1, 2)), agent, 8.0, 9 + 8 * float(rng.random()), kind, 1))
    score = rng.integers(0, 11, n).astype(float)
    surveys = rows(n, csat=np.clip(score / 2, 1, 5), nps=score * blank)
    plan = spans(*((d, 0, a, 9.0, 15.0, "work", 1) for d in range(days) for a in range(3)))
    return records(intervals=intervals, surveys=surveys, activity=spans(*work), plan=plan)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), days=st.integers(1, 40), by=st.sampled_from(GROUPINGS))
def test_groups_add_up_to_the_total(seed: int, days: int, by: str) -> None:
    """Tops and bottoms of the groups sum to those of the total, and the total is their ratio."""
    book = kpi_book(random_records(seed, days), by=by)
    assert book is not None
    for code in ADDING:
        total, parts = book.figure(code), [book.figure(code, group) for group in book.groups]
        assert sum(part.top for part in parts) == pytest.approx(total.top, abs=1e-6)
        assert sum(part.bottom for part in parts) == pytest.approx(total.bottom, abs=1e-6)
        if total.value is not None and total.low is not None and total.high is not None and code != "nps":
            assert total.low - 1e-9 <= total.value <= total.high + 1e-9


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), by=st.sampled_from(["queue", "team"]))
def test_what_weighs_a_whole_period_adds_up_over_teams_and_queues(seed: int, by: str) -> None:
    """Burdens and clients of the groups sum to those of the total; a share of burdens lies between 0 and 1."""
    rng = np.random.default_rng(seed)
    shifts = [(int(rng.integers(0, 9)), -1, int(rng.integers(0, 3)), int(rng.integers(0, 3))) for _ in range(30)]
    clients = [
        (-int(rng.integers(0, 9)), int(rng.integers(-1, 2)), int(rng.integers(-1, 3)), DAY + 3) for _ in range(9)
    ]
    tables = {"burdens": table(*shifts, names="burdens"), "clients": table(*clients, names="end_day")}
    book = kpi_book(records(**tables), by=by)
    assert book is not None
    for code in ("fairness", "retention"):
        total, parts = book.figure(code), [book.figure(code, group) for group in book.groups]
        assert sum(part.top for part in parts) == pytest.approx(total.top)
        assert sum(part.bottom for part in parts) == pytest.approx(total.bottom)
        assert total.value is None or 0 <= total.value <= 1


def test_plans_of_several_weeks_stand_side_by_side() -> None:
    """Wishes and burdens of the first plan stay when the second is put in; the same plan twice counts once."""
    plan = make_plan_value()
    bare = records(intervals=table(names="offered"))
    once = with_plan(bare, plan)
    twice = with_plan(once, plan)
    for name in ("wishes", "burdens", "plan"):
        one, two = once.rows(name), twice.rows(name)
        assert one is not None
        assert two is not None
        assert len(one) == len(two)
    burdens, known = once.rows("burdens"), bare.rows("burdens")
    assert burdens is not None
    assert known is not None
    assert len(burdens) == len(known) + len(list(plan.roster.shifts()))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), days=st.integers(1, 40))
def test_a_total_lies_between_its_groups(seed: int, days: int) -> None:
    """A ratio of sums is a weighed mean of the ratios of its parts."""
    book = kpi_book(random_records(seed, days), by="day")
    assert book is not None
    for code in ("service_level", "csat", "asa", "shrinkage"):
        known = [part.value for group in book.groups if (part := book.figure(code, group)).value is not None]
        value = book.figure(code).value
        assert (value is None) == (not known)
        if value is not None:
            assert min(known) - 1e-9 <= value <= max(known) + 1e-9


def test_it_is_no_mean_of_ratios() -> None:
    """8 of 10 and 24 of 30 in time make 80 %, and 1 of 1 beside 0 of 99 makes 1 %."""
    names = "offered within_target"
    book = kpi_book(records(intervals=table((0, 0, -1, 1, 1), (0, 1, -1, 99, 0), names=names)), by="queue")
    assert book is not None
    assert [book.figure("service_level", queue).value for queue in ("phone", "mail")] == [1.0, 0.0]
    assert book.figure("service_level").value == pytest.approx(0.01)


def test_periods_without_records_say_no_data() -> None:
    """A week in which nothing happened stands in the book, and in the trend, without a value."""
    names = "csat"
    surveys = table((0, 0, 0, 4), (14, 0, 0, 5), names=names)
    only = Records(("phone",), ("a",), ("north",), np.array([0]), np.array([1.0]), tables={"surveys": surveys})
    book = kpi_book(only, by="week")
    assert book is not None
    assert book.groups == ("2026-02-02", "2026-02-09", "2026-02-16")
    assert [book.figure("csat", week).state for week in book.groups] == ["few", "none", "few"]
    assert book.figure("csat").trend == (4.0, None, 5.0)


def test_weeks_start_where_the_centre_says_and_months_are_calendar_months() -> None:
    """Sunday weeks, and a period over the end of a year."""
    surveys = table((-40, 0, 0, 4), (0, 0, 0, 5), names="csat")
    only = Records(("q",), ("a",), ("t",), np.array([0]), np.array([1.0]), week_start=6, tables={"surveys": surveys})
    weeks, months = kpi_book(only, by="week"), kpi_book(only, by="month")
    assert weeks is not None
    assert months is not None
    assert all(date.fromisoformat(week).weekday() == 6 for week in weeks.groups)
    assert months.groups == ("2025-12", "2026-01", "2026-02")


def test_retention_compares_the_ends_of_each_period() -> None:
    """Two clients at the start; one leaves in the first week: 50 % over both weeks, 50 % and 100 % week by week."""
    clients = table((-9, -1, -1, float("nan")), (-9, -1, -1, DAY + 3), names="end_day")
    surveys = table((0, 0, 0, 4), (13, 0, 0, 5), names="csat")
    book = kpi_book(records(clients=clients, surveys=surveys), by="week")
    assert book is not None
    assert book.figure("retention").value == 0.5
    assert [book.figure("retention", week).value for week in book.groups] == [0.5, 1.0]
    assert book.figure("retention").trend == (0.5, 1.0)


def test_rows_of_nobody_keep_the_parts_whole() -> None:
    """Contacts belong to no team: their group is there by team, and absent where everything is known."""
    by_team, by_queue = kpi_book(records(), by="team"), kpi_book(records(intervals=table(names="offered")), by="queue")
    assert by_team is not None
    assert by_queue is not None
    assert by_team.groups == ("north", "south", "")
    assert by_team.figure("volume", "").value == 60
    assert by_team.figure("csat", "north").value == pytest.approx(11 / 3)


def test_a_verdict_needs_data_and_a_direction() -> None:
    """Kept, missed, not sure; nothing where there is too little or no better direction."""
    csat = BY_CODE["csat"]
    assert verdict(csat, Figure(4.5, 4.4, 4.6), 4.3) == "kept"
    assert verdict(csat, Figure(4.5, 4.4, 4.6), 4.7) == "missed"
    assert verdict(csat, Figure(4.5, 4.4, 4.6), 4.55) == "unsure"
    assert verdict(BY_CODE["asa"], Figure(20, 15, 25), 10) == "missed"
    assert verdict(csat, Figure(4.5, 4.4, 4.6, few=True), 4.3) == ""
    assert verdict(csat, Figure(), 4.3) == ""
    assert BY_CODE["volume"].direction is Direction.NEITHER
    assert verdict(BY_CODE["volume"], Figure(10.0), 5) == ""


def test_weeks_and_months_know_the_one_before() -> None:
    """January after December, weeks from Sunday where the centre says so, the newest first."""
    month, week = month_of(date(2026, 1, 31)), week_of(date(2026, 1, 1), 6)
    assert (month.first, month.last, month.name) == (date(2026, 1, 1), date(2026, 1, 31), "2026-01")
    assert (month.before.first, month.before.last) == (date(2025, 12, 1), date(2025, 12, 31))
    assert (week.first, week.last, week.before.last) == (date(2025, 12, 28), date(2026, 1, 3), date(2025, 12, 27))
    found = periods_in(date(2026, 1, 30), date(2026, 2, 8))
    assert [one.name for one in found] == ["2026-02", "2026-01", "2026-02-02", "2026-01-26"]


def test_a_period_leaves_out_what_lies_outside() -> None:
    """Only Tuesday's contacts, and few of them by the sample asked for."""
    tuesday = MONDAY + timedelta(days=1)
    book = kpi_book(records(), first=tuesday, last=tuesday, min_sample={"service_level": 31})
    assert book is not None
    assert (book.figure("volume").value, book.figure("service_level").state) == (30, "few")


@pytest.mark.parametrize("wrong", [{"by": "agent"}, {"first": MONDAY, "last": MONDAY - timedelta(days=1)}])
def test_wrong_questions_are_refused(wrong: dict[str, object]) -> None:
    """No grouping by person, no period that ends before it starts."""
    with pytest.raises(ValueError, match=r"by is|ends on"):
        kpi_book(records(), **wrong)  # type: ignore[arg-type]
