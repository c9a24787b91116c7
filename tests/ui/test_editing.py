"""Editing in a tab: what a browser sends, what it is told, the draft, and the plan that comes of it."""

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from staffing.files import read_plan
from staffing.i18n import text
from staffing.planning.drafts import Conflict, list_drafts
from staffing.planning.edits import LockShift, MoveShift, RemoveShift, SwapDay, edit_row, same_rosters
from staffing.store import JobState, Store, open_store
from staffing.store.access import Actor, Role
from staffing.store.jobs import get_job, list_jobs
from staffing.ui import jobs, keeping
from staffing.ui.components.roster_canvas import Canvas
from staffing.ui.components.roster_data import kind_codes, levels, roster_data
from staffing.ui.components.roster_patch import FRAMES_MAX, patch_data
from staffing.ui.editing import Editing, open_editing
from staffing.ui.facts.broken import flags, said, sentence
from staffing.ui.keeping import IllegalError, discard, found_draft, make_plan_of, refresh, save
from staffing.ui.sections import schedule_edit
from staffing.ui.sections.schedule_edit import SESSION
from staffing.ui.words import Words
from staffing.ui.worker import run
from tests.plans import make_plan_value
from tests.ui.opened import open_page, show
from tests.ui.opened import said as page_text
from tests.ui.test_roster_data import Reader

ANN, BEN = Actor("ann", Role.PLANNER), Actor("ben", Role.PLANNER)
MOVE = MoveShift("a0", 0, 18)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'staffing.db'}")


def tab() -> Editing:
    return open_editing(make_plan_value(), "d" * 64)


def message(editing: Editing, *items: Any, seen: int = 0, client: str = "c") -> dict[str, Any]:
    rows = [[n, what if isinstance(what, str) else [edit_row(edit) for edit in what]] for n, what in items]
    return {"client": client, "seen": seen, "base": f"{editing.token}-0", "items": rows}


def answer(editing: Editing, seen: int) -> dict[str, Any]:
    found = patch_data("b", seen, editing.film, editing.roster, editing.now.levels, flags=flags(editing, Words("en")))
    assert found is not None
    return found


def test_each_edit_is_taken_once() -> None:
    """A canvas repeats what has no answer yet; its numbers keep an edit from being done twice."""
    editing = tab()
    editing.take(message(editing, (1, [MOVE])))
    editing.take(message(editing, (1, [MOVE]), (2, [SwapDay("a0", 0, "a1")])))
    assert editing.film.rev == 2
    assert editing.taken == {"c": 2}
    editing.take(message(editing, (3, "undo"), (4, "undo"), (5, "redo")))
    assert editing.film.rev == 5
    assert editing.said[0] == "redone"


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "x",
        {},
        {"client": 1, "seen": 0, "items": []},
        {"client": "c", "seen": 0, "items": {}},
        {"client": "c", "seen": 0, "items": [5, [1], ["1", []], [1, [{"kind": "bang"}]], [2, [7]], [3, "format"]]},
    ],
)
def test_nonsense_changes_nothing(wrong: Any) -> None:
    """Whatever a browser sends, only whole edits are done."""
    editing = tab()
    editing.take({**wrong, "base": f"{editing.token}-0"} if isinstance(wrong, dict) else wrong)
    assert editing.film.rev == 0
    assert same_rosters(editing.roster, editing.first.judged.roster)


def test_edits_of_another_session_are_not_taken() -> None:
    """A browser that outlives a restart repeats edits that were done: they are known by the name of their session."""
    editing = tab()
    editing.take(message(tab(), (1, [MOVE])))
    assert editing.film.rev == 0


