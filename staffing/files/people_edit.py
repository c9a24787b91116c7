"""Changing the people of a centre: rows compared person by person, and what goes with somebody who leaves."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from staffing.files import absences, course_records, leave_requests, people, requests
from staffing.files.cells import plain_text, safe_text, shown
from staffing.files.raw_table import Cells, RawTable, parse_raw
from staffing.files.rows import number

COLUMNS = (*people.REQUIRED, *people.OPTIONAL)
NUMBERS = ("cost_per_h", "rotation_week", "seniority")
WITH_AGENT = (absences.TIME_OFF, absences.CARRY_IN, requests.WISHES, leave_requests.FILE, course_records.FILE)
"""Files with rows about one person each."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A person who is ``added``, ``changed`` or ``removed``; `cells` are (column, before, after)."""

    agent: str
    kind: str
    cells: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class PeopleEdit:
    """People as they would be.

    Attributes
    ----------
    changes : mapping of file name to bytes
        Files as they would be written.
    differences : tuple of Difference
        In the order of the people, the removed ones last.
    unchanged : int
        People with no difference.
    dropped : tuple of (file, int)
        Rows that go with the people who go.
    """

    changes: Mapping[str, bytes | None]
    differences: tuple[Difference, ...]
    unchanged: int
    dropped: tuple[tuple[str, int], ...] = ()

    def of(self, kind: str) -> tuple[Difference, ...]:
        """Differences of one kind."""
        return tuple(row for row in self.differences if row.kind == kind)

    @property
    def note(self) -> str:
        """The edit in figures, for the list of edits: ``people +1 ~2 -0``."""
        return f"people +{len(self.of('added'))} ~{len(self.of('changed'))} -{len(self.of('removed'))}"


def people_table(folder: Path) -> RawTable:
    """``agents.csv`` as it was written; without rows where there is none."""
    path = Path(folder) / people.FILE
    found = parse_raw(people.FILE, path.read_bytes()) if path.is_file() else None
    return RawTable(people.FILE, people.REQUIRED) if found is None else found


def edit_people(folder: Path, rows: Sequence[Cells]) -> PeopleEdit:
    """The edit that makes `rows`, by column, the people of the centre.

    Cells that mean the same stay as they were written; columns that no row names keep their cells. The ids are taken
    as they are: faulty and repeated ones are for the reader to refuse.
    """
    table = people_table(folder)
    before = {row.get("agent", ""): row for row in table.rows}
    after, differences, unchanged = [], [], 0
    for row in rows:
        ident = row.get("agent", "").strip()
        old = before.get(ident)
        new = _row(row, old)
        after.append(new)
        cells = tuple(
            (name, _plain(name, (old or {}).get(name, "")), _plain(name, new[name]))
            for name in (*COLUMNS[1:], *(set(new) - set(COLUMNS)))
            if name in new and not same_cell(name, (old or {}).get(name, ""), new[name])
        )
        if old is None:
            differences.append(Difference(ident, "added", cells))
        elif cells:
            differences.append(Difference(ident, "changed", cells))
        else:
            unchanged += 1
    gone = [ident for ident in before if ident not in {row.get("agent", "") for row in after}]
    differences += [Difference(ident, "removed") for ident in gone]
    changes: dict[str, bytes | None] = {}
    if differences or [row.get("agent") for row in after] != list(before):
        changes[people.FILE] = table.with_rows(after).to_bytes()
    rest, dropped = without_people(folder, gone)
    return PeopleEdit(changes | rest, tuple(differences), unchanged, dropped)


