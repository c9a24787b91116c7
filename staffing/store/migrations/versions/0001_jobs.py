"""Jobs, their progress and the plan on show."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("created_s", sa.Float, nullable=False),
        sa.Column("started_s", sa.Float),
        sa.Column("ended_s", sa.Float),
        sa.Column("heartbeat_s", sa.Float),
        sa.Column("pid", sa.Integer),
        sa.Column("stop_requested", sa.Boolean, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("summary", sa.JSON),
        sa.Column("error", sa.String),
    )
    open_states = sa.text("state IN ('queued', 'running')")
    op.create_index(
        "one_open_job", "job", ["scope"], unique=True, sqlite_where=open_states, postgresql_where=open_states
    )
    op.create_table(
        "job_event",
        sa.Column("job_id", sa.String, sa.ForeignKey("job.id"), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("phase", sa.String, nullable=False),
        sa.Column("objective", sa.Float),
        sa.Column("bound", sa.Float),
    )
    op.create_table(
        "pointer",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("folder", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("changed_s", sa.Float, nullable=False),
    )


def downgrade() -> None:
    for name in ("pointer", "job_event", "job"):
        op.drop_table(name)
