"""A workbook handed in on the Schedule page: shown first, then one step of the draft, or nothing."""

import io
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest

from staffing.domain.roster_cells import cells_of, changed_cells
from staffing.files.roster_workbook import read_roster_workbook
from staffing.i18n import text
from staffing.planning.drafts import list_drafts, open_draft, save_draft
from staffing.report import roster_facts, sheet_words
from staffing.settings import load_settings
from staffing.store import open_store
from staffing.store.access import Actor, Role
from staffing.ui import keeping
from staffing.ui.editing import open_editing
from staffing.ui.exports import MIME
from staffing.ui.sections import schedule_upload
from staffing.ui.sections.schedule_edit import SESSION
from tests.plans import make_plan_value
from tests.ui.opened import open_page, said


def workbook(*, bad: bool = False) -> tuple[str, bytes, str]:
    """The plan's workbook without its Tuesday; with `bad` a time is no time."""
    data = keeping.exported(make_plan_value(), "xlsx", "zh")
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book[text("report.sheet.roster", "zh")]
    sheet.delete_rows(5)
    if bad:
        sheet["D2"] = "soon"
    out = io.BytesIO()
    book.save(out)
    return "r.xlsx", out.getvalue(), MIME["roster.xlsx"]


def test_days_of_a_workbook_are_one_step() -> None:
    """They are unsaved edits like any other; undo takes all of them back."""
    editing = open_editing(make_plan_value(), "d" * 64)
    tuesday = {("a0", "2026-01-06"): (), ("a1", "2026-01-05"): ()}
    editing.put(tuesday)
    assert changed_cells(editing.first.judged.roster, editing.roster) == tuesday
    assert editing.dirty == {(0, 1), (1, 0)}
    assert editing.film.rev == 1
    editing.undo()
    assert changed_cells(editing.first.judged.roster, editing.roster) == {}


def test_a_workbook_of_a_former_state_of_the_draft_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a colleague did since stays, though the workbook still holds the old day."""
    plan, (ann, bob) = make_plan_value(), (Actor(name, Role.PLANNER) for name in ("ann", "bob"))
    store = open_store(f"sqlite:///{tmp_path / 'one.db'}")
    monkeypatch.setattr(schedule_upload, "state", SimpleNamespace(store=lambda: store))
    monday, tuesday = ("a1", "2026-01-05"), ("a0", "2026-01-06")
    draft = open_draft(store, tmp_path, ann, plan=plan)
    editing = open_editing(plan, "d" * 64, save_draft(store, draft.id, 0, {monday: ()}, ann))
    data = keeping.exported(editing.now.plan, "xlsx", "en")
    theirs = cells_of(editing.roster)["a0", "2026-01-05"][:1]
    editing.adopt(save_draft(store, draft.id, 1, {("a0", "2026-01-05"): theirs}, bob))
    book = openpyxl.load_workbook(io.BytesIO(data))
    book["Roster"].delete_rows(5)
    book.save(tmp_path / "r.xlsx")
    rosters = schedule_upload._rosters(editing)
    changed = (tmp_path / "r.xlsx").read_bytes()
    found = read_roster_workbook("r.xlsx", changed, plan.problem, rosters, roster_facts(plan), sheet_words())
    store.close()
    assert (found.is_known, dict(found.cells), found.replaced) == (True, {tuesday: ()}, ())
    assert cells_of(found.roster) == {("a0", "2026-01-05"): theirs}


def test_a_workbook_is_shown_then_taken_or_discarded(plan_folder: Path) -> None:
    """Faults by cell; differences with cost and rules; taken over it is in the draft of the store."""
    lang = "en"
    app = open_page("schedule", lang)
    editing = app.session_state[SESSION]
    app.file_uploader(key="upload_file_0").set_value(workbook(bad=True)).run()
    assert text("ui.upload.faults", lang, count=1) in said(app)
    app.file_uploader(key="upload_file_0").set_value(workbook()).run()
    assert not app.exception
    assert text("ui.upload.changes", lang, days="1", people="1") in said(app)
    frames = [frame.value for frame in app.dataframe]
    table = next(frame for frame in frames if text("ui.upload.after", lang) in frame.columns)
    assert list(table.iloc[0])[2:] == [text("ui.change.removed", lang), "09:00–13:00", "–"]
    assert not editing.is_changed
    app.button(key="upload_discard").click().run()
    assert not app.exception
    assert not editing.is_changed
    app.file_uploader(key="upload_file_1").set_value(workbook()).run()
    app.button(key="upload_take").click().run()
    assert not app.exception
    store = open_store(load_settings().db_url)
    (draft,) = list_drafts(store)
    store.close()
    assert dict(draft.cells) == {("a0", "2026-01-06"): ()}
    assert app.session_state[SESSION].log.can_undo
    assert "upload_file_2" in {field.key for field in app.file_uploader}
