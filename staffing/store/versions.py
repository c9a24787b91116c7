"""Immutable versions of plans, and the one row that says which of them is published."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.exc import DatabaseError

from staffing.store.access import Action, Actor, ask
from staffing.store.bodies import get_body, put_body
from staffing.store.database import Store, lock
from staffing.store.faults import NoVersionError, StoreDamagedError, VersionConflictError
from staffing.store.people import Person, actor_key, people
from staffing.store.schema import approval, plan_version, publication
from staffing.store.trail import append

FIELDS = ("n", "centre", "first_day", "days", "body_digest", "made_by", "made_s", "note")
ANY = -1
"""Expected version where the one who publishes has seen none and takes any."""


@dataclass(frozen=True, slots=True)
class Version:
    """A stored plan: number, what it plans, who stored it when and why, and how far it has come.

    Times are seconds since 1970; names are those of people still known. `approved_by` and `published_by` are None
    where it is not approved or not published.
    """

    n: int
    centre: str
    first_day: str
    days: int
    digest: str
    body_digest: str
    made_by: str
    made_s: float
    note: str
    approved_by: str | None = None
    approved_s: float | None = None
    published_by: str | None = None
    published_s: float | None = None

    @property
    def is_published(self) -> bool:
        return self.published_by is not None


def add_version(store: Store, body: bytes, centre: str, first_day: str, days: int, by: Actor, note: str = "") -> int:
    """Store a plan for good and return its number; the same plan for the same period is stored once.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    """
    ask(by, Action.SUBMIT)
    with store.begin() as connection:
        lock(connection, "version")
        who = actor_key(connection, by)
        body_digest = put_body(connection, body)
        same = select(plan_version.c.n).where(
            plan_version.c.body_digest == body_digest,
            plan_version.c.centre == centre,
            plan_version.c.first_day == first_day,
        )
        found = connection.execute(same.order_by(plan_version.c.n).limit(1)).scalar_one_or_none()
        if found is not None:
            return int(found)
        n = 1 + (connection.execute(select(func.max(plan_version.c.n))).scalar_one() or 0)
        values = (n, centre, first_day, days, body_digest, who, time.time(), note)
        digest = version_digest(values)
        connection.execute(insert(plan_version).values(**dict(zip(FIELDS, values, strict=True)), digest=digest))
        append(connection, who, by.role, Action.SUBMIT, f"version {n}", after=digest)
    return n


def version_digest(values: tuple[object, ...]) -> str:
    """Digest of a version's row, in the order of `FIELDS`."""
    return hashlib.sha256(json.dumps(list(values), ensure_ascii=False).encode()).hexdigest()


def approve(store: Store, n: int, by: Actor) -> None:
    """Say that a version may be published; a second time changes nothing.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    NoVersionError, StoreDamagedError
        When there is no such version, or it is damaged.
    """
    ask(by, Action.APPROVE)
    with store.begin() as connection:
        _approve(connection, _checked(connection, n), by)


def publish(store: Store, n: int, by: Actor, expected: int | None = ANY) -> None:
    """Move the pointer of the version's centre and period to it, in one transaction.

    Parameters
    ----------
    expected : int or None, optional
        Version that the one who publishes takes for the published one (None: none is). Default: any.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    VersionConflictError
        When another version than `expected` is published.
    NoVersionError, StoreDamagedError
        When there is no such version, or it is damaged.
    """
    ask(by, Action.PUBLISH)
    _move(store, n, by, Action.PUBLISH, expected)


def roll_back(store: Store, n: int, by: Actor, expected: int | None = ANY) -> None:
    """Publish an earlier version again; parameters and errors as those of `publish`."""
    ask(by, Action.ROLLBACK)
    _move(store, n, by, Action.ROLLBACK, expected)


def _move(store: Store, n: int, by: Actor, action: Action, expected: int | None) -> None:
    with store.begin() as connection:
        lock(connection, "version")
        version = _checked(connection, n)
        get_body(connection, version.body_digest)
        where = (publication.c.centre == version.centre, publication.c.first_day == version.first_day)
        before = connection.execute(select(publication).where(*where)).one_or_none()
        found = None if before is None else before.version
        if expected not in (ANY, found):
            by_key = "" if before is None else before.changed_by
            name = people(store, [by_key])[by_key].name if by_key else ""
            raise VersionConflictError(expected, found, name, 0.0 if before is None else before.changed_s)
        if found == n:
            return
        who = actor_key(connection, by)
        _approve(connection, version, by)
        moved = {"version": n, "changed_by": who, "changed_s": time.time()}
        if before is None:
            key = {"centre": version.centre, "first_day": version.first_day}
            connection.execute(insert(publication).values(**key, **moved))
        else:
            connection.execute(update(publication).where(*where).values(**moved))
        old = "" if found is None else _checked(connection, found).digest
        append(connection, who, by.role, action, f"version {n}", old, version.digest)


