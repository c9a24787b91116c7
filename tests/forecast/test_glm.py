"""The Poisson regression: the estimate of the textbook, the weeks in which it counts, and what it does not touch."""

from datetime import date, timedelta

import numpy as np
import pytest

from staffing.domain.arrays import FloatArray
from staffing.domain.calendar import DayTable
from staffing.domain.centre import Scenario
from staffing.domain.timegrid import TimeGrid
from staffing.forecast import forecast_demand, glm, many
from staffing.forecast.combine import choose
from staffing.forecast.frame import queue_frame
from staffing.forecast.members import DayModel, fit_day_model
from staffing.forecast.rolling import RollingErrors, rolling_errors
from tests.forecast.conftest import Maker, phone, true_rate


def model_of(scenario: Scenario, table: DayTable, days: int = 28) -> DayModel:
    grid = scenario.history.grid
    ahead = TimeGrid(grid.timezone, grid.dates[-1] + timedelta(days=1), days, grid.step_min)
    return fit_day_model(queue_frame(scenario, table, scenario.centre.queues[0], ahead))


def test_the_planted_rate_is_found(make: Maker) -> None:
    """Within 3 % of the true rate from the second week on, nothing said of the first."""
    scenario, table = make(days=150)
    model = model_of(scenario, table)
    frame = model.frame
    said = glm.glm_forecast(model, frame.origin, slice(frame.origin, frame.days))
    assert np.isnan(said[:7]).all()
    assert np.isfinite(said[7:]).all()
    grid = TimeGrid("UTC", frame.first_day + timedelta(days=frame.origin + 7), 21, 30)
    truth = true_rate(grid, table, phone(), 800.0).reshape(21, 48)
    assert np.abs(said[7:] - truth).sum() < 0.04 * truth.sum()
    assert (said[7:][truth == 0] == 0).all()


def test_the_gradient_vanishes() -> None:
    """Weighted score of the Poisson likelihood less the normal prior's is zero at the estimate (first principles)."""
    rng = np.random.default_rng(4)
    columns = np.column_stack([np.ones(80), rng.standard_normal((80, 3))])
    given, weight = np.full(80, 4.0), rng.uniform(0.02, 0.1, 80)
    total = rng.poisson(np.exp(given + columns @ [0.2, 0.1, -0.1, 0.0])).astype(float)
    found = glm._fit(total, columns, given, weight)
    assert found is not None
    score = columns.T @ (weight * (total - np.exp(given + columns @ found))) - found
    assert np.abs(score).max() < 0.01


def test_what_cannot_be_fitted_is_left_out(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an estimate the regression says nothing, and the forecast is that of the others."""
    columns = np.full((5, 1), 1e200)
    assert glm._fit(np.full(5, 3.0), columns, np.zeros(5), np.ones(5)) is None
    monkeypatch.setattr(glm, "_fit", lambda *_: None)
    scenario, table = make()
    forecast = forecast_demand(scenario, table, scenario.history.grid.dates[-1] + timedelta(days=1), 28)
    assert forecast.method == ("day_regression+random_walk",)


def test_later_days_do_not_matter(make: Maker) -> None:
    """From a past origin the regression sees the days before it only."""
    scenario, table = make(days=100)

    def edit(offered: np.ndarray, grid: TimeGrid) -> None:
        offered[:, grid.day >= 70] *= 3.0

    other, _ = make(days=100, edit=edit)
    one, two = (model_of(each, table) for each in (scenario, other))
    object.__setattr__(two.frame, "scale", one.frame.scale)
    object.__setattr__(two, "effects", one.effects)
    span = slice(70, 98)
    assert np.allclose(glm.glm_forecast(one, 70, span), glm.glm_forecast(two, 70, span), equal_nan=True)


def errors(glm_off: float, member_off: float = 0.05) -> RollingErrors:
    """Eight origins of 14 days of 100 contacts; everything off by a share, in turn above and below."""
    rows = 8 * 14
    actual = np.full((rows, 1), 100.0)
    sign: FloatArray = np.where(np.arange(rows) % 2, 1.0, -1.0)[:, None]
    lead = np.tile(np.arange(14), 8)
    late = np.where(lead[:, None] >= 7, actual * (1 - glm_off * sign), np.nan)
    members = np.array([actual * (1 + member_off * sign)] * 2)
    origin = np.repeat(np.arange(1, 9), 14)
    blank = np.zeros(rows, dtype=bool)
    return RollingErrors(actual, members, 3 * members, np.full((2, rows), 0.01), lead, blank, origin, late)


@pytest.mark.parametrize(("off", "counts"), [(0.04, True), (0.052, True), (0.054, False)])
def test_it_counts_where_it_is_near_the_best(off: float, counts: bool) -> None:
    """Within 5 % of the best in the later weeks it is one of three there; the first week stays the others'."""
    past = errors(off)
    choice = choose(past)
    assert choice.glm is counts
    assert past.glm is not None
    said = choice.apply(past.members, past.guards, past.special, past.glm)
    first = past.lead < 7
    assert np.array_equal(said[first], past.members[0][first])
    expected = (2 * past.members[0] + past.glm) / 3 if counts else past.members[0]
    assert np.allclose(said[~first], expected[~first])


def test_short_horizons_and_long_lists_do_without(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A week ahead it is not fitted at all; with many queues neither, and the method says so."""
    scenario, table = make()
    assert rolling_errors(model_of(scenario, table, 7)).glm is None
    assert rolling_errors(model_of(scenario, table, 28), lean=True).glm is None
    monkeypatch.setattr(many, "LEAN_ABOVE", 0)
    forecast = forecast_demand(scenario, table, date(2025, 5, 6), 28)
    assert forecast.method == ("day_regression+random_walk+lean",)
