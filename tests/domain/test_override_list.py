"""Layers as lists: grouped by name, switched, moved, renamed, removed, merged with those of others."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.domain.override import Override
from staffing.domain.override_list import added, layers_in, moved, rebased, renamed, switched, without

START = datetime(2026, 1, 5, 8)
ROWS = st.lists(
    st.builds(
        lambda layer, hour, value: Override(
            START + timedelta(hours=hour),
            START + timedelta(hours=hour + 1),
            ("phone",),
            "volume",
            "set",
            value,
            "",
            True,
            layer,
        ),
        st.sampled_from(["", "a", "b"]),
        st.integers(0, 3),
        st.sampled_from([1.0, 2.0]),
    ),
    max_size=6,
).map(tuple)


def row(layer: str = "", hour: int = 0, operation: str = "set", value: float = 5.0) -> Override:
    start = START + timedelta(hours=hour)
    return Override(
        start, start + timedelta(hours=1), ("phone",), "volume", operation, value, f"why {layer}", layer=layer
    )


def test_neighbours_of_one_name_are_a_layer() -> None:
    """Rows without a name stand alone; a name that comes back later is another layer."""
    found = layers_in((row("a"), row("a", 1), row(), row(), row("a", 2)))
    assert [(one.name, one.first, len(one.rows)) for one in found] == [("a", 0, 2), ("", 2, 1), ("", 3, 1), ("a", 4, 1)]
    assert found[0].note == "why a"
    assert layers_in(()) == ()


def test_a_value_set_anew_replaces_the_old_one_of_its_layer() -> None:
    """The same interval dragged twice is one row; factors and other layers pile up."""
    once = added((row("a"),), [row("b")])
    assert added(once, [row("b", value=7.0)]) == (row("a"), row("b", value=7.0))
    assert len(added(once, [row("b", 1)])) == 3
    assert len(added(once, [row("b", operation="multiply"), row("b", operation="multiply")])) == 4
    assert len(added((row("a"), row("b")), [row("a")])) == 3  # the layer above would hide what is set below it


def test_switch_move_rename_remove() -> None:
    """Each touches one layer; moving stops at the ends; no such layer is an error."""
    rows = (row("a"), row("a", 1), row("b"), row())
    off = switched(rows, 0, False)
    assert [one.is_on for one in layers_in(off)] == [False, True, True]
    assert switched(off, 0, True) == rows
    assert [one.name for one in layers_in(moved(rows, 0, 1))] == ["b", "a", ""]
    assert moved(rows, 0, -1) == rows
    assert moved(moved(rows, 0, 9), 2, -9) == rows
    named = layers_in(renamed(rows, 1, "sale", "because"))[1]
    assert (named.name, named.note) == ("sale", "because")
    different = (replace(rows[0], note="x"), rows[1])
    assert renamed(different, 0, "c", "x; why a") == tuple(replace(one, layer="c") for one in different)
    assert without(rows, 0) == rows[2:]
    with pytest.raises(IndexError):
        without(rows, 3)


@settings(max_examples=40)
@given(ROWS, ROWS, ROWS)
def test_nobody_loses_by_a_merge(saved, mine, theirs) -> None:
    """Without edits of one's own theirs stands, without theirs one's own; what I add is there."""
    assert rebased(saved, saved, theirs) == theirs
    assert sorted(map(repr, rebased(saved, mine, saved))) == sorted(map(repr, mine))
    merged = rebased(saved, mine, theirs)
    for one in set(mine) - set(saved):
        assert one in merged
    for one in set(theirs) - set(saved):
        assert one in merged


@given(ROWS, ROWS)
def test_rows_added_at_once_are_as_added_one_by_one(below, rows) -> None:
    one_by_one = below
    for one in rows:
        one_by_one = added(one_by_one, [one])
    assert added(below, rows) == one_by_one
    assert [one for one in rows if not one.layer] == [one for one in added((), rows) if not one.layer]


@given(ROWS)
def test_layers_hold_every_row_once(rows) -> None:
    assert tuple(one for layer in layers_in(rows) for one in layer.rows) == rows


def test_the_hour_that_clocks_repeat_has_two_halves() -> None:
    """Half past two in summer time, then two o'clock in winter time: later, though the clock says earlier."""
    zone = ZoneInfo("Europe/Berlin")
    first, second = datetime(2026, 10, 25, 2, 30, tzinfo=zone), datetime(2026, 10, 25, 2, 0, tzinfo=zone, fold=1)
    assert Override(first, second).start is first
    with pytest.raises(ValueError, match="after its start"):
        Override(second, first)