def without_people(folder: Path, gone: Collection[str]) -> tuple[dict[str, bytes | None], tuple[tuple[str, int], ...]]:
    """The files about people, but for ``agents.csv``, without those who go; and how many rows each file loses."""
    changes: dict[str, bytes | None] = {}
    dropped = []
    for file in (*WITH_AGENT, requests.ACTIVITIES) if gone else ():
        path = Path(folder) / file
        table = parse_raw(file, path.read_bytes()) if path.is_file() else None
        if table is None:
            continue
        kept = [row for row in (_left(file, row, gone) for row in table.rows) if row is not None]
        if kept != list(table.rows):
            changes[file] = table.with_rows(kept).to_bytes()
            dropped.append((file, sum(_left(file, row, gone) != row for row in table.rows)))
    return changes, tuple(dropped)


def without_person(folder: Path, ident: str) -> dict[str, bytes | None]:
    """All files about people without one of them; empty when nobody has that id."""
    table = people_table(folder)
    left = [row for row in table.rows if row.get("agent") != ident]
    if len(left) == len(table.rows):
        return {}
    return {people.FILE: table.with_rows(left).to_bytes()} | without_people(folder, (ident,))[0]


def merge_people(table: RawTable, rows: Iterable[Cells], *, replace_all: bool = False) -> list[dict[str, str]]:
    """People with `rows` put in: known ones changed where a row says something, new ones at the end.

    `replace_all` leaves out whom no row names.
    """
    merged = {row.get("agent", ""): dict(row) for row in table.rows}
    named = set()
    for row in rows:
        ident = row.get("agent", "")
        named.add(ident)
        merged[ident] = merged.get(ident, {}) | dict(row)
    return [row for ident, row in merged.items() if ident in named or not replace_all]


def skill_map(cell: str) -> dict[str, float | None]:
    """Proficiency by queue or skill, in the order of the cell; None where it is no number.

    >>> skill_map("phone:1; chat:0.9;mail")
    {'phone': 1.0, 'chat': 0.9, 'mail': 1.0}
    """
    found: dict[str, float | None] = {}
    for part in re.split(r"[;|]", cell):
        name, colon, speed = (piece.strip() for piece in part.partition(":"))
        if name:
            found[name] = number(speed, decimal_comma=True) if colon else 1.0
    return found


def skill_text(skills: Mapping[str, float]) -> str:
    """The cell of a mapping: ``phone:1;chat:0.9``."""
    return ";".join(f"{name}:{shown(value)}" for name, value in skills.items())


def same_cell(column: str, one: str, other: str) -> bool:
    """Whether two cells of ``agents.csv`` mean the same.

    >>> same_cell("cost_per_h", "38", "38.0"), same_cell("skills", "a:1;b", "b:1.0;a"), same_cell("team", "a", "b")
    (True, True, False)
    """
    if one == other:
        return True
    if column == "skills":
        return skill_map(one) == skill_map(other) and None not in skill_map(one).values()
    if column == "name":
        return plain_text(one) == plain_text(other)
    if column in NUMBERS:
        default = 1.0 if column == "rotation_week" else 0.0 if column == "seniority" else None
        values = [number(cell, decimal_comma=True) if cell else default for cell in (one, other)]
        return values[0] == values[1] and (None not in values or one == other)
    return False


def _row(row: Cells, old: Cells | None) -> dict[str, str]:
    """A row to be written: cells that mean the same as before stay as they were."""
    new = {name: str(value).strip() for name, value in row.items()}
    if "name" in new:
        new["name"] = safe_text(plain_text(new["name"]))
    for name, cell in (old or {}).items():
        if name not in new or same_cell(name, cell, new[name]):
            new[name] = cell
    return new


def _plain(column: str, cell: str) -> str:
    return plain_text(cell) if column == "name" else cell


def _left(file: str, row: Cells, gone: Collection[str]) -> Cells | None:
    if file != requests.ACTIVITIES:
        return None if row.get("agent") in gone else row
    named = [part.strip() for part in re.split(r"[;|]", row.get("agents", "")) if part.strip()]
    left = [ident for ident in named if ident not in gone]
    if left == named:
        return row
    return {**row, "agents": ";".join(left)} if left else None
