"""Agents who hold several chats at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betainc

from staffing.domain.queue import AnswerTarget, Channel
from staffing.erlang import (
    ChatPool,
    abandon_rate,
    chat_abandon_rate,
    chat_service_level,
    required_chat_agents,
    service_level,
)
from staffing.erlang.answer import answer_need
from staffing.erlang.delay import KINDS
from tests.builders import make_queue
from tests.erlang.chat_markov import ChatFloor

POOL = ChatPool.linear(3, 0.35)
CHAT = {"interval_s": 1800, "aht_s": 480, "target": AnswerTarget(0.8, 30), "pool": POOL, "patience_s": 240}


def test_reference_crews() -> None:
    """60, 200 and 600 chats per half hour need 10, 30 and 88 agents (checked by an agent-level simulation)."""
    assert required_chat_agents([60, 200, 600], **CHAT).tolist() == [10, 30, 88]


@pytest.mark.parametrize(("chats", "agents", "level"), [(60, 8, 0.58), (200, 21, 0.13), (600, 58, 0.006)])
def test_what_the_usual_shortcut_really_gives(chats: float, agents: int, level: float) -> None:
    """The crews that "AHT / k in Erlang C" asks for reach far less than 80 %."""
    got = chat_service_level(agents, chats / 1800 * 480, aht_s=480, answer_within_s=30, pool=POOL, patience_s=240)
    assert got == pytest.approx(level, abs=0.006)


@given(st.integers(0, 30), st.floats(0.01, 40), st.sampled_from([None, 30.0, 400.0]), st.sampled_from(KINDS))
def test_one_chat_at_a_time_is_erlang(agents: int, load: float, mean: float | None, kind: str) -> None:
    """Without parallel contacts the pool is Erlang A or C."""
    model = {"aht_s": 300, "answer_within_s": 20, "patience_s": mean, "kind": kind}
    chat = chat_service_level(agents, load, pool=ChatPool((1.0,)), **model)
    assert chat == pytest.approx(float(service_level(agents, load, **model)), abs=1e-9)


def test_birth_death_chain_written_out() -> None:
    """Level and abandonment equal the chain solved state by state, the wait by the incomplete beta function."""
    agents, aht_s, mean, within_s, load = 4, 400.0, 200.0, 25.0, 7.0
    slots, far = agents * 3, 400
    state = np.arange(1, far + 1)
    rate = agents * np.interp(np.minimum(state, slots) / agents, range(4), POOL.speed) / aht_s
    rate = rate + np.maximum(state - slots, 0) / mean
    weight = np.cumprod(np.append(1.0, load / aht_s / rate))
    weight /= weight.sum()
    ahead = np.arange(far + 1 - slots)
    x = agents * POOL.speed[-1] / aht_s * mean
    served = x / (x + ahead + 1) * betainc(ahead + 1.0, x + 1.0, 1 - np.exp(-within_s / mean))
    want = weight[:slots].sum() + (weight[slots:] * served).sum()
    got = chat_service_level(agents, load, aht_s=aht_s, answer_within_s=within_s, pool=POOL, patience_s=mean)
    assert got == pytest.approx(want, rel=1e-12)
    left = (weight[slots:] * np.arange(far + 1 - slots)).sum() / mean / (load / aht_s)
    assert chat_abandon_rate(agents, load, aht_s=aht_s, pool=POOL, patience_s=mean) == pytest.approx(left, rel=1e-9)


def test_real_valued_crew_lies_below_the_whole_one() -> None:
    """The real-valued crew is at most one below the whole one and just keeps the target; no chats need nobody."""
    volume = np.array([0.0, 0.3, 12.0, 60.0])
    whole, real = required_chat_agents(volume, **CHAT), required_chat_agents(volume, integer=False, **CHAT)
    assert whole[0] == real[0] == 0.0
    assert np.all((whole[1:] - 1 < real[1:]) & (real[1:] <= whole[1:]))
    level = chat_service_level(real, volume / 1800 * 480, aht_s=480, answer_within_s=30, pool=POOL, patience_s=240)
    np.testing.assert_allclose(level[1:], 0.8, atol=1e-7)


def test_speed_up_table_is_the_other_way_to_say_it() -> None:
    """A table of speeds relative to one chat (2 -> 1.7, 3 -> 2.5) gives the handle times that belong to it."""
    pool = ChatPool.from_speedup((1.0, 1.7, 2.5))
    np.testing.assert_allclose(pool.speed, [0.0, 1.0, 1.7, 2.5])
    np.testing.assert_allclose(pool.factors, [1.0, 2 / 1.7, 3 / 2.5])


def test_agents_who_get_slower_in_total_are_refused() -> None:
    """More chats at once must not finish fewer: such a limit is a mistake in the input."""
    with pytest.raises(ValueError, match="must not finish fewer"):
        ChatPool.linear(3, 1.5)


@pytest.mark.parametrize("mean", [None, 240.0])
def test_a_large_crew_for_hardly_a_chat(mean: float | None) -> None:
    """Three hundred agents for a chat a week: nobody waits, and no number overflows."""
    model = {"aht_s": 480, "pool": POOL, "patience_s": mean}
    for kind in KINDS:
        assert chat_service_level(300, 1e-3, answer_within_s=30, kind=kind, **model) == 1.0
    assert chat_abandon_rate(300, 1e-3, **model) < 1e-290


def differences(pool: ChatPool, chats: float, agents: int) -> tuple[float, float]:
    """Formula minus exact agent-level model, in points: service level and abandonment."""
    floor = ChatFloor(agents, tuple(pool.speed), chats / 1800 * 480, 480.0, 240.0)
    level, left = floor.measures(floor.share_full(), 30.0)
    model = {"aht_s": 480, "pool": pool, "patience_s": 240}
    ours = chat_service_level(agents, floor.load, answer_within_s=30, **model)
    return 100 * (float(ours) - level), 100 * (float(chat_abandon_rate(agents, floor.load, **model)) - left)


@pytest.mark.parametrize(("agents", "load"), [(1, 0.4), (6, 5.0), (9, 11.0)])
def test_the_exact_model_is_erlang_for_one_chat_at_a_time(agents: int, load: float) -> None:
    """The oracle itself: with one chat at a time it is Erlang A."""
    floor = ChatFloor(agents, (0.0, 1.0), load, 300.0, 180.0)
    level, left = floor.measures(floor.share_full(), 20.0)
    model = {"aht_s": 300, "patience_s": 180}
    assert level == pytest.approx(float(service_level(agents, load, answer_within_s=20, **model)), abs=1e-10)
    assert left == pytest.approx(float(abandon_rate(agents, load, **model)), abs=1e-10)


@pytest.mark.parametrize("slowdown", [0.2, 0.35, 0.6])
@pytest.mark.parametrize(("chats", "most"), [(60, 2), (60, 3), (60, 5), (600, 2)])
def test_within_a_point_and_a_half_of_the_exact_model(chats: int, most: int, slowdown: float) -> None:
    """The required crew and one agent to either side; `benchmarks.chat_exact` has the larger models too."""
    pool = ChatPool.linear(most, slowdown)
    need = int(required_chat_agents(chats, **{**CHAT, "pool": pool}))
    for agents in (need - 1, need, need + 1):
        level, left = differences(pool, chats, agents)
        assert abs(level) < 1.5
        assert abs(left) < 0.5


def test_a_table_of_speeds_against_the_exact_model() -> None:
    """Agents whose second and third chat cost little and whose fifth costs much."""
    pool = ChatPool.from_speedup((1.0, 1.7, 2.5, 2.9, 3.5))
    need = int(required_chat_agents(60, **{**CHAT, "pool": pool}))
    level, left = differences(pool, 60, need)
    assert abs(level) < 1.5
    assert abs(left) < 0.5


def chat_need(**changes: object) -> float:
    """Agents for 200 chats in a steady half hour."""
    settings: dict[str, object] = {"target": AnswerTarget(0.8, 30), "patience_s": 240.0, "max_parallel": 3}
    queue = make_queue("chat", channel=Channel.CHAT, **{**settings, **changes})
    always = np.ones(1, dtype=bool)
    chats, aht_s = np.array([200.0]), np.array([480.0])
    need = answer_need(queue, chats, aht_s, always, interval_min=30, method="sipp", overnight=True, curve=False)
    return float(need.agents[0])


def test_handle_time_by_concurrency_of_a_queue() -> None:
    """Factors given one by one are the same as the slowdown they come from; faster agents are fewer."""
    linear = chat_need(slowdown=0.35)
    assert linear == pytest.approx(float(required_chat_agents(200, integer=False, **CHAT)))
    assert chat_need(parallel_factors=(1.0, 1.35, 1.7)) == pytest.approx(linear)
    assert chat_need(parallel_factors=(1.0, 1.2, 1.3)) < linear - 1


def test_occupancy_of_chat_is_the_share_of_the_fastest_pace_used() -> None:
    """At the cap the load carried is that share of what full agents finish: a load of 53.3 in 1.765 a person."""
    capped = chat_need(slowdown=0.35, max_occupancy=0.7)
    assert capped == pytest.approx(200 / 1800 * 480 / (3 / 1.7) / 0.7, rel=2e-3)
    assert capped > chat_need(slowdown=0.35, max_occupancy=0.9)
