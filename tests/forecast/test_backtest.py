"""The back-test: its numbers by hand, its origins, and that it cannot look ahead."""

from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import poisson

from staffing.domain.timegrid import TimeGrid
from staffing.errors import SettingsError
from staffing.forecast import backtest, backtest_origins
from staffing.forecast.bands import cdf, coverage, fit_dispersion, quantile
from staffing.forecast.score import ForecastDays, poisson_error
from tests.forecast.conftest import Maker, phone


def test_scores_by_hand() -> None:
    """Two days of two cells: WAPE 30/100, bias -10/100, peers 20/100 and 40/100, day errors 10/100."""
    actual = np.array([[40.0, 20.0], [np.nan, 40.0]])
    volume = np.array([[30.0, 30.0], [99.0, 30.0]])
    bands = np.array([volume - 20, volume - 10, volume + 10, volume + 20])
    peers = np.array([actual + np.array([[10.0, -10.0], [0.0, 0.0]]), actual + np.array([[20.0, 0.0], [0.0, 20.0]])])
    days = ForecastDays(
        actual, volume, bands, np.zeros((2, 2)), np.zeros(2), peers, np.array([0.0, 1.0]), np.array([False, True])
    )
    score = days.score("q", "all", "all", np.array([True, True]))
    assert (score.contacts, score.forecast_days) == (100.0, 2)
    assert score.wape == pytest.approx(0.3)
    assert score.bias == pytest.approx(-0.1)
    assert score.wape_day == pytest.approx(0.1)
    assert (score.wape_mean4, score.wape_mean8) == (pytest.approx(0.2), pytest.approx(0.4))
    assert score.ratio_mean4 == pytest.approx(1.5)
    assert (score.plain80, score.plain95) == (1.0, 1.0)
    assert days.score("q", "all", "special", days.special).contacts == 40.0


def test_poisson_floor_against_its_definition() -> None:
    """The closed form equals the sum over the distribution."""
    counts = np.arange(400)
    for rate in (0.3, 1.0, 7.5, 120.0):
        exact = float((np.abs(counts - rate) * poisson.pmf(counts, rate)).sum())
        assert float(poisson_error(np.array(rate))) == pytest.approx(exact, rel=1e-9)


def test_quantiles_invert_the_distribution() -> None:
    """The quantile is the smallest count that reaches the share, from near zero to thousands."""
    rng = np.random.default_rng(0)
    mean, spread = np.exp(rng.uniform(-5, 8, 2000)), np.exp(rng.uniform(-14, 0, 2000))
    for share in (0.025, 0.1, 0.5, 0.9, 0.975):
        found = quantile(share, mean, spread)
        assert (cdf(found, mean, spread) >= share).all()
        assert (cdf(found - 1, mean, spread) < share).all()
    assert quantile(0.9, np.zeros(3), np.zeros(3)).tolist() == [0.0, 0.0, 0.0]


def test_dispersion_is_found_again() -> None:
    """Counts drawn with a day variation of 8 % and an interval variation of 15 % give both back."""
    rng = np.random.default_rng(4)
    mean = np.full((150, 20), 100.0)
    day = np.exp(0.08 * rng.standard_normal((150, 1)))
    actual = rng.poisson(mean * day * rng.gamma(1 / 0.15**2, 0.15**2, mean.shape)).astype(float)
    found = fit_dispersion(actual, mean, np.full(150, 0.05**2))
    assert found.day_cv(np.array([0.05**2]))[0] == pytest.approx(0.08, rel=0.2)
    assert found.interval_cv == pytest.approx(0.15, rel=0.15)
    both = np.full(actual.size, (1 + 0.08**2) * (1 + 0.15**2) - 1)
    assert coverage(actual.ravel(), mean.ravel(), both) == pytest.approx(0.8, abs=0.03)


def test_a_report(make: Maker) -> None:
    """Origins are week starts two weeks apart; the forecast of a steady centre beats the four-week mean."""
    scenario, table = make(days=150)
    told: list[tuple[int, int]] = []
    report = backtest(scenario, table, origins=3, weeks=2, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert [day.weekday() for day in report.origins] == [0, 0, 0]
    assert {b - a for a, b in zip(report.origins, report.origins[1:], strict=False)} == {timedelta(days=14)}
    score = report.score("phone")
    assert score.forecast_days == 30
    assert score.ratio_mean4 < 1
    assert score.floor < score.wape < 2 * score.floor
    assert 0.7 < score.coverage80 < 0.9
    assert report.score("phone", "week 1").contacts + report.score("phone", "week 2").contacts == score.contacts
    assert len(report.methods) == 3
    with pytest.raises(KeyError):
        report.score("phone", "week 3")


def test_a_stop_keeps_whole_origins(make: Maker) -> None:
    """Stopped within the third origin, the report is that of the two before; stopped at once it is empty."""
    scenario, table = make(days=150)
    done: list[int] = []
    stopped = backtest(
        scenario, table, origins=4, weeks=1, progress=lambda n, _: done.append(n), should_stop=lambda: len(done) == 2
    )
    chosen = backtest_origins(scenario, 4, 1)
    assert stopped.origins == chosen[:2]
    assert str(stopped) == str(backtest(scenario, table, origins=chosen[:2], weeks=1))
    nothing = backtest(scenario, table, origins=4, weeks=1, should_stop=lambda: True)
    assert (nothing.origins, nothing.scores, nothing.days, nothing.queues) == ((), (), (), ("phone",))


def test_the_days_add_up_to_the_scores(make: Maker) -> None:
    """Contacts, bias and day error of a score are those of its days; ordinary and special days apart."""
    scenario, table = make(days=150)
    report = backtest(scenario, table, origins=2, weeks=2)
    for kind in ("all", "ordinary", "special"):
        days = [day for day in report.days if kind == "all" or day.special == (kind == "special")]
        score = report.score("phone", "all", kind)
        contacts = sum(day.actual for day in days)
        assert (len(days), contacts) == (score.forecast_days, score.contacts)
        assert sum(day.forecast - day.actual for day in days) / contacts == pytest.approx(score.bias)
        assert sum(abs(day.forecast - day.actual) for day in days) / contacts == pytest.approx(score.wape_day)
    assert {day.origin for day in report.days} == set(report.origins)
    assert all(0 <= (day.date - day.origin).days < 14 and day.queue == "phone" for day in report.days)
    assert all(day.low80 < day.forecast < day.high80 for day in report.days)
    inside = np.mean([day.low80 <= day.actual <= day.high80 for day in report.days])
    assert inside == pytest.approx(report.score("phone").day_coverage80, abs=0.06)


def test_the_future_does_not_matter(make: Maker) -> None:
    """What comes after an origin changes its scores' actuals, never its forecasts."""

    def later(offered: np.ndarray, grid: TimeGrid) -> None:
        offered[:, grid.day >= 112] *= 3.0

    one, table = make(days=140)
    two, _ = make(days=140, edit=later)
    origin = [date(2025, 1, 6) + timedelta(days=112)]
    a, b = (backtest(s, table, origins=origin, weeks=1).score("phone") for s in (one, two))
    assert b.contacts == pytest.approx(3 * a.contacts)
    assert (1 + a.bias) * a.contacts == pytest.approx((1 + b.bias) * b.contacts)


def test_too_short_or_outside(make: Maker) -> None:
    """A history too short for one origin, and an origin outside it, are refused."""
    scenario, table = make(phone(), days=40)
    with pytest.raises(SettingsError, match="too short"):
        backtest(scenario, table, weeks=4)
    with pytest.raises(SettingsError, match="2030"):
        backtest(scenario, table, origins=[date(2030, 1, 1)])
