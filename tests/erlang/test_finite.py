"""Lines that run out and callers who balk."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.domain.queue import AnswerTarget, Channel, Queue
from staffing.erlang import (
    abandon_rate,
    average_speed_of_answer,
    balk_rate,
    blocking_probability,
    erlang_b,
    lost_rate,
    mean_wait,
    occupancy,
    queue_length,
    service_level,
    waiting_probability,
)
from staffing.erlang.answer import answer_need
from staffing.erlang.delay import KINDS
from staffing.erlang.risk import Risk
from tests.builders import make_queue
from tests.erlang.test_risk import needed

MEASURES = (waiting_probability, abandon_rate, mean_wait, average_speed_of_answer, queue_length, occupancy, lost_rate)

loads = st.floats(-3, 2.5).map(lambda power: 10.0**power)
ratios = st.floats(0, 2.5)
extra = st.floats(0, 40)
aht = st.floats(10, 3600)
patience = st.one_of(st.just(np.inf), st.floats(1, 36_000))
balking = st.one_of(st.just(0.0), st.floats(0, 1))
within = st.floats(0, 600)


def nobody_free(*args: float, **model: float) -> np.ndarray:
    """Share of the contacts that are not answered at once."""
    return waiting_probability(*args, **model) + balk_rate(*args, **model) + blocking_probability(*args, **model)


def test_reference_values() -> None:
    """14 agents, 10 erlangs and 18 lines: blocking and the level of those accepted, from an independent computation."""
    blocked = blocking_probability(14, 10, aht_s=180, lines=18)
    level = service_level(14, 10, aht_s=180, answer_within_s=20, lines=18)
    assert blocked == pytest.approx(0.013384190441, abs=5e-13)
    assert level / (1 - blocked) == pytest.approx(0.930179501369, abs=5e-13)
    assert blocking_probability(14, 10, aht_s=180, lines=14) == pytest.approx(0.056819143387, abs=5e-13)
    assert service_level(14, 10, aht_s=180, answer_within_s=20, lines=400) == pytest.approx(0.888350019179, abs=5e-13)


@given(loads, ratios, aht, patience, balking)
def test_no_place_to_wait_is_erlang_b(load: float, ratio: float, aht_s: float, mean: float, balk: float) -> None:
    """With as many lines as agents, or fewer, nobody waits: Erlang B of the lines, whatever the patience."""
    agents = load * ratio + 0.01
    model = {"aht_s": aht_s, "patience_s": mean, "balk_share": balk}
    for lines in (agents, 0.7 * agents):
        assert blocking_probability(agents, load, lines=lines, **model) == pytest.approx(
            float(erlang_b(lines, load)), rel=1e-9, abs=1e-15
        )
        assert waiting_probability(agents, load, lines=lines, **model) == 0.0


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("agents", [14, 13.3, 7.5, 0.5])
def test_many_lines_are_no_limit(measure: Callable[..., np.ndarray], agents: float) -> None:
    """With many lines the measures are those of Erlang A, and of Erlang C where the line is stable, real agents too."""
    got = measure(agents, 10, aht_s=180, patience_s=120, lines=600)
    assert got == pytest.approx(float(measure(agents, 10, aht_s=180, patience_s=120)), rel=1e-10)
    if agents > 10:
        got = measure(agents, 10, aht_s=180, lines=600)
        assert got == pytest.approx(float(measure(agents, 10, aht_s=180)), rel=1e-10)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("balk", [0.0, 0.3, 1.0])
def test_unlimited_and_many_lines_agree_with_balking(kind: str, balk: float) -> None:
    """The closed form for balking without a limit is the chain with many lines."""
    agents = np.array([14, 13.3, 8.2, 0.4])
    for mean in (120.0, np.inf):
        crew = agents[agents > 10] if mean == np.inf else agents
        model = {"aht_s": 180, "patience_s": mean, "balk_share": balk}
        limited = service_level(crew, 10, answer_within_s=20, kind=kind, lines=800, **model)
        np.testing.assert_allclose(service_level(crew, 10, answer_within_s=20, kind=kind, **model), limited, rtol=1e-9)
        for measure in (*MEASURES, balk_rate):
            many = measure(crew, 10, lines=800, **model)
            np.testing.assert_allclose(measure(crew, 10, **model), many, rtol=1e-9, atol=1e-25)


def test_balking_calms_an_overload() -> None:
    """Half of those who would wait leave: 15 erlangs on 10 agents are stable without patience, and few are served."""
    model = {"aht_s": 180, "balk_share": 0.5}
    assert np.isfinite(mean_wait(10, 15, **model))
    assert lost_rate(10, 15, **model) == pytest.approx(balk_rate(10, 15, **model))
    assert mean_wait(10, 25, **model) == np.inf
    assert occupancy(10, 25, **model) == 1.0


@given(loads, ratios, extra, aht, patience, balking, within)
def test_shares_are_whole(
    load: float, ratio: float, more: float, aht_s: float, mean: float, balk: float, t: float
) -> None:
    """Nothing is NaN or out of range; what is carried, lost and waiting adds up; Little's law holds."""
    agents = load * ratio
    model = {"aht_s": aht_s, "patience_s": mean, "lines": agents + more, "balk_share": balk}
    waits, leaves = waiting_probability(agents, load, **model), abandon_rate(agents, load, **model)
    blocked, balked = blocking_probability(agents, load, **model), balk_rate(agents, load, **model)
    lost = lost_rate(agents, load, **model)
    assert lost == pytest.approx(blocked + balked + leaves, abs=1e-12)
    assert 0 <= leaves <= waits + 1e-12
    assert waits + blocked + balked <= 1 + 1e-9
    levels = {k: float(service_level(agents, load, answer_within_s=t, kind=k, **model)) for k in KINDS}
    assert all(0 <= level <= 1 for level in levels.values())
    assert levels["offered"] <= 1 - lost + 1e-9
    assert levels["offered"] <= min(levels.values()) + 1e-9
    # The line never holds more than its places, and those who leave it leave at the pace of patience.
    line = queue_length(agents, load, **model)
    assert line <= np.ceil(more) + 1e-6
    if np.isfinite(mean):
        assert line / mean == pytest.approx(float(leaves) * load / aht_s, rel=1e-6, abs=1e-12)
    assert float(occupancy(agents, load, **model)) <= 1
    assert average_speed_of_answer(agents, load, **model) >= 0


