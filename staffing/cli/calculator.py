"""The command `erlang`: agents for an interval, what one agent more or less does, and how sure that is."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from staffing.cli.common import Json, Lang, check_lang, emit, guarded, say
from staffing.errors import SettingsError
from staffing.i18n import text

if TYPE_CHECKING:
    from staffing.erlang.calculator import Case, CrewCurve, Reach, Sensitivity


@guarded
def erlang(
    volume: Annotated[float, typer.Option("--volume", min=0.0, help="Contacts per interval.")],
    aht_s: Annotated[float, typer.Option("--aht-s", min=0.1, help="Mean handle time in seconds.")],
    interval_min: Annotated[float, typer.Option("--interval-min", min=1.0, help="Minutes of the interval.")] = 30.0,
    service_level: Annotated[float, typer.Option("--service-level", help="Share answered in time, 0..1.")] = 0.8,
    within_s: Annotated[float, typer.Option("--within-s", min=0.0, help="Seconds to answer in.")] = 20.0,
    kind: Annotated[str, typer.Option("--kind", help="offered, net, any or answered.")] = "offered",
    patience_s: Annotated[
        float | None, typer.Option("--patience-s", min=0.1, help="Mean patience (Erlang A); none: Erlang C.")
    ] = None,
    patience_from: Annotated[
        Path | None, typer.Option("--patience-from", help="Centre folder whose history tells the patience of --queue.")
    ] = None,
    queue: Annotated[str | None, typer.Option("--queue", help="Queue of --patience-from.")] = None,
    max_occupancy: Annotated[
        float | None, typer.Option("--max-occupancy", min=0.01, max=1.0, help="Cap on occupancy, 0..1.")
    ] = None,
    max_abandon: Annotated[
        float | None, typer.Option("--max-abandon", min=0.001, max=1.0, help="Cap on abandonment, 0..1.")
    ] = None,
    max_asa_s: Annotated[
        float | None, typer.Option("--max-asa-s", min=0.0, help="Cap on the mean wait of the answered.")
    ] = None,
    lines: Annotated[int | None, typer.Option("--lines", min=1, help="Contacts served and waiting at most.")] = None,
    balk_share: Annotated[
        float, typer.Option("--balk-share", min=0.0, max=0.99, help="Share that leaves at once when nobody is free.")
    ] = 0.0,
    parallel: Annotated[int, typer.Option("--parallel", min=1, max=20, help="Chats an agent holds at once.")] = 1,
    slowdown: Annotated[
        float, typer.Option("--slowdown", min=0.0, max=1.0, help="Relative rise of the handle time per further chat.")
    ] = 0.0,
    absence: Annotated[
        float, typer.Option("--absence", min=0.0, max=0.9, help="Unplanned share of rostered time lost, 0..1.")
    ] = 0.0,
    agents: Annotated[int | None, typer.Option("--agents", min=0, help="Tell the measures of this crew.")] = None,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Calculator: agents for a target, what one agent more or less does, and what if the forecast is wrong."""
    from staffing.domain.queue import AnswerTarget
    from staffing.erlang.calculator import Case, around, crew_curve, crew_needed, reach, sensitivity
    from staffing.erlang.chat import ChatPool
    from staffing.erlang.shrinkage import gross_agents, round_up

    check_lang(lang)
    try:
        case = Case(
            volume=volume,
            interval_s=interval_min * 60,
            aht_s=aht_s,
            target=AnswerTarget(service_level, within_s, kind),
            patience_s=patience_s,
            max_occupancy=max_occupancy,
            max_abandon_rate=max_abandon,
            max_asa_s=max_asa_s,
            lines=lines,
            balk_share=balk_share,
            chats=ChatPool.linear(parallel, slowdown) if parallel > 1 else None,
        )
        if patience_from is not None:
            case = replace(case, patience_s=_patience(patience_from, queue, lang))
        needed = crew_needed(case)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    if needed is None:
        raise SettingsError(text("cli.erlang_impossible", lang))
    own = needed if agents is None else agents
    curve, moved, far = crew_curve(case, around(own)), sensitivity(case, own), reach(case, own)
    rostered = int(round_up(gross_agents(needed, absence)))
    if as_json:
        emit(_record(case, needed, rostered, curve, moved, far))
        return
    typer.echo(text("cli.erlang_needed", lang, agents=needed, load=f"{case.load_erl:.2f}"))
    if absence:
        typer.echo(text("cli.erlang_rostered", lang, agents=rostered, share=f"{absence:.1%}"))
    _crews(curve, needed, lang)
    if far.volume is not None and far.aht_s is not None:
        within = "-" if far.answer_within_s is None else f"{far.answer_within_s:.1f}"
        told = {"volume": f"{far.volume:,.1f}", "aht": f"{far.aht_s:,.0f}", "within": within}
        typer.echo(text("cli.erlang_reach", lang, agents=own, level=f"{service_level:.0%}", **told))
    typer.echo(text("cli.erlang_sensitivity", lang, agents=own))
    _moved(moved)


