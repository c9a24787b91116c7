"""What every command shares: options, output for people and machines, endings."""

import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from datetime import date
from enum import IntEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NoReturn, ParamSpec

import typer

from staffing.errors import DataError, SettingsError
from staffing.i18n import LANGUAGES, text
from staffing.settings import load_settings

P = ParamSpec("P")


class Exit(IntEnum):
    """Exit codes of the contract."""

    DONE = 0
    UNEXPECTED = 1
    ARGUMENTS = 2
    NOTHING = 3
    DATA = 4
    NO_PLAN = 5
    CONFLICT = 6
    LOCKED = 75
    OUT_OF_TIME = 124


Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines on standard output.")]
Lang = Annotated[str, typer.Option("--lang", help="Language of the texts: en or zh.", envvar="STAFFING_LANG")]
Folder = Annotated[Path, typer.Argument(help="Centre folder, such as data/hr-centre.", metavar="CENTRE")]
PlanFolder = Annotated[Path, typer.Argument(help="Plan folder written by `staffing plan`.", metavar="PLAN_DIR")]
Out = Annotated[Path, typer.Option("--out", help="Folder to write into.")]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="DATE", help="First day, YYYY-MM-DD. Default: first week start after the history."),
]
Weeks = Annotated[int, typer.Option("--weeks", min=1, max=8, help="Weeks to plan.")]
Probability = Annotated[
    float | None,
    typer.Option("--probability", help="Chance of keeping each day's target, 0..1. Default: kept on average."),
]
Method = Annotated[
    str, typer.Option("--method", help="mol: load that moves (default); sipp: each interval as if it were steady.")
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of everything random.")]
TimeLimit = Annotated[float, typer.Option("--time-limit", min=1.0, help="Seconds for the search.")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="Processor cores to use.")]
Replications = Annotated[int, typer.Option("--replications", min=2, help="Simulated weeks.")]
Reproducible = Annotated[
    bool, typer.Option("--reproducible", help="Limit by work done, not by seconds: same input, same files.")
]


def parse_day(value: str | None, option: str = "--from") -> date | None:
    """The date argument of an option.

    Raises
    ------
    SettingsError
        When it is not YYYY-MM-DD.
    """
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise SettingsError(f"{option} is {value!r}, expected a date such as 2026-02-02") from None


def check_lang(lang: str) -> str:
    """`lang` when it is catalogued.

    Raises
    ------
    SettingsError
        Otherwise.
    """
    if lang not in LANGUAGES:
        raise SettingsError(f"--lang is {lang!r}, expected {' or '.join(LANGUAGES)}")
    return lang


def check_probability(probability: float | None) -> float | None:
    """`probability` when it is one, or None.

    Raises
    ------
    SettingsError
        When it is not more than 0 and less than 1.
    """
    if probability is not None and not 0.0 < probability < 1.0:
        raise SettingsError(f"--probability is {probability}, expected more than 0 and less than 1")
    return probability


def check_parts(parts: str) -> str:
    """`parts` when it names a way to cut a problem.

    Raises
    ------
    SettingsError
        Otherwise.
    """
    from staffing.domain.result import CUTS

    if parts not in CUTS:
        raise SettingsError(f"--parts is {parts!r}, expected {', '.join(CUTS)}")
    return parts


def check_centre(folder: Path) -> None:
    """Refuse a folder that holds no centre.

    Raises
    ------
    SettingsError
        When it has no centre.toml.
    """
    if not (folder / "centre.toml").is_file():
        raise SettingsError(f"CENTRE is {folder}, expected a folder with centre.toml")


def check_table_target(folder: Path) -> None:
    """Refuse to write tables over a plan, whose files belong together, or over a file.

    Raises
    ------
    SettingsError
        When `folder` is one of them.
    """
    if folder.exists() and not folder.is_dir():
        raise SettingsError(f"--out is {folder}, which is a file; name a folder")
    if (folder / "plan.json").exists():
        raise SettingsError(f"--out is {folder}, which holds a plan; name another folder")


def say(message: str) -> None:
    """A line for people on standard error: progress never mixes with results."""
    typer.echo(message, err=True)


def emit(data: Mapping[str, Any]) -> None:
    """One JSON object on standard output."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=1, default=str))


def leave(code: Exit) -> NoReturn:
    """End the command with an exit code of the contract."""
    raise typer.Exit(int(code))


def leave_without(message: str, *, as_json: bool) -> NoReturn:
    """End the command because there is nothing to do or to tell, and say so."""
    if as_json:
        emit({"status": "nothing"})
    say(message)
    leave(Exit.NOTHING)


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """Turn errors into their exit code and one clear message; a traceback only with STAFFING_DEBUG."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        lang = str(kwargs.get("lang", "en"))
        lang = lang if lang in LANGUAGES else "en"
        as_json = bool(kwargs.get("as_json", False))
        try:
            logging.basicConfig(level=load_settings().log_level, format="%(levelname)s %(name)s: %(message)s")
            command(*args, **kwargs)
        except DataError as error:
            _refuse(error, lang, as_json)
        except SettingsError as error:
            if as_json:
                emit({"status": "settings_refused", "message": str(error)})
            say(text("cli.settings_error", lang, message=str(error)))
            leave(Exit.ARGUMENTS)
        except OSError as error:
            # The disk or the path, not the program: as clear as a wrong setting.
            if as_json:
                emit({"status": "settings_refused", "message": str(error)})
            say(text("cli.settings_error", lang, message=str(error)))
            leave(Exit.ARGUMENTS)
        except KeyboardInterrupt:
            say(text("cli.interrupted", lang))
            leave(Exit.UNEXPECTED)
        except typer.Exit:
            raise
        except Exception as error:
            if os.environ.get("STAFFING_DEBUG"):
                raise
            if as_json:
                emit({"status": "error", "message": f"{type(error).__name__}: {error}"})
            say(text("cli.unexpected", lang, message=f"{type(error).__name__}: {error}"))
            leave(Exit.UNEXPECTED)

    return run


def _refuse(error: DataError, lang: str, as_json: bool) -> NoReturn:
    if as_json:
        rows = [
            {name: getattr(fault, name) for name in ("code", "file", "row", "column", "value", "expected")}
            for fault in error.faults
        ]
        emit({"status": "data_refused", "faults": rows})
    for fault in error.faults:
        place = ":".join(str(part) for part in (fault.file, fault.row, fault.column) if part not in (None, ""))
        sentence = text(
            f"fault.{fault.code}",
            lang,
            file=fault.file,
            row=fault.row,
            column=fault.column,
            value=fault.value,
            expected=fault.expected,
        )
        say(f"{place}: {sentence}")
    say(text("cli.refused", lang, count=len(error.faults)))
    leave(Exit.DATA)


def utf8_streams() -> None:
    """Chinese text must print whatever the terminal's locale says."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
