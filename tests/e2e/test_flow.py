"""A planner's whole way in a real browser: look, understand, plan anew, apply, publish, download."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from staffing.files import write_plan
from staffing.i18n import text
from staffing.store import JobState, open_store
from staffing.store.jobs import get_job, list_jobs
from tests.e2e.app import WAIT_MS, serving, settled
from tests.files.tiny_centre import write_tiny_centre
from tests.plans import make_plan_value

pytest.importorskip("playwright.sync_api", reason="no playwright: install the extra e2e")
pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The app with the tiny plan on show, and its home folder."""
    folder = tmp_path_factory.mktemp("e2e")
    write_plan(make_plan_value(names=("Ann", "<img src=x onerror=alert(1)>")), folder / "plan")
    with serving(folder / "plan", folder / "home") as found:
        yield found, folder / "home"


@pytest.fixture
def address(site: tuple[str, Path]) -> str:
    return site[0]


def go(page: Any, name: str, lang: str) -> None:
    """Open a page through the navigation."""
    title = text(f"ui.{name}.title", lang)
    # Exactly: the word of an icon may hold another page's title.
    page.locator("[data-testid=stSidebarNavLink]").filter(has=page.get_by_text(title, exact=True)).click()
    page.locator("h1").get_by_text(title, exact=True).wait_for(timeout=WAIT_MS)
    settled(page)


def start_run(page: Any, address: str, centre: Path, *, limit_s: int) -> None:
    """Start a run of a centre on the Runs page."""
    page.goto(f"{address}/?lang=en")
    settled(page)
    go(page, "runs", "en")
    page.get_by_role("textbox", name="Centre folder").fill(str(centre))
    page.get_by_role("spinbutton", name="Time limit (s)").fill(str(limit_s))
    page.get_by_role("button", name="Start").click()


def test_the_language_switches_where_one_is(page: Any, address: str) -> None:
    """The switch changes the words and keeps the page and what was chosen on it."""
    page.goto(f"{address}/?lang=en")
    settled(page)
    go(page, "forecast", "en")
    page.get_by_role("button", name="中文").or_(page.get_by_role("radio", name="中文")).first.click()
    page.locator("h1", has_text=text("ui.forecast.title", "zh")).wait_for(timeout=WAIT_MS)
    settled(page)
    assert "lang=zh" in page.url


def test_the_roster_answers_pointer_and_keys(page: Any, address: str) -> None:
    """Day and week, the jump to a gap, the cursor and the details work; a hostile name stays text."""
    page.goto(f"{address}/?lang=en")
    settled(page)
    page.locator("[data-testid=stPageLink-NavLink]").nth(1).click()
    roster = page.locator(".roster")
    roster.wait_for(timeout=WAIT_MS)
    settled(page)
    assert "at=" in page.url
    page.wait_for_function("document.querySelector('h1').textContent === 'Schedule'")
    assert roster.get_attribute("data-strip") in ("phone", "email")
    assert roster.get_attribute("data-agents") == "2"
    page.locator("button[data-act=week]").click()
    assert roster.get_attribute("data-mode") == "week"
    page.locator("button[data-act=day]").click()
    assert roster.get_attribute("data-mode") == "day"
    page.locator("button[data-act=worst]").click()
    said = page.locator(".say")
    assert "Short" in said.inner_text()
    page.locator(".stage").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    assert "<img src=x" in said.inner_text()
    assert page.locator(".roster img").count() == 0
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.get_by_text("Ann (a0), team", exact=False).first.wait_for(timeout=WAIT_MS)
    page.get_by_text("Table", exact=True).click()
    page.locator("[data-testid=stDataFrame]").first.wait_for(timeout=WAIT_MS)
    settled(page)


def test_from_a_centre_to_a_downloaded_roster(page: Any, address: str, tmp_path: Path) -> None:
    """A run started on the page survives a reload, ends as a proposal, is applied, and its workbook opens."""
    start_run(page, address, write_tiny_centre(tmp_path / "centre"), limit_s=3)
    apply = page.get_by_role("button", name=text("ui.runs.apply"), exact=True)
    page.get_by_role("button", name=text("ui.runs.stop")).or_(apply).first.wait_for(timeout=WAIT_MS)
    page.reload()
    apply.wait_for(timeout=2 * WAIT_MS)
    settled(page)
    assert "NaN" not in page.locator("[data-testid=stMain]").inner_text()
    apply.click()
    page.get_by_text(text("ui.runs.applied")).wait_for(timeout=WAIT_MS)
    go(page, "overview", "en")
    page.get_by_text("Mon 2 Feb").first.wait_for(timeout=WAIT_MS)
    go(page, "publish", "en")
    with page.expect_download(timeout=WAIT_MS) as waiting:
        page.get_by_role("button", name=text("ui.download.roster_xlsx")).click()
    waiting.value.save_as(tmp_path / "roster.xlsx")
    book = openpyxl.load_workbook(tmp_path / "roster.xlsx")
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"Ana", "Ben"} <= cells


def test_a_killed_worker_is_shown_as_lost(page: Any, site: tuple[str, Path], tmp_path: Path) -> None:
    """A run whose process dies is told as lost on the page that follows it, without anybody asking."""
    start_run(page, site[0], write_tiny_centre(tmp_path / "centre"), limit_s=120)
    page.get_by_role("button", name=text("ui.runs.stop")).wait_for(timeout=WAIT_MS)
    store = open_store(f"sqlite:///{site[1]}/staffing.db")
    while (job := get_job(store, list_jobs(store)[0].id)).pid is None:
        page.wait_for_timeout(100)
    os.kill(job.pid, signal.SIGKILL)
    page.get_by_text(text("ui.ending.lost")).first.wait_for(timeout=WAIT_MS)
    assert get_job(store, job.id).state == JobState.LOST
    store.close()
