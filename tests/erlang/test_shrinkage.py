"""Unplanned absence and the one rounding."""

import numpy as np
import pytest
from scipy.stats import binom

from staffing.erlang import gross_agents, presence_probability, round_up


def test_mean_absence() -> None:
    """Ten per cent absent: 90 present take 100 rostered, as real numbers."""
    np.testing.assert_allclose(gross_agents([0, 9, 13.5], 0.1), [0, 10, 15])


@pytest.mark.parametrize(("need", "crew", "gross_up"), [(30, 36, 0.75), (100, 116, 0.67), (300, 341, 0.59)])
def test_absence_as_a_random_number(need: int, crew: int, gross_up: float) -> None:
    """At ten per cent absence the gross-up is enough in only 75, 67, 59 % of cases; 90 % take more people."""
    assert round_up(gross_agents(need, 0.1, probability=0.9)) == crew
    assert presence_probability(round_up(gross_agents(need, 0.1)), need, 0.1) == pytest.approx(gross_up, abs=0.005)


def test_presence_is_the_binomial() -> None:
    """For whole numbers the chance that enough are present is the binomial tail."""
    rostered, need = np.array([10, 34, 116]), np.array([9, 30, 100])
    np.testing.assert_allclose(presence_probability(rostered, need, 0.1), binom.sf(need - 1, rostered, 0.9), rtol=1e-10)
    assert presence_probability(5, 0, 0.3) == 1.0
    assert presence_probability(5, 6, 0.3) == 0.0


def test_probability_mode_is_kept_and_minimal() -> None:
    """The real-valued crew reaches the chance and a little less does not; nobody needed or never absent stays as is."""
    need, share = np.array([1.0, 4.2, 30.0, 250.0]), np.array([0.05, 0.3, 0.1, 0.12])
    gross = gross_agents(need, share, probability=0.95)
    np.testing.assert_allclose(presence_probability(gross, need, share), 0.95, atol=1e-9)
    assert gross_agents([0.0, 7.5], [0.1, 0.0], probability=0.95).tolist() == [0.0, 7.5]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [((-1, 0.1, None), "agents must not be negative"), ((1, 1.0, None), "less than 1"), ((1, 0.1, 1.0), "probability")],
)
def test_wrong_arguments_are_named(arguments: tuple[float, float, float | None], reason: str) -> None:
    """A wrong argument is refused by name."""
    with pytest.raises(ValueError, match=reason):
        gross_agents(arguments[0], arguments[1], probability=arguments[2])


def test_rounding_ignores_noise() -> None:
    """A billionth of an agent more is nobody."""
    assert round_up([0, 2, 2 + 1e-9, 2.001]).tolist() == [0, 2, 2, 3]
