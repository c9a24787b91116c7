"""Scenarios that are kept: one file each in a folder of their centre, written whole or not at all."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from staffing.domain.scenario import WhatIf
from staffing.errors import DataError
from staffing.files.atomic import atomic_write
from staffing.files.whatif_toml import parse_whatifs, whatifs_text


@dataclass(frozen=True, slots=True)
class SavedWhatIf:
    """A scenario with the digest of its file, by which a later writer shows what they have seen."""

    whatif: WhatIf
    digest: str


class WhatIfConflictError(Exception):
    """Somebody else changed or deleted the scenario, or made one of that name."""


def whatif_folder(home: Path, centre: str) -> Path:
    """The folder of a centre's scenarios below `home`; any name of a centre is a safe one."""
    return home / "whatif" / _key(centre)


def list_whatifs(folder: Path) -> tuple[tuple[SavedWhatIf, ...], tuple[str, ...]]:
    """The scenarios by name, and the names of files that cannot be read."""
    found, broken = [], []
    for path in sorted(folder.glob("*.toml")):
        try:
            data = path.read_bytes()
            (whatif,) = parse_whatifs(path.name, data)
        except (OSError, DataError, ValueError):
            broken.append(path.name)
        else:
            found.append(SavedWhatIf(whatif, _digest(data)))
    return tuple(sorted(found, key=lambda one: one.whatif.name)), tuple(broken)


def save_whatif(folder: Path, whatif: WhatIf, seen: str | None) -> SavedWhatIf:
    """Keep a scenario under its name.

    `seen` is the digest of what the writer began from, None for a new scenario.

    Raises
    ------
    WhatIfConflictError
        When the file of that name is another one; nothing is written then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = _path(folder, whatif.name)
    if _present(path) != seen:
        raise WhatIfConflictError
    data = whatifs_text((whatif,)).encode()
    atomic_write(path, data)
    return SavedWhatIf(whatif, _digest(data))


def delete_whatif(folder: Path, name: str) -> None:
    """Forget a scenario; nothing happens where there is none."""
    _path(folder, name).unlink(missing_ok=True)


def _path(folder: Path, name: str) -> Path:
    return folder / f"{_key(name)}.toml"


def _present(path: Path) -> str | None:
    try:
        return _digest(path.read_bytes())
    except FileNotFoundError:
        return None


def _key(name: str) -> str:
    return _digest(name.encode())[:24]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
