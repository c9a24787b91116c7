"""The page of batch runs: what it says of each team, and who may publish from it."""

from dataclasses import replace
from pathlib import Path

import pytest

from staffing.batch.checkpoint import Checkpoint, write_checkpoint
from staffing.files import write_plan
from staffing.i18n import text
from staffing.store import open_store
from staffing.store.access import Actor, Role
from staffing.store.versions import published_version
from tests.plans import make_plan_value
from tests.ui.opened import open_page, said

TOML = """
out = "plans"
publish = "if-safe"
[[team]]
name = "north"
centre = "north"
[[team]]
name = "south"
centre = "south"
[[team]]
name = "west"
centre = "west"
"""
FIGURES = {
    "first_day": "2026-01-05", "days": 7, "short_h": 1.5, "service_floor": 0.93, "objective": 1234.0, "changes": 12,
    "people_changed": 5,
}  # fmt: skip


@pytest.fixture
def batch(home: Path) -> Path:
    """A team kept for a person, one refused, one not planned yet."""
    folder = home / "batch"
    folder.mkdir(parents=True)
    (folder / "BATCH.toml").write_text(TOML, encoding="utf-8")
    out = folder / "plans"
    write_plan(replace(make_plan_value()), out / "north")
    write_checkpoint(out, "north", Checkpoint("k", "planned", "", "kept", "", None, ("service", "changes"), FIGURES))
    fault = {"file": "wishes.csv", "row": 3, "column": "agent", "code": "unknown_agent"}
    write_checkpoint(out, "south", Checkpoint("k", "refused", faults=(fault,)))
    (out / "summary.json").write_text('{"status": "done"}', encoding="utf-8")
    return folder


def test_each_team_has_a_row_with_its_reason(batch: Path) -> None:
    """State, publication, figures, and in words why a plan was kept or refused."""
    lang = "zh"
    app = open_page("batch", lang)
    assert not app.exception
    table = app.dataframe[0].value
    assert table[text("ui.batch.column_team", lang)].tolist() == ["north", "south", "west"]
    assert table[text("ui.batch.column_state", lang)].tolist() == [
        text(f"ui.batch.state.{state}", lang) for state in ("planned", "refused", "new")
    ]
    why = table[text("ui.batch.column_why", lang)].tolist()
    assert text("ui.batch.unsafe.service", lang) in why[0]
    assert "wishes.csv" in why[1]
    assert text("ui.batch.waiting", lang, count=1) in said(app)
    assert text("ui.batch.broken", lang, count=1) in said(app)
    app.selectbox(key="batch_team").set_value("south").run()
    assert "wishes" in said(app)


def test_a_kept_plan_is_published_by_who_may(batch: Path, home: Path) -> None:
    """The button publishes the plan of the team, which then is the published one."""
    app = open_page("batch")
    app.button(key="batch_publish").click().run()
    assert not app.exception
    assert published_version(open_store(f"sqlite:///{home / 'staffing.db'}"), "Tiny") == 1
    assert text("ui.batch.is_published", version=1) in said(app)
    assert app.button(key="batch_publish").disabled


def test_a_planner_may_store_but_not_publish(batch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The role is told; the button is dead."""
    monkeypatch.setattr("staffing.ui.sections.batch.actor", lambda: Actor("kim", Role.PLANNER))
    app = open_page("batch")
    assert app.button(key="batch_publish").disabled
    assert not app.button(key="batch_submit").disabled
    assert text("ui.publish.role", role=text("ui.role.planner")) in said(app)


def test_without_a_batch_the_page_says_where_to_put_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing known, and a file that cannot be read."""
    assert "BATCH" in said(open_page("batch"))
    bad = home / "other.toml"
    bad.parent.mkdir(parents=True, exist_ok=True)
    bad.write_text("out = 3\n", encoding="utf-8")
    monkeypatch.setenv("STAFFING_BATCH", str(bad))
    app = open_page("batch")
    assert not app.exception
    assert "other" in said(app)
