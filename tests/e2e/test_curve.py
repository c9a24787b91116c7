"""A planner edits the forecast's curve in a real browser: pointer, keyboard, amounts, undo, paste, save, reload."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from staffing.files import read_centre, write_plan
from staffing.store import open_store
from staffing.ui.centre import point_at_centre
from tests.e2e.app import WAIT_MS, Complaints, serving, settled
from tests.files.tiny_centre import write_tiny_centre
from tests.planning.layered_plan import make_layered_plan

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: install the extra e2e")
pytestmark = pytest.mark.e2e
OF_CURVE = "el => el.parentNode.staffingCurve"


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre that can be changed."""
    return write_tiny_centre(tmp_path_factory.mktemp("curve") / "centre")


@pytest.fixture(scope="module")
def address(centre: Path) -> Iterator[str]:
    """The app with a plan of that centre on show."""
    home = centre.parent / "home"
    home.mkdir()
    store = open_store(f"sqlite:///{home / 'staffing.db'}")
    point_at_centre(store, centre)
    store.close()
    plan = make_layered_plan()
    own = replace(plan.scenario.centre, name=read_centre(centre).centre.name)
    write_plan(replace(plan, scenario=replace(plan.scenario, centre=own)), centre.parent / "plan")
    with serving(centre.parent / "plan", home) as found:
        yield found


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """The Forecast page on the first day, in a fresh tab; complaints fail the test."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 1200}, permissions=["clipboard-read", "clipboard-write"]
    )
    tab = context.new_page()
    complaints = Complaints(tab, address)
    tab.goto(f"{address}/forecast?lang=en")
    on_monday(tab)
    yield tab
    context.close()
    assert complaints.found == []


def on_monday(page: Any) -> None:
    page.locator(".curve").wait_for(timeout=WAIT_MS)
    settled(page)
    page.locator("[data-testid=stSelectbox]").nth(1).click()
    page.get_by_role("option", name="Mon 5 Jan").click()
    page.wait_for_function(
        """() => { const find = (root) => root.querySelector(".curve") || [...root.querySelectorAll("*")]
          .map((el) => el.shadowRoot && find(el.shadowRoot)).find(Boolean);
          const el = find(document); return el && el.parentNode.staffingCurve.model.steps.length === 20; }""",
        timeout=WAIT_MS,
    )
    settled(page)


def now(page: Any, measure: str = "volume") -> list[float]:
    found: list[float] = page.locator(".curve").evaluate(f"el => ({OF_CURVE})(el).model.measures.{measure}.now")
    return found


def at(page: Any, place: float, value: float) -> tuple[float, float]:
    """On the screen: a place along the axis, and a value."""
    x, y = page.locator(".curve").evaluate(
        """(el, [place, value]) => { const c = el.parentNode.staffingCurve, box = c.canvas.getBoundingClientRect();
          return [box.left + c.x(place + 0.5), box.top + c.y(value)]; }""",
        [place, value],
    )
    return float(x), float(y)


def drag(page: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def confirmed(page: Any, rev: int = 0) -> None:
    """Until nothing waits for the server, and it has answered with revision `rev` or a later one."""
    page.wait_for_function(
        """rev => { const find = (root) => root.querySelector(".curve") || [...root.querySelectorAll("*")]
          .map((el) => el.shadowRoot && find(el.shadowRoot)).find(Boolean);
          const el = find(document); return el && Number(el.dataset.rev) >= rev && el.dataset.waiting === "0"; }""",
        arg=rev,
        timeout=WAIT_MS,
    )


def choose_first_cell(page: Any, grid: Any) -> None:
    """Click the first cell; again where the page was still moving and the click hit nothing."""
    cells = grid.locator("[role=gridcell]")
    cells.first.wait_for(state="attached", timeout=WAIT_MS)
    chosen = cells.and_(page.locator("[aria-selected=true]")).first
    for last in (False, False, False, False, True):
        grid.click(position={"x": 0.16 * grid.bounding_box()["width"], "y": 36 + 16})
        try:
            chosen.wait_for(state="attached", timeout=WAIT_MS / 5)
        except playwright.TimeoutError:
            if last:
                raise
        else:
            return


def test_a_column_is_pasted(page: Any) -> None:
    """Five numbers from a spreadsheet go into five intervals as one step; nothing is saved of it."""
    page.get_by_text("As a table: type, or paste a column").click()
    grid = page.locator("[data-testid=stDataFrame]").first
    grid.wait_for(timeout=WAIT_MS)
    settled(page)
    page.evaluate("navigator.clipboard.writeText('11\\n12\\n13\\n14\\n15')")
    choose_first_cell(page, grid)
    page.keyboard.press("Control+v")
    confirmed(page, 1)
    assert now(page)[:5] == [11, 12, 13, 14, 15]
    page.locator("button[data-act=undo]").click()
    confirmed(page)
    assert now(page)[:5] != [11, 12, 13, 14, 15]


def test_a_curve_is_drawn_typed_and_saved(page: Any, centre: Path) -> None:
    """Each way of editing reaches the server as drawn; saved rows are there after a reload."""
    first = now(page)
    drag(page, at(page, 4, first[4]), at(page, 4, 1.0))
    drawn = now(page)
    assert drawn[4] == pytest.approx(1.0, abs=0.3)  # before the server has answered
    assert drawn[5] == first[5]
    confirmed(page)
    assert now(page)[4] == pytest.approx(drawn[4], abs=0.01)
    # Selected along the axis, then changed by an amount.
    x, y = at(page, 8, 0.0)
    drag(page, (x, y + 12), (at(page, 11, 0.0)[0], y + 12))
    page.locator("input[data-act=amount]").fill("50")
    page.locator("button[data-act=apply]").click()
    confirmed(page)
    assert now(page)[8:12] == pytest.approx([1.5 * value for value in first[8:12]], abs=0.05)
    # The keys: undo and do again, then one interval up by two, then the selection by a per cent.
    page.locator(".stage").focus()
    page.keyboard.press("Control+z")
    confirmed(page)
    assert now(page)[8] == pytest.approx(first[8], abs=0.01)
    page.keyboard.press("Control+y")
    confirmed(page)
    page.keyboard.press("Home")
    before = round(now(page)[0])
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    confirmed(page)
    assert now(page)[0] == pytest.approx(before + 2, abs=0.01)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("PageUp")
    confirmed(page)
    assert now(page)[0] == pytest.approx(1.05 * (before + 2), abs=0.05)
    # Inside what is selected the pointer scales all of it.
    two = now(page)[:2]
    drag(page, at(page, 0, two[0]), at(page, 0, two[0] / 2))
    confirmed(page)
    assert now(page)[:2] == pytest.approx([two[0] / 2, two[1] / 2], rel=0.05)
    page.locator("button[data-act=aht_s]").click()
    drag(page, at(page, 12, now(page, "aht_s")[12]), at(page, 12, 200.0))
    confirmed(page)
    assert now(page, "aht_s")[12] == pytest.approx(200.0, abs=8.0)
    page.get_by_label("Layer", exact=True).first.fill("sale")
    page.get_by_label("Layer", exact=True).first.press("Enter")
    page.get_by_role("button", name="Save layers").click()
    page.get_by_text("The layers saved since are not in the plan on show").wait_for(timeout=WAIT_MS)
    wanted = now(page)
    rows = read_centre(centre, people=False).overrides
    assert {row.measure for row in rows} == {"volume", "aht_s"}
    assert all(row.author for row in rows[1:])
    page.reload()
    on_monday(page)
    assert now(page) == pytest.approx(wanted, abs=0.02)
