"""The command `whatif`: scenarios beside the baseline, with the roster that there is or with one searched for each."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from staffing.cli.common import (
    Exit,
    From,
    Json,
    Lang,
    Probability,
    Seed,
    Weeks,
    Workers,
    check_lang,
    check_probability,
    emit,
    guarded,
    leave,
    parse_day,
    say,
)
from staffing.cli.progress import SolveProgress
from staffing.errors import SettingsError
from staffing.i18n import text

if TYPE_CHECKING:
    from staffing.domain.scenario import Hire, WhatIf
    from staffing.measures.whatif import Outcome
    from staffing.plan import Plan

NAME_WIDTH = 24
ENDINGS = (".csv", ".xlsx")


@guarded
def whatif(
    folder: Annotated[
        Path, typer.Argument(help="Plan folder; or a centre folder, then the requirement only.", metavar="FOLDER")
    ],
    scenario: Annotated[
        list[Path] | None, typer.Option("--scenario", metavar="FILE", help="Scenarios as TOML; may be repeated.")
    ] = None,
    name: Annotated[str, typer.Option("--name", help="Name of the scenario made of the options below.")] = "what-if",
    volume: Annotated[float, typer.Option("--volume", help="Factor on contacts, such as 1.2.")] = 1.0,
    aht: Annotated[float, typer.Option("--aht", help="Factor on handle times.")] = 1.0,
    deflected: Annotated[float, typer.Option("--deflected", help="Share that self-service takes besides.")] = 0.0,
    queues: Annotated[
        str, typer.Option("--queues", help="Queues of these three, separated by semicolons. Default: all.")
    ] = "",
    absence: Annotated[float, typer.Option("--absence", help="Factor on unplanned absence.")] = 1.0,
    hire: Annotated[
        list[str] | None,
        typer.Option("--hire", metavar="AGENT,N[,SPEED]", help="N people more like an agent; may be repeated."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Search a roster for each scenario.")] = False,
    time_limit: Annotated[float, typer.Option("--time-limit", min=1.0, help="--full: seconds for each search.")] = 30.0,
    replications: Annotated[int, typer.Option("--replications", min=0, help="Simulated horizons; 0: none.")] = 50,
    first: From = None,
    weeks: Weeks = 1,
    probability: Probability = None,
    seed: Seed = 1,
    workers: Workers = 2,
    out: Annotated[
        list[Path] | None, typer.Option("--out", help="File to write: .csv or .xlsx; may be repeated.")
    ] = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Compare scenarios: more contacts, longer calls, absence, self-service, hiring, other targets or rules."""
    from staffing.files import read_centre, read_plan, read_whatifs
    from staffing.plan import PlanSettings
    from staffing.planning.whatif import needed_only

    check_lang(lang)
    check_probability(probability)
    for path in out or ():
        if path.suffix.lower() not in ENDINGS or path.is_dir():
            raise SettingsError(f"--out is {path}, expected a file that ends in {' or '.join(ENDINGS)}")
    asked = [found for path in scenario or () for found in read_whatifs(path)]
    asked += _of_options(name, volume, aht, deflected, queues, absence, hire or [])
    if not asked:
        raise SettingsError("there is no scenario; expected --scenario FILE or an option such as --volume 1.2")
    every = _with_baseline(asked, lang)
    if (folder / "plan.json").is_file():
        found = _compared(read_plan(folder), every, lang, full, time_limit, replications, workers)
    elif (folder / "centre.toml").is_file():
        if full:
            raise SettingsError(f"--full needs a plan folder, but {folder} is a centre folder")
        settings = PlanSettings(probability=probability, seed=seed, workers=workers)
        people = (folder / "agents.csv").is_file()
        centre = read_centre(folder, people=people)
        found = needed_only(centre, every, first_day=parse_day(first), weeks=weeks, settings=settings)
    else:
        raise SettingsError(f"FOLDER is {folder}, expected a folder with plan.json or centre.toml")
    for path in out or ():
        _write(path, found, every, lang)
    if as_json:
        emit({"status": "done", "scenarios": [outcome.as_dict() for outcome in found]})
    else:
        _print(found, every, lang)
    for path in out or ():
        say(text("cli.written", lang, out=path))
    if any(outcome.kind == "full" and outcome.cost is None for outcome in found):
        leave(Exit.NO_PLAN)


