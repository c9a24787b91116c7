from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from staffing.capacity import CapacitySettings, WeeklyNeed
from staffing.domain.centre import Scenario
from staffing.files import read_capacity, read_centre
from staffing.planning import SCENARIOS, WhatIf, compare_capacity, make_forecast, plan_table, weekly_need, what_if
from staffing.planning import need as module
from tests.files.tiny_capacity import write_tiny_capacity
from tests.files.tiny_centre import write_tiny_centre

WEEKS = 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_capacity(write_tiny_centre(tmp_path_factory.mktemp("need") / "centre"))


@pytest.fixture(scope="module")
def scenario(folder: Path) -> Scenario:
    return read_centre(folder)


@pytest.fixture(scope="module")
def found(scenario: Scenario) -> WeeklyNeed:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "ANCHORS", 4)
        patch.setattr(module, "CHECKED", 2)
        return weekly_need(scenario, weeks=WEEKS)


def test_it_is_the_forecast_through_the_full_layer(scenario: Scenario, found: WeeklyNeed) -> None:
    """Contacts of each week are the forecast's, and weeks between the anchors are as the full layer has them."""
    first = scenario.next_week_start
    table, _ = plan_table(scenario, first, 7 * WEEKS)
    forecast = make_forecast(scenario, table, first, 7 * WEEKS)
    assert found.contacts.sum() == pytest.approx(forecast.volume.sum())
    full = weekly_need(scenario, weeks=WEEKS, full=True)
    assert full.checked_error == 0
    assert found.checked_error <= module.TOLERANCE
    error = np.abs(found.need_h - full.need_h).sum(axis=0) / full.need_h.sum(axis=0)
    assert error.max() < 0.03


def test_all_deferred_work_is_in_it(scenario: Scenario, found: WeeklyNeed) -> None:
    """Every mail has to be handled in some week, with unplanned absence on top: 5 % here."""
    mail = found.queues.index("mail")
    handling_h = found.contacts[mail].sum() * 300 / 3600
    assert found.need_h[mail].sum() >= handling_h / 0.95 - 1e-6


def test_it_is_no_flat_ratio(found: WeeklyNeed) -> None:
    """Twice the contacts on the phone take less than twice the hours; growth goes through 1."""
    phone = found.queues.index("phone")
    assert found.growth[:, found.factors.tolist().index(1.0)] == pytest.approx([1.0, 1.0])
    assert found.hours(np.full((2, WEEKS), 2.0))[phone].sum() < 2 * found.need_h[phone].sum()


def test_uncertainty_grows_to_the_last_decision_and_no_further(scenario: Scenario, found: WeeklyNeed) -> None:
    """What is decided later is decided with a newer forecast."""
    assert np.all(np.diff(found.level_sd, axis=1) >= -1e-12)
    table, _ = plan_table(scenario, found.first_day, 7 * WEEKS)
    forecast = make_forecast(scenario, table, found.first_day, 7 * WEEKS)
    early, luck = module._spread(forecast, WEEKS, 4)
    assert np.all(early <= found.level_sd + 1e-12)
    assert early[:, -1] == pytest.approx(early[:, 3])
    assert luck == pytest.approx(found.noise_sd)


def test_scaled_volumes_keep_the_curve(found: WeeklyNeed) -> None:
    """The need of twice the volume is the need at factor 2; scaling back changes nothing."""
    twice = found.scaled(1.3)
    ones = np.ones(found.need_h.shape)
    assert twice.need_h == pytest.approx(found.hours(1.3 * ones))
    assert twice.hours(1.1 * ones) == pytest.approx(found.hours(1.43 * ones), rel=1e-6)
    assert twice.scaled(1 / 1.3).need_h == pytest.approx(found.need_h)


def test_an_empty_week_needs_nobody(scenario: Scenario) -> None:
    """Closed all year: zero hours, no division by zero."""
    closed = replace(scenario, history=replace(scenario.history, offered=np.zeros_like(scenario.history.offered)))
    nothing = weekly_need(closed, weeks=4)
    assert nothing.need_h.sum() == 0
    assert np.all(np.isfinite(nothing.growth))


def test_what_ifs_change_what_they_say(folder: Path, scenario: Scenario, found: WeeklyNeed) -> None:
    """Attrition and volume by factor, levers by name, the base by nothing."""
    case = read_capacity(folder, scenario).case
    assert what_if(case, found, WhatIf()) == (case, found)
    worse, same = what_if(case, found, SCENARIOS["attrition_double"])
    assert (worse.attrition_factor, same) == (2.0, found)
    alone, more = what_if(case, found, WhatIf(volume=1.2, overtime=False, outside=False, cross_training=False))
    assert alone.outside == alone.cross_training == ()
    assert {group.overtime_share for group in alone.groups} == {0.0}
    assert more.contacts.sum() == pytest.approx(1.2 * found.contacts.sum())
    with pytest.raises(ValueError, match="volume 0"):
        WhatIf(volume=0)


def test_scenarios_stand_side_by_side(folder: Path, scenario: Scenario, found: WeeklyNeed) -> None:
    """Each gets its plan, in order; more work costs more."""
    settings = CapacitySettings(time_limit_s=1, rounds=1, runs=40, reproducible=True, probability=0.7)
    told: list[str] = []
    changes = {"base": WhatIf(), "volume_more": WhatIf(volume=1.5)}
    plans = compare_capacity(read_capacity(folder, scenario).case, found, settings, changes, told.append)
    assert list(plans) == told == list(changes)
    assert plans["volume_more"].judged.cost.mean() >= plans["base"].judged.cost.mean()
