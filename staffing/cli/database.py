"""The commands `staffing db ...`: making, saving, restoring and checking the store."""

from pathlib import Path
from typing import Annotated

import typer

from staffing.cli.common import Exit, Json, Lang, check_lang, emit, leave, say
from staffing.cli.storing import By, actor, moment, opened, stored
from staffing.i18n import text

app = typer.Typer(name="db", help="The store: plan versions, drafts, who did what.", no_args_is_help=True)


def _bring_up(as_json: bool, lang: str) -> None:
    from staffing.settings import load_settings
    from staffing.store.database import Store, bring_up, connect

    check_lang(lang)
    store = Store(connect(load_settings().db_url))
    try:
        before, now, saved = bring_up(store, may_upgrade=True)
    finally:
        store.close()
    status = "nothing" if before == now else "done"
    if as_json:
        emit({"status": status, "before": before, "revision": now, "backup": None if saved is None else str(saved)})
    if saved is not None:
        say(text("cli.db.saved", lang, path=saved))
    say(text(f"cli.db.upgrade_{status}", lang, revision=now))
    if status == "nothing":
        leave(Exit.NOTHING)


@app.command("init")
@stored
def init(as_json: Json = False, lang: Lang = "en") -> None:
    """Make the tables of a new database."""
    _bring_up(as_json, lang)


@app.command("upgrade")
@stored
def upgrade(as_json: Json = False, lang: Lang = "en") -> None:
    """Bring the tables up to date; an SQLite file is saved beside itself first."""
    _bring_up(as_json, lang)