def _of_options(
    name: str, volume: float, aht: float, deflected: float, queues: str, absence: float, hires: list[str]
) -> "list[WhatIf]":
    from staffing.domain.scenario import LoadChange, WhatIf

    named = tuple(part.strip() for part in queues.split(";") if part.strip())
    try:
        load = LoadChange(volume, aht, deflected, named)
        loads = (load,) if load != LoadChange(queues=named) else ()
        made = WhatIf(name, loads, absence, hires=tuple(_hire(row) for row in hires))
    except ValueError as error:
        raise SettingsError(str(error)) from None
    return [] if made.is_baseline else [made]


def _hire(row: str) -> "Hire":
    from staffing.domain.scenario import Hire

    parts = [part.strip() for part in row.split(",")]
    try:
        if len(parts) not in (2, 3):
            raise ValueError
        return Hire(parts[0], int(parts[1]), float(parts[2]) if len(parts) == 3 else 1.0)
    except ValueError:
        raise SettingsError(f"--hire is {row!r}, expected AGENT,N[,SPEED] such as A001,5,0.8") from None


def _with_baseline(asked: "list[WhatIf]", lang: str) -> "tuple[WhatIf, ...]":
    from staffing.domain.scenario import WhatIf

    names = [one.name for one in asked]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SettingsError(f"the scenario name {twice[0]!r} is used twice, expected a name of its own")
    first = text("whatif.baseline", lang)
    while first in names:
        first += "*"
    return (WhatIf(first), *asked)


def _compared(
    plan: "Plan",
    every: "tuple[WhatIf, ...]",
    lang: str,
    full: bool,
    time_limit: float,
    replications: int,
    workers: int,
) -> "tuple[Outcome, ...]":
    """The baseline with the plan's own roster, the scenarios with the same one or with their own."""
    from staffing.cli.rostering import StopOnSignal
    from staffing.planning.whatif import full_answer, full_outcome, quick_answer

    found = []
    with StopOnSignal() as stop:
        for one in every:
            say(text("cli.whatif_at", lang, name=one.name))
            if one.is_baseline or not full:
                found.append(quick_answer(plan, one, replications=replications, workers=workers))
                continue
            made = full_answer(
                plan,
                one,
                time_limit_s=time_limit,
                workers=workers,
                on_step=lambda step: say(text(f"cli.step.{step}", lang)),
                on_event=SolveProgress(),
                should_stop=stop.asked,
            )
            found.append(full_outcome(plan, made, one))
    return tuple(found)


def _write(path: Path, found: "tuple[Outcome, ...]", every: "tuple[WhatIf, ...]", lang: str) -> None:
    from staffing.files import atomic_write
    from staffing.files.whatif_csv import whatif_csv
    from staffing.report.whatif_workbook import write_whatifs

    if path.suffix.lower() == ".csv":
        atomic_write(path, whatif_csv(found))
    else:
        write_whatifs(found, {one.name: one for one in every}, path, lang=lang)


def _print(found: "tuple[Outcome, ...]", every: "tuple[WhatIf, ...]", lang: str) -> None:
    from staffing.report.whatif_words import change_words

    typer.echo(text("cli.whatif_header", lang))
    for outcome in found:
        figures = (
            f"{outcome.contacts:>10,.0f}",
            f"{outcome.required_h:>10,.0f}",
            _cell(outcome.short_h, ",.1f", 9),
            _cell(outcome.service_floor, ".1%", 9),
            _cell(outcome.probability_week, ".0%", 8),
            _cell(outcome.cost, ",.0f", 12),
            _cell(outcome.violations, ",d", 6),
        )
        typer.echo(f"{outcome.name[:NAME_WIDTH]:<{NAME_WIDTH}} {' '.join(figures)}")
    for one in every[1:]:
        typer.echo(f"{one.name}: " + "; ".join(change_words(one, lang)))


def _cell(value: float | int | None, form: str, width: int) -> str:
    return f"{'-' if value is None else format(value, form):>{width}}"


COMMANDS = {"whatif": whatif}
