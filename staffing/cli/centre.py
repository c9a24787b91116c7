"""Commands that look at and change a centre folder: people, rules, edits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from staffing.cli.common import (
    Exit,
    Folder,
    From,
    Json,
    Lang,
    Weeks,
    check_centre,
    check_lang,
    emit,
    leave,
    leave_without,
    parse_day,
    say,
)
from staffing.cli.storing import By, actor, edit_centre, opened, stored
from staffing.errors import DataError, SettingsError
from staffing.i18n import text

if TYPE_CHECKING:
    from staffing.files.people_edit import PeopleEdit
    from staffing.measures.supply import QueueSupply

SHOWN = 20
"""Rows of a list that are printed; --json holds all of them."""


@stored
def people(
    centre: Folder,
    upload: Annotated[
        Path | None, typer.Option("--import", metavar="FILE", help="CSV or XLSX of people to compare with the centre.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="People whom the file does not name leave.")] = False,
    accept: Annotated[bool, typer.Option("--accept", help="Write what the comparison shows.")] = False,
    by: By = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Tell who can serve what; compare a list of people with the centre and, with --accept, take it over."""
    from staffing.files import read_centre
    from staffing.measures.supply import queue_supply

    check_lang(lang)
    if upload is None and (replace or accept):
        raise SettingsError("--replace and --accept belong to --import FILE")
    if upload is None:
        scenario = read_centre(centre)
        supply = queue_supply(scenario)
        if as_json:
            emit({"people": len(scenario.agents), "queues": [supply_data(row) for row in supply]})
            return
        typer.echo(text("cli.people.count", lang, count=len(scenario.agents)))
        _print_supply(supply, lang)
        return
    _import(centre, upload, replace, accept, by, as_json, lang)


def _import(centre: Path, upload: Path, replace: bool, accept: bool, by: str | None, as_json: bool, lang: str) -> None:
    from staffing.files.centre_write import centre_digest
    from staffing.files.people_import import import_people
    from staffing.measures.supply import queue_supply

    check_centre(centre)
    seen = centre_digest(centre)
    found = import_people(centre, upload.name, upload.read_bytes(), replace_all=replace)
    if found.faults or found.edit is None or found.scenario is None:
        raise DataError(found.faults)
    supply = queue_supply(found.scenario)
    status = "preview" if found.edit.differences else "nothing"
    if accept and found.edit.changes:
        edit_centre(centre, found.edit.changes, by, seen=seen, note=found.edit.note)
        status = "done"
    if as_json:
        data = {"columns": dict(found.columns), "unused": list(found.unused), **edit_data(found.edit)}
        emit({"status": status, **data, "queues": [supply_data(row) for row in supply]})
    else:
        _print_edit(found.edit, lang)
        _print_supply(supply, lang)
        say(text(f"cli.people.{status}", lang))
    if status == "nothing":
        leave(Exit.NOTHING)


def edit_data(edit: PeopleEdit) -> dict[str, Any]:
    """An edit of people as plain rows."""
    rows = [
        {
            "agent": row.agent,
            "kind": row.kind,
            "cells": [{"column": name, "before": old, "after": new} for name, old, new in row.cells],
        }
        for row in edit.differences
    ]
    return {"differences": rows, "unchanged": edit.unchanged, "dropped": dict(edit.dropped)}


def supply_data(row: QueueSupply) -> dict[str, Any]:
    """A queue's supply as a plain row."""
    from dataclasses import asdict

    return asdict(row) | {"at_once": round(row.at_once, 3), "is_fragile": row.is_fragile}


def _print_edit(edit: PeopleEdit, lang: str) -> None:
    counts = {kind: len(edit.of(kind)) for kind in ("added", "changed", "removed")}
    typer.echo(text("cli.people.differences", lang, unchanged=edit.unchanged, **counts))
    for row in edit.differences[:SHOWN]:
        cells = ", ".join(f"{name}: {old or '-'} -> {new or '-'}" for name, old, new in row.cells)
        typer.echo(f"  {text(f'people.{row.kind}', lang)} {row.agent}  {cells}".rstrip())
    if len(edit.differences) > SHOWN:
        typer.echo("  " + text("explain.more", lang, count=len(edit.differences) - SHOWN))
    for file, count in edit.dropped:
        typer.echo("  " + text("people.dropped", lang, file=file, count=count))


def _print_supply(rows: tuple[QueueSupply, ...], lang: str) -> None:
    heads = [text(f"people.column_{name}", lang) for name in ("people", "hours", "at_once", "thinnest")]
    typer.echo(f"{heads[0]:>8} {heads[1]:>10} {heads[2]:>10} {heads[3]:>8}")
    for row in rows:
        mark = "  " + text("people.fragile", lang) if row.is_fragile else ""
        figures = f"{row.people:>8} {row.hours_max:>10,.0f} {row.at_once:>10,.1f} {row.thinnest:>8}"
        typer.echo(f"{figures}  {row.queue}{mark}")


