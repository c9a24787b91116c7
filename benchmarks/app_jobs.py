"""How soon a plan that is started in the app is seen, gives a first roster, stops, and is told to be lost.

    python -m benchmarks.app_jobs [--rounds 3] [--json FILE]

The app is served by ``staffing serve`` in a process of its own and used in Chromium; runs plan the sample centre. All
seconds are from the click to what stands on the page: the button that stops the run (seen), a cost (first plan), the
button that applies the proposal after the run was told to stop (stopped), and the sentence for a lost run after its
worker was killed with SIGKILL (lost). Once with the worker that the server keeps waiting, each time when it has loaded,
and once without it, where a process has to load everything first.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from staffing.i18n import text
from staffing.store import open_store
from staffing.store.jobs import get_job, list_jobs
from staffing.ui.spare import LATER_S
from tests.e2e.app import BROWSER_OPTIONS, WAIT_MS, serving, settled

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "hr-centre-plan"
SEARCH_S = 10.0
"""A run searches so long before it is stopped."""
LOAD_S = 180.0
"""A waiting worker loads no longer, kernels compiled before."""
COST = """() => {
  const value = document.querySelector('[data-testid=stMetricValue]');
  return value && /^[0-9][0-9,.]*$/.test(value.textContent.trim());
}"""


def started(page: Any, address: str) -> float:
    """Press start on a fresh page; the moment of the click."""
    page.goto(f"{address}/runs?lang=en")
    settled(page)
    page.get_by_role("spinbutton", name=text("ui.runs.limit")).fill("600")
    page.keyboard.press("Tab")
    page.wait_for_timeout(500)
    button, begun = page.get_by_role("button", name=text("ui.runs.button")), time.perf_counter()
    button.click()
    return begun


def run(page: Any, address: str) -> dict[str, float]:
    """One run to its first plan and on, then stopped."""
    begun = started(page, address)
    stop = page.get_by_role("button", name=text("ui.runs.stop"))
    stop.wait_for(timeout=WAIT_MS)
    seen = time.perf_counter() - begun
    page.wait_for_function(COST, timeout=3 * WAIT_MS)
    first = time.perf_counter() - begun
    page.wait_for_timeout(1000 * SEARCH_S)
    asked = time.perf_counter()
    stop.click()
    page.get_by_role("button", name=text("ui.runs.apply"), exact=True).wait_for(timeout=2 * WAIT_MS)
    return {"seen_s": seen, "first_plan_s": first, "stopped_s": time.perf_counter() - asked}


def killed(page: Any, address: str, home: Path) -> float:
    """Seconds from killing the worker of a run until its page says so."""
    started(page, address)
    page.get_by_role("button", name=text("ui.runs.stop")).wait_for(timeout=WAIT_MS)
    store = open_store(f"sqlite:///{home}/staffing.db")
    job = list_jobs(store)[0]
    while job.pid is None:
        time.sleep(0.05)
        job = get_job(store, job.id)
    page.wait_for_timeout(2000)
    store.close()
    os.kill(job.pid, signal.SIGKILL)
    begun = time.perf_counter()
    page.get_by_text(text("ui.ending.lost"), exact=True).wait_for(timeout=WAIT_MS)
    return time.perf_counter() - begun


def waiting() -> dict[int, int]:
    """Processor ticks of every process that is a waiting worker."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"staffing.ui.spare" in (folder / "cmdline").read_bytes():
                part = (folder / "stat").read_text().rpartition(")")[2].split()
                found[int(folder.name)] = int(part[11]) + int(part[12])
        except OSError:
            continue  # ended meanwhile
    return found


def loaded() -> None:
    """Until a waiting worker has come and uses the processor no more."""
    end, before = time.monotonic() + LATER_S + LOAD_S, -1
    while time.monotonic() < end:
        now = max(waiting().values(), default=-1)
        if now > 100 and now == before:
            return
        before = now
        time.sleep(3)
    raise RuntimeError("no worker was made ready")


def measure(browser: Any, rounds: int, *, spare: bool) -> dict[str, float]:
    """Medians over the rounds."""
    with tempfile.TemporaryDirectory() as folder, serving(SAMPLE, Path(folder) / "home", spare=spare) as address:
        page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
        found: list[dict[str, float]] = []
        for _ in range(rounds):
            if spare:
                loaded()
            found.append(run(page, address))
        lost = killed(page, address, Path(folder) / "home")
        page.context.close()
    medians = {name: round(statistics.median(row[name] for row in found), 2) for name in found[0]}
    most = {f"{name}_most": round(max(row[name] for row in found), 2) for name in found[0]}
    return medians | most | {"lost_s": round(lost, 2)}


def main() -> None:
    """Measure and write the figures beside this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    parser.add_argument("--browser", default="/usr/bin/chromium")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=options.browser, args=BROWSER_OPTIONS)
        rows = {
            name: measure(browser, options.rounds, spare=spare) for name, spare in (("waiting", True), ("cold", False))
        }
        browser.close()
    record = {
        "date": str(date.today()),
        "machine": platform.platform(),
        "cores": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()],
        "rounds": options.rounds,
        **rows,
    }
    options.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(record, indent=1))


if __name__ == "__main__":
    main()
