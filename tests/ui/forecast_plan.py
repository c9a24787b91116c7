"""A finished plan whose forecast was made from a seeded history, with layers, events and queues without history."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from staffing.calendars import day_table
from staffing.domain.centre import Event
from staffing.domain.demand import ContactHistory
from staffing.domain.override import Override
from staffing.domain.queue import QueueSource, ScheduledWork
from staffing.domain.timegrid import TimeGrid
from staffing.forecast import forecast_demand
from staffing.plan import Plan
from tests.builders import make_queue
from tests.plans import make_plan_value

DAYS = 98
FACTORS = np.array([1.3, 1.1, 1.0, 1.0, 0.9, 0.5, 0.4])
EVENT_DAYS = (20, 21, 48, 49)


def make_forecast_plan(days: int = DAYS, *, layers: bool = True) -> Plan:
    """Two queues of half hours with 14 weeks of history, a campaign in it, one queue derived, one scheduled."""
    plan = make_plan_value(violations=())
    centre, first = plan.scenario.centre, plan.forecast.grid.first_day
    zone = ZoneInfo(centre.timezone)
    start = first - timedelta(days=days)
    grid = TimeGrid(centre.timezone, start, days, centre.interval_min)
    rng = np.random.default_rng(3)
    is_open = (grid.minute >= 480) & (grid.minute < 1080)
    rate = np.where(is_open, 20.0 * FACTORS[grid.weekday[grid.day]], 0.0)
    rate[np.isin(grid.day, [day for day in EVENT_DAYS if day < days])] *= 1.35
    history = ContactHistory(grid, ("phone", "email"), rng.poisson(np.array([rate, rate / 2])).astype(float))

    def at(day: int) -> datetime:
        return datetime.combine(first + timedelta(days=day), datetime.min.time(), zone)

    events = [Event("campaign", start + timedelta(days=n), start + timedelta(days=n + 1), ("phone",)) for n in (20, 48)]
    events.append(Event("campaign", first + timedelta(days=2), first + timedelta(days=2), ("phone",)))
    overrides = (
        Override(at(1), at(2), ("phone",), "volume", "multiply", 1.5, "mailing"),
        Override(at(3), at(4), ("phone",), "volume", "add", 50.0, "off for now", on=False),
        Override(at(0), at(7), (), "aht_s", "add", 30.0, "new system"),
    )
    more = (
        make_queue("callback", source=QueueSource("phone", 0.1)),
        make_queue("outbound", schedule=ScheduledWork("week", 100.0, 5, 0.5)),
    )
    scenario = replace(
        plan.scenario,
        centre=replace(centre, queues=(*centre.queues, *more)),
        history=history,
        events=tuple(events),
        overrides=overrides if layers else (),
    )
    table, _ = day_table("", "", (), start, date.fromordinal(first.toordinal() + 45))
    forecast = forecast_demand(scenario, table, first, 7)
    return replace(plan, scenario=scenario, table=table, forecast=forecast)
