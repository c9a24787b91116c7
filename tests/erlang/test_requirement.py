"""The whole step: a forecast becomes a requirement."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from staffing.domain.calendar import DayKind, DayTable
from staffing.domain.centre import Centre
from staffing.domain.demand import ContactHistory, Forecast
from staffing.domain.queue import (
    AnswerTarget,
    Channel,
    DeadlineTarget,
    DeadlineUnit,
    OpeningHours,
    Queue,
    QueueSource,
    ScheduledWork,
)
from staffing.domain.timegrid import TimeGrid
from staffing.erlang import require_agents, required_agents, service_level
from staffing.errors import SettingsError
from tests.builders import MONDAY, SHANGHAI, make_centre, make_email, make_grid, make_queue, make_table

WEEKDAYS = OpeningHours(weekday=(((480, 1080),),) * 5 + ((), ()))
TICKETS = make_email(
    "tickets", target=DeadlineTarget(3, DeadlineUnit.WORKING_DAYS), hours=WEEKDAYS, unplanned_shrinkage=0.2
)
QUEUES = (
    make_queue("phone", target=AnswerTarget(0.95, 15), unplanned_shrinkage=0.1),
    make_queue("chat", channel=Channel.CHAT, target=AnswerTarget(0.95, 30), max_parallel=3, slowdown=0.35, aht_s=480.0),
    make_queue("video", channel=Channel.VIDEO, patience_s=None, max_occupancy=0.8),
    make_queue("urgent", min_agents=1.0),
    make_queue("back", channel=Channel.CALLBACK, target=AnswerTarget(0.9, 1800)),
    TICKETS,
)
VOLUME = {"phone": 60.0, "chat": 40.0, "video": 5.0, "urgent": 0.05, "back": 6.0, "tickets": 4.0}


def make_forecast(
    centre: Centre, grid: TimeGrid, *, closed: float = 0.0, table: DayTable | None = None, **volumes: float
) -> Forecast:
    """A forecast with the same contacts in every open interval of a queue and `closed` in the others."""
    days, level = table or make_table(), VOLUME | volumes
    rows = [np.where(q.hours.mask(days, grid), level[q.id], closed) for q in centre.queues]
    volume = np.array(rows)
    aht = np.array([np.full(grid.n, q.aht_s) for q in centre.queues])
    cv = np.zeros((len(rows), grid.days))
    names = tuple(q.id for q in centre.queues)
    return Forecast(
        grid, names, volume, volume, volume, volume, volume, aht, cv, np.zeros_like(volume), ("x",) * len(rows)
    )


@pytest.fixture(scope="module")
def centre() -> Centre:
    return make_centre(queues=QUEUES)


@pytest.fixture(scope="module")
def forecast(centre: Centre) -> Forecast:
    return make_forecast(centre, make_grid())


def test_every_channel_has_its_method(centre: Centre, forecast: Forecast) -> None:
    """Patience decides between Erlang A and C, parallel contacts make a chat pool, deadlines and long promises wait."""
    result = require_agents(centre, forecast, make_table())
    assert dict(zip(result.queues, result.method, strict=True)) == {
        "phone": "erlang_a/mol",
        "chat": "chat/mol",
        "video": "erlang_c/mol",
        "urgent": "erlang_a/mol",
        "back": "deadline/answer_window",
        "tickets": "deadline",
    }
    assert [work.queue for work in result.workload] == ["back", "tickets"]
    assert [curve.queues for curve in result.curves] == [("phone",), ("chat",), ("video",), ("urgent",)]


def test_steady_interval_is_the_formula(centre: Centre, forecast: Forecast) -> None:
    """In the middle of a steady day the row equals `required_agents`, and plain Erlang equals it all day."""
    want = required_agents(60, interval_s=1800, aht_s=300, target=AnswerTarget(0.95, 15), patience_s=180, integer=False)
    noon = 24
    assert require_agents(centre, forecast, make_table()).agents[0, noon] == pytest.approx(float(want), abs=1e-3)
    plain = require_agents(centre, forecast, make_table(), method="sipp")
    np.testing.assert_allclose(plain.agents[0, 16:36], want, atol=1e-6)
    assert plain.method[0] == "erlang_a/sipp"


def test_targets_are_kept_and_closed_time_is_empty(centre: Centre, forecast: Forecast) -> None:
    """Every open interval of an answer queue keeps its target; closed ones need nobody; the minimum is there."""
    result = require_agents(centre, forecast, make_table())
    for row, queue in enumerate(centre.queues):
        is_open = result.is_open[row]
        assert np.all(result.agents[row][~is_open] == 0)
        if not queue.has_deadline:
            assert np.all(result.expected_sl[row][is_open] >= queue.target.service_level - 1e-9)
    assert np.all(result.agents[3][result.is_open[3]] >= 1.0)
    occupancy = 5 * 300 / 1800 / result.agents[2][24]
    assert occupancy <= 0.8 + 1e-6


def test_shrinkage_counts_once(centre: Centre, forecast: Forecast) -> None:
    """Rostered agents are net agents over one less the unplanned share, in rows and in the tube alike."""
    queues = tuple(
        replace(queue, target=DeadlineTarget(3, DeadlineUnit.WORKING_DAYS, 0.5)) if queue.has_deadline else queue
        for queue in centre.queues
    )  # half of the work in time needs no capacity above the mean
    result = require_agents(replace(centre, queues=queues), forecast, make_table())
    share = np.array([queue.unplanned_shrinkage for queue in centre.queues])[:, None]
    np.testing.assert_allclose(result.agents_gross * (1 - share), result.agents)
    assert {work.queue: work.gross_factor for work in result.workload} == pytest.approx({"back": 1.0, "tickets": 1.25})
    safe = require_agents(centre, forecast, make_table(), presence=0.95, curves=False)
    busy = result.agents[0] > 0
    assert np.all(safe.agents_gross[0][busy] > result.agents_gross[0][busy])
    assert safe.curves == ()


def test_curves_say_what_each_crew_buys(centre: Centre, forecast: Forecast) -> None:
    """A curve rises from nothing to everything, meets the row's own service level, and is the formula."""
    result = require_agents(centre, forecast, make_table(), method="sipp")
    for row, curve in enumerate(result.curves):
        assert np.all(np.diff(curve.service_level, axis=1) >= 0)
        is_open = result.is_open[row]
        assert curve.service_level[is_open, -1].min() > 0.999
        whole = np.ceil(result.agents[row])
        assert np.all(curve.at(whole)[is_open] >= centre.queues[row].target.service_level)
        assert np.all(curve.service_level[~is_open] == 1.0)
    crews = np.arange(30)
    want = service_level(crews, 10, aht_s=300, answer_within_s=15, patience_s=180)
    got = np.array([result.curves[0].at(np.full(forecast.grid.n, float(crew)))[24] for crew in crews])
    np.testing.assert_allclose(
        got[: result.curves[0].service_level.shape[1]], want[: result.curves[0].service_level.shape[1]]
    )


