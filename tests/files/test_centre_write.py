"""The one writer of centre folders: all or nothing, checked first, and every edit can be taken back."""

import threading
from pathlib import Path

import pytest

from staffing.errors import DataError
from staffing.files import centre_write, read_centre
from staffing.files.centre_write import (
    CentreConflictError,
    candidate,
    centre_digest,
    centre_history,
    check_edit,
    edit_centre,
    undo_edit,
)
from tests.files.tiny_centre import write_tiny_centre

NO_DAYS = b"date,kind,name\n"
ONE_DAY = b"date,kind,name\n2026-02-02,closed,Move\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_centre(tmp_path / "centre")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_an_edit_changes_what_it_names_and_keeps_the_rest(folder: Path) -> None:
    """New, other and deleted files are there at once; the others keep their bytes, folders inside too."""
    (folder / "kpi").mkdir()
    (folder / "kpi" / "note.txt").write_text("x")
    before = contents(folder)
    edit = edit_centre(folder, {"special_days.csv": ONE_DAY, "wishes.csv": None}, note="calendar")
    assert edit is not None
    assert (edit.number, edit.note, edit.files) == (1, "calendar", ("special_days.csv", "wishes.csv"))
    after = contents(folder)
    assert after == {**{k: v for k, v in before.items() if k != "wishes.csv"}, "special_days.csv": ONE_DAY}
    assert (folder / "kpi" / "note.txt").read_text() == "x"
    assert [day.kind for day in read_centre(folder).special_days] == ["closed"]
    assert edit.after == centre_digest(folder)


def test_a_faulty_edit_writes_nothing(folder: Path) -> None:
    """Every fault is told, and the folder is as it was, with nothing left beside it."""
    before = contents(folder)
    changes = {
        "special_days.csv": b"date,kind,name\n2026-02-30,holidy,x\n",
        "wishes.csv": b"agent,date,wish\nzz,1,off\n",
    }
    with pytest.raises(DataError) as found:
        edit_centre(folder, changes)
    assert {fault.file for fault in found.value.faults} == {"special_days.csv", "wishes.csv"}
    assert contents(folder) == before
    assert [path.name for path in folder.parent.iterdir() if ".tmp-" in path.name] == []
    assert centre_history(folder) == ()


def test_nothing_different_is_no_edit(folder: Path) -> None:
    """The same bytes again make no entry."""
    assert edit_centre(folder, {"special_days.csv": (folder / "special_days.csv").read_bytes()}) is None
    assert centre_history(folder) == ()


def test_every_edit_can_be_taken_back(folder: Path) -> None:
    """Undo brings back all files byte for byte, also created and deleted ones, and can be undone itself."""
    states = [contents(folder)]
    for changes in ({"special_days.csv": ONE_DAY}, {"wishes.csv": None}, {"special_days.csv": NO_DAYS}):
        edit_centre(folder, changes)
        states.append(contents(folder))
    undo_edit(folder)
    assert contents(folder) == states[2]
    undo_edit(folder)
    assert contents(folder) == states[3]
    undo_edit(folder, 1)
    assert contents(folder) == states[0]
    assert [edit.number for edit in centre_history(folder)] == [6, 5, 4, 3, 2, 1]
    with pytest.raises(KeyError):
        undo_edit(folder, 99)


def test_only_the_newest_states_are_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Older ones go, so that a folder does not grow for ever."""
    monkeypatch.setattr(centre_write, "KEPT", 2)
    for name in "abcd":
        edit_centre(folder, {"special_days.csv": f"date,kind,name\n2026-02-02,closed,{name}\n".encode()})
    assert [edit.number for edit in centre_history(folder)] == [4, 3]
    with pytest.raises(KeyError):
        undo_edit(folder, 1)


def test_an_edit_of_an_older_state_is_a_conflict(folder: Path) -> None:
    """Whoever looked before somebody else wrote is told, and nothing is written."""
    seen = centre_digest(folder)
    edit_centre(folder, {"special_days.csv": ONE_DAY}, seen=seen)
    with pytest.raises(CentreConflictError):
        edit_centre(folder, {"special_days.csv": NO_DAYS}, seen=seen)
    assert (folder / "special_days.csv").read_bytes() == ONE_DAY


def test_of_two_at_once_one_wins(folder: Path) -> None:
    """Two tabs that save what they saw: one is written, the other hears of the conflict; no update is lost."""
    seen, ended = centre_digest(folder), []

    def write(text: bytes) -> None:
        try:
            edit_centre(folder, {"special_days.csv": text}, seen=seen)
            ended.append(text)
        except CentreConflictError:
            ended.append(b"")

    threads = [threading.Thread(target=write, args=(text,)) for text in (ONE_DAY, NO_DAYS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(bool, ended)) == [False, True]
    assert (folder / "special_days.csv").read_bytes() in ended


def test_forgetting_leaves_no_former_state(folder: Path) -> None:
    """An edit that forgets drops what was kept of all earlier ones, and cannot be taken back."""
    edit_centre(folder, {"special_days.csv": ONE_DAY})
    edit_centre(folder, {"wishes.csv": None}, forget=True)
    assert centre_history(folder) == ()
    assert not (folder / ".history").exists()


def test_a_dead_writer_leaves_the_centre_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails between the check and the swap leaves the old state; the next writer cleans up."""
    before = contents(folder)
    monkeypatch.setattr(centre_write, "_keep", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        edit_centre(folder, {"special_days.csv": ONE_DAY})
    assert contents(folder) == before
    monkeypatch.undo()
    assert edit_centre(folder, {"special_days.csv": ONE_DAY}) is not None


def test_a_candidate_touches_nothing(folder: Path) -> None:
    """The passing copy has the changes, the folder has not; checking reads the copy."""
    before = contents(folder)
    with candidate(folder, {"special_days.csv": ONE_DAY, "wishes.csv": None}) as copy:
        assert (copy / "special_days.csv").read_bytes() == ONE_DAY
        assert not (copy / "wishes.csv").exists()
        (copy / "agents.csv").unlink()
    assert not copy.exists()
    assert check_edit(folder, {"wishes.csv": None}).wishes == ()
    assert contents(folder) == before


def test_only_plain_names_are_files_of_a_centre(folder: Path) -> None:
    """Nothing outside the folder, or hidden in it, can be written."""
    for name in ("../x.csv", ".history", "kpi/../x.csv", "kpi/.x.csv", "other/x.csv"):
        with pytest.raises(ValueError, match="plain name"):
            edit_centre(folder, {name: b""})
