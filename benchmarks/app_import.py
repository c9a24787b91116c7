"""How soon a large history of somebody's own becomes a centre in the app, and how the page answers meanwhile.

    python -m benchmarks.app_import [--rows 350000] [--cold] [--json FILE]

A made-up history of five queues is uploaded in Chromium to the page New centre of an app served by ``staffing serve``;
reading, settling and checking are jobs in processes of their own. All seconds are from the click, or the choice of the
file, to what stands on the page: the button that stops the job (seen), the first rows (read), the table of queues
(settled), the checked centre (checked), and its folder (created). `answer_s` is the median time from the end of typing
to the page drawn anew while the reading is at work. With the worker that the server keeps waiting; without it where
`--cold` is given.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.app_jobs import loaded
from staffing.i18n import text
from tests.e2e.app import ASKED, BROWSER_OPTIONS, WAIT_MS, answered, press, serving, settled

QUEUES = ("Hotline", "Orders", "Claims", "E-mail", "Chat")
STEP_MIN = 15
LONG_MS = 3 * WAIT_MS


def history(rows: int) -> bytes:
    """Contacts of five queues every quarter of an hour, as an export of a telephone system has them."""
    rng, lines = np.random.default_rng(1), ["Interval start,Queue,Calls offered,Calls answered,Abandoned,AHT (s)"]
    start = datetime(2024, 1, 1)
    contacts, seconds = rng.poisson(8, rows).tolist(), rng.integers(240, 300, rows).tolist()
    for place, (offered, aht) in enumerate(zip(contacts, seconds, strict=True)):
        moment = start + timedelta(minutes=STEP_MIN * (place // len(QUEUES)))
        lost = min(offered, 1)
        lines.append(f"{moment:%d/%m/%Y %H:%M},{QUEUES[place % len(QUEUES)]},{offered},{offered - lost},{lost},{aht}")
    return ("\n".join(lines) + "\n").encode()


def answers(page: Any) -> list[float]:
    """Seconds of each change of a field while the job is at work."""
    found = []
    field = page.get_by_role("textbox", name=text("ui.newcentre.name"))
    for count in range(8):
        if not page.locator(".st-key-newcentre_stop").count():
            break
        before = page.evaluate("window.asked")
        field.fill(f"Large {count}")
        begun = time.perf_counter()
        page.keyboard.press("Tab")
        answered(page, before)
        settled(page)
        found.append(time.perf_counter() - begun)
    return found


def measure(page: Any, address: str, data: bytes) -> dict[str, float]:
    """One import, from the upload to the folder."""
    page.goto(f"{address}/newcentre?lang=en")
    settled(page)
    page.get_by_role("textbox", name=text("ui.newcentre.name")).fill("Large")
    page.keyboard.press("Tab")
    settled(page)
    begun = time.perf_counter()
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(data)
        file.flush()
        page.locator("input[type=file]").first.set_input_files(file.name)
        page.locator(".st-key-newcentre_stop").wait_for(timeout=LONG_MS)
        seen = time.perf_counter() - begun
        each = answers(page)
        page.get_by_text("header in line").wait_for(timeout=LONG_MS)
    read = time.perf_counter() - begun
    settled(page)
    press(page, "newcentre_next")
    begun = time.perf_counter()
    page.locator(".st-key-newcentre_next button").click()
    page.get_by_text(text("ui.newcentre.targets_lead")).wait_for(timeout=LONG_MS)
    columns = time.perf_counter() - begun
    settled(page)
    press(page, "newcentre_next")
    begun = time.perf_counter()
    page.locator(".st-key-newcentre_next button").click()
    page.get_by_text(text("ui.newcentre.legal")).wait_for(timeout=LONG_MS)
    checked = time.perf_counter() - begun
    settled(page)
    begun = time.perf_counter()
    page.locator(".st-key-newcentre_create button").click()
    page.locator(".st-key-newcentre_another").wait_for(timeout=LONG_MS)
    created = time.perf_counter() - begun
    return {
        "seen_s": seen,
        "answer_s": statistics.median(each) if each else float("nan"),
        "answer_s_most": max(each, default=float("nan")),
        "read_s": read,
        "settled_s": columns,
        "checked_s": checked,
        "created_s": created,
    }


def main() -> None:
    """Measure and write the figures beside this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=350_000)
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    parser.add_argument("--browser", default="/usr/bin/chromium")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    data, spare = history(options.rows), not options.cold
    with (
        sync_playwright() as driver,
        tempfile.TemporaryDirectory() as folder,
        serving(None, Path(folder) / "home", spare=spare) as address,
    ):
        browser = driver.chromium.launch(executable_path=options.browser, args=BROWSER_OPTIONS)
        # In UTC no hour is missing or comes twice, as some do in a made-up history of another zone.
        page = browser.new_context(viewport={"width": 1440, "height": 1000}, timezone_id="UTC").new_page()
        page.add_init_script(ASKED)
        if spare:
            loaded()
        found = measure(page, address, data)
        browser.close()
    record = {
        "date": str(date.today()),
        "machine": platform.platform(),
        "cores": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()],
        "rows": options.rows,
        "megabytes": round(len(data) / 1e6, 1),
        "waiting_worker": spare,
        **{name: round(value, 2) for name, value in found.items()},
    }
    options.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1))


if __name__ == "__main__":
    main()