def test_the_canvas_gets_what_it_has_not_seen() -> None:
    """The answer holds the rows and levels that changed since the revision drawn, as they are now."""
    editing = tab()
    before = levels(editing.now.coverage)
    editing.do([MOVE])
    editing.do([RemoveShift("a1", 0)])
    told = answer(editing, 0)
    rows = Reader(told["rows"])
    found = {}
    for _ in range(rows.next()):
        agent, last, mine = rows.next(), 0, []
        for _ in range(rows.next()):
            start = last + rows.signed()
            last = start + rows.next()
            mine.append((start, last, rows.next()))
        found[agent] = mine
    roster, codes = editing.roster, kind_codes(editing.roster).tolist()
    for agent in (0, 1):
        here = [
            (int(roster.start[r]), int(roster.end[r]), codes[r]) for r in range(len(roster)) if roster.agent[r] == agent
        ]
        assert found[agent] == here
    now, reader = [np.array(level) for level in before], Reader(told["levels"])
    for _ in range(reader.next()):
        strip, start, length = reader.next(), reader.next(), reader.next()
        for level in now[:2]:
            level[strip, start : start + length] = reader.series(length)
        if strip == 0:
            now[2][start : start + length] = reader.series(length)
    assert all(np.array_equal(one, other) for one, other in zip(now, levels(editing.now.coverage), strict=True))
    only_last = Reader(answer(editing, 1)["rows"])
    assert (only_last.next(), only_last.next()) == (1, 1)
    assert Reader(answer(editing, 2)["rows"]).next() == 0


def test_a_canvas_too_far_behind_gets_the_whole_roster() -> None:
    """Old revisions are forgotten, and an unknown one is never guessed."""
    editing = tab()
    for number in range(FRAMES_MAX + 1):
        editing.do([LockShift("a0", 0, number % 2 == 0)])
    for seen in (-1, 0, FRAMES_MAX + 2):
        assert patch_data("b", seen, editing.film, editing.roster, editing.now.levels) is None


def test_an_edit_sends_little() -> None:
    """One edit's answer is far below 20 KB."""
    editing = tab()
    editing.do([MOVE])
    assert len(json.dumps(answer(editing, 0))) < 5_000


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_an_edit_did_is_said(lang: str) -> None:
    """A sentence tells cost and broken rules, or why nothing was done."""
    editing, words = tab(), Words(lang)
    assert said(editing, words) == ""
    editing.do([MOVE])
    assert text("ui.edit.done", lang) in said(editing, words)
    assert editing.do([RemoveShift("a0", 6)]) == "no_shift"
    assert text("ui.refused.no_shift", lang) in said(editing, words)
    for row in editing.now.judged.violations:
        assert "ui." not in sentence(row, words, {})


def test_a_draft_is_found_by_the_next_tab(store: Store, tmp_path: Path) -> None:
    """What one tab did, another sees, and both together lose nothing where they do not collide."""
    plan, folder = make_plan_value(), tmp_path / "plan"
    assert found_draft(store, plan, folder, ANN) is None
    one = tab()
    one.do([MOVE])
    save(one, store, folder, ANN)
    assert not one.dirty
    draft = found_draft(store, plan, folder, BEN)
    assert draft is not None
    two = open_editing(plan, "d" * 64, draft)
    assert same_rosters(one.roster, two.roster)
    two.do([RemoveShift("a1", 0)])
    save(two, store, folder, BEN)
    one.do([LockShift("a0", 1)])
    save(one, store, folder, ANN)
    assert one.conflict is None
    refresh(two, store)
    assert same_rosters(one.roster, two.roster)
    assert one.draft is not None
    assert len(one.draft.cells) == 3


@pytest.mark.parametrize("keep", ["mine", "theirs"])
def test_a_collision_is_told_and_settled(store: Store, tmp_path: Path, keep: str) -> None:
    """Two tabs change one day: the second is told whose edit it meets, and decides."""
    plan, folder = make_plan_value(), tmp_path / "plan"
    one, two = tab(), tab()
    for editing, by in ((one, ANN), (two, BEN)):
        editing.draft = keeping.open_draft(store, folder, by, plan=plan)
    one.do([MOVE])
    save(one, store, folder, ANN)
    two.do([RemoveShift("a0", 0)])
    two.do([RemoveShift("a1", 0)])
    save(two, store, folder, BEN)
    assert isinstance(two.conflict, Conflict)
    assert [(clash.agent, clash.by) for clash in two.conflict.clashes] == [("a0", "ann")]
    two.do([LockShift("a0", 1)])
    save(two, store, folder, BEN)
    assert two.conflict is not None  # nothing is written before the planner has decided
    if keep == "mine":
        save(two, store, folder, BEN, keep_mine=True)
    else:
        two.keep_theirs()
        save(two, store, folder, BEN)
    assert two.conflict is None
    assert not two.dirty
    assert bool(two.working.day(0, 0)) == (keep == "theirs")
    assert two.working.day(1, 0) == ()
    refresh(one, store)
    assert same_rosters(one.roster, two.roster)


