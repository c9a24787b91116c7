"""A planner's whole way in a real browser: look, understand, plan anew, apply, publish, download."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from staffing.files import write_plan
from staffing.i18n import text
from tests.e2e.app import BROWSER_OPTIONS, WAIT_MS, Complaints, serving, settled
from tests.files.tiny_centre import write_tiny_centre
from tests.plans import make_plan_value

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: install the extra e2e")
pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with the tiny plan on show."""
    folder = tmp_path_factory.mktemp("e2e")
    write_plan(make_plan_value(names=("Ann", "<img src=x onerror=alert(1)>")), folder / "plan")
    with serving(folder / "plan", folder / "home") as found:
        yield found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=BROWSER_OPTIONS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """A fresh tab; whatever it complains of fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
    opened = context.new_page()
    complaints = Complaints(opened, address)
    yield opened
    context.close()
    assert complaints.found == []


def go(page: Any, name: str, lang: str) -> None:
    """Open a page through the navigation."""
    title = text(f"ui.{name}.title", lang)
    # Exactly: the word of an icon may hold another page's title.
    page.locator("[data-testid=stSidebarNavLink]").filter(has=page.get_by_text(title, exact=True)).click()
    page.locator("h1").get_by_text(title, exact=True).wait_for(timeout=WAIT_MS)
    settled(page)


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
    centre = write_tiny_centre(tmp_path / "centre")
    page.goto(f"{address}/?lang=en")
    settled(page)
    go(page, "runs", "en")
    page.get_by_role("textbox", name="Centre folder").fill(str(centre))
    page.get_by_role("spinbutton", name="Time limit (s)").fill("3")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name=text("ui.runs.stop")).wait_for(timeout=WAIT_MS)
    page.reload()
    apply = page.get_by_role("button", name=text("ui.runs.apply"), exact=True)
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