@settings(max_examples=30)
@given(loads, ratios, extra, st.floats(0, 3), aht, patience, balking, within, st.sampled_from(["offered", "answered"]))
def test_directions(
    load: float, ratio: float, room: float, more: float, aht_s: float, mean: float, balk: float, t: float, kind: str
) -> None:
    """More agents answer more in time; more lines block fewer and let more wait; more load does harm."""
    agents = load * ratio
    model = {"aht_s": aht_s, "patience_s": mean, "balk_share": balk}
    lines = float(np.ceil(agents + room + more))
    crews, target = np.array([agents, agents + more]), {"answer_within_s": t, "kind": kind}
    assert np.diff(service_level(crews, load, lines=lines, **target, **model)) >= -1e-9
    for measure in (lost_rate, mean_wait, nobody_free):
        value = measure(crews, load, lines=lines, **model)
        assert value[1] <= value[0] * (1 + 1e-9) + 1e-9
    if mean >= aht_s and balk == 0:  # otherwise those who leave free their lines sooner than those who are served
        whole = np.ceil(crews)  # between whole crews the places of a fraction of an agent are a matter of convention
        assert np.diff(blocking_probability(whole, load, lines=whole[1] + np.ceil(room), **model)) <= 1e-9
    sizes = agents + np.array([room, room + more])
    assert np.diff(blocking_probability(agents, load, lines=sizes, **model)) <= 1e-9
    assert np.diff(lost_rate(agents, load, lines=sizes, **model)) <= 1e-9
    few, many = mean_wait(agents, load, lines=sizes, **model)
    assert many >= few * (1 - 1e-9)
    busier = load * np.array([1.0, 1.0 + more])
    assert np.diff(blocking_probability(agents, busier, lines=sizes[0], **model)) >= -1e-9
    assert np.diff(service_level(agents, busier, lines=sizes[0], **target, **model)) <= 1e-9


@settings(max_examples=25)
@given(st.integers(0, 25), st.integers(0, 12), st.floats(0.5, 30), st.floats(20, 600), st.floats(0, 1))
def test_fractions_of_a_line_lie_between(agents: int, places: int, load: float, mean: float, part: float) -> None:
    """Blocking moves smoothly and in one direction from one whole number of lines, or agents, to the next."""
    model = {"aht_s": 180, "patience_s": mean}
    low, middle, high = blocking_probability(agents, load, lines=agents + places + np.array([0, part, 1]), **model)
    assert high - 1e-12 <= middle <= low + 1e-12
    nearly = blocking_probability(agents + 1 - 1e-9, load, lines=agents + places + 1, **model)
    assert nearly == pytest.approx(
        float(blocking_probability(agents + 1, load, lines=agents + places + 1, **model)), abs=1e-7
    )


def test_shapes_and_limits_broadcast() -> None:
    """Lines may be an array, infinite for none; results have the broadcast shape; a quiet interval has no losses."""
    got = blocking_probability([[10], [14]], 10, aht_s=180, lines=[12, 20, np.inf])
    assert got.shape == (2, 3)
    assert np.all(got[:, 2] == 0.0)
    assert np.all(np.diff(got) < 0)
    assert blocking_probability(0, 0, aht_s=180, lines=0) == 0.0
    assert service_level(0, 0, aht_s=180, answer_within_s=20, lines=0, balk_share=1.0) == 1.0
    assert blocking_probability(0, 10, aht_s=180, lines=5) == pytest.approx(1.0)
    assert queue_length(0, 10, aht_s=180, lines=5) == pytest.approx(5.0)


