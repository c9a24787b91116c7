"""Every page of the app opens without an error, and axe-core finds nothing critical or serious on it.

Each theme and each language is tried once; STAFFING_ALL_LOOKS=1 tries all four combinations.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from staffing.files import write_plan
from staffing.i18n import text
from staffing.ui.router import ICONS
from tests.e2e.app import WAIT_MS, Complaints, serving, settled
from tests.e2e.axe import ALLOWED, grave, is_allowed
from tests.plans import make_plan_value

pytest.importorskip("playwright.sync_api", reason="no playwright: install the extra e2e")
pytest.importorskip("axe_playwright_python", reason="no axe: install the extra e2e")
pytestmark = pytest.mark.e2e

LOOKS = [("en", "light"), ("zh", "dark")]
if os.environ.get("STAFFING_ALL_LOOKS"):
    LOOKS += [("en", "dark"), ("zh", "light")]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with the tiny plan on show; one name of it would be an image, were it HTML."""
    folder: Path = tmp_path_factory.mktemp("axe")
    write_plan(make_plan_value(names=("Ann", "<img src=x onerror=alert(1)>")), folder / "plan")
    with serving(folder / "plan", folder / "home") as found:
        yield found


@pytest.mark.parametrize(("lang", "theme"), LOOKS)
def test_no_page_shuts_anybody_out(browser: Any, address: str, lang: str, theme: str) -> None:
    """Every page of the navigation shows its title and no error, nor does the console while going through them."""
    page = browser.new_context(viewport={"width": 1440, "height": 1000}, color_scheme=theme).new_page()
    complaints = Complaints(page, address)
    page.goto(f"{address}/?lang={lang}")
    settled(page)
    found = {}
    for name in ICONS:
        title = text(f"ui.{name}.title", lang)
        page.locator("[data-testid=stSidebarNavLink]").filter(has=page.get_by_text(title, exact=True)).click()
        page.locator("h1", has_text=title).wait_for(timeout=WAIT_MS)
        settled(page)
        assert page.locator("[data-testid=stAlertContentError]").count() == 0, name
        page.wait_for_timeout(300)  # what fades in has no contrast yet
        issues = grave(page)
        if issues:
            page.wait_for_timeout(1500)
            issues = grave(page)
        if issues:
            found[name] = issues
    page.goto(f"{address}/schedule?lang={lang}")
    settled(page)
    assert page.locator("h1").inner_text() == text("ui.schedule.title", lang)
    page.context.close()
    assert found == {}
    assert complaints.found == []


def test_the_allow_list_names_elements_not_rules() -> None:
    """An entry lets pass what it names, and the same rule elsewhere is still an issue; each tells why."""
    for rule, (pattern, reason) in ALLOWED.items():
        assert pattern
        assert len(reason) > 20
        assert not is_allowed(rule, {"target": ["main > ul"], "html": "<ul class='own'>"})
    assert not is_allowed("color-contrast", {"target": ["p"], "html": "<p>"})
