"""The audit trail: who did what when, in rows that only ever get more and that hang together by their digests."""

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from staffing.store.access import Action, Role
from staffing.store.database import Store, lock
from staffing.store.schema import audit, person


@dataclass(frozen=True, slots=True)
class Link:
    """Where the trail ends: number and chained digest of its newest row, 0 and blank before the first."""

    n: int
    chain: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One action: `object` such as ``version 3``, and the digests of it before and after (blank: nothing)."""

    n: int
    at_s: float
    who: str
    role: str
    action: str
    object: str
    before_digest: str
    after_digest: str


def hold(connection: Connection) -> None:
    """Wait for the one place at the end of the trail; those who wait go in the order in which they came."""
    lock(connection, "audit")


def append(
    connection: Connection,
    who: str,
    role: Role,
    action: Action,
    stored: str,
    before: str = "",
    after: str = "",
    *,
    newest: Link | None = None,
) -> None:
    """Add a row within the transaction of the action itself, as its last statement but for commits.

    `newest` is the end of the trail, where the transaction has read it since its `hold`.
    """
    if newest is None:
        hold(connection)
        found = connection.execute(_NEWEST_ROW).one_or_none()
        newest = Link(0, "") if found is None else Link(*found)
    row = {
        "n": newest.n + 1,
        "at_s": time.time(),
        "who": who,
        "role": role.name.lower(),
        "action": action.value,
        "object": stored,
        "before_digest": before,
        "after_digest": after,
    }
    chain = link(newest.chain, tuple(row.values()))
    connection.execute(insert(audit).values(**row, chain=chain))


def link(before: str, values: tuple[object, ...]) -> str:
    """Digest of a row that continues the chain `before`."""
    return hashlib.sha256(json.dumps([before, *values], ensure_ascii=False).encode()).hexdigest()


def entries(store: Store, limit: int = 200) -> tuple[Entry, ...]:
    """The trail, newest first, with the names of those who are still known."""
    names = audit.outerjoin(person, person.c.key == audit.c.who)
    query = select(audit, person.c.name.label("known")).select_from(names).order_by(audit.c.n.desc()).limit(limit)
    with store.read() as connection:
        rows = connection.execute(query).all()
    return tuple(
        Entry(
            row.n,
            row.at_s,
            row.known or f"former-{row.who}",
            row.role,
            row.action,
            row.object,
            row.before_digest,
            row.after_digest,
        )
        for row in rows
    )


def broken_links(connection: Connection) -> Iterator[int]:
    """Numbers of rows that were changed, or before which rows are missing."""
    before, expected = "", 1
    for row in connection.execute(select(audit).order_by(audit.c.n)):
        if row.n != expected or row.chain != link(before, _values(row)):
            yield row.n
        before, expected = row.chain, row.n + 1


def _values(row: Row[Any]) -> tuple[object, ...]:
    return tuple(row)[:-1]


_NEWEST_ROW = select(audit.c.n, audit.c.chain).order_by(audit.c.n.desc()).limit(1)
NEWEST = tuple(
    select(column).order_by(audit.c.n.desc()).limit(1).scalar_subquery().label(f"newest_{column.name}")
    for column in (audit.c.n, audit.c.chain)
)
"""Columns of the trail's end for a statement that fetches it along with other things; None before the first row."""
