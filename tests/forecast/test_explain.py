"""A day's forecast taken apart into level and factors."""

from collections.abc import Callable
from datetime import date
from math import prod

import numpy as np
import pytest

from staffing.domain.centre import Event, SpecialDay
from staffing.domain.queue import OpeningHours, QueueSource
from staffing.domain.timegrid import TimeGrid
from staffing.errors import SettingsError
from staffing.forecast import event_effects, explain_days, forecast_demand
from tests.forecast.conftest import WEEKDAYS, Maker, phone

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


def campaign(times: float, *days: date) -> Callable[[np.ndarray, TimeGrid], None]:
    """More contacts on some days of the history."""

    def edit(offered: np.ndarray, grid: TimeGrid) -> None:
        for day in days:
            span = grid.day_slice(grid.dates.index(day))
            offered[:, span] = np.round(offered[:, span] * times)

    return edit


def test_a_planted_campaign_is_learned_with_its_uncertainty(make: Maker) -> None:
    """Four days at 1.35 times: the factor lies in its band, which is narrower than the prior's and off 1."""
    days = (date(2025, 2, 11), date(2025, 2, 12), date(2025, 3, 18), date(2025, 3, 19))
    events = (
        Event("campaign", days[0], days[1]),
        Event("campaign", days[2], days[3]),
        Event("launch", date(2025, 5, 7), date(2025, 5, 7)),
        Event("price", date(2025, 5, 8), date(2025, 5, 8), (), 1.5, 0.1),
        Event("elsewhere", date(2025, 3, 3), date(2025, 3, 3), ("chat",)),
    )
    scenario, table = make(events=events, edit=campaign(1.35, *days))
    found = {effect.name: effect for effect in event_effects(scenario, table, "phone", FIRST)}
    assert set(found) == {"campaign", "launch", "price"}
    learned = found["campaign"]
    assert (learned.kind, learned.given, learned.seen_days) == ("event", False, 4)
    assert 1.15 < learned.low80 < 1.35 < learned.high80 < 1.55
    assert learned.factor == pytest.approx(1.35, rel=0.06)
    # Nothing was seen of the launch: what may be is its prior, exp(+-1.28 x 0.4) about 1.
    assert found["launch"].seen_days == 0
    assert found["launch"].factor == pytest.approx(1.0)
    assert found["launch"].high80 == pytest.approx(np.exp(1.2816 * 0.4), rel=1e-4)
    assert found["price"].given
    assert found["price"].factor == pytest.approx(1.5)
    assert found["price"].low80 == pytest.approx(1.5 * np.exp(-1.2816 * 0.1 / 1.5), rel=1e-4)


def test_more_days_tell_more(make: Maker) -> None:
    """A campaign seen on four days has a narrower band than one seen on one."""
    days = (date(2025, 2, 11), date(2025, 2, 12), date(2025, 3, 18), date(2025, 3, 19))
    widths = []
    for seen in (days[:1], days):
        scenario, table = make(events=tuple(Event("c", day, day) for day in seen), edit=campaign(1.35, *seen))
        (effect,) = event_effects(scenario, table, "phone", FIRST)
        widths.append(effect.high80 / effect.low80)
    assert 1 < widths[1] < widths[0]


def test_a_planted_holiday_is_learned(make: Maker) -> None:
    """Holidays at half and their eves at 1.2 times are told apart; an unknown queue is refused."""
    holidays = [date(2025, 2, 5), date(2025, 3, 12), date(2025, 4, 9)]
    eves = [date(2025, 2, 4), date(2025, 3, 11), date(2025, 4, 8)]

    def edit(offered: np.ndarray, grid: TimeGrid) -> None:
        campaign(0.5, *holidays)(offered, grid)
        campaign(1.2, *eves)(offered, grid)

    queue = phone(hours=OpeningHours(WEEKDAYS.weekday, ((480, 1080),)))
    special = tuple(SpecialDay(day, "holiday", "Fair") for day in holidays)
    scenario, table = make(queue, special_days=special, edit=edit)
    found = {effect.kind: effect for effect in event_effects(scenario, table, "phone", FIRST)}
    assert set(found) == {"holiday", "eve", "after"}
    assert {effect.name for effect in found.values()} == {"Fair"}
    assert [found[kind].seen_days for kind in ("holiday", "eve", "after")] == [3, 3, 3]
    assert found["holiday"].low80 < 0.5 < found["holiday"].high80 < 0.6
    assert found["eve"].low80 < 1.2 < found["eve"].high80
    assert found["after"].factor == pytest.approx(1.0, abs=0.1)  # nothing was planted there
    scenario, table = make(others=(phone("new"),))
    with pytest.raises(SettingsError, match="new"):
        event_effects(scenario, table, "new", FIRST)
