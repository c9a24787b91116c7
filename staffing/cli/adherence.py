"""The command adherence: what was scheduled against what was done, after the fact."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from staffing.cli.common import Folder, Json, Lang, check_lang, check_table_target, emit, guarded, leave_without, say
from staffing.cli.kpi import days_asked
from staffing.errors import SettingsError
from staffing.i18n import note_text, text

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from staffing.measures.kpi import Adherence, AdherenceLine

MOST = 20


@guarded
def adherence(
    folder: Folder,
    plan_dirs: Annotated[
        list[Path] | None, typer.Option("--plan", help="Plan folder: what was scheduled on its days; repeatable.")
    ] = None,
    by: Annotated[
        str, typer.Option("--by", help="day, week, month, team, or person where you may see single persons.")
    ] = "team",
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day. Default: the first with activity.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Last day, included. Default: the last with activity.")
    ] = None,
    tolerance: Annotated[
        float | None,
        typer.Option(
            "--tolerance", min=0.0, help="Minutes let pass without a reason. Default: as kpi.toml says, else 5."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for adherence.csv and the tables beside it.")
    ] = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Compare what was scheduled with what was done: adherence, reasons, and what has none yet."""
    from staffing.files import read_kpi, read_plan
    from staffing.measures.kpi import ADHERENCE_BY, shown_groups, with_plan
    from staffing.measures.kpi import adherence as compared

    check_lang(lang)
    if by not in ADHERENCE_BY:
        raise SettingsError(f"--by is {by!r}, expected one of {', '.join(ADHERENCE_BY)}")
    begin, end = days_asked(first, last)
    if out is not None:
        check_table_target(out)
    given = read_kpi(folder)
    records, rules = given.records, given.goals.adherence
    for plan_dir in plan_dirs or ():
        records = with_plan(records, read_plan(plan_dir))
    if tolerance is not None:
        rules = replace(rules, tolerance_min=tolerance)
    found = compared(records, rules, by=by, first=begin, last=end)
    for note in given.notes:
        say("- " + note_text(note.code, note.params, lang))
    if found is None:
        leave_without(text("adherence.nothing", lang), as_json=as_json)
    groups = found.groups if by == "person" else shown_groups(found, given.goals.min_people, given.people)
    if out is not None:
        _write(found, groups, given.zone, out)
        say(text("adherence.done", lang, folder=out))
    if as_json:
        emit(_data(found, groups, given.zone))
        return
    _print(found, groups, given.zone, lang)
    if by == "team" and len(groups) < len(found.groups):
        typer.echo(text("adherence.hidden", lang, least=given.goals.min_people))


def _write(found: Adherence, groups: tuple[AdherenceLine, ...], zone: ZoneInfo, out: Path) -> None:
    from staffing.files import atomic_write
    from staffing.files.adherence_csv import adherence_csv, adherence_people_csv, adherence_reasons_csv

    out.mkdir(parents=True, exist_ok=True)
    atomic_write(out / "adherence.csv", adherence_csv(found, groups))
    atomic_write(out / "adherence_reasons.csv", adherence_reasons_csv(found))
    if found.by == "person":
        atomic_write(out / "adherence_people.csv", adherence_people_csv(found, zone))


def _line(line: AdherenceLine) -> dict[str, Any]:
    return {**asdict(line), "adherence": line.adherence, "adjusted": line.adjusted, "few": line.few}


def _data(found: Adherence, groups: tuple[AdherenceLine, ...], zone: ZoneInfo) -> dict[str, Any]:
    """The figures for machines; deviations of persons only where they were asked for."""
    from staffing.report.adherence_words import span_lines

    data = {
        "status": "done",
        "from": str(found.first),
        "to": str(found.last),
        "by": found.by,
        "tolerance_min": found.rules.tolerance_min,
        "total": _line(found.total),
        "groups": [_line(line) for line in groups],
        "reasons": [asdict(line) for line in found.reasons],
        "patterns": [asdict(line) for line in found.patterns],
    }
    if found.by == "person":
        data["open"] = [asdict(line) for line in span_lines(found, zone, "en", found.open_spans)]
    return data


def _print(found: Adherence, groups: tuple[AdherenceLine, ...], zone: ZoneInfo, lang: str) -> None:
    from staffing.report.adherence_words import group_table, reasons_table, span_lines

    period = text("adherence.period", lang, first=found.first, last=found.last)
    typer.echo(f"{text('adherence.title', lang)} ({period})")
    for table in (group_table(found, groups, lang), reasons_table(found, lang)):
        for row in table.rows:
            cells = "; ".join(f"{head} {cell}" for head, cell in zip(table.heads[1:], row[1:], strict=True))
            typer.echo(f"[{row[0]}] {cells}")
    if found.by == "person":
        for line in span_lines(found, zone, lang, found.open_spans[:MOST]):
            when = f"{line.start:%Y-%m-%d %H:%M}-{line.end:%H:%M}"
            typer.echo(f"{line.agent} {when} {line.pattern}: {line.planned} / {line.done}")
    typer.echo(text("adherence.note", lang, minutes=f"{found.rules.tolerance_min:g}"))


COMMANDS = {"adherence": adherence}
