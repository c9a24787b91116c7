"""Where things lie on the roster canvas, and what it says of itself."""

from time import monotonic
from typing import Any

from tests.e2e.app import WAIT_MS, settled

OBJECT = "el => el.parentNode.staffingRoster"


def opened(page: Any, address: str, lang: str = "en") -> Any:
    """The Schedule page with its roster drawn."""
    page.goto(f"{address}/schedule?lang={lang}")
    roster = page.locator(".roster")
    roster.wait_for(timeout=WAIT_MS)
    settled(page)
    return roster


def point(roster: Any, row: int, slot: float) -> tuple[float, float]:
    """Middle of a slot of a row on the screen, with `slot` 0.0 at its left edge."""
    x, y = roster.evaluate(
        """(el, [row, slot]) => {
          const r = el.parentNode.staffingRoster, box = r.body.getBoundingClientRect();
          return [box.left + r.x(Math.floor(slot)) + (slot % 1) * r.unit, box.top + row * 22 + 11 - r.rows.scrollTop];
        }""",
        [row, slot],
    )
    return float(x), float(y)


def shift_of(roster: Any, agent: int, day: int) -> list[int] | None:
    """First slot and end of an agent's shift as drawn, or None."""
    found = roster.evaluate(
        """(el, [agent, day]) => {
          const shift = el.parentNode.staffingRoster.shiftOn(agent, day);
          return shift ? [shift.start, shift.end] : null;
        }""",
        [agent, day],
    )
    return found if found is None else [int(value) for value in found]


def becomes(roster: Any, agent: int, day: int, span: list[int]) -> None:
    """Until the agent's shift is drawn from the first slot of `span` to its end."""
    end = monotonic() + WAIT_MS / 1000
    while shift_of(roster, agent, day) != span:
        assert monotonic() < end, f"shift is {shift_of(roster, agent, day)}, expected {span}"
        roster.page.wait_for_timeout(50)


def drag(page: Any, roster: Any, start: tuple[int, float], end: tuple[int, float]) -> None:
    """Press at (row, slot), pull to another place in steps, let go."""
    page.mouse.move(*point(roster, *start))
    page.mouse.down()
    page.mouse.move(*point(roster, start[0], (start[1] + end[1]) / 2), steps=3)
    page.mouse.move(*point(roster, *end), steps=3)
    page.mouse.up()


def confirmed(roster: Any, rev: int) -> None:
    """Until the server has answered with revision `rev` and nothing waits."""
    roster.page.wait_for_function(
        """rev => {
          const find = (root) => root.querySelector(".roster") || [...root.querySelectorAll("*")]
            .map((el) => el.shadowRoot && find(el.shadowRoot)).find(Boolean);
          const el = find(document);
          return el && el.dataset.rev === String(rev) && el.dataset.waiting === "0";
        }""",
        arg=rev,
        timeout=WAIT_MS,
    )
