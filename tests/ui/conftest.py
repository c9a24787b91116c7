"""A home of its own for each test."""

from pathlib import Path

import pytest

from tests.plans import make_plan_value
from tests.ui.opened import show


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
