"""The command `crew`: what common skills save when several queues share their agents."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from staffing.cli.common import Json, Lang, Seed, check_lang, emit, guarded
from staffing.errors import SettingsError
from staffing.i18n import text

if TYPE_CHECKING:
    from staffing.planning import CrewAdvice

QUEUES = 2, 6


@guarded
def crew(
    queue: Annotated[
        list[str], typer.Option("--queue", help="NAME:CONTACTS:AHT_S of one queue; give two to six of them.")
    ],
    interval_min: Annotated[float, typer.Option("--interval-min", min=1.0, help="Minutes of the interval.")] = 30.0,
    service_level: Annotated[float, typer.Option("--service-level", help="Share answered in time, 0..1.")] = 0.8,
    within_s: Annotated[float, typer.Option("--within-s", min=0.0, help="Seconds to answer in.")] = 20.0,
    patience_s: Annotated[
        float | None, typer.Option("--patience-s", min=0.1, help="Mean patience; none: nobody gives up.")
    ] = None,
    seed: Seed = 1,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Smallest crew of several queues: everybody serves all, or dedicated agents and some who serve all."""
    from staffing.domain.queue import AnswerTarget
    from staffing.planning import designs, recommend_crew

    check_lang(lang)
    names, volume, aht_s = _queues(queue)
    try:
        target = AnswerTarget(service_level, within_s)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    found = {
        design: recommend_crew(
            volume,
            interval_s=interval_min * 60,
            aht_s=aht_s,
            targets=[target] * len(names),
            groups=groups,
            patience_s=[patience_s] * len(names),
            seed=seed,
        )
        for design, groups in designs(names).items()
    }
    if as_json:
        emit({"status": "done"} | {design: _record(names, advice) for design, advice in found.items()})
        return
    for design, advice in found.items():
        agents = ", ".join(f"{name} {number}" for name, number in advice.agents.items())
        told = {"total": advice.total, "alone": advice.alone, "saved": advice.saved, "agents": agents}
        typer.echo(text(f"cli.crew_{design}", lang, **told))
        for name, level, half in zip(names, advice.service_level, advice.half_width, strict=True):
            typer.echo(f"  {name:<16} {level:>7.1%} ± {half:.1%}")
        if not advice.keeps_targets:
            typer.echo(text("cli.crew_short", lang))


def _queues(given: list[str]) -> tuple[tuple[str, ...], list[float], list[float]]:
    """Names, contacts and handle times of the options.

    Raises
    ------
    SettingsError
        When one is not NAME:CONTACTS:AHT_S, a name comes twice, or there are too few or too many.
    """
    names, volume, aht_s = [], [], []
    for text_of in given:
        name, *numbers = text_of.rsplit(":", 2)
        try:
            contacts, seconds = (float(number) for number in numbers)
        except ValueError:
            contacts = seconds = -1.0
        if not name or not contacts > 0 or not seconds > 0 or name in names:
            raise SettingsError(f"--queue is {text_of}, expected NAME:CONTACTS:AHT_S such as phone:100:180, each once")
        names.append(name)
        volume.append(contacts)
        aht_s.append(seconds)
    if not QUEUES[0] <= len(names) <= QUEUES[1]:
        raise SettingsError(f"--queue is given {len(names)} times, expected {QUEUES[0]} to {QUEUES[1]}")
    return tuple(names), volume, aht_s


def _record(names: tuple[str, ...], advice: "CrewAdvice") -> dict[str, Any]:
    levels = dict(zip(names, advice.service_level.tolist(), strict=True))
    bands = dict(zip(names, advice.half_width.tolist(), strict=True))
    return {
        "agents": advice.agents,
        "total": advice.total,
        "alone": advice.alone,
        "saved": advice.saved,
        "service_level": levels,
        "half_width": bands,
        "keeps_targets": advice.keeps_targets,
    }


COMMANDS = {"crew": crew}
