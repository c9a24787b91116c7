"""Versions are for good, one pointer moves, and every read looks at the digest."""

import hashlib

import pytest
import sqlalchemy as sa

from staffing.store import NoVersionError, Store, StoreDamagedError, VersionConflictError
from staffing.store.access import AccessError, Actor, Role
from staffing.store.checking import verify
from staffing.store.trail import entries
from staffing.store.versions import (
    add_version,
    approve,
    publish,
    published_version,
    roll_back,
    version_body,
    versions,
)

ANN, BOB = Actor("ann", Role.PLANNER), Actor("bob", Role.APPROVER)


def add(store: Store, body: bytes, first_day: str = "2026-01-05") -> int:
    return add_version(store, body, "Centre", first_day, 7, ANN, f"note of {body.decode()}")


def test_a_version_comes_back_as_it_was_stored(any_store: Store):
    """Bytes, digest, who and why are those of the one who stored it."""
    n = add(any_store, b"one")
    version, body = version_body(any_store, n)
    assert (body, version.body_digest) == (b"one", hashlib.sha256(b"one").hexdigest())
    assert (version.made_by, version.note, version.is_published) == ("ann", "note of one", False)
    assert verify(any_store).damage == ()


def test_the_same_plan_is_stored_once(any_store: Store):
    """A second click makes no second version; the same bytes for another week do."""
    assert [add(any_store, b"one"), add(any_store, b"one"), add(any_store, b"one", "2026-01-12")] == [1, 1, 2]


def test_the_pointer_moves_forth_and_back(any_store: Store):
    """Publishing and rolling back change one row, which tells who moved it; other weeks keep theirs."""
    one, two, later = add(any_store, b"one"), add(any_store, b"two"), add(any_store, b"three", "2026-01-12")
    publish(any_store, one, BOB, None)
    publish(any_store, later, BOB, None)
    publish(any_store, two, BOB, one)
    roll_back(any_store, one, Actor("cat", Role.APPROVER), two)
    assert published_version(any_store, "Centre", "2026-01-05") == one
    assert published_version(any_store, "Centre", "2026-01-12") == later
    assert {v.n: v.published_by for v in versions(any_store)} == {one: "cat", two: None, later: "bob"}
    assert [row.action for row in entries(any_store)][:2] == ["rollback", "publish"]
    assert verify(any_store).damage == ()


def test_publishing_over_an_unseen_version_is_a_conflict(any_store: Store):
    """Who has seen another version published learns which one is now, by whom; the pointer stays."""
    one, two = add(any_store, b"one"), add(any_store, b"two")
    publish(any_store, one, BOB, None)
    with pytest.raises(VersionConflictError) as found:
        publish(any_store, two, BOB, None)
    assert (found.value.expected, found.value.found, found.value.by) == (None, one, "bob")
    assert published_version(any_store) == one


def test_publishing_approves_and_approval_is_remembered(any_store: Store):
    """The first who approved stays the one who did."""
    n = add(any_store, b"one")
    approve(any_store, n, BOB)
    publish(any_store, n, Actor("cat", Role.APPROVER))
    version = versions(any_store)[0]
    assert (version.approved_by, version.published_by) == ("bob", "cat")


@pytest.mark.parametrize("table", ["plan_body", "plan_version", "approval", "draft_cell", "audit"])
@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_what_is_for_good(any_store: Store, table: str, change: str):
    """Triggers guard the rows, also from statements that are not ours."""
    from staffing.store.drafts import open_stored, save_stored

    publish(any_store, add(any_store, b"one"), BOB)
    draft = open_stored(any_store, b"one", "Centre", "2026-01-05", ANN)
    save_stored(any_store, draft, 0, {("p1", "2026-01-05"): []}, ANN)
    column = {"plan_body": "digest", "plan_version": "note", "approval": "made_by", "draft_cell": "date"}
    name = column.get(table, "who")
    statement = f"UPDATE {table} SET {name} = 'x'" if change == "update" else f"DELETE FROM {table}"
    with pytest.raises(sa.exc.DatabaseError, match="cannot be changed"), any_store.begin() as connection:
        connection.execute(sa.text(statement))


def test_changed_bytes_are_noticed_by_every_read(store: Store):
    """A plan altered behind our back is never handed out, listed as whole, or published."""
    n = add(store, b"one")
    with store.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER plan_body_no_update"))
        connection.execute(sa.text("UPDATE plan_body SET body = :body"), {"body": b"onf"})
    with pytest.raises(StoreDamagedError):
        version_body(store, n)
    with pytest.raises(StoreDamagedError):
        publish(store, n, BOB)
    assert verify(store).damage


@pytest.mark.parametrize("column", ["centre", "first_day", "days", "body_digest", "made_by", "made_s", "note"])
def test_a_changed_row_is_noticed(store: Store, column: str):
    """What a version says of itself is under its digest too."""
    add(store, b"one")
    add(store, b"two")
    value = {"days": "8", "made_s": "1.0", "body_digest": f"'{hashlib.sha256(b'two').hexdigest()}'"}
    with store.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER plan_version_no_update"))
        connection.execute(sa.text(f"UPDATE plan_version SET {column} = {value.get(column, repr('x'))} WHERE n = 1"))
    with pytest.raises(StoreDamagedError):
        versions(store)
    assert any(row.object == "version 1" for row in verify(store).damage)


def test_a_pointer_moved_behind_our_back_is_found(store: Store):
    """Pointer and trail tell the same story or the check says so."""
    one, two = add(store, b"one"), add(store, b"two")
    publish(store, one, BOB)
    with store.begin() as connection:
        connection.execute(sa.text("UPDATE publication SET version = :n"), {"n": two})
    assert [row.object for row in verify(store).damage] == ["publication 2026-01-05"]


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'x' WHERE n = 1", "DELETE FROM audit WHERE n = 2"])
def test_a_changed_trail_is_found(store: Store, change: str):
    """The chain of digests breaks at a changed or missing row."""
    for body in (b"one", b"two", b"three"):
        add(store, body)
    assert verify(store).damage == ()
    with store.begin() as connection:
        for kind in ("update", "delete"):
            connection.execute(sa.text(f"DROP TRIGGER audit_no_{kind}"))
        connection.execute(sa.text(change))
    assert any(row.object.startswith("trail") for row in verify(store).damage)


def test_an_unknown_version_is_told(store: Store):
    """There is no version 5."""
    for action in (publish, roll_back, approve):
        with pytest.raises(NoVersionError, match="5"):
            action(store, 5, BOB)


def test_a_role_too_low_changes_nothing(store: Store):
    """A planner stores but does not publish, approve or roll back; a viewer does nothing."""
    n = add(store, b"one")
    for action in (publish, roll_back, approve):
        with pytest.raises(AccessError, match="planner may not"):
            action(store, n, ANN)
    with pytest.raises(AccessError, match="viewer may not submit: needs planner"):
        add_version(store, b"two", "Centre", "2026-01-05", 7, Actor("eve", Role.VIEWER))
    assert published_version(store) is None
    assert len(versions(store)) == 1
