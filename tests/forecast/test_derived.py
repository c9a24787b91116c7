"""Queues without a history of their own: shares of others, calendar work, deflection."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from staffing.calendars import day_table
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Centre, Scenario, SpecialDay
from staffing.domain.demand import ContactHistory, Forecast
from staffing.domain.queue import Queue, QueueSource, ScheduledWork
from staffing.domain.timegrid import TimeGrid
from staffing.forecast import forecast_demand
from tests.forecast.conftest import ALWAYS, WEEKDAYS, Maker, phone

MONDAY = date(2025, 5, 12)


def by_day(forecast: Forecast, row: int) -> list[float]:
    return [round(float(x), 6) for x in np.add.reduceat(forecast.volume[row], forecast.grid.day_start[:-1])]


def calendar_only(work: ScheduledWork, first: date, days: int, *own: SpecialDay, **queue: object) -> Forecast:
    """Forecast of one scheduled queue of a centre in China, on a table of exactly the horizon."""
    table, _ = day_table("CN", "", own, first, first + timedelta(days=days - 1))
    grid = TimeGrid("Asia/Shanghai", first - timedelta(days=7), 7, 30)
    history = ContactHistory(grid, (), np.zeros((0, grid.n)))
    settings: dict[str, object] = {"schedule": work, **queue}
    centre = Centre("C", "Asia/Shanghai", 30, (phone("visits", **settings),))
    return forecast_demand(Scenario(centre, history), table, first, days)


def forecast_week(make: Maker, *others: Queue, own: Queue | None = None) -> tuple[Forecast, DayTable]:
    """Forecast of the week of `MONDAY` of a phone queue with others."""
    scenario, table = make(own or phone(), others=others)
    return forecast_demand(scenario, table, MONDAY, 7), table


def test_a_share_of_the_same_interval(make: Maker) -> None:
    """A derived queue has its share of the source in each interval, and the source's uncertainty."""
    forecast, _ = forecast_week(make, phone("callback", source=QueueSource("phone", 0.1)))
    assert np.allclose(forecast.volume[1], 0.1 * forecast.volume[0])
    assert np.array_equal(forecast.day_cv[1], forecast.day_cv[0])
    assert np.allclose(forecast.interval_cv[1], forecast.interval_cv[0])
    assert forecast.method[1] == "derived:phone"


def test_chains_in_any_order(make: Maker) -> None:
    """Quality checks of escalations of phone contacts multiply their shares, whatever the order of the queues."""
    quality = phone("quality", source=QueueSource("expert", 0.1))
    expert = phone("expert", source=QueueSource("phone", 0.2))
    scenario, table = make(others=(expert,))
    centre = replace(scenario.centre, queues=(quality, *scenario.centre.queues))
    forecast = forecast_demand(replace(scenario, centre=centre), table, MONDAY, 7)
    assert forecast.queues == ("quality", "phone", "expert")
    assert np.allclose(forecast.volume[0], 0.02 * forecast.volume[1])


def test_contacts_wait_for_the_next_open_interval(make: Maker) -> None:
    """Contacts of a round-the-clock source arrive at 08:00, those of the weekend on Monday, also the first one."""
    forecast, _ = forecast_week(make, phone("expert", source=QueueSource("phone", 0.1)), own=phone(hours=ALWAYS))
    source, expert = by_day(forecast, 0), by_day(forecast, 1)
    opens = forecast.grid.minute == 480
    assert (forecast.volume[1, opens][:5] > 0.1 * forecast.volume[0, opens][:5]).all()
    assert sum(expert[:5]) > 0.1 * sum(source[:5])  # Monday brings the weekend before the horizon
    assert expert[0] > 0.1 * (source[0] + source[5] * 0.8)
    assert expert[5:] == [0.0, 0.0]
    assert (forecast.day_cv[1, :5] > 0).all()


def test_deflection_takes_its_share(make: Maker) -> None:
    """Self-service that takes 30 % leaves 70 %, and what is derived from the rest shrinks with it."""
    others = (phone("expert", source=QueueSource("phone", 0.2), deflection=0.5),)
    plain, _ = forecast_week(make, others[0])
    less, _ = forecast_week(make, *others, own=phone(deflection=0.3))
    assert np.allclose(less.volume[0], 0.7 * plain.volume[0])
    assert np.allclose(less.volume[1], 0.5 * 0.2 * less.volume[0])


def test_monthly_work_due_on_the_fifth() -> None:
    """300 filings due by 5 February 2026 are shared by its four working days, and nothing comes later."""
    forecast = calendar_only(ScheduledWork("month", 300.0, 5), date(2026, 1, 26), 14)
    assert by_day(forecast, 0) == [0.0] * 7 + [75.0] * 4 + [0.0] * 3
    opens = np.flatnonzero(forecast.volume[0])
    assert (forecast.grid.minute[opens] == 480).all()
    assert forecast.method == ("schedule:month",)
    assert forecast.day_cv.sum() == 0


def test_a_month_cut_by_the_horizon_keeps_its_daily_share() -> None:
    """A horizon from Wednesday 4 February has two of the four days; the other two lie before it."""
    forecast = calendar_only(ScheduledWork("month", 300.0, 5), date(2026, 2, 4), 7)
    assert by_day(forecast, 0)[:3] == [75.0, 75.0, 0.0]