def test_a_draft_closed_by_another_begins_anew(store: Store, tmp_path: Path) -> None:
    """Discarding in one tab takes the other back to the plan; an edit made meanwhile opens a new draft."""
    plan, folder = make_plan_value(), tmp_path / "plan"
    one = tab()
    one.do([MOVE])
    save(one, store, folder, ANN)
    two = open_editing(plan, "d" * 64, found_draft(store, plan, folder, BEN))
    three = open_editing(plan, "d" * 64, found_draft(store, plan, folder, BEN))
    discard(one, store, ANN)
    discard(one, store, ANN)
    assert not one.is_changed
    assert same_rosters(one.roster, one.first.judged.roster)
    refresh(two, store)
    assert not two.is_changed
    three.do([RemoveShift("a1", 0)])
    save(three, store, folder, BEN)
    assert three.draft is not None
    assert set(three.draft.cells) == {("a0", "2026-01-05"), ("a1", "2026-01-05")}


def test_a_day_taken_over_cannot_be_undone(store: Store, tmp_path: Path) -> None:
    """Undo would put back what somebody else has changed since."""
    plan, folder = make_plan_value(), tmp_path / "plan"
    one = tab()
    one.do([MOVE])
    save(one, store, folder, ANN)
    two = open_editing(plan, "d" * 64, found_draft(store, plan, folder, BEN))
    two.do([RemoveShift("a0", 0)])
    save(two, store, folder, BEN)
    refresh(one, store)
    assert not one.log.can_undo


def legal_plan() -> Any:
    plan = make_plan_value()
    contract = replace(plan.problem.contracts[0], weekly_minutes_min=0, days_min=0)
    return replace(plan, problem=replace(plan.problem, contracts=(contract,)))


def test_the_draft_becomes_a_plan_and_is_simulated(store: Store, tmp_path: Path) -> None:
    """A legal roster is written as a plan of its own and put on show; a job simulates it again."""
    editing = open_editing(legal_plan(), "d" * 64)
    editing.do([MoveShift("a1", 0, 18)])
    save(editing, store, tmp_path / "plan", ANN)
    assert editing.is_legal, editing.now.judged.violations
    folder = make_plan_of(editing, store, tmp_path, ANN, centre=tmp_path)
    written = read_plan(folder)
    assert written.roster is not None
    assert same_rosters(written.roster, editing.roster)
    assert written.verdict is None
    assert written.is_legal
    assert list_drafts(store) == ()
    assert get_job(store, folder.name).payload["centre"] == str(tmp_path)
    order = jobs.Order(None, simulate=folder)
    job, _ = jobs.create(store, order, tmp_path)
    run(store, job, threading.Event())
    assert get_job(store, job.id).state is JobState.DONE
    again = read_plan(jobs.out_folder(job))
    assert again.verdict is not None
    assert again.roster is not None
    assert same_rosters(again.roster, editing.roster)


def test_an_illegal_roster_never_becomes_the_plan(store: Store, tmp_path: Path) -> None:
    """Nothing is written for a roster that breaks a hard rule."""
    editing = tab()
    editing.do([MoveShift("a0", 0, 4)])
    assert not editing.is_legal
    with pytest.raises(IllegalError):
        make_plan_of(editing, store, tmp_path, ANN, centre=None)
    assert list_jobs(store) == ()
    assert not (tmp_path / "proposals").exists()


def test_the_draft_is_exported() -> None:
    """The roster as it stands, edits included."""
    editing = tab()
    editing.do([RemoveShift("a1", 0)])
    lines = keeping.exported(editing.now.plan, "csv", "en").decode().splitlines()
    assert len(lines) == 1 + len(editing.roster)
    assert keeping.exported(editing.now.plan, "xlsx", "zh")[:2] == b"PK"