def test_thousands_of_lines_are_not_counted_one_by_one() -> None:
    """Lines without end in sight cost no memory where the weights fall, and block nobody."""
    agents = np.full(2000, 105.0)
    got = service_level(agents, 100, aht_s=300, answer_within_s=20, patience_s=180, lines=900_000)
    np.testing.assert_allclose(got, service_level(105, 100, aht_s=300, answer_within_s=20, patience_s=180), rtol=1e-10)
    assert np.all(blocking_probability(agents, 100, aht_s=300, lines=900_000) < 1e-25)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"lines": -1}, "lines must be from 0"),
        ({"lines": np.nan}, "lines must be from 0"),
        ({"lines": 2_000_000}, "lines must be from 0 to 1000000"),
        ({"balk_share": 1.1}, "balk_share must be from 0 to 1"),
        ({"kind": "all"}, "kind is 'all'"),
    ],
)
def test_wrong_limits_are_named(wrong: dict[str, object], reason: str) -> None:
    """A wrong argument is refused by name."""
    values = {"aht_s": 180, "answer_within_s": 20, "lines": 20} | wrong
    with pytest.raises(ValueError, match=reason):
        service_level(14, 10, **values)


def test_lines_of_a_queue_reach_its_requirement() -> None:
    """A queue's lines and balking enter its requirement; where lines are too few it asks for no more than they hold."""
    target = AnswerTarget(0.8, 20)
    volume, aht_s, is_open = np.array([0.0, 80.0, 120.0, 100.0]), np.full(4, 180.0), np.full(4, True)
    crews, levels = [], []
    for limits in ({}, {"balk_share": 0.8}, {"lines": 8}):
        queue = Queue("phone", Channel.PHONE, target, patience_s=120.0, **limits)
        need = answer_need(queue, volume, aht_s, is_open, interval_min=30, method="sipp")
        crews.append(need.agents)
        levels.append(need.expected_sl)
        assert need.curve is not None
        assert np.all(np.diff(need.curve.service_level, axis=1) >= 0)
    assert np.all(levels[0][1:] >= 0.8)
    assert np.all(crews[1][1:] != crews[0][1:])
    assert np.all(crews[2][1:] == 8.0)
    assert np.all(levels[2][2:] < 0.8)


@pytest.mark.parametrize("patience_s", [None, 180.0])
@pytest.mark.parametrize("cap", [None, 0.85])
def test_lines_below_the_load_ask_for_no_agents_who_are_never_busy(patience_s: float | None, cap: float | None) -> None:
    """Three lines hold three contacts: a fourth agent is only asked for where a cap on occupancy needs one."""
    volume, aht_s, is_open = np.full(12, 50.0), np.full(12, 240.0), np.full(12, True)
    queue = Queue("phone", Channel.PHONE, AnswerTarget(0.8, 20), patience_s=patience_s, lines=3, max_occupancy=cap)
    for method in ("mol", "sipp"):
        need = answer_need(queue, volume, aht_s, is_open, interval_min=30, method=method, overnight=True)
        assert need.agents == pytest.approx(3.0)
        # Nobody ever waits: the level is that of Erlang B, though an overload without lines would last.
        assert need.expected_sl == pytest.approx(1.0 - float(erlang_b(3, 50 * 240 / 1800)), abs=1e-3)
        assert need.lines_short == 12
    flooded = replace(queue, max_occupancy=0.5)
    need = answer_need(flooded, 20 * volume, aht_s, is_open, interval_min=30, method="sipp")
    assert need.agents == pytest.approx(6.0, abs=0.1)


@pytest.mark.parametrize("lines", [2, 7, 8, 12, 400])
def test_a_chance_that_lines_do_not_allow_is_still_finite(lines: int) -> None:
    """Where no crew reaches the probability the requirement is all the lines, and the intervals are counted."""
    volume, aht_s, is_open, none = np.full(24, 50.0), np.full(24, 240.0), np.full(24, True), np.zeros(24)
    queue = Queue("phone", Channel.PHONE, AnswerTarget(0.8, 20), lines=lines)
    risk = Risk(0.9, none.astype(np.int64), np.arange(24) / 2, np.array([0.1]), none, none)
    need = answer_need(queue, volume, aht_s, is_open, interval_min=30, method="sipp", risk=risk)
    assert need.load_factor is not None
    assert 1.1 < need.load_factor[0] < 1.6
    if lines < 9:
        assert need.agents == pytest.approx(float(lines))
        assert need.lines_short == 24
    else:
        assert np.all((need.agents > 9.0) & (need.agents < 11.0))
        assert need.lines_short == 0


def test_short_lines_are_told() -> None:
    """A note counts the intervals; enough lines say nothing."""
    for lines, told in ((3, [("requirement_lines_short", 40)]), (60, [])):
        notes = needed(make_queue(lines=lines), probability=None).notes
        found = [(note.code, dict(note.params)["intervals"]) for note in notes if "lines" in note.code]
        assert found == told
