"""A day's forecast taken apart into level and factors."""

from datetime import date
from math import prod

import numpy as np
import pytest

from staffing.domain.centre import Event
from staffing.domain.queue import QueueSource
from staffing.errors import SettingsError
from staffing.forecast import explain_days, forecast_demand
from tests.forecast.conftest import Maker, phone

FIRST = date(2025, 5, 6)


def test_the_factors_make_the_day(make: Maker) -> None:
    """Level times factors is the forecast day within 1 %; Mondays stand out and the campaign has its factor."""
    event = Event("campaign", date(2025, 5, 7), date(2025, 5, 7), (), 1.35, 0.05)
    scenario, table = make(events=(event,))
    forecast = forecast_demand(scenario, table, FIRST, 14)
    days = explain_days(scenario, table, "phone", FIRST, 14)
    assert len(days) == 10  # weekends are closed
    by_day = np.add.reduceat(forecast.volume[0], forecast.grid.day_start[:-1])
    totals = dict(zip(forecast.grid.dates, by_day, strict=True))
    for day in days:
        factors = (day.level, day.weekday, day.holiday, day.wave, day.month, day.season, day.event)
        assert prod(factors) == pytest.approx(day.volume)
        assert day.volume == pytest.approx(totals[day.date], rel=0.01)
    by_date = {day.date: day for day in days}
    assert by_date[date(2025, 5, 7)].event == pytest.approx(1.35, rel=0.05)
    assert by_date[date(2025, 5, 8)].event == 1.0
    assert by_date[date(2025, 5, 12)].weekday == pytest.approx(1.25 / 1.03, rel=0.06)
    assert by_date[date(2025, 5, 12)].level == pytest.approx(824, rel=0.06)  # 800 x mean factor of Monday to Friday


def test_only_own_histories_are_explained(make: Maker) -> None:
    """A derived queue and one without known days are refused by name."""
    scenario, table = make(others=(phone("callback", source=QueueSource("phone", 0.1)), phone("new")))
    for queue in ("callback", "new"):
        with pytest.raises(SettingsError, match=queue):
            explain_days(scenario, table, queue, FIRST, 7)
