"""Scenarios that are kept: one file each in a folder of their centre, written whole or not at all."""

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from staffing.domain.scenario import WhatIf
from staffing.errors import DataError
from staffing.files.atomic import atomic_write
from staffing.files.home import WHATIF as FOLDER
from staffing.files.whatif_toml import parse_whatifs, whatifs_text

KEY_LENGTH = 24
KEY = re.compile(f"[0-9a-f]{{{KEY_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class SavedWhatIf:
    """A scenario with the digest of its file, by which a later writer shows what they have seen."""

    whatif: WhatIf
    digest: str


class WhatIfConflictError(Exception):
    """Somebody else changed or deleted the scenario, or made one of that name."""


def whatif_folder(home: Path, centre: str) -> Path:
    """The folder of a centre's scenarios below `home`; any name of a centre is a safe one."""
    return home / FOLDER / _key(centre)


@dataclass(frozen=True, slots=True)
class WhatIfFile:
    """A saved scenario as bytes: `folder` is that of its centre below the home folder, with slashes."""

    folder: str
    name: str
    data: bytes


def whatif_files(home: Path) -> tuple[WhatIfFile, ...]:
    """Every saved scenario of every centre below `home`, also those that cannot be read."""
    paths = sorted((home / FOLDER).glob("*/*.toml"))
    return tuple(WhatIfFile(f"{FOLDER}/{path.parent.name}", path.name, path.read_bytes()) for path in paths)


def take_whatifs(home: Path, key: str, source: Path) -> int:
    """Keep the scenarios of a folder for the centre of that key; how many are new.

    One of a name that is there already stays as it is there.

    Raises
    ------
    ValueError
        When `key` is no key of a centre.
    """
    if KEY.fullmatch(key) is None:
        raise ValueError(f"key is {key!r}, expected {KEY_LENGTH} hexadecimal digits")
    taken = 0
    for one in list_whatifs(source)[0]:
        with suppress(WhatIfConflictError):
            save_whatif(home / FOLDER / key, one.whatif, None)
            taken += 1
    return taken


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


def forget_hires(folder: Path, ident: str) -> tuple[int, list[Path]]:
    """Take hires like a person out of the scenarios of a centre: how many are others now, and files not readable."""
    found, broken = list_whatifs(folder)
    changed = 0
    for one in found:
        hires = tuple(hire for hire in one.whatif.hires if hire.like != ident)
        if hires != one.whatif.hires:
            save_whatif(folder, replace(one.whatif, hires=hires), one.digest)
            changed += 1
    return changed, [folder / name for name in broken if ident.encode() in (folder / name).read_bytes()]


def _path(folder: Path, name: str) -> Path:
    return folder / f"{_key(name)}.toml"


def _present(path: Path) -> str | None:
    try:
        return _digest(path.read_bytes())
    except FileNotFoundError:
        return None


def _key(name: str) -> str:
    return _digest(name.encode())[:KEY_LENGTH]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
