"""A seeded centre with a history of which the truth is known."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from staffing.calendars import day_table
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Centre, Scenario
from staffing.domain.demand import ContactHistory
from staffing.domain.queue import AnswerTarget, Channel, OpeningHours, Queue
from staffing.domain.timegrid import TimeGrid

WEEKDAYS = OpeningHours((((480, 1080),),) * 5 + ((), ()))
ALWAYS = OpeningHours((((0, 1440),),) * 7, ((0, 1440),))
WEEK_FACTOR = np.array([1.25, 1.05, 1.0, 0.95, 0.9, 0.6, 0.5])

Maker = Callable[..., tuple[Scenario, DayTable]]


def phone(queue_id: str = "phone", **changes: Any) -> Queue:
    """A phone queue, open 08:00 to 18:00 from Monday to Friday unless changed."""
    settings: dict[str, Any] = {"hours": WEEKDAYS, "aht_s": 240.0, **changes}
    return Queue(queue_id, Channel.PHONE, AnswerTarget(0.8, 20), **settings)


def true_rate(grid: TimeGrid, table: DayTable, queue: Queue, per_day: float) -> np.ndarray:
    """Expected contacts of each step: weekday factor times a two-peaked day, in open hours."""
    assert queue.hours is not None
    is_open = queue.hours.mask(table, grid)
    hour = grid.minute / 60
    shape = np.exp(-(((hour - 10) / 2) ** 2)) + 0.7 * np.exp(-(((hour - 15) / 2) ** 2)) + 0.05
    usual = shape[(grid.minute >= 480) & (grid.minute < 1080) & (grid.day == 0)].sum()
    factor = WEEK_FACTOR[[table.on(day).works_as for day in grid.dates]]
    return np.where(is_open, per_day * shape / usual * factor[grid.day], 0.0)


@pytest.fixture
def make() -> Maker:
    """Build a scenario with one or more history queues and its table.

    `edit(offered, grid)` may change the history in place; days are counted from `first`.
    """

    def build(
        *queues: Queue,
        days: int = 120,
        per_day: float = 800.0,
        first: date = date(2025, 1, 6),
        zone: str = "UTC",
        country: str = "",
        step_min: int = 30,
        day_sd: float = 0.05,
        ahead: int = 70,
        edit: Callable[[np.ndarray, TimeGrid], None] | None = None,
        aht_s: Callable[[TimeGrid], np.ndarray] | None = None,
        others: Sequence[Queue] = (),
        **scenario: Any,
    ) -> tuple[Scenario, DayTable]:
        own = queues or (phone(),)
        rng = np.random.default_rng(5)
        grid = TimeGrid(zone, first, days, step_min)
        table, _ = day_table(country, "", scenario.get("special_days", ()), first, first + timedelta(days=days + ahead))
        offered = np.zeros((len(own), grid.n))
        for row, queue in enumerate(own):
            level = np.exp(day_sd * rng.standard_normal(days) - day_sd**2 / 2)
            offered[row] = rng.poisson(true_rate(grid, table, queue, per_day) * level[grid.day])
        if edit is not None:
            edit(offered, grid)
        handle = None if aht_s is None else np.tile(aht_s(grid), (len(own), 1))
        history = ContactHistory(grid, tuple(queue.id for queue in own), offered, aht_s=handle)
        centre = Centre("Test", zone, step_min, (*own, *others), country=country)
        return Scenario(centre, history, **scenario), table

    return build
