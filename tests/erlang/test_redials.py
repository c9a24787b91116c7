"""Contacts that try again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.domain.queue import AnswerTarget
from staffing.erlang import carried_volume, lost_rate, required_agents, service_level, with_redials

EIGHTY = AnswerTarget(0.8, 20)
CALLS = {"interval_s": 1800, "aht_s": 180}


@settings(max_examples=30)
@given(
    st.floats(0.1, 500), st.floats(0, 60), st.floats(0, 0.95), st.floats(20, 2000), st.floats(0, 1), st.integers(0, 20)
)
def test_attempts_balance(volume: float, agents: float, share: float, mean: float, balk: float, room: int) -> None:
    """All attempts are the first ones and the share of those lost that try again; never fewer than the first ones."""
    model = {"patience_s": mean, "balk_share": balk, "lines": agents + room}
    total = float(with_redials(volume, agents=agents, redial_share=share, **CALLS, **model))
    again = share * total * float(lost_rate(agents, total / 10, aht_s=180, **model))
    assert total == pytest.approx(volume + again, rel=1e-6)
    assert volume * (1 - 1e-12) <= total <= volume / (1 - share) * (1 + 1e-9)


def test_directions_and_limits() -> None:
    """More redials, more attempts; nobody redials, none more; enough agents lose nobody; all redial for ever when too
    few are there.
    """
    attempts = with_redials(100, agents=10, redial_share=np.linspace(0, 0.95, 20), patience_s=60, **CALLS)
    assert attempts[0] == 100
    assert np.all(np.diff(attempts) > 0)
    assert with_redials(100, agents=40, redial_share=1.0, patience_s=60, **CALLS) == pytest.approx(100)
    assert with_redials(100, agents=9, redial_share=1.0, patience_s=60, **CALLS) == np.inf
    assert with_redials(100, agents=9, redial_share=0.5, **CALLS) == 100  # nobody is lost without patience
    assert with_redials([[0], [5]], agents=[1, 2, 3], redial_share=0.5, patience_s=60, **CALLS).shape == (2, 3)


def test_crew_for_first_attempts() -> None:
    """With redials the crew keeps the target for all attempts, and one agent less does not; it is never smaller."""
    for share in (0.3, 0.9, 1.0):
        crew = float(required_agents(300, target=EIGHTY, patience_s=60, redial_share=share, **CALLS))
        assert crew >= required_agents(300, target=EIGHTY, patience_s=60, **CALLS)
        for agents, kept in ((crew, True), (crew - 1, False)):
            total = with_redials(300, agents=agents, redial_share=share, patience_s=60, **CALLS)
            level = 0.0
            if np.isfinite(total):
                level = float(service_level(agents, total / 10, aht_s=180, patience_s=60, answer_within_s=20))
            assert (level >= 0.8) == kept


def test_blocked_contacts_that_all_redial() -> None:
    """With too few lines and everybody redialling, no crew is large enough and the search says so."""
    model = {"target": EIGHTY, "patience_s": 60, "redial_share": 1.0, **CALLS}
    assert required_agents(100, lines=8, **model) == np.inf
    assert np.isfinite(required_agents(100, lines=40, **model))


def test_carried_volume_of_first_attempts() -> None:
    """The first attempts a crew carries bring, with redials, the volume it carries without them."""
    crew = np.array([5, 20, 60])
    first = carried_volume(crew, target=EIGHTY, patience_s=60, redial_share=0.8, **CALLS)
    total = with_redials(first, agents=crew, redial_share=0.8, patience_s=60, **CALLS)
    np.testing.assert_allclose(total, carried_volume(crew, target=EIGHTY, patience_s=60, **CALLS), rtol=1e-9)
    assert np.all(first < total)


@pytest.mark.parametrize("wrong", [{"redial_share": 1.1}, {"volume": -1}, {"interval_s": 0}])
def test_wrong_arguments_are_named(wrong: dict[str, float]) -> None:
    """A wrong argument is refused by name."""
    values = {"volume": 100, "agents": 10, "redial_share": 0.5, "patience_s": 60} | CALLS | wrong
    with pytest.raises(ValueError, match=next(iter(wrong))):
        with_redials(values.pop("volume"), **values)
