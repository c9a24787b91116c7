"""Handle time: means weighted by contacts, shrunk, recent, and never an average of averages."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from staffing.domain.timegrid import TimeGrid
from staffing.forecast import forecast_demand
from tests.forecast.conftest import Maker, phone

FIRST = date(2025, 5, 6)


def test_the_mean_is_weighted_by_contacts(make: Maker) -> None:
    """Busy intervals of 200 s and quiet ones of 600 s average by contacts, not by intervals."""

    def aht(grid: TimeGrid) -> np.ndarray:
        return np.where((grid.minute >= 540) & (grid.minute < 720), 200.0, 600.0)

    scenario, table = make(aht_s=aht)
    forecast = forecast_demand(scenario, table, FIRST, 7)
    use = forecast.volume[0] > 0
    mean = np.average(forecast.aht_s[0, use], weights=forecast.volume[0, use])
    offered = scenario.history.offered[0]
    assert abs(mean / np.average(aht(scenario.history.grid), weights=offered) - 1) < 0.01
    at = forecast.aht_s[0][forecast.grid.minute == 600]
    assert abs(at[0] - 200.0) < 20


def test_few_contacts_are_shrunk_to_the_level(make: Maker) -> None:
    """An interval with a handful of contacts of 1000 s stays near the queue's own 240 s."""
    first = date(2025, 1, 6)

    def one(offered: np.ndarray, grid: TimeGrid) -> None:
        offered[:, grid.minute == 1050] = 0.0
        offered[:, (grid.minute == 1050) & (grid.day < 3)] = 1.0

    scenario, table = make(edit=one, aht_s=lambda grid: np.where(grid.minute == 1050, 1000.0, 240.0), first=first)
    forecast = forecast_demand(scenario, table, FIRST, 7)
    assert forecast.aht_s[0][forecast.grid.minute == 1050].max() < 300


def test_the_level_follows_recent_months(make: Maker) -> None:
    """A handle time that rose from 200 s to 300 s four months ago is forecast well above the mean of all."""

    def aht(grid: TimeGrid) -> np.ndarray:
        return np.where(grid.day < 120, 200.0, 300.0)

    scenario, table = make(days=240, aht_s=aht)
    forecast = forecast_demand(scenario, table, date(2025, 1, 6) + timedelta(days=240), 7)
    assert 275 < forecast.aht_s[0][forecast.volume[0] > 0].mean() <= 300


def test_handled_contacts_are_the_weight_where_known(make: Maker) -> None:
    """With handled contacts recorded, an interval where nobody was served has no say."""

    def aht(grid: TimeGrid) -> np.ndarray:
        return np.where(grid.day % 2 == 0, 200.0, 400.0)

    scenario, table = make(aht_s=aht)
    handled = np.where(scenario.history.grid.day % 2 == 0, scenario.history.offered, 0.0)
    scenario = replace(scenario, history=replace(scenario.history, handled=handled))
    assert np.allclose(forecast_demand(scenario, table, FIRST, 7).aht_s, 200.0)


def test_defaults_without_history(make: Maker) -> None:
    """The queue's own handle time holds without history; without that a default, with a note."""
    scenario, table = make(phone(aht_s=333.0), phone("other", aht_s=None))
    forecast = forecast_demand(scenario, table, FIRST, 7)
    assert (forecast.aht_s[0] == 333.0).all()
    assert (forecast.aht_s[1] == 300.0).all()
    assert [note.code for note in forecast.notes] == ["forecast_aht_default"]


def test_nothing_after_the_first_day_is_used(make: Maker) -> None:
    """Handle times from the first day of the horizon on change nothing."""
    scenario, table = make(aht_s=lambda grid: np.full(grid.n, 240.0))
    other, _ = make(aht_s=lambda grid: np.where(grid.day < 91, 240.0, 900.0))
    first = date(2025, 1, 6) + timedelta(days=91)
    one, two = (forecast_demand(s, table, first, 7).aht_s for s in (scenario, other))
    assert np.array_equal(one, two)
