"""Command import: somebody's own CSV or XLSX files become a centre folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from staffing.cli.common import Json, Lang, check_lang, emit, guarded, say
from staffing.errors import SettingsError
from staffing.i18n import note_text, text

if TYPE_CHECKING:
    from staffing.files.wizard import People, QueueTerms, Sheet, Terms

Pairs = Annotated[
    list[str] | None,
    typer.Option(metavar="OURS=THEIRS", help="Column of the file for one of ours, such as offered=Calls. Repeatable."),
]


@guarded
def import_(
    history_file: Annotated[Path, typer.Argument(help="Contacts by interval: CSV or XLSX.", metavar="HISTORY")],
    out: Annotated[Path | None, typer.Option("--out", help="New centre folder.")] = None,
    people_file: Annotated[
        Path | None, typer.Option("--people", help="People. Without: a centre for forecasts and requirements.")
    ] = None,
    queues_file: Annotated[
        Path | None, typer.Option("--queues", help="Channel, target and opening hours by queue. Without: the usual.")
    ] = None,
    name: Annotated[str, typer.Option("--name", help="Name of the centre. Default: the new folder's.")] = "",
    timezone: Annotated[str, typer.Option("--timezone", help="IANA name such as Europe/Berlin.")] = "UTC",
    country: Annotated[str, typer.Option("--country", help="Country whose holidays hold, such as CN.")] = "",
    currency: Annotated[str, typer.Option("--currency", help="ISO 4217 code such as CNY.")] = "",
    columns: Pairs = None,
    people_columns: Pairs = None,
    queues_columns: Pairs = None,
    order: Annotated[str, typer.Option("--order", help="Order of dates: ymd, dmy or mdy. Default: guessed.")] = "",
    unit: Annotated[str, typer.Option("--unit", help="Unit of times: s, min or h. Default: guessed.")] = "",
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="utf-8, utf-16, gb18030 or cp1252. Default: guessed.")
    ] = None,
    sheet_name: Annotated[str | None, typer.Option("--sheet", help="Workbook: sheet with the contacts.")] = None,
    people_sheet: Annotated[str | None, typer.Option("--people-sheet", help="Workbook: sheet with the people.")] = None,
    queues_sheet: Annotated[str | None, typer.Option("--queues-sheet", help="Workbook: sheet with the queues.")] = None,
    one_queue: Annotated[str, typer.Option("--one-queue", help="Name of the queue where no column tells.")] = "phone",
    absence: Annotated[float, typer.Option("--absence", min=0.0, max=0.9, help="Unplanned absence, 0..1.")] = 0.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and show, write nothing.")] = False,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Make a centre folder from your own files; columns, dates, encoding and separator are guessed and shown."""
    from staffing.files.wizard import (
        ENCODINGS,
        HistoryMap,
        NewCentre,
        check_new,
        convert_history,
        create_centre,
        guess_columns,
        read_queues,
        read_upload,
        usual_terms,
    )

    check_lang(lang)
    if out is None and not dry_run:
        raise SettingsError("--out DIR or --dry-run is needed")
    _one_of("--order", order, ("", "ymd", "dmy", "mdy"))
    _one_of("--unit", unit, ("", "s", "min", "h"))
    _one_of("--encoding", encoding, (None, *ENCODINGS))
    sheet = read_upload(history_file, encoding=encoding, sheet=sheet_name)
    mapped = _chosen(guess_columns(sheet, "history"), columns, "history")
    _show(sheet, mapped, lang)
    history = convert_history(sheet, HistoryMap(mapped, order, unit, one_queue))
    queues: tuple[QueueTerms, ...] = tuple(usual_terms(ident, called) for ident, called in history.queues.items())
    if queues_file is not None:
        queue_sheet = read_upload(queues_file, encoding=encoding, sheet=queues_sheet)
        queue_columns = _chosen(guess_columns(queue_sheet, "queues"), queues_columns, "queues")
        _show(queue_sheet, queue_columns, lang)
        queues = read_queues(queue_sheet, queue_columns, queues)
    people: People | None = None
    contracts: tuple[Terms, ...] = ()
    if people_file is not None:
        people_table = read_upload(people_file, encoding=encoding, sheet=people_sheet)
        people = _people(people_table, people_columns, history.queues, order, lang)
        contracts = people.contracts
    called = name or (out.name if out is not None else history_file.stem)
    new = NewCentre(called, timezone, history, queues, country, currency, people, contracts, absence)
    scenario, files = check_new(new)
    if out is not None and not dry_run:
        create_centre(files, out)
    for note in scenario.notes:
        say("- " + note_text(note.code, note.params, lang))
    facts = {
        "centre": scenario.centre.name,
        "queues": len(queues),
        "agents": len(scenario.agents),
        "first": str(scenario.history.grid.dates[0]),
        "last": str(scenario.history.grid.dates[-1]),
        "folder": None if dry_run else str(out),
    }
    if as_json:
        emit(
            {"status": "done", **facts, "notes": [{"code": note.code, **dict(note.params)} for note in scenario.notes]}
        )
    say(text("cli.import_checked" if dry_run else "cli.import_done", lang, **facts))


def _people(sheet: "Sheet", given: list[str] | None, queues: Mapping[str, str], order: str, lang: str) -> "People":
    from staffing.files.wizard import PeopleMap, convert_people, guess_columns, guess_skill_columns

    columns = _chosen(guess_columns(sheet, "people"), given, "people")
    skills_of = guess_skill_columns(sheet, columns, queues)
    _show(sheet, {**columns, **{f"skills: {queue}": header for header, queue in skills_of.items()}}, lang)
    return convert_people(sheet, PeopleMap(columns, skills_of, order), queues)


def _chosen(guessed: Mapping[str, str], given: list[str] | None, kind: str) -> dict[str, str]:
    """The guessed columns with the ones named by the user in their place; ``OURS=`` leaves one out."""
    from staffing.files.wizard import KINDS

    chosen = dict(guessed)
    for pair in given or ():
        role, equals, header = (part.strip() for part in pair.partition("="))
        if not equals or role not in KINDS[kind]:
            raise SettingsError(f"{pair!r} names no column, expected OURS=THEIRS with {', '.join(KINDS[kind])}")
        chosen = {known: column for known, column in chosen.items() if column != header and known != role}
        if role == "start":
            chosen.pop("date", None)
            chosen.pop("time", None)
        elif role in ("date", "time"):
            chosen.pop("start", None)
        if header:
            chosen[role] = header
    return chosen


def _show(sheet: "Sheet", columns: Mapping[str, str], lang: str) -> None:
    """What was found and guessed, so that a wrong guess is seen at once."""
    from staffing.files.wizard import unused

    separator = {"\t": " tab", "": ""}.get(sheet.separator, f" '{sheet.separator}'")
    found = {"encoding": sheet.encoding or "xlsx", "separator": separator, "line": sheet.header_line}
    say(text("cli.import_guessed", lang, file=sheet.file, rows=len(sheet), **found))
    for role, header in columns.items():
        say(f"  {role} = {header}")
    left = unused(sheet.columns, columns)
    if left:
        say(text("cli.import_unused", lang, columns=", ".join(left)))


def _one_of(option: str, value: str | None, known: tuple[str | None, ...]) -> None:
    if value not in known:
        raise SettingsError(f"{option} is {value!r}, expected one of {', '.join(item for item in known if item)}")


COMMANDS = {"import": import_}
