"""The smallest crew that keeps a target."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.domain.queue import AnswerTarget
from staffing.erlang import abandon_rate, occupancy, required_agents, service_level
from staffing.erlang.delay import KINDS

LOADS = np.array([10, 30, 100, 300, 1000])
EIGHTY = AnswerTarget(0.8, 20)


@pytest.mark.parametrize(
    ("kind", "patience_s", "agents"),
    [
        ("offered", 180, (13, 33, 100, 289, 936)),
        ("net", 180, (12, 32, 99, 286, 927)),
        ("any", 180, (12, 32, 99, 285, 925)),
        ("answered", 180, (12, 32, 99, 285, 927)),
        ("offered", None, (14, 36, 108, 312, 1015)),
    ],
)
def test_reference_crews(kind: str, patience_s: float | None, agents: tuple[int, ...]) -> None:
    """Agents for 80 % in 20 s at AHT 300 s, by definition of the service level and model."""
    target = AnswerTarget(0.8, 20, kind)
    got = required_agents(LOADS, interval_s=300, aht_s=300, target=target, patience_s=patience_s)
    assert got.tolist() == list(agents)


def test_patience_and_caps() -> None:
    """100 erlangs by patience; and 300 erlangs when abandonment or occupancy is capped."""
    patience = [60, 120, 180, 300, 600, 1800]
    crews = required_agents(100, interval_s=300, aht_s=300, target=EIGHTY, patience_s=patience)
    assert crews.tolist() == [92, 98, 100, 103, 105, 107]
    model = {"interval_s": 300, "aht_s": 300, "target": EIGHTY, "patience_s": 180}
    assert required_agents(300, max_abandon_rate=0.03, **model) == 298
    assert required_agents(300, max_occupancy=0.88, **model) == 341


def test_published_crews() -> None:
    """14 agents of the R package's manual and 40 of the call-center-tools page with its occupancy cap."""
    assert required_agents(100, interval_s=1800, aht_s=180, target=EIGHTY) == 14
    assert required_agents(1000, interval_s=3600, aht_s=120, target=EIGHTY, max_occupancy=0.85) == 40


def test_quiet_intervals_need_nobody() -> None:
    """No contacts need no agents; a contact a day needs one; the shape is that of the arguments."""
    volume = np.array([[0.0, 1 / 48], [0.0, 5.0]])
    agents = required_agents(volume, interval_s=1800, aht_s=180, target=EIGHTY)
    assert agents.shape == (2, 2)
    assert agents[:, 0].tolist() == [0.0, 0.0]
    assert agents[0, 1] == 1.0


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"volume": -1}, "volume must be finite and not negative"),
        ({"volume": np.nan}, "volume must be finite and not negative"),
        ({"interval_s": 0}, "must be more than 0 seconds"),
        ({"max_occupancy": 0.0}, "max_occupancy is 0.0"),
        ({"max_abandon_rate": 2.0}, "max_abandon_rate is 2.0"),
    ],
)
def test_wrong_arguments_are_named(wrong: dict[str, float], reason: str) -> None:
    """A wrong argument is refused by name."""
    values = {"volume": 10, "interval_s": 1800, "aht_s": 180, "target": EIGHTY} | wrong
    with pytest.raises(ValueError, match=reason):
        required_agents(values.pop("volume"), **values)


targets = st.builds(AnswerTarget, st.floats(0.3, 0.99), st.floats(0, 300), st.sampled_from(KINDS))
caps = st.one_of(st.none(), st.floats(0.5, 1.0))
losses = st.one_of(st.none(), st.floats(0.005, 0.3))
patience = st.one_of(st.none(), st.floats(10, 3600))


@given(st.floats(-3, 3.3), st.floats(30, 1800), targets, caps, losses, patience)
def test_whole_crew_is_the_smallest(
    power: float, aht_s: float, target: AnswerTarget, cap: float | None, loss: float | None, mean: float | None
) -> None:
    """The crew keeps target and caps, one agent less does not; the real-valued crew lies between and keeps it."""
    load = 10.0**power
    model = {"aht_s": aht_s, "patience_s": mean}

    def keeps(agents: float) -> bool:
        level = service_level(agents, load, answer_within_s=target.answer_within_s, kind=target.kind, **model)
        busy, left = occupancy(agents, load, **model), abandon_rate(agents, load, **model)
        tight = level >= target.service_level and (cap is None or busy <= cap * (1 + 1e-12))
        return bool(tight and (loss is None or left <= loss))

    search = {"interval_s": aht_s, "target": target, "max_occupancy": cap, "max_abandon_rate": loss, **model}
    whole = float(required_agents(load, **search))
    real = float(required_agents(load, integer=False, **search))
    assert whole == int(whole)
    assert keeps(whole)
    assert whole == 0 or not keeps(whole - 1)
    assert whole - 1 <= real <= whole
    assert keeps(real)
    assert real < 1e-6 or not keeps(real - 1e-6)


def test_search_equals_counting_up() -> None:
    """On random cases, occupancy cap included, the crew is the first that keeps the target when counting up."""
    rng = np.random.default_rng(20)
    for _ in range(60):
        load, aht_s = 10 ** rng.uniform(-2, 1.7), rng.uniform(30, 900)
        target = AnswerTarget(rng.uniform(0.3, 0.98), rng.uniform(0, 120), str(rng.choice(KINDS)))
        mean = None if rng.random() < 0.5 else rng.uniform(20, 600)
        crews = np.arange(200)
        model = {"aht_s": aht_s, "patience_s": mean}
        good = service_level(crews, load, answer_within_s=target.answer_within_s, kind=target.kind, **model)
        keeps = (good >= target.service_level) & (occupancy(crews, load, **model) <= 0.9)
        got = required_agents(load, interval_s=aht_s, target=target, max_occupancy=0.9, **model)
        assert got == crews[keeps][0]


@pytest.mark.parametrize("mean", [None, 120.0])
def test_many_intervals_of_one_kind_are_looked_up(mean: float | None) -> None:
    """The look-up used for many intervals of few kinds gives the crews that the search gives one by one."""
    rng = np.random.default_rng(3)
    volume, aht_s = rng.uniform(0, 300, 5000), rng.choice([180.0, 320.0], 5000)
    model = {"interval_s": 1800, "target": EIGHTY, "patience_s": mean, "max_occupancy": 0.9}
    table = required_agents(volume, aht_s=aht_s, **model)
    search = [required_agents(volume[i : i + 100], aht_s=aht_s[i : i + 100], **model) for i in range(0, 5000, 100)]
    assert np.array_equal(table, np.concatenate(search))
