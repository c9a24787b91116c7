"""Opening the database: SQLite by default, PostgreSQL by URL with the same code."""

import os
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url

from staffing.errors import SettingsError
from staffing.store.migrating import revision, revisions, upgrade
from staffing.store.sqlite_file import snapshot_beside

if sys.platform == "win32":
    fcntl = None
else:
    import fcntl

READING = "reading"
NUMBERS = 4096
"""Bytes of the line's file from here on stand for the numbers that were taken."""


class Store:
    """A migrated database. Short transactions only; every writing one takes the lock at its start."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """The file of the database, None where it is a server or in memory."""
        name = self.engine.url.database
        return Path(name) if self.is_sqlite and name not in (None, "", ":memory:") else None

    @contextmanager
    def begin(self, *, outside: bool = False) -> Iterator[Connection]:
        """One writing transaction, committed at the end or rolled back on any error. Never inside another one.

        With `outside` one first waits in a line before the line, from which one at a time goes on: whoever comes
        without it, as after a conflict, has at most one of those before it.
        """
        path = self.path
        with (
            _turn(None if path is None or not outside else path.with_name(f"{path.name}-outside")),
            _turn(path),
            self.engine.begin() as connection,
        ):
            if outside:
                lock(connection, "outside")
            yield connection

    @contextmanager
    def read(self, *, streams: bool = False) -> Iterator[Connection]:
        """One transaction that only reads: it waits for no writer, and on SQLite it sees one state.

        On a server each statement sees what is committed when it begins, in a transaction or not: without one, two of
        three messages to the server are saved. Rows that come piece by piece (`streams`) need one.
        """
        alone: dict[str, Any] = {} if self.is_sqlite or streams else {"isolation_level": "AUTOCOMMIT"}
        with self.engine.connect().execution_options(**{READING: True}, **alone) as connection, connection.begin():
            yield connection

    def forget_deleted(self) -> None:
        """Overwrite what deleted rows left in the file and its log, as far as readers allow."""
        if self.is_sqlite:
            with self.engine.connect() as connection:
                raw: Any = connection.connection.dbapi_connection
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self.engine.dispose()


def connect(url: str) -> Engine:
    """An engine for `url` that keeps our promises; the tables are left as they are.

    Raises
    ------
    SettingsError
        When the URL cannot be read or its driver is missing. The message never shows a password.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite":
            if parsed.database not in (None, "", ":memory:"):
                Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(parsed)
            _careful_sqlite(engine)
            return engine
        return create_engine(parsed, pool_recycle=1800)
    except Exception as error:
        raise _cannot_open(url, error) from error


def open_store(url: str, *, may_upgrade: bool | None = None, save_before: bool = True) -> Store:
    """Open the database at `url`, creating or migrating it.

    Parameters
    ----------
    url : str
        Such as ``sqlite:///staffing.db`` or ``postgresql://host/staffing``.
    may_upgrade : bool, optional
        Whether tables may be made or changed. Default: on SQLite, where a backup is made beside the file first; on a
        server only the command ``staffing db init`` or ``upgrade`` does it.

    Raises
    ------
    SettingsError
        When the URL cannot be read, the database cannot be reached, its tables are those of a newer program, or they
        are older and may not be changed.
    """
    engine = connect(url)
    try:
        bring_up(Store(engine), may_upgrade, save_before=save_before)
    except SettingsError:
        engine.dispose()
        raise
    except Exception as error:
        engine.dispose()
        raise _cannot_open(url, error) from error
    return Store(engine)


def bring_up(
    store: Store, may_upgrade: bool | None = None, *, save_before: bool = True
) -> tuple[str | None, str, Path | None]:
    """Migrate where needed: (revision before, revision now, file of the backup made before)."""
    with store.read() as connection:
        before = revision(connection)
    known = revisions()
    if before == known[0]:
        return before, before, None
    if before is not None and before not in known:
        raise SettingsError(f"the database has tables of revision {before}, newer than this program knows ({known[0]})")
    if not (store.is_sqlite if may_upgrade is None else may_upgrade):
        raise SettingsError(
            f"the database has tables of revision {before}, this program needs {known[0]}: "
            f"run `staffing db {'init' if before is None else 'upgrade'}`"
        )
    saved = None
    if before is not None and store.path is not None and save_before:
        saved = snapshot_beside(store.path, f"before-{known[0]}")
    with store.begin() as connection:
        lock(connection, "migration")
        upgrade(connection)
    return before, known[0], saved


@contextmanager
def _turn(path: Path | None) -> Iterator[None]:
    """Wait in line for the database file; who came first goes first.

    Only for speed: SQLite itself keeps writers apart, but lets them ask again at longer and longer intervals, so that
    one of twenty may wait for seconds. Everybody takes the next number, holds the byte of that number in a file, and
    waits for the byte of the number before. The system wakes that one waiter when the byte is let go, also by a death.
    """
    if path is None or fcntl is None:
        yield
        return
    place = os.open(f"{path}-turn", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if hasattr(fcntl, "F_OFD_SETLKW"):
            _byte(place, fcntl.F_WRLCK, 0)
            number = int.from_bytes(os.pread(place, 8, 0), "big") + 1
            os.pwrite(place, number.to_bytes(8, "big"), 0)
            _byte(place, fcntl.F_WRLCK, NUMBERS + number)
            _byte(place, fcntl.F_UNLCK, 0)
            _byte(place, fcntl.F_WRLCK, NUMBERS + number - 1)
        else:  # whoever is quickest
            fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


def _byte(place: int, kind: int, number: int) -> None:
    """Hold or let go one byte of an open file, which need not be there; waits while another holds it."""
    assert fcntl is not None
    fcntl.fcntl(place, fcntl.F_OFD_SETLKW, struct.pack("@hhqqi4x", kind, os.SEEK_SET, number, 1, 0))


def lock(connection: Connection, name: str) -> None:
    """Wait until no other transaction holds `name`; on SQLite a writing transaction is alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": zlib.crc32(f"staffing {name}".encode())})


def _careful_sqlite(engine: Engine) -> None:
    """Write-ahead log, full sync, foreign keys, and the write lock taken when a writing transaction begins.

    Without BEGIN IMMEDIATE a transaction that reads before it writes fails at once when another
    writer is active, whatever the timeout. Deleted rows are overwritten (an erased person is gone from the file), and
    REPLACE runs the triggers that guard rows.
    """

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "busy_timeout=30000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "recursive_triggers=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _immediate(connection: Connection) -> None:
        reads = connection.get_execution_options().get(READING, False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _cannot_open(url: str, error: Exception) -> SettingsError:
    shown, secret = _without_password(url)
    reason = str(getattr(error, "orig", None) or error)
    reason = reason if secret is None else reason.replace(secret, "***")
    return SettingsError(f"database {shown!r} cannot be opened: {reason}")


def _without_password(url: str) -> tuple[str, str | None]:
    try:
        parsed: URL = make_url(url)
    except Exception:  # noqa: BLE001 - whatever the reason, a text that is no URL holds no password
        return url, None
    return parsed.render_as_string(hide_password=True), None if parsed.password is None else str(parsed.password)
