"""Edits of a centre by those who may, told to the trail."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from staffing.errors import DataError
from staffing.files.centre_write import CentreConflictError, edit_centre
from staffing.files.kpi_folder import read_kpi
from staffing.files.kpi_reasons import Reason
from staffing.planning.centre_edits import centre_name, code_reasons, save_centre, undo_centre
from staffing.store import Store, open_store
from staffing.store.access import AccessError, Actor, Role
from staffing.store.checking import verify
from staffing.store.trail import entries
from tests.files.tiny_centre import write_tiny_centre
from tests.files.tiny_kpi import write_tiny_kpi

PLANNER, VIEWER = Actor("pia", Role.PLANNER), Actor("vi", Role.VIEWER)
DAYS = {"special_days.csv": b"date,kind,name\n2026-02-02,closed,Move\n"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_centre(tmp_path / "centre")


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(f"sqlite:///{tmp_path / 'staffing.db'}")
    yield opened
    opened.close()


def test_only_planners_change_a_centre(store: Store, folder: Path) -> None:
    """A viewer is refused before anything is looked at; who may is told in the trail with both digests."""
    with pytest.raises(AccessError):
        save_centre(store, folder, DAYS, VIEWER)
    with pytest.raises(AccessError):
        undo_centre(store, folder, VIEWER)
    edit = save_centre(store, folder, DAYS, PLANNER, note="calendar")
    assert edit is not None
    row = entries(store)[0]
    assert (row.who, row.action, row.object) == ("pia", "centre", "folder of Tiny")
    assert (row.before_digest, row.after_digest) == (edit.before, edit.after)
    back = undo_centre(store, folder, PLANNER)
    assert back is not None
    assert entries(store)[0].after_digest == back.after
    assert verify(store).damage == ()
    assert save_centre(store, folder, {}, PLANNER) is None
    assert len(entries(store)) == 2


def test_reasons_are_written_beside_those_of_others(store: Store, tmp_path: Path) -> None:
    """Planners add rows that the reader accepts; two reasons at one time are refused; an edit can be taken back."""
    folder = write_tiny_kpi(tmp_path / "records", {"reasons.csv": ""})
    at = datetime(2026, 2, 2, 8)
    first, second = (Reason("a1", at + timedelta(hours=h), at + timedelta(hours=h + 1), "late") for h in (0, 1))
    with pytest.raises(AccessError):
        code_reasons(store, folder, [first], VIEWER)
    for one in (first, second):
        assert code_reasons(store, folder, [one], PLANNER) is not None
    rows = read_kpi(folder).records.rows("reasons")
    assert rows is not None
    assert len(rows) == 2
    with pytest.raises(DataError) as caught:
        code_reasons(store, folder, [Reason("a1", at, at + timedelta(minutes=90), "sick")], PLANNER)
    assert {fault.code for fault in caught.value.faults} == {"overlap"}
    undo_centre(store, folder, PLANNER)
    rows = read_kpi(folder).records.rows("reasons")
    assert rows is not None
    assert len(rows) == 1
    undo_centre(store, folder, PLANNER, number=1)
    assert not (folder / "kpi" / "reasons.csv").exists()


def test_a_table_changed_meanwhile_is_a_conflict(tmp_path: Path) -> None:
    """What the editor saw of a table inside the centre is asked for; other folders are none of the writer's."""
    folder = write_tiny_kpi(tmp_path / "records")
    with pytest.raises(CentreConflictError):
        edit_centre(folder, {"kpi/reasons.csv": b"x"}, expect={"kpi/reasons.csv": b"other"})
    for name in ("../x.csv", "capacity/x.csv", "kpi/.x", "kpi/../x.csv"):
        with pytest.raises(ValueError, match="plain name"):
            edit_centre(folder, {name: b"x"})


def test_the_name_of_a_centre(folder: Path) -> None:
    """What centre.toml says; a folder that says nothing goes by its own name."""
    assert centre_name(folder) == "Tiny"
    (folder / "centre.toml").write_text("= broken")
    assert centre_name(folder) == "centre"
