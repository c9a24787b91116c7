"""The command `publish`: a plan becomes the one that counts, or an earlier one does again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from staffing.cli.common import Exit, Json, Lang, check_lang, emit, leave, say
from staffing.cli.storing import By, actor, moment, opened, stored
from staffing.i18n import text

if TYPE_CHECKING:
    from staffing.planning.publishing import RefusedPlanError
    from staffing.store.versions import Version


@stored
def publish(
    plan_dir: Annotated[
        Path | None, typer.Argument(help="Plan folder to publish.", metavar="PLAN_DIR", show_default=False)
    ] = None,
    by: By = None,
    note: Annotated[str, typer.Option("--note", help="Why, in a few words. Write no names.")] = "",
    expect: Annotated[
        int | None,
        typer.Option("--expect", min=0, help="End with 6 unless this version is published now. 0: none is."),
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Keep it as a draft to be edited in the app; publish nothing.")
    ] = False,
    rollback: Annotated[
        int | None, typer.Option("--rollback", min=1, metavar="VERSION", help="Publish this earlier version again.")
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="List the versions, newest first.")] = False,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Publish a plan folder, take back to an earlier version, or list the versions."""
    from staffing.errors import SettingsError

    check_lang(lang)
    if sum((plan_dir is not None, rollback is not None, show)) != 1:
        raise SettingsError("name one of PLAN_DIR, --rollback VERSION and --list")
    if show:
        _list(as_json, lang)
    elif rollback is not None:
        _roll_back(rollback, by, expect, as_json, lang)
    elif plan_dir is not None and draft:
        _draft(plan_dir, by, as_json, lang)
    elif plan_dir is not None:
        _publish(plan_dir, by, note, expect, as_json, lang)


def _publish(plan_dir: Path, by: str | None, note: str, expect: int | None, as_json: bool, lang: str) -> None:
    from staffing.files import read_plan
    from staffing.planning.publishing import RefusedPlanError, current_version, publish_plan

    plan = read_plan(plan_dir)
    with opened() as (store, _):
        before = current_version(store, plan)
        try:
            n = publish_plan(store, plan, actor(by), note, _expected(expect))
        except RefusedPlanError as error:
            _refuse(error, [agent.id for agent in plan.problem.agents], as_json, lang)
            leave(Exit.NO_PLAN)
    status = "nothing" if n == before else "published"
    if as_json:
        emit({"status": status, "version": n, "before": before})
    say(text(f"cli.publish.{status}", lang, n=n))
    if n == before:
        leave(Exit.NOTHING)


def _refuse(error: "RefusedPlanError", agents: list[str], as_json: bool, lang: str) -> None:
    rows = [
        {"rule": row.rule, "agent": None if row.agent is None else agents[row.agent], "detail": dict(row.detail)}
        for row in error.violations
    ]
    if as_json:
        emit({"status": "refused", "violations": rows})
    for row in rows:
        say(f"{text('rule.' + str(row['rule']), lang)}  {row['agent'] or '-'}")
    say(text("cli.publish.refused" if rows else "cli.no_roster", lang, count=len(rows)))


def _draft(plan_dir: Path, by: str | None, as_json: bool, lang: str) -> None:
    from staffing.planning.drafts import open_draft

    with opened() as (store, _):
        found = open_draft(store, plan_dir, actor(by))
    if as_json:
        emit({"status": "draft", "draft": found.id, "revision": found.revision})
    say(text("cli.publish.draft", lang, id=found.id, revision=found.revision))


def _roll_back(n: int, by: str | None, expect: int | None, as_json: bool, lang: str) -> None:
    from staffing.store.versions import published_version, roll_back, version_body

    with opened() as (store, _):
        version, _body = version_body(store, n)
        before = published_version(store, version.centre, version.first_day)
        roll_back(store, n, actor(by), _expected(expect))
    status = "nothing" if n == before else "rolled_back"
    if as_json:
        emit({"status": status, "version": n, "before": before})
    say(text(f"cli.publish.{status}", lang, n=n))
    if n == before:
        leave(Exit.NOTHING)


def _expected(expect: int | None) -> int | None:
    from staffing.store.versions import ANY

    return ANY if expect is None else expect or None


def _list(as_json: bool, lang: str) -> None:
    from staffing.store.versions import versions

    with opened() as (store, _):
        found = versions(store)
    if as_json:
        emit({"versions": [_row(version) for version in found]})
        return
    for version in found:
        mark = "*" if version.is_published else " "
        typer.echo(
            f"{mark} {version.n:>4}  {version.first_day}  {version.days:>3} d  {version.digest[:12]}  "
            f"{moment(version.made_s)}  {version.made_by}  {version.note}"
        )
    say(text("cli.publish.listed", lang, count=len(found)))


def _row(version: "Version") -> dict[str, Any]:
    return {
        "version": version.n,
        "centre": version.centre,
        "from": version.first_day,
        "days": version.days,
        "digest": version.digest,
        "note": version.note,
        "stored_by": version.made_by,
        "stored": moment(version.made_s),
        "approved_by": version.approved_by,
        "approved": None if version.approved_s is None else moment(version.approved_s),
        "published_by": version.published_by,
        "published": None if version.published_s is None else moment(version.published_s),
    }


COMMANDS = {"publish": publish}
