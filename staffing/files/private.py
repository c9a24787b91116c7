"""Centre files without ids and names of people, and with them again."""

import csv
import io
import re
from collections.abc import Callable, Mapping

from staffing.files import absences, calendar_rows, history, overrides, people, requests
from staffing.files.cells import safe_text
from staffing.files.faults import FaultLog
from staffing.files.model_faults import FILE as TOML
from staffing.files.table import SEPARATORS, decode

PEOPLE_FILES: Mapping[str, tuple[str, ...]] = {
    people.FILE: (*people.REQUIRED, *people.OPTIONAL),
    absences.TIME_OFF: (*absences.TIME_OFF_REQUIRED, *absences.TIME_OFF_OPTIONAL),
    absences.CARRY_IN: absences.CARRY_IN_REQUIRED,
    requests.ACTIVITIES: (*requests.ACTIVITIES_REQUIRED, *requests.ACTIVITIES_OPTIONAL),
    requests.WISHES: (*requests.WISHES_REQUIRED, *requests.WISHES_OPTIONAL),
}
"""Files that speak of people, with the columns that are known; others, such as an e-mail address, are left out."""
CENTRE_FILES = tuple(
    sorted(
        (TOML, history.FILE, calendar_rows.EVENTS, calendar_rows.SPECIAL_DAYS, overrides.FILE, *PEOPLE_FILES),
    )
)
"""Every file of a centre folder."""


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
    text = decode(file, data, FaultLog()) or ""
    if text[:4].lower() == "sep=":
        text = text.partition("\n")[2]
    header = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=header.count)
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if any(map(str.strip, row))]
    if not rows:
        return data
    columns = [cell.strip().lower() for cell in rows[0]]
    kept = [place for place, column in enumerate(columns) if column in PEOPLE_FILES[file]]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerow([rows[0][place].strip() for place in kept])
    for row in rows[1:]:
        cells = {columns[place]: row[place].strip() if place < len(row) else "" for place in kept}
        agent = cells.get("agent", "")
        if "agent" in cells:
            cells["agent"] = ident(agent) if agent else ""
        if "agents" in cells:
            cells["agents"] = ";".join(
                ident(part.strip()) for part in re.split("[;|]", cells["agents"]) if part.strip()
            )
        if file == people.FILE:
            cells["name"] = safe_text(name(agent)) if agent else ""
        writer.writerow([cells[columns[place]] for place in kept])
    return out.getvalue().encode("utf-8")
