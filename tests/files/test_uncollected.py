"""The collector rests while tables are read, and is as it was afterwards."""

import gc

import pytest

from staffing.files.uncollected import uncollected


def fails() -> None:
    with uncollected():
        with uncollected():
            assert not gc.isenabled()
        raise KeyError


@pytest.mark.parametrize("is_on", [True, False])
def test_the_collector_is_as_it_was(is_on: bool) -> None:
    """Also after an error, and after one reading within another."""
    was_on = gc.isenabled()
    (gc.enable if is_on else gc.disable)()
    try:
        with pytest.raises(KeyError):
            fails()
        assert gc.isenabled() == is_on
    finally:
        (gc.enable if was_on else gc.disable)()
