"""The server of the app: ``python -m staffing.ui.server``. Beside serving it makes ready what first pages wait for.

Libraries are loaded, the plan on show and its centre are read and a worker is started while nobody waits for them yet.
"""

import gc
import socket
import sys
import threading
import time
from contextlib import suppress
from importlib import import_module
from typing import Any

from streamlit import runtime
from streamlit.web import cli
from streamlit.web.server.starlette import starlette_server

from staffing.errors import DataError, SettingsError
from staffing.settings import load_settings
from staffing.ui import app_file, spare
from staffing.ui.router import ICONS, START
from staffing.ui.shown import CannotShowError

PAUSE_S = 0.05
"""Between two steps those who ask for a page go first."""


def prepare() -> None:
    """Everything that the first visitor of each page would wait for, the page that opens first of all."""
    while not runtime.exists():
        time.sleep(PAUSE_S)
    with suppress(CannotShowError, SettingsError):
        _page(START)
        _plan()
        for name in ICONS:
            time.sleep(PAUSE_S)
            _page(name)
        _centre()
    with suppress(SettingsError):
        # Also where there is no plan to show yet: then the first one is about to be made.
        if load_settings().spare_worker:
            spare.keep()
    # What is loaded now stays: later collections need not look at it.
    gc.collect()
    gc.freeze()


def _page(name: str) -> None:
    import_module(f"staffing.ui.screens.{name}")


def _plan() -> None:
    from staffing.ui import state

    state.shown_plan()


def _centre() -> None:
    from staffing.ui import centre, past, state
    from staffing.ui.sections import forecast_edit

    folder = centre.centre_folder(state.store())
    with suppress(DataError, OSError):
        if folder is not None:
            centre.read_shared(folder)
    past.past_of(state.shown_plan())
    time.sleep(PAUSE_S)
    forecast_edit.warm(state.shown_plan())


def answer_at_once() -> None:
    """Let the server send small packets without waiting for the browser to confirm earlier ones.

    The framework makes its socket in a way for which asyncio does not ask for that itself, and each of the 140 files
    of a first page and many an answer would wait 40 ms.
    """
    bind = getattr(starlette_server, "_bind_socket", None)
    if bind is None:
        return

    def bound(*given: Any, **options: Any) -> socket.socket:
        listening: socket.socket = bind(*given, **options)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what is accepted inherits it
        return listening

    starlette_server._bind_socket = bound


def main(arguments: list[str]) -> None:
    """Serve; `arguments` are options of the framework."""
    answer_at_once()
    threading.Thread(target=prepare, name="prepare", daemon=True).start()
    sys.argv = ["streamlit", "run", str(app_file()), *arguments]
    cli.main(prog_name="streamlit")


if __name__ == "__main__":
    main(sys.argv[1:])
