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
from staffing.store.faults import DATABASE_ERRORS
from staffing.ui import app_file, spare
from staffing.ui.router import ICONS, START
from staffing.ui.shown import CannotShowError

PAUSE_S = 0.05
"""Between two steps those who ask for a page go first."""
LOOK_S = 5.0
"""Between two looks whether a run that waits can begin; pages that show runs look each second."""
LOAD_S = 60.0
"""A run that waits when the server starts begins no later, whether the worker that is made ready has loaded or not."""


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


def tend() -> None:
    """Make ready, then look for runs that can begin as long as the server lives."""
    prepare()
    with suppress(SettingsError):
        if load_settings().spare_worker:
            spare.keep().is_ready.wait(LOAD_S)
    while True:
        go_on()
        let_go()
        time.sleep(LOOK_S)


def go_on() -> None:
    """Start the order whose turn it is, where the run before it ended without a word and no page is open to see that.

    A database that cannot be reached now is asked again later.
    """
    from staffing.ui import jobs, state

    with suppress(SettingsError, *DATABASE_ERRORS):
        settings = state.settings()
        jobs.go_on(state.store(), settings.home, settings.db_url)


def let_go() -> None:
    """Delete imports that nobody has gone on with for days: they hold files about people."""
    from staffing.files.wizard.spool import sweep
    from staffing.ui import state

    with suppress(SettingsError, OSError):
        sweep(state.settings().home)


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
    threading.Thread(target=tend, name="tend", daemon=True).start()
    sys.argv = ["streamlit", "run", str(app_file()), *arguments]
    cli.main(prog_name="streamlit")


if __name__ == "__main__":
    main(sys.argv[1:])
