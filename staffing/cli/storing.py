"""What the commands about the store share: opening it, who acts, and the endings of its errors."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, Annotated, ParamSpec

import typer

from staffing.cli.common import Exit, emit, guarded, leave, say
from staffing.i18n import LANGUAGES, text

if TYPE_CHECKING:
    from staffing.settings import Settings
    from staffing.store import Store
    from staffing.store.access import Actor

P = ParamSpec("P")
By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who does it. Default: the account's name.")]


def stored(command: Callable[P, None]) -> Callable[P, None]:
    """Like `guarded`, and the store's own errors with their exit codes."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        from staffing.store import NoVersionError, StoreDamagedError, VersionConflictError
        from staffing.store.access import AccessError

        lang = str(kwargs.get("lang", "en"))
        lang = lang if lang in LANGUAGES else "en"
        as_json = bool(kwargs.get("as_json", False))

        def end(code: Exit, status: str, sentence: str, **facts: object) -> None:
            if as_json:
                emit({"status": status, **facts})
            say(sentence)
            leave(code)

        try:
            command(*args, **kwargs)
        except VersionConflictError as error:
            by, when = error.by or "-", moment(error.at_s) if error.at_s else "-"
            said = text("cli.store.conflict", lang, found=error.found or "-", by=by, when=when)
            end(Exit.CONFLICT, "conflict", said, published=error.found, expected=error.expected, by=by, at=when)
        except StoreDamagedError as error:
            said = text("cli.store.damaged", lang, object=error.object, detail=error.detail)
            end(Exit.DATA, "damaged", said, object=error.object, detail=error.detail)
        except NoVersionError as error:
            end(Exit.ARGUMENTS, "no_version", text("cli.store.no_version", lang, n=error.n), version=error.n)
        except AccessError as error:
            end(Exit.ARGUMENTS, "not_allowed", text("cli.store.access", lang, message=str(error)))

    return guarded(run)


@contextmanager
def opened() -> "Iterator[tuple[Store, Settings]]":
    """The store of this installation, and the settings with the home folder in full."""
    from staffing.settings import load_settings
    from staffing.store import open_store

    settings = load_settings()
    store = open_store(settings.db_url)
    try:
        yield store, settings.model_copy(update={"home": settings.home.expanduser()})
    finally:
        store.close()


def actor(name: str | None) -> "Actor":
    """Who acts at this machine."""
    from staffing.store.access import local_actor

    return local_actor(name)


def moment(seconds: float) -> str:
    """A moment as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
