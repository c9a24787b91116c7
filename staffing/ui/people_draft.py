"""People being edited in one tab: rows as they are to be, what that changes, and others' edits put under it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from staffing.files import absences, people, requests
from staffing.files.people_edit import PeopleEdit, edit_people
from staffing.files.raw_table import RawTable, parse_raw
from staffing.ui.facts.people_tables import Rows, rebased

COLUMNS: Mapping[str, tuple[str, ...]] = {
    people.FILE: (*people.REQUIRED, *people.OPTIONAL),
    absences.TIME_OFF: (*absences.TIME_OFF_REQUIRED, *absences.TIME_OFF_OPTIONAL),
    requests.WISHES: (*requests.WISHES_REQUIRED, *requests.WISHES_OPTIONAL),
}
FILES = tuple(COLUMNS)
KEYS: Mapping[str, str | None] = {people.FILE: "agent"}
"""Column that tells rows apart; rows of the other files are told apart by all they say."""


@dataclass(eq=False)
class PeopleDraft:
    """Edits of a tab that are not saved yet.

    `rows` is what the table editor was given, `pending` the same with what was done in it since; a new `version` makes
    the editor begin anew. `clashes` counts what both this tab and somebody else changed.
    """

    folder: Path
    seen: str
    saved: dict[str, RawTable]
    rows: dict[str, Rows]
    pending: dict[str, Rows] = field(default_factory=dict)
    version: int = 0
    clashes: int = 0

    def now(self, file: str) -> Rows:
        """The rows of a file with every edit."""
        return self.pending.get(file, self.rows[file])

    def settle(self) -> None:
        """Let the editors begin anew with every edit in them, as another filter or page asks for."""
        for file, rows in self.pending.items():
            self.rows[file] = rows
        self.pending = {}
        self.version += 1

    @property
    def is_dirty(self) -> bool:
        return any(self.is_changed(file) for file in FILES)

    def is_changed(self, file: str) -> bool:
        """Whether the rows of a file say something else than the saved ones."""
        return _plain(self.now(file)) != _plain(self.saved[file].rows)

    def edit(self) -> PeopleEdit:
        """The files as they would be written, and who is new, changed or gone."""
        found = edit_people(self.folder, self.now(people.FILE))
        gone = {row.agent for row in found.of("removed")}
        changes = dict(found.changes)
        for file in FILES[1:]:
            if self.is_changed(file):
                rows = [row for row in self.now(file) if row.get("agent") not in gone]
                changes[file] = self.saved[file].with_rows(rows).to_bytes()
        return PeopleEdit(changes, found.differences, found.unchanged, found.dropped)

    def adopt(self, digest: str) -> None:
        """Put the edits of this tab on what others made of the centre meanwhile."""
        theirs = read_tables(self.folder)
        clashes = 0
        for file in FILES:
            mine = self.now(file)
            self.rows[file], both = rebased(
                _plain(self.saved[file].rows), _plain(mine), _plain(theirs[file].rows), KEYS.get(file)
            )
            clashes += both
        self.saved, self.pending, self.seen, self.clashes = theirs, {}, digest, clashes
        self.version += 1


def begin(folder: Path, digest: str, version: int = 0) -> PeopleDraft:
    """A draft without edits."""
    saved = read_tables(folder)
    return PeopleDraft(
        folder, digest, saved, {file: _plain(table.rows) for file, table in saved.items()}, version=version
    )


def read_tables(folder: Path) -> dict[str, RawTable]:
    """The files about people as they were written; without rows where there is none."""
    found = {}
    for file, columns in COLUMNS.items():
        path = folder / file
        table = parse_raw(file, path.read_bytes()) if path.is_file() else None
        found[file] = RawTable(file, columns) if table is None else table
    return found


def _plain(rows: object) -> Rows:
    """Rows without blank cells, so that a column somebody added changes nobody."""
    return tuple({name: cell for name, cell in row.items() if cell} for row in rows)  # type: ignore[attr-defined]
