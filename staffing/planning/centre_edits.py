"""Edits of a centre folder: asked for by role, checked as a whole, taken back when wished, and told to the trail."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

from staffing.files.centre_write import CentreConflictError, CentreEdit, Changes, edit_centre, undo_edit
from staffing.files.kpi_reasons import REASONS_FILE, Reason, with_reasons
from staffing.store import Store
from staffing.store.access import Action, Actor, ask
from staffing.store.centres import note_edit

TOML = "centre.toml"


def save_centre(
    store: Store, folder: Path, changes: Changes, by: Actor, *, seen: str | None = None, note: str = ""
) -> CentreEdit | None:
    """Write files of a centre folder, all of them or none; None when nothing is different.

    Parameters
    ----------
    changes : mapping of file name to bytes or None
        Whole files; None deletes one.
    seen : str, optional
        `staffing.files.centre_digest` of what the editor looked at.
    note : str, optional
        What the edit is for; no names of people.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    DataError
        With every fault the centre would have; nothing is written then.
    CentreConflictError
        When somebody else changed the centre meanwhile.
    """
    ask(by, Action.CENTRE)
    edit = edit_centre(folder, changes, seen=seen, note=note)
    return _told(store, folder, edit, by)


def undo_centre(
    store: Store, folder: Path, by: Actor, *, number: int | None = None, seen: str | None = None, note: str = ""
) -> CentreEdit | None:
    """Bring back the files as they were before an edit (the newest where none is named) and all later ones.

    Raises
    ------
    KeyError
        When there is no such edit.
    AccessError, DataError, CentreConflictError
        As `save_centre`.
    """
    ask(by, Action.CENTRE)
    return _told(store, folder, undo_edit(folder, number, seen=seen, note=note), by)


def code_reasons(
    store: Store, folder: Path, reasons: Sequence[Reason], by: Actor, *, note: str = ""
) -> CentreEdit | None:
    """Write reasons for deviations into ``kpi/reasons.csv``, beside those that others wrote meanwhile.

    Raises
    ------
    AccessError
        When the role of `by` is too low.
    DataError
        When the table would have faults, such as two reasons at one time; nothing is written then.
    """
    ask(by, Action.PERSONS)
    ask(by, Action.CENTRE)
    path = folder / REASONS_FILE
    while True:
        before = path.read_bytes() if path.is_file() else None
        after = with_reasons(folder, before, reasons)
        try:
            edit = edit_centre(folder, {REASONS_FILE: after}, note=note, expect={REASONS_FILE: before})
        except CentreConflictError:
            continue
        return _told(store, folder, edit, by)


def _told(store: Store, folder: Path, edit: CentreEdit | None, by: Actor) -> CentreEdit | None:
    if edit is not None:
        note_edit(store, centre_name(folder), edit.before, edit.after, by)
    return edit


def centre_name(folder: Path) -> str:
    """Name that a centre folder gives its centre; the folder's own where it gives none."""
    try:
        name = tomllib.loads((folder / TOML).read_text(encoding="utf-8-sig")).get("name")
    except (OSError, ValueError):
        name = None
    return name if isinstance(name, str) and name else folder.name
