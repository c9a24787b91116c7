"""Millions of rows at once, by the driver's own way: SQLAlchemy's dictionaries would take five times as long."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Any

from sqlalchemy import Connection, String, Table

BATCH = 50_000


def insert_rows(connection: Connection, table: Table, rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows with plain numbers and texts in the order of the columns; returns how many."""
    names = [column.name for column in table.columns]
    raw: Any = connection.connection.dbapi_connection
    total = 0
    if connection.dialect.name == "postgresql":
        with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
                total += 1
        return total
    marks = ", ".join("?" * len(names))
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        raw.executemany(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})", batch)
        total += len(batch)
    return total


def read_rows(connection: Connection, table: Table, **where: str) -> Iterator[list[tuple[Any, ...]]]:
    """Rows in the order of the primary key, in batches; `where` names columns and their value.

    The columns so named are left out of the rows.
    """
    # Servers sort texts by their language; the digest of the rows needs the same order everywhere.
    on_server = connection.dialect.name == "postgresql"
    mark, plain = ("%s", ' COLLATE "C"') if on_server else ("?", "")
    ordered = [key for key in table.primary_key.columns if key.name not in where]
    keys = [f"{key.name}{plain if isinstance(key.type, String) else ''}" for key in ordered]
    names = ", ".join(column.name for column in table.columns if column.name not in where)
    chosen = " AND ".join(f"{name} = {mark}" for name in where)
    query = f"SELECT {names} FROM {table.name}{' WHERE ' + chosen if where else ''} ORDER BY {', '.join(keys)}"
    raw: Any = connection.connection.dbapi_connection
    # A server would send everything at once unless the cursor has a name.
    with closing(raw.cursor("rows") if on_server else raw.cursor()) as cursor:
        cursor.execute(query, tuple(where.values()))
        while batch := cursor.fetchmany(BATCH):
            yield batch
