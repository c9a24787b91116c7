"""What the commands about the store share: opening it, who acts, and the endings of its errors."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ParamSpec

import typer

from staffing.cli.common import Exit, emit, guarded, leave, say
from staffing.i18n import LANGUAGES, text

if TYPE_CHECKING:
    from staffing.files.centre_write import CentreEdit, Changes
    from staffing.settings import Settings
    from staffing.store import Store
    from staffing.store.access import Actor

P = ParamSpec("P")
By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who does it. Default: the account's name.")]


def stored(command: Callable[P, None]) -> Callable[P, None]:
    """Like `guarded`, and the store's own errors with their exit codes."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        lang = str(kwargs.get("lang", "en"))
        lang = lang if lang in LANGUAGES else "en"
        as_json = bool(kwargs.get("as_json", False))

        try:
            command(*args, **kwargs)
        except Exception as error:
            # What never opened the store cannot have met its errors, and need not wait for its library.
            if "staffing.store" not in sys.modules:
                raise
            found = _ending(error, lang)
            if found is None:
                raise
            code, sentence, facts = found
            if as_json:
                emit(facts)
            say(sentence)
            leave(code)

    return guarded(run)


def _ending(error: Exception, lang: str) -> tuple[Exit, str, dict[str, object]] | None:
    """Exit code, sentence and facts for machines of an error of the store; None for any other."""
    from staffing.files.centre_write import CentreConflictError
    from staffing.store import NoVersionError, StoreDamagedError, VersionConflictError
    from staffing.store.access import AccessError

    if isinstance(error, VersionConflictError):
        by, when = error.by or "-", moment(error.at_s) if error.at_s else "-"
        said = text("cli.store.conflict", lang, found=error.found or "-", by=by, when=when)
        facts = {"published": error.found, "expected": error.expected, "by": by, "at": when}
        return Exit.CONFLICT, said, {"status": "conflict", **facts}
    if isinstance(error, CentreConflictError):
        return Exit.CONFLICT, text("cli.store.centre_conflict", lang), {"status": "conflict"}
    if isinstance(error, StoreDamagedError):
        said = text("cli.store.damaged", lang, object=error.object, detail=error.detail)
        return Exit.DATA, said, {"status": "damaged", "object": error.object, "detail": error.detail}
    if isinstance(error, NoVersionError):
        return (
            Exit.ARGUMENTS,
            text("cli.store.no_version", lang, n=error.n),
            {"status": "no_version", "version": error.n},
        )
    if isinstance(error, AccessError):
        return Exit.ARGUMENTS, text("cli.store.access", lang, message=str(error)), {"status": "not_allowed"}
    return None


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


def edit_centre(
    folder: Path, changes: "Changes", by: str | None, *, note: str, seen: str | None = None
) -> "CentreEdit | None":
    """Write an edit of a centre folder and note it in the store; None when nothing is different.

    `seen` is the digest of the folder that the edit was made for.
    """
    from staffing.planning.centre_edits import save_centre

    with opened() as (store, _):
        return save_centre(store, folder, changes, actor(by), seen=seen, note=note)


def actor(name: str | None) -> "Actor":
    """Who acts at this machine."""
    from staffing.store.access import local_actor

    return local_actor(name)


def moment(seconds: float) -> str:
    """A moment as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