def _approve(connection: Connection, version: Row[Any], by: Actor) -> None:
    if connection.execute(select(approval).where(approval.c.version == version.n)).one_or_none() is not None:
        return
    who = actor_key(connection, by)
    connection.execute(insert(approval).values(version=version.n, made_by=who, made_s=time.time()))
    append(connection, who, by.role, Action.APPROVE, f"version {version.n}", version.digest, version.digest)


def _checked(connection: Connection, n: int) -> Row[Any]:
    """The row of a version, its digest verified."""
    try:
        row = connection.execute(select(plan_version).where(plan_version.c.n == n)).one_or_none()
    except (DatabaseError, ValueError, TypeError) as error:
        raise StoreDamagedError(f"version {n}", type(error).__name__) from error
    if row is None:
        raise NoVersionError(n)
    check_row(row)
    return row


def check_row(row: Row[Any]) -> None:
    """Refuse a version's row that is not what was written."""
    try:
        found = version_digest(tuple(row)[:-1])
    except (TypeError, ValueError) as error:
        raise StoreDamagedError(f"version {row.n}", type(error).__name__) from error
    if found != row.digest:
        raise StoreDamagedError(f"version {row.n}", f"digest is {found[:12]}")


def version_body(store: Store, n: int) -> tuple[Version, bytes]:
    """A version and its bytes, both verified.

    Raises
    ------
    NoVersionError, StoreDamagedError
        When there is no such version, or it is damaged.
    """
    with store.read() as connection:
        row = _checked(connection, n)
        body = get_body(connection, row.body_digest)
    found = next((version for version in versions(store, row.centre) if version.n == n), None)
    if found is None:
        raise StoreDamagedError(f"version {n}", "missing in the list")
    return found, body


def versions(store: Store, centre: str | None = None) -> tuple[Version, ...]:
    """All versions, newest first.

    Raises
    ------
    StoreDamagedError
        When the row of one is not what was written.
    """
    query = select(plan_version).order_by(plan_version.c.n.desc())
    if centre is not None:
        query = query.where(plan_version.c.centre == centre)
    with store.read() as connection:
        try:
            rows = connection.execute(query).all()
            approved = {row.version: row for row in connection.execute(select(approval)).all()}
            published = {row.version: row for row in connection.execute(select(publication)).all()}
        except (DatabaseError, ValueError, TypeError) as error:
            raise StoreDamagedError("versions", type(error).__name__) from error
    for row in rows:
        check_row(row)
    makers = [row.made_by for row in (*rows, *approved.values())] + [row.changed_by for row in published.values()]
    who = people(store, makers)
    return tuple(_version(row, approved.get(row.n), published.get(row.n), who) for row in rows)


def published_version(store: Store, centre: str | None = None, first_day: str | None = None) -> int | None:
    """Number of the version that was published last, of that centre and period where they are given."""
    query = select(publication.c.version).order_by(publication.c.changed_s.desc()).limit(1)
    if centre is not None:
        query = query.where(publication.c.centre == centre)
    if first_day is not None:
        query = query.where(publication.c.first_day == first_day)
    with store.read() as connection:
        found = connection.execute(query).scalar_one_or_none()
    return None if found is None else int(found)


def version_covering(store: Store, day: date, centre: str | None = None) -> int | None:
    """Number of the version published last of those whose period holds `day`, of that centre where it is given."""
    joined = publication.join(plan_version, plan_version.c.n == publication.c.version)
    columns = (publication.c.version, publication.c.first_day, plan_version.c.days)
    query = select(*columns).select_from(joined).order_by(publication.c.changed_s.desc())
    if centre is not None:
        query = query.where(publication.c.centre == centre)
    with store.read() as connection:
        for row in connection.execute(query):
            if 0 <= (day - date.fromisoformat(row.first_day)).days < row.days:
                return int(row.version)
    return None


def _version(row: Any, approved: Any, published: Any, who: Mapping[str, Person]) -> Version:
    def shown(key: str) -> str:
        return who[key].name or who[key].ident

    return Version(
        row.n,
        row.centre,
        row.first_day,
        row.days,
        row.digest,
        row.body_digest,
        shown(row.made_by),
        row.made_s,
        row.note,
        None if approved is None else shown(approved.made_by),
        None if approved is None else approved.made_s,
        None if published is None else shown(published.changed_by),
        None if published is None else published.changed_s,
    )
