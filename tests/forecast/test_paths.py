"""Demand paths: counts that vary between days and intervals as the forecast says."""

from dataclasses import replace
from datetime import date

import numpy as np

from staffing.domain.demand import Forecast
from staffing.domain.timegrid import TimeGrid
from staffing.forecast import demand_paths, forecast_demand
from tests.forecast.conftest import Maker


def flat(volume: float, day_cv: float, interval_cv: float, days: int = 5) -> Forecast:
    """One queue with the same volume in each half hour."""
    grid = TimeGrid("UTC", date(2025, 1, 6), days, 30)
    step, day = np.full((1, grid.n), 1.0), np.full((1, days), 1.0)
    return Forecast(
        grid, ("q",), volume * step, step, step, step, step, step, day_cv * day, interval_cv * step, ("test",)
    )


def test_moments_are_those_of_the_three_factors() -> None:
    """Mean, variance of intervals and variance of day totals agree with their formulas within sampling error."""
    forecast = flat(40.0, 0.1, 0.2)
    paths = demand_paths(forecast, 4000, 1)
    assert paths.shape == (4000, 1, 240)
    assert paths.dtype == np.int64
    assert abs(paths.mean() / 40.0 - 1) < 0.01
    spread = (1 + 0.1**2) * (1 + 0.2**2) - 1
    assert abs(paths.var(axis=0).mean() / (40.0 + spread * 40.0**2) - 1) < 0.05
    totals = paths.reshape(4000, 5, 48).sum(axis=2)
    mean = 40.0 * 48
    expected = mean + (0.1 * mean) ** 2 + 48 * (1 + 0.1**2) * (0.2 * 40.0) ** 2
    assert abs(totals.var(axis=0).mean() / expected - 1) < 0.08


def test_without_uncertainty_paths_are_poisson() -> None:
    """With both coefficients 0 the variance equals the mean."""
    paths = demand_paths(flat(9.0, 0.0, 0.0), 2000, 2)
    assert abs(paths.var() / 9.0 - 1) < 0.03


def test_seeds(make: Maker) -> None:
    """The same seed repeats the paths, another one does not, and closed intervals stay empty."""
    scenario, table = make()
    forecast = forecast_demand(scenario, table, date(2025, 5, 6), 7)
    one, same, other = (demand_paths(forecast, 20, seed) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert (one[:, forecast.volume == 0] == 0).all()
    assert demand_paths(replace(forecast, queues=forecast.queues), 0, 1).shape == (0, 1, forecast.grid.n)


def test_the_80_percent_band_holds_80_percent_of_paths(make: Maker) -> None:
    """Bands and paths tell the same story."""
    scenario, table = make()
    forecast = forecast_demand(scenario, table, date(2025, 5, 6), 7)
    paths, use = demand_paths(forecast, 500, 3)[:, 0], forecast.volume[0] > 3
    held = ((paths >= forecast.low80[0]) & (paths <= forecast.high80[0]))[:, use].mean()
    assert 0.77 < held < 0.86
