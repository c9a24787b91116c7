"""Values of rules written as text, such as ``contract.full.days_max=5``, put into centre.toml."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from staffing.errors import SettingsError
from staffing.files.faults import choices
from staffing.files.model_faults import FILE
from staffing.files.models import LISTS, TABLES
from staffing.files.toml_edit import set_value
from staffing.files.toml_lines import Path as Place

INLINE = ("target",)
"""Tables of a queue whose keys are set one by one."""
ALIASES = {("rules", "weekend_days_max"): ("rules", "weekends")}
"""Keys that older files call otherwise."""


def set_rules(folder: Path, changes: Iterable[str]) -> dict[str, bytes | None]:
    """The files that change when values of rules and prices are set.

    Parameters
    ----------
    folder : Path
        The centre folder.
    changes : iterable of str
        ``rules.KEY=VALUE``, ``costs.KEY=VALUE`` or ``LIST.ID.KEY=VALUE`` with the id of a contract, shift, break, role
        or queue; a promise is ``queue.ID.target.KEY=VALUE``. A value is a number, true, false, a list as JSON, none
        (takes the key away), or else text.

    Raises
    ------
    SettingsError
        When a change has another form, or names something that is not there.
    """
    path = folder / FILE
    if not path.is_file():
        raise SettingsError(f"CENTRE is {folder}, expected a folder with {FILE}")
    try:
        source = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{FILE}: {error}") from None
    values = dict(_parsed(change, data) for change in changes)
    return {FILE: with_values(source, values).encode("utf-8")}


def with_values(source: str, values: Mapping[Place, Any]) -> str:
    """The text of centre.toml with values set; None takes a key away.

    Raises
    ------
    SettingsError
        When a value stands where it cannot be changed alone.
    """
    for place, value in values.items():
        try:
            source = set_value(source, _own(source, place), value)
        except ValueError as error:
            raise SettingsError(f"{FILE}: {error}") from None
    return source


def _own(source: str, place: Place) -> Place:
    """The key as the file calls it."""
    alias = ALIASES.get((str(place[0]), str(place[-1])))
    return alias if alias is not None and alias[-1] in tomllib.loads(source).get(alias[0], {}) else place


def _parsed(change: str, data: Mapping[str, Any]) -> tuple[Place, Any]:
    name, equals, value = change.partition("=")
    parts = name.strip().split(".")
    if not equals or len(parts) < 2 or parts[0] not in TABLES | LISTS:
        known = ", ".join((*TABLES, *LISTS))
        raise SettingsError(f"--set is {change!r}, expected such as rules.rest_h=12, and one of {known} first")
    if parts[0] in TABLES:
        place: Place = (parts[0], ".".join(parts[1:]))
    else:
        inside = parts[-2:-1] if parts[0] == "queue" and parts[-2] in INLINE and len(parts) > 3 else []
        ident, key = ".".join(parts[1 : -1 - len(inside)]), parts[-1]
        ids = [str(item.get("id", item.get("name"))) for item in data.get(parts[0], [])]
        if ident not in ids:
            raise SettingsError(f"--set is {change!r}, expected the id of a {parts[0]}: {choices(ids, ident)}")
        place = (parts[0], ids.index(ident), *inside, key)
    return place, _value(value.strip())


def _value(value: str) -> Any:
    if value.lower() in ("none", ""):
        return None
    try:
        return json.loads(value)
    except ValueError:
        return value
