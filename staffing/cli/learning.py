"""The command `learn`: what the records say of the values that plans are made from, and taking that over."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from staffing.cli.common import Folder, Json, Lang, check_lang, emit, leave_without, say
from staffing.cli.storing import By, edit_centre, stored
from staffing.errors import SettingsError
from staffing.i18n import note_text, text

if TYPE_CHECKING:
    from staffing.measures.learned import Finding
    from staffing.planning.learning import Learned


@stored
def learn(
    folder: Folder,
    records: Annotated[
        Path | None, typer.Option("--records", metavar="DIR", help="Folder of the tables. Default: kpi in the centre.")
    ] = None,
    accept: Annotated[
        list[str] | None, typer.Option("--accept", metavar="ID", help="Take this proposal over; repeatable.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Take all proposals over.")] = False,
    by: By = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Compare handle times, absence, patience and shares with the records; change nothing unless told to."""
    from staffing.files import read_centre, read_kpi
    from staffing.files.centre_write import centre_digest
    from staffing.files.kpi_folder import has_records
    from staffing.planning.learning import chosen
    from staffing.planning.learning import learn as learned_from

    check_lang(lang)
    if accept and every:
        raise SettingsError("name either --accept or --all")
    if records is not None and not records.is_dir():
        raise SettingsError(f"--records is {records}, expected a folder with tables such as handled.csv")
    if folder.is_dir() and not has_records(folder, records):
        leave_without(text("cli.learn.nothing", lang), as_json=as_json)
    seen = centre_digest(folder) if folder.is_dir() else ""
    scenario, given = read_centre(folder), read_kpi(folder, kpi_dir=records)
    for note in given.notes:
        say("- " + note_text(note.code, note.params, lang))
    learned = learned_from(scenario, given.records)
    try:
        taken = chosen(learned, [found.id for found in learned.proposals] if every else accept or [])
    except KeyError as error:
        raise SettingsError(f"--accept is {error.args[0]!r}, which is no proposal of these records") from None
    number = _written(folder, taken, by, seen) if taken else None
    if as_json:
        emit({"status": "done", **_data(learned), "accepted": [found.id for found in taken], "edit": number})
    else:
        _print(learned, lang)
    if number is not None:
        say(text("cli.learn.accepted", lang, count=len(taken), number=number))


def _written(folder: Path, taken: tuple[Finding, ...], by: str | None, seen: str) -> int | None:
    from staffing.planning.learning import accepted, edit_note

    edit = edit_centre(folder, accepted(folder, taken), by, seen=seen, note=edit_note(taken))
    return None if edit is None else edit.number


def _data(learned: Learned) -> dict[str, Any]:
    """Findings with their numbers, None where nothing is known."""
    from staffing.report.learned_words import lost_lines, place_of

    rows = []
    for found in learned.findings:
        estimate = found.estimate
        rows.append(
            {
                "id": found.id,
                "kind": str(found.kind),
                "queue": found.queue,
                "agent": found.agent or None,
                "where": place_of(found),
                "now": found.now,
                "estimate": None if estimate is None else estimate.value,
                "low95": None if estimate is None else estimate.low,
                "high95": None if estimate is None else estimate.high,
                "sample": found.sample,
                "state": str(found.state),
                "proposed": found.proposed,
            }
        )
    lost = {} if learned.lost is None else dict(lost_lines(learned.lost, "en"))
    return {
        "findings": rows,
        "lost": lost,
        "curve": [asdict(band) for band in learned.curve],
        "missing": list(learned.missing),
    }


def _print(learned: Learned, lang: str) -> None:
    from staffing.measures.learned import State
    from staffing.report.learned_words import finding_line, lost_lines, months

    for found in learned.proposals:
        line = finding_line(found, lang)
        typer.echo(
            text(
                "cli.learn.line",
                lang,
                id=line.id,
                now=line.now,
                proposed=line.proposed,
                found=line.found,
                range=line.range,
                sample=line.sample,
            )
        )
    typer.echo(text("cli.learn.count", lang, count=len(learned.proposals)))
    for state in (State.FITS, State.UNSURE, State.FEW, State.UNKNOWN):
        ids = [found.id for found in learned.findings if found.state is state]
        if ids:
            shown = ", ".join(ids[:8]) + (" ..." if len(ids) > 8 else "")
            typer.echo(f"{text(f'learned.state.{state}', lang)} ({len(ids)}): {shown}")
    if learned.lost is not None:
        lost = "; ".join(f"{reason} {share:.2%}" for reason, share in lost_lines(learned.lost, lang))
        typer.echo(text("cli.learn.lost", lang, people=learned.lost.people, days=learned.lost.days, reasons=lost))
    told = [band for band in learned.curve if band.speed is not None]
    if told:
        speeds = "; ".join(f"{months(band)} {band.speed:.0%}" for band in told)
        typer.echo(text("cli.learn.curve", lang, speeds=speeds))
    if learned.missing:
        typer.echo(text("learned.missing", lang, names="; ".join(learned.missing)))


COMMANDS = {"learn": learn}