def test_large_queue_lists_only_crews_that_matter() -> None:
    """At 500 erlangs the curve starts where service starts, below which it is as good as nothing."""
    big = make_centre(queues=(make_queue("phone"),))
    result = require_agents(big, make_forecast(big, make_grid(days=1), phone=3000.0), make_table())
    curve = result.curves[0]
    assert curve.first[24] > 300
    assert curve.service_level.shape[1] < 450  # the first interval starts empty and needs small crews too
    assert np.all(curve.service_level[result.is_open[0], 0] <= 0.001)
    assert result.expected_sl[0, 24] == pytest.approx(0.8, abs=1e-6)


def test_zero_contacts_are_a_valid_day() -> None:
    """No contacts at all: no agents but the minimum, service level 1, nothing due, no warning of trouble."""
    names = {queue.id: 0.0 for queue in QUEUES}
    centre = make_centre(queues=QUEUES)
    result = require_agents(
        centre, make_forecast(centre, make_grid(), **names), make_table(), carried_h={"back": 0, "tickets": 0}
    )
    assert result.agents.sum() == pytest.approx(result.is_open[3].sum())
    assert np.all(result.expected_sl == 1.0)
    assert all(work.earliest_h[-1] == 0 for work in result.workload)
    assert result.notes == ()


def test_contacts_in_closed_time_are_named_or_wait(centre: Centre) -> None:
    """Closed contacts of an answer queue are named in a note; those of a deadline queue become work after opening."""
    forecast = make_forecast(centre, make_grid(), closed=0.5)
    result = require_agents(centre, forecast, make_table())
    noted = {dict(note.params)["queue"] for note in result.notes if note.code == "requirement_closed_contacts"}
    assert noted == {"phone", "chat", "video", "urgent"}
    work = result.workload[0]
    assert work.earliest_h[-1] == pytest.approx(forecast.volume[4].sum() * 300 / 3600)
    assert work.latest_h[15] == 0.0
    assert work.latest_h[16] >= 15 * 0.5 * 300 / 3600  # the night's callbacks, by the end of the first open step


