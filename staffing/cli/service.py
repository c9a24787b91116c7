"""Commands about the installation: serve, warm."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from staffing.cli.common import Lang, check_lang, guarded, say
from staffing.i18n import text


@guarded
def serve(
    plan_dir: Annotated[
        Path | None,
        typer.Argument(help="Plan folder to show. Default: the last one, else the demo.", metavar="PLAN_DIR"),
    ] = None,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port of the app.")] = 8501,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; anything but loopback is public.")
    ] = "127.0.0.1",
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser.")] = False,
    lang: Lang = "en",
) -> None:
    """Open the planner's app."""
    from staffing.errors import SettingsError

    check_lang(lang)
    environment = dict(os.environ)
    if plan_dir is not None:
        if not (plan_dir / "plan.json").is_file():
            raise SettingsError(f"{plan_dir} is not a plan folder: it holds no plan.json")
        environment["STAFFING_PLAN"] = str(plan_dir.resolve())
    environment["STAFFING_LANG"] = lang
    if host not in ("127.0.0.1", "localhost", "::1"):
        say(text("cli.public_host", lang, host=host))
    arguments = [
        f"--server.port={port}",
        f"--server.address={host}",
        f"--server.headless={'true' if headless else 'false'}",
        "--server.fileWatcherType=none",
        # A first start must show the app, not a question of the framework's makers.
        "--server.showEmailPrompt=false",
    ]
    # The server takes this process's place, so that signals reach it and nothing is left behind.
    os.execve(sys.executable, [sys.executable, "-m", "staffing.ui.server", *arguments], environment)


@guarded
def warm(lang: Lang = "en") -> None:
    """Compile the kernels once, so that the first plan does not wait for it."""
    from staffing.warm import warm_kernels

    check_lang(lang)
    say(text("cli.warm_start", lang))
    warm_kernels(lambda name, seconds: say(text("cli.warm", lang, name=name, seconds=f"{seconds:.1f}")))
    say(text("cli.warm_done", lang))


COMMANDS = {"serve": serve, "warm": warm}