@app.command("backup")
@stored
def backup(
    out: Annotated[Path | None, typer.Option("--out", help="File to write. Default: in the home folder.")] = None,
    keep: Annotated[
        int | None, typer.Option("--keep", min=1, help="Delete older backups of the home folder but this many.")
    ] = None,
    by: By = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Write the whole store as one file, while it is in use."""
    from staffing.store.backup import backup as write
    from staffing.store.backup import default_target, prune

    check_lang(lang)
    with opened() as (store, settings):
        path = write(store, default_target(settings.home) if out is None else out, actor(by))
        deleted = () if keep is None else prune(default_target(settings.home).parent, keep)
    if as_json:
        emit({"status": "done", "out": str(path), "deleted": [str(old) for old in deleted]})
    say(text("cli.db.saved", lang, path=path))


@app.command("restore")
@stored
def restore(
    source: Annotated[Path, typer.Argument(help="File that `staffing db backup` wrote.", metavar="FILE")],
    by: By = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Make the store equal to a backup, after checking it; what was there is saved first (SQLite)."""
    from staffing.settings import load_settings
    from staffing.store.backup import restore as bring_back
    from staffing.store.database import Store, connect

    check_lang(lang)
    store = Store(connect(load_settings().db_url))
    try:
        checked, saved = bring_back(store, source, actor(by))
    finally:
        store.close()
    if as_json:
        emit({"status": "done", "counts": dict(checked.counts), "backup": None if saved is None else str(saved)})
    if saved is not None:
        say(text("cli.db.saved", lang, path=saved))
    say(text("cli.db.restored", lang, path=source, **checked.counts))


@app.command("verify")
@stored
def verify(as_json: Json = False, lang: Lang = "en") -> None:
    """Work out every digest again; ends with 4 when something is damaged."""
    from staffing.store.checking import verify as look

    check_lang(lang)
    with opened() as (store, _):
        checked = look(store)
    rows = [{"object": row.object, "detail": row.detail} for row in checked.damage]
    if as_json:
        emit({"status": "damaged" if rows else "done", "counts": dict(checked.counts), "damage": rows})
    for row in rows:
        say(text("cli.store.damaged", lang, **row))
    say(text("cli.db.verified", lang, damage=len(rows), **checked.counts))
    if rows:
        leave(Exit.DATA)


@app.command("export")
@stored
def export(
    out: Annotated[Path, typer.Argument(help="New folder to write into.", metavar="DIR")],
    by: By = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Write every centre, version and draft as a folder, and the saved scenarios."""
    from staffing.planning.archive import export_store

    check_lang(lang)
    with opened() as (store, settings):
        counts = export_store(store, out, actor(by), settings.home)
    if as_json:
        emit({"status": "done", "out": str(out), **counts})
    say(text("cli.db.moved", lang, **counts))


@app.command("import")
@stored
def take_in(
    folder: Annotated[Path, typer.Argument(help="Centre folder, plan folder, or what `db export` wrote.")],
    by: By = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Take a centre folder, a plan folder or a whole export into the store."""
    from staffing.planning.archive import import_folder
    from staffing.planning.publishing import RefusedPlanError

    check_lang(lang)
    with opened() as (store, settings):
        try:
            counts = import_folder(store, folder, actor(by), settings.home)
        except RefusedPlanError as error:
            if as_json:
                emit({"status": "refused", "violations": len(error.violations)})
            say(text("cli.publish.refused", lang, count=len(error.violations)))
            leave(Exit.NO_PLAN)
    if as_json:
        emit({"status": "done", **counts})
    say(text("cli.db.moved", lang, **counts))


@app.command("erase")
@stored
def erase(
    person: Annotated[str, typer.Argument(help="Agent id, or with no --centre the name of a user.", metavar="ID")],
    centre: Annotated[str, typer.Option("--centre", help="Name of the agent's centre.")] = "",
    by: By = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Forget a person in the store and the home folder: plans and trail keep a key that says nothing."""
    from staffing.planning.forgetting import RunningError, erase_person

    check_lang(lang)
    with opened() as (store, settings):
        try:
            done = erase_person(store, centre, person, actor(by), settings.home)
        except RunningError:
            if as_json:
                emit({"status": "running"})
            say(text("cli.db.erase_running", lang))
            leave(Exit.LOCKED)
    counts = {"plans": done.plans, "days": done.days, "scenarios": done.scenarios}
    if as_json:
        emit({"status": "done" if done.known else "nothing", **counts, "left": list(map(str, done.left))})
    say(text("cli.db.erased" if done.known else "cli.db.nobody", lang, **counts))
    for path in done.left:
        say(text("cli.db.erase_left", lang, path=path))
    if not done.known:
        leave(Exit.NOTHING)


@app.command("grant")
@stored
def grant(
    user: Annotated[str, typer.Argument(help="Login of the user, such as an e-mail address.", metavar="USER")],
    role: Annotated[str, typer.Argument(help="viewer, planner, approver or administrator.", metavar="ROLE")],
    by: By = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Give a user of the login a role. Without one a user may only look."""
    from staffing.errors import SettingsError
    from staffing.store.access import Role
    from staffing.store.people import grant as give

    check_lang(lang)
    if role.upper() not in Role.__members__:
        raise SettingsError(f"ROLE is {role!r}, expected {', '.join(name.lower() for name in Role.__members__)}")
    with opened() as (store, _):
        give(store, user, Role[role.upper()], actor(by))
    if as_json:
        emit({"status": "done", "role": role.lower()})
    say(text("cli.db.granted", lang, role=role.lower()))


@app.command("trail")
@stored
def trail(
    limit: Annotated[int, typer.Option("--limit", min=1, help="Newest actions to show.")] = 50,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Who did what when, newest first."""
    from staffing.store.trail import entries

    check_lang(lang)
    with opened() as (store, _):
        found = entries(store, limit)
    if as_json:
        rows = [
            {
                "at": moment(row.at_s),
                "who": row.who,
                "role": row.role,
                "action": row.action,
                "object": row.object,
                "before": row.before_digest,
                "after": row.after_digest,
            }
            for row in found
        ]
        emit({"trail": rows})
        return
    for row in found:
        typer.echo(f"{moment(row.at_s)}  {row.who}  {row.role}  {row.action}  {row.object}")
