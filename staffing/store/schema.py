"""Tables. Times are seconds since 1970 (UTC)."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    text,
)

metadata = MetaData()

job = Table(
    "job",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("state", String, nullable=False),
    Column("created_s", Float, nullable=False),
    Column("started_s", Float),
    Column("ended_s", Float),
    Column("heartbeat_s", Float),
    Column("pid", Integer),
    Column("stop_requested", Boolean, nullable=False, default=False),
    Column("payload", JSON, nullable=False),
    Column("summary", JSON),
    Column("error", String),
)
# At most one unfinished job for each scope: a double click never starts two.
Index(
    "one_open_job",
    job.c.scope,
    unique=True,
    sqlite_where=text("state IN ('queued', 'running')"),
    postgresql_where=text("state IN ('queued', 'running')"),
)

job_event = Table(
    "job_event",
    metadata,
    Column("job_id", String, ForeignKey("job.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("seconds", Float, nullable=False),
    Column("phase", String, nullable=False),
    Column("objective", Float),
    Column("bound", Float),
)

pointer = Table(
    "pointer",
    metadata,
    Column("name", String, primary_key=True),
    Column("folder", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("changed_s", Float, nullable=False),
)
