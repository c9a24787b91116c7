"""Drafts: what does not collide is merged, what does is told, nothing is lost."""

import multiprocessing
from dataclasses import replace
from pathlib import Path

import pytest

from staffing.store import Store, open_store
from staffing.store.access import AccessError, Actor, Role
from staffing.store.checking import verify
from staffing.store.draft_rows import StoredDraft, look, memory_of
from staffing.store.drafts import (
    StoredConflict,
    discard_stored,
    open_drafts,
    open_stored,
    past_stored,
    read_stored,
    save_stored,
)
from staffing.store.people import erase

ANN, BOB = Actor("ann", Role.PLANNER), Actor("bob", Role.PLANNER)
MON, TUE = ("p1", "2026-01-05"), ("p1", "2026-01-06")


@pytest.fixture
def draft(any_store: Store) -> str:
    return open_stored(any_store, b"plan", "Centre", "2026-01-05", ANN)


def days(draft: StoredDraft) -> dict:
    return {cell: row.day for cell, row in draft.cells.items()}


def test_one_plan_has_one_open_draft(any_store: Store, draft: str):
    """Two tabs edit the same draft; a discarded one makes room for the next."""
    assert open_stored(any_store, b"plan", "Centre", "2026-01-05", BOB) == draft
    assert open_stored(any_store, b"other", "Centre", "2026-01-05", BOB) != draft
    discard_stored(any_store, draft, BOB)
    assert open_stored(any_store, b"plan", "Centre", "2026-01-05", BOB) != draft
    assert draft not in [found.id for found in open_drafts(any_store)]


def test_edits_that_do_not_meet_are_merged(any_store: Store, draft: str):
    """Two saves begun on one revision both count when their cells differ."""
    save_stored(any_store, draft, 0, {MON: [1]}, ANN)
    merged = save_stored(any_store, draft, 0, {TUE: [2]}, BOB)
    assert isinstance(merged, StoredDraft)
    assert (merged.revision, days(merged)) == (2, {MON: [1], TUE: [2]})
    assert verify(any_store).damage == ()


def test_edits_that_meet_are_a_conflict_that_names_both(any_store: Store, draft: str):
    """Nothing is saved; the one who comes later sees whose day it is, and what was there before."""
    save_stored(any_store, draft, 0, {MON: [1]}, ANN)
    save_stored(any_store, draft, 1, {MON: [2]}, ANN)
    found = save_stored(any_store, draft, 1, {MON: [3], TUE: [4]}, BOB)
    assert isinstance(found, StoredConflict)
    assert found.before == {MON: [1]}
    assert found.draft.cells[MON].day == [2]
    assert found.draft.revision == 2
    assert days(read_stored(any_store, draft)) == {MON: [2]}


def test_former_states_are_still_known(any_store: Store, draft: str):
    """What the days were before each save, the newest first."""
    assert past_stored(any_store, draft, 9) == []
    save_stored(any_store, draft, 0, {MON: [1]}, ANN)
    save_stored(any_store, draft, 1, {MON: [2], TUE: [3]}, BOB)
    save_stored(any_store, draft, 2, {TUE: [4]}, ANN)
    assert past_stored(any_store, draft, 9) == [{MON: [2], TUE: [3]}, {MON: [1]}, {}]
    assert past_stored(any_store, draft, 1) == [{MON: [2], TUE: [3]}]


def test_the_same_edit_twice_is_no_conflict(any_store: Store, draft: str):
    """Two people who do the same thing agree."""
    save_stored(any_store, draft, 0, {MON: [1]}, ANN)
    assert isinstance(save_stored(any_store, draft, 0, {MON: [1]}, BOB), StoredDraft)


def test_after_a_conflict_one_may_insist(any_store: Store, draft: str):
    """Saving on the newest revision overwrites knowingly."""
    save_stored(any_store, draft, 0, {MON: [1]}, ANN)
    conflict = save_stored(any_store, draft, 0, {MON: [2]}, BOB)
    assert isinstance(conflict, StoredConflict)
    save_stored(any_store, draft, conflict.draft.revision, {MON: [2]}, BOB)
    assert days(read_stored(any_store, draft)) == {MON: [2]}


def test_nothing_to_save_makes_no_revision(any_store: Store, draft: str):
    """An empty edit leaves the draft as it is."""
    assert save_stored(any_store, draft, 0, {}, ANN).revision == 0


