"""The command `batch`: many plans unattended."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from staffing.cli.common import Exit, Json, Lang, check_lang, emit, leave, say
from staffing.cli.rostering import StopOnSignal
from staffing.cli.storing import opened, stored
from staffing.errors import DataError, SettingsError
from staffing.i18n import text

if TYPE_CHECKING:
    from staffing.files.batch_toml import BatchOrder


@stored
def batch(
    file: Annotated[Path, typer.Argument(help="The teams to plan, in TOML.", metavar="BATCH.toml")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would run; change nothing.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Run every team again, changed or not.")] = False,
    max_seconds: Annotated[
        float | None, typer.Option("--max-seconds", min=1.0, help="Time for all teams; the rest is left for later.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json-file", help="Write the summary there too.")] = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Plan or re-plan many teams, publish by policy, and go on where an earlier run was cut off."""
    from staffing.batch import LockedError, run_batch
    from staffing.batch.hooks import call_hooks
    from staffing.batch.summary import batch_summary
    from staffing.files.atomic import atomic_write
    from staffing.files.batch_toml import read_batch

    check_lang(lang)
    order = read_batch(file)
    with StopOnSignal() as stop:
        try:
            end = run_batch(
                order,
                dry_run=dry_run,
                force=force,
                max_seconds=max_seconds,
                should_stop=stop.asked,
                on_team=lambda team, what: say(text(f"cli.batch.{what}", lang, team=team)),
                open_store=_store,
            )
        except LockedError:
            say(text("cli.batch.locked", lang, folder=order.out))
            leave(Exit.LOCKED)
    summary = batch_summary(order, end)
    if not dry_run:
        if end.status != "nothing":
            _report(order, summary)
            summary["hooks_failed"] = list(call_hooks(order.hooks, summary))
        data = json.dumps(summary, ensure_ascii=False, indent=1) + "\n"
        atomic_write(order.out / "summary.json", data)
        if json_file is not None:
            atomic_write(json_file, data)
    if as_json:
        emit(summary)
    else:
        for row in summary["teams"]:
            typer.echo(_line(row, lang))
    code = _code(end.status, summary["teams"])
    say(text(f"cli.batch.end.{end.status}", lang))
    if code is not Exit.DONE:
        leave(code)


@contextmanager
def _store() -> Iterator[Any]:
    with opened() as (store, _):
        yield store


def _report(order: "BatchOrder", summary: dict[str, Any]) -> None:
    """The report for people, with what changes for whom."""
    from staffing.files import read_plan
    from staffing.files.atomic import atomic_write
    from staffing.report.batch_report import FILE, render_batch

    plans = {}
    for row in summary["teams"]:
        if row.get("changes"):
            with suppress(DataError, SettingsError):  # a plan folder that somebody damaged meanwhile
                plans[row["name"]] = read_plan(order.out / row["name"])
    when = datetime.now().astimezone().isoformat(sep=" ", timespec="minutes")
    atomic_write(order.out / FILE, render_batch(summary, plans, when, lang=order.lang))


def _line(row: dict[str, Any], lang: str) -> str:
    from staffing.report.batch_words import fault_words

    state = text(f"cli.batch.state.{row['state']}", lang)
    facts = []
    if row.get("objective") is not None:
        gap = "-" if row["gap_total"] is None else f"{row['gap_total']:.2%}"
        facts.append(text("cli.batch.figures", lang, cost=f"{row['objective']:,.0f}", gap=gap, short=row["short_h"]))
    if row.get("changes"):
        facts.append(text("cli.batch.changes", lang, changes=row["changes"], people=row["people_changed"]))
    if row["publication"]:
        facts.append(text(f"cli.batch.publication.{row['publication']}", lang, version=row["version"] or "-"))
    facts.extend(text(f"cli.batch.unsafe.{code}", lang) for code in row["unsafe"])
    facts.extend(fault_words(fault, lang) for fault in row["faults"][:3])
    return f"{row['name']:<24} {state}  " + "; ".join(facts)


def _code(status: str, teams: list[dict[str, Any]]) -> Exit:
    """The contract's code: unfinished, unexpected, nothing to do, refused data, no roster, done.

    What was refused, or has no roster, and is the same as then is told once.
    """
    states = {row["state"] for row in teams}
    if status == "unfinished":
        return Exit.OUT_OF_TIME
    if status == "nothing":
        return Exit.NOTHING
    if "failed" in states:
        return Exit.UNEXPECTED
    if "refused" in states:
        return Exit.DATA
    if "no_plan" in states:
        return Exit.NO_PLAN
    return Exit.DONE


COMMANDS = {"batch": batch}
