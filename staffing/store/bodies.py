"""Plans as bytes, known by their digest, which is worked out again whenever they are read."""

import hashlib

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import DatabaseError

from staffing.store.faults import StoreDamagedError
from staffing.store.schema import plan_body


def put_body(connection: Connection, body: bytes) -> str:
    """Keep a plan's bytes, once; returns their digest."""
    digest = hashlib.sha256(body).hexdigest()
    known = connection.execute(select(plan_body.c.digest).where(plan_body.c.digest == digest)).one_or_none()
    if known is None:
        connection.execute(insert(plan_body).values(digest=digest, body=body))
    return digest


def get_body(connection: Connection, digest: str) -> bytes:
    """The bytes of that digest.

    Raises
    ------
    StoreDamagedError
        When they are missing, unreadable, or no longer what was stored.
    """
    try:
        body = connection.execute(select(plan_body.c.body).where(plan_body.c.digest == digest)).scalar_one_or_none()
    except (DatabaseError, ValueError, TypeError) as error:
        raise StoreDamagedError(f"plan {digest[:12]}", type(error).__name__) from error
    if body is None:
        raise StoreDamagedError(f"plan {digest[:12]}", "missing")
    found = hashlib.sha256(bytes(body)).hexdigest() if isinstance(body, bytes | memoryview) else type(body).__name__
    if found != digest:
        raise StoreDamagedError(f"plan {digest[:12]}", f"digest is {found[:12]}")
    return bytes(body)
