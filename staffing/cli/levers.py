"""The command `levers`: what could be done about a plan that is short, priced and ranked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from staffing.cli.common import Exit, Json, Lang, PlanFolder, check_lang, emit, guarded, leave, parse_day, say
from staffing.errors import SettingsError
from staffing.i18n import text

if TYPE_CHECKING:
    from staffing.plan import Plan

SHOWN = 15


@guarded
def levers(
    plan_dir: PlanFolder,
    temporary: Annotated[
        int, typer.Option("--temporary", min=0, help="People from outside who can be had at one time.")
    ] = 0,
    temporary_price: Annotated[
        float | None, typer.Option("--temporary-price", min=0.0, help="Their price per hour. Default: 1.5 x the wage.")
    ] = None,
    per_hour: Annotated[
        float | None,
        typer.Option(
            "--per-hour", min=0.0, help="Most that a missing agent-hour is worth. Default: short_severe_per_h."
        ),
    ] = None,
    budget: Annotated[float | None, typer.Option("--budget", min=0.0, help="Most that the mix may cost.")] = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="KIND", help="A lever not to use; repeatable.")
    ] = None,
    time_off: Annotated[bool, typer.Option("--time-off", help="Offer voluntary time off where it saves.")] = False,
    today: Annotated[
        str | None, typer.Option("--today", metavar="DATE", help="Start of the notice window. Default: the first day.")
    ] = None,
    gaps: Annotated[int, typer.Option("--gaps", min=1, help="Gaps looked at in a round, the worst first.")] = 8,
    apply: Annotated[
        Path | None, typer.Option("--apply", metavar="DIR", help="Write the plan with the mix applied there.")
    ] = None,
    replications: Annotated[
        int, typer.Option("--replications", min=0, help="Simulated weeks to judge before and after. 0: none.")
    ] = 0,
    as_json: Json = False,
    lang: Lang = "en",
) -> None:
    """Price and rank what could be done about the gaps of a plan, and find the cheapest mix."""
    from staffing.files import check_plan_target, read_plan, write_plan
    from staffing.planning.levers import KINDS, LeverSettings, find_levers, lever_data
    from staffing.report import export_plan

    check_lang(lang)
    if apply is not None:
        check_plan_target(apply)
    unknown = [kind for kind in without or [] if kind not in KINDS]
    if unknown:
        raise SettingsError(f"--without is {unknown[0]!r}, expected one of {', '.join(KINDS)}")
    barred = {*(without or []), *(() if time_off else ("time_off",))}
    plan = read_plan(plan_dir)
    settings = LeverSettings(
        gaps=gaps,
        kinds=tuple(kind for kind in KINDS if kind not in barred),
        per_h=per_hour,
        budget=budget,
        today=parse_day(today, "--today"),
        temporary_people=temporary,
        temporary_per_h=temporary_price,
    )
    found = find_levers(plan, settings, on_round=lambda n, of: say(text("cli.levers.round", lang, number=n, rounds=of)))
    data = lever_data(found)
    after = found.after
    if replications:
        say(text("cli.step.simulation", lang))
        data["service"] = _service(plan, after, replications)
    if apply is not None:
        write_plan(after, apply, extras=lambda target: export_plan(after, target, lang=lang))
        data["out"] = str(apply)
    if as_json:
        emit(data)
    else:
        _print(data, lang)
        if apply is not None:
            say(text("cli.written", lang, out=apply))
    if not data["legal"]:
        leave(Exit.NO_PLAN)


def _service(before: Plan, after: Plan, replications: int) -> list[dict[str, Any]]:
    """Simulated service of the week and the chance of the target before and after, on the same draws."""
    from dataclasses import replace

    from staffing.planning.edits.keep import simulated_again

    judged = []
    for plan in (before, after):
        settings = replace(plan.settings, replications=replications)
        verdict = simulated_again(replace(plan, settings=settings)).verdict
        assert verdict is not None
        judged.append({row.queue: row for row in verdict.week()})
    return [
        {
            "queue": queue,
            "target": row.target,
            "service_before": row.service_level,
            "service_after": judged[1][queue].service_level,
            "probability_before": row.probability,
            "probability_after": judged[1][queue].probability,
        }
        for queue, row in judged[0].items()
        if row.service_level is not None
    ]


def _print(data: dict[str, Any], lang: str) -> None:
    def kind(name: str) -> str:
        return text(f"lever.{name}", lang)

    typer.echo(text("cli.levers.head", lang, before=data["short_before_h"], currency=data["currency"]))
    for row in data["kinds"]:
        per_h = "-" if row["per_h"] is None else f"{row['per_h']:,.0f}"
        typer.echo(
            f"{row['restores_h']:>9.2f} {row['price']:>10,.0f} {per_h:>8} {row['offers']:>6}  {kind(row['kind'])}"
        )
    hours = {"before": data["short_before_h"], "after": data["short_after_h"]}
    price = f"{data['price']:,.0f}"
    typer.echo(text("cli.levers.mix", lang, **hours, price=price, currency=data["currency"], count=len(data["chosen"])))
    for row in data["chosen"]:
        who = row["agent"] or text("cli.levers.outside", lang)
        day = (
            f"{row['before'] or '-'} -> {row['after'] or '-'}"
            if row["agent"]
            else row["start"][11:16] + "-" + row["end"][11:16]
        )
        typer.echo(
            f"{row['date']}  {who:<8} {kind(row['kind'])}: {day}  [{row['queue']}]  "
            f"{row['price']:,.0f} {data['currency']}, {row['restores_h']:.2f} h"
        )
    if data["missing"]:
        typer.echo(text("cli.levers.missing", lang))
    for row in data["missing"][:SHOWN]:
        typer.echo(f"{row['queue']:<16} {row['start'][:16]} - {row['end'][11:16]}  {row['short_h']:.2f} h")
    for row in data.get("service", []):
        typer.echo(
            f"{row['queue']:<16} {row['service_before']:.1%} -> {row['service_after']:.1%}  "
            + text(
                "cli.levers.chance",
                lang,
                before=f"{row['probability_before']:.0%}",
                after=f"{row['probability_after']:.0%}",
            )
        )


COMMANDS = {"levers": levers}
