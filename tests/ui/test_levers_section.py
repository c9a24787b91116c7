"""The levers on the Re-plan page: asked, told, put on a draft."""

from pathlib import Path

import pytest

from staffing.i18n import text
from staffing.planning.drafts import list_drafts
from staffing.store import open_store
from tests.planning.test_levers import FULL, plan_of
from tests.ui.opened import open_page, said, show


def test_levers_are_found_and_put_on_a_draft(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gap is told, the button finds the shift on a day off, and its change becomes a draft of the plan."""
    show(plan_of((0, 0, "08:00", FULL)), home.parent / "plan", monkeypatch)
    app = open_page("replan", "zh")
    assert text("ui.levers.title", "zh") in said(app)
    app.button(key="levers_button").click().run()
    assert not app.exception
    tables = [table.value for table in app.dataframe]
    assert any(text("lever.reserve", "zh") in table.to_string() for table in tables)
    assert app.metric[-1].value == "1"
    app.button(key="levers_draft").click().run()
    assert not app.exception
    assert text("ui.levers.drafted", "zh") in said(app)
    drafts = list_drafts(open_store(f"sqlite:///{home / 'staffing.db'}"))
    assert [len(draft.cells) for draft in drafts] == [1]


def test_without_gaps_nothing_is_asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan that is short of nobody says so, and shows no form."""
    show(plan_of((0, 0, "08:00", FULL), (1, 0, "10:00", FULL), required=0.5), home.parent / "plan", monkeypatch)
    app = open_page("replan")
    assert text("ui.levers.none_missing") in said(app)
    assert not [button for button in app.button if button.key == "levers_button"]
