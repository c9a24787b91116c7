"""The app opened for a test, and what it says."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from staffing.files import write_plan
from staffing.plan import Plan
from staffing.ui import app_file

PAGES = ("overview", "schedule", "forecast", "accuracy", "requirement", "calculator", "runs", "publish")


def show(plan: Plan, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a plan and put it on show."""
    write_plan(plan, folder)
    monkeypatch.setenv("STAFFING_PLAN", str(folder))
    return folder


def open_page(name: str = "overview", lang: str = "en", **query: str) -> AppTest:
    """The app on one page."""
    app = AppTest.from_file(str(app_file()), default_timeout=60)
    for key, value in {"lang": lang, **query}.items():
        app.query_params[key] = value
    # Chosen before the first run, so that no test draws the Overview on its way to another page.
    return app.run() if name == "overview" else app.switch_page(f"screens/{name}.py").run()


def said(app: AppTest) -> str:
    """All text of a page."""
    parts = [*app.title, *app.header, *app.subheader, *app.caption, *app.markdown, *app.text, *app.code]
    parts += [*app.info, *app.warning, *app.error, *app.success]
    return "\n".join(str(part.value) for part in parts)
