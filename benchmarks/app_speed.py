"""How soon the app shows something, how quickly pages change, and how it bears ten people at once.

    python -m benchmarks.app_speed [--sessions 10] [--rounds 3] [--json FILE]

The app is served by ``staffing serve`` in a process of its own with the sample's plan, as on the first start. Reported:
seconds from starting the command to the finished plan on screen; from the first request of a fresh server to the first
content, which is the page's title (cold); the same ten seconds later, when the server has made itself ready, for a
browser that was never here and for further tabs of that browser (warm), medians; in those tabs also until the plan's
figures stand. Turn about with them the same browser opens the least app there is, one title and one figure served by
``streamlit run``: what the framework itself takes. Then milliseconds from a click in the navigation until the other
page's title stands (median over all pages); and the median and 95 % milliseconds of a rerun while so many sessions,
each a socket of its own, ask for one every second on four pages.

Titles and figures are looked for at every frame in the page itself. The driver's own waiting asks only every half
second once the first third of a second is over, and would tell a title of 1.2 s as 1.7 s.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import numpy as np

from staffing.i18n import text
from staffing.ui.router import ICONS
from tests.e2e.app import BROWSER_OPTIONS, WAIT_MS, free_port, serving, settled, wait_for

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "hr-centre-plan"
TABS = 5
READY_S = 10.0
BUSY_PAGES = ("", "schedule", "forecast", "requirement")
PAUSE_S = 1.0
FIGURE = "[data-testid=stMetric]"
STANDS = """([where, said]) => [...document.querySelectorAll(where)].some(found =>
    found.checkVisibility({visibilityProperty: true}) && found.getBoundingClientRect().height > 0
    && (said === null || found.textContent.trim() === said))"""
BARE = """import streamlit as st

st.title("Title")
st.metric("Figure", 1)
"""


@contextmanager
def bare(folder: Path) -> Iterator[str]:
    """The least app there is, served by the framework; yields its address."""
    folder.mkdir()
    script, log, port = folder / "bare.py", folder / "server.log", free_port()
    script.write_text(BARE, encoding="utf-8")
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    command += ["--server.address=127.0.0.1", "--server.headless=true", "--browser.gatherUsageStats=false"]
    with log.open("wb") as out:
        server = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, start_new_session=True)
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def stands(page: Any, where: str, said: str | None = None) -> None:
    """Until something at that place of the page can be seen, with just that text where one is given."""
    page.wait_for_function(STANDS, arg=[where, said], timeout=WAIT_MS)


def opening(context: Any, address: str) -> tuple[float, float]:
    """Seconds until the title stands in a fresh tab, and until the plan's figures do."""
    page, begun = context.new_page(), perf_counter()
    page.goto(f"{address}/?lang=en", wait_until="commit")
    stands(page, "h1")
    first = perf_counter() - begun
    stands(page, FIGURE)
    whole = perf_counter() - begun
    settled(page)
    page.close()
    return first, whole


def a_browser(browser: Any) -> Any:
    """One that has never been here: nothing is in its cache."""
    return browser.new_context(viewport={"width": 1440, "height": 1000})


def switching(browser: Any, address: str, rounds: int) -> list[float]:
    """Milliseconds of each page switch; the first round, which fills caches, is left out."""
    page = a_browser(browser).new_page()
    page.goto(f"{address}/?lang=en")
    settled(page)
    found = []
    for number in range(rounds + 1):
        for name in ICONS:
            title = text(f"ui.{name}.title")
            link = page.locator("[data-testid=stSidebarNavLink]").filter(has=page.get_by_text(title, exact=True))
            begun = perf_counter()
            link.click()
            stands(page, "h1", title)
            if number:
                found.append(1000 * (perf_counter() - begun))
            settled(page)
    page.context.close()
    return found


async def session(address: str, name: str, reruns: int, found: list[float], opened: asyncio.Barrier) -> None:
    """One person's socket: a rerun every second, each measured until its script has ended; all begin at one moment."""
    import websockets
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from websockets.typing import Origin, Subprotocol

    url = address.replace("http", "ws", 1) + "/_stcore/stream"
    async with websockets.connect(
        url, subprotocols=[Subprotocol("streamlit")], max_size=None, origin=Origin(address)
    ) as socket:
        for number in range(reruns + 1):
            asked = BackMsg()
            asked.rerun_script.query_string = "lang=en"
            asked.rerun_script.page_name = name
            begun = perf_counter()
            await socket.send(asked.SerializeToString())
            while True:
                told = ForwardMsg()
                told.ParseFromString(await socket.recv())
                if told.WhichOneof("type") == "script_finished":
                    break
            if number:  # the first one opens the session
                found.append(1000 * (perf_counter() - begun))
                await asyncio.sleep(PAUSE_S)
            else:
                await opened.wait()


def together(address: str, sessions: int, reruns: int) -> list[float]:
    """Milliseconds of every rerun of all sessions at once."""
    found: list[float] = []

    async def all_of_them() -> None:
        names = [BUSY_PAGES[number % len(BUSY_PAGES)] for number in range(sessions)]
        opened = asyncio.Barrier(sessions)
        await asyncio.gather(*(session(address, name, reruns, found, opened) for name in names))

    # Beside the browser's driver, which has a loop of its own in this thread.
    thread = threading.Thread(target=lambda: asyncio.run(all_of_them()))
    thread.start()
    thread.join()
    return found


def main() -> None:
    """Measure and write the figures beside this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, default=Path(__file__).with_suffix(".json"))
    parser.add_argument("--browser", default="/usr/bin/chromium")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=options.browser, args=BROWSER_OPTIONS)
        browser.new_context().new_page().close()
        begun = perf_counter()
        with serving(SAMPLE, Path(folder) / "home") as address:
            served = perf_counter() - begun
            cold, whole = opening(a_browser(browser), address)
            sleep(READY_S)
            fresh = [opening(a_browser(browser), address)[0] for _ in range(TABS)]
            known = a_browser(browser)
            with bare(Path(folder) / "bare") as plain:
                turns = [(opening(known, address), opening(known, plain)) for _ in range(TABS + 1)][1:]
            switches = switching(browser, address, options.rounds)
            alone = together(address, 1, 2 * len(BUSY_PAGES))
            crowd = together(address, options.sessions, 8)
        browser.close()
    row = {
        "date": str(date.today()),
        "machine": platform.platform(),
        "cores": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()],
        "start_to_plan_s": round(served + whole, 2),
        "first_content_cold_s": round(cold, 2),
        "first_content_new_browser_s": round(statistics.median(fresh), 2),
        "first_content_warm_s": round(statistics.median(ours[0] for ours, _ in turns), 2),
        "first_figures_warm_s": round(statistics.median(ours[1] for ours, _ in turns), 2),
        "bare_streamlit_s": round(statistics.median(least[0] for _, least in turns), 2),
        "page_switch_ms": round(statistics.median(switches)),
        "page_switch_p95_ms": round(float(np.quantile(switches, 0.95))),
        "sessions": options.sessions,
        "rerun_alone_ms": round(statistics.median(alone)),
        "rerun_ms": round(statistics.median(crowd)),
        "rerun_p95_ms": round(float(np.quantile(crowd, 0.95))),
    }
    options.json.write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(row, indent=1))


if __name__ == "__main__":
    main()
