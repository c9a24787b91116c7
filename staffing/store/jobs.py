"""Long tasks: one row each, worked by a process of its own that beats while it lives."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from staffing.store.database import Store
from staffing.store.schema import job, job_event

LOST_AFTER_S = 10.0
"""A running job without a heartbeat for this long has lost its worker."""


class JobState(StrEnum):
    """Life of a job; ``waiting`` is an order before its turn, ``lost`` a running job whose worker died."""

    WAITING = "waiting"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    LOST = "lost"


WORKING = (JobState.QUEUED, JobState.RUNNING)
"""States of which a scope has one job at most."""
OPEN = (JobState.WAITING, *WORKING)
"""States before the end."""
TURN = "turn"
"""Name in the payload of an order that was moved forward: its place in line, by default the moment of the order."""


@dataclass(frozen=True, slots=True)
class Job:
    """One long task and where it stands."""

    id: str
    kind: str
    scope: str
    state: JobState
    created_s: float
    started_s: float | None
    ended_s: float | None
    heartbeat_s: float | None
    pid: int | None
    stop_requested: bool
    payload: Mapping[str, Any]
    summary: Mapping[str, Any] | None
    error: str | None

    @property
    def is_open(self) -> bool:
        """It has not ended, and may not have begun."""
        return self.state in OPEN

    @property
    def turn(self) -> float:
        """Its place in line: the smallest is the next."""
        return float(self.payload.get(TURN, self.created_s))


@dataclass(frozen=True, slots=True)
class JobEvent:
    """Progress of a job: seconds since its start, phase, cost and bound so far."""

    seconds: float
    phase: str
    objective: float | None
    bound: float | None


def as_job(row: RowMapping) -> Job:
    """The job of a row of its table."""
    return Job(**{**dict(row), "state": JobState(row["state"])})


def create_job(store: Store, kind: str, scope: str, payload: Mapping[str, Any]) -> tuple[Job, bool]:
    """A new queued job, or the unfinished one that the scope already has.

    Returns
    -------
    tuple of Job and bool
        The job and whether it is new.
    """
    row = {
        "id": uuid.uuid4().hex,
        "kind": kind,
        "scope": scope,
        "state": JobState.QUEUED,
        "created_s": time.time(),
        "stop_requested": False,
        "payload": dict(payload),
    }
    sweep_lost(store)
    try:
        with store.begin() as connection:
            connection.execute(insert(job).values(**row))
    except IntegrityError:
        with store.begin() as connection:
            query = select(job).where(job.c.scope == scope, job.c.state.in_(WORKING))
            found = connection.execute(query).mappings().one()
        return as_job(found), False
    return get_job(store, str(row["id"])), True


def get_job(store: Store, job_id: str) -> Job:
    """The job of that id.

    Raises
    ------
    KeyError
        When there is none.
    """
    with store.read() as connection:
        row = connection.execute(select(job).where(job.c.id == job_id)).mappings().one_or_none()
    if row is None:
        raise KeyError(job_id)
    return as_job(row)


def list_jobs(store: Store, limit: int = 50, *, kind: str | None = None) -> tuple[Job, ...]:
    """Newest jobs first; with `kind` those of that kind only."""
    query = select(job) if kind is None else select(job).where(job.c.kind == kind)
    with store.read() as connection:
        rows = connection.execute(query.order_by(job.c.created_s.desc()).limit(limit)).mappings().all()
    return tuple(as_job(row) for row in rows)


def start_job(store: Store, job_id: str, pid: int) -> bool:
    """Take a queued job; False when somebody else has it or it was stopped before it began."""
    now = time.time()
    with store.begin() as connection:
        taken = connection.execute(
            update(job)
            .where(job.c.id == job_id, job.c.state == JobState.QUEUED, job.c.stop_requested.is_(False))
            .values(state=JobState.RUNNING, started_s=now, heartbeat_s=now, pid=pid)
        )
        return taken.rowcount == 1


def beat(store: Store, job_id: str) -> bool:
    """Say that the worker lives; True when the user wants it to stop."""
    with store.begin() as connection:
        connection.execute(update(job).where(job.c.id == job_id).values(heartbeat_s=time.time()))
        wanted = connection.execute(select(job.c.stop_requested).where(job.c.id == job_id)).scalar_one()
    return bool(wanted)


def add_event(store: Store, job_id: str, progress: JobEvent) -> None:
    """Append one step of progress."""
    with store.begin() as connection:
        count = connection.execute(select(func.count()).where(job_event.c.job_id == job_id)).scalar_one()
        connection.execute(
            insert(job_event).values(
                job_id=job_id,
                n=count,
                seconds=progress.seconds,
                phase=progress.phase,
                objective=progress.objective,
                bound=progress.bound,
            )
        )


def events(store: Store, job_id: str) -> tuple[JobEvent, ...]:
    """Progress so far, in order."""
    columns = (job_event.c.seconds, job_event.c.phase, job_event.c.objective, job_event.c.bound)
    with store.read() as connection:
        query = select(*columns).where(job_event.c.job_id == job_id).order_by(job_event.c.n)
        return tuple(JobEvent(*row) for row in connection.execute(query).all())


def request_stop(store: Store, job_id: str) -> None:
    """Ask the worker to stop and keep its best plan; a job not yet begun is stopped at once."""
    now = time.time()
    with store.begin() as connection:
        connection.execute(update(job).where(job.c.id == job_id).values(stop_requested=True))
        connection.execute(
            update(job)
            .where(job.c.id == job_id, job.c.state == JobState.QUEUED)
            .values(state=JobState.STOPPED, ended_s=now)
        )


def finish_job(
    store: Store, job_id: str, state: JobState, summary: Mapping[str, Any] | None = None, error: str | None = None
) -> None:
    """Write the ending of a running job."""
    values = {"state": state, "ended_s": time.time(), "summary": dict(summary or {}), "error": error}
    with store.begin() as connection:
        connection.execute(update(job).where(job.c.id == job_id).values(**values))


def sweep_lost(store: Store, now_s: float | None = None) -> int:
    """Mark running jobs without a heartbeat, and queued ones never taken, as lost; returns how many.

    Orders that wait for their turn are never lost; their time to be taken begins when their turn comes.
    """
    limit = (time.time() if now_s is None else now_s) - LOST_AFTER_S
    dead = (job.c.state == JobState.RUNNING) & (job.c.heartbeat_s < limit)
    queued_s = func.coalesce(job.c.heartbeat_s, job.c.created_s)
    never_taken = (job.c.state == JobState.QUEUED) & (queued_s < limit - 2 * LOST_AFTER_S)
    # Every page that shows a job asks each second: only what is found takes the lock of a writer.
    with store.read() as connection:
        if connection.execute(select(job.c.id).where(dead | never_taken).limit(1)).first() is None:
            return 0
    with store.begin() as connection:
        lost = update(job).where(dead | never_taken).values(state=JobState.LOST, ended_s=limit + LOST_AFTER_S)
        return connection.execute(lost).rowcount
