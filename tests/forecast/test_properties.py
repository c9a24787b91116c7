"""Whatever a history looks like, the forecast has no NaN, nothing negative and nothing while closed."""

from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.calendars import day_table
from staffing.domain.centre import Centre, Scenario
from staffing.domain.demand import ContactHistory
from staffing.domain.queue import OpeningHours
from staffing.domain.timegrid import TimeGrid
from staffing.forecast import demand_paths, forecast_demand
from tests.forecast.conftest import ALWAYS, WEEKDAYS, phone

NIGHT = OpeningHours((((1200, 1800),),) * 7, ((600, 900),))
ONE_DAY = OpeningHours(((), (), ((600, 660),), (), (), (), ()))


@settings(max_examples=40)
@given(
    days=st.integers(1, 75),
    gap=st.integers(0, 9),
    horizon=st.integers(1, 16),
    level=st.sampled_from([0.0, 0.02, 1.0, 30.0, 5000.0]),
    unknown=st.sampled_from([0.0, 0.1, 0.6, 0.99]),
    zeros=st.sampled_from([0.0, 0.3, 0.95]),
    hours=st.sampled_from([ALWAYS, WEEKDAYS, NIGHT, ONE_DAY, None]),
    zone=st.sampled_from(["Asia/Shanghai", "America/New_York"]),
    start=st.dates(date(2024, 1, 1), date(2026, 1, 1)),
    seed=st.integers(0, 9),
)
def test_any_history_gives_a_usable_forecast(
    days: int,
    gap: int,
    horizon: int,
    level: float,
    unknown: float,
    zeros: float,
    hours: OpeningHours | None,
    zone: str,
    start: date,
    seed: int,
) -> None:
    """Short, empty, sparse, broken or closed histories: all values finite, in order and zero while closed."""
    rng = np.random.default_rng(seed)
    grid = TimeGrid(zone, start, days, 30)
    offered = rng.poisson(level * rng.gamma(2.0, 0.5, grid.n)).astype(float)
    offered[rng.random(grid.n) < zeros] = 0.0
    offered[rng.random(grid.n) < unknown] = np.nan
    queue = phone(hours=hours)
    first = start + timedelta(days=days + gap)
    table, _ = day_table("CN", "", (), start, first + timedelta(days=horizon))
    scenario = Scenario(Centre("P", zone, 30, (queue,), country="CN"), ContactHistory(grid, ("phone",), offered[None]))
    forecast = forecast_demand(scenario, table, first, horizon)
    for name in ("volume", "low95", "low80", "high80", "high95", "aht_s", "day_cv", "interval_cv"):
        values = getattr(forecast, name)
        assert np.isfinite(values).all(), name
        assert (values >= 0).all(), name
    assert (np.diff([forecast.low95, forecast.low80, forecast.high80, forecast.high95], axis=0) >= 0).all()
    if hours is not None:
        assert (forecast.volume[0, ~hours.mask(table, forecast.grid)] == 0).all()
    highest = max(np.nanmax(offered, initial=0.0), 1.0)
    assert forecast.volume.max() < 20 * highest + 20
    assert demand_paths(forecast, 3, seed).min() >= 0
