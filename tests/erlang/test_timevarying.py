"""Load that moves within the interval."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.domain.queue import AnswerTarget
from staffing.erlang import service_level
from staffing.erlang.answer import answer_need
from staffing.erlang.moments import crew_loads
from staffing.erlang.timevarying import edges, substep_loads, substeps
from tests.builders import make_queue

volumes = st.lists(st.floats(0, 500), min_size=1, max_size=30)


@given(volumes, st.randoms(use_true_random=False), st.sampled_from([5, 10, 15, 30, 60]))
def test_contacts_are_kept(volume: list[float], random: object, interval_min: int) -> None:
    """Sub-steps add up to the interval, none is negative, and closed intervals receive nothing."""
    arrivals = np.array(volume)
    is_open = np.array([random.random() < 0.7 for _ in volume])
    load, contacts = substep_loads(
        arrivals, np.full(len(volume), 240.0), is_open, interval_min=interval_min, method="mol"
    )
    np.testing.assert_allclose(contacts.sum(axis=1), np.where(is_open, arrivals, 0.0), atol=1e-9)
    assert contacts.min() >= 0
    assert load.min() >= 0
    start, end = edges(np.where(is_open, arrivals, 0.0), is_open)
    assert min(start.min(), end.min()) >= -1e-9


def test_steady_arrivals_give_the_steady_load() -> None:
    """Constant arrivals reach volume AHT / length: at once when the centre runs overnight, else after a while."""
    volume, aht_s, is_open = np.full(8, 60.0), np.full(8, 300.0), np.ones(8, dtype=bool)
    running, _ = substep_loads(volume, aht_s, is_open, interval_min=30, method="mol", overnight=True)
    np.testing.assert_allclose(running, 10.0)
    cold, _ = substep_loads(volume, aht_s, is_open, interval_min=30, method="mol")
    assert cold[0, 0] == pytest.approx(10 * (1 - (1 - np.exp(-1.0))), rel=1e-9)  # mean of 10 (1 - e^-t) over one AHT
    np.testing.assert_allclose(cold[3:], 10.0, atol=1e-6)
    plain, contacts = substep_loads(volume, aht_s, is_open, interval_min=30, method="sipp")
    assert plain.shape == contacts.shape == (8, 1)
    np.testing.assert_allclose(plain, 10.0)


def test_load_solves_its_differential_equation() -> None:
    """The sub-step loads of a day with an opening, a peak and a gap equal a fine numerical solution."""
    volume = np.array([10, 40, 100, 90, 60, 80, 20, 5, 0, 0, 30.0])
    is_open, aht_s, length = volume > 0, 400.0, 1800
    load, _ = substep_loads(volume, np.full(11, aht_s), is_open, interval_min=30, method="mol")
    start, end = edges(volume, is_open)
    bend = 6 * (volume - (start + end) / 2)
    place = (np.arange(length) + 0.5) / length
    rate = (start[:, None] + place * ((end - start)[:, None] + bend[:, None] * (1 - place))) / length
    busy, values = 0.0, []
    keep = np.exp(-1 / aht_s)
    for second in rate.ravel():
        after = keep * busy + aht_s * (1 - keep) * second
        values.append((busy + after) / 2)
        busy = after
    np.testing.assert_allclose(load, np.array(values).reshape(11, 6, 300).mean(axis=2), atol=2e-3)


def test_load_lags_behind_the_volume() -> None:
    """On a rising morning the lagged load is below volume AHT / length, on a falling evening above it."""
    volume = np.concatenate([np.linspace(10, 100, 10), np.linspace(100, 10, 10)])
    is_open = np.ones(20, dtype=bool)
    lagged, _ = substep_loads(volume, np.full(20, 900.0), is_open, interval_min=30, method="mol")
    plain, _ = substep_loads(volume, np.full(20, 900.0), is_open, interval_min=30, method="sipp")
    assert np.all(lagged.mean(axis=1)[1:9] < plain[1:9, 0])
    assert np.all(lagged.mean(axis=1)[11:] > plain[11:, 0])


def test_an_opening_ramp_is_read_from_the_intervals_after_it() -> None:
    """Beside the first interval the rate is that of a parabola with the volumes of three; so it is before closing."""
    volume = np.array([0.0, 0.0, 16.0, 99.0, 341.0, 549.0, 0.0, 0.0])
    start, end = edges(volume, volume > 0)
    assert start[3] == end[2] == pytest.approx((2 * 16 + 5 * 99 - 341) / 6)
    assert start[4] == end[3] == pytest.approx((7 * (99 + 341) - 16 - 549) / 12)
    assert start[5] == end[4] == pytest.approx((2 * 549 + 5 * 341 - 99) / 6)
    mirrored_start, mirrored_end = edges(volume[::-1], volume[::-1] > 0)
    np.testing.assert_allclose(mirrored_end[::-1], start)
    np.testing.assert_allclose(mirrored_start[::-1], end)


@pytest.mark.parametrize(("aht_s", "patience_s"), [(300.0, 180.0), (900.0, 60.0), (240.0, 1500.0), (300.0, None)])
def test_the_requirement_keeps_its_promise_for_its_own_crew(aht_s: float, patience_s: float | None) -> None:
    """With the load that this very crew leaves, each interval is at the target: crew and load belong together."""
    volume = np.array([10.0, 60.0, 150.0, 200.0, 200.0, 120.0, 150.0, 180.0, 100.0, 30.0])
    is_open, handle_s = np.full(10, True), np.full(10, aht_s)
    queue = make_queue(target=AnswerTarget(0.8, 20), patience_s=patience_s)
    crew = answer_need(queue, volume, handle_s, is_open, interval_min=30, method="mol", curve=False).agents
    contacts = substep_loads(volume, handle_s, is_open, interval_min=30, method="mol")[1]
    load = crew_loads(contacts, crew, handle_s, patience_s or np.inf, is_open, interval_s=1800.0)
    level = service_level(crew[:, None], load, aht_s=aht_s, answer_within_s=20, patience_s=patience_s)
    kept = (level * contacts).sum(axis=1) / contacts.sum(axis=1)
    np.testing.assert_allclose(kept, 0.8, atol=0.006)


def test_patience_shorter_than_the_handle_time_needs_more_on_the_rise() -> None:
    """Who leaves soon does not wait for the handle time to be counted: the load is nearer to the arrivals."""
    volume = np.linspace(20.0, 400.0, 8)
    common = {"interval_min": 30, "method": "mol", "curve": False}
    short, same = (
        answer_need(
            make_queue(target=AnswerTarget(0.8, 20), patience_s=patience_s),
            volume,
            np.full(8, 900.0),
            np.full(8, True),
            **common,
        ).load_erl
        for patience_s in (60.0, 900.0)
    )
    np.testing.assert_array_equal(short, same)  # the reported load is the same lagged one, whatever the crew
    contacts = substep_loads(volume, np.full(8, 900.0), np.full(8, True), interval_min=30, method="mol")[1]
    crew = 0.95 * short
    rising = crew_loads(contacts, crew, np.full(8, 900.0), 60.0, np.full(8, True), interval_s=1800.0).mean(axis=1)
    assert np.all(rising[1:] > short[1:] + 0.5)


def test_substeps_of_five_minutes() -> None:
    """About five minutes each, one at least, and one only for the plain method; unknown methods are refused."""
    assert [substeps(minutes, "mol") for minutes in (5, 10, 15, 30, 60)] == [1, 2, 3, 6, 12]
    assert substeps(60, "sipp") == 1
    with pytest.raises(ValueError, match="method is 'exact'"):
        substeps(30, "exact")


def test_steady_day_needs_what_the_formula_says() -> None:
    """Where nothing moves both methods ask for the same agents, and the methods are named."""
    queue = make_queue(target=AnswerTarget(0.8, 20), patience_s=180.0)
    day = {"volume": np.full(48, 600.0), "aht_s": np.full(48, 300.0), "is_open": np.ones(48, dtype=bool)}
    mol = answer_need(queue, **day, interval_min=30, method="mol", overnight=True)
    sipp = answer_need(queue, **day, interval_min=30, method="sipp")
    np.testing.assert_allclose(mol.agents, sipp.agents, rtol=1e-6)
    assert np.ceil(sipp.agents[5]) == 100
    assert (mol.method, sipp.method) == ("erlang_a/mol", "erlang_a/sipp")
    np.testing.assert_allclose(mol.expected_sl, 0.8, atol=1e-7)
