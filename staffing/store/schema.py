"""Tables. Times are seconds since 1970 (UTC)."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
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

# The only table with names of people, and with the ids that a centre gives them; all other rows hold `key`.
person = Table(
    "person",
    metadata,
    Column("key", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("centre", String, nullable=False),
    Column("ident", String, nullable=False),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    UniqueConstraint("kind", "centre", "ident", name="one_person"),
)

plan_body = Table(
    "plan_body",
    metadata,
    Column("digest", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

plan_version = Table(
    "plan_version",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("centre", String, nullable=False),
    Column("first_day", String, nullable=False),
    Column("days", Integer, nullable=False),
    Column("body_digest", String, ForeignKey("plan_body.digest"), nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_s", Float, nullable=False),
    Column("note", String, nullable=False),
    Column("digest", String, nullable=False),
)

approval = Table(
    "approval",
    metadata,
    Column("version", Integer, ForeignKey("plan_version.n"), primary_key=True),
    Column("made_by", String, nullable=False),
    Column("made_s", Float, nullable=False),
)

# Which version is published for a centre and the period that begins on a day: one row that moves.
publication = Table(
    "publication",
    metadata,
    Column("centre", String, primary_key=True),
    Column("first_day", String, primary_key=True),
    Column("version", Integer, ForeignKey("plan_version.n"), nullable=False),
    Column("changed_by", String, nullable=False),
    Column("changed_s", Float, nullable=False),
)

draft = Table(
    "draft",
    metadata,
    Column("id", String, primary_key=True),
    Column("base_digest", String, ForeignKey("plan_body.digest"), nullable=False),
    Column("centre", String, nullable=False),
    Column("first_day", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("changed_by", String, nullable=False),
    Column("changed_s", Float, nullable=False),
)
Index(
    "one_open_draft",
    draft.c.base_digest,
    unique=True,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)

# What each revision wrote into each cell (one person's day); the newest row of a cell counts.
draft_cell = Table(
    "draft_cell",
    metadata,
    Column("draft", String, ForeignKey("draft.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("person", String, primary_key=True),
    Column("date", String, primary_key=True),
    Column("day", JSON, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_s", Float, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at_s", Float, nullable=False),
    Column("who", String, nullable=False),
    Column("role", String, nullable=False),
    Column("action", String, nullable=False),
    Column("object", String, nullable=False),
    Column("before_digest", String, nullable=False),
    Column("after_digest", String, nullable=False),
    Column("chain", String, nullable=False),
)

centre = Table(
    "centre",
    metadata,
    Column("name", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("history_digest", String, nullable=False),
    Column("changed_by", String, nullable=False),
    Column("changed_s", Float, nullable=False),
)

centre_file = Table(
    "centre_file",
    metadata,
    Column("centre", String, ForeignKey("centre.name"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

MEASURES = ("offered", "handled", "abandoned", "aht_s", "wait_s", "within_target")
history = Table(
    "history",
    metadata,
    Column("centre", String, ForeignKey("centre.name"), primary_key=True),
    Column("queue", String, primary_key=True),
    Column("start_s", BigInteger, primary_key=True, autoincrement=False),
    *(Column(name, Float) for name in MEASURES),
    sqlite_with_rowid=False,
)

INSERT_ONLY = ("plan_body", "plan_version", "approval", "draft_cell", "audit")
"""Tables whose rows the database itself refuses to change or delete."""
