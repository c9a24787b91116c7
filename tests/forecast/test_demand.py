"""What every forecast must be: complete, closed where closed, sane on strange histories, never looking ahead."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from staffing.domain.calendar import DayKind
from staffing.domain.centre import Event, SpecialDay
from staffing.domain.demand import Forecast
from staffing.domain.queue import Queue, QueueSource
from staffing.domain.timegrid import TimeGrid
from staffing.errors import SettingsError
from staffing.forecast import forecast_demand
from tests.forecast.conftest import ALWAYS, Maker, phone, true_rate


def wape(forecast: Forecast, truth: np.ndarray, row: int = 0) -> float:
    return float(np.abs(forecast.volume[row] - truth).sum() / truth.sum())


def assert_sane(forecast: Forecast) -> None:
    """Finite, not negative, bands in order."""
    for name in ("volume", "low80", "high80", "low95", "high95", "aht_s", "day_cv", "interval_cv"):
        values = getattr(forecast, name)
        assert np.isfinite(values).all(), name
        assert (values >= 0).all(), name
    assert (forecast.low95 <= forecast.low80).all()
    assert (forecast.low80 <= forecast.high80).all()
    assert (forecast.high80 <= forecast.high95).all()
    assert (forecast.high95[forecast.volume == 0] == 0).all()


def ahead(scenario: Any, table: Any, days: int = 14, **options: Any) -> Forecast:
    """Forecast from the day after the history."""
    grid = scenario.history.grid
    forecast = forecast_demand(scenario, table, grid.first_day + timedelta(days=grid.days), days, **options)
    assert_sane(forecast)
    return forecast


def test_the_truth_is_found_and_closed_is_zero(make: Maker) -> None:
    """Four months of a steady centre give its true rates within 5 %, with nothing outside opening hours."""
    scenario, table = make()
    forecast = ahead(scenario, table)
    queue = scenario.centre.queues[0]
    truth = true_rate(forecast.grid, table, queue, 800.0)
    assert wape(forecast, truth) < 0.05
    assert (forecast.volume[0][truth == 0] == 0).all()
    assert forecast.method == ("day_regression+random_walk+poisson_glm",)
    assert forecast.notes == ()


def test_bands_hold_the_right_share(make: Maker) -> None:
    """Bands of a known process hold about 80 % and 95 % of fresh counts, and day uncertainty is near the true 5 %."""
    scenario, table = make()
    forecast = ahead(scenario, table, 28)
    rng = np.random.default_rng(1)
    truth = true_rate(forecast.grid, table, scenario.centre.queues[0], 800.0)
    level = np.exp(0.05 * rng.standard_normal((400, 28)))[:, forecast.grid.day]
    counts, use = rng.poisson(truth * level), truth > 3
    for low, high, share in ((forecast.low80, forecast.high80, 0.8), (forecast.low95, forecast.high95, 0.95)):
        held = ((counts >= low[0]) & (counts <= high[0]))[:, use].mean()
        assert share - 0.05 < held < share + 0.05
    assert 0.03 < forecast.day_cv[forecast.day_cv > 0].mean() < 0.09


@pytest.mark.parametrize("days", [1, 2, 3, 5, 8, 12, 20, 35])
@pytest.mark.parametrize("per_day", [800.0, 40.0])
def test_short_histories_give_a_forecast(make: Maker, days: int, per_day: float) -> None:
    """From the first day on there is a forecast of the right size, and the shortness is said."""
    scenario, table = make(days=days, per_day=per_day)
    forecast = ahead(scenario, table)
    truth = true_rate(forecast.grid, table, scenario.centre.queues[0], per_day)
    assert 0.6 < forecast.volume.sum() / truth.sum() < 1.6
    short = any(note.code == "forecast_short_history" for note in forecast.notes)
    assert short == (days * 5 / 7 < 28)


def test_no_history_is_said(make: Maker) -> None:
    """A queue without any history, or with unknown values only, has no volume and a note says so."""
    scenario, table = make(phone(), others=(phone("new"),))
    forecast = ahead(scenario, table)
    assert forecast.queues == ("phone", "new")
    assert forecast.volume[1].sum() == 0
    assert [(note.code, note.params) for note in forecast.notes] == [("forecast_no_history", (("queue", "new"),))]

    def forget(offered: np.ndarray, grid: TimeGrid) -> None:
        offered[:] = np.nan

    scenario, table = make(edit=forget)
    assert ahead(scenario, table).method == ("no_history",)


def test_a_queue_of_zeros_stays_zero(make: Maker) -> None:
    """A queue that never had a contact is forecast at zero, with a note."""
    scenario, table = make(per_day=0.0)
    forecast = ahead(scenario, table)
    assert forecast.volume.sum() == 0
    assert forecast.notes[0].code == "forecast_all_zero"


def test_few_contacts(make: Maker) -> None:
    """Two contacts an interval around the clock: the level is right within 10 % and not biased by logarithms."""
    queue = phone(hours=ALWAYS)
    scenario, table = make(queue, per_day=20.0, days=200)
    forecast = ahead(scenario, table, 28)
    truth = true_rate(forecast.grid, table, queue, 20.0)
    assert abs(forecast.volume.sum() / truth.sum() - 1) < 0.1


def test_unknown_is_not_zero(make: Maker) -> None:
    """Days and intervals that are unknown do not pull the forecast down."""
    scenario, table = make()

    def forget(offered: np.ndarray, grid: TimeGrid) -> None:
        offered[:, (grid.day >= 90) & (grid.day < 104)] = np.nan
        offered[:, (grid.day % 9 == 0) & (grid.minute >= 900)] = np.nan

    gappy, _ = make(edit=forget)
    full, part = ahead(scenario, table).volume.sum(), ahead(gappy, table).volume.sum()
    assert abs(part / full - 1) < 0.03


def test_outliers_are_damped_and_said(make: Maker) -> None:
    """An outage day of zeros and a day of five times the volume move the forecast by less than 3 %."""
    scenario, table = make()

    def spoil(offered: np.ndarray, grid: TimeGrid) -> None:
        offered[:, grid.day == 108] = 0.0
        offered[:, grid.day == 115] *= 5.0

    spoilt, _ = make(edit=spoil)
    plain, damped = ahead(scenario, table), ahead(spoilt, table)
    assert abs(damped.volume.sum() / plain.volume.sum() - 1) < 0.03
    assert "forecast_outliers_damped" in [note.code for note in damped.notes]


def test_a_level_shift_is_followed(make: Maker) -> None:
    """Six weeks after the level rose by half, the forecast is within 6 % of the new level."""

    def shift(offered: np.ndarray, grid: TimeGrid) -> None:
        offered[:, grid.day >= 78] = np.round(offered[:, grid.day >= 78] * 1.5)

    scenario, table = make(edit=shift)
    forecast = ahead(scenario, table)
    truth = 1.5 * true_rate(forecast.grid, table, scenario.centre.queues[0], 800.0)
    assert abs(forecast.volume.sum() / truth.sum() - 1) < 0.06


def test_nothing_is_known_from_the_first_day_on(make: Maker) -> None:
    """Changing the history from the first day of the horizon on changes nothing: no leakage."""
    scenario, table = make()

    def later(offered: np.ndarray, grid: TimeGrid) -> None:
        offered[:, grid.day >= 91] = 9999.0

    other, _ = make(edit=later)
    first = date(2025, 1, 6) + timedelta(days=91)
    one, two = (forecast_demand(s, table, first, 14).volume for s in (scenario, other))
    assert np.array_equal(one, two)


def test_the_same_call_gives_the_same_forecast(make: Maker) -> None:
    """Two calls agree to the last bit."""
    scenario, table = make()
    assert np.array_equal(ahead(scenario, table, seed=1).high95, ahead(scenario, table, seed=2).high95)


def test_a_gap_between_history_and_horizon(make: Maker) -> None:
    """A horizon three weeks after the last known day is forecast; where the level wanders, with more uncertain days."""

    def wander(offered: np.ndarray, grid: TimeGrid) -> None:
        level = np.exp(np.cumsum(0.03 * np.random.default_rng(3).standard_normal(grid.days)))
        offered *= level[grid.day]

    scenario, table = make(edit=wander)
    first = date(2025, 1, 6) + timedelta(days=141)
    far = forecast_demand(scenario, table, first, 7)
    assert_sane(far)
    assert far.day_cv.max() > ahead(scenario, table, 7).day_cv.max()


def test_special_days_reach_the_forecast(make: Maker) -> None:
    """A closed day and a day without holiday hours have no contacts; a worked Saturday follows Friday."""
    own = (
        SpecialDay(date(2025, 5, 7), "closed"),
        SpecialDay(date(2025, 5, 8), "holiday", "founder's day"),
        SpecialDay(date(2025, 5, 10), "workday"),
    )
    scenario, table = make(special_days=own)
    assert table.on(date(2025, 5, 10)).kind is DayKind.WORKDAY
    forecast = ahead(scenario, table, 7)
    by_day = np.add.reduceat(forecast.volume[0], forecast.grid.day_start[:-1])
    days = {when: by_day[k] for k, when in enumerate(forecast.grid.dates)}
    assert days[date(2025, 5, 7)] == days[date(2025, 5, 8)] == 0
    assert 0.5 < days[date(2025, 5, 10)] / days[date(2025, 5, 9)] < 1.5


def test_a_given_event_multiplies_and_widens(make: Maker) -> None:
    """A campaign of factor 1.35 with spread 0.1 lifts its days by about 35 % and their uncertainty above 7 %."""
    scenario, table = make()
    event = Event("campaign", date(2025, 5, 7), date(2025, 5, 7), ("phone",), 1.35, 0.1)
    lifted, _ = make(events=(event,))
    other, _ = make(events=(Event("campaign", date(2025, 5, 7), date(2025, 5, 7), ("chat",), 1.35, 0.1),))
    plain, changed, untouched = (ahead(s, table, 7) for s in (scenario, lifted, other))
    day = (date(2025, 5, 7) - plain.grid.first_day).days
    span = plain.grid.day_slice(day)
    assert 1.3 < changed.volume[0, span].sum() / plain.volume[0, span].sum() < 1.4
    assert changed.day_cv[0, day] > 0.07 > plain.day_cv[0, day]
    assert np.array_equal(untouched.volume, plain.volume)


def test_an_event_may_stop_a_queue(make: Maker) -> None:
    """A factor of 0 leaves next to nothing, and nothing breaks."""
    day = date(2025, 5, 7)
    scenario, table = make(events=(Event("move", day, day, (), 0.0, 0.0),))
    forecast = ahead(scenario, table, 7)
    by_day = np.add.reduceat(forecast.volume[0], forecast.grid.day_start[:-1])
    assert by_day[1] < 0.02 * by_day[2]


def test_an_event_is_learned_from_its_past(make: Maker) -> None:
    """Four past mailings of +50 % teach the fifth, its lag day included; one never seen is said not to be known."""
    dates = [date(2025, 2, 4), date(2025, 2, 25), date(2025, 3, 18), date(2025, 4, 8), date(2025, 5, 7)]

    def mail(offered: np.ndarray, grid: TimeGrid) -> None:
        for when in dates[:-1]:
            day = (when - grid.first_day).days
            offered[:, (grid.day == day) | (grid.day == day + 1)] *= 1.5

    events = tuple(Event("mailing", when, when, (), None, lag_days=1) for when in dates)
    plain, table = make()
    scenario, _ = make(edit=mail, events=(*events, Event("fair", dates[-1], dates[-1], (), None)))
    base, learned = ahead(plain, table, 7), ahead(scenario, table, 7)
    unknown = [note for note in learned.notes if note.code == "forecast_event_not_learned"]
    assert [dict(note.params)["event"] for note in unknown] == ["fair"]
    day = (dates[-1] - base.grid.first_day).days + 1
    span = base.grid.day_slice(day)
    assert 1.35 < learned.volume[0, span].sum() / base.volume[0, span].sum() < 1.6


def test_spring_festival_is_learned_from_two_earlier_ones(make: Maker) -> None:
    """A block at 20 % of the usual volume and first days back at 140 % are repeated in the third year."""
    queue = phone(hours=ALWAYS)
    block = [(date(2024, 2, 10), date(2024, 2, 17)), (date(2025, 1, 28), date(2025, 2, 4))]

    def festival(offered: np.ndarray, grid: TimeGrid) -> None:
        for first, last in block:
            a, b = (first - grid.first_day).days, (last - grid.first_day).days
            offered[:, (grid.day >= a) & (grid.day <= b)] *= 0.2
            offered[:, (grid.day == b + 1)] *= 1.4

    scenario, table = make(queue, first=date(2023, 12, 1), days=787, country="CN", edit=festival)
    forecast = forecast_demand(scenario, table, date(2026, 2, 9), 21)
    assert_sane(forecast)
    truth = true_rate(forecast.grid, table, queue, 800.0)
    ratio = np.add.reduceat(forecast.volume[0], forecast.grid.day_start[:-1]) / np.add.reduceat(
        truth, forecast.grid.day_start[:-1]
    )
    assert 0.12 < ratio[7:14].mean() < 0.35  # 16 to 22 February
    assert 1.15 < ratio[15] < 1.6  # 24 February, first day back


def test_clock_changes(make: Maker) -> None:
    """The spring day lacks its gap, the autumn day repeats its hour at the same rate."""
    queue = phone(hours=ALWAYS)
    scenario, table = make(queue, first=date(2025, 6, 2), days=140, zone="Europe/Berlin", per_day=4000.0)
    forecast = ahead(scenario, table, 14)
    spans = {when: forecast.grid.day_slice(day) for day, when in enumerate(forecast.grid.dates)}
    autumn = forecast.volume[0, spans[date(2025, 10, 26)]]
    assert len(autumn) == 50
    assert autumn[4:6].tolist() == autumn[6:8].tolist()  # 02:00 twice
    scenario, table = make(queue, first=date(2024, 11, 4), days=140, zone="Europe/Berlin", per_day=4000.0)
    assert len(ahead(scenario, table, 14).grid.day_start) == 15
    spring = forecast_demand(scenario, table, date(2025, 3, 30), 1)
    assert spring.volume.shape == (1, 46)
    assert_sane(spring)


def test_a_history_with_clock_changes_has_no_hole(make: Maker) -> None:
    """After a year with both clock changes the night cells are as any other."""
    queue = phone(hours=ALWAYS)
    scenario, table = make(queue, first=date(2024, 9, 2), days=400, zone="America/New_York", per_day=4000.0)
    forecast = ahead(scenario, table, 7)
    truth = true_rate(forecast.grid, table, queue, 4000.0)
    night = (forecast.grid.minute >= 60) & (forecast.grid.minute < 240)
    assert abs(forecast.volume[0, night].sum() / truth[night].sum() - 1) < 0.06


def test_a_daily_grid(make: Maker) -> None:
    """A forecast-only centre with one step a day works too."""
    queue = phone(hours=ALWAYS)
    scenario, table = make(queue, step_min=30, days=120)
    daily = TimeGrid("UTC", date(2025, 1, 6), 120, 1440)
    counts = np.add.reduceat(scenario.history.offered, scenario.history.grid.day_start[:-1], axis=1)
    centre = replace(scenario.centre, interval_min=1440)
    scenario = replace(scenario, centre=centre, history=replace(scenario.history, grid=daily, offered=counts))
    forecast = ahead(scenario, table, 14)
    assert forecast.volume.shape == (1, 14)
    assert abs(forecast.volume[0, :7].sum() / counts[0, -7:].sum() - 1) < 0.1


def test_hours_may_be_missing(make: Maker) -> None:
    """A queue whose hours nobody gave is open where its history has contacts."""
    scenario, table = make()
    centre = replace(scenario.centre, queues=(replace(scenario.centre.queues[0], hours=None),))
    forecast = ahead(replace(scenario, centre=centre), table, 7)
    minute, weekday = forecast.grid.minute, forecast.grid.weekday[forecast.grid.day]
    closed = (minute < 480) | (minute >= 1080) | (weekday >= 5)
    assert forecast.volume[0, closed].sum() == 0
    assert (forecast.volume[0, ~closed] > 0).all()


def test_contacts_outside_hours_are_said(make: Maker) -> None:
    """Calls recorded while the queue is closed are left out, and the note tells their share."""

    def night(offered: np.ndarray, grid: TimeGrid) -> None:
        offered[:, grid.minute == 0] = 100.0

    scenario, table = make(edit=night)
    forecast = ahead(scenario, table, 7)
    shares = [dict(n.params)["share"] for n in forecast.notes if n.code == "forecast_contacts_outside_hours"]
    assert len(shares) == 1
    assert 0.1 < float(shares[0]) < 0.3


def test_the_table_must_reach(make: Maker) -> None:
    """A calendar that ends before the horizon is refused with both ranges."""
    scenario, table = make(ahead=5)
    with pytest.raises(ValueError, match="expected"):
        ahead(scenario, table, 14)


def test_sources_in_a_circle_are_refused(make: Maker) -> None:
    """Two queues derived from each other, or from nobody, are named."""

    def derived(name: str, source: str) -> Queue:
        return phone(name, source=QueueSource(source, 0.1))

    for others in ((derived("a", "b"), derived("b", "a")), (derived("a", "nowhere"),)):
        scenario, table = make(others=others)
        with pytest.raises(SettingsError, match="a from"):
            ahead(scenario, table, 7)