def test_what_cannot_be_saved_is_told(any_store: Store, draft: str):
    """No such draft, a revision from the future, a discarded draft, a viewer."""
    with pytest.raises(KeyError):
        save_stored(any_store, "none", 0, {MON: [1]}, ANN)
    with pytest.raises(ValueError, match="base_revision is 3, expected 0 to 0"):
        save_stored(any_store, draft, 3, {MON: [1]}, ANN)
    with pytest.raises(AccessError):
        save_stored(any_store, draft, 0, {MON: [1]}, Actor("eve", Role.VIEWER))
    discard_stored(any_store, draft, ANN)
    with pytest.raises(KeyError):
        save_stored(any_store, draft, 0, {MON: [1]}, ANN)


def test_what_was_seen_is_read_no_more(any_store: Store, draft: str):
    """Another process saved meanwhile: only its rows come, and the draft is the same as read from the start."""
    save_stored(any_store, draft, 0, {MON: [1], TUE: [1]}, ANN)
    other = open_store(any_store.engine.url.render_as_string(hide_password=False))
    save_stored(other, draft, 1, {MON: [2]}, BOB)
    save_stored(other, draft, 2, {TUE: [3]}, BOB)
    known = memory_of(any_store).drafts.get(draft)
    assert known is not None
    assert known.revision == 1
    fresh = read_stored(any_store, draft)
    with any_store.read() as connection:
        assert look(connection, draft, None).draft == fresh
    assert (fresh.revision, days(fresh)) == (3, {MON: [2], TUE: [3]})
    conflict = save_stored(any_store, draft, 1, {MON: [9], TUE: [9]}, ANN)
    assert isinstance(conflict, StoredConflict)
    assert conflict.before == {MON: [1], TUE: [1]}
    other.close()


def test_a_restored_store_has_another_past(any_store: Store, draft: str):
    """What was seen and is no more, or is something else now, is read anew."""
    save_stored(any_store, draft, 0, {MON: [1]}, ANN)
    now = save_stored(any_store, draft, 1, {TUE: [2]}, ANN)
    assert isinstance(now, StoredDraft)
    other = {TUE: now.cells[TUE]._replace(day=[7], made_s=1.0)}
    for past in (replace(now, revision=9), replace(now, cells=dict(now.cells) | other), replace(now, cells={})):
        memory_of(any_store).remember(past)
        assert read_stored(any_store, draft) == now
    memory_of(any_store).remember(replace(now, revision=9))
    saved = save_stored(any_store, draft, 2, {MON: [5]}, BOB)
    assert (saved.revision, days(saved)) == (3, {MON: [5], TUE: [2]})


def test_whoever_was_beaten_goes_before_those_who_come_later(any_store: Store, draft: str):
    """A conflict is noted for that person and draft, and forgotten with the next save."""
    save_stored(any_store, draft, 0, {MON: [1]}, ANN)
    assert isinstance(save_stored(any_store, draft, 0, {MON: [2]}, BOB), StoredConflict)
    assert memory_of(any_store).beaten == {(draft, "bob")}
    save_stored(any_store, draft, 1, {MON: [2]}, BOB)
    assert memory_of(any_store).beaten == set()


def test_somebody_erased_since_is_somebody_new(any_store: Store, draft: str):
    """A name that this process has met may be gone from the store: the save makes a new key for it."""
    first = save_stored(any_store, draft, 0, {MON: [1]}, BOB)
    erase(any_store, "", "bob", Actor("admin", Role.ADMINISTRATOR))
    again = save_stored(any_store, draft, 1, {MON: [2]}, BOB)
    assert again.revision == 2
    assert again.changed_by != first.changed_by
    assert verify(any_store).damage == ()


def _count_up(url: str, draft: str, number: int) -> int:
    store, me, kept = open_store(url), Actor(f"editor {number}", Role.PLANNER), 0
    seen = read_stored(store, draft)
    while kept < 8:
        count = seen.cells[MON].day[0] if MON in seen.cells else 0
        found = save_stored(store, draft, seen.revision, {MON: [count + 1, number]}, me)
        kept += isinstance(found, StoredDraft)
        seen = found if isinstance(found, StoredDraft) else found.draft
    store.close()
    return kept


def test_no_update_of_several_editors_is_lost(any_store: Store, draft: str, tmp_path: Path):
    """Four processes add to one counter; it ends at the number of saves acknowledged."""
    url = any_store.engine.url.render_as_string(hide_password=False)
    any_store.close()
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        kept = sum(pool.starmap(_count_up, [(url, draft, number) for number in range(4)]))
    end = read_stored(any_store, draft)
    assert (end.cells[MON].day[0], end.revision) == (kept, kept)
    assert verify(any_store).damage == ()
