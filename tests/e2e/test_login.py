"""A login with a real issuer: in, in which role, until when, and out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from staffing.files import write_plan
from staffing.i18n import text
from staffing.store import open_store
from staffing.store.access import Role, local_actor
from staffing.store.people import grant
from tests.e2e.app import WAIT_MS, free_port, serving, settled
from tests.plans import make_plan_value

pytest.importorskip("playwright.sync_api", reason="no playwright: install the extra e2e")
pytest.importorskip("authlib", reason="no Authlib: install the extra auth")
pytestmark = pytest.mark.e2e
KIM = "kim@example.com"


@pytest.fixture
def issuer() -> Iterator[Any]:
    from tests.e2e.issuer import issuing

    with issuing() as found:
        yield found


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh tab, without a word on complaints: the issuer's own pages may have some."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def secrets(home: Path, issuer: Any, port: int) -> None:
    """The login as an installation sets it up."""
    from tests.e2e.issuer import CLIENT, SECRET

    (home / ".streamlit").mkdir(parents=True)
    (home / ".streamlit" / "secrets.toml").write_text(
        f"""[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "only for this test, only for this test"
client_id = "{CLIENT}"
client_secret = "{SECRET}"
server_metadata_url = "{issuer.address}/.well-known/openid-configuration"
""",
        encoding="utf-8",
    )


def log_in(page: Any) -> None:
    page.locator(".st-key-login_in button").click()
    page.locator(".st-key-login_out button").wait_for(timeout=WAIT_MS)
    settled(page)


def test_a_login_from_in_to_out(page: Any, issuer: Any, tmp_path: Path) -> None:
    """Nothing is shown before; a user looks until a role is granted; an expired login holds no more; out is out."""
    home, port = tmp_path / "home", free_port()
    write_plan(make_plan_value(names=("Ann", "Bob")), tmp_path / "plan")
    secrets(home, issuer, port)
    issuer.claims = {"email": KIM, "email_verified": True}
    with serving(tmp_path / "plan", home, port=port) as address:
        page.goto(f"{address}/schedule?lang=en")
        page.get_by_text(text("ui.login.needed")).wait_for(timeout=WAIT_MS)
        assert page.locator(".roster").count() == 0

        log_in(page)
        side = page.locator("[data-testid=stSidebar]")
        assert KIM in side.inner_text()
        assert text("ui.role.viewer") in side.inner_text()
        with_role = open_store(f"sqlite:///{home}/staffing.db")
        grant(with_role, KIM, Role.APPROVER, local_actor("setup"))
        with_role.close()
        page.reload()
        side.get_by_text(text("ui.role.approver"), exact=False).wait_for(timeout=WAIT_MS)

        page.locator(".st-key-login_out button").click()
        page.get_by_text(text("ui.login.needed")).wait_for(timeout=WAIT_MS)

        issuer.claims = {"email": "someone@example.com", "email_verified": False}
        log_in(page)
        assert "user-1" in side.inner_text()  # an address that nobody has verified is no name
        page.locator(".st-key-login_out button").click()

        issuer.lasts_s = -30.0  # the library that takes the login allows clocks to differ by two minutes
        page.locator(".st-key-login_in button").click()
        page.get_by_text(text("ui.login.expired")).wait_for(timeout=WAIT_MS)
        page.locator(".st-key-login_in button").wait_for(timeout=WAIT_MS)
        assert page.locator("[data-testid=stMetric]").count() == 0
