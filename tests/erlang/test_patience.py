"""Patience from history, and from a known share of abandonment."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from staffing.domain.demand import ContactHistory
from staffing.domain.timegrid import TimeGrid
from staffing.erlang import abandon_rate, estimate_patience, implied_patience, patience_from_history


def simulated(patience_s: float, seed: int) -> tuple[float, int, float]:
    """Summed wait, abandonments and mean wait of those who gave up: 20 000 callers, three fifths find nobody free."""
    rng = np.random.default_rng(seed)
    offered = np.where(rng.random(20_000) < 0.6, rng.exponential(30.0, 20_000), 0.0)
    patience = rng.exponential(patience_s, 20_000)
    gone = patience < offered
    return float(np.minimum(offered, patience).sum()), int(gone.sum()), float(patience[gone].mean())


def test_estimate_finds_the_true_patience() -> None:
    """A simulated patience of 180 s is found within its limits; the mean wait of those who left is far below."""
    wait, gone, naive = simulated(180.0, 1)
    mean, low, high = estimate_patience(wait, gone)
    assert mean == pytest.approx(180.0, rel=0.06)
    assert low < 180.0 < high
    assert naive < 40.0


def test_limits_cover_the_truth_as_often_as_they_say() -> None:
    """In 300 simulated histories the 95 % limits contain the true patience in 91 to 99 %."""
    runs = np.array([simulated(240.0, seed)[:2] for seed in range(300)])
    _, low, high = estimate_patience(runs[:, 0], runs[:, 1])
    assert 0.91 <= np.mean((low <= 240.0) & (high >= 240.0)) <= 0.99


def test_limits_are_those_of_the_chi_square() -> None:
    """The limits are total wait over half a chi-square quantile; without abandonment there is a lower one only."""
    mean, low, high = estimate_patience([3600.0, 900.0], [12, 0])
    assert mean.tolist() == [300.0, np.inf]
    np.testing.assert_allclose(low, [7200 / chi2.ppf(0.975, 26), 1800 / chi2.ppf(0.975, 2)])
    np.testing.assert_allclose(high, [7200 / chi2.ppf(0.025, 24), np.inf])
    assert estimate_patience(np.ones((2, 1)), np.ones(3))[0].shape == (2, 3)


@pytest.mark.parametrize("wrong", [(-1, 3), (np.nan, 3), (10, -1), (10, np.inf)])
def test_wrong_sums_are_named(wrong: tuple[float, float]) -> None:
    """Negative or unknown sums are refused."""
    with pytest.raises(ValueError, match="finite and not negative"):
        estimate_patience(*wrong)


def test_history_counts_what_is_known() -> None:
    """Only intervals whose wait and abandonment are both known count; the queues are kept apart."""
    grid = TimeGrid("UTC", date(2026, 1, 5), 1, 360)
    wait = np.array([[600.0, np.nan, 1200.0, 0.0], [50.0, 50.0, 50.0, 50.0], [0.0, 0.0, 0.0, 0.0]])
    gone = np.array([[4.0, 100.0, 6.0, np.nan], [0.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]])
    history = ContactHistory(grid, ("phone", "vip", "mail"), np.full((3, 4), 50.0), abandoned=gone, wait_s=wait)
    found = patience_from_history(history, "phone")
    assert found is not None
    assert (found.patience_s, found.abandons) == (180.0, 10.0)
    assert found.low95_s < 180.0 < found.high95_s
    assert patience_from_history(history, "vip") is None  # nobody left
    assert patience_from_history(history, "mail") is None  # nobody waited
    assert patience_from_history(history, "chat") is None
    assert patience_from_history(ContactHistory(grid, ("phone",), np.full((1, 4), 50.0)), "phone") is None


@settings(max_examples=40)
@given(st.floats(1, 60), st.floats(0.6, 1.3), st.floats(10, 2000), st.floats(0, 0.5), st.booleans())
def test_implied_patience_round_trip(load: float, ratio: float, mean: float, balk: float, limited: bool) -> None:
    """The patience found from a share of abandonment is the one that made it."""
    agents = load * ratio
    model = {"aht_s": 240, "balk_share": balk, "lines": agents + 30 if limited else None}
    share = float(abandon_rate(agents, load, patience_s=mean, **model))
    if share < 1e-12:
        return
    found = float(implied_patience(agents, load, abandon_rate=share, **model))
    assert abandon_rate(agents, load, patience_s=found, **model) == pytest.approx(share, rel=1e-6)


def test_implied_patience_at_the_ends() -> None:
    """No abandonment is endless patience; more than can leave is none; overload alone explains some."""
    assert implied_patience(14, 10, aht_s=180, abandon_rate=0.0) == np.inf
    assert implied_patience(14, 10, aht_s=180, abandon_rate=0.99) == 0.0
    assert implied_patience(10, 20, aht_s=180, abandon_rate=0.49) == np.inf
    assert implied_patience([[10], [12]], 10, aht_s=180, abandon_rate=[0.02, 0.05, 0.1]).shape == (2, 3)
    with pytest.raises(ValueError, match="abandon_rate must be"):
        implied_patience(14, 10, aht_s=180, abandon_rate=-0.1)
