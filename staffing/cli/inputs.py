"""Commands about inputs: sample, check."""

from pathlib import Path
from typing import Annotated

import typer

from staffing.cli.common import Folder, Json, Lang, check_lang, emit, guarded, say
from staffing.errors import SettingsError
from staffing.i18n import note_text, text


@guarded
def sample(
    kind: Annotated[str, typer.Argument(help="hr-centre, bank, or own-files.", metavar="KIND")],
    folder: Annotated[Path, typer.Argument(help="New folder to write.", metavar="DIR")],
    calls: Annotated[Path | None, typer.Option("--calls", help="bank: the real series, a CSV file.")] = None,
    share: Annotated[float, typer.Option("--share", min=0.0, max=1.0, help="bank: share of the calls.")] = 0.25,
    aht_s: Annotated[float, typer.Option("--aht-s", min=1.0, help="bank: mean handle time in seconds.")] = 180.0,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the generator.")] = 1,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Write a sample: the HR service centre, one around a real bank's calls, or tables for `staffing import`."""
    from staffing.sample import write_bank_centre, write_hr_centre, write_own_files

    check_lang(lang)
    if folder.exists() and any(folder.iterdir()):
        raise SettingsError(f"{folder} exists and is not empty; name a new folder")
    if kind == "hr-centre":
        write_hr_centre(folder, seed=seed)
    elif kind == "bank":
        if calls is None:
            raise SettingsError("--calls FILE is needed for the bank centre")
        write_bank_centre(folder, calls, share=share, aht_s=aht_s, seed=seed)
    elif kind == "own-files":
        write_own_files(folder, seed=seed)
    else:
        raise SettingsError(f"KIND is {kind!r}, expected hr-centre, bank or own-files")
    if as_json:
        emit({"status": "done", "folder": str(folder)})
    say(text("cli.sample_done", lang, folder=folder))


@guarded
def check(folder: Folder, as_json: Json = False, lang: Lang = "en") -> None:
    """Read a centre folder and report every fault in every file at once."""
    from staffing.files import read_centre

    check_lang(lang)
    scenario = read_centre(folder, people=(folder / "agents.csv").exists())
    history = scenario.history
    facts = {
        "status": "ok",
        "centre": scenario.centre.name,
        "queues": len(scenario.centre.queues),
        "agents": len(scenario.agents),
        "history_from": str(history.grid.dates[0]),
        "history_to": str(history.grid.dates[-1]),
        "digest": scenario.digest,
        "notes": [{"code": note.code, **dict(note.params)} for note in scenario.notes],
    }
    if as_json:
        emit(facts)
    for note in scenario.notes:
        say("- " + note_text(note.code, note.params, lang))
    say(text("cli.check_ok", lang, **{k: v for k, v in facts.items() if k not in ("status", "notes", "digest")}))


COMMANDS = {"sample": sample, "check": check}
