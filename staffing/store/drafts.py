"""Drafts: a stored plan and what was changed in it since, cell by cell. A cell is one person's day.

Each save makes a revision. A save that was begun on an older revision is merged when it touches no cell that others
changed since; otherwise nothing is saved and the one who saves learns whose change is in the way.
"""

import hashlib
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from staffing.store.access import Action, Actor, ask
from staffing.store.bodies import get_body, put_body
from staffing.store.database import Store, lock
from staffing.store.draft_rows import Cell, CellRow, Look, StoredDraft, cells_at, look, memory_of, states_before
from staffing.store.people import actor_key, introduce
from staffing.store.schema import draft, draft_cell
from staffing.store.trail import append, hold

OPEN, DISCARDED = "open", "discarded"


@dataclass(frozen=True, slots=True)
class StoredConflict:
    """The draft as it is, and what its cells in the way held at the revision the editor saw (None: as planned)."""

    draft: StoredDraft
    before: Mapping[Cell, Any]


def open_stored(store: Store, body: bytes, centre: str, first_day: str, by: Actor) -> str:
    """Id of the open draft of a plan, a new one at revision 0 where there is none.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    """
    ask(by, Action.EDIT)
    with store.begin() as connection:
        lock(connection, "draft")
        digest = put_body(connection, body)
        query = select(draft.c.id).where(draft.c.base_digest == digest, draft.c.state == OPEN)
        found = connection.execute(query).scalar_one_or_none()
        if found is not None:
            return str(found)
        new, who = uuid.uuid4().hex, actor_key(connection, by)
        row = {"id": new, "base_digest": digest, "centre": centre, "first_day": first_day, "revision": 0}
        connection.execute(insert(draft).values(**row, state=OPEN, changed_by=who, changed_s=time.time()))
        append(connection, who, by.role, Action.EDIT, f"draft {new} revision 0", after=digest)
    return new


def save_stored(
    store: Store, draft_id: str, base_revision: int, edits: Mapping[Cell, Any], by: Actor
) -> StoredDraft | StoredConflict:
    """Write days into cells of a draft; what others wrote since `base_revision` is never overwritten unseen.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    KeyError
        When there is no such open draft.
    ValueError
        When the draft has not come as far as `base_revision`.
    """
    ask(by, Action.EDIT)
    memory, mine = memory_of(store), (draft_id, by.name)
    if edits and by.name not in memory.names:
        introduce(store, by)
        memory.names.add(by.name)
    seen = memory.drafts.get(draft_id)
    with store.begin(outside=mine not in memory.beaten) as connection:
        # The whole save is one turn at the trail's lock, whose line is fair: nothing that was read gets old while one
        # waits, and nobody who came later goes first. Only whoever was beaten goes before those who come anew: with a
        # fresh view of the draft and a short wait the next try mostly succeeds.
        hold(connection)
        at = look(connection, draft_id, seen, by.name)
        clashing = _clashing(at.draft, base_revision, edits)
        if clashing or not edits or at.who is None:
            now = at.draft
        else:
            now = _write(connection, at, at.who, edits, by)
    memory.remember(now)
    if clashing:
        memory.beaten.add(mine)
        return StoredConflict(now, _held_at(store, seen, now, base_revision, clashing))
    memory.beaten.discard(mine)
    if at.who is None and edits:  # erased since this process met the name
        memory.names.discard(by.name)
        return save_stored(store, draft_id, base_revision, edits, by)
    return now


def _clashing(now: StoredDraft, base_revision: int, edits: Mapping[Cell, Any]) -> set[Cell]:
    """Cells of an edit that others changed otherwise since the revision it began on."""
    if now.state != OPEN:
        raise KeyError(now.id)
    if not 0 <= base_revision <= now.revision:
        raise ValueError(f"base_revision is {base_revision}, expected 0 to {now.revision}")
    held = {cell: now.cells[cell] for cell in edits if cell in now.cells}
    return {cell for cell, row in held.items() if row.revision > base_revision and row.day != edits[cell]}