@stored
def rules(
    centre: Folder,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Such as rules.rest_h=12 or contract.full.days_max=5."),
    ] = None,
    remove_duty: Annotated[
        str | None, typer.Option("--remove-duty", metavar="ID", help="Take an on-call duty out of the centre.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Ask whether all of it can be kept together.")] = False,
    first_day: From = None,
    weeks: Weeks = 1,
    share: Annotated[
        float | None,
        typer.Option("--staffing", min=0.0, max=1.0, help="--check: this share of the need, not min_agents."),
    ] = None,
    time_limit: Annotated[float, typer.Option("--time-limit", min=1.0, help="--check: seconds.")] = 60.0,
    workers: Annotated[int, typer.Option("--workers", min=1, help="--check: processor cores to use.")] = 2,
    by: By = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Tell every rule and price of a centre as a sentence; change values; look for contradictions before any search."""
    from staffing.files import read_centre
    from staffing.files.centre_write import centre_digest
    from staffing.files.duty_edit import without_duty
    from staffing.files.rule_values import set_rules
    from staffing.report.rule_lines import rule_lines, sentence

    check_lang(lang)
    if remove_duty is not None:
        seen = centre_digest(centre) if centre.is_dir() else None
        edit_centre(centre, without_duty(centre, remove_duty).changes, by, seen=seen, note="on-call duty removed")
    if change:
        seen = centre_digest(centre) if centre.is_dir() else None
        edit_centre(centre, set_rules(centre, change), by, seen=seen, note="rules")
    scenario = read_centre(centre, people=check)
    lines = rule_lines(scenario.centre)
    found = _check(scenario, first_day, weeks, share, time_limit, workers, lang) if check else None
    if as_json:
        rows = [
            {
                "topic": line.topic,
                "owner": line.owner,
                "nature": line.nature,
                "sentence": sentence(line, lang),
                "values": {".".join(map(str, field.path)): field.value for field in line.fields},
            }
            for line in lines
        ]
        emit({"rules": rows} | ({} if found is None else {"check": found}))
    else:
        for line in lines:
            owner = f"{line.owner}: " if line.owner else ""
            typer.echo(f"[{text(f'rules.nature.{line.nature}', lang)}] {owner}{sentence(line, lang)}")
        if found is not None:
            from staffing.cli.explain import PRINTERS
            from staffing.report.rule_checked import own_ways_words

            PRINTERS["conflicts"](found, lang)
            for number, row in enumerate(found["conflicts"], 1):
                if row["ways_out"]:
                    ways = " | ".join(own_ways_words(row, lang))
                    typer.echo(text("rules.own_ways", lang, number=number, ways=ways))
    if found is not None and found["kept"] is False:
        leave(Exit.NO_PLAN)


def _check(
    scenario: Any, first_day: str | None, weeks: int, share: float | None, seconds: float, workers: int, lang: str
) -> dict[str, Any]:
    from staffing.cli.rostering import StopOnSignal
    from staffing.planning.rule_check import check_rules
    from staffing.report.rule_checked import check_data

    def tell(step: str, done: int, total: int) -> None:
        say(text(f"explain.step_{step}", lang, done=done + 1, total=total))

    with StopOnSignal() as stop:
        found = check_rules(
            scenario,
            first_day=parse_day(first_day),
            weeks=weeks,
            share=share,
            seconds=seconds,
            workers=workers,
            on_progress=tell,
            should_stop=stop.asked,
        )
    return check_data(found.problem, found.findings, found.own)


@stored
def edits(
    centre: Folder,
    undo: Annotated[
        bool, typer.Option("--undo", help="Bring back the files as they were before the last edit.")
    ] = False,
    before: Annotated[
        int | None, typer.Option("--before", metavar="N", help="--undo: before edit N and all later ones.")
    ] = None,
    by: By = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """List the edits of a centre folder that can be taken back, and take them back."""
    from dataclasses import asdict

    from staffing.files.centre_write import centre_history
    from staffing.planning.centre_edits import undo_centre

    check_lang(lang)
    check_centre(centre)
    if before is not None and not undo:
        raise SettingsError("--before belongs to --undo")
    if undo:
        try:
            with opened() as (store, _):
                undo_centre(store, centre, actor(by), number=before, note="undo")
        except KeyError:
            leave_without(text("cli.edits.nothing", lang), as_json=as_json)
    found = centre_history(centre)
    if as_json:
        emit({"status": "done" if undo else "listed", "edits": [asdict(edit) for edit in found]})
        return
    for edit in found:
        typer.echo(f"{edit.number:>4}  {edit.at}  {edit.note}  {', '.join(edit.files)}")
    say(text("cli.edits.done" if undo else "cli.edits.listed", lang, count=len(found)))


COMMANDS = {"people": people, "rules": rules, "edits": edits}
