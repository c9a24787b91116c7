"""New queues follow queues like them, at their own level."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.calendars import day_table
from staffing.domain.centre import Centre, Event, Scenario
from staffing.domain.demand import ContactHistory, Forecast
from staffing.domain.queue import Channel, OpeningHours, Queue
from staffing.domain.timegrid import TimeGrid
from staffing.forecast import forecast_demand
from tests.forecast.conftest import ALWAYS, WEEKDAYS, Maker, phone, true_rate

SCALE = 0.05
"""Volume of the new queue relative to its siblings."""


def new_for(days: int, row: int = 2) -> object:
    """Edit a history: queue `row` is small, and unknown but for the last `days` days."""

    def edit(offered: np.ndarray, grid: TimeGrid) -> None:
        offered[row] = np.random.default_rng(3).binomial(offered[row].astype(int), SCALE)
        offered[row, grid.day < grid.days - days] = np.nan

    return edit


def ahead(scenario: Scenario, table: object, days: int = 14) -> Forecast:
    return forecast_demand(scenario, table, scenario.history.grid.dates[-1] + timedelta(days=1), days)  # type: ignore[arg-type]


def error(forecast: Forecast, table: object, queue: Queue) -> float:
    """WAPE of the last queue's forecast against the true rate."""
    truth = SCALE * true_rate(forecast.grid, table, queue, 800.0)  # type: ignore[arg-type]
    return float(np.abs(forecast.volume[-1] - truth).sum() / truth.sum())


@pytest.mark.parametrize("days", [3, 5, 9])
def test_a_new_queue_follows_its_siblings(make: Maker, days: int) -> None:
    """Its error is far below that of its own few days; the method and a note say whom it follows."""
    found = {}
    for channel in (Channel.PHONE, Channel.CHAT):  # only queues of the same channel are siblings
        queues = (phone("a"), phone("b"), replace(phone("new"), channel=channel))
        scenario, table = make(*queues, edit=new_for(days))
        forecast = ahead(scenario, table)
        found[channel] = error(forecast, table, queues[2])
        notes = [note for note in forecast.notes if note.code == "forecast_sibling"]
        assert len(notes) == (channel is Channel.PHONE)
        assert forecast.method[2].startswith("siblings:") == (channel is Channel.PHONE)
    assert found[Channel.PHONE] < 0.6 * found[Channel.CHAT]


def test_the_same_skill_comes_first(make: Maker) -> None:
    """A queue of the same skill is followed alone; a queue with enough days of its own follows nobody."""
    queues = (phone("a", skill="sales"), phone("b", skill="help"), phone("new", skill="help"))
    scenario, table = make(*queues, edit=new_for(5))
    assert ahead(scenario, table).method[2] == "siblings:b"
    scenario, table = make(*queues, edit=new_for(21))
    assert not ahead(scenario, table).method[2].startswith("siblings")


def test_unlike_queues_are_not_followed(make: Maker) -> None:
    """A queue whose day runs the other way round, or which has an event of its own, keeps its own forecast."""

    def edit(offered: np.ndarray, grid: TimeGrid) -> None:
        rising = 8.0 * np.clip((grid.minute - 480) / 60, 0, 10) ** 2 * (offered[2] > 0)
        offered[2] = np.where(grid.day < grid.days - 5, np.nan, np.random.default_rng(2).poisson(rising))

    scenario, table = make(phone("a"), phone("b"), phone("new"), edit=edit)
    assert not ahead(scenario, table).method[2].startswith("siblings")
    scenario, table = make(phone("a"), phone("b"), phone("new"), edit=new_for(5))
    first = scenario.history.grid.dates[-1] + timedelta(days=3)
    own = replace(scenario, events=(Event("launch", first, first, ("new",), factor=2.0),))
    assert not ahead(own, table).method[2].startswith("siblings")


def test_nothing_is_invented(make: Maker) -> None:
    """Without a history, or with nothing but zeros, a queue stays at zero whatever its siblings have."""

    def zeros(offered: np.ndarray, grid: TimeGrid) -> None:
        offered[1] = np.where(grid.day < grid.days - 5, np.nan, 0.0)

    scenario, table = make(phone("a"), phone("new"), others=(phone("newer"),), edit=zeros)
    forecast = ahead(scenario, table)
    assert forecast.method[1:] == ("zero", "no_history")
    assert forecast.volume[1:].sum() == 0


def test_intervals_in_which_no_sibling_is_open(make: Maker) -> None:
    """There the new queue keeps its own forecast, elsewhere it follows."""
    scenario, table = make(phone("a"), phone("new", hours=ALWAYS), day_sd=0.0, edit=new_for(5, row=1))
    forecast = ahead(scenario, table)
    closed = ~WEEKDAYS.mask(table, forecast.grid)
    assert forecast.method[1].startswith("siblings")
    assert (forecast.volume[1, closed] > 0).any()


@settings(max_examples=25)
@given(
    days=st.integers(1, 9),
    level=st.sampled_from([0.0, 0.05, 3.0, 2000.0]),
    unknown=st.sampled_from([0.0, 0.5]),
    hours=st.sampled_from([ALWAYS, WEEKDAYS, OpeningHours(((), (), ((600, 660),), (), (), (), ())), None]),
    others=st.sampled_from([WEEKDAYS, ALWAYS]),
    seed=st.integers(0, 9),
)
def test_any_new_queue_gets_a_usable_forecast(
    days: int, level: float, unknown: float, hours: OpeningHours | None, others: OpeningHours, seed: int
) -> None:
    """Finite, not negative, zero while closed, bands in order."""
    rng = np.random.default_rng(seed)
    grid = TimeGrid("UTC", date(2025, 1, 6), 45, 60)
    offered = rng.poisson(rng.choice([0.02, 4.0, 90.0]), (2, grid.n)).astype(float)
    offered[1] = rng.poisson(level, grid.n)
    offered[1, rng.random(grid.n) < unknown] = np.nan
    offered[1, grid.day < grid.days - days] = np.nan
    queues = (phone("old", hours=others), phone("new", hours=hours))
    first = grid.dates[-1] + timedelta(days=1)
    table, _ = day_table("", "", (), grid.first_day, first + timedelta(days=30))
    scenario = Scenario(Centre("P", "UTC", 60, queues), ContactHistory(grid, ("old", "new"), offered))
    forecast = forecast_demand(scenario, table, first, 7)
    for name in ("volume", "low95", "low80", "high80", "high95", "day_cv", "interval_cv"):
        values = getattr(forecast, name)
        assert np.isfinite(values).all(), name
        assert (values >= 0).all(), name
    assert (np.diff([forecast.low95, forecast.low80, forecast.high80, forecast.high95], axis=0) >= 0).all()
    if hours is not None:
        assert (forecast.volume[1, ~hours.mask(table, forecast.grid)] == 0).all()
    if level == 0:
        assert forecast.volume[1].sum() == 0
