"""Which plan is on show: a folder, found through a moving pointer, read and checked as a whole."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from staffing.errors import DataError, SettingsError
from staffing.files import CENTRE_FILES, not_planned, read_plan
from staffing.plan import Plan
from staffing.store import Store
from staffing.store.jobs import list_jobs
from staffing.store.pointers import CURRENT, get_pointer, set_pointer

DEMO, REMOVED = "demo", "removed"
"""Pointer that tells that the sample is not to be shown any more."""
PROOF = "plan.json"
CHECKOUT = Path(__file__).resolve().parents[2]
CENTRE, TOML = "centre", "centre.toml"


class CannotShowError(Exception):
    """A plan cannot be shown: a catalogue code, the folder meant, and what is wrong with it."""

    def __init__(self, code: str, folder: Path | None = None, detail: str = "") -> None:
        super().__init__(f"{code}: {folder}: {detail}")
        self.code, self.folder, self.detail = code, folder, detail


@dataclass(frozen=True, slots=True)
class Place:
    """A plan folder and why it is on show: ``current`` (the pointer) or ``demo``."""

    folder: Path
    source: str


def sample_folder(name: str) -> Path | None:
    """A folder of the sample data, beside the package in a checkout or below the working directory."""
    for base in (CHECKOUT, Path.cwd()):
        if (base / "data" / name).is_dir():
            return base / "data" / name
    return None


def demo_folder() -> Path | None:
    """The stored plan of the sample centre."""
    folder = sample_folder("hr-centre-plan")
    return folder if folder is not None and (folder / PROOF).is_file() else None


def plan_digest(folder: Path) -> str:
    """Digest of ``plan.json``, which itself names the digest of the inputs.

    Raises
    ------
    CannotShowError
        When the folder holds none.
    """
    try:
        return hashlib.sha256((folder / PROOF).read_bytes()).hexdigest()
    except OSError:
        raise CannotShowError("missing", folder) from None


def point_at(store: Store, folder: Path, name: str = CURRENT) -> None:
    """Make a plan folder the current one."""
    set_pointer(store, name, str(folder.resolve()), plan_digest(folder))


def locate(store: Store, demo: Path | None) -> Place:
    """The current plan, else the demo.

    Raises
    ------
    CannotShowError
        When there is neither.
    """
    pointed = get_pointer(store, CURRENT)
    if pointed is not None:
        return Place(Path(pointed[0]), "current")
    if demo is None or not has_demo(store):
        raise CannotShowError("none")
    return Place(demo, "demo")


def has_demo(store: Store) -> bool:
    """Whether the sample is shown where there is no plan."""
    return (get_pointer(store, DEMO) or ("", ""))[0] != REMOVED


def remove_demo(store: Store) -> None:
    """Show the sample no more; its files stay."""
    set_pointer(store, DEMO, REMOVED, "")


def restore_demo(store: Store) -> None:
    """Show the sample again where there is no plan."""
    set_pointer(store, DEMO, DEMO, "")


def load(folder: Path) -> Plan:
    """The plan of a folder, checked.

    Raises
    ------
    CannotShowError
        When it is not there or cannot be read.
    """
    if not (folder / PROOF).is_file():
        raise CannotShowError("missing", folder)
    try:
        return read_plan(folder)
    except (DataError, SettingsError, OSError, ValueError, KeyError, TypeError) as error:
        raise CannotShowError("broken", folder, f"{type(error).__name__}: {error}"[:600]) from error


def centre_of(store: Store, place: Place) -> Path | None:
    """The centre folder a plan was made from, where that is known."""
    if place.source == "demo":
        return sample_folder("hr-centre")
    for job in list_jobs(store):
        if job.id == place.folder.name and "centre" in job.payload:
            return Path(str(job.payload["centre"]))
    sample = sample_folder("hr-centre-plan")
    return sample_folder("hr-centre") if sample is not None and sample.resolve() == place.folder.resolve() else None


def chosen_centre(store: Store) -> Path | None:
    """The centre folder that was chosen in the app; None before, or where it is gone."""
    pointed = get_pointer(store, CENTRE)
    return Path(pointed[0]) if pointed is not None and (Path(pointed[0]) / TOML).is_file() else None


def signature(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and times of the files of a folder: changes whenever one of them is written."""
    try:
        with os.scandir(folder) as entries:
            found = [(entry.name, entry.stat()) for entry in entries if entry.is_file()]
    except (FileNotFoundError, NotADirectoryError):
        return ()
    return tuple(sorted((name, stat.st_size, stat.st_mtime_ns) for name, stat in found))


def inputs_digest(centre: Path) -> str:
    """Digest of a centre folder's bytes as the reader takes it, without the seconds that reading takes."""
    total = hashlib.sha256()
    unused = not_planned(centre)
    for name in CENTRE_FILES:
        if name not in unused and (centre / name).is_file():
            plain = (centre / name).read_bytes().removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
            total.update(f"{name}\0{len(plain)}\0".encode() + plain)
    return total.hexdigest()
