"""Orders that wait for the run of their scope to end: one works, the others take their turn.

A waiting order is a job in a state of its own, so that it is neither a second unfinished job of its scope nor lost when
nobody takes it. Whoever sees that the scope is free asks for the next one (`next_job`); exactly one gets it.
"""

import json
import time
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from staffing.store.database import Store, lock
from staffing.store.jobs import OPEN, TURN, WORKING, Job, JobState, as_job, sweep_lost
from staffing.store.schema import job


def order_job(
    store: Store, kind: str, scope: str, payload: Mapping[str, Any], *, beside: Collection[str] = ()
) -> tuple[Job, bool]:
    """A new job: queued where the scope is free, else waiting for its turn; or the unfinished one with the same order.

    Parameters
    ----------
    beside : collection of str
        Names in the payload that do not tell two orders apart, such as who gave them.

    Returns
    -------
    tuple of Job and bool
        The job and whether it is new.
    """
    sweep_lost(store)
    with store.begin() as connection:
        lock(connection, f"jobs {scope}")
        unfinished = _rows(connection, scope, *OPEN)
        same = _order(payload, beside)
        for known in unfinished:
            if known.kind == kind and _order(known.payload, beside) == same:
                return known, False
        row = {
            "id": uuid.uuid4().hex,
            "kind": kind,
            "scope": scope,
            "state": JobState.WAITING if unfinished else JobState.QUEUED,
            "created_s": time.time(),
            "stop_requested": False,
            "payload": dict(payload),
        }
        connection.execute(insert(job).values(**row))
        return as_job(connection.execute(select(job).where(job.c.id == row["id"])).mappings().one()), True


def waiting_jobs(store: Store, scope: str) -> tuple[Job, ...]:
    """Orders that wait, the next one first."""
    with store.read() as connection:
        return _rows(connection, scope, JobState.WAITING)


def working_job(store: Store, scope: str) -> Job | None:
    """The job at work in a scope, or about to be taken."""
    with store.read() as connection:
        return next(iter(_rows(connection, scope, *WORKING)), None)


def next_job(store: Store, scope: str, home: str | None = None) -> Job | None:
    """Take the order whose turn it is, where nothing works in the scope; it is queued then, and for one asker only.

    With `home` only orders that name that folder: several installations may share a database, but not their files.
    """
    # Every page that shows a job asks each second: only who finds one takes the lock of a writer.
    with store.read() as connection:
        if not _waiting(connection, scope, home) or _rows(connection, scope, *WORKING):
            return None
    try:
        with store.begin() as connection:
            lock(connection, f"jobs {scope}")
            found = _waiting(connection, scope, home)
            if not found or _rows(connection, scope, *WORKING):
                return None
            # The beat tells when its turn came: an order may have waited for longer than a worker may need to take it.
            now = time.time()
            taken = connection.execute(
                update(job)
                .where(job.c.id == found[0].id, job.c.state == JobState.WAITING)
                .values(state=JobState.QUEUED, heartbeat_s=now)
            )
            if taken.rowcount != 1:
                return None
            return as_job(connection.execute(select(job).where(job.c.id == found[0].id)).mappings().one())
    except IntegrityError:
        return None  # a job that does not wait in line came first


def take_out(store: Store, job_id: str) -> bool:
    """Remove an order that waits; False where its turn has come, or it is gone."""
    with store.begin() as connection:
        gone = connection.execute(delete(job).where(job.c.id == job_id, job.c.state == JobState.WAITING))
        return gone.rowcount == 1


def move_first(store: Store, job_id: str) -> bool:
    """Let an order that waits be the next one; False where it waits no more."""
    with store.begin() as connection:
        query = select(job).where(job.c.id == job_id, job.c.state == JobState.WAITING)
        row = connection.execute(query).mappings().one_or_none()
        if row is None:
            return False
        found = as_job(row)
        lock(connection, f"jobs {found.scope}")
        first = _rows(connection, found.scope, JobState.WAITING)
        if first and first[0].id != found.id:
            payload = {**found.payload, TURN: first[0].turn - 1.0}
            connection.execute(
                update(job).where(job.c.id == job_id, job.c.state == JobState.WAITING).values(payload=payload)
            )
        return True


def _rows(connection: Connection, scope: str, *states: JobState) -> tuple[Job, ...]:
    query = select(job).where(job.c.scope == scope, job.c.state.in_(states))
    found = [as_job(row) for row in connection.execute(query).mappings()]
    return tuple(sorted(found, key=lambda one: (one.turn, one.id)))


def _waiting(connection: Connection, scope: str, home: str | None) -> list[Job]:
    found = _rows(connection, scope, JobState.WAITING)
    return [one for one in found if home is None or one.payload.get("home") == home]


def _order(payload: Mapping[str, Any], beside: Collection[str]) -> str:
    """What was ordered, as text: lists and tuples are the same there, as they are in the database."""
    return json.dumps({name: value for name, value in payload.items() if name not in (TURN, *beside)}, sort_keys=True)
