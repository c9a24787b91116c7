"""What must hold of the formulas whatever the numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.erlang import (
    abandon_rate,
    average_speed_of_answer,
    erlang_b,
    erlang_c,
    mean_wait,
    occupancy,
    queue_length,
    service_level,
    waiting_probability,
)
from staffing.erlang.delay import KINDS

loads = st.floats(-3, 5).map(lambda power: 10.0**power)
ratios = st.floats(0, 3)
aht = st.floats(10, 3600)
patience = st.floats(1, 36_000)
within = st.floats(0, 600)
kinds = st.sampled_from(KINDS)


def test_no_load_needs_nobody() -> None:
    """Without load nobody waits, whatever the agents, zero included."""
    agents = np.array([0.0, 0.5, 7.0])
    model = {"aht_s": 300, "patience_s": np.array([np.inf, 60.0, 180.0])}
    for kind in KINDS:
        assert np.all(service_level(agents, 0.0, answer_within_s=20, kind=kind, **model) == 1.0)
    for measure in (waiting_probability, abandon_rate, mean_wait, average_speed_of_answer, occupancy, queue_length):
        assert np.all(measure(agents, 0.0, **model) == 0.0)
    assert np.all(erlang_b(agents, 0.0) == 0.0)
    assert np.all(erlang_c(agents, 0.0) == 0.0)


@pytest.mark.parametrize("agents", [0, 0.4, 9.99, 10])
def test_callers_who_never_leave_overload_a_queue(agents: float) -> None:
    """With as much load as agents or more, and no patience, everybody waits for ever: SL 0 and ASA infinite."""
    assert erlang_c(agents, 10) == 1.0
    assert service_level(agents, 10, aht_s=180, answer_within_s=20) == 0.0
    assert average_speed_of_answer(agents, 10, aht_s=180) == np.inf
    assert queue_length(agents, 10, aht_s=180) == np.inf
    assert occupancy(agents, 10, aht_s=180) == 1.0


def test_nobody_there() -> None:
    """With no agents every caller leaves, at the pace of patience; nobody is ever answered."""
    model = {"aht_s": 180, "patience_s": 60}
    assert abandon_rate(0, 10, **model) == pytest.approx(1.0, abs=1e-15)
    assert mean_wait(0, 10, **model) == pytest.approx(60.0)
    assert average_speed_of_answer(0, 10, **model) == np.inf
    levels = [float(service_level(0, 10, answer_within_s=20, kind=kind, **model)) for kind in KINDS]
    assert levels == pytest.approx([0.0, 0.0, 1 - np.exp(-20 / 60), 0.0], abs=1e-15)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"agents": -1}, "agents must be finite and not negative"),
        ({"agents": np.nan}, "agents must be finite and not negative"),
        ({"load_erl": -0.1}, "load_erl must be finite and not negative"),
        ({"load_erl": np.inf}, "load_erl must be finite and not negative"),
        ({"aht_s": 0}, "aht_s and patience_s must be more than 0"),
        ({"patience_s": -5}, "aht_s and patience_s must be more than 0"),
        ({"answer_within_s": -1}, "answer_within_s must not be negative"),
        ({"kind": "all"}, "kind is 'all'"),
    ],
)
def test_wrong_arguments_are_named(wrong: dict[str, object], reason: str) -> None:
    """A wrong argument is refused by name."""
    values = {"agents": 14, "load_erl": 10, "aht_s": 180, "answer_within_s": 20} | wrong
    with pytest.raises(ValueError, match=reason):
        service_level(values.pop("agents"), values.pop("load_erl"), **values)


def test_arguments_broadcast() -> None:
    """Every argument may be an array; the result has the broadcast shape."""
    levels = service_level([[10], [14]], [8, 9, 10], aht_s=180, answer_within_s=20, patience_s=[60, 120, np.inf])
    assert levels.shape == (2, 3)
    assert levels[1, 2] == service_level(14, 10, aht_s=180, answer_within_s=20)


@given(loads, ratios)
def test_blocking_recursion(load: float, ratio: float) -> None:
    """B(c + 1) = a B(c) / (c + 1 + a B(c)), for real c too: what defines the continuation."""
    agents = load * ratio
    before, after = erlang_b([agents, agents + 1], load)
    assert after == pytest.approx(load * before / (agents + 1 + load * before), rel=1e-9, abs=1e-280)


@given(loads, ratios, aht, patience, within)
def test_measures_are_finite_and_consistent(load: float, ratio: float, aht_s: float, mean: float, t: float) -> None:
    """No NaN, no negative share, overload included; and waiting callers are the ones who may leave."""
    agents = load * ratio
    model = {"aht_s": aht_s, "patience_s": mean}
    waits, leaves = waiting_probability(agents, load, **model), abandon_rate(agents, load, **model)
    assert 0 <= leaves <= waits * (1 + 1e-9) <= 1 + 1e-9
    assert 0 <= occupancy(agents, load, **model) <= 1
    assert average_speed_of_answer(agents, load, **model) >= 0
    levels = {kind: float(service_level(agents, load, answer_within_s=t, kind=kind, **model)) for kind in KINDS}
    assert all(0 <= level <= 1 for level in levels.values())
    assert levels["offered"] <= min(levels.values()) + 1e-9


@given(loads, ratios, st.floats(0, 0.3), aht, st.one_of(patience, st.just(np.inf)), within, kinds)
def test_more_agents_never_lower_the_level(
    load: float, ratio: float, more: float, aht_s: float, mean: float, t: float, kind: str
) -> None:
    """More agents never lower the service level, and more load never raises it."""
    agents = load * ratio
    model = {"aht_s": aht_s, "patience_s": mean, "answer_within_s": t, "kind": kind}
    before, larger = service_level([agents, agents * (1 + more) + more], load, **model)
    assert larger >= before - 1e-9
    busier = service_level(agents, load * (1 + more) + more * 1e-3, **model)
    assert busier <= before + 1e-9


@given(st.floats(0.1, 300), st.floats(1.02, 2), aht, within, kinds)
def test_patience_without_end_is_erlang_c(load: float, ratio: float, aht_s: float, t: float, kind: str) -> None:
    """Erlang A tends to Erlang C as patience grows."""
    agents = load * ratio + 0.5
    model = {"aht_s": aht_s, "answer_within_s": t, "kind": kind}
    a = service_level(agents, load, patience_s=1e7 * aht_s, **model)
    assert a == pytest.approx(float(service_level(agents, load, **model)), abs=1e-3)
    assert waiting_probability(agents, load, aht_s=aht_s, patience_s=1e7 * aht_s) == pytest.approx(
        float(erlang_c(agents, load)), abs=1e-3
    )


@given(st.integers(0, 60), st.floats(0.1, 50), aht)
def test_patience_equal_to_handle_time_is_poisson(agents: int, load: float, aht_s: float) -> None:
    """When patience equals AHT the number in the system is Poisson: waiting is P(N >= agents)."""
    from scipy.stats import poisson

    waits = waiting_probability(agents, load, aht_s=aht_s, patience_s=aht_s)
    assert waits == pytest.approx(poisson.sf(agents - 1, load), rel=1e-9, abs=1e-14)


@given(st.integers(1, 40), st.floats(0.2, 1.6), aht, st.floats(20, 2000))
def test_wait_of_answered_callers_state_by_state(agents: int, ratio: float, aht_s: float, mean: float) -> None:
    """ASA with abandonment equals the sum over the callers found waiting, worked out state by state."""
    load = agents * ratio
    handled, leaving = 1 / aht_s, 1 / mean
    ahead = np.arange(4000)
    rates = agents * handled + leaving * ahead
    below = np.cumprod(np.append(1.0, load / np.arange(1, agents + 1)))  # weights of 0..agents in the system
    weights = below[-1] * np.cumprod(np.append(1.0, load / aht_s / rates[1:]))  # of agents + j
    total = below[:-1].sum() + weights.sum()
    served = agents * handled / (agents * handled + leaving * (ahead + 1))
    waits = np.cumsum(1 / (agents * handled + leaving * (ahead + 1)))
    answered = below[:-1].sum() + (weights * served).sum()
    want = (weights * served * waits).sum() / answered
    assert (total - answered) / total == pytest.approx(float(abandon_rate(agents, load, aht_s=aht_s, patience_s=mean)))
    assert average_speed_of_answer(agents, load, aht_s=aht_s, patience_s=mean) == pytest.approx(want, rel=1e-7)
