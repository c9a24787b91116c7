"""What the browser tests share: one browser for the tests of a file, and a tab whose complaints fail the test."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.app import BROWSER_OPTIONS, Complaints


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """A browser for the tests of one file."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
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
