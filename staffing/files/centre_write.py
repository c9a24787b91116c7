"""The one writer of centre folders: an edit is checked by the reader first, then is there whole or not at all.

The folder with the edit is made beside the old one and takes its place in one step. The files as they were before are
kept inside it, so that every edit can be taken back.
"""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from staffing.domain.centre import Scenario
from staffing.files.atomic import atomic_folder
from staffing.files.centre import read_centre
from staffing.files.people import FILE as AGENTS

try:
    import fcntl
except ImportError:  # pragma: no cover - systems without flock
    fcntl = None  # type: ignore[assignment]

HISTORY = ".history"
RECORD = "edit.json"
TABLES_IN = ("kpi",)
"""Folders inside a centre folder whose tables may be edited too."""
KEPT = 30
"""Edits that can be taken back; older ones are forgotten."""
Changes = Mapping[str, bytes | None]
"""New content by file name, None where the file goes."""


class CentreConflictError(Exception):
    """Somebody else changed the centre since the editor looked at it."""

    def __init__(self, found: str) -> None:
        super().__init__(f"the centre is {found[:12]} now")
        self.found = found


@dataclass(frozen=True, slots=True)
class CentreEdit:
    """One edit of a centre folder: when (ISO, UTC), what it was for, the files it changed, digests before and after."""

    number: int
    at: str
    note: str
    files: tuple[str, ...]
    before: str
    after: str


def centre_digest(folder: Path) -> str:
    """Digest of the names and bytes of all files of a centre folder, those of folders inside it left out."""
    total = hashlib.sha256()
    for path in sorted(Path(folder).iterdir()):
        if path.is_file() and not path.name.startswith("."):
            data = path.read_bytes()
            total.update(f"{path.name}\0{len(data)}\0".encode() + data)
    return total.hexdigest()


@contextlib.contextmanager
def candidate(folder: Path, changes: Changes) -> Iterator[Path]:
    """A passing copy of a centre folder with changes in it, to be read and thrown away; nothing is checked."""
    with tempfile.TemporaryDirectory(prefix="staffing-") as name:
        copy = Path(name)
        for path in Path(folder).iterdir():
            if path.is_file() and not path.name.startswith(".") and path.name not in changes:
                _link(path, copy / path.name)
        _put(copy, changes)
        yield copy


def check_edit(folder: Path, changes: Changes) -> Scenario:
    """The centre as it would be with the changes; nothing is written.

    Raises
    ------
    DataError
        With every fault of every file.
    """
    with candidate(folder, changes) as copy:
        return _read(copy)


def edit_centre(
    folder: Path,
    changes: Changes,
    *,
    seen: str | None = None,
    note: str = "",
    forget: bool = False,
    expect: Changes | None = None,
) -> CentreEdit | None:
    """Change files of a centre folder, all of them or none; None when nothing is different.

    Parameters
    ----------
    folder : Path
        The centre folder.
    changes : mapping of file name to bytes or None
        Whole files as they are to be; None deletes one.
    seen : str, optional
        `centre_digest` of what the editor looked at.
    note : str, optional
        What the edit is for, shown in the list of edits; no names of people.
    expect : mapping, optional
        Files as the editor found them; another content now is a conflict. The digest knows files of the folder itself
        only, so tables in `TABLES_IN` ask in this way.
    forget : bool, optional
        Forget all former states, as erasing a person asks for; the edit cannot be taken back then.

    Raises
    ------
    DataError
        When the centre would have faults; all of them are told.
    CentreConflictError
        When the folder is not what the editor has seen.
    OSError
        When it cannot be written.
    """
    folder = Path(folder).resolve()
    for name in changes:
        inside = Path(name).parent.as_posix() in ("", ".", *TABLES_IN)
        if not inside or Path(name).as_posix() != name or Path(name).name.startswith("."):
            raise ValueError(f"file is {name!r}, expected a plain name of a file of the centre")
    with _locked(folder):
        before = centre_digest(folder)
        if seen is not None and seen != before:
            raise CentreConflictError(before)
        if any(_bytes(folder / name) != data for name, data in (expect or {}).items()):
            raise CentreConflictError(before)
        real = {name: data for name, data in changes.items() if _bytes(folder / name) != data}
        if not real and not (forget and (folder / HISTORY).exists()):
            return None
        with atomic_folder(folder) as copy:
            # Links cost nothing and are never written through: what changes is taken away first.
            shutil.copytree(folder, copy, copy_function=_link, dirs_exist_ok=True)
            _put(copy, real)
            _read(copy)
            number = max((edit.number for edit in centre_history(folder)), default=0) + 1
            at = datetime.now(UTC).isoformat(timespec="seconds")
            edit = CentreEdit(number, at, note, tuple(sorted(real)), before, centre_digest(copy))
            if forget:
                shutil.rmtree(copy / HISTORY, ignore_errors=True)
            else:
                _keep(folder, copy, edit)
    return edit


def centre_history(folder: Path) -> tuple[CentreEdit, ...]:
    """Edits that can be taken back, newest first."""
    found = []
    for path in (Path(folder) / HISTORY).glob(f"*/{RECORD}"):
        row = json.loads(path.read_text(encoding="utf-8"))
        found.append(CentreEdit(**{**row, "files": tuple(row["files"])}))
    return tuple(sorted(found, key=lambda edit: -edit.number))


def files_before(folder: Path, number: int) -> dict[str, bytes | None]:
    """Changes that bring back the files as they were before the edit of that number and all later ones.

    Raises
    ------
    KeyError
        When that edit is not kept (any more).
    """
    edits = [edit for edit in centre_history(folder) if edit.number >= number]
    if not edits or edits[-1].number != number:
        raise KeyError(number)
    changes: dict[str, bytes | None] = {}
    for edit in edits:
        kept = Path(folder) / HISTORY / str(edit.number)
        changes |= {name: _bytes(kept / name) for name in edit.files}
    return changes


def undo_edit(folder: Path, number: int | None = None, *, seen: str | None = None, note: str = "") -> CentreEdit | None:
    """Bring back the files as they were before an edit, the newest where none is named; itself an edit.

    Raises
    ------
    KeyError
        When there is no such edit.
    DataError, CentreConflictError, OSError
        As `edit_centre`.
    """
    if number is None:
        edits = centre_history(folder)
        if not edits:
            raise KeyError(0)
        number = edits[0].number
    return edit_centre(folder, files_before(folder, number), seen=seen, note=note)


def _read(folder: Path) -> Scenario:
    # A centre may be without people while only contacts are forecast.
    return read_centre(folder, people=(folder / AGENTS).is_file())


def _put(folder: Path, changes: Changes) -> None:
    for name, data in changes.items():
        (folder / name).unlink(missing_ok=True)
        if data is not None:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(data)


def _keep(folder: Path, copy: Path, edit: CentreEdit) -> None:
    """Put the former bytes of the changed files beside them, and drop the oldest edits."""
    kept = copy / HISTORY / str(edit.number)
    kept.mkdir(parents=True)
    for name in edit.files:
        data = _bytes(folder / name)
        if data is not None:
            (kept / name).parent.mkdir(exist_ok=True)
            (kept / name).write_bytes(data)
    (kept / RECORD).write_text(json.dumps(asdict(edit), ensure_ascii=False) + "\n", encoding="utf-8")
    for old in centre_history(copy)[KEPT:]:
        shutil.rmtree(copy / HISTORY / str(old.number))


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _link(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One writer of a folder at a time; the system frees the lock when the process dies."""
    handle = os.open(folder.with_name(f".{folder.name}.lock"), os.O_CREAT | os.O_RDWR, 0o644)
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
