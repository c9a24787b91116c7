"""Backups: one SQLite file, whatever the engine; and restoring one in a single transaction."""

import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, insert, select, text

from staffing.errors import SettingsError
from staffing.store.access import Action, Actor, ask
from staffing.store.bulk import insert_rows, read_rows
from staffing.store.checking import Checked, verify
from staffing.store.database import Store, open_store
from staffing.store.faults import StoreDamagedError
from staffing.store.migrating import upgrade
from staffing.store.people import AGENT, USER, actor_key
from staffing.store.schema import history, metadata
from staffing.store.sqlite_file import BACKUPS, overwrite, save_whatever, snapshot
from staffing.store.trail import append


def backup(store: Store, target: Path, by: Actor) -> Path:
    """Write the whole store as one SQLite file, while it is in use.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    SettingsError
        When `target` exists.
    """
    ask(by, Action.BACKUP)
    if target.exists():
        raise SettingsError(f"{target} exists; name a new file")
    if store.path is not None:
        snapshot(store.path, target)
    else:
        _copy_out(store, target)
    with store.begin() as connection:
        append(connection, actor_key(connection, by), by.role, Action.BACKUP, "store")
    return target


def default_target(home: Path) -> Path:
    """Where a backup goes that is given no name."""
    return home / BACKUPS / f"staffing-{time.strftime('%Y%m%dT%H%M%S')}.db"


def prune(folder: Path, keep: int) -> tuple[Path, ...]:
    """Delete all but the newest `keep` backups of a folder; returns those deleted."""
    found = sorted(folder.glob("staffing-*.db"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[keep:]:
        path.unlink()
    return tuple(found[keep:])


def backups_naming(folders: Iterable[Path], centre: str, ident: str) -> tuple[Path, ...]:
    """Backups in some folders that hold an agent of a centre (with `centre` blank a user), or cannot be read."""
    found = []
    for path in dict.fromkeys(path.resolve() for folder in folders for path in sorted(folder.glob("*.db"))):
        try:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
                query = "SELECT 1 FROM person WHERE kind = ? AND centre = ? AND ident = ?"
                if connection.execute(query, (AGENT if centre else USER, centre, ident)).fetchone() is None:
                    continue
        except sqlite3.DatabaseError:
            pass
        found.append(path)
    return tuple(found)


def restore(store: Store, source: Path, by: Actor) -> tuple[Checked, Path | None]:
    """Make the store equal to a backup, in one transaction; what was there is saved first on SQLite, damaged or not.

    The backup is copied, brought up to date and verified before anything is touched.

    Parameters
    ----------
    store : Store
        Connected; its tables need not be there nor be readable.

    Returns
    -------
    tuple of Checked and Path or None
        What was found in the backup, and the file with what was in the store before.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    SettingsError
        When `source` is no backup of this program.
    StoreDamagedError
        When the backup is damaged; the store is as it was.
    """
    ask(by, Action.RESTORE)
    if not source.is_file():
        raise SettingsError(f"{source} is no file")
    folder = source.parent if store.path is None else store.path.parent
    work = folder / f".restoring-{secrets.token_hex(4)}.db"
    try:
        shutil.copyfile(source, work)
        checked = _checked(work, source)
        saved = None
        if store.path is not None:
            store.close()
            saved = save_whatever(store.path, "before-restore")
            overwrite(store.path, work)
        else:
            _copy_in(work, store)
    finally:
        for path in folder.glob(f"{work.name}*"):
            path.unlink()
    with store.begin() as connection:
        append(connection, actor_key(connection, by), by.role, Action.RESTORE, "store")
    return checked, saved


def _checked(work: Path, source: Path) -> Checked:
    try:
        if _is_empty(work):
            raise SettingsError("it holds no tables of this program")
        copy = open_store(f"sqlite:///{work}", save_before=False)
    except SettingsError as error:
        raise SettingsError(f"{source} is no backup: {error}".replace(str(work), str(source))) from error
    try:
        checked = verify(copy)
        copy.forget_deleted()
    finally:
        copy.close()
    if checked.damage:
        raise StoreDamagedError(f"backup {source.name}", f"{checked.damage[0].object}: {checked.damage[0].detail}")
    return checked


def _is_empty(path: Path) -> bool:
    """Whether a file is a database without our tables; a file that is no database is not empty."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'alembic_version'").fetchone() is None
    except sqlite3.DatabaseError:
        return False


def _copy_out(store: Store, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    work = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        copy = open_store(f"sqlite:///{work}", save_before=False)
        one_state = store.engine.connect().execution_options(isolation_level="REPEATABLE READ")
        with one_state as source, source.begin(), copy.begin() as into:
            _copy_rows(source, into)
        copy.close()
        snapshot(work, target)
    finally:
        for path in target.parent.glob(f"{work.name}*"):
            path.unlink()


def _copy_in(source: Path, store: Store) -> None:
    copy = open_store(f"sqlite:///{source}")
    try:
        with copy.read() as saved, store.begin() as connection:
            metadata.drop_all(connection)
            connection.execute(text("DROP FUNCTION IF EXISTS refuse_change()"))
            connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
            upgrade(connection)
            _copy_rows(saved, connection)
    finally:
        copy.close()


def _copy_rows(source: Connection, target: Connection) -> None:
    for table in metadata.sorted_tables:
        if table is history:
            insert_rows(target, table, (row for batch in read_rows(source, table) for row in batch))
            continue
        for row in source.execute(select(table)).mappings():
            target.execute(insert(table).values(**row))