def test_a_month_without_due_day_uses_all_its_working_days() -> None:
    """May 2026 has 19 working days in China, Saturday the 9th among them, and they share the month's volume."""
    forecast = calendar_only(
        ScheduledWork("month", 190.0), date(2026, 5, 1), 31, hours=replace(WEEKDAYS, weekday=(((480, 1080),),) * 7)
    )
    days = by_day(forecast, 0)
    assert sum(days) == pytest.approx(190.0)
    assert days[8] == 10.0
    assert days[0] == days[3] == 0.0


def test_weekly_work_due_on_wednesday() -> None:
    """90 visits a week due by Wednesday come on Monday to Wednesday; a holiday leaves its share to the others."""
    work = ScheduledWork("week", 90.0, 3)
    assert by_day(calendar_only(work, date(2026, 3, 9), 7), 0) == [30.0, 30.0, 30.0, 0.0, 0.0, 0.0, 0.0]
    moved = calendar_only(work, date(2026, 3, 9), 7, SpecialDay(date(2026, 3, 10), "holiday", "x"))
    assert by_day(moved, 0) == [45.0, 0.0, 45.0, 0.0, 0.0, 0.0, 0.0]


def test_work_that_finds_no_open_day_is_said() -> None:
    """A week whose days up to the due day are all closed places nothing and says so."""
    own = [SpecialDay(date(2026, 3, 9) + timedelta(days=n), "closed") for n in range(3)]
    forecast = calendar_only(ScheduledWork("week", 90.0, 3), date(2026, 3, 9), 7, *own)
    assert forecast.volume.sum() == 0
    assert [note.code for note in forecast.notes] == ["forecast_schedule_not_placed"]


def test_daily_work_comes_on_working_days() -> None:
    """A daily volume comes on each working day of the Spring Festival weeks, the adjusted Saturday included."""
    every = replace(WEEKDAYS, weekday=(((480, 1080),),) * 7)
    days = by_day(calendar_only(ScheduledWork("day", 8.0), date(2026, 2, 13), 14, hours=every), 0)
    assert days == [8.0, 8.0] + [0.0] * 9 + [8.0, 8.0, 8.0]


def test_work_that_arrives_when_the_source_is_done(make: Maker) -> None:
    """Feedback half an hour and an hour and a quarter after a ticket; contacts and uncertainty move with it."""
    others = tuple(
        phone(name, hours=ALWAYS, source=QueueSource("phone", 0.5, delay_h=hours))
        for name, hours in (("soon", 0.5), ("later", 1.25))
    )
    forecast, _ = forecast_week(make, *others, own=phone(hours=ALWAYS))
    source = forecast.volume[0]
    np.testing.assert_allclose(forecast.volume[1, 1:], 0.5 * source[:-1])
    np.testing.assert_allclose(forecast.volume[2, 3:], 0.25 * (source[1:-2] + source[:-3]))
    assert (forecast.interval_cv[1] > 0).all()
    assert (forecast.day_cv[1:] > 0).all()
    assert np.all(forecast.day_cv[1] <= forecast.day_cv[0].max() + 1e-12)


def test_work_of_yesterday(make: Maker) -> None:
    """A tenth of a day's recordings is checked from the next opening on, Friday's and the weekend's on Monday."""
    quality = phone("quality", source=QueueSource("phone", 0.1, delay_days=1))
    forecast, _ = forecast_week(make, quality, own=phone(hours=ALWAYS))
    source, checks = by_day(forecast, 0), by_day(forecast, 1)
    assert (forecast.grid.minute[np.flatnonzero(forecast.volume[1])] == 480).all()
    assert checks[1:5] == pytest.approx([0.1 * calls for calls in source[:4]])
    assert checks[5:] == [0.0, 0.0]
    longer, _ = forecast_week(
        make, replace(quality, source=QueueSource("phone", 0.1, delay_days=2)), own=phone(hours=ALWAYS)
    )
    assert by_day(longer, 1)[2:5] == pytest.approx([0.1 * calls for calls in source[:3]])
    assert checks[0] > 0.1 * sum(source[5:]) * 0.8
    assert (forecast.day_cv[1, :5] > 0).all()


def test_a_list_needs_more_attempts_than_people() -> None:
    """Of 90 people on a list 60 % answer a call: 150 calls a week."""
    forecast = calendar_only(ScheduledWork("week", 90.0, 3, contact_rate=0.6), date(2026, 3, 9), 7)
    assert by_day(forecast, 0)[:4] == [50.0, 50.0, 50.0, 0.0]


def test_quarterly_work() -> None:
    """Visits due by the 20th day of the quarter that begins on 1 April 2026 (a Wednesday) and on no day after it."""
    work = ScheduledWork("quarter", 110.0, 20)
    days = by_day(calendar_only(work, date(2026, 3, 30), 28), 0)
    assert days[:2] == [0.0, 0.0]
    assert sum(days) == pytest.approx(110.0)
    assert len({value for value in days if value}) == 1
    assert not any(days[22:])
    whole = by_day(calendar_only(ScheduledWork("quarter", 110.0), date(2026, 4, 1), 91), 0)
    assert sum(whole) == pytest.approx(110.0)
