"""Drafts: a stored plan and what was changed in it since, cell by cell. A cell is one person's day.

Each save makes a revision. A save that was begun on an older revision is merged when it touches no cell that others
changed since; otherwise nothing is saved and the one who saves learns whose change is in the way.
"""

import hashlib
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, bindparam, func, insert, select, update

from staffing.store.access import Action, Actor, ask
from staffing.store.bodies import get_body, put_body
from staffing.store.database import Store, lock
from staffing.store.people import AT_ONCE, actor_key, known_actor
from staffing.store.schema import draft, draft_cell
from staffing.store.trail import append

Cell = tuple[str, str]
"""Person and ISO date of the day."""

OPEN, DISCARDED = "open", "discarded"


class CellRow(NamedTuple):
    """The newest value of a cell, whose it is, and the revision that wrote it."""

    day: Any
    revision: int
    made_by: str
    made_s: float


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft with people as keys and days as plain JSON; `cells` has every cell that was ever changed."""

    id: str
    base_digest: str
    centre: str
    first_day: str
    revision: int
    state: str
    changed_by: str
    changed_s: float
    cells: Mapping[Cell, CellRow]


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
    # Most of the work, and every conflict, needs no lock: others save meanwhile.
    with store.read() as connection:
        seen = _row(connection, draft_id)
        found = _collide(connection, seen, base_revision, edits)
        who = known_actor(connection, by)
    if isinstance(found, StoredConflict) or not edits:
        return found if isinstance(found, StoredConflict) else read_stored(store, draft_id)
    with store.begin() as connection:
        now = connection.execute(_LOCKED, {"id": draft_id}).one()
        if (now.revision, now.state) != (seen.revision, seen.state):
            found = _collide(connection, now, base_revision, edits)
            if isinstance(found, StoredConflict):
                return found
        _write(connection, now, edits, found, by, who or actor_key(connection, by))
    return read_stored(store, draft_id)


def _collide(
    connection: Connection, seen: Any, base_revision: int, edits: Mapping[Cell, Any]
) -> StoredConflict | dict[Cell, CellRow]:
    """What is in the way of an edit, else what the edited cells hold now."""
    if seen.state != OPEN:
        raise KeyError(seen.id)
    if not 0 <= base_revision <= seen.revision:
        raise ValueError(f"base_revision is {base_revision}, expected 0 to {seen.revision}")
    held = _cells(connection, seen.id, seen.revision, {person for person, _ in edits})
    held = {cell: row for cell, row in held.items() if cell in edits}
    clashing = {cell for cell, row in held.items() if row.revision > base_revision and row.day != edits[cell]}
    if not clashing:
        return held
    then = _cells(connection, seen.id, base_revision, {person for person, _ in clashing})
    before = {cell: then[cell].day if cell in then else None for cell in clashing}
    return StoredConflict(_read(connection, seen.id), before)


def _write(
    connection: Connection,
    seen: Any,
    edits: Mapping[Cell, Any],
    earlier: Mapping[Cell, CellRow],
    by: Actor,
    who: str,
) -> None:
    """The next revision, and its row of the trail."""
    now, revision = time.time(), seen.revision + 1
    rows = [
        {"draft": seen.id, "revision": revision, "person": cell[0], "date": cell[1], "day": day}
        for cell, day in edits.items()
    ]
    connection.execute(insert(draft_cell), [row | {"made_by": who, "made_s": now} for row in rows])
    mine = (draft.c.id == seen.id, draft.c.revision == seen.revision)
    moved = connection.execute(update(draft).where(*mine).values(revision=revision, changed_by=who, changed_s=now))
    if moved.rowcount != 1:
        raise RuntimeError(f"draft {seen.id} moved on from revision {seen.revision} under its lock")
    before = revision_digest(earlier) if earlier else ""
    after = revision_digest({cell: CellRow(day, revision, who, now) for cell, day in edits.items()})
    append(connection, who, by.role, Action.EDIT, f"draft {seen.id} revision {revision}", before, after)


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
    with store.read() as connection:
        return _read(connection, draft_id)


def base_digest(store: Store, draft_id: str) -> str:
    """Digest of the plan that a draft changes.

    Raises
    ------
    KeyError
        When there is no such draft.
    """
    with store.read() as connection:
        return str(_row(connection, draft_id).base_digest)


def base_body(store: Store, digest: str) -> bytes:
    """The plan of that digest, verified."""
    with store.read() as connection:
        return get_body(connection, digest)


def open_drafts(store: Store) -> tuple[StoredDraft, ...]:
    """Open drafts, newest first."""
    query = select(draft.c.id).where(draft.c.state == OPEN).order_by(draft.c.changed_s.desc())
    with store.read() as connection:
        return tuple(_read(connection, found) for found in connection.execute(query).scalars().all())


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
        seen = _row(connection, draft_id)
        who = actor_key(connection, by)
        values = {"state": DISCARDED, "changed_by": who, "changed_s": time.time()}
        closed = connection.execute(update(draft).where(draft.c.id == draft_id, draft.c.state == OPEN).values(**values))
        if closed.rowcount:
            append(connection, who, by.role, Action.DISCARD, f"draft {draft_id} revision {seen.revision}")


def _row(connection: Connection, draft_id: str) -> Any:
    row = connection.execute(_DRAFT, {"id": draft_id}).one_or_none()
    if row is None:
        raise KeyError(draft_id)
    return row


def _read(connection: Connection, draft_id: str) -> StoredDraft:
    row = _row(connection, draft_id)
    return StoredDraft(**row._mapping, cells=_cells(connection, draft_id, row.revision))


def _cells(connection: Connection, draft_id: str, until: int, persons: set[str] | None = None) -> dict[Cell, CellRow]:
    """The newest value of each cell up to a revision, of those persons where they are given."""
    given = {"id": draft_id, "until": until}
    if persons is not None and len(persons) <= AT_ONCE:
        rows = connection.execute(_CELLS_OF, given | {"persons": sorted(persons)})
    else:
        rows = connection.execute(_CELLS, given)
    return {(person, date): CellRow(*rest) for person, date, *rest in rows}


def _newest_cells(*chosen: Any) -> Select[Any]:
    """Statement for the newest row of each cell."""
    keys = (draft_cell.c.person, draft_cell.c.date)
    rows = (draft_cell.c.draft == bindparam("id"), draft_cell.c.revision <= bindparam("until"), *chosen)
    newest = select(*keys, func.max(draft_cell.c.revision).label("revision")).where(*rows).group_by(*keys).subquery()
    is_newest = and_(
        draft_cell.c.draft == bindparam("id"),
        draft_cell.c.person == newest.c.person,
        draft_cell.c.date == newest.c.date,
        draft_cell.c.revision == newest.c.revision,
    )
    columns = (*keys, draft_cell.c.day, draft_cell.c.revision, draft_cell.c.made_by, draft_cell.c.made_s)
    return select(*columns).join(newest, is_newest)


# Made once: to put such a statement together takes longer than to run it, and every save runs several.
_DRAFT = select(draft).where(draft.c.id == bindparam("id"))
_LOCKED = _DRAFT.with_for_update()
_CELLS = _newest_cells()
_CELLS_OF = _newest_cells(draft_cell.c.person.in_(bindparam("persons", expanding=True)))
