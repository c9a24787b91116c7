"""An on-call duty taken out of a centre: its table, and its name with those who had agreed to it."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from staffing.errors import SettingsError
from staffing.files import people
from staffing.files.faults import choices
from staffing.files.model_faults import FILE
from staffing.files.people_edit import people_table
from staffing.files.toml_edit import remove_item

LIST = "on_call"


@dataclass(frozen=True, slots=True)
class DutyRemoval:
    """Files as they would be without the duty, and the ids of the people who had agreed to it."""

    changes: dict[str, bytes | None]
    agreed: tuple[str, ...]


def duty_ids(source: str) -> list[str]:
    """Ids of the on-call duties of a centre.toml, in its order."""
    return [str(row.get("id", "")) for row in tomllib.loads(source).get(LIST, [])]


def agreed_to(folder: Path, duty: str) -> tuple[str, ...]:
    """Ids of the people whom ``agents.csv`` says to have agreed to a duty."""
    return tuple(row.get("agent", "") for row in people_table(folder).rows if duty in _names(row.get(LIST, "")))


def without_duty(folder: Path, duty: str) -> DutyRemoval:
    """What changes when a duty goes.

    Raises
    ------
    SettingsError
        When the centre has no such duty, or its table cannot be taken out alone.
    """
    path = Path(folder) / FILE
    if not path.is_file():
        raise SettingsError(f"CENTRE is {folder}, expected a folder with {FILE}")
    try:
        source = path.read_text(encoding="utf-8-sig")
        ids = duty_ids(source)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{FILE}: {error}") from None
    if duty not in ids:
        raise SettingsError(f"duty is {duty!r}, expected the id of an on-call duty: {choices(ids, duty)}")
    try:
        changes: dict[str, bytes | None] = {FILE: remove_item(source, LIST, ids.index(duty)).encode("utf-8")}
    except ValueError as error:
        raise SettingsError(f"{FILE}: {error}") from None
    agreed = agreed_to(folder, duty)
    if agreed:
        table = people_table(folder)
        rows = (dict(row) | {LIST: _without(row.get(LIST, ""), duty)} for row in table.rows)
        changes[people.FILE] = table.with_rows(rows).to_bytes()
    return DutyRemoval(changes, agreed)


def _names(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;|]", cell) if part.strip()]


def _without(cell: str, duty: str) -> str:
    names = _names(cell)
    return cell if duty not in names else ";".join(name for name in names if name != duty)