def test_the_canvas_knows_types_and_speeds() -> None:
    """What the browser needs to draw an edit before the server answers."""
    plan = make_plan_value()
    data = roster_data(plan, tab().now.coverage, Words("en"), [1, 0], base="b", rev=3, editable=True)
    assert (data["base"], data["rev"], data["editable"]) == ("b", 3, True)
    assert data["agents"]["row"] == [1, 0]
    assert data["agents"]["contract"] == [0, 0]
    assert data["contracts"] == [[0]]
    assert data["shifts"][0]["lengths"] == [240, 480]
    reader = Reader(data["agents"]["speed"])
    assert [reader.next() for _ in range(4)] == [100] * 4


# The page.


def edited(app: AppTest, *edits: Any) -> AppTest:
    """The page after edits, as if the canvas had sent them."""
    editing = app.session_state[SESSION]
    for edit in edits:
        assert editing.do([edit]) is None
    return app.run()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_tells_what_an_edit_broke(plan_folder: Path, lang: str) -> None:
    """Figures, broken rules and the state of the draft follow the edits; such a roster cannot become the plan."""
    app = open_page("schedule", lang)
    assert text("ui.draft.none", lang) in page_text(app)
    edited(app, MoveShift("a0", 0, 4))
    assert not app.exception
    assert app.button(key="draft_make").disabled
    table = app.dataframe[0].value
    assert text("ui.edit.now", lang) in list(table["since"])
    assert any(text("rule.opening_hours", lang) in cell for cell in table["detail"])
    assert text("ui.draft.none", lang) not in page_text(app)
    app.session_state["lang"] = "zh" if lang == "en" else "en"
    app.run()
    assert not app.exception
    assert app.session_state[SESSION].is_changed


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_discards_and_keeps(home: Path, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft is there again in a new tab, is given up in two steps, or becomes the plan on show."""
    show(legal_plan(), home.parent / "plan", monkeypatch)
    unsaved: list[set[tuple[int, int]]] = []
    answer = schedule_edit.roster_patch

    def noted(data: Any, *, key: str) -> None:
        unsaved.append(set(st.session_state[SESSION].dirty))
        answer(data, key=key)

    monkeypatch.setattr(schedule_edit, "roster_patch", noted)
    edited(open_page("schedule", lang), MoveShift("a1", 0, 18))
    assert unsaved == [set(), set()]  # the canvas hears that an edit is taken when it is kept
    app = open_page("schedule", lang)
    assert app.session_state[SESSION].is_changed
    app.button(key="draft_discard").click().run()
    assert not app.exception
    assert not app.session_state[SESSION].is_changed
    edited(app, MoveShift("a1", 0, 18))
    app.button(key="draft_make").click().run()
    assert not app.exception
    assert not app.session_state[SESSION].is_changed
    assert app.session_state[SESSION].working.day(1, 0)[0].start == 18
    assert text("ui.draft.not_simulated", lang) in page_text(app)


def test_a_viewer_sees_and_does_not_touch(plan_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the right to edit the canvas is told so, and the plan itself is shown."""
    edited(open_page("schedule"), RemoveShift("a0", 0))
    monkeypatch.setattr("staffing.ui.sections.schedule_edit.actor", lambda: Actor("vic", Role.VIEWER))
    app = open_page("schedule")
    assert not app.exception
    assert '"editable": false' in app.get("bidi_component")[0].proto.json


def test_people_who_could_help_are_listed_and_taken(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gap asked about gets ranked people; a press makes the change a step that can be undone."""
    show(legal_plan(), home.parent / "plan", monkeypatch)
    app = open_page("schedule")
    asked = {"queue": "phone", "slot": 2 * 48 + 20, "n": 1}
    monkeypatch.setattr("staffing.ui.sections.schedule_edit._canvas", lambda *_: Canvas(None, None, asked))
    app.run()
    assert not app.exception
    assert "Who could work on" in page_text(app)
    app.button(key="fill_0").click().run()
    assert not app.exception
    assert app.session_state[SESSION].log.can_undo
    app.button(key="fill_close").click().run()
    assert "Who could work on" not in page_text(app)
