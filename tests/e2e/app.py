"""The app as a user meets it: `staffing serve` in a process of its own, and a browser that notes every complaint."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
WAIT_MS = 60_000
BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-first-run",
]
# A page opened by its own address first asks for the server's health below that address, and is told 404.
BENIGN = re.compile(r"/\w+/_stcore/(health|host-config)$")
ASKED = """(() => { window.asked = 0; window.heard = 0; window.heardAt = 0;
  window.WebSocket = class extends WebSocket {
    constructor(...options) {
      super(...options);
      this.addEventListener("message", () => { window.heard++; window.heardAt = performance.now(); });
    }
    send(data) { window.asked++; window.heard = 0; super.send(data); }
  };
})()"""
"""Counts what the page asks of the server, and what it has heard since; when last."""


def free_port() -> int:
    """A loopback port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    plan: Path | None, home: Path, *, lang: str = "en", spare: bool = False, port: int | None = None
) -> Iterator[str]:
    """`staffing serve`, on a free port unless told; yields its address and ends the process it started.

    With `spare` the server keeps a worker waiting, as it does unless told otherwise; it takes some seconds to load.
    """
    port, log = port or free_port(), home / "server.log"
    home.mkdir(parents=True, exist_ok=True)
    path = os.pathsep.join(part for part in (str(REPOSITORY), os.environ.get("PYTHONPATH", "")) if part)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("STAFFING_")}
    environment |= {"STAFFING_HOME": str(home), "PYTHONPATH": path, "STAFFING_SPARE_WORKER": str(int(spare))}
    command = [sys.executable, "-m", "staffing", "serve", *([str(plan)] if plan else [])]
    command += ["--port", str(port), "--headless", "--lang", lang]
    with log.open("wb") as out:
        server = subprocess.Popen(command, env=environment, cwd=home, stdout=out, stderr=out, start_new_session=True)
    (home / "server.pid").write_text(str(server.pid))
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, 15)
        server.wait(timeout=30)


@contextmanager
def held(home: Path) -> Iterator[None]:
    """The server stands still, as on a machine that has no time for it."""
    group = int((home / "server.pid").read_text())
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until the server answers."""
    end = monotonic() + 60
    while monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            if server.poll() is not None:
                break
            sleep(0.2)
    raise AssertionError(f"the app did not start:\n{log.read_text(errors='replace')}")


class Complaints:
    """Everything a page should not do: errors on its console, failed requests, requests to other hosts."""

    def __init__(self, page: Any, address: str) -> None:
        self.found: list[str] = []
        self.address = address
        page.add_init_script(ASKED)
        page.on("pageerror", lambda error: self.found.append(f"page error: {error}"))
        page.on("console", self._console)
        page.on("response", self._response)
        page.on("request", self._request)

    def _console(self, message: Any) -> None:
        # A failed request is told here without its address, and by `_response` with it.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.found.append(f"console: {message.text}")

    def _response(self, response: Any) -> None:
        if response.status >= 400 and not BENIGN.search(response.url):
            self.found.append(f"{response.status}: {response.url}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address, self.address.replace("http", "ws", 1), "data:", "blob:")):
            self.found.append(f"request to another host: {request.url}")


def press(page: Any, key: str) -> None:
    """A button by its key, which is the same in every language, until what it does is on the page."""
    before = page.evaluate("window.asked")
    page.locator(f".st-key-{key} button").click()
    answered(page, before)
    settled(page)


def answered(page: Any, before: int) -> None:
    """Until the server has been asked once more than `before`, as ``window.asked`` counts, and has answered."""
    # A short run may begin and end between two pictures of the page, so that its state never shows it.
    heard = "before => window.asked > before && window.heard && performance.now() - window.heardAt > 100"
    page.wait_for_function(heard, arg=before, timeout=WAIT_MS)


def settled(page: Any) -> None:
    """Until the page's script has run; a traceback on the page is a failure."""
    page.wait_for_selector("h1", timeout=WAIT_MS)
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'", timeout=WAIT_MS
    )
    assert page.locator("[data-testid=stException]").count() == 0
