"""Which plan folder is on show or published: one row that moves."""

import time

from sqlalchemy import delete, insert, select

from staffing.store.database import Store
from staffing.store.schema import pointer

CURRENT = "current"
"""The plan on show."""


def set_pointer(store: Store, name: str, folder: str, digest: str) -> None:
    """Point `name` at a plan folder with the digest of its ``plan.json``."""
    with store.begin() as connection:
        connection.execute(delete(pointer).where(pointer.c.name == name))
        connection.execute(insert(pointer).values(name=name, folder=folder, digest=digest, changed_s=time.time()))


def get_pointer(store: Store, name: str) -> tuple[str, str] | None:
    """(folder, digest) that `name` points at, or None."""
    with store.read() as connection:
        row = connection.execute(select(pointer.c.folder, pointer.c.digest).where(pointer.c.name == name)).one_or_none()
    return None if row is None else (row[0], row[1])
