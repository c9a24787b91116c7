"""Looking for damage: every digest of the store is worked out again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DatabaseError

from staffing.store.bodies import get_body
from staffing.store.centres import files_digest, history_digest, read_files
from staffing.store.database import Store
from staffing.store.draft_rows import CellRow
from staffing.store.drafts import revision_digest
from staffing.store.faults import StoreDamagedError
from staffing.store.schema import audit, centre, draft, draft_cell, history, plan_body, plan_version, publication
from staffing.store.trail import broken_links
from staffing.store.versions import check_row

COUNTED = {"versions": plan_version, "plans": plan_body, "drafts": draft, "trail": audit, "history_rows": history}


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with what: `object` such as ``version 3``."""

    object: str
    detail: str


@dataclass(frozen=True, slots=True)
class Checked:
    """How many things were looked at, and the damage found."""

    counts: Mapping[str, int]
    damage: tuple[Damage, ...]


def verify(store: Store) -> Checked:
    """Check the database file, each plan, version, draft and centre, the published pointers and the trail."""
    damage: list[Damage] = []
    counts: dict[str, int] = {}
    with store.read(streams=True) as connection:
        for check in (_file, _plans, _published, _drafts, _centres, _trail):
            try:
                damage += check(connection)
            except (DatabaseError, ValueError, TypeError, AttributeError) as error:
                damage.append(Damage(check.__name__.strip("_"), type(error).__name__))
        for name, table in COUNTED.items():
            try:
                counts[name] = int(connection.execute(select(func.count()).select_from(table)).scalar_one())
            except DatabaseError as error:
                damage.append(Damage(name, type(error).__name__))
    return Checked(counts, tuple(dict.fromkeys(damage)))


def _file(connection: Connection) -> Iterator[Damage]:
    if connection.dialect.name != "sqlite":
        return
    for row in connection.execute(text("PRAGMA integrity_check(20)")):
        if row[0] != "ok":
            yield Damage("database", str(row[0]))
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield Damage(f"table {row[0]}", f"points at a missing row of {row[2]}")


def _plans(connection: Connection) -> Iterator[Damage]:
    for digest in connection.execute(select(plan_body.c.digest)).scalars().all():
        yield from _told(get_body, connection, digest)
    for row in connection.execute(select(plan_version)).all():
        yield from _told(check_row, row)
        yield from _told(get_body, connection, row.body_digest)


def _published(connection: Connection) -> Iterator[Damage]:
    """A pointer moves only together with a row of the trail, so the two agree."""
    moves = audit.c.action.in_(("publish", "rollback"))
    last: dict[str, str] = {}
    made = {f"version {row.n}": row for row in connection.execute(select(plan_version)).all()}
    for row in connection.execute(select(audit).where(moves).order_by(audit.c.n)):
        if row.object in made:
            last[f"{made[row.object].centre} {made[row.object].first_day}"] = row.object
    for row in connection.execute(select(publication)):
        if last.pop(f"{row.centre} {row.first_day}", None) != f"version {row.version}":
            yield Damage(f"publication {row.first_day}", f"version {row.version} is not what the trail tells")
    for place in last:
        yield Damage(f"publication {place.rpartition(' ')[2]}", "missing")


def _drafts(connection: Connection) -> Iterator[Damage]:
    written: dict[str, dict[tuple[str, str], CellRow]] = {}
    for row in connection.execute(select(draft_cell)):
        cells = written.setdefault(f"draft {row.draft} revision {row.revision}", {})
        cells[row.person, row.date] = CellRow(row.day, row.revision, row.made_by, row.made_s)
    edits = connection.execute(select(audit).where(audit.c.action == "edit")).all()
    told = {row.object: row.after_digest for row in edits if not row.object.endswith(" revision 0")}
    for name in sorted(written.keys() | told.keys()):
        if name not in written or revision_digest(written[name]) != told.get(name):
            yield Damage(name, "not what the trail tells")


def _centres(connection: Connection) -> Iterator[Damage]:
    for row in connection.execute(select(centre)).all():
        if files_digest(read_files(connection, row.name)) != row.digest:
            yield Damage(f"centre {row.name}", "files")
        if history_digest(connection, row.name) != row.history_digest:
            yield Damage(f"centre {row.name}", "history")


def _trail(connection: Connection) -> Iterator[Damage]:
    for n in broken_links(connection):
        yield Damage(f"trail {n}", "changed, or rows before it are missing")


def _told(check: Any, *arguments: Any) -> Iterator[Damage]:
    try:
        check(*arguments)
    except StoreDamagedError as error:
        yield Damage(error.object, error.detail)
