"""The command kpi: what the centre is judged by, from what really happened."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from staffing.cli.common import (
    Folder,
    Json,
    Lang,
    check_lang,
    check_table_target,
    emit,
    guarded,
    leave_without,
    parse_day,
    say,
)
from staffing.errors import SettingsError
from staffing.i18n import note_text, text

if TYPE_CHECKING:
    from staffing.measures.kpi import KpiBook, KpiSheet, Period


@guarded
def kpi(
    folder: Folder,
    plan_dirs: Annotated[
        list[Path] | None,
        typer.Option("--plan", help="Plan folder: scheduled time, wishes and forecast of its days; repeatable."),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="day, week, month, queue or team. Default: week; day with --week.")
    ] = None,
    week: Annotated[
        str | None, typer.Option("--week", metavar="DATE", help="Report of the week that holds this day.")
    ] = None,
    month: Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", help="Report of this month.")] = None,
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
    from staffing.measures.kpi import GROUPINGS, kpi_report, kpi_sheet, with_plan

    check_lang(lang)
    if by is not None and by not in GROUPINGS:
        raise SettingsError(f"--by is {by!r}, expected one of {', '.join(GROUPINGS)}")
    begin, end = days_asked(first, last)
    if sum(one is not None for one in (first or last, week, month)) > 1:
        raise SettingsError("name one of --week, --month, and --from with --to")
    if out is not None:
        check_table_target(out)
    given = read_kpi(folder)
    records = given.records
    for plan_dir in plan_dirs or ():
        records = with_plan(records, read_plan(plan_dir))
    period = _period(week, month, records.week_start)
    if period is None:
        sheet = kpi_sheet(given.centre, records, given.goals, given.people, by=by or "week", first=begin, last=end)
    else:
        sheet = kpi_report(given.centre, records, given.goals, given.people, period, by=by)
    for note in given.notes:
        say("- " + note_text(note.code, note.params, lang))
    if sheet is None:
        leave_without(text("kpi.nothing", lang), as_json=as_json)
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


def days_asked(first: str | None, last: str | None) -> tuple[date | None, date | None]:
    """The days of --from and --to.

    Raises
    ------
    SettingsError
        When one is no date, or the period ends before it starts.
    """
    begin, end = parse_day(first), parse_day(last, "--to")
    if begin is not None and end is not None and end < begin:
        raise SettingsError(f"--to is {end}, expected a day from {begin} on")
    return begin, end


def _period(week: str | None, month: str | None, week_start: int) -> Period | None:
    from staffing.measures.kpi import month_of, week_of

    day = parse_day(week, "--week")
    if day is not None:
        return week_of(day, week_start)
    if month is None:
        return None
    try:
        return month_of(date.fromisoformat(f"{month}-01"))
    except ValueError:
        raise SettingsError(f"--month is {month!r}, expected a month such as 2026-01") from None


def _data(sheet: KpiSheet) -> dict[str, Any]:
    """The sheet for machines: figures by code, None where there is no data."""
    from staffing.measures.kpi import change, verdict

    def figures(book: KpiBook, group: str | None) -> dict[str, Any]:
        found = {}
        for measure in book.measures:
            figure, target = book.figure(measure.code, group), sheet.goals.targets.get(measure.code)
            judged = verdict(measure, figure, target)
            found[measure.code] = {**asdict(figure), "state": figure.state, "target": target, "verdict": judged}
            if group is None and sheet.before is not None:
                then = sheet.before.figure(measure.code)
                found[measure.code] |= {"before": then.value, "change": change(measure, figure, then)}
        return found

    book = sheet.book
    return {
        "status": "done",
        "centre": sheet.centre,
        "from": str(book.first),
        "to": str(book.last),
        "by": book.by,
        "weeks": [str(week) for week in book.weeks],
        "total": figures(book, None),
        "groups": {group: figures(book, group) for group in book.groups},
        "others": {other.by: {group: figures(other, group) for group in other.groups} for other in sheet.others},
        "scorecard": None if sheet.card is None else asdict(sheet.card),
    }


def _print(sheet: KpiSheet, lang: str) -> None:
    """Lines on standard output: every measure in total, those with data by group, the scorecard."""
    from staffing.report.kpi_words import before_words, card_lines, dropped_words, group_words, kpi_lines, period_words

    typer.echo(f"{text('kpi.title', lang, centre=sheet.centre)} ({period_words(sheet, lang)})")
    if sheet.before is not None:
        typer.echo(before_words(sheet, lang))
    target, interval, before = (text(f"kpi.head.{name}", lang) for name in ("target", "range", "before"))
    for line in kpi_lines(sheet, lang):
        parts = [f"{line.name}: {line.value}"]
        if sheet.book.figure(line.code).low is not None:
            parts.append(f"{interval} {line.range}")
        if line.code in sheet.goals.targets:
            parts.append(f"{target} {line.target}")
        if line.judged:
            parts.append(line.judged)
        if sheet.before is not None and sheet.before.figure(line.code).value is not None:
            parts.append(f"{before} {line.before}" + (f" ({line.changed})" if line.changed else ""))
        typer.echo("; ".join(parts))
    for book in (sheet.book, *sheet.others):
        for group in book.groups:
            lines = kpi_lines(sheet, lang, group, book)
            shown = "; ".join(f"{x.name} {x.value}" for x in lines if book.figure(x.code, group).value is not None)
            typer.echo(f"[{group_words(group, lang)}] {shown or text('kpi.no_data', lang)}")
    card = card_lines(sheet, lang)
    if card:
        typer.echo(f"{text('kpi.sheet.card', lang)}:")
        for team in card:
            typer.echo(f"{team.team}: {team.score} ({team.range}); {team.place}")
        typer.echo(f"{text('kpi.card.note', lang)} {dropped_words(sheet, lang)}".rstrip())


COMMANDS = {"kpi": kpi}
