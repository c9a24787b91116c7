"""What a crew can carry: the inverse of every forward function."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.domain.queue import AnswerTarget
from staffing.erlang import (
    average_speed_of_answer,
    balk_rate,
    blocking_probability,
    carried_volume,
    erlang_b,
    kept_answer_time,
    longest_aht,
    occupancy,
    required_agents,
    required_lines,
    required_trunks,
    service_level,
    waiting_probability,
)
from staffing.erlang.delay import KINDS

EIGHTY = AnswerTarget(0.8, 20)
LITTLE = 1e-9

targets = st.builds(AnswerTarget, st.floats(0.3, 0.99), st.floats(0, 300), st.sampled_from(KINDS))
patience = st.one_of(st.none(), st.floats(20, 3600))
caps = st.fixed_dictionaries(
    {
        "max_occupancy": st.one_of(st.none(), st.floats(0.5, 1)),
        "max_abandon_rate": st.one_of(st.none(), st.floats(0.005, 0.3)),
        "max_asa_s": st.one_of(st.none(), st.floats(1, 200)),
        "max_waiting_probability": st.one_of(st.none(), st.floats(0.01, 0.9)),
    }
)
limits = st.fixed_dictionaries(
    {"lines": st.one_of(st.none(), st.integers(5, 80)), "balk_share": st.one_of(st.just(0.0), st.floats(0, 0.9))}
)


@settings(max_examples=12)
@given(st.floats(0.5, 40), targets, patience, caps, limits)
def test_volume_round_trip(agents: float, target: AnswerTarget, mean: float | None, cap: dict, limit: dict) -> None:
    """The crew is needed for the largest volume it carries, and is too small for a little more.

    Where those who wait leave sooner than they would be served, or balk, one more agent may block more, so that a
    smaller crew may carry more: then the crew found is the smallest whole one that carries the volume.
    """
    model = {"interval_s": 1800, "aht_s": 240, "target": target, "patience_s": mean, **cap, **limit}
    leaves_early = limit["balk_share"] > 0 or (mean is not None and mean < 240)
    if limit["lines"] is not None and leaves_early and target.kind in ("net", "any"):
        crews = np.arange(0, np.ceil(agents) + 1)
        carried = carried_volume(crews, **model)
        if 0 < carried[-1] < np.inf:
            below = carried[-1] * (1 - LITTLE)
            first = crews[carried >= below][0]
            assert required_agents(below, **model) == first
            assert first - 1 <= required_agents(below, integer=False, **model) <= first
        return
    volume = float(carried_volume(agents, **model))
    if volume == np.inf:  # few do: all who leave in time count as served
        assert target.kind != "offered"
        return
    if volume > 0:
        assert required_agents(volume * (1 - LITTLE), integer=False, **model) <= agents * (1 + 1e-7)
    more = required_agents(max(volume, 1e-9) * (1 + LITTLE) + 1e-12, integer=False, **model)
    assert more >= agents * (1 - 1e-7)


@settings(max_examples=20)
@given(st.floats(0.5, 40), st.floats(1, 300), targets, patience, limits)
def test_handle_time_round_trip(
    agents: float, volume: float, target: AnswerTarget, mean: float | None, limit: dict
) -> None:
    """With the longest handle time the target is kept; a little longer breaks it."""
    longest = float(longest_aht(agents, volume, interval_s=1800, target=target, patience_s=mean, **limit))

    def level(aht_s: float) -> float:
        model = {"aht_s": aht_s, "patience_s": mean, "kind": target.kind, **limit}
        return float(service_level(agents, volume / 1800 * aht_s, answer_within_s=target.answer_within_s, **model))

    if longest == np.inf:
        assert level(1e7) >= target.service_level
    elif longest > 0:
        assert level(longest) >= target.service_level
        assert level(longest * (1 + 1e-6)) < target.service_level + 1e-9


@settings(max_examples=40)
@given(st.floats(0, 40), st.floats(0.1, 60), st.floats(0.05, 0.99), patience, st.sampled_from(KINDS), limits)
def test_answer_time_round_trip(
    agents: float, load: float, share: float, mean: float | None, kind: str, limit: dict
) -> None:
    """The share is kept within the time found and not a little sooner; where it is infinite, not within a day."""
    model = {"aht_s": 240, "patience_s": mean, "kind": kind, **limit}
    within = float(kept_answer_time(agents, load, service_level=share, **model))
    if within == np.inf:
        assert service_level(agents, load, answer_within_s=86_400, **model) < share + 1e-9
        return
    assert service_level(agents, load, answer_within_s=within, **model) >= share - 1e-12
    if within > 1e-6:
        assert service_level(agents, load, answer_within_s=within * (1 - 1e-6), **model) < share + 1e-9


def test_known_values() -> None:
    """Answer times and volumes at the reference crew: 14 agents for 100 calls of 180 s, 80 % in 20 s."""
    level = float(service_level(14, 10, aht_s=180, answer_within_s=20))
    assert kept_answer_time(14, 10, aht_s=180, service_level=level) == pytest.approx(20.0)
    volume = carried_volume([13, 14, 15], interval_s=1800, aht_s=180, target=EIGHTY)
    assert np.all(np.diff(volume) > 0)
    assert volume[0] < 100 < volume[1]
    assert (
        longest_aht(14, 100, interval_s=1800, target=EIGHTY)
        > 180
        > longest_aht(13, 100, interval_s=1800, target=EIGHTY)
    )
    asa = carried_volume(14, interval_s=1800, aht_s=180, max_asa_s=7.835937)
    assert asa == pytest.approx(100, rel=1e-6)
    assert carried_volume(14, interval_s=1800, aht_s=180, target=EIGHTY, max_occupancy=0.5) == pytest.approx(70)


def test_nothing_carries_nothing() -> None:
    """No agents carry no contacts; no contacts fit any handle time; results have the broadcast shape."""
    assert carried_volume(0, interval_s=1800, aht_s=180, target=EIGHTY, patience_s=60) == 0.0
    assert longest_aht(3, 0, interval_s=1800, target=EIGHTY) == np.inf
    assert kept_answer_time(0, 0, aht_s=180, service_level=0.9) == 0.0
    assert kept_answer_time(0, 5, aht_s=180, service_level=0.9, patience_s=60) == np.inf
    assert carried_volume([[5], [9]], interval_s=1800, aht_s=[180, 240, 300], target=EIGHTY).shape == (2, 3)
    assert kept_answer_time([[5], [9]], [3, 4, 5], aht_s=180, service_level=0.9).shape == (2, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_leaving_may_keep_any_target(kind: str) -> None:
    """`any` counts those who left in time: patience of a minute and a promise of five keep 90 % at any volume."""
    target = AnswerTarget(0.9, 300, kind)
    volume = carried_volume(3, interval_s=1800, aht_s=180, target=target, patience_s=60)
    assert (volume == np.inf) == (kind == "any")


@settings(max_examples=20)
@given(st.floats(0.1, 40), targets, patience, caps, limits)
def test_all_caps_at_once(load: float, target: AnswerTarget, mean: float | None, cap: dict, limit: dict) -> None:
    """The whole crew keeps target and all caps, and with one agent less something is broken."""
    model = {"aht_s": 200, "patience_s": mean, **limit}

    def keeps(agents: float, slack: float) -> bool:
        measures = {
            "max_occupancy": occupancy(agents, load, **model),
            "max_asa_s": average_speed_of_answer(agents, load, **model),
            "max_waiting_probability": waiting_probability(agents, load, **model)
            + balk_rate(agents, load, **model)
            + blocking_probability(agents, load, **model),
        }
        level = service_level(agents, load, answer_within_s=target.answer_within_s, kind=target.kind, **model)
        kept = level >= target.service_level - slack
        return bool(kept and all(cap[name] is None or value <= cap[name] + slack for name, value in measures.items()))

    cap = cap | {"max_abandon_rate": None}
    crew = float(required_agents(load, interval_s=200, target=target, **cap, **model))
    if crew == np.inf:
        assert limit["lines"] is not None
        assert not keeps(200.0, -1e-9)
        return
    assert keeps(crew, 1e-9)
    assert crew == 0 or not keeps(crew - 1, -1e-9)


def test_targets_may_be_left_out() -> None:
    """Each cap alone gives the smallest crew that keeps it; without any the request is refused."""
    model = {"interval_s": 1800, "aht_s": 180}
    assert required_agents(100, max_occupancy=0.8, **model) == 13
    assert required_agents(100, max_waiting_probability=0.1742, **model) == 14
    assert required_agents(100, max_asa_s=7.9, **model) == 14
    assert required_agents(100, max_abandon_rate=0.03, patience_s=120, **model) == 14
    assert required_agents(100, max_blocking=0.02, lines=17, **model) == 14
    with pytest.raises(ValueError, match="give a target or a cap"):
        required_agents(100, **model)
    with pytest.raises(ValueError, match="max_blocking needs lines"):
        required_agents(100, max_blocking=0.02, **model)
    with pytest.raises(ValueError, match="max_asa_s is -1"):
        required_agents(100, max_asa_s=-1, **model)
    with pytest.raises(ValueError, match=r"max_blocking is 1\.5"):
        carried_volume(5, max_blocking=1.5, lines=9, **model)


def test_too_few_lines_need_infinitely_many_agents() -> None:
    """Ten lines block a fifth of ten erlangs whatever the crew; 90 % of all offered cannot be answered."""
    model = {"interval_s": 1800, "aht_s": 180, "lines": [10, 20, 30]}
    agents = required_agents([100, 100, 100], target=AnswerTarget(0.9, 20), **model)
    assert agents[0] == np.inf
    assert np.all(np.isfinite(agents[1:]))
    level = service_level(agents[1:], 10, aht_s=180, answer_within_s=20, lines=[20, 30])
    assert np.all(level >= 0.9)


def test_more_agents_may_block_more() -> None:
    """Five lines and callers who leave early: two agents keep what neither one nor three do."""
    model = {"interval_s": 1800, "aht_s": 240, "patience_s": 20, "lines": 5}
    level = service_level([1, 2, 3], 12, answer_within_s=13, kind="any", aht_s=240, patience_s=20, lines=5)
    assert level[1] > max(level[0], level[2])
    kept, never = (AnswerTarget(float(level[1]) + more, 13, "any") for more in (-1e-9, 1e-9))
    assert required_agents([90, 0], target=kept, **model).tolist() == [2, 0]
    assert 1 < required_agents(90, target=kept, integer=False, **model) <= 2
    assert required_agents(90, target=never, **model) == np.inf
    # Of those who find nobody free half leave at once: three agents block 39 %, four 36 %, five 48 %.
    assert required_agents(60, interval_s=1800, aht_s=240, max_blocking=0.37, lines=5, balk_share=0.5) == 4


def test_tables_and_searches_agree_with_lines() -> None:
    """Many intervals of one kind are looked up, few are searched: the same crews, infinite ones included."""
    rng = np.random.default_rng(5)
    volume = rng.uniform(0, 150, 1500)
    model = {"interval_s": 1800, "aht_s": 180, "target": AnswerTarget(0.9, 20), "lines": 16, "balk_share": 0.1}
    table = required_agents(volume, patience_s=120, **model)
    search = [required_agents(volume[i : i + 50], patience_s=120, **model) for i in range(0, 1500, 50)]
    assert np.array_equal(table, np.concatenate(search))
    assert np.isinf(table).any()
    assert np.isfinite(table).any()


@settings(max_examples=20)
@given(st.floats(1, 60), st.floats(0.3, 2), st.floats(1e-4, 0.5), patience, st.floats(0, 0.9))
def test_lines_round_trip(load: float, ratio: float, share: float, mean: float | None, balk: float) -> None:
    """The lines found block few enough, one less too many; infinite only where any number blocks more."""
    agents, model = load * ratio, {"aht_s": 180, "patience_s": mean, "balk_share": balk}
    lines = float(required_lines(agents, load, max_blocking=share, **model))
    if lines == np.inf:
        assert mean is None
        assert blocking_probability(agents, load, lines=100_000, **model) > share * (1 - 1e-9)
        return
    assert blocking_probability(agents, load, lines=lines, **model) <= share
    assert lines == 0 or blocking_probability(agents, load, lines=lines - 1, **model) > share


def test_trunks() -> None:
    """The classic table at one per cent, and every count is the smallest."""
    assert required_trunks([4.461, 12.03, 37.90, 84.06], max_blocking=0.01).tolist() == [10, 20, 50, 100]
    load = np.geomspace(1e-3, 1e4, 40)
    trunks = required_trunks(load, max_blocking=0.005)
    assert np.all(erlang_b(trunks, load) <= 0.005)
    assert np.all(erlang_b(trunks - 1, load) > 0.005)
