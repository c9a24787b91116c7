"""The people of a centre as editable tables, and edits of such tables back as rows of text."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from staffing.files.absences import UNPAID
from staffing.files.cells import plain_text, safe_text, shown
from staffing.files.dates import parse_moment
from staffing.files.people_edit import NUMBERS, skill_map, skill_text
from staffing.files.raw_table import Cells
from staffing.files.rows import FLAGS, number

SKILL = "skill:"
"""Before the name of a skill in the heading of its column."""
Rows = tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Delta:
    """What a table editor says was done to the rows it shows, by their place in it."""

    edited: Mapping[int, Mapping[str, Any]]
    added: Sequence[Mapping[str, Any]]
    deleted: Collection[int]

    def __bool__(self) -> bool:
        return bool(self.edited or self.added or self.deleted)


def delta_of(state: object) -> Delta:
    """The edits that Streamlit keeps of a table editor; none before it is drawn."""
    found = state if isinstance(state, Mapping) else {}
    edited = {int(place): dict(cells) for place, cells in found.get("edited_rows", {}).items()}
    return Delta(edited, tuple(found.get("added_rows", ())), frozenset(found.get("deleted_rows", ())))


def with_delta(rows: Sequence[Cells], visible: Sequence[int], delta: Delta) -> Rows:
    """The rows after the edits of a table that shows those numbered `visible`.

    Only cells that were touched change. New rows without any content are left out.

    >>> with_delta([{"agent": "a"}, {"agent": "b"}], [1], Delta({0: {"team": "x"}}, [{"agent": "c"}], ()))
    ({'agent': 'a'}, {'agent': 'b', 'team': 'x'}, {'agent': 'c'})
    """
    gone = {visible[place] for place in delta.deleted if place < len(visible)}
    changed = {visible[place]: cells for place, cells in delta.edited.items() if place < len(visible)}
    kept = [put(row, changed.get(number, {})) for number, row in enumerate(rows) if number not in gone]
    new = [put({}, cells) for cells in delta.added]
    return (*kept, *(row for row in new if any(row.values())))


def put(row: Cells, cells: Mapping[str, Any]) -> dict[str, str]:
    """A row with cells of an editor put in; columns of skills become the one cell of skills."""
    new = dict(row)
    skills: dict[str, float | None] | None = None
    for name, value in cells.items():
        if name.startswith(SKILL):
            skills = skill_map(new.get("skills", "")) if skills is None else skills
            skill = name.removeprefix(SKILL)
            if value is None or value == "":
                skills.pop(skill, None)
            else:
                skills[skill] = float(value)
        else:
            new[name] = cell_text(name, value)
    if skills is not None:
        new["skills"] = skill_text({name: value for name, value in skills.items() if value is not None})
    return new


def cell_text(column: str, value: Any) -> str:
    """A value of an editor as the files write it."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return shown(float(value))
    text = str(value).strip()
    if column == "name":
        return safe_text(text)
    if column in ("start_date", "end_date", "date"):
        return text[:10]
    if column in ("start", "end") and len(text) >= 16:
        return text[:16].replace(" ", "T")
    return text


def matching(
    rows: Sequence[Cells],
    *,
    teams: Collection[str] = (),
    serves: Collection[str] = (),
    contracts: Collection[str] = (),
    search: str = "",
) -> list[int]:
    """Numbers of the people that pass every filter; an empty filter passes all."""
    wanted = search.strip().casefold()
    return [
        number
        for number, row in enumerate(rows)
        if (not teams or row.get("team", "") in teams)
        and (not contracts or row.get("contract", "") in contracts)
        and (not serves or any(skill in serves for skill in skill_map(row.get("skills", ""))))
        and (not wanted or wanted in f"{plain_text(row.get('name', ''))} {row.get('agent', '')}".casefold())
    ]


def people_frame(rows: Sequence[Cells], columns: Sequence[str]) -> pd.DataFrame:
    """People as typed columns; a cell that does not fit its type is blank, as its reader will tell."""
    made: dict[str, list[Any]] = {name: [] for name in columns}
    for row in rows:
        for name in columns:
            cell = row.get(name, "")
            if name == "name":
                made[name].append(plain_text(cell))
            elif name in NUMBERS:
                made[name].append(number(cell, decimal_comma=True) if cell else None)
            elif name in ("start_date", "end_date"):
                made[name].append(pd.to_datetime(cell, errors="coerce").date() if cell else None)
            else:
                made[name].append(cell)
    frame = pd.DataFrame({name: pd.Series(values, dtype="object") for name, values in made.items()})
    return frame.astype({name: "float64" for name in columns if name in NUMBERS})