def test_queue_without_hours_is_closed() -> None:
    """A queue that never opens needs nobody, and its contacts are named."""
    lost = replace(QUEUES[0], hours=None)
    centre = make_centre(queues=(lost, replace(TICKETS, hours=None)))
    volume = np.full((2, 336), 3.0)
    base = make_forecast(make_centre(queues=(QUEUES[0], TICKETS)), make_grid())
    result = require_agents(centre, replace(base, volume=volume), make_table(), carried_h={"tickets": 0.0})
    assert result.agents.sum() == 0
    assert result.workload[0].earliest_h[-1] == 0
    assert [note.code for note in result.notes] == ["requirement_never_open"] * 2


def test_backlog_is_read_from_history(centre: Centre, forecast: Forecast) -> None:
    """With the history of steady weeks before, tickets are due from the first day on; without it a note says so."""
    before = TimeGrid(SHANGHAI, MONDAY - timedelta(days=28), 28, 30)
    table = make_table()
    offered = np.array([np.where(WEEKDAYS.mask(make_wide_table(), before), 4.0, np.nan)])
    history = ContactHistory(before, ("tickets",), offered)
    result = require_agents(centre, forecast, table, history=history)
    tickets = result.workload[1]
    daily = 20 * 4 * 300 / 3600
    np.testing.assert_allclose(tickets.latest_h[47::48], daily * np.array([1, 2, 3, 4, 5, 5, 5]), rtol=1e-5)
    assert [dict(n.params)["queue"] for n in result.notes if n.code == "requirement_carried_unknown"] == ["back"]
    alone = require_agents(centre, forecast, table)
    assert alone.workload[1].latest_h[3 * 48 - 1] == 0.0
    assert "requirement_carried_unknown" in {note.code for note in alone.notes}


def test_history_that_ends_early_is_read_by_weekday() -> None:
    """A week missing before the horizon is read from the one before; unknown open intervals from the forecast."""
    centre = make_centre(queues=(TICKETS,))
    forecast = make_forecast(centre, make_grid())
    before = TimeGrid(SHANGHAI, MONDAY - timedelta(days=21), 14, 30)
    offered = np.where(WEEKDAYS.mask(make_wide_table(), before), 4.0, np.nan)
    offered[-3 * 48 + 20] = np.nan  # a lost interval of the last Friday
    history = ContactHistory(before, ("tickets",), offered[None, :])
    result = require_agents(centre, forecast, make_table(), history=history)
    assert result.workload[0].latest_h[5 * 48 - 1] == pytest.approx(5 * 20 * 4 * 300 / 3600, rel=1e-5)


def test_backlog_of_derived_and_scheduled_work() -> None:
    """A share of another queue brings that share of its history; scheduled work has none and says so."""
    escalated = replace(TICKETS, id="tier2", source=QueueSource("tickets", 0.5))
    visits = replace(TICKETS, id="visits", schedule=ScheduledWork("week", 10.0))
    centre = make_centre(queues=(TICKETS, escalated, visits))
    forecast = make_forecast(centre, make_grid(), tier2=2.0, visits=0.5)
    before = TimeGrid(SHANGHAI, MONDAY - timedelta(days=28), 28, 30)
    offered = np.where(WEEKDAYS.mask(make_wide_table(), before), 4.0, np.nan)[None, :]
    result = require_agents(centre, forecast, make_table(), history=ContactHistory(before, ("tickets",), offered))
    plain, half, none = (work.latest_h for work in result.workload)
    np.testing.assert_allclose(half, plain / 2, atol=1e-6)
    assert none[3 * 48 - 1] == 0.0
    assert [dict(note.params)["queue"] for note in result.notes] == ["visits"]


