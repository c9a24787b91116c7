"""Many queues: side by side or one after the other, the forecast is the same, and each queue is told of."""

from datetime import date

import numpy as np
import pytest

from staffing.domain.centre import Centre, Scenario
from staffing.domain.demand import ContactHistory
from staffing.domain.queue import QueueSource
from staffing.domain.timegrid import TimeGrid
from staffing.files.demand_tables import queues_csv
from staffing.forecast import forecast_demand, many
from tests.builders import make_queue, make_table

FIRST, TODAY = date(2026, 1, 5), date(2026, 4, 6)


def many_queues(count: int) -> Scenario:
    """Queues of different volume, one without any history, one derived from the first."""
    grid = TimeGrid("UTC", FIRST, (TODAY - FIRST).days, 60)
    rate = ((grid.minute >= 480) & (grid.minute < 1080)) * np.linspace(2, 60, count)[:, np.newaxis]
    queues = tuple(make_queue(f"q{row}") for row in range(count))
    new, callback = make_queue("new"), make_queue("callback", source=QueueSource("q0", 0.1))
    offered = np.random.default_rng(4).poisson(rate).astype(float)
    history = ContactHistory(grid, tuple(queue.id for queue in queues), offered)
    return Scenario(Centre("Many", "UTC", 60, (*queues, new, callback)), history)


def test_processes_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """In two processes as in this one, bit for bit; progress counts to the end."""
    monkeypatch.setattr(many, "FEW", 4)
    scenario, table = many_queues(10), make_table(FIRST, 140)
    told: list[tuple[int, int]] = []
    alone = forecast_demand(scenario, table, TODAY, 7, progress=lambda *now: told.append(now))
    together = forecast_demand(scenario, table, TODAY, 7, workers=2)
    for name in ("volume", "low80", "high95", "day_cv", "interval_cv", "aht_s", "past_error"):
        assert np.array_equal(getattr(alone, name), getattr(together, name), equal_nan=True)
    assert (alone.method, alone.notes) == (together.method, together.notes)
    assert told[-1] == (11, 11)


def test_each_queue_is_told_of() -> None:
    """Method, contacts, past error and warnings by queue; no error where there is no past."""
    forecast = forecast_demand(many_queues(2), make_table(FIRST, 140), TODAY, 7)
    assert forecast.past_error is not None
    assert np.isfinite(forecast.past_error).tolist() == [True, True, False, False]
    assert forecast.past_error[0] > forecast.past_error[1]
    rows = [line.split(",") for line in queues_csv(forecast).splitlines()]
    assert rows[0] == ["queue", "method", "contacts", "past_error", "notes"]
    assert [row[0] for row in rows[1:]] == ["q0", "q1", "new", "callback"]
    assert rows[3][4] == "forecast_no_history"
    assert rows[4][1] == "derived:q0"
