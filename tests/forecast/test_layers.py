"""Override layers: what they do to a forecast, and what they leave alone."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.domain.override import OPERATIONS, Override
from staffing.domain.queue import QueueSource
from staffing.domain.timegrid import TimeGrid
from staffing.forecast import forecast_demand
from staffing.forecast.layers import layered_aht_s, layered_volume, layers_of
from staffing.forecast.volumes import QueueVolume
from tests.builders import MONDAY, make_centre, make_queue, make_scenario, make_table

GRID = TimeGrid("Europe/Berlin", MONDAY, 7, 60)
OPEN = (GRID.minute >= 480) & (GRID.minute < 960)
BASE = QueueVolume(OPEN * 10.0, OPEN * 0.05, np.full(7, 0.1), "stated")


def at(day: int, hour: int = 0) -> datetime:
    return datetime.combine(MONDAY + timedelta(days=day), datetime.min.time(), GRID.local(0).tzinfo) + timedelta(
        hours=hour
    )


def put(*layers: Override, base: QueueVolume = BASE) -> QueueVolume:
    return layered_volume(base, layers, "phone", GRID, OPEN, 0)


def test_each_operation_on_volume() -> None:
    """A factor, contacts more a day, a day's total; only inside the range."""
    day = GRID.day_slice(1)
    for operation, value, expected in (("multiply", 1.5, 120.0), ("add", 20.0, 100.0), ("set", 40.0, 40.0)):
        found = put(Override(at(1), at(2), operation=operation, value=value))
        assert found.volume[day].sum() == pytest.approx(expected)
        others = np.delete(found.volume - BASE.volume, np.arange(day.start, day.stop))
        assert not others.any()
        assert dict(found.notes[-1].params)["contacts"] == pytest.approx(expected - 80.0)


def test_a_range_of_hours_and_of_days() -> None:
    """Ten to noon only; over three days each day gets the contacts."""
    found = put(Override(at(0, 10), at(0, 12), operation="set", value=50.0))
    assert found.volume[10:12].tolist() == [25.0, 25.0]
    assert found.volume[9] == found.volume[12] == 10.0
    found = put(Override(at(2), at(5), operation="add", value=8.0))
    assert found.volume.reshape(7, 24).sum(axis=1).tolist() == [80, 80, 88, 88, 88, 80, 80]


def test_layers_lie_on_each_other_in_their_order() -> None:
    """Set, then multiply, is not multiply, then set."""
    fixed, more = Override(at(0), at(1), operation="set", value=100.0), Override(at(0), at(1), value=2.0)
    assert put(fixed, more).volume[:24].sum() == pytest.approx(200.0)
    assert put(more, fixed).volume[:24].sum() == pytest.approx(100.0)


def test_contacts_on_an_empty_day_come_evenly_while_open() -> None:
    """A day without forecast gets even contacts in open intervals only, and some uncertainty."""
    empty = replace(BASE, volume=np.zeros(GRID.n), day_cv=np.zeros(7))
    found = put(Override(at(0), at(1), operation="add", value=16.0), base=empty)
    assert found.volume[:24].tolist() == (OPEN[:24] * 2.0).tolist()
    assert found.day_cv[0] > 0
    assert not found.day_cv[1:].any()
    assert not put(Override(at(0), at(0, 7), operation="set", value=5.0), base=empty).volume.any()


def test_layers_of_handle_time() -> None:
    """Factor, seconds more, seconds; never below a second."""
    base = np.full(GRID.n, 200.0)

    def first(operation: str, value: float) -> float:
        return float(layered_aht_s(base, [Override(at(0), at(1), (), "aht_s", operation, value)], GRID)[0])

    assert (first("multiply", 1.1), first("add", 30.0), first("set", 90.0)) == (pytest.approx(220.0), 230.0, 90.0)
    assert first("add", -500.0) == 1.0
    assert layered_aht_s(base, [Override(at(1), at(2), (), "aht_s", "set", 90.0)], GRID)[0] == 200.0


def test_only_layers_that_are_on_and_touch_the_queue() -> None:
    """Off, of another queue or of another measure: left out."""
    layers = [
        Override(at(0), at(1), on=False),
        Override(at(0), at(1), queues=("chat",)),
        Override(at(0), at(1), measure="aht_s"),
        Override(at(0), at(1), queues=("phone", "chat")),
        Override(at(0), at(1)),
    ]
    assert layers_of(layers, "volume", "phone") == tuple(layers[3:])


@given(
    operation=st.sampled_from(OPERATIONS),
    value=st.floats(0, 40),
    start=st.integers(0, 166),
    length=st.integers(1, 200),
)
def test_a_layer_never_opens_a_closed_hour(operation: str, value: float, start: int, length: int) -> None:
    """Whatever the layer: finite, never negative, 0 in closed intervals, unchanged outside its range."""
    layer = Override(at(0, start), at(0, start + length), operation=operation, value=value)
    found = put(layer)
    assert np.isfinite(found.volume).all()
    assert (found.volume >= 0).all()
    assert not found.volume[~OPEN].any()
    outside = np.ones(GRID.n, dtype=bool)
    outside[start : start + length] = False
    assert np.array_equal(found.volume[outside], BASE.volume[outside])


def test_the_forecast_keeps_its_base_and_derived_work_follows() -> None:
    """Half as many contacts again: bands move, the base stays, a share of the queue follows; without layers no base."""
    phone, callback = make_queue(), make_queue("callback", source=QueueSource("phone", 0.1))
    scenario = make_scenario(make_centre(queues=(phone, callback)))
    plain = forecast_demand(scenario, make_table(MONDAY - timedelta(days=30), 90), MONDAY, 7)
    assert plain.base_volume is None
    zone = plain.grid.local(0).tzinfo
    start = datetime.combine(MONDAY, datetime.min.time(), zone)
    layer = Override(start, start + timedelta(days=1), ("phone",), value=1.5, note="campaign")
    layered = forecast_demand(
        replace(scenario, overrides=(layer,)), make_table(MONDAY - timedelta(days=30), 90), MONDAY, 7
    )
    day = layered.grid.day_slice(0)
    assert np.allclose(layered.volume[:, day], 1.5 * plain.volume[:, day])
    assert layered.base_volume is not None
    assert np.allclose(layered.base_volume, plain.volume)
    assert (layered.high95[0, day] >= plain.high95[0, day]).all()
    assert layered.high95[0, day].sum() > plain.high95[0, day].sum()
    assert np.array_equal(layered.volume[:, day.stop :], plain.volume[:, day.stop :])
    assert any(note.code == "forecast_override" for note in layered.notes)


def test_single_steps_on_days_of_23_and_25_hours() -> None:
    """A layer of one half hour touches that one, also in the hour that the clocks repeat or leave out."""
    for first in (date(2026, 3, 29), date(2026, 10, 25)):
        grid = TimeGrid("Europe/Berlin", first, 1, 30)
        is_open = np.ones(grid.n, dtype=bool)
        base = QueueVolume(np.full(grid.n, 10.0), np.zeros(grid.n), np.full(1, 0.1), "stated")
        for step in range(grid.n):
            one = Override(grid.local(step), grid.local(step + 1), operation="set", value=4.0)
            found = layered_volume(base, (one,), "phone", grid, is_open, 0).volume
            assert np.flatnonzero(found != 10.0).tolist() == [step]
            assert found[step] == 4.0
