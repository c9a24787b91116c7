"""Centres: their files, in which people are keys, and their history as rows."""

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, insert, select

from staffing.store.access import Action, Actor, ask
from staffing.store.bulk import insert_rows, read_rows
from staffing.store.database import Store, lock
from staffing.store.people import actor_key
from staffing.store.schema import centre, centre_file, history
from staffing.store.trail import append

HistoryRow = tuple[str, int, float | None, float | None, float | None, float | None, float | None, float | None]
"""Queue, seconds since 1970 (UTC), and the measures; None is unknown."""


def put_centre(store: Store, name: str, files: Mapping[str, bytes], rows: Iterable[HistoryRow], by: Actor) -> None:
    """Keep a centre, replacing what was kept under its name, all of it in one transaction.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    """
    ask(by, Action.IMPORT)
    with store.begin() as connection:
        lock(connection, f"centre {name}")
        known = connection.execute(select(centre.c.digest).where(centre.c.name == name)).scalar_one_or_none()
        for table in (history, centre_file):
            connection.execute(delete(table).where(table.c.centre == name))
        connection.execute(delete(centre).where(centre.c.name == name))
        who, digest = actor_key(connection, by), files_digest(files)
        values = {"name": name, "digest": digest, "history_digest": "", "changed_by": who, "changed_s": time.time()}
        connection.execute(insert(centre).values(**values))
        for file, body in files.items():
            connection.execute(insert(centre_file).values(centre=name, name=file, body=body))
        insert_rows(connection, history, ((name, *row) for row in rows))
        whole = history_digest(connection, name)
        connection.execute(centre.update().where(centre.c.name == name).values(history_digest=whole))
        append(connection, who, by.role, Action.IMPORT, f"centre {name}", known or "", digest)


def note_edit(store: Store, name: str, before: str, after: str, by: Actor) -> None:
    """Tell the trail of an edit of a centre's folder: digests before and after.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    """
    ask(by, Action.CENTRE)
    with store.begin() as connection:
        append(connection, actor_key(connection, by), by.role, Action.CENTRE, f"folder of {name}", before, after)


def centre_names(store: Store) -> tuple[str, ...]:
    """Names of the centres kept."""
    with store.read() as connection:
        return tuple(connection.execute(select(centre.c.name).order_by(centre.c.name)).scalars().all())


def centre_files(store: Store, name: str) -> dict[str, bytes]:
    """The files of a centre, people as keys."""
    with store.read() as connection:
        return read_files(connection, name)


def read_files(connection: Connection, name: str) -> dict[str, bytes]:
    """The files of a centre within a transaction."""
    query = select(centre_file.c.name, centre_file.c.body).where(centre_file.c.centre == name)
    return {row.name: bytes(row.body) for row in connection.execute(query.order_by(centre_file.c.name))}


def history_rows(store: Store, name: str) -> Iterator[tuple[Any, ...]]:
    """The history of a centre by queue and time, as `HistoryRow`."""
    with store.read(streams=True) as connection:
        for batch in read_rows(connection, history, centre=name):
            yield from batch


def files_digest(files: Mapping[str, bytes]) -> str:
    """Digest of names and contents."""
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    return total.hexdigest()


def history_digest(connection: Connection, name: str) -> str:
    """Digest of a centre's history as it is stored: of each queue its times and measures as 64-bit floats."""
    total = hashlib.sha256()
    found = connection.execute(select(history.c.queue).where(history.c.centre == name).distinct()).scalars().all()
    for queue in sorted(found):
        total.update(f"{queue}\0".encode())
        for batch in read_rows(connection, history, centre=name, queue=queue):
            total.update(np.array(batch, dtype=np.float64).tobytes())
    return total.hexdigest()
