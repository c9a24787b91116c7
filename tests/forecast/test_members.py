"""The parts of the model: nested origins, level parameters, profiles, the choice among members."""

from datetime import date, timedelta

import numpy as np
import pytest

from staffing.calendars import HolidayBlock, day_features, day_table
from staffing.domain.arrays import FloatArray
from staffing.forecast.combine import choose
from staffing.forecast.effects import WAVE_KNOTS, Effects, build_effects
from staffing.forecast.kernel import fit_level
from staffing.forecast.level_kind import LevelKind
from staffing.forecast.rolling import RollingErrors
from staffing.forecast.series import with_totals
from staffing.forecast.shape import learn_profiles, normalised


def plain_effects(days: int) -> Effects:
    """Level and weekdays only."""
    table, _ = day_table("", "", (), date(2025, 1, 6), date(2025, 1, 6) + timedelta(days=days - 1))
    ordinals = np.arange(days) + date(2025, 1, 6).toordinal()
    return build_effects(day_features(table), (), ordinals, days, (), 0.05, 0.2)


@pytest.mark.parametrize("walk", [False, True])
def test_every_origin_is_in_one_factorisation(walk: bool) -> None:
    """The forecast from an earlier origin equals that of a fit which never saw the later days."""
    rng = np.random.default_rng(2)
    effects, time = plain_effects(100), np.arange(100.0) + 700000
    rows = np.setdiff1d(np.arange(90), [20, 21, 50])
    z = 6.0 + 0.05 * rng.standard_normal(len(rows))
    noise = np.full(len(rows), 0.002)
    kind = LevelKind(walk, 0.05, 0.02 if walk else 0.5, 0.9, time[0])
    whole = fit_level(time, effects, rows, z, noise, walk=walk, scale=0.05, keep=kind)
    assert whole.extra.sum() == 0  # no outlier, so both fits weigh alike
    early = rows < 60
    part = fit_level(time, effects, rows[early], z[early], noise[early], walk=walk, scale=0.05, keep=kind)
    for one, two in zip(whole.predict(60, slice(60, 80)), part.predict(60, slice(60, 80)), strict=True):
        assert np.allclose(one, two, rtol=1e-8, atol=1e-10)


def test_the_forecast_is_the_textbook_posterior() -> None:
    """Mean and variance agree with the direct solution of the normal equations."""
    rng = np.random.default_rng(3)
    effects, time = plain_effects(40), np.arange(40.0) + 700000
    rows = np.arange(33)
    z, noise = 5.0 + 0.1 * rng.standard_normal(33), np.full(33, 0.003)
    kind = LevelKind(False, 0.08, 0.4, 0.8, time[0])
    fit = fit_level(time, effects, rows, z, noise, walk=False, scale=0.08, keep=kind)
    prior = (effects.matrix * effects.prior_sd**2) @ effects.matrix.T + kind.covariance(time, time)
    prior += kind.noise_variance * np.eye(40)
    known = prior[:33, :33] + np.diag(noise + fit.extra)
    mean = prior[33:, :33] @ np.linalg.solve(known, z)
    variance = np.diag(prior[33:, 33:] - prior[33:, :33] @ np.linalg.solve(known, prior[:33, 33:]))
    found = fit.predict(33, slice(33, 40))
    assert np.allclose(found[0], mean)
    assert np.allclose(found[1], variance)


def test_profiles_shrink_to_the_pooled_one() -> None:
    """With few contacts a weekday's own profile counts little, with many it is followed."""
    rng = np.random.default_rng(1)
    share = np.tile([[0.5, 0.3, 0.2]], (70, 1))
    share[::7] = [0.2, 0.3, 0.5]  # Mondays differ
    classes, time = np.arange(70) % 7, np.arange(70.0)
    learned = []
    for size in (5.0, 50000.0):
        series = with_totals(rng.poisson(size * share).astype(float), np.ones((70, 3), dtype=bool))
        learned.append(learn_profiles(series, np.arange(70), classes, time).base[0] ** 2)
    few, many = learned
    assert many[2] > 0.42
    assert few[2] < 0.35


def test_shares_of_a_day() -> None:
    """Shares sum to one over open cells, an open day without shares is even, a closed one empty."""
    is_open = np.array([[True, True, False], [True, True, True], [False, False, False]])
    shares = normalised(np.array([[1.0, 3.0, 5.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]), is_open)
    assert shares.tolist() == [[0.25, 0.75, 0.0], [1 / 3] * 3, [0.0] * 3]


def errors(members: list[float], guards: list[float], origins: int = 8) -> RollingErrors:
    """Past forecasts of 100 contacts, each off by the given shares, one ordinary day per origin."""
    actual = np.full((origins, 1), 100.0)
    sign: FloatArray = np.where(np.arange(origins) % 2, 1.0, -1.0)[:, None]
    return RollingErrors(
        actual,
        np.array([actual * (1 + off * sign) for off in members]),
        np.array([actual * (1 + off * sign) for off in guards]),
        np.full((len(members), origins), 0.01),
        np.zeros(origins, dtype=np.int64),
        np.zeros(origins, dtype=bool),
        np.arange(1, origins + 1),
    )


@pytest.mark.parametrize(
    ("members", "guards", "use", "guard"),
    [
        ([0.05, 0.052], [0.08, 0.07], [True, True], None),  # alike: both
        ([0.05, 0.08], [0.08, 0.07], [True, False], None),  # one clearly worse: left out
        ([0.10, 0.10], [0.098, 0.12], [True, True], None),  # a guard a little better: not taken
        ([0.10, 0.10], [0.12, 0.07], [True, True], 1),  # the eight-week mean clearly better: taken
    ],
)
def test_members_and_guard(members: list[float], guards: list[float], use: list[bool], guard: int | None) -> None:
    """Members near the best count alike; a mean of past weeks takes over only when it is clearly better."""
    choice = choose(errors(members, guards))
    assert (choice.use.tolist(), choice.guard) == (use, guard)
    days = np.full((2, 3, 1), 10.0)
    applied = choice.apply(days, 2 * days, np.array([False, True, False]))
    assert applied[:, 0].tolist() == ([20.0, 10.0, 20.0] if guard is not None else [10.0] * 3)


def test_too_few_origins_choose_nothing() -> None:
    """With three past origins all members count and no guard is used."""
    choice = choose(errors([0.2, 0.1], [0.01, 0.01], origins=3))
    assert (choice.use.tolist(), choice.guard) == ([True, True], None)


def test_the_wave_around_a_long_holiday() -> None:
    """Each knot is 1 on its day and 0 on the next knots'; short holidays have none."""
    main = date(2025, 3, 3)
    table, _ = day_table("", "", (), date(2025, 1, 6), date(2025, 6, 1))
    ordinals = np.array([row.date.toordinal() for row in table])
    blocks = (HolidayBlock("long", main, 8), HolidayBlock("short", main, 3))
    effects = build_effects(day_features(table), blocks, ordinals, 100, (), 0.05, 0.2)
    waves = [name for name in effects.names if name.startswith("wave:")]
    assert len(waves) == len(WAVE_KNOTS)
    assert all(name.startswith("wave:long:") for name in waves)
    column = effects.matrix[:, effects.names.index("wave:long:-7")]
    place = (main - date(2025, 1, 6)).days
    assert (column[place - 7], column[place - 5], column[place - 10]) == (1.0, 0.0, 0.0)
    assert 0 < column[place - 8] < 1
