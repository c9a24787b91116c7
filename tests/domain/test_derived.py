"""When derived work arrives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.domain.derived import delayed
from staffing.domain.queue import QueueSource, ScheduledWork
from tests.builders import make_grid

GRID = make_grid(days=6)
OPEN = (GRID.minute >= 480) & (GRID.minute < 1080)


@given(st.floats(0, 30), st.integers(0, 2), st.integers(0, 2**32 - 1))
def test_nothing_is_lost_and_nothing_comes_early(delay_h: float, days: int, seed: int) -> None:
    """Contacts of the first two days all arrive, none before its delay is over."""
    rng = np.random.default_rng(seed)
    contacts = np.where(GRID.day < 2, rng.gamma(1.0, 2.0, GRID.n), 0.0)
    moved = delayed(QueueSource("phone", 0.1, delay_h, days), contacts, OPEN, GRID)
    assert moved.sum() == pytest.approx(contacts.sum())
    latest = np.concatenate((np.zeros(int(delay_h / 0.5)), np.cumsum(contacts)))[: GRID.n]
    assert np.all(np.cumsum(moved) <= latest + 1e-9)
    if days:
        assert not moved[np.setdiff1d(np.arange(GRID.n), np.flatnonzero(GRID.minute == 480))].any()


def test_without_a_delay_nothing_moves() -> None:
    """The contacts themselves, whether the queue is open or not."""
    contacts = np.arange(float(GRID.n))
    assert delayed(QueueSource("phone", 0.1), contacts, OPEN, GRID) is contacts


def test_unknown_contacts_stay_unknown() -> None:
    """What is not known of the source is not known of the work it brings."""
    contacts = np.ones(GRID.n)
    contacts[10] = np.nan
    later = delayed(QueueSource("phone", 0.1, delay_h=1), contacts, OPEN, GRID)
    assert np.flatnonzero(np.isnan(later)).tolist() == [12]
    next_day = delayed(QueueSource("phone", 0.1, delay_days=1), contacts, OPEN, GRID)
    assert np.flatnonzero(np.isnan(next_day)).tolist() == [48 + 16]


def test_wrong_values_are_refused() -> None:
    """Delays are not negative, periods are known, a contact rate is a share above 0."""
    with pytest.raises(ValueError, match="0 or more"):
        QueueSource("phone", 0.1, delay_h=-1.0)
    with pytest.raises(ValueError, match="month, quarter"):
        ScheduledWork("year", 3.0)
    with pytest.raises(ValueError, match="contact_rate"):
        ScheduledWork("day", 3.0, contact_rate=0.0)
    assert ScheduledWork("day", 3.0, contact_rate=0.3).attempts == pytest.approx(10.0)
