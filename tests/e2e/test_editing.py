"""A planner edits the roster in a real browser: pointer, keyboard, undo, draft, download, two tabs."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from staffing.files import write_plan
from staffing.i18n import text
from staffing.planning.drafts import discard_draft, list_drafts
from staffing.store import open_store
from staffing.store.access import local_actor
from staffing.ui.shown import point_at
from tests.e2e.app import WAIT_MS, held, serving, settled
from tests.e2e.roster import becomes, confirmed, drag, opened, point, shift_of
from tests.plans import make_plan_value

pytest.importorskip("playwright.sync_api", reason="no playwright: install the extra e2e")
pytestmark = pytest.mark.e2e
EIGHT = 16


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The app with a tiny plan whose contracts ask for no least hours, and a name that would like to be markup."""
    folder = tmp_path_factory.mktemp("editing")
    plan = make_plan_value(names=("Ann", "<img src=x onerror=alert(1)>"))
    contract = replace(plan.problem.contracts[0], weekly_minutes_min=0, days_min=0)
    write_plan(replace(plan, problem=replace(plan.problem, contracts=(contract,))), folder / "plan")
    with serving(folder / "plan", folder / "home") as found:
        yield found, folder


@pytest.fixture
def address(site: tuple[str, Path]) -> Iterator[str]:
    """The address of the app with that plan on show and without a draft; whatever a test leaves is taken away."""
    yield site[0]
    store = open_store(f"sqlite:///{site[1] / 'home' / 'staffing.db'}")
    for draft in list_drafts(store):
        discard_draft(store, draft.id, local_actor("test"))
    point_at(store, site[1] / "plan")
    store.close()


def test_pointer(page: Any, address: str) -> None:
    """Shifts are dragged, stretched, handed to another person and painted; breaks are dragged inside them."""
    roster = opened(page, address)
    assert shift_of(roster, 0, 0) == [EIGHT, EIGHT + 16]
    drag(page, roster, (0, EIGHT + 2.5), (0, EIGHT + 4.5))
    assert shift_of(roster, 0, 0) == [EIGHT + 2, EIGHT + 18]  # drawn before the server has answered
    confirmed(roster, 1)
    assert shift_of(roster, 0, 0) == [EIGHT + 2, EIGHT + 18]
    drag(page, roster, (0, EIGHT + 17.95), (0, EIGHT + 9.5))
    confirmed(roster, 2)
    assert shift_of(roster, 0, 0) == [EIGHT + 2, EIGHT + 10]
    page.locator("button[data-act=undo]").click()
    confirmed(roster, 3)
    assert shift_of(roster, 0, 0) == [EIGHT + 2, EIGHT + 18]
    drag(page, roster, (0, EIGHT + 10.5), (0, EIGHT + 8.5))  # the meal
    confirmed(roster, 4)
    meal = "el => el.parentNode.staffingRoster.shiftOn(0, 0).parts.find((p) => p.kind.mark).start"
    assert roster.evaluate(meal) == EIGHT + 8
    page.locator("select[data-act=brush]").select_option(index=2)
    drag(page, roster, (1, EIGHT + 6.5), (1, EIGHT + 7.5))
    confirmed(roster, 5)
    queues = "el => el.parentNode.staffingRoster.shiftOn(1, 0).parts.map((p) => p.kind.q)"
    assert roster.evaluate(queues)[:3] == [0, 1, 0]
    page.keyboard.press("Escape")
    page.mouse.move(*point(roster, 1, EIGHT + 6.5))
    assert "<img src=x" in page.locator(".tip").inner_text()
    assert page.locator(".roster img").count() == 0


def test_a_shift_is_handed_to_another_row(page: Any, address: str) -> None:
    """Pulled onto another person's row, the shift is theirs."""
    roster = opened(page, address)
    page.locator("button[data-act=next]").click()
    day = 48
    drag(page, roster, (0, day + 19.5), (1, day + 19.5))
    confirmed(roster, 1)
    assert shift_of(roster, 0, 1) is None
    assert shift_of(roster, 1, 1) == [day + 18, day + 26]


def test_keyboard(page: Any, address: str) -> None:
    """Everything can be done without a pointer, and each answer is spoken."""
    roster = opened(page, address)
    stage, spoken = page.locator(".stage"), page.locator(".say")
    stage.focus()
    page.keyboard.press("Home")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Alt+ArrowRight")
    confirmed(roster, 1)
    assert shift_of(roster, 0, 0) == [EIGHT + 1, EIGHT + 17]
    assert text("ui.edit.done") in spoken.inner_text()
    page.keyboard.press("Shift+ArrowLeft")
    confirmed(roster, 2)
    assert shift_of(roster, 0, 0) == [EIGHT + 1, EIGHT + 16]
    page.keyboard.press("Alt+Shift+ArrowLeft")
    confirmed(roster, 3)
    assert shift_of(roster, 0, 0) == [EIGHT, EIGHT + 16]
    page.keyboard.press("l")
    confirmed(roster, 4)
    page.keyboard.press("Delete")
    page.get_by_text(text("ui.refused.locked"), exact=False).first.wait_for(timeout=WAIT_MS)
    assert shift_of(roster, 0, 0) == [EIGHT, EIGHT + 16]
    page.keyboard.press("l")
    confirmed(roster, 5)
    page.keyboard.press("Control+c")
    page.locator("button[data-act=next]").click()
    stage.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+v")
    confirmed(roster, 6)
    assert shift_of(roster, 1, 1) == [48 + EIGHT, 48 + EIGHT + 16]
    page.keyboard.press("Delete")
    confirmed(roster, 7)
    assert shift_of(roster, 1, 1) is None
    page.keyboard.press("n")
    confirmed(roster, 8)
    assert shift_of(roster, 1, 1) is not None
    page.keyboard.press("Control+z")
    confirmed(roster, 9)
    assert shift_of(roster, 1, 1) is None
    page.keyboard.press("Control+y")
    confirmed(roster, 10)
    assert shift_of(roster, 1, 1) is not None


