"""Reading a draft: what this process has seen of it already, and the rows that came since.

Rows of a draft only ever get more. Whoever has seen it once needs the newer rows alone, in one statement.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Row, Select, and_, bindparam, func, select

from staffing.store.database import Store
from staffing.store.people import AT_ONCE, USER
from staffing.store.schema import draft, draft_cell, person
from staffing.store.trail import NEWEST, Link

Cell = tuple[str, str]
"""Person and ISO date of the day."""

DRAFTS_MAX = 32
"""Drafts of a store that a process keeps in mind."""


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
class Look:
    """A draft as it is, the key of the one who looks (None: somebody new), and the newest row of the trail."""

    draft: StoredDraft
    who: str | None
    newest: Link


@dataclass(frozen=True, slots=True)
class Memory:
    """What this process knows of a store: drafts as it saw them last, names it has met, and whose save was beaten.

    `beaten` holds (draft, name) of saves that ended in a conflict. All of it only saves time: nothing is decided by it.
    """

    drafts: dict[str, StoredDraft] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    beaten: set[tuple[str, str]] = field(default_factory=set)

    def remember(self, seen: StoredDraft) -> StoredDraft:
        """Keep a draft in mind. Only what is committed may be given here."""
        if seen.id not in self.drafts and len(self.drafts) >= DRAFTS_MAX:
            self.drafts.clear()
        self.drafts[seen.id] = seen
        return seen


_MEMORIES: WeakKeyDictionary[Store, Memory] = WeakKeyDictionary()


def memory_of(store: Store) -> Memory:
    """The memory of an open store."""
    return _MEMORIES.setdefault(store, Memory())


def look(connection: Connection, draft_id: str, seen: StoredDraft | None, name: str = "") -> Look:
    """The draft as it is now, from what was `seen` and the rows since.

    Parameters
    ----------
    name : str, optional
        Login of the one who looks.

    Raises
    ------
    KeyError
        When there is none of that id.
    """
    since = NEVER if seen is None else seen.revision
    rows = connection.execute(_LOOK, {"id": draft_id, "since": since, "name": name}).all()
    if not rows:
        raise KeyError(draft_id)
    first = rows[0]
    if seen is None or not _goes_on(seen, first.revision, rows):
        cells = cells_at(connection, draft_id, first.revision)
    else:
        cells = dict(seen.cells) | {(row.person, row.date): _cell(row) for row in rows if row.person is not None}
    found = StoredDraft(**{column.name: getattr(first, column.name) for column in draft.c}, cells=cells)
    return Look(found, first.looker, Link(first.newest_n or 0, first.newest_chain or ""))


def _goes_on(seen: StoredDraft, revision: int, rows: Sequence[Row[Any]]) -> bool:
    """Whether what was seen is still the beginning: a store that was restored may hold another past."""
    last = {(row.person, row.date): _cell(row) for row in rows if row.cell_revision == seen.revision}
    known = {cell: row for cell, row in seen.cells.items() if row.revision == seen.revision}
    return seen.revision <= revision and last == known


def _cell(row: Row[Any]) -> CellRow:
    return CellRow(row.day, row.cell_revision, row.made_by, row.made_s)


def cells_at(connection: Connection, draft_id: str, until: int, persons: set[str] | None = None) -> dict[Cell, CellRow]:
    """The newest value of each cell up to a revision, of those persons where they are given."""
    given = {"id": draft_id, "until": until}
    if persons is not None and len(persons) <= AT_ONCE:
        rows = connection.execute(_CELLS_OF, given | {"persons": sorted(persons)})
    else:
        rows = connection.execute(_CELLS, given)
    return {(person, date): CellRow(*rest) for person, date, *rest in rows}


def states_before(connection: Connection, draft_id: str, most: int) -> list[dict[Cell, Any]]:
    """The days of a draft as they were before each of its last `most` saves, the newest state first."""
    found: deque[dict[Cell, Any]] = deque(maxlen=most)
    now: dict[Cell, Any] = {}
    revision = 0
    for person_key, date, day, number in connection.execute(_ALL_CELLS, {"id": draft_id}):
        if number != revision:
            found.append(dict(now))
            revision = number
        now[person_key, date] = day
    return list(reversed(found))


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


def _looking() -> Select[Any]:
    """Statement for a draft's row beside its cells from a revision on, in order.

    It also fetches what a save needs besides, so that nobody waits for a save that asks twice.
    """
    cell = draft_cell.c
    is_since = and_(cell.draft == draft.c.id, cell.revision >= bindparam("since"))
    looker = select(person.c.key).where(person.c.kind == USER, person.c.ident == bindparam("name"))
    columns = (cell.person, cell.date, cell.day, cell.revision.label("cell_revision"), cell.made_by, cell.made_s)
    return (
        select(draft, *columns, looker.scalar_subquery().label("looker"), *NEWEST)
        .select_from(draft.outerjoin(draft_cell, is_since))
        .where(draft.c.id == bindparam("id"))
        .order_by(cell.revision)
    )


NEVER = 2**31 - 1
"""A revision that no draft reaches."""

# Made once: to put such a statement together takes longer than to run it, and every save runs some.
_LOOK = _looking()
_CELLS = _newest_cells()
_ALL_CELLS = (
    select(draft_cell.c.person, draft_cell.c.date, draft_cell.c.day, draft_cell.c.revision)
    .where(draft_cell.c.draft == bindparam("id"))
    .order_by(draft_cell.c.revision)
)
_CELLS_OF = _newest_cells(draft_cell.c.person.in_(bindparam("persons", expanding=True)))