def skill_frame(rows: Sequence[Cells], skills: Sequence[str]) -> pd.DataFrame:
    """Who has which skill: id, name, the skill served first, and a column of proficiency for each skill."""
    mine = [skill_map(row.get("skills", "")) for row in rows]
    fixed = {
        "agent": [row.get("agent", "") for row in rows],
        "name": [plain_text(row.get("name", "")) for row in rows],
        "primary": [row.get("primary", "") or None for row in rows],
    }
    matrix = {f"{SKILL}{name}": pd.Series([own.get(name) for own in mine], dtype="float64") for name in skills}
    return pd.DataFrame(fixed | matrix)


def skills_of(rows: Sequence[Cells], queues: Mapping[str, str]) -> dict[str, str]:
    """Heading of every skill: those of the queues first, then others that people have; `queues` maps skill to names."""
    others = sorted({skill for row in rows for skill in skill_map(row.get("skills", ""))} - queues.keys())
    return dict(queues) | {skill: skill for skill in others}


def time_off_frame(rows: Sequence[Cells], zone: ZoneInfo) -> pd.DataFrame:
    """Absences with their moments on the clock of the centre; a bare last day ends at its midnight."""
    return pd.DataFrame(
        {
            "agent": [row.get("agent", "") for row in rows],
            "start": pd.Series([_local(row.get("start", ""), zone, False) for row in rows], dtype="datetime64[s]"),
            "end": pd.Series([_local(row.get("end", ""), zone, True) for row in rows], dtype="datetime64[s]"),
            "kind": [row.get("kind", "").lower() for row in rows],
            "paid": pd.Series([_paid(row) for row in rows], dtype="bool"),
        }
    )


def wish_frame(rows: Sequence[Cells]) -> pd.DataFrame:
    """Wishes with their day and weight."""
    return pd.DataFrame(
        {
            "agent": [row.get("agent", "") for row in rows],
            "date": [pd.to_datetime(row.get("date", ""), errors="coerce").date() for row in rows],
            "wish": [row.get("wish", "") for row in rows],
            "weight": pd.Series(
                [number(row.get("weight", "") or "1", decimal_comma=True) for row in rows], dtype="float64"
            ),
        }
    )


def _local(cell: str, zone: ZoneInfo, end: bool) -> datetime | None:
    found = parse_moment(cell, zone)
    if found.moment is None:
        return None
    moment = found.moment.replace(tzinfo=None)
    return moment + pd.Timedelta(days=1).to_pytimedelta() if found.whole_day and end else moment


def _paid(row: Cells) -> bool:
    cell = row.get("paid", "").lower()
    return FLAGS.get(cell, row.get("kind", "").lower() not in UNPAID)


def rebased(base: Sequence[Cells], mine: Sequence[Cells], theirs: Sequence[Cells], key: str | None) -> tuple[Rows, int]:
    """My edits of `base` put on what others made of it meanwhile, and how many cells or rows both changed.

    With `key` rows are one thing by that column and merge cell by cell, mine winning; without, a row is its content.
    """
    if key is None:
        old, own = _counted(base), _counted(mine)
        removed = [row for row in old if row not in own]
        added = [dict(row) for row in mine if tuple(sorted(row.items())) not in old]
        kept = [dict(row) for row in theirs if tuple(sorted(row.items())) not in removed]
        return (*kept, *(row for row in added if row not in kept)), 0
    old_rows, my_rows = ({row.get(key, ""): row for row in rows} for rows in (base, mine))
    result, both = [], 0
    for row in theirs:
        ident = row.get(key, "")
        before, own_row = old_rows.get(ident), my_rows.get(ident)
        if own_row is None:
            if before is None:
                result.append(dict(row))
            else:
                both += dict(before) != dict(row)
            continue
        merged = dict(row)
        for name in own_row:
            if before is None or own_row[name] != before.get(name, ""):
                both += row.get(name, "") not in ((before or {}).get(name, ""), own_row[name])
                merged[name] = own_row[name]
        result.append(merged)
    known = {row.get(key, "") for row in theirs}
    for row in mine:
        ident = row.get(key, "")
        if ident not in known and (ident not in old_rows or dict(row) != dict(old_rows[ident])):
            both += ident in old_rows
            result.append(dict(row))
    return tuple(result), both


def _counted(rows: Sequence[Cells]) -> set[tuple[tuple[str, str], ...]]:
    return {tuple(sorted(row.items())) for row in rows}