def test_nothing_is_lost(page: Any, address: str, tmp_path: Path) -> None:
    """Edits are there after a reload; the draft is downloaded, becomes the plan, and the plan is simulated."""
    roster = opened(page, address)
    drag(page, roster, (1, EIGHT + 8.5), (1, EIGHT + 6.5))
    confirmed(roster, 1)
    page.get_by_text("revision 1", exact=False).first.wait_for(timeout=WAIT_MS)
    roster = opened(page, address)
    assert shift_of(roster, 1, 0) == [EIGHT + 2, EIGHT + 18]
    with page.expect_download(timeout=WAIT_MS) as waiting:
        page.get_by_role("button", name=text("ui.draft.csv")).click()
    waiting.value.save_as(tmp_path / "draft.csv")
    assert "a1,2026-01-05,2026-01-05T09:00:00+08:00" in (tmp_path / "draft.csv").read_text()
    page.get_by_role("button", name=text("ui.draft.make"), exact=True).click()
    page.get_by_text(text("ui.draft.not_simulated")).wait_for(timeout=WAIT_MS)
    settled(page)
    becomes(page.locator(".roster"), 1, 0, [EIGHT + 2, EIGHT + 18])
    page.get_by_role("button", name=text("ui.draft.simulate")).click()
    apply = page.get_by_role("button", name=text("ui.runs.apply"), exact=True)
    apply.wait_for(timeout=2 * WAIT_MS)
    settled(page)
    apply.click()
    page.get_by_text(text("ui.runs.applied")).wait_for(timeout=WAIT_MS)
    opened(page, address)
    assert page.get_by_text(text("ui.draft.not_simulated")).count() == 0


def test_a_slow_server_loses_no_key(page: Any, site: tuple[str, Path], address: str) -> None:
    """Keys pressed while the server is busy, and just before the page is left, are kept, in order, and then saved."""
    roster = opened(page, address)
    page.locator(".stage").focus()
    page.keyboard.press("Home")
    with held(site[1] / "home"):
        for key in ("Alt+ArrowRight", "Alt+ArrowRight", "l", "Delete", "l", "Shift+ArrowLeft", "Alt+ArrowRight"):
            page.keyboard.press(key)
        assert shift_of(roster, 0, 0) == [EIGHT + 3, EIGHT + 18]
        assert not page.evaluate("dispatchEvent(new Event('beforeunload', { cancelable: true }))")  # the tab asks first
    confirmed(roster, 6)  # the locked shift was not removed
    assert shift_of(roster, 0, 0) == [EIGHT + 3, EIGHT + 18]
    assert page.evaluate("dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    page.keyboard.press("Alt+ArrowLeft")
    with held(site[1] / "home"):
        page.keyboard.press("Alt+ArrowLeft")
        page.locator("[data-testid=stSidebarNavLink]").first.click()
    page.locator("h1", has_text=text("ui.overview.title")).wait_for(timeout=WAIT_MS)
    page.get_by_role("link", name=text("ui.schedule.title")).first.click()
    becomes(roster, 0, 0, [EIGHT + 1, EIGHT + 16])
    confirmed(roster, 8)
    becomes(opened(page, address), 0, 0, [EIGHT + 1, EIGHT + 16])


def test_two_tabs_collide_in_the_open(page: Any, browser: Any, address: str) -> None:
    """Two tabs edit: other days merge; one day is told with both versions, and the planner decides."""
    mine = opened(page, address)
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    other = context.new_page()
    theirs = opened(other, address)
    drag(page, mine, (0, EIGHT + 2.5), (0, EIGHT + 4.5))
    page.get_by_text("revision 1", exact=False).first.wait_for(timeout=WAIT_MS)
    drag(other, theirs, (1, EIGHT + 6.5), (1, EIGHT + 4.5))
    other.get_by_text("revision 2", exact=False).first.wait_for(timeout=WAIT_MS)
    drag(page, mine, (1, EIGHT + 6.5), (1, EIGHT + 7.5))
    page.get_by_text(text("ui.conflict.mine")).wait_for(timeout=WAIT_MS)
    page.get_by_text(text("ui.conflict.theirs")).click()
    page.get_by_text(text("ui.conflict.theirs")).wait_for(state="detached", timeout=WAIT_MS)
    settled(page)
    becomes(mine, 1, 0, [EIGHT + 2, EIGHT + 18])
    assert shift_of(mine, 0, 0) == [EIGHT + 2, EIGHT + 18]
    context.close()
