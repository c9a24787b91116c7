"""Copies of an SQLite database that is in use: whole, checked, and put in place in one step."""

import os
import secrets
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

BACKUPS = "backups"


def snapshot_beside(path: Path, why: str) -> Path:
    """A copy in the folder ``backups`` beside the database; its name tells when and why."""
    return snapshot(path, _beside(path, why))


def save_whatever(path: Path, why: str) -> Path | None:
    """Like `snapshot_beside`, but a damaged file is copied as it is; None where there is no file."""
    if not path.exists():
        return None
    try:
        return snapshot_beside(path, why)
    except sqlite3.DatabaseError as error:
        if not _is_damaged(error):
            raise
    target = _beside(path, f"{why}-damaged")
    target.parent.mkdir(parents=True, exist_ok=True)
    for end in ("", "-wal"):
        if Path(f"{path}{end}").exists():
            shutil.copyfile(f"{path}{end}", f"{target}{end}")
    return target


def snapshot(path: Path, target: Path) -> Path:
    """Copy a database in use to `target`: one consistent state, checked, there whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with closing(sqlite3.connect(path, timeout=30)) as source, closing(sqlite3.connect(temporary)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            check(copy)
        _sync(temporary)
        temporary.replace(target)
        if os.name != "nt":
            _sync(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def overwrite(path: Path, source: Path) -> None:
    """Make the database at `path` equal to `source`, which is whole, in one transaction.

    Others that have it open see the new state.

    Raises
    ------
    sqlite3.DatabaseError
        When the target stays locked.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    read_only = f"{source.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(read_only, uri=True)) as saved, closing(sqlite3.connect(path, timeout=30)) as target:
        try:
            target.execute("PRAGMA synchronous=FULL")
            saved.backup(target)
            target.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.DatabaseError as error:
            if not _is_damaged(error):
                raise
    # Nobody can have a file open that is no database: a new one takes its place.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    shutil.copyfile(source, temporary)
    _sync(temporary)
    for end in ("-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    temporary.replace(path)
    if os.name != "nt":
        _sync(path.parent)


def check(connection: sqlite3.Connection) -> None:
    """Let SQLite look for damage.

    Raises
    ------
    sqlite3.DatabaseError
        When it finds some.
    """
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
    if found != ["ok"]:
        raise sqlite3.DatabaseError("; ".join(found))


def _beside(path: Path, why: str) -> Path:
    return path.parent / BACKUPS / f"{path.stem}-{time.strftime('%Y%m%dT%H%M%S')}-{why}.db"


def _is_damaged(error: sqlite3.DatabaseError) -> bool:
    """Not merely locked or full, which are operational errors."""
    return not isinstance(error, sqlite3.OperationalError)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
