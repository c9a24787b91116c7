"""A forecast with other contacts: proportion, derived work, bands."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.domain.demand import Forecast
from staffing.domain.queue import QueueSource
from staffing.domain.scenario import LoadChange
from staffing.forecast import changed_forecast
from tests.builders import MONDAY, make_centre, make_email, make_grid, make_queue, make_table

CENTRE = make_centre(
    queues=(
        make_queue(),
        make_queue("chat"),
        make_email("back", source=QueueSource("phone", 0.5, delay_days=1), deflection=0.2),
    )
)
TABLE = make_table()


def forecast() -> Forecast:
    grid = make_grid(3)
    is_open = (grid.minute >= 480) & (grid.minute < 1080)
    volume = np.array([np.where(is_open, level, 0.0) for level in (10.0, 6.0, 4.0)])
    return Forecast(
        grid,
        ("phone", "chat", "back"),
        volume,
        *(volume * share for share in (0.8, 1.2, 0.6, 1.4)),
        aht_s=np.full((3, grid.n), 300.0),
        day_cv=np.full((3, 3), 0.1),
        interval_cv=np.full((3, grid.n), 0.05),
        method=("given",) * 3,
    )


def test_nothing_changes_nothing() -> None:
    base = forecast()
    assert changed_forecast(base, (), CENTRE, TABLE) is base


@given(st.floats(0.0, 3.0), st.floats(0.0, 1.0))
def test_contacts_are_in_proportion(volume: float, deflected: float) -> None:
    """Every queue with contacts of its own changes by the factor; nothing gets negative or comes where it is closed."""
    base = forecast()
    after = changed_forecast(base, (LoadChange(volume=volume, deflected=deflected),), CENTRE, TABLE)
    assert after.volume[:2] == pytest.approx(base.volume[:2] * volume * (1 - deflected))
    assert (after.volume >= 0).all()
    assert (after.low95 <= after.low80).all()
    assert (after.high80 <= after.high95).all()


def test_derived_work_follows_its_source_with_its_delay() -> None:
    """Half of the calls come back a day later, four fifths of them to people: 200 calls more make 80 letters more."""
    base = forecast()
    after = changed_forecast(base, (LoadChange(2.0, end=MONDAY),), CENTRE, TABLE)
    more = np.add.reduceat(after.volume[2] - base.volume[2], base.grid.day_start[:-1])
    assert more == pytest.approx([0.0, 80.0, 0.0])
    assert after.volume[1] == pytest.approx(np.where(base.grid.day == 0, 2.0, 1.0) * base.volume[1])


def test_a_named_derived_queue_is_changed_itself() -> None:
    base = forecast()
    after = changed_forecast(base, (LoadChange(1.5, queues=("back",)),), CENTRE, TABLE)
    assert after.volume[2] == pytest.approx(1.5 * base.volume[2])
    assert np.array_equal(after.volume[:2], base.volume[:2])
    assert np.array_equal(after.low80[:2], base.low80[:2])


def test_handle_times_change_on_their_days_and_changes_multiply() -> None:
    base = forecast()
    changes = (LoadChange(aht=1.2), LoadChange(aht=0.5, queues=("chat",), start=date(2026, 1, 6)))
    after = changed_forecast(base, changes, CENTRE, TABLE)
    assert after.aht_s[0] == pytest.approx(360.0)
    assert after.aht_s[1] == pytest.approx(np.where(base.grid.day == 0, 360.0, 180.0))
    assert np.array_equal(after.volume, base.volume)


def test_an_unknown_queue_is_refused() -> None:
    with pytest.raises(ValueError, match="fax"):
        changed_forecast(forecast(), (LoadChange(2.0, queues=("fax",)),), CENTRE, TABLE)


def test_uncertainty_stays_in_proportion() -> None:
    """Twice the contacts have wider bands, by less than twice: chance evens out."""
    base = changed_forecast(forecast(), (LoadChange(1.5),), CENTRE, TABLE)
    after = changed_forecast(replace(base), (LoadChange(2.0),), CENTRE, TABLE)
    wide, wider = (found.high95[0] - found.low95[0] for found in (base, after))
    busy = base.volume[0] > 0
    assert (wider[busy] > wide[busy]).all()
    assert (wider[busy] < 2.0 * wide[busy] + 1.0).all()
