import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from staffing.capacity.attrition import band_of, draw_rates, mean_rates, stays, weekly
from staffing.capacity.values import WEEKS_PER_MONTH, TenureBand
from tests.capacity.tiny_case import BANDS, NOBODY_LEAVES


def test_rates_follow_the_counts_and_few_people_follow_the_group() -> None:
    """Many person-months keep a band's own rate; few are drawn towards all."""
    many = mean_rates((TenureBand(0, 10_000, 1000), TenureBand(3, 10_000, 100)), 60)
    few = mean_rates((TenureBand(0, 10, 1), TenureBand(3, 10_000, 100)), 60)
    assert abs(many[0] - 0.1) < 0.001
    assert few[0] < 0.03
    assert few[0] > few[1]


def test_draws_centre_on_the_mean_and_narrow_with_data() -> None:
    """The posterior's mean is the rate used for expectations; ten times the counts, a third of the spread."""
    rng = np.random.default_rng(1)
    small = draw_rates(BANDS, 60, 20_000, rng)
    big = draw_rates(
        tuple(TenureBand(b.from_month, 10 * b.person_months, 10 * b.leavers) for b in BANDS), 60, 20_000, rng
    )
    assert np.allclose(small.mean(axis=0), mean_rates(BANDS, 60), rtol=0.02)
    assert np.all(big.std(axis=0) < 0.5 * small.std(axis=0))


@given(st.floats(0, 0.9), st.floats(0, 1))
def test_weekly_shares_compound_to_the_month(monthly: float, factor: float) -> None:
    """Those who are left after the weeks of a month are those who are left after the month."""
    share = float(weekly(np.array(monthly), factor))
    assert abs((1 - share) ** WEEKS_PER_MONTH - (1 - monthly * factor)) < 1e-9


def test_people_move_through_the_bands() -> None:
    """Survival falls by the rate of the band that the tenure has reached."""
    share = stays(BANDS, 0.001, 0, np.ones(30), 4)
    assert share[:4].tolist() == [0, 0, 0, 0]
    assert share[4] == 1.0
    first, later = weekly(mean_rates(BANDS, 0.001))
    assert abs(share[5] - (1 - first)) < 1e-12
    assert abs(share[25] / share[24] - (1 - later)) < 1e-12
    assert band_of(BANDS, np.array([0, 13, 14, 500])).tolist() == [0, 0, 1, 1]


def test_nobody_leaves_where_nobody_ever_did() -> None:
    """A long history without leavers means almost none to come, and no division by zero without any history."""
    assert stays(NOBODY_LEAVES, 60, 0, np.ones(52), 0)[-1] > 0.999
    assert np.all(np.isfinite(mean_rates((TenureBand(0, 0, 0),), 60)))
