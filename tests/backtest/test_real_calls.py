"""On real series the forecast must clearly beat what centres use, and its bands must hold."""

from pathlib import Path

import pytest

from benchmarks.forecast_peers import (
    ambulance_origins,
    ambulance_scenario,
    bank_origins,
    bank_scenario,
)
from staffing.forecast import BacktestReport, backtest

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def bank(shared_data: Path) -> BacktestReport:
    """Real bank calls in half hours, from every fourth of the 29 origins."""
    scenario, table = bank_scenario(shared_data)
    return backtest(scenario, table, origins=bank_origins(scenario)[::4])


def test_a_week_ahead_beats_the_four_week_mean(bank: BacktestReport) -> None:
    """WAPE of the first week is at most 0.8 of the four-week mean's, and below 5.5 %."""
    score = bank.score("phone", "week 1")
    assert score.ratio_mean4 <= 0.8
    assert score.wape < 0.055
    assert score.floor < score.wape


def test_four_weeks_ahead_beat_both_means(bank: BacktestReport) -> None:
    """Over four weeks the ratio to either mean is below 0.85, on special days below 0.8, with little bias."""
    score = bank.score("phone")
    assert score.ratio_mean4 < 0.85
    assert score.ratio_mean8 < 0.85
    assert bank.score("phone", days="special").ratio_mean4 < 0.8
    assert abs(score.bias) < 0.012


def test_the_bands_hold(bank: BacktestReport) -> None:
    """The 80 % band holds 75 to 87 %, the 95 % band 91 to 98 %, and the band of day totals 68 to 92 %."""
    score = bank.score("phone")
    assert 0.75 < score.coverage80 < 0.87
    assert 0.91 < score.coverage95 < 0.98
    assert 0.68 < score.day_coverage80 < 0.92


@pytest.mark.parametrize(("share", "limit"), [(0.02, 0.93), (0.002, 0.95)])
def test_thinned_series(shared_data: Path, share: float, limit: float) -> None:
    """With 23 and with 2 calls an interval the forecast still beats the four-week mean, with honest bands."""
    scenario, table = bank_scenario(shared_data, share)
    score = backtest(scenario, table, origins=bank_origins(scenario)[::5]).score("phone")
    assert score.ratio_mean4 < limit
    assert score.wape < 1.1 * score.floor
    assert 0.75 < score.coverage80 < 0.87
    assert 0.92 < score.coverage95 < 0.98


def test_years_of_days(shared_data: Path) -> None:
    """Daily ambulance responses over 28 days, five origins over two years: better than both means of past weeks."""
    scenario, table = ambulance_scenario(shared_data)
    score = backtest(scenario, table, origins=ambulance_origins()[::3]).score("Trust")
    assert max(score.ratio_mean4, score.ratio_mean8) < 0.95
