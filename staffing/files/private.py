"""Centre files without ids and names of people, and with them again."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from staffing.files import (
    absences,
    calendar_rows,
    course_records,
    curricula,
    history,
    leave_requests,
    overrides,
    people,
    requests,
)
from staffing.files.cells import safe_text
from staffing.files.model_faults import FILE as TOML
from staffing.files.raw_table import parse_raw

PEOPLE_FILES: Mapping[str, tuple[str, ...]] = {
    people.FILE: (*people.REQUIRED, *people.OPTIONAL),
    absences.TIME_OFF: (*absences.TIME_OFF_REQUIRED, *absences.TIME_OFF_OPTIONAL),
    absences.CARRY_IN: absences.CARRY_IN_REQUIRED,
    requests.ACTIVITIES: (*requests.ACTIVITIES_REQUIRED, *requests.ACTIVITIES_OPTIONAL),
    requests.WISHES: (*requests.WISHES_REQUIRED, *requests.WISHES_OPTIONAL),
    leave_requests.FILE: (*leave_requests.REQUIRED, *leave_requests.OPTIONAL),
    course_records.FILE: (*course_records.REQUIRED, *course_records.OPTIONAL),
}
"""Files that speak of people, with the columns that are known; others, such as an e-mail address, are left out."""
CENTRE_FILES = tuple(
    sorted(
        (
            *(TOML, history.FILE, calendar_rows.EVENTS, calendar_rows.SPECIAL_DAYS, overrides.FILE, curricula.FILE),
            *PEOPLE_FILES,
        ),
    )
)
"""Every file of a centre folder."""
NOT_PLANNED = (leave_requests.FILE,)
"""Files that no plan is made from: what is only asked for changes none."""


def not_planned(folder: Path) -> tuple[str, ...]:
    """The files of a centre folder that no plan is made from; of courses, where ``curricula.toml`` says so."""
    path = folder / curricula.FILE
    planned = path.is_file() and curricula.is_planned(path.read_bytes())
    return NOT_PLANNED if planned else (*NOT_PLANNED, curricula.FILE, course_records.FILE)


def hide_people(file: str, data: bytes, keys: Mapping[str, str]) -> bytes:
    """A centre file with the key of each agent in place of the id, and no names; other files as they are.

    `keys` are by agent id. Separator and order stay, unknown columns of files about people go.
    """
    return _rewrite(file, data, lambda ident: keys.get(ident, ident), lambda _: "")


def show_people(file: str, data: bytes, person: Callable[[str], tuple[str, str]]) -> bytes:
    """A hidden file with people put back: `person` tells id and name of a key."""
    return _rewrite(file, data, lambda key: person(key)[0], lambda key: person(key)[1])


def _rewrite(file: str, data: bytes, ident: Callable[[str], str], name: Callable[[str], str]) -> bytes:
    if file not in PEOPLE_FILES:
        return data
    table = parse_raw(file, data)
    if table is None:
        return data
    kept = tuple(column for column in table.columns if column.lower() in PEOPLE_FILES[file])
    rows = []
    for row in table.rows:
        cells = {column.lower(): row.get(column.lower(), "") for column in kept}
        agent = cells.get("agent", "")
        if "agent" in cells:
            cells["agent"] = ident(agent) if agent else ""
        if "agents" in cells:
            named = (part.strip() for part in re.split("[;|]", cells["agents"]))
            cells["agents"] = ";".join(ident(part) for part in named if part)
        if file == people.FILE:
            cells["name"] = safe_text(name(agent)) if agent else ""
        rows.append(cells)
    plain = replace(table, columns=kept, rows=(), lines=(), has_mark=False, has_hint=False)
    return plain.with_rows(rows).to_bytes()
