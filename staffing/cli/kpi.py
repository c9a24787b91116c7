"""The command kpi: what the centre is judged by, from what really happened."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from staffing.cli.common import Exit, Folder, Json, Lang, check_lang, check_table_target, emit, guarded, leave, say
from staffing.errors import SettingsError
from staffing.i18n import note_text, text

if TYPE_CHECKING:
    from staffing.measures.kpi import KpiSheet


@guarded
def kpi(
    folder: Folder,
    plan_dir: Annotated[
        Path | None, typer.Option("--plan", help="Plan folder: scheduled time, wishes and forecast of its days.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="day, week, month, queue or team.")] = "week",
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day. Default: the first with records.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Last day, included. Default: the last with records.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for kpi.csv, kpi.xlsx and kpi.html.")] = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Work out the KPI book of a centre from the records in its folder kpi/."""
    from staffing.files import kpi_csv, read_kpi, read_plan
    from staffing.measures.kpi import GROUPINGS, kpi_sheet, with_plan

    check_lang(lang)
    if by not in GROUPINGS:
        raise SettingsError(f"--by is {by!r}, expected one of {', '.join(GROUPINGS)}")
    begin, end = _day(first, "--from"), _day(last, "--to")
    if begin is not None and end is not None and end < begin:
        raise SettingsError(f"--to is {end}, expected a day from {begin} on")
    if out is not None:
        check_table_target(out)
    given = read_kpi(folder)
    records = given.records if plan_dir is None else with_plan(given.records, read_plan(plan_dir))
    sheet = kpi_sheet(given.centre, records, given.goals, given.people, by=by, first=begin, last=end)
    for note in given.notes:
        say("- " + note_text(note.code, note.params, lang))
    if sheet is None:
        if as_json:
            emit({"status": "nothing"})
        say(text("kpi.nothing", lang))
        leave(Exit.NOTHING)
    if out is not None:
        from staffing.files import atomic_write
        from staffing.report import export_kpi

        out.mkdir(parents=True, exist_ok=True)
        atomic_write(out / "kpi.csv", kpi_csv(sheet))
        export_kpi(sheet, out, lang=lang)
        say(text("kpi.done", lang, folder=out))
    if as_json:
        emit(_data(sheet))
    else:
        _print(sheet, lang)


def _day(value: str | None, name: str) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise SettingsError(f"{name} is {value!r}, expected a date such as 2026-01-31") from None


def _data(sheet: KpiSheet) -> dict[str, Any]:
    """The sheet for machines: figures by code, None where there is no data."""
    from staffing.measures.kpi import verdict

    book = sheet.book

    def figures(group: str | None) -> dict[str, Any]:
        found = {}
        for measure in book.measures:
            figure, target = book.figure(measure.code, group), sheet.goals.targets.get(measure.code)
            judged = verdict(measure, figure, target)
            found[measure.code] = {**asdict(figure), "state": figure.state, "target": target, "verdict": judged}
        return found

    return {
        "status": "done",
        "centre": sheet.centre,
        "from": str(book.first),
        "to": str(book.last),
        "by": book.by,
        "weeks": [str(week) for week in book.weeks],
        "total": figures(None),
        "groups": {group: figures(group) for group in book.groups},
        "scorecard": None if sheet.card is None else asdict(sheet.card),
    }


def _print(sheet: KpiSheet, lang: str) -> None:
    """Lines on standard output: every measure in total, those with data by group, the scorecard."""
    from staffing.report.kpi_words import card_lines, dropped_words, group_words, kpi_lines, period_words

    typer.echo(f"{text('kpi.title', lang, centre=sheet.centre)} ({period_words(sheet, lang)})")
    target, interval = text("kpi.head.target", lang), text("kpi.head.range", lang)
    for line in kpi_lines(sheet, lang):
        parts = [f"{line.name}: {line.value}"]
        if sheet.book.figure(line.code).low is not None:
            parts.append(f"{interval} {line.range}")
        if line.code in sheet.goals.targets:
            parts.append(f"{target} {line.target}")
        typer.echo("; ".join([*parts, line.judged] if line.judged else parts))
    for group in sheet.book.groups:
        known = [row for row in kpi_lines(sheet, lang, group) if sheet.book.figure(row.code, group).value is not None]
        shown = "; ".join(f"{row.name} {row.value}" for row in known)
        typer.echo(f"[{group_words(group, lang)}] {shown or text('kpi.no_data', lang)}")
    card = card_lines(sheet, lang)
    if card:
        typer.echo(f"{text('kpi.sheet.card', lang)}:")
        for team in card:
            typer.echo(f"{team.team}: {team.score} ({team.range}); {team.place}")
        typer.echo(f"{text('kpi.card.note', lang)} {dropped_words(sheet, lang)}".rstrip())


COMMANDS = {"kpi": kpi}
