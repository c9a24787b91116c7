"""A fresh store on each engine there is."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from staffing.store import Store, open_store
from tests.store.servers import postgres, programs

WHY = "no PostgreSQL server or no psycopg is installed"


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """URL of an empty PostgreSQL database, one for the session."""
    given = os.environ.get("STAFFING_TEST_POSTGRES")
    if given:
        yield given
        return
    if programs() is None:
        pytest.skip(WHY)
    with postgres() as url:
        yield url


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An SQLite store in a folder that does not exist yet."""
    opened = open_store(f"sqlite:///{tmp_path}/deep/store.db")
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """The same test on both engines; on the server in a schema of its own."""
    if request.param == "sqlite":
        opened = open_store(f"sqlite:///{tmp_path}/store.db")
    else:
        base = open_store_schema(request.getfixturevalue("server"), f"t{abs(hash(request.node.name)) % 10**8}")
        opened = open_store(base, may_upgrade=True)
    yield opened
    opened.close()


def open_store_schema(url: str, schema: str) -> str:
    """URL of a new empty schema of a server."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
        connection.execute(f'CREATE SCHEMA "{schema}"')
    return f"{url}?options=-csearch_path%3D{schema}"
