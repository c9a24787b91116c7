"""Where an edited roster is kept: the draft in the store, and a plan folder of its own when it is finished."""

import uuid
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from staffing.plan import Plan
from staffing.planning.drafts import Conflict, Draft, discard_draft, list_drafts, open_draft, read_draft, save_draft
from staffing.planning.edits.keep import edited_plan
from staffing.store import JobState, Store
from staffing.store.access import Action, Actor, may
from staffing.store.jobs import create_job, finish_job
from staffing.ui.editing import Editing
from staffing.ui.jobs import keep
from staffing.ui.shown import point_at

KIND = "edit"
"""Job of a plan made by hand: it ends when it begins, and remembers the centre."""


class IllegalError(Exception):
    """A roster that breaks a hard rule cannot become the plan."""


def found_draft(store: Store, plan: Plan, folder: Path, by: Actor) -> Draft | None:
    """The draft of a plan, where somebody has begun one."""
    if not may(by, Action.EDIT):
        return None
    centre, first_day = plan.scenario.centre.name, str(plan.problem.grid.first_day)
    if not any((draft.centre, draft.first_day) == (centre, first_day) for draft in list_drafts(store)):
        return None
    draft = open_draft(store, folder, by, plan=plan)
    return draft if draft.revision else None


def refresh(editing: Editing, store: Store) -> None:
    """Take over what others did to the draft since this tab looked at it last."""
    if editing.draft is None or editing.dirty:
        return
    try:
        draft = read_draft(store, editing.draft.id)
    except KeyError:
        editing.begin_again()
        return
    if draft.state != "open":
        editing.reset()
    elif draft.revision > editing.draft.revision:
        editing.adopt(draft)


def save(editing: Editing, store: Store, folder: Path, by: Actor, *, keep_mine: bool = False) -> None:
    """Write what is not saved yet into the draft; a conflict is kept with the editing until it is settled."""
    if not editing.dirty or (editing.conflict is not None and not keep_mine):
        return
    if editing.draft is None:
        editing.draft = open_draft(store, folder, by, plan=editing.plan)
    seen = editing.conflict.draft if editing.conflict is not None else editing.draft
    try:
        found = save_draft(store, seen.id, seen.revision, editing.unsaved_cells(), by)
    except KeyError:
        # Somebody closed the draft meanwhile: what was done here begins a new one.
        editing.begin_again()
        seen = editing.draft = open_draft(store, folder, by, plan=editing.plan)
        found = save_draft(store, seen.id, seen.revision, editing.unsaved_cells(), by)
    if isinstance(found, Conflict):
        editing.conflict = found
    else:
        editing.saved(found)


def discard(editing: Editing, store: Store, by: Actor) -> None:
    """Close the draft and go back to the plan's own roster."""
    _close(editing, store, by)
    editing.reset()


def _close(editing: Editing, store: Store, by: Actor) -> None:
    """Close the draft, which somebody else may have closed already."""
    if editing.draft is not None:
        with suppress(KeyError):
            discard_draft(store, editing.draft.id, by)


def exported(plan: Plan, ending: str, lang: str) -> bytes:
    """The roster as it stands, as ``csv`` or as a workbook (``xlsx``)."""
    if ending == "csv":
        from staffing.files.roster_tables import roster_csv

        return roster_csv(plan.roster).encode("utf-8")
    from staffing.report import write_workbook

    with TemporaryDirectory() as folder:
        path = Path(folder) / "roster.xlsx"
        write_workbook(plan, path, lang=lang)
        return path.read_bytes()


def make_plan_of(editing: Editing, store: Store, home: Path, by: Actor, *, centre: Path | None) -> Path:
    """Write the edited roster as a plan of its own, put it on show and close the draft.

    Raises
    ------
    IllegalError
        When the roster breaks a hard rule; nothing is written then.
    """
    plan = edited_plan(editing.plan, editing.roster)
    if not plan.is_legal:
        raise IllegalError
    folder = keep_plan(plan, store, home, centre=centre)
    _close(editing, store, by)
    return folder


def keep_plan(plan: Plan, store: Store, home: Path, *, centre: Path | None) -> Path:
    """Write a plan made by hand as a plan of its own and put it on show."""
    payload = {"home": str(home.resolve())} | ({} if centre is None else {"centre": str(centre.resolve())})
    job, _ = create_job(store, KIND, f"{KIND}-{uuid.uuid4().hex}", payload)
    folder = keep(plan, job)
    finish_job(store, job.id, JobState.DONE)
    point_at(store, folder)
    return folder
