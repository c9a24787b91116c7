"""A roster and its cells are the same thing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.domain.roster import Roster
from staffing.domain.roster_cells import Segment, cells_of, changed_cells, check_cells, roster_with
from tests.builders import make_problem, make_roster

PROBLEM = make_problem(agents=2)
BASE = make_roster(PROBLEM, (0, 0, "08:00", "phone 240 meal 30 phone 210"), (1, 1, "09:00", "phone 240"))
MONDAY, TUESDAY = (str(day) for day in PROBLEM.grid.dates[:2])
FIRST, SECOND = (agent.id for agent in PROBLEM.agents)
COLUMNS = ("agent", "day", "start", "end", "activity", "queue", "locked")


def same(one: Roster, other: Roster) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in COLUMNS)


def test_a_day_is_its_segments_in_order():
    """A shift with a meal is three segments of one cell."""
    cells = cells_of(BASE)
    assert set(cells) == {(FIRST, MONDAY), (SECOND, TUESDAY)}
    assert [segment.activity for segment in cells[FIRST, MONDAY]] == ["work", "meal", "work"]
    assert cells[FIRST, MONDAY][0] == Segment(16, 24, "work", "phone", False)


def test_a_roster_with_its_own_cells_is_itself():
    """There and back changes nothing, and nothing differs."""
    assert same(roster_with(BASE, cells_of(BASE)), BASE)
    assert changed_cells(BASE, BASE) == {}


def test_emptying_and_filling_a_day():
    """An empty cell takes a day away; a new one adds it; the difference says both."""
    moved = {(FIRST, MONDAY): (), (FIRST, TUESDAY): (Segment(70, 78, "work", "phone", True),)}
    after = roster_with(BASE, moved)
    assert changed_cells(BASE, after) == moved
    assert not after.locked[after.agent == 1].any()
    assert after.locked.sum() == 1


@pytest.mark.parametrize(
    ("cell", "segment"),
    [
        (("nobody", MONDAY), Segment(1, 2, "work", "", False)),
        ((FIRST, MONDAY), Segment(1, 2, "work", "no queue", False)),
        ((FIRST, MONDAY), Segment(1, 2, "sleep", "", False)),
        ((FIRST, MONDAY), Segment(2, 2, "work", "", False)),
    ],
)
def test_what_no_roster_can_hold_is_refused(cell, segment):
    """Unknown agents, queues and activities, and segments without length."""
    with pytest.raises(ValueError, match="expected"):
        roster_with(BASE, {cell: (segment,)})
    with pytest.raises(ValueError, match="expected"):
        check_cells(BASE, {cell: (segment,)})


def test_cells_can_be_had_of_some_people_only():
    """The days of the others are left out; a good edit passes the check."""
    assert cells_of(BASE, {SECOND}) == {cell: day for cell, day in cells_of(BASE).items() if cell[0] == SECOND}
    assert cells_of(BASE, set()) == {}
    check_cells(BASE, {(FIRST, TUESDAY): (Segment(70, 78, "work", "phone", True),), (SECOND, MONDAY): ()})


days = st.lists(
    st.tuples(st.integers(0, 300), st.integers(1, 20), st.sampled_from(["work", "meal", "leave"]), st.booleans()),
    max_size=3,
    unique_by=lambda row: row[0],
)


@given(st.dictionaries(st.tuples(st.sampled_from([FIRST, SECOND]), st.sampled_from([MONDAY, TUESDAY])), days))
def test_any_edit_comes_back_as_the_difference(edits):
    """What was put in is what differs, and applying the difference to the base gives the edited roster."""
    cells = {
        cell: tuple(sorted(Segment(start, start + length, kind, "", locked) for start, length, kind, locked in day))
        for cell, day in edits.items()
    }
    after = roster_with(BASE, cells)
    found = changed_cells(BASE, after)
    assert found == {cell: day for cell, day in cells.items() if cells_of(BASE).get(cell, ()) != day}
    assert cells_of(roster_with(BASE, found)) == cells_of(after)
