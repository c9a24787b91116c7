"""A home of its own for each test."""

from pathlib import Path
from typing import Any

import pytest
from altair.vegalite.v6.schema.core import Root

from staffing.ui import drawn
from tests.plans import make_plan_value
from tests.ui.opened import show


@pytest.fixture(autouse=True)
def _charts_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every chart that a test draws is held against the schema, which the app itself has no time for."""
    plain = drawn.described

    def checked(chart: Any) -> dict[str, Any]:
        found = plain(chart)
        Root.validate({name: part for name, part in found.items() if name != "datasets"})
        return found

    monkeypatch.setattr(drawn, "described", checked)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder; no plan and no demo."""
    folder = tmp_path / "home"
    monkeypatch.setenv("STAFFING_HOME", str(folder))
    for name in ("STAFFING_DB_URL", "STAFFING_PLAN", "STAFFING_LANG"):
        monkeypatch.delenv(name, raising=False)
    for module in ("state", "blocks", "centre"):
        monkeypatch.setattr(f"staffing.ui.{module}.demo_folder", lambda: None)
    return folder


@pytest.fixture
def plan_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny plan as a folder, on show."""
    return show(make_plan_value(), home.parent / "plan", monkeypatch)
