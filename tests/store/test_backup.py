"""Migrating saves first, a backup is whole, restoring is one step, damage is told."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from staffing.errors import SettingsError
from staffing.store import Store, StoreDamagedError, open_store
from staffing.store.access import AccessError, Actor, Role, local_actor
from staffing.store.backup import backup, prune, restore
from staffing.store.centres import centre_files, history_rows, put_centre
from staffing.store.checking import verify
from staffing.store.database import bring_up, connect
from staffing.store.jobs import create_job, list_jobs
from staffing.store.people import agent_keys, grant, people, user
from staffing.store.trail import entries
from staffing.store.versions import add_version, publish, version_body, versions
from tests.store.conftest import open_store_schema

ME = local_actor("me")
ROWS = [("phone", 1_700_000_000 + 900 * step, float(step), None, 0.1 * step, None, None, None) for step in range(500)]


def fill(store: Store) -> None:
    agent_keys(store, "Centre", {"A1": "Ann"})
    for body in (b"one", b"two"):
        publish(store, add_version(store, body, "Centre", "2026-01-05", 7, ME), ME)
    put_centre(store, "Centre", {"centre.toml": b"name = 'Centre'\n"}, ROWS, ME)
    create_job(store, "plan", "hr", {"weeks": 1})


def old_database(path: Path) -> None:
    """A database as the first release made it, with one job and a published folder."""
    store = open_store(f"sqlite:///{path}")
    create_job(store, "plan", "hr", {"weeks": 2})
    with store.begin() as connection:
        for table in ("history", "centre_file", "centre", "audit", "draft_cell", "draft", "publication", "approval"):
            connection.execute(sa.text(f"DROP TABLE {table}"))
        for table in ("plan_version", "plan_body", "person"):
            connection.execute(sa.text(f"DROP TABLE {table}"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
        connection.execute(sa.text("INSERT INTO pointer VALUES ('published', 'folder', 'digest', 1.0)"))
    store.close()


def test_an_older_database_is_saved_and_brought_up(tmp_path: Path):
    """Opening migrates; the state before lies beside the file, and nothing is lost."""
    old_database(tmp_path / "store.db")
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    assert [job.payload for job in list_jobs(store)] == [{"weeks": 2}]
    assert versions(store) == ()
    store.close()
    (saved,) = (tmp_path / "backups").glob("store-*-before-*.db")
    with closing(sqlite3.connect(saved)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert connection.execute("SELECT count(*) FROM pointer").fetchone() == (1,)


def test_a_new_database_needs_no_backup_and_a_current_one_no_work(tmp_path: Path):
    """Nothing is saved where nothing was."""
    store = Store(connect(f"sqlite:///{tmp_path}/store.db"))
    before, now, saved = bring_up(store)
    assert (before, saved) == (None, None)
    assert bring_up(store) == (now, now, None)
    store.close()


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path):
    """Tables that are not known are left alone."""
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    with store.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(SettingsError, match="9999, newer"):
        open_store(f"sqlite:///{tmp_path}/store.db")


def test_a_server_is_changed_by_command_only(server: str):
    """On a server opening makes no tables and says which command does."""
    url = open_store_schema(server, "untouched")
    with pytest.raises(SettingsError, match="staffing db init"):
        open_store(url)


def test_a_password_is_never_shown():
    """The error of an unreachable database has its place, not its secret."""
    with pytest.raises(SettingsError) as found:
        open_store("postgresql://kim:s3cret@127.0.0.1:1/none")
    assert "s3cret" not in str(found.value)
    assert "127.0.0.1" in str(found.value)


def test_a_backup_restores_everything(any_store: Store, tmp_path: Path):
    """From either engine into one file and back: versions, people, history and jobs, all verified."""
    fill(any_store)
    target = backup(any_store, tmp_path / "saved" / "one.db", ME)
    add_version(any_store, b"three", "Centre", "2026-01-05", 7, ME)
    put_centre(any_store, "Centre", {"centre.toml": b"other"}, ROWS[:5], ME)
    checked, saved = restore(any_store, target, ME)
    assert checked.counts["history_rows"] == 500
    assert (saved is not None) == any_store.is_sqlite
    assert [version.n for version in versions(any_store)] == [2, 1]
    assert version_body(any_store, 1)[1] == b"one"
    assert list(history_rows(any_store, "Centre")) == ROWS
    assert centre_files(any_store, "Centre") == {"centre.toml": b"name = 'Centre'\n"}
    assert next(row.action for row in entries(any_store)) == "restore"
    assert agent_keys(any_store, "Centre", {"A1": "Ann"}).keys() == {"A1"}
    assert len(list_jobs(any_store)) == 1
    assert verify(any_store).damage == ()
    assert [path.name for path in tmp_path.rglob(".*")] == []


def test_a_backup_of_one_engine_restores_on_the_other(server: str, tmp_path: Path):
    """Moving to a server is a backup and a restore."""
    small = open_store(f"sqlite:///{tmp_path}/store.db")
    fill(small)
    backup(small, tmp_path / "one.db", ME)
    big = open_store(open_store_schema(server, "moved"), may_upgrade=True)
    restore(big, tmp_path / "one.db", ME)
    assert versions(big) == versions(small)
    assert verify(big).damage == ()
    small.close()
    big.close()


def test_a_damaged_backup_changes_nothing(store: Store, tmp_path: Path):
    """A backup with a changed plan is refused before the store is touched."""
    fill(store)
    target = backup(store, tmp_path / "one.db", ME)
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("DROP TRIGGER plan_body_no_update")
        connection.execute("UPDATE plan_body SET body = 'x' WHERE rowid = 1")
        connection.commit()
    add_version(store, b"three", "Centre", "2026-01-05", 7, ME)
    with pytest.raises(StoreDamagedError):
        restore(store, target, ME)
    assert len(versions(store)) == 3


@pytest.mark.parametrize("content", [b"", b"no database at all" * 500])
def test_what_is_no_backup_is_refused(store: Store, tmp_path: Path, content: bytes):
    """Any other file is told by its name, and the store stays."""
    fill(store)
    (tmp_path / "one.txt").write_bytes(content)
    with pytest.raises(SettingsError, match=r"one\.txt"):
        restore(store, tmp_path / "one.txt", ME)
    with pytest.raises(SettingsError, match="no file"):
        restore(store, tmp_path / "none", ME)
    assert len(versions(store)) == 2


def test_a_destroyed_database_is_restored(store: Store, tmp_path: Path):
    """Where the file is no database any more it is set aside and the backup takes its place."""
    fill(store)
    target = backup(store, tmp_path / "one.db", ME)
    store.forget_deleted()
    store.close()
    store.path.write_bytes(b"garbage" * 1000)
    _, saved = restore(store, target, ME)
    assert saved.read_bytes().startswith(b"garbage")
    assert len(versions(store)) == 2
    assert verify(store).damage == ()


def test_others_see_the_restored_state(store: Store, tmp_path: Path):
    """A process that has the file open goes on with what was restored."""
    fill(store)
    other = open_store(f"sqlite:///{store.path}")
    target = backup(store, tmp_path / "one.db", ME)
    add_version(other, b"three", "Centre", "2026-01-05", 7, ME)
    restore(store, target, ME)
    assert len(versions(other)) == 2
    assert add_version(other, b"four", "Centre", "2026-01-05", 7, ME) == 3
    assert verify(store).damage == ()
    other.close()


def test_old_backups_go(tmp_path: Path):
    """Only the newest are kept, and nothing else is touched."""
    for number in range(4):
        (tmp_path / f"staffing-{number}.db").write_bytes(b"")
        import os

        os.utime(tmp_path / f"staffing-{number}.db", (number, number))
    (tmp_path / "mine.db").write_bytes(b"")
    assert len(prune(tmp_path, 2)) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.db", "staffing-2.db", "staffing-3.db"]


def test_changed_history_and_files_are_found(store: Store):
    """Rotted history is damage too."""
    fill(store)
    with store.begin() as connection:
        connection.execute(sa.text("UPDATE history SET offered = 7 WHERE start_s = 1700000900"))
    assert [row.detail for row in verify(store).damage] == ["history"]


def test_roles_of_users(store: Store):
    """A user without a role may look; a granted one gets it; only an administrator grants, saves and restores."""
    assert user(store, "kim").role is Role.VIEWER
    grant(store, "kim", Role.APPROVER, ME)
    assert user(store, "kim") == Actor("kim", Role.APPROVER)
    low = Actor("kim", Role.APPROVER)
    for action in (lambda: grant(store, "kim", Role.ADMINISTRATOR, low), lambda: backup(store, Path("x"), low)):
        with pytest.raises(AccessError):
            action()
    assert people(store, ["nothing"])["nothing"].ident == "former-nothing"
