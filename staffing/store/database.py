"""Opening the database: SQLite by default, PostgreSQL by URL with the same code."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

from staffing.errors import SettingsError


class Store:
    """A migrated database. Short transactions only; every writing one takes the lock at its start."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction, committed at the end or rolled back on any error."""
        with self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Open the database at `url`, creating or migrating it.

    Raises
    ------
    SettingsError
        When the URL cannot be read or the database cannot be reached.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
            Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed)
        if parsed.get_backend_name() == "sqlite":
            _careful_sqlite(engine)
        _migrate(engine)
    except SettingsError:
        raise
    except Exception as error:
        raise SettingsError(f"database {url!r} cannot be opened: {error}") from error
    return Store(engine)


def _careful_sqlite(engine: Engine) -> None:
    """Write-ahead log, full sync, foreign keys, and the write lock taken when a transaction begins.

    Without BEGIN IMMEDIATE a transaction that reads before it writes fails at once when another
    writer is active, whatever the timeout.
    """

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _immediate(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(files("staffing.store") / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