def test_holiday_closes_a_queue() -> None:
    """On a holiday with no holiday hours nobody is needed, and the work of the eve is due before it."""
    mail = make_email("tickets", target=DeadlineTarget(24, DeadlineUnit.HOURS), hours=WEEKDAYS)
    centre = make_centre(queues=(replace(QUEUES[0], hours=WEEKDAYS), mail))
    table = make_table(d2026_01_07=DayKind.HOLIDAY)
    result = require_agents(centre, make_forecast(centre, make_grid(), table=table), table, carried_h={"tickets": 0})
    holiday = slice(2 * 48, 3 * 48)
    assert result.agents[:, holiday].sum() == 0
    tube = result.workload[0]
    assert tube.latest_h[2 * 48 - 1] == pytest.approx(tube.earliest_h[2 * 48 - 1], rel=1e-5)


def test_days_of_23_and_25_hours() -> None:
    """Over the clock changes of New York a steady queue needs the same agents in every open hour."""
    queue = make_queue("phone", hours=OpeningHours((((0, 1440),),) * 7))
    centre = make_centre(queues=(queue,), timezone="America/New_York")
    for first in ("2026-03-06", "2026-10-30"):
        day = MONDAY.fromisoformat(first)
        grid = make_grid(days=4, timezone="America/New_York", first_day=day)
        result = require_agents(centre, make_forecast(centre, grid, table=make_table(day)), make_table(day))
        assert result.agents.shape == (1, {"2026-03-06": 190, "2026-10-30": 194}[first])
        np.testing.assert_allclose(result.agents[0], result.agents[0, 0], atol=1e-6)


def test_table_that_ends_with_the_horizon_is_enough(centre: Centre, forecast: Forecast) -> None:
    """Deadlines look beyond the day table as if ordinary weeks went on."""
    short = make_table(first_day=MONDAY + timedelta(days=14), days=-7)
    assert short.days[-1].date == MONDAY + timedelta(days=6)
    assert require_agents(centre, forecast, short).workload[1].latest_h[-1] > 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"method": "exact"}, "method is 'exact'"), ({"daily": True}, "interval_min is 1440")],
)
def test_wrong_settings_are_named(centre: Centre, changes: dict[str, object], reason: str) -> None:
    """An unknown method and a daily forecast are refused by name."""
    grid = make_grid(step_min=1440) if changes.pop("daily", False) else make_grid(days=1)
    rows = np.zeros((6, grid.n))
    cv = np.zeros((6, grid.days))
    daily = Forecast(grid, tuple(q.id for q in QUEUES), rows, rows, rows, rows, rows, rows, cv, rows, ("x",) * 6)
    with pytest.raises(SettingsError, match=reason):
        require_agents(centre, daily, make_table(), **changes)


def make_wide_table() -> DayTable:
    return make_table(MONDAY - timedelta(days=28), 70)


def test_deferred_work_has_capacity_above_its_mean(centre: Centre, forecast: Forecast) -> None:
    """The tube asks for more than the mean work, the more the shorter the deadline; extra urgent cases do not."""
    tickets = next(queue for queue in centre.queues if queue.id == "tickets")

    def factor(queue: Queue) -> float:
        queues = tuple(queue if other.id == "tickets" else other for other in centre.queues)
        result = require_agents(replace(centre, queues=queues), forecast, make_table())
        return result.workload[-1].gross_factor * (1 - queue.unplanned_shrinkage)

    long, short = (
        factor(replace(tickets, target=DeadlineTarget(hours, DeadlineUnit.WORKING_HOURS))) for hours in (20, 2)
    )
    assert 1.0 < long < short
    assert factor(replace(tickets, urgency="extra_urgent")) == pytest.approx(1.0)
