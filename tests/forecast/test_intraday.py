"""The rest of a day, forecast again: how far a morning is believed, and what it leaves alone."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from staffing.domain.calendar import DayTable
from staffing.domain.centre import Centre, Scenario
from staffing.domain.demand import ContactHistory, Forecast
from staffing.domain.queue import Queue, QueueSource
from staffing.domain.timegrid import TimeGrid
from staffing.errors import SettingsError
from staffing.forecast import forecast_demand, update_day
from tests.builders import make_queue, make_table

FIRST, TODAY = date(2026, 1, 5), date(2026, 4, 6)
GRID = TimeGrid("UTC", FIRST, (TODAY - FIRST).days, 60)
OPEN_FROM, OPEN_TO = 8, 18


def scenario_with(day_cv: float, interval_cv: float, *others: Queue) -> tuple[Scenario, DayTable]:
    """Thirteen weeks of 100 contacts an hour, with a day factor and an interval factor of the given spread."""
    rng = np.random.default_rng(11)
    is_open = (GRID.minute >= 60 * OPEN_FROM) & (GRID.minute < 60 * OPEN_TO)
    day = np.exp(day_cv * rng.standard_normal(GRID.days))[GRID.day]
    rate = is_open * 100.0 * day * np.exp(interval_cv * rng.standard_normal(GRID.n))
    phone = make_queue()
    centre = Centre("Test", "UTC", 60, (phone, *others))
    history = ContactHistory(GRID, ("phone",), rng.poisson(rate)[np.newaxis].astype(float))
    return Scenario(centre, history), make_table(FIRST, 140)


def morning(forecast: Forecast, ratio: float, cut: int = 12) -> np.ndarray:
    """The phone's morning at `ratio` of its forecast; other queues are not known."""
    observed = np.full((len(forecast.queues), 24), np.nan)
    observed[0, :cut] = np.round(ratio * forecast.volume[0, :cut])
    return observed


def test_a_busy_morning_is_believed_where_days_differ_as_a_whole() -> None:
    """With a day factor alone nearly the whole ratio is carried over; with noise between hours alone hardly any."""
    believed = {}
    for day_cv, interval_cv in ((0.15, 0.0), (0.0, 0.15)):
        scenario, table = scenario_with(day_cv, interval_cv)
        forecast = forecast_demand(scenario, table, TODAY, 1)
        found = update_day(scenario, table, forecast, morning(forecast, 1.3)).queues[0]
        believed[day_cv] = (found.factor - 1) / 0.3
        assert found.days > 30
    assert believed[0.15] > 0.6
    assert believed[0.0] < 0.3


def test_more_contacts_never_lower_the_rest() -> None:
    """The rest of the day moves with the morning and stays as it was when the morning is as expected."""
    scenario, table = scenario_with(0.1, 0.05)
    forecast = forecast_demand(scenario, table, TODAY, 2)
    rests = []
    for ratio in (0.5, 1.0, 1.5):
        updated = update_day(scenario, table, forecast, morning(forecast, ratio)).forecast
        rests.append(updated.volume[0, 12:24].sum())
        assert np.array_equal(updated.volume[:, 24:], forecast.volume[:, 24:])
        assert updated.base_volume is not None
        assert np.array_equal(updated.base_volume, forecast.volume)
    assert rests[0] < rests[1] < rests[2]
    assert rests[1] == pytest.approx(forecast.volume[0, 12:24].sum(), rel=0.01)


def test_what_came_is_known_and_the_rest_is_surer() -> None:
    """Known hours hold what came with no band; the rest's band is narrower than it was, relative to its mean."""
    scenario, table = scenario_with(0.15, 0.03)
    forecast = forecast_demand(scenario, table, TODAY, 1)
    observed = morning(forecast, 1.2)
    updated = update_day(scenario, table, forecast, observed).forecast
    for name in ("volume", "low95", "high95"):
        assert np.array_equal(getattr(updated, name)[0, :12], observed[0, :12])
    rest = slice(12, OPEN_TO)
    before, after = (((f.high80 - f.low80)[0, rest].sum()) / f.volume[0, rest].sum() for f in (forecast, updated))
    assert after < before
    assert not updated.volume[0, OPEN_TO:].any()


def test_derived_work_follows_its_source() -> None:
    """A share of the phone's contacts of which nothing is known yet takes the phone's factor."""
    scenario, table = scenario_with(0.15, 0.0, make_queue("callback", source=QueueSource("phone", 0.1)))
    forecast = forecast_demand(scenario, table, TODAY, 1)
    found = update_day(scenario, table, forecast, morning(forecast, 1.3))
    rest = slice(12, OPEN_TO)
    assert np.allclose(found.forecast.volume[1, rest], found.queues[0].factors[rest] * forecast.volume[1, rest])


def test_before_opening_and_without_history_nothing_moves() -> None:
    """A night without contacts says nothing; a history of five days gives what the forecast's uncertainty implies."""
    scenario, table = scenario_with(0.15, 0.0)
    forecast = forecast_demand(scenario, table, TODAY, 1)
    night = np.full((1, 24), np.nan)
    night[0, :5] = 0.0
    assert np.array_equal(update_day(scenario, table, forecast, night).forecast.volume, forecast.volume)
    few = scenario.history.grid.days - 5
    cut = replace(
        scenario.history,
        grid=replace(GRID, first_day=GRID.dates[few], days=5),
        offered=scenario.history.offered[:, int(GRID.day_start[few]) :],
    )
    short = replace(scenario, history=cut)
    forecast = forecast_demand(short, table, TODAY, 1)
    found = update_day(short, table, forecast, morning(forecast, 1.3)).queues[0]
    assert found.days == 0
    assert 1 < found.factor < 1.3


def test_nothing_known_is_refused() -> None:
    """An empty day and an array of another shape are told."""
    scenario, table = scenario_with(0.1, 0.0)
    forecast = forecast_demand(scenario, table, TODAY, 1)
    with pytest.raises(SettingsError, match="nothing is known"):
        update_day(scenario, table, forecast, np.full((1, 24), np.nan))
    with pytest.raises(ValueError, match="shape"):
        update_day(scenario, table, forecast, np.zeros((2, 24)))
