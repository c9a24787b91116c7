"""A newcomer's whole way in a real browser: own files, five steps, a plan, publishing, a roster to hand out.

With STAFFING_PICTURES set to a folder the way leaves the pictures of docs/tutorial/your-own-files.md there.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from staffing.i18n import text
from staffing.sample import own_files
from tests.e2e.app import WAIT_MS, Complaints, press, serving, settled

pytest.importorskip("playwright.sync_api", reason="no playwright: install the extra e2e")
pytestmark = pytest.mark.e2e
FILES = tuple(own_files().items())


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app as after installing: the sample's plan is on show."""
    with serving(None, tmp_path_factory.mktemp("newcomer") / "home") as found:
        yield found


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """A fresh tab far from the server's time; whatever it complains of fails the test."""
    view = {"width": 1280, "height": 860}
    context = browser.new_context(viewport=view, accept_downloads=True, timezone_id="Europe/Berlin")
    opened = context.new_page()
    complaints = Complaints(opened, address)
    yield opened
    context.close()
    assert complaints.found == []


def keep(page: Any, name: str) -> None:
    """A small picture of the page for the tutorial, where one is asked for."""
    folder = os.environ.get("STAFFING_PICTURES")
    if not folder:
        return
    from PIL import Image

    page.wait_for_timeout(1500)  # tables and charts fade in
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(96).save(Path(folder) / f"{name}.png", optimize=True)


def test_from_own_files_to_an_exported_roster(page: Any, address: str, tmp_path: Path) -> None:
    """Everything a newcomer does, without a command line."""
    page.goto(f"{address}/?lang=en")
    settled(page)
    page.get_by_role("link", name=text("ui.state.own_files")).click()
    page.locator("h1", has_text=text("ui.newcentre.title")).wait_for(timeout=WAIT_MS)
    settled(page)
    page.get_by_role("textbox", name=text("ui.newcentre.name")).fill("Example shop")
    page.keyboard.press("Tab")
    for place, (name, data) in enumerate(FILES):
        upload = {"name": name, "mimeType": "text/csv", "buffer": data}
        page.locator("input[type=file]").nth(place).set_input_files(upload)
        page.locator(f".st-key-newcentre_{('history', 'people', 'queues')[place]}_remove").wait_for(timeout=WAIT_MS)
        settled(page)
    keep(page, "own-files-1")
    for step in range(2, 6):
        press(page, "newcentre_next")
        page.get_by_text(f"{step}. ", exact=False).first.wait_for(timeout=WAIT_MS)
        if step == 4:
            # Whoever loses the tab finds files, answers and step again.
            page.reload()
            settled(page)
            page.get_by_text(text("ui.newcentre.people_read", count=10)).wait_for(timeout=WAIT_MS)
        keep(page, f"own-files-{step}")
    page.get_by_text(text("ui.newcentre.legal")).wait_for(timeout=WAIT_MS)
    press(page, "newcentre_create")
    page.locator(".st-key-newcentre_plan button").wait_for(timeout=WAIT_MS)
    page.get_by_role("spinbutton", name=text("ui.runs.limit")).fill("3")
    page.keyboard.press("Tab")
    settled(page)
    page.locator(".st-key-newcentre_plan button").click()
    apply = page.get_by_role("button", name=text("ui.runs.apply"), exact=True)
    apply.wait_for(timeout=3 * WAIT_MS)
    settled(page)
    keep(page, "own-files-6")
    apply.click()
    page.get_by_text(text("ui.runs.applied")).wait_for(timeout=WAIT_MS)
    page.goto(f"{address}/schedule?lang=en")
    page.locator(".roster").wait_for(timeout=WAIT_MS)
    settled(page)
    assert page.locator(".roster").get_attribute("data-agents") == "10"
    keep(page, "own-files-7")
    page.goto(f"{address}/publish?lang=en")
    settled(page)
    press(page, "publish_button")
    page.get_by_text("version 1", exact=False).first.wait_for(timeout=WAIT_MS)
    keep(page, "own-files-8")
    with page.expect_download(timeout=WAIT_MS) as waiting:
        page.get_by_role("button", name=text("ui.download.roster_xlsx")).click()
    waiting.value.save_as(tmp_path / "roster.xlsx")
    book = openpyxl.load_workbook(tmp_path / "roster.xlsx")
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"Ana Ruiz", "Gül Aydın"} <= cells