def _held_at(
    store: Store, seen: StoredDraft | None, now: StoredDraft, revision: int, cells: set[Cell]
) -> dict[Cell, Any]:
    """What cells held at an earlier revision; rows stay as they are, so no lock is needed."""
    if seen is not None and seen.revision == revision:
        then = seen.cells
    else:
        with store.read() as connection:
            then = cells_at(connection, now.id, revision, {person for person, _ in cells})
    return {cell: then[cell].day if cell in then else None for cell in cells}


def _write(connection: Connection, at: Look, who: str, edits: Mapping[Cell, Any], by: Actor) -> StoredDraft:
    """The next revision, and its row of the trail."""
    seen, now, revision = at.draft, time.time(), at.draft.revision + 1
    rows = [
        {"draft": seen.id, "revision": revision, "person": cell[0], "date": cell[1], "day": day}
        for cell, day in edits.items()
    ]
    connection.execute(insert(draft_cell), [row | {"made_by": who, "made_s": now} for row in rows])
    moved = connection.execute(_MOVE, {"id_": seen.id, "seen": seen.revision, "to": revision, "who": who, "now": now})
    if moved.rowcount != 1:
        raise RuntimeError(f"draft {seen.id} moved on from revision {seen.revision} under its lock")
    earlier = {cell: seen.cells[cell] for cell in edits if cell in seen.cells}
    made = {cell: CellRow(day, revision, who, now) for cell, day in edits.items()}
    before = revision_digest(earlier) if earlier else ""
    told = f"draft {seen.id} revision {revision}"
    append(connection, who, by.role, Action.EDIT, told, before, revision_digest(made), newest=at.newest)
    return replace(seen, revision=revision, changed_by=who, changed_s=now, cells={**seen.cells, **made})


def revision_digest(cells: Mapping[Cell, CellRow]) -> str:
    """Digest of what one revision wrote."""
    rows = [[*cell, *row] for cell, row in sorted(cells.items())]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def read_stored(store: Store, draft_id: str) -> StoredDraft:
    """A draft as it is now.

    Raises
    ------
    KeyError
        When there is none of that id.
    """
    memory = memory_of(store)
    with store.read() as connection:
        found = look(connection, draft_id, memory.drafts.get(draft_id)).draft
    return memory.remember(found)


def past_stored(store: Store, draft_id: str, most: int) -> list[dict[Cell, Any]]:
    """The days of a draft as they were before each of its last `most` saves, the newest state first."""
    with store.read() as connection:
        return states_before(connection, draft_id, most)


def base_digest(store: Store, draft_id: str) -> str:
    """Digest of the plan that a draft changes.

    Raises
    ------
    KeyError
        When there is no such draft.
    """
    return read_stored(store, draft_id).base_digest


def base_body(store: Store, digest: str) -> bytes:
    """The plan of that digest, verified."""
    with store.read() as connection:
        return get_body(connection, digest)


def open_drafts(store: Store) -> tuple[StoredDraft, ...]:
    """Open drafts, newest first."""
    query = select(draft.c.id).where(draft.c.state == OPEN).order_by(draft.c.changed_s.desc())
    memory = memory_of(store)
    with store.read() as connection:
        found = connection.execute(query).scalars().all()
        now = [look(connection, draft_id, memory.drafts.get(draft_id)).draft for draft_id in found]
    return tuple(memory.remember(one) for one in now)


def discard_stored(store: Store, draft_id: str, by: Actor) -> None:
    """Close a draft; what was in it stays readable.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    KeyError
        When there is no such draft.
    """
    ask(by, Action.DISCARD)
    with store.begin() as connection:
        who = actor_key(connection, by)
        hold(connection)  # before the draft's row, as a save does: two that wait for each other would both fail
        seen = look(connection, draft_id, memory_of(store).drafts.get(draft_id)).draft
        values = {"state": DISCARDED, "changed_by": who, "changed_s": time.time()}
        closed = connection.execute(update(draft).where(draft.c.id == draft_id, draft.c.state == OPEN).values(**values))
        if closed.rowcount:
            append(connection, who, by.role, Action.DISCARD, f"draft {draft_id} revision {seen.revision}")


# Made once: to put a statement together takes longer than to run it.
_MOVE = (
    update(draft)
    .where(draft.c.id == bindparam("id_"), draft.c.revision == bindparam("seen"), draft.c.state == OPEN)
    .values(revision=bindparam("to"), changed_by=bindparam("who"), changed_s=bindparam("now"))
)
