"""How soon an edit of the forecast shows the new requirement.

    python -m benchmarks.forecast_edit [--edits 20] [--json FILE]

The app is served by ``staffing serve`` in a process of its own with the sample's plan, and a browser drags single
points of the phone's and the chat's curve, day by day. Reported: milliseconds from letting go of the pointer until the
answer stands on the screen (contacts, bands, agents needed, hours, wages, service of the roster), median and 95 %; the
first edit of a fresh session; and milliseconds that drawing the canvas takes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
from datetime import date
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np

from tests.e2e.app import BROWSER_OPTIONS, WAIT_MS, serving, settled

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "hr-centre-plan"
READY_S = 15.0
QUEUES, DAYS = 2, 7
WAITED = """rev => { const find = (root) => root.querySelector(".curve") || [...root.querySelectorAll("*")]
  .map((el) => el.shadowRoot && find(el.shadowRoot)).find(Boolean);
  const el = find(document); return el && Number(el.dataset.rev) >= rev && el.dataset.waiting === "0"; }"""


def pick(page: Any, place: int, number: int) -> None:
    """An entry of a list of choices, by the keyboard."""
    page.locator("[data-testid=stSelectbox] input").nth(place).click()
    page.get_by_role("option").nth(number).click()
    sleep(0.5)
    settled(page)


def dragged(page: Any, number: int, rev: int) -> tuple[float, float]:
    """Milliseconds until a dragged point is answered, and until it was drawn."""
    curve = page.locator(".curve")
    x, y, to = curve.evaluate(
        """(el, n) => { const c = el.parentNode.staffingCurve, box = c.canvas.getBoundingClientRect();
          const open = c.model.steps.map((_, at) => at).filter((at) => c.model.open[at]);
          const at = open[(7 * n + 3) % open.length];
          const value = c.series.now[at];
          return [box.left + c.x(at + 0.5), box.top + c.y(value), box.top + c.y(value * 0.8)]; }""",
        number,
    )
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, to, steps=3)
    page.mouse.up()
    page.wait_for_function(WAITED, arg=rev, timeout=WAIT_MS)
    return float(curve.get_attribute("data-confirm-ms")), float(curve.get_attribute("data-paint-ms"))


def main() -> None:
    """Measure and write the figures beside this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=20)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    parser.add_argument("--browser", default="/usr/bin/chromium")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=options.browser, args=BROWSER_OPTIONS)
        with serving(SAMPLE, Path(folder) / "home") as address:
            page = browser.new_context(viewport={"width": 1440, "height": 1200}).new_page()
            page.goto(f"{address}/forecast?lang=en")
            page.locator(".curve").wait_for(timeout=WAIT_MS)
            settled(page)
            sleep(READY_S)
            found, paint = [], []
            each = max(1, options.edits // (QUEUES * DAYS) + 1)
            for number in range(options.edits):
                view, nth = divmod(number, each)
                if nth == 0:
                    pick(page, 0, view % QUEUES)
                    pick(page, 1, 1 + view % DAYS)
                confirm, drawn = dragged(page, number, number + 1)
                found.append(confirm)
                paint.append(drawn)
        browser.close()
    row = {
        "date": str(date.today()),
        "machine": platform.platform(),
        "cores": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()],
        "edits": len(found),
        "first_ms": round(found[0]),
        "edit_ms": round(statistics.median(found)),
        "edit_p95_ms": round(float(np.quantile(found, 0.95))),
        "paint_ms": round(statistics.median(paint), 1),
    }
    options.json.write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(row, indent=1))


if __name__ == "__main__":
    main()