def _patience(folder: Path, queue: str | None, lang: str) -> float:
    """Mean patience of a queue by its history."""
    from staffing.erlang.patience import patience_from_history
    from staffing.files import read_centre

    scenario = read_centre(folder, people=False)
    known = scenario.history.queues
    if queue is None or queue not in known:
        raise SettingsError(f"--queue is {queue}, expected one of {', '.join(known)}")
    found = patience_from_history(scenario.history, queue)
    if found is None:
        raise SettingsError(f"--patience-from: the history of {queue} has no waits with abandoned contacts")
    told = {"low": f"{found.low95_s:.0f}", "high": f"{found.high95_s:.0f}", "n": int(found.abandons)}
    say(text("cli.erlang_patience", lang, patience=f"{found.patience_s:.0f}", **told))
    return found.patience_s


def _record(
    case: "Case", needed: int, rostered: int, curve: "CrewCurve", moved: "Sensitivity", far: "Reach"
) -> dict[str, Any]:
    """The answer for machines; what has no end or no formula is null."""

    def plain(value: float) -> float | None:
        return float(value) if np.isfinite(value) else None

    names = [name for name in curve.__dataclass_fields__ if name != "agents"]
    crews = [
        {"agents": int(crew)} | {name: plain(getattr(curve, name)[row]) for name in names}
        for row, crew in enumerate(curve.agents)
    ]
    return {
        "status": "done",
        "required_agents": needed,
        "rostered_agents": rostered,
        "load_erl": case.load_erl,
        "patience_s": case.patience_s,
        "crews": crews,
        "reach": {"volume": far.volume, "aht_s": far.aht_s, "answer_within_s": far.answer_within_s},
        "sensitivity": {
            "changes": moved.changes.round(6).tolist(),
            "agents": [[plain(crew) for crew in row] for row in moved.agents],
            "service_level": moved.service_level.tolist(),
        },
    }


def _crews(curve: "CrewCurve", needed: int, lang: str) -> None:
    """One line per crew; the one needed is marked, and - stands where there is no figure."""
    typer.echo(text("cli.erlang_header", lang))
    for row, crew in enumerate(curve.agents):
        wait = curve.asa_s[row]
        cells = (
            f"{curve.service_level[row]:.1%}",
            "-" if not np.isfinite(wait) else f"{wait:.1f}",
            *(
                "-" if np.isnan(value) else f"{value:.1%}"
                for value in (curve.occupancy[row], curve.abandon_rate[row], curve.waiting_probability[row])
            ),
        )
        typer.echo(f"{'*' if crew == needed else ' '}{int(crew):>6} " + " ".join(f"{cell:>9}" for cell in cells))


def _moved(moved: "Sensitivity") -> None:
    """Volume down, handle time across: agents needed and the level of the crew."""
    typer.echo(f"{'':>8}" + "".join(f"{f'AHT {change:+.0%}':>14}" for change in moved.changes))
    for row, change in enumerate(moved.changes):
        cells = (
            f"{f'{crew:.0f}' if np.isfinite(crew) else '-'} {level:.1%}"
            for crew, level in zip(moved.agents[row], moved.service_level[row], strict=True)
        )
        typer.echo(f"{change:>+8.0%}" + "".join(f"{cell:>14}" for cell in cells))


COMMANDS = {"erlang": erlang}
