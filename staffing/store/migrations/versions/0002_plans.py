"""People, plan versions, drafts, the audit trail and centres; the published plan is no longer a folder."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INSERT_ONLY = ("plan_body", "plan_version", "approval", "draft_cell", "audit")
MEASURES = ("offered", "handled", "abandoned", "aht_s", "wait_s", "within_target")


def upgrade() -> None:
    op.execute("DELETE FROM pointer WHERE name = 'published'")
    _people_and_plans()
    _drafts_and_trail()
    _centres()
    _guard()


def _text(name: str, *more: sa.schema.SchemaItem, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, *more, primary_key=key, nullable=False)


def _people_and_plans() -> None:
    op.create_table(
        "person",
        _text("key", key=True),
        *(_text(name) for name in ("kind", "centre", "ident", "name", "role")),
        sa.UniqueConstraint("kind", "centre", "ident", name="one_person"),
    )
    op.create_table("plan_body", _text("digest", key=True), sa.Column("body", sa.LargeBinary, nullable=False))
    op.create_table(
        "plan_version",
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        _text("centre"),
        _text("first_day"),
        sa.Column("days", sa.Integer, nullable=False),
        _text("body_digest", sa.ForeignKey("plan_body.digest")),
        _text("made_by"),
        sa.Column("made_s", sa.Float, nullable=False),
        _text("note"),
        _text("digest"),
    )
    op.create_table(
        "approval",
        sa.Column("version", sa.Integer, sa.ForeignKey("plan_version.n"), primary_key=True, autoincrement=False),
        _text("made_by"),
        sa.Column("made_s", sa.Float, nullable=False),
    )
    op.create_table(
        "publication",
        _text("centre", key=True),
        _text("first_day", key=True),
        sa.Column("version", sa.Integer, sa.ForeignKey("plan_version.n"), nullable=False),
        _text("changed_by"),
        sa.Column("changed_s", sa.Float, nullable=False),
    )


def _drafts_and_trail() -> None:
    op.create_table(
        "draft",
        _text("id", key=True),
        _text("base_digest", sa.ForeignKey("plan_body.digest")),
        _text("centre"),
        _text("first_day"),
        sa.Column("revision", sa.Integer, nullable=False),
        _text("state"),
        _text("changed_by"),
        sa.Column("changed_s", sa.Float, nullable=False),
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "one_open_draft", "draft", ["base_digest"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_table(
        "draft_cell",
        _text("draft", sa.ForeignKey("draft.id"), key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        _text("person", key=True),
        _text("date", key=True),
        sa.Column("day", sa.JSON, nullable=False),
        _text("made_by"),
        sa.Column("made_s", sa.Float, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_s", sa.Float, nullable=False),
        *(_text(name) for name in ("who", "role", "action", "object", "before_digest", "after_digest", "chain")),
    )


def _centres() -> None:
    op.create_table(
        "centre",
        _text("name", key=True),
        _text("digest"),
        _text("history_digest"),
        _text("changed_by"),
        sa.Column("changed_s", sa.Float, nullable=False),
    )
    op.create_table(
        "centre_file",
        _text("centre", sa.ForeignKey("centre.name"), key=True),
        _text("name", key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "history",
        _text("centre", sa.ForeignKey("centre.name"), key=True),
        _text("queue", key=True),
        sa.Column("start_s", sa.BigInteger, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Float) for name in MEASURES),
        sqlite_with_rowid=False,
    )


def _guard() -> None:
    """Rows of these tables are written once: the database refuses everything else."""
    if op.get_bind().dialect.name == "sqlite":
        for table in INSERT_ONLY:
            for change in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'rows of {table} cannot be changed'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'rows of % cannot be changed', TG_TABLE_NAME; END $$"
    )
    for table in INSERT_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    tables = ("history", "centre_file", "centre", "audit", "draft_cell", "draft", "publication", "approval")
    for name in (*tables, "plan_version", "plan_body", "person"):
        op.drop_table(name)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_change()")
